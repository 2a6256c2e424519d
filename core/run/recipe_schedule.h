#pragma once

#include "core/train/schedule.h"

#include <vector>

namespace lorashear {

struct Recipe;

/// What a recipe's method and recovery scheme say they will do, in order. Error(BadRecipe) for options that are refused.
std::vector<SchedulePhase> recipeSchedule(const Recipe& recipe);

}  // namespace lorashear
