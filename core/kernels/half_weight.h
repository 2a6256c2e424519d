#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace lorashear::ops {

/// A frozen matrix [out, in] in bf16 for the big products of mixed arithmetic, on the processor.
///
/// Matrices of small models (the shorter side up to 1024) are packed once into the order in which LibTorch's oneDNN wants
/// them, for each direction when it is first asked for; otherwise every product packs them anew, which on a processor with AMX
/// takes a third of its time. Packed copies cost 2 bytes an element and direction: too much for a big model, whose matrices
/// stay as they are.
class HalfWeight {
public:
    explicit HalfWeight(const at::Tensor& weight);  ///< any storage type, by rows or by columns
    bool isOf(const at::Tensor& weight) const;      ///< made of this tensor, and nobody has written to it since

    at::Tensor timesTransposed(const at::Tensor& x) const;  ///< x [N, in] bf16 -> x W^T [N, out] bf16
    at::Tensor times(const at::Tensor& dy) const;           ///< dy [N, out] bf16 -> dy W [N, in] bf16

private:
    const at::Tensor& plain() const;

    at::Tensor m_weight;
    std::uint32_t m_version;
    bool m_packs;
    mutable at::Tensor m_plain, m_forward, m_backward;  ///< made when first asked for
};

}  // namespace lorashear::ops
