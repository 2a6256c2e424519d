#pragma once

#include "core/plan/plan.h"
#include "core/run/recipe.h"

#include <string>
#include <vector>

namespace lorashear {

struct OpenedFolder;

/// What a recipe's method will remove, as far as it is known before anything is measured: how many of each unit, and of what is cut at once an example.
/// After requirePossiblePlan().
PruningPlan expectedPlan(const Recipe& recipe, const Structure& structure, const OpenedFolder& opened);

/// Error(Unsupported) where the recipe's scheme cannot recover what such a plan leaves. Returns that as a sentence where shares that are still to be measured
/// decide it, or "".
std::string requireRecoverable(const Recipe& recipe, const ModelConfig& config, const Structure& structure,
                               const PruningPlan& plan);

/// What there is to say of each export of the recipe that such a plan will not allow, or may not, with what to take in its place. Nothing is refused for it: the
/// run's own model folder can always be written.
std::vector<std::string> exportWarnings(const Recipe& recipe, const ModelConfig& config, const Structure& structure,
                                        const PruningPlan& plan);

}  // namespace lorashear
