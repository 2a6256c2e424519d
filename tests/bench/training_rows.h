#pragma once

#include "core/model/causal_lm.h"

#include <memory>

namespace lorashear::bench {

/// Rows about what training costs beside plain steps, each printed as a line. quick: fewer repeats.
void printDistillation(bool quick,
                       Compute compute);        ///< a step with a teacher over one without, in turn, shape of SmolLM2-135M
void printCurves(bool quick, Compute compute);  ///< share of training that measuring a recipe's curve takes

/// Random weights in the shapes of SmolLM2-135M.
std::unique_ptr<CausalLM> smolLm2Shape();

}  // namespace lorashear::bench
