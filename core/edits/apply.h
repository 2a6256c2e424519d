#pragma once

#include "core/edits/blueprint.h"

#include <ATen/core/Tensor.h>

#include <memory>

namespace lorashear {

class CausalLM;

/// One tensor as its making says, from the tensor before: selected, and rescaled in fp32 (whatever it was: rounding would not be a
/// repair). Fresh memory unless the making changes nothing.
at::Tensor made(const TensorMaking& making, const at::Tensor& source);

/// The smaller model in memory. Weights, adapters (rows of W are rows of B, columns of W columns of A), row scales and biases are cut
/// alike, into fresh memory; masks are not taken along. The blueprint must be of this model.
std::unique_ptr<CausalLM> applyEdits(const CausalLM& model, const Blueprint& blueprint);
std::unique_ptr<CausalLM> applyEdits(const CausalLM& model, const Structure& structure, const Edits& edits);

}  // namespace lorashear
