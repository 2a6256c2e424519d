#pragma once

#include "core/kernels/compute.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>

namespace lorashear::ops {

class HalfWeight;

/// What one linear computes with; fields as in core/model/linear.h. Undefined tensors are left out.
struct LinearOperands {
    at::Tensor weight, bias, a, b, rowScale, mask;
    std::shared_ptr<const HalfWeight> half;  ///< the weight in bf16, wanted with Compute::Mixed
    double scale = 0;
    double dropout = 0;  ///< 0: none
    std::uint64_t dropoutSeed = 0;
    Compute compute = Compute::Fp32;

    at::Tensor rowFactor() const;  ///< rowScale * mask [out], undefined where both are
};

/// y = mask * (rowScale * (W x + bias) + scale * B (A dropout(x))), on the processor; x [N, in] fp32 -> [N, out] fp32.
/// Differentiable in x, a and b; W is kept out of the gradients' products except dx = dy W. Which way it
/// goes (see lora_linear.cpp) depends on shapes and options only, so equal calls give equal bits.
at::Tensor loraLinear(const at::Tensor& x, const LinearOperands& operands);

/// mask * rowScale * W + scale * mask * B A in one pass; [out, in] fp32, in memory by rows or by columns as W is. mask and
/// rowScale may be undefined.
at::Tensor mergedWeight(const LinearOperands& operands);

/// The factors that dropout multiplies x with (0 or 1 / (1 - p)), a pure function of seed and element number; on the CPU.
at::Tensor dropoutFactors(at::IntArrayRef shape, double p, std::uint64_t seed);

}  // namespace lorashear::ops
