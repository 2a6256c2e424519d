#pragma once

#include "core/model/factor_fit.h"

#include <ATen/core/Tensor.h>

#include <map>
#include <memory>
#include <string>

namespace lorashear {

class CausalLM;

using InputMoments = std::map<std::string, at::Tensor>;  ///< by linear: mean of x x^T of its inputs, fp64

/// The model with these linears factored, each by its moment where there is one; what the factors lose goes to fits. Adapters and row scales of a factored
/// linear are merged into it first; those of others are kept. Factors are stored in the linear's type.
/// Error(BadInput) for a name that is no whole linear of the blocks.
std::unique_ptr<CausalLM> factorModel(const CausalLM& model, const Factors& factors, const InputMoments& moments = {},
                                      std::map<std::string, FactorFit>* fits = nullptr);

/// The model with all factors multiplied out, adapters and row scales of their parts included, in one rounding: the same function with dense linears, and as
/// many parameters as before factoring.
std::unique_ptr<CausalLM> mergeFactors(const CausalLM& model);

}  // namespace lorashear
