#include "core/run/recipe_schedule.h"

#include "core/prune/method_table.h"
#include "core/recover/scheme_table.h"
#include "core/run/recipe.h"

namespace lorashear {

std::vector<SchedulePhase> recipeSchedule(const Recipe& recipe) {
    auto schedule = methodInfo(recipe.method.id).schedule(recipe.method.optionsJson);
    if (!recipe.recovery.enabled) return schedule;
    std::vector<PhaseRequest> phases;
    for (const RecoveryPhase& phase : recipe.recovery.phases)
        phases.push_back({phase.name, phase.maxRounds, phase.stepsPerRound});
    for (SchedulePhase& phase : schemeInfo(recipe.recovery.scheme).schedule(phases, recipe.recovery.optionsJson))
        schedule.push_back(std::move(phase));
    return schedule;
}

}  // namespace lorashear
