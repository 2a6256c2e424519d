#pragma once

#include "core/model/linear.h"

#include <cstdint>

namespace lorashear {

/// LoRAPrune's stand-in for the gradient of rows [begin, begin + rows) of W (arXiv 2305.18403 section 3.2), from the adapter alone:
///
///   G^ = dB A + B dA - dB dA
///
/// dA, dB: the adapter's gradients, times `factor` (that of clipping). It is how far B A goes back in one step of gradient descent with learning
/// rate 1. Without its last term it is s (G A^T A + B B^T G), G the true gradient: what of G the adapter's subspace sees.
/// [rows, in] fp32; both gradients must be there.
at::Tensor loraGradient(const Linear& linear, double factor, std::int64_t begin, std::int64_t rows);

/// |G^ .* (c W + s B A)| summed along each dimension.
struct LoraImportance {
    at::Tensor rows;     ///< [out] fp64
    at::Tensor columns;  ///< [in] fp64
};
/// Of all rows, in portions of at most 64 MB.
LoraImportance loraImportance(const Linear& linear, double factor);

/// LoRAPrune's share of the target after `step` of `steps` pruning steps, 0 … 1: 1 - (1 - step / steps)^3.
double cubicShare(std::int64_t step, std::int64_t steps);

}  // namespace lorashear
