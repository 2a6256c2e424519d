#include "core/run/checkpoint_curve.h"

#include "core/run/recipe.h"
#include "core/run/recipe_schedule.h"

#include <algorithm>

namespace lorashear {

namespace {

constexpr int kMostWindows = 8, kFewestWindows = 2;
constexpr std::int64_t kShareOfTraining = 20;  // one in so many
constexpr std::int64_t kBeginningAndEnds = 3;  // before pruning, after it, after recovery

/// Tokens of forward passes that all steps are worth.
std::int64_t forwardTokens(const Recipe& recipe, const std::vector<SchedulePhase>& schedule) {
    std::int64_t tokens = 0;
    for (const SchedulePhase& phase : schedule) {
        const bool recovers = phase.kind == SchedulePhase::Kind::Recover || phase.kind == SchedulePhase::Kind::Instruct;
        const std::int64_t batch = recovers ? recipe.recovery.batch : recipe.training.batch;
        const std::int64_t window = recovers ? recipe.recovery.window : recipe.training.window;
        const double taught = recovers ? recipe.recovery.distillation : recipe.training.distillation;
        tokens += phase.steps * batch * window * (taught > 0 ? 3 : 2);
    }
    return tokens;
}

}  // namespace

CheckpointCurve checkpointCurve(const Recipe& recipe, int window) {
    const auto schedule = recipeSchedule(recipe);
    const std::int64_t affordable = forwardTokens(recipe, schedule) / kShareOfTraining / std::max(window, 1);
    const std::int64_t checkpoints = totalSteps(schedule) / recipe.checkpointSteps;
    CheckpointCurve curve;
    const std::int64_t each = affordable / (kBeginningAndEnds + checkpoints);
    curve.windows = static_cast<int>(std::clamp<std::int64_t>(each, kFewestWindows, kMostWindows));
    const std::int64_t points = std::min(checkpoints, affordable / curve.windows - kBeginningAndEnds);
    if (points > 0) curve.everySteps = recipe.checkpointSteps * ((checkpoints + points - 1) / points);
    return curve;
}

}  // namespace lorashear
