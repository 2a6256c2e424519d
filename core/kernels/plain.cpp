#include "core/kernels/plain.h"

#include <ATen/ATen.h>

#include <cmath>
#include <limits>
#include <optional>

namespace lorashear::ops::plain_form {

namespace {

// x [B, heads, T, headDim]; the first 2 * cos.size(1) features are turned.
at::Tensor rotate(const at::Tensor& x, const at::Tensor& cos, const at::Tensor& sin) {
    if (!cos.defined()) return x;
    const auto rotated = 2 * cos.size(1);
    const auto turn = [&](const at::Tensor& part) -> std::vector<at::Tensor> {
        const auto halves = part.chunk(2, -1);
        return {halves[0] * cos - halves[1] * sin, halves[1] * cos + halves[0] * sin};
    };
    if (rotated == x.size(3)) return at::cat(turn(x), -1);
    auto parts = turn(x.narrow(-1, 0, rotated));
    parts.push_back(x.narrow(-1, rotated, x.size(3) - rotated));
    return at::cat(parts, -1);
}

at::Tensor splitHeads(const at::Tensor& x, int headDim) {
    return x.view({x.size(0), x.size(1), x.size(2) / headDim, headDim}).transpose(1, 2);
}

// Row i of the T new positions sees itself and, of the `past` stored ones and new ones before it, the last window - 1 (0: all).
at::Tensor causalMask(std::int64_t fresh, std::int64_t past, int window, at::Device device) {
    const auto mask = at::ones({fresh, past + fresh}, at::TensorOptions().dtype(at::kBool).device(device)).tril(past);
    return window > 0 ? mask.triu(past - window + 1) : mask;
}

// Soft caps have no place in the one operator, so all steps are written out.
at::Tensor cappedAttention(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v, const AttentionOptions& options) {
    const double scale = options.scale > 0 ? options.scale : 1 / std::sqrt(options.headDim);
    const auto queries = q.size(2), keys = k.size(2), shared = q.size(1) / k.size(1);
    const auto each = [&](const at::Tensor& x) { return shared == 1 ? x : x.repeat_interleave(shared, 1); };
    const auto scores = softCapped(at::matmul(q * scale, each(k).transpose(2, 3)), options.softCap);
    const auto past = keys - queries;
    const auto hidden = at::full({queries, keys}, -std::numeric_limits<double>::infinity(), scores.options());
    auto shown = scores + hidden.triu(past + 1);
    if (options.window > 0) shown = shown + hidden.tril(past - options.window);
    return at::matmul(at::softmax(shown, -1), each(v));
}

}  // namespace

at::Tensor rmsNorm(const at::Tensor& x, const at::Tensor& weight, double eps) {
    const auto x32 = x.to(at::kFloat);
    return x32 * at::rsqrt(x32.pow(2).mean(-1, true) + eps) * weight.to(at::kFloat);
}

at::Tensor attention(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v, const AttentionOptions& options,
                     const RotaryTable& rotary, KvCache* cache, int layer) {
    const auto fresh = q.size(1);
    const auto past = cache ? cache->length : 0;
    const bool positioned = rotary.cos.defined();
    const auto cos = positioned ? rotary.cos.narrow(0, past, fresh) : at::Tensor();
    const auto sin = positioned ? rotary.sin.narrow(0, past, fresh) : at::Tensor();
    const auto queries = rotate(splitHeads(q, options.headDim), cos, sin);
    auto keys = rotate(splitHeads(k, options.headDim), cos, sin);
    auto values = splitHeads(v, options.headDim);
    if (cache) {
        auto& oldKeys = cache->keys.at(static_cast<std::size_t>(layer));
        auto& oldValues = cache->values.at(static_cast<std::size_t>(layer));
        if (past > 0) {
            keys = at::cat({oldKeys.narrow(2, 0, past), keys}, 2);
            values = at::cat({oldValues.narrow(2, 0, past), values}, 2);
        }
        oldKeys = keys, oldValues = values;
    }
    const auto joined = [&](const at::Tensor& context) {
        return context.transpose(1, 2).reshape({q.size(0), fresh, q.size(2)});
    };
    if (options.softCap > 0) return joined(cappedAttention(queries, keys, values, options));
    const auto scale = options.scale > 0 ? std::optional(options.scale) : std::nullopt;
    std::optional<at::Tensor> mask;
    if (past > 0 || (options.window > 0 && options.window < fresh))
        mask = causalMask(fresh, past, options.window, q.device());
    const bool grouped = queries.size(1) != keys.size(1);
    return joined(at::scaled_dot_product_attention(queries, keys, values, mask, 0.0, !mask, scale, grouped));
}

at::Tensor swiglu(const at::Tensor& gate, const at::Tensor& up) {
    return at::silu(gate) * up;
}

namespace {

at::Tensor logitsOf(const at::Tensor& hidden, const VocabularyHead& head) {
    const auto bias = head.bias.defined() ? std::optional(head.bias.to(at::kFloat)) : std::nullopt;
    return softCapped(at::linear(hidden, head.weight.to(at::kFloat), bias), head.softCap);
}

}  // namespace

at::Tensor tokenNll(const at::Tensor& hidden, const VocabularyHead& head, const at::Tensor& targets) {
    return at::cross_entropy_loss(logitsOf(hidden, head), targets, {}, at::Reduction::None, -100);
}

at::Tensor distillationKl(const at::Tensor& hidden, const VocabularyHead& head, const at::Tensor& teacherHidden,
                          const VocabularyHead& teacherHead, const at::Tensor& ignore) {
    const auto student = at::log_softmax(logitsOf(hidden, head), -1);
    const auto teacher = at::log_softmax(logitsOf(teacherHidden, teacherHead), -1);
    auto kl = (teacher.exp() * (teacher - student)).sum(-1);
    return ignore.defined() ? kl.masked_fill(ignore, 0.0) : kl;
}

TaughtLoss taughtLoss(const at::Tensor& hidden, const VocabularyHead& head, const at::Tensor& targets,
                      const at::Tensor& teacherHidden, const VocabularyHead& teacherHead, double weight) {
    const auto student = at::log_softmax(logitsOf(hidden, head), -1);
    const auto teacher = at::log_softmax(logitsOf(teacherHidden, teacherHead), -1);
    const auto kl = (teacher.exp() * (teacher - student)).sum(-1).masked_fill(targets.eq(-100), 0.0);
    const auto nll = at::nll_loss(student, targets, {}, at::Reduction::None, -100);
    return {nll * (1 - weight) + kl * weight, nll.detach()};
}

}  // namespace lorashear::ops::plain_form
