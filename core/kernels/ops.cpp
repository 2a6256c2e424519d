#include "core/kernels/ops.h"

#include "core/kernels/fused.h"
#include "core/kernels/plain.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <optional>

namespace lorashear::ops {

namespace {

int& plainDepth() {
    thread_local int depth = 0;
    return depth;
}

// The fused losses know the gradient of the hidden states alone; a head that is trained itself takes the form that holds all logits.
bool trained(const VocabularyHead& head) {
    return at::GradMode::is_enabled() && (head.weight.requires_grad() || (head.bias.defined() && head.bias.requires_grad()));
}

}  // namespace

PlainScope::PlainScope() {
    ++plainDepth();
}

PlainScope::~PlainScope() {
    --plainDepth();
}

bool plain(const at::Tensor& x) {
    return plainDepth() > 0 || !x.device().is_cpu();
}

at::Tensor rmsNorm(const at::Tensor& x, const at::Tensor& weight, double eps) {
    return plain(x) ? plain_form::rmsNorm(x, weight, eps) : fused::rmsNorm(x, weight, eps);
}

at::Tensor layerNorm(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias, double eps) {
    const auto shift = bias.defined() ? std::optional(bias.to(at::kFloat)) : std::nullopt;
    return at::layer_norm(x, {x.size(-1)}, weight.to(at::kFloat), shift, eps);
}

at::Tensor halvesFromPairs(const at::Tensor& x, int headDim, std::int64_t turned) {
    const auto heads = x.view({x.size(0), x.size(1), x.size(2) / headDim, headDim});
    const auto pairs = heads.narrow(-1, 0, turned).reshape({x.size(0), x.size(1), heads.size(2), turned / 2, 2});
    const auto halves = pairs.transpose(-1, -2).reshape({x.size(0), x.size(1), heads.size(2), turned});
    if (turned == headDim) return halves.reshape(x.sizes());
    return at::cat({halves, heads.narrow(-1, turned, headDim - turned)}, -1).reshape(x.sizes());
}

RotaryTable rotaryTable(const RopeSettings& settings, int headDim, std::int64_t positions, at::Device device,
                        std::int64_t sequence) {
    const auto frequencies = ropeFrequencies(settings, headDim, sequence);
    if (frequencies.empty()) return {};
    const auto angles = at::outer(at::arange(positions, at::kDouble), at::tensor(frequencies, at::kDouble));
    return {(angles.cos() * settings.amplitude).to(at::kFloat).to(device),
            (angles.sin() * settings.amplitude).to(at::kFloat).to(device)};
}

at::Tensor attention(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v, const AttentionOptions& options,
                     const RotaryTable& rotary, KvCache* cache, int layer) {
    return plain(q) ? plain_form::attention(q, k, v, options, rotary, cache, layer)
                    : fused::attention(q, k, v, options, rotary, cache, layer);
}

at::Tensor activate(Activation activation, const at::Tensor& x) {
    switch (activation) {
        case Activation::Silu: return at::silu(x);
        case Activation::Gelu: return at::gelu(x);
        case Activation::GeluTanh: return at::gelu(x, "tanh");
        case Activation::Relu: return at::relu(x);
        case Activation::ReluSquared: return at::square(at::relu(x));
    }
    return x;
}

at::Tensor gated(Activation activation, const at::Tensor& gate, const at::Tensor& up) {
    if (activation == Activation::Silu && !plain(gate)) return fused::swiglu(gate, up);
    return activate(activation, gate) * up;
}

at::Tensor softCapped(const at::Tensor& x, double cap) {
    return cap == 0 ? x : at::tanh(x / cap) * cap;
}

at::Tensor tokenNll(const at::Tensor& hidden, const VocabularyHead& head, const at::Tensor& targets, Compute compute) {
    return plain(hidden) || trained(head) ? plain_form::tokenNll(hidden, head, targets)
                                          : fused::tokenNll(hidden, head, targets, compute);
}

at::Tensor distillationKl(const at::Tensor& hidden, const VocabularyHead& head, const at::Tensor& teacherHidden,
                          const VocabularyHead& teacherHead, const at::Tensor& ignore) {
    return plain(hidden) || trained(head) ? plain_form::distillationKl(hidden, head, teacherHidden, teacherHead, ignore)
                                          : fused::distillationKl(hidden, head, teacherHidden, teacherHead, ignore);
}

TaughtLoss taughtLoss(const at::Tensor& hidden, const VocabularyHead& head, const at::Tensor& targets,
                      const at::Tensor& teacherHidden, const VocabularyHead& teacherHead, double weight, Compute compute) {
    return plain(hidden) || trained(head)
               ? plain_form::taughtLoss(hidden, head, targets, teacherHidden, teacherHead, weight)
               : fused::taughtLoss(hidden, head, targets, teacherHidden, teacherHead, weight, compute);
}

}  // namespace lorashear::ops
