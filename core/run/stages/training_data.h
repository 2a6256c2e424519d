#pragma once

#include "core/recover/recovery.h"
#include "core/run/recipe.h"

#include <vector>

namespace lorashear {

class Tokenizer;

/// All sources of the pruning stage, one after another (core/recover/training_text.h says how a source becomes sequences).
std::vector<Sequence> trainingSequences(const Tokenizer& tokenizer, const Recipe::Training& training);

/// The recovery's phases with their sources split into training and validation; references are not measured yet.
std::vector<RecoveryPhasePlan> recoveryPhases(const Tokenizer& tokenizer, const Recipe& recipe);

}  // namespace lorashear
