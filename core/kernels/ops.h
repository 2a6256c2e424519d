#pragma once

#include "core/model/forward_context.h"

#include <ATen/core/Tensor.h>

#include <optional>

namespace lorashear::ops {

/// The operators that families are written with. Each has two implementations with the same result (to rounding):
/// a plain one made of ATen operators (used while tracing, on the meta device, and on devices without a fused one) and a
/// fused one for the processor, with a hand-written backward. layerNorm is ATen's own in both, which is fused already.

/// While alive on this thread, all operators take their plain form.
class PlainScope {
public:
    PlainScope();
    ~PlainScope();
    PlainScope(const PlainScope&) = delete;
    PlainScope& operator=(const PlainScope&) = delete;
};
bool plain(const at::Tensor& x);  ///< whether the plain form is to be used for x

/// weight * x / sqrt(mean(x^2) + eps), over the last dimension, in fp32.
at::Tensor rmsNorm(const at::Tensor& x, const at::Tensor& weight, double eps);

/// weight * (x - mean) / sqrt(variance + eps) + bias, over the last dimension, in fp32. weight, bias [d] in any storage type.
at::Tensor layerNorm(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias, double eps);

/// cos and sin [positions, headDim / 2] of rotary positions, computed in double, stored fp32.
struct RotaryTable {
    at::Tensor cos, sin;
};
RotaryTable rotaryTable(int headDim, double theta, std::int64_t positions, at::Device device);

/// Causal grouped-query attention over projections as they leave their linears, rotary positions applied inside.
/// q [B, T, heads * headDim], k and v [B, T, kvHeads * headDim] -> [B, T, heads * headDim]. Half-split RoPE (rotate_half),
/// query head h uses key/value head h / (heads / kvHeads). With a cache, layer's keys and values are appended to it (no gradients then).
at::Tensor attention(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v, int headDim, const RotaryTable& rotary,
                     KvCache* cache, int layer);

/// silu(gate) * up.
at::Tensor swiglu(const at::Tensor& gate, const at::Tensor& up);

/// Negative log-likelihood in nats of each target under head(hidden), without ever holding all logits, forward or backward.
/// hidden [N, d], headWeight [V, d] (frozen, any storage type), targets [N] int64 (-100: ignored, gives 0) -> [N] fp32.
at::Tensor tokenNll(const at::Tensor& hidden, const at::Tensor& headWeight, const at::Tensor& targets,
                    Compute compute = Compute::Fp32);

/// KL(teacher || student) in nats for each position at temperature 1, chunked like tokenNll. Both hidden [N, d];
/// differentiable in hidden only. weights as in tokenNll. ignore [N] bool or undefined.
at::Tensor distillationKl(const at::Tensor& hidden, const at::Tensor& headWeight, const at::Tensor& teacherHidden,
                          const at::Tensor& teacherHeadWeight, const at::Tensor& ignore);

}  // namespace lorashear::ops
