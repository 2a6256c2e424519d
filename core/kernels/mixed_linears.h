#pragma once

#include "core/kernels/lora_linear.h"

#include <vector>

namespace lorashear::ops {

/// Linears in mixed arithmetic that read the same x (queries, keys and values, say): the products with frozen weights in bf16 with
/// fp32 sums, adapters in fp32. x [N, in] fp32 -> each y [N, out] fp32, as loraLinear defines it. Differentiable in x and the
/// adapters. Each operand's half must be there.
std::vector<at::Tensor> mixedLinears(const at::Tensor& x, const std::vector<LinearOperands>& operands);

}  // namespace lorashear::ops
