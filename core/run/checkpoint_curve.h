#pragma once

#include <cstdint>

namespace lorashear {

struct Recipe;

/// What is measured while a run trains, for its curve of perplexity: the first windows of the recipe's first text, at the beginning, at the end of every stage
/// that trains and at checkpoints between.
///
/// All of it together may cost a twentieth of the training. Costs are counted in tokens of a forward pass, not in seconds: a token that is trained on is worth
/// 2 (forward, and as many products backward), 3 with a teacher; what lies around the products takes longer in training than in measuring, so the twentieth is
/// kept with room to spare. So the same recipe measures the same at the same steps on every machine, however often it is interrupted. First windows grow fewer
/// (8 to 2), then points.
struct CheckpointCurve {
    int windows = 8;              ///< at each point
    std::int64_t everySteps = 0;  ///< a multiple of the recipe's checkpoint_steps; 0: at beginnings and ends alone
    bool at(std::int64_t step) const { return everySteps > 0 && step % everySteps == 0; }
};

/// window: tokens of one, as the text's protocol cuts it for this model. Error(BadRecipe) for options of method or scheme that are refused.
CheckpointCurve checkpointCurve(const Recipe& recipe, int window);

}  // namespace lorashear
