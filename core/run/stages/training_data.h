#pragma once

#include "core/recover/recovery.h"
#include "core/run/recipe.h"

#include <vector>

namespace lorashear {

class Tokenizer;

/// All sources of the pruning stage, one after another (core/recover/training_text.h says how a source becomes sequences).
/// What recovery keeps apart for its stop rule is left out, where both read the same file in the same windows.
std::vector<Sequence> trainingSequences(const Tokenizer& tokenizer, const Recipe& recipe);

/// The recovery's phases with their sources split into training and validation; references are not measured yet.
std::vector<RecoveryPhasePlan> recoveryPhases(const Tokenizer& tokenizer, const Recipe& recipe);

/// The recipe's words in the engine's terms.
LoraOptions loraOptions(const Recipe& recipe);
TrainerOptions pruningTraining(const Recipe& recipe, Compute compute);
RecoveryOptions recoveryOptions(const Recipe& recipe, Compute compute);

}  // namespace lorashear
