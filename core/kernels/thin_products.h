#pragma once

#include "core/kernels/simd/vector_kernels.h"

#include <ATen/core/Tensor.h>

#include <vector>

/// Threaded forms of core/kernels/simd's thin products over tensors; no gradients. Results do not depend on alignment or on the
/// number of threads: every output element is summed by one thread in a fixed order.
namespace lorashear::ops::thin {

simd::Dropout dropout(double p, std::uint64_t seed);  ///< p 0: none
at::Tensor dropoutFactors(at::IntArrayRef shape, double p, std::uint64_t seed);

/// x [N, K] in any storage type, m [R, K] fp32 -> keep(x) m^T, [N, R] fp32. Both contiguous.
at::Tensor dotRows(const at::Tensor& x, const at::Tensor& m, const simd::Dropout& dropout);

/// A bf16 copy of x that dotRowsInto makes on its way: to [N, K] is x, times scale [K] if that is defined.
struct HalfCopy {
    at::Tensor to, scale;
};
/// The same into out, a view [N, R] whose columns are neighbours. half is left alone when R is 0. firstRow: the number of x's first
/// row, for dropout.
void dotRowsInto(const at::Tensor& out, const at::Tensor& x, const at::Tensor& m, const simd::Dropout& dropout,
                 const HalfCopy& half = {}, std::int64_t firstRow = 0);

/// v [N, R] with neighbouring columns, x [N, K] fp32, contiguous -> v^T keep(x), [R, K].
at::Tensor outerSum(const at::Tensor& v, const at::Tensor& x, const simd::Dropout& dropout);
/// The same added to sum [R, K], without dropout.
void addOuterSum(const at::Tensor& sum, const at::Tensor& v, const at::Tensor& x);

/// See simd::RankUpdate: base [rows, cols] contiguous in any storage type, the same for all parts; u [rows, R] with neighbouring
/// columns and m [R, cols] contiguous, or both undefined.
struct Part {
    at::Tensor base, u, m;
    simd::Dropout dropout;
};
struct Update {
    std::vector<Part> parts;
    at::Tensor rowScale, colScale, bias, colMask;
    std::int64_t firstRow = 0;  ///< for dropout
};
at::Tensor rankUpdate(const Update& update);                       ///< [rows, cols] fp32, fresh
void rankUpdateInto(const at::Tensor& out, const Update& update);  ///< out [rows, cols] fp32, contiguous

}  // namespace lorashear::ops::thin
