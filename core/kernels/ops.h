#pragma once

#include "core/kernels/activation.h"
#include "core/kernels/compute.h"
#include "core/kernels/kv_cache.h"
#include "core/kernels/rope.h"

#include <ATen/core/Tensor.h>

#include <memory>
#include <utility>

namespace lorashear::ops {

class HalfWeight;

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

/// weight * (x - mean) / sqrt(variance + eps) + bias, over the last dimension, in fp32. weight, bias [d] in any storage type; bias may be
/// undefined: none.
at::Tensor layerNorm(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias, double eps);

/// cos and sin [positions, n / 2] of rotary positions over the first n features of a head, times the settings' amplitude; computed in double, stored fp32.
/// Undefined tensors: no rotary positions.
struct RotaryTable {
    at::Tensor cos, sin;
};
/// sequence: positions of the sequence that the table is for, where frequencies depend on it (RopeSettings::dependsOnLength); 0: a short one.
RotaryTable rotaryTable(const RopeSettings& settings, int headDim, std::int64_t positions, at::Device device,
                        std::int64_t sequence = 0);

/// For families that turn neighbouring features (2i, 2i + 1) of a head by one angle: of the first `turned` features of every head the even ones,
/// then the odd ones, as attention() pairs them; the others stay. Done to queries and keys alike it changes no score. x [B, T, heads * headDim].
at::Tensor halvesFromPairs(const at::Tensor& x, int headDim, std::int64_t turned);

/// What one block's attention does. The defaults are the plain causal form.
struct AttentionOptions {
    int headDim = 0;
    double scale = 0;    ///< of the scores; 0: 1 / sqrt(headDim)
    double softCap = 0;  ///< scores become softCap * tanh(score / softCap); 0: they stay
    int window = 0;      ///< a position sees itself and window - 1 before it; 0: all before it
};

/// Causal grouped-query attention over projections as they leave their linears, rotary positions applied inside.
/// q [B, T, heads * headDim], k and v [B, T, kvHeads * headDim] -> [B, T, heads * headDim]. Half-split RoPE (rotate_half),
/// query head h uses key/value head h / (heads / kvHeads). With a cache, layer's keys and values are appended to it (no gradients then).
at::Tensor attention(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v, const AttentionOptions& options,
                     const RotaryTable& rotary, KvCache* cache, int layer);

/// The activation, value by value.
at::Tensor activate(Activation activation, const at::Tensor& x);

/// activation(gate) * up.
at::Tensor gated(Activation activation, const at::Tensor& gate, const at::Tensor& up);

/// silu(gate) * up.
at::Tensor swiglu(const at::Tensor& gate, const at::Tensor& up);

/// What turns hidden states into logits: weight [V, d] and bias [V] (frozen, any storage type), then softCap * tanh(logit / softCap) unless it is 0.
struct VocabularyHead {
    at::Tensor weight;
    double softCap = 0;
    at::Tensor bias;                         ///< undefined: none
    std::shared_ptr<const HalfWeight> half;  ///< for Compute::Mixed; null: made at every call
    VocabularyHead(at::Tensor matrix, double cap = 0, at::Tensor shift = {})
        : weight(std::move(matrix)), softCap(cap), bias(std::move(shift)) {}
};

/// cap * tanh(x / cap); x itself for cap 0.
at::Tensor softCapped(const at::Tensor& x, double cap);

/// Negative log-likelihood in nats of each target under head(hidden), without ever holding all logits, forward or backward.
/// hidden [N, d], targets [N] int64 (-100: ignored, gives 0) -> [N] fp32.
at::Tensor tokenNll(const at::Tensor& hidden, const VocabularyHead& head, const at::Tensor& targets,
                    Compute compute = Compute::Fp32);

/// KL(teacher || student) in nats for each position at temperature 1, chunked like tokenNll. Both hidden [N, d];
/// differentiable in hidden only. ignore [N] bool or undefined.
at::Tensor distillationKl(const at::Tensor& hidden, const VocabularyHead& head, const at::Tensor& teacherHidden,
                          const VocabularyHead& teacherHead, const at::Tensor& ignore);

}  // namespace lorashear::ops
