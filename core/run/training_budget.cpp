#include "core/run/training_budget.h"

#include "core/base/error.h"
#include "core/prune/method_table.h"
#include "core/run/recipe_schedule.h"

#include <algorithm>
#include <cmath>
#include <string>

// One budget for all: methods differ in how many steps they prune over, so recovery is given the steps that a method leaves. The unit is
// tokens, because steps of the two stages may differ in batch and window; a result says how many it really saw. Whether a plan of units that fade and of
// others leaves something to the method is known only once it is made: until then it counts as if it did.

namespace lorashear {

namespace {

/// Of a budget that goes at once nothing is left to train for (pruneStage); a method that has planned it trains what it has left.
bool methodTrains(const Recipe& recipe) {
    if (!recipe.plan.enabled) return false;
    if (methodInfo(recipe.method.id).plan) return true;
    const auto& units = recipe.plan.units;
    return std::any_of(units.begin(), units.end(),
                       [](const auto& unit) { return unit.second.take && unitById(unit.first).fades; });
}

std::int64_t pruningSteps(const Recipe& recipe) {
    return methodTrains(recipe) ? totalSteps(methodInfo(recipe.method.id).schedule(recipe.method.optionsJson)) : 0;
}

std::int64_t pruningTokens(const Recipe& recipe, std::int64_t steps) {
    return steps * recipe.training.batch * recipe.training.window;
}

std::int64_t pruningTokens(const Recipe& recipe) {
    return pruningTokens(recipe, pruningSteps(recipe));
}

std::int64_t recoveryStepTokens(const Recipe& recipe) {
    return std::int64_t{recipe.recovery.batch} * recipe.recovery.window;
}

std::int64_t recoverySteps(const Recipe& recipe) {
    std::int64_t steps = 0;
    if (recipe.recovery.enabled)
        for (const RecoveryPhase& phase : recipe.recovery.phases)
            steps += std::int64_t{phase.maxRounds} * phase.stepsPerRound;
    return steps;
}

/// `steps` in equal rounds, of a number near the wished one that divides them; without such a number a few steps are left over.
void setRounds(RecoveryPhase& phase, std::int64_t steps) {
    const std::int64_t wished = std::min<std::int64_t>(phase.maxRounds, steps);
    std::int64_t rounds = wished;
    for (std::int64_t off = 0; off <= wished; ++off)
        for (const std::int64_t tried : {wished - off, wished + off}) {
            if (tried < (wished + 1) / 2 || tried < 1 || tried > steps || steps % tried != 0) continue;
            rounds = tried;
            off = wished;
            break;
        }
    phase.maxRounds = static_cast<int>(rounds);
    phase.stepsPerRound = static_cast<int>(steps / rounds);
}

}  // namespace

void requirePhases(const Recipe& recipe, const char* pointer) {
    if (recipe.recovery.enabled && !recipe.recovery.phases.empty()) return;
    throw Error(ErrorCode::BadRecipe, pointer, "needs a recipe that recovers in at least one phase",
                "enable recovery, with at least one phase");
}

std::int64_t trainingSteps(const Recipe& recipe) {
    return pruningSteps(recipe) + recoverySteps(recipe);
}

std::int64_t tokensOf(const Recipe& recipe) {
    return pruningTokens(recipe) + recoverySteps(recipe) * recoveryStepTokens(recipe);
}

std::int64_t tokensOf(const Recipe& recipe, std::int64_t pruned, std::int64_t recovered) {
    return pruningTokens(recipe, pruned) + recovered * recoveryStepTokens(recipe);
}

void spendTokens(Recipe& recipe, std::int64_t tokens) {
    const std::int64_t pruning = pruningTokens(recipe), left = (tokens - pruning) / recoveryStepTokens(recipe);
    if (pruning > tokens)
        throw Error(ErrorCode::BadRecipe, "/training_tokens",
                    "are " + std::to_string(tokens) + ", pruning alone takes " + std::to_string(pruning),
                    "raise them, or give the method fewer steps");
    requirePhases(recipe, "/training_tokens");
    std::vector<RecoveryPhase>& phases = recipe.recovery.phases;
    if (left < static_cast<std::int64_t>(phases.size()))
        throw Error(ErrorCode::BadRecipe, "/training_tokens",
                    "leave " + std::to_string(left) + " steps to recovery, which has " + std::to_string(phases.size()) +
                        (phases.size() == 1 ? " phase" : " phases"),
                    "raise them, or give the method fewer steps");
    const std::int64_t before = recoverySteps(recipe);
    std::int64_t given = 0, place = 0;
    for (std::size_t p = 0; p < phases.size(); ++p) {
        place += std::int64_t{phases[p].maxRounds} * phases[p].stepsPerRound;
        const auto after = static_cast<std::int64_t>(phases.size() - 1 - p);
        const auto ends = static_cast<std::int64_t>(
            std::llround(static_cast<double>(left) * static_cast<double>(place) / static_cast<double>(before)));
        const std::int64_t end = std::clamp(ends, given + 1, left - after);
        setRounds(phases[p], end - given);
        given = end;
    }
}

Recipe adaptedDense(Recipe recipe, std::int64_t tokens, const char* pointer) {
    requirePhases(recipe, pointer);
    const std::int64_t all = tokens > 0 ? tokens : tokensOf(recipe);
    recipe.plan.enabled = false;
    spendTokens(recipe, all);
    return recipe;
}

}  // namespace lorashear
