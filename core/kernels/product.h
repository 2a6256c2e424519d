#pragma once

#include "core/kernels/compute.h"

#include <ATen/core/Tensor.h>

/// The big matrix products, on the processor. All operands are brought to 64-byte alignment first: libraries choose other
/// paths for unaligned memory, and results must not depend on where a tensor happens to lie. Weights may lie in memory by
/// rows or by columns (stored transposed); neither is copied for that.
namespace lorashear::ops {

/// t itself when contiguous fp32 on 64-byte aligned memory, else such a copy.
at::Tensor alignedFloat(const at::Tensor& t);
/// Whether a matrix lies by columns: its transpose is contiguous and it is not.
bool byColumns(const at::Tensor& matrix);

/// The same as alignedFloat in bf16 (rounded to nearest even).
at::Tensor alignedBfloat16(const at::Tensor& t);

/// x w^T + bias by LibTorch's oneDNN linear where there is one, else by at::linear. Operands as they are; w may be one that oneDNN packed.
at::Tensor oneDnnLinear(const at::Tensor& x, const at::Tensor& w, const at::Tensor& bias = {});

/// x [N, k] times w [n, k] transposed, fp32. bias [n] or undefined. oneDNN where LibTorch offers it, else MKL.
at::Tensor timesTransposed(const at::Tensor& x, const at::Tensor& w, const at::Tensor& bias = {});
/// x [N, k] times w [k, n], fp32.
at::Tensor times(const at::Tensor& x, const at::Tensor& w);

/// The same with bf16 operands (converted if need be) and fp32 accumulation; the result is bf16.
at::Tensor timesTransposedBfloat16(const at::Tensor& x, const at::Tensor& w);
at::Tensor timesBfloat16(const at::Tensor& x, const at::Tensor& w);

/// Whether Compute::Mixed is faster here: measures one product of each kind, 0.1 s in all, once per process.
bool mixedPays();
/// The two measured rates in GFLOPS on a 512 x 1024 x 1024 product (for `doctor` and benchmarks). Takes 0.1 s each time.
struct ProductRates {
    double fp32 = 0, bf16 = 0;
    bool mixedPays() const { return bf16 > 1.3 * fp32; }
};
ProductRates productRates();

}  // namespace lorashear::ops
