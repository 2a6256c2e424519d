#pragma once

#include "core/kernels/simd/vector_kernels.h"

#include <ATen/core/Tensor.h>

/// Threaded forms of core/kernels/simd's thin products over tensors; no gradients. Results do not depend on alignment or on the
/// number of threads: every output element is summed by one thread in a fixed order.
namespace lorashear::ops::thin {

simd::Dropout dropout(double p, std::uint64_t seed);
at::Tensor dropoutFactors(at::IntArrayRef shape, double p, std::uint64_t seed);

/// x [N, K] in any storage type, m [R, K] fp32 -> keep(x) m^T, [N, R] fp32. Both contiguous.
at::Tensor dotRows(const at::Tensor& x, const at::Tensor& m, const simd::Dropout& dropout);
/// v [N, R], x [N, K] fp32 -> v^T keep(x), [R, K]. Both contiguous.
at::Tensor outerSum(const at::Tensor& v, const at::Tensor& x, const simd::Dropout& dropout);

/// See simd::RankUpdate. base [rows, cols] contiguous in any storage type; u [rows, R] and m [R, cols] or both undefined.
struct Update {
    at::Tensor base, u, m, rowScale, colScale, bias, colMask;
    simd::Dropout dropout;
};
at::Tensor rankUpdate(const Update& update);  ///< [rows, cols] fp32, fresh

}  // namespace lorashear::ops::thin
