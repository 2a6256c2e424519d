#pragma once

#include "core/base/control.h"

namespace lorashear {

struct ModelConfig;
struct Recipe;
class Tokenizer;

/// Refuses texts of which a run would have nothing to measure on, before it begins: Error(BadRecipe) at /evaluation/texts/N/skip_windows or
/// /analysis/text/skip_windows for more windows than the file has, Error(BadInput) naming a file that is too short to predict anything.
/// Of a text only the beginning is tokenised where that is enough.
void requireScorableTexts(const Recipe& recipe, const ModelConfig& config, const Tokenizer& tokenizer,
                          const Control& control = {});
/// With the recipe's model, of which small files alone are read. Errors of openFolder beside the above.
void requireScorableTexts(const Recipe& recipe, const Control& control = {});

}  // namespace lorashear
