#pragma once

#include "core/recover/recovery.h"
#include "core/run/recipe.h"

#include <vector>

namespace lorashear {

class Tokenizer;

// What is held out of training is decided once per file, by its content: the first recovery source that reads it says how much, in
// recovery's windows. Whoever else reads that content, under another name, path or window, leaves out the same places. Where recovery
// reads none of the training texts and the analysis names no text of its own, as much is held out of them for the analysis.

/// All sources of the pruning stage, one after another (core/recover/training_text.h says how a source becomes sequences), without
/// what is held out. Error(BadRecipe) if one content is read in two formats, where places cannot be compared.
std::vector<Sequence> trainingSequences(const Tokenizer& tokenizer, const Recipe& recipe, const Control& control = {});

/// What is held out of the training sources, in windows of analysis.text; empty if nothing is.
std::vector<Sequence> heldOutSequences(const Tokenizer& tokenizer, const Recipe& recipe, int window,
                                       const Control& control = {});

/// The recovery's phases with their sources split into training and validation; references are not measured yet.
std::vector<RecoveryPhasePlan> recoveryPhases(const Tokenizer& tokenizer, const Recipe& recipe, const Control& control = {});

/// Error(BadRecipe) if a run that pruned by `before` has trained on what `after` holds out for validation.
void requireSameHeldOut(const Recipe& before, const Recipe& after);

/// The recipe's words in the engine's terms.
LoraOptions loraOptions(const Recipe& recipe);
/// phases: of the recovery that follows; where the recipe wants one schedule for both, the learning rate falls over their steps too, and
/// over pruning's own where no recovery follows. Without the phases of one that does, it does not fall.
TrainerOptions pruningTraining(const Recipe& recipe, Compute compute, const std::vector<RecoveryPhasePlan>& phases = {});
/// pruningSteps: training steps that the method has taken.
RecoveryTraining recoveryTraining(const Recipe& recipe, Compute compute, std::int64_t pruningSteps = 0);

}  // namespace lorashear
