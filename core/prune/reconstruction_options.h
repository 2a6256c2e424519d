#pragma once

namespace lorashear {

/// What is asked about sub-block reconstruction (reconstruction.h). Recipes describe it in core/run/recipe_fields.cpp.
struct ReconstructionOptions {
    enum class Inputs { Dense, Own };
    int steps = 0;               ///< of every sub-block; 0: none
    double learningRate = 0.01;  ///< of a weight matrix's root mean square, a step
    Inputs inputs = Inputs::Dense;
    int calibrationSequences = 64;
};

}  // namespace lorashear
