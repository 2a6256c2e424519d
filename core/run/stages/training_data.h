#pragma once

#include "core/run/recipe.h"
#include "core/text/text_source.h"

#include <vector>

namespace lorashear {

class Tokenizer;

/// What a source becomes in training. Plain text and JSON lines: one stream of its documents cut into windows (BOS first). Instruction
/// data: one sequence a record, prompt and response and EOS, loss on the response only, cut to the window.
/// shortest: documents of fewer tokens are left out. Error(BadInput) if nothing is left.
std::vector<Sequence> trainingSequences(const Tokenizer& tokenizer, const RecipeSource& source, int window, int shortest);

/// All sources of the pruning stage, one after another.
std::vector<Sequence> trainingSequences(const Tokenizer& tokenizer, const Recipe::Training& training);

}  // namespace lorashear
