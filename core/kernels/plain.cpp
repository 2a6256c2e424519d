#include "core/kernels/plain.h"

#include <torch/torch.h>

namespace lorashear::ops::plain_form {

namespace {

// x [B, heads, T, headDim]; cos, sin [T, headDim / 2].
at::Tensor rotate(const at::Tensor& x, const at::Tensor& cos, const at::Tensor& sin) {
    const auto halves = x.chunk(2, -1);
    return at::cat({halves[0] * cos - halves[1] * sin, halves[1] * cos + halves[0] * sin}, -1);
}

at::Tensor splitHeads(const at::Tensor& x, int headDim) {
    return x.view({x.size(0), x.size(1), x.size(2) / headDim, headDim}).transpose(1, 2);
}

// Row i of the T new positions sees the `past` stored ones and new ones up to itself.
at::Tensor causalMask(std::int64_t fresh, std::int64_t past, at::Device device) {
    return at::ones({fresh, past + fresh}, at::TensorOptions().dtype(at::kBool).device(device)).tril(past);
}

}  // namespace

at::Tensor rmsNorm(const at::Tensor& x, const at::Tensor& weight, double eps) {
    const auto x32 = x.to(at::kFloat);
    return x32 * at::rsqrt(x32.pow(2).mean(-1, true) + eps) * weight.to(at::kFloat);
}

at::Tensor attention(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v, int headDim, const RotaryTable& rotary,
                     KvCache* cache, int layer) {
    const auto fresh = q.size(1);
    const auto past = cache ? cache->length : 0;
    const auto cos = rotary.cos.narrow(0, past, fresh), sin = rotary.sin.narrow(0, past, fresh);
    const auto queries = rotate(splitHeads(q, headDim), cos, sin);
    auto keys = rotate(splitHeads(k, headDim), cos, sin);
    auto values = splitHeads(v, headDim);
    if (cache) {
        auto& oldKeys = cache->keys.at(static_cast<std::size_t>(layer));
        auto& oldValues = cache->values.at(static_cast<std::size_t>(layer));
        if (past > 0) {
            keys = at::cat({oldKeys.narrow(2, 0, past), keys}, 2);
            values = at::cat({oldValues.narrow(2, 0, past), values}, 2);
        }
        oldKeys = keys, oldValues = values;
    }
    std::optional<at::Tensor> mask;
    if (past > 0) mask = causalMask(fresh, past, q.device());
    const bool grouped = queries.size(1) != keys.size(1);
    const auto context = at::scaled_dot_product_attention(queries, keys, values, mask, 0.0, past == 0, std::nullopt, grouped);
    return context.transpose(1, 2).reshape({q.size(0), fresh, q.size(2)});
}

at::Tensor swiglu(const at::Tensor& gate, const at::Tensor& up) {
    return at::silu(gate) * up;
}

at::Tensor tokenNll(const at::Tensor& hidden, const at::Tensor& headWeight, const at::Tensor& targets) {
    const auto logits = at::linear(hidden, headWeight.to(at::kFloat));
    return at::cross_entropy_loss(logits, targets, {}, at::Reduction::None, -100);
}

at::Tensor distillationKl(const at::Tensor& hidden, const at::Tensor& headWeight, const at::Tensor& teacherHidden,
                          const at::Tensor& teacherHeadWeight, const at::Tensor& ignore) {
    const auto student = at::log_softmax(at::linear(hidden, headWeight.to(at::kFloat)), -1);
    const auto teacher = at::log_softmax(at::linear(teacherHidden, teacherHeadWeight.to(at::kFloat)), -1);
    auto kl = (teacher.exp() * (teacher - student)).sum(-1);
    return ignore.defined() ? kl.masked_fill(ignore, 0.0) : kl;
}

}  // namespace lorashear::ops::plain_form
