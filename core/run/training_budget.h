#pragma once

#include "core/run/recipe.h"

#include <cstdint>

namespace lorashear {

/// Optimizer steps that a recipe asks for, of pruning and of recovery together.
std::int64_t trainingSteps(const Recipe& recipe);
/// What a recipe trains on at most: every step a full batch of full windows.
std::int64_t tokensOf(const Recipe& recipe);
/// The same of steps that were taken: plans may leave nothing to train for, texts may be used up before.
std::int64_t tokensOf(const Recipe& recipe, std::int64_t pruned, std::int64_t recovered);
/// Gives recovery what the method leaves of `tokens`: whole steps, in the recipe's proportions between phases and in about as many rounds.
/// Error(BadRecipe, "/training_tokens") if the method alone takes more, or recovery has no phases.
void spendTokens(Recipe& recipe, std::int64_t tokens);

/// Error(BadRecipe, pointer) for a recipe that does not recover.
void requirePhases(const Recipe& recipe, const char* pointer);
/// The recipe of the original with nothing removed, trained for so many tokens; 0: as many as the recipe trains on with its own method. Error(BadRecipe,
/// pointer) for a recipe that does not recover.
Recipe adaptedDense(Recipe recipe, std::int64_t tokens, const char* pointer);

}  // namespace lorashear
