#pragma once

#include "core/edits/apply.h"

#include <memory>

namespace lorashear {

/// The model with these linears factored, each by its moment where there is one; what the factors lose goes to fits. Adapters and row scales of a factored
/// linear are merged into it first; those of others are kept. Factors are stored in the linear's type. As an edit is applied (core/edits), but at any
/// rank and without a trace. Error(BadInput) for a name that is no whole linear of the blocks.
std::unique_ptr<CausalLM> factorModel(const CausalLM& model, const Factors& factors, const InputMoments& moments = {},
                                      FactorFits* fits = nullptr);

/// The model with all factors multiplied out, adapters and row scales of their parts included: the same function with dense linears, and as many parameters as
/// before factoring. Products are F32, whatever the factors are stored in, so that whoever stores them rounds once.
std::unique_ptr<CausalLM> mergeFactors(const CausalLM& model);

}  // namespace lorashear
