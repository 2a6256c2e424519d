#include "core/kernels/fused.h"
#include "core/kernels/parallel.h"
#include "core/kernels/simd/vector_kernels.h"

#include "core/base/error.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace lorashear::ops::fused {

namespace {

struct Shape {
    std::int64_t batch, fresh, heads, kvHeads, past, keys;
    int headDim;
    AttentionOptions options;

    Shape(const at::Tensor& q, const at::Tensor& k, const AttentionOptions& o, std::int64_t stored)
        : batch(q.size(0)),
          fresh(q.size(1)),
          heads(q.size(2) / o.headDim),
          kvHeads(k.size(2) / o.headDim),
          past(stored),
          keys(stored + q.size(1)),
          headDim(o.headDim),
          options(o) {}
    std::int64_t perKvHead() const { return heads / kvHeads; }
};

// Where the keys and values of one (sequence, kv head) lie: rows of headDim floats.
struct Rows {
    float* data = nullptr;
    std::int64_t batchStride = 0, headStride = 0, stride = 0;
    float* at(std::int64_t b, std::int64_t head) const { return data + b * batchStride + head * headStride; }
};

Rows headMajor(const at::Tensor& t) {  // [B, heads, T, headDim]
    return {t.mutable_data_ptr<float>(), t.stride(0), t.stride(1), t.stride(2)};
}

Rows tokenMajor(const at::Tensor& t, int headDim) {  // [B, T, heads * headDim]
    return {const_cast<float*>(t.const_data_ptr<float>()), t.stride(0), headDim, t.stride(1)};
}

template <class Body>
void eachHead(std::int64_t batch, std::int64_t heads, const Body& body) {
    parallelFor(0, batch * heads, 1, [&](std::int64_t begin, std::int64_t end) {
        for (auto i = begin; i < end; ++i) body(i / heads, i % heads);
    });
}

// Tables as the inner loops want them.
struct Turns {
    const float *cos = nullptr, *sin = nullptr;
    int rotated = 0;

    explicit Turns(const RotaryTable& table) {
        if (!table.cos.defined()) return;
        cos = table.cos.const_data_ptr<float>(), sin = table.sin.const_data_ptr<float>();
        rotated = static_cast<int>(2 * table.cos.size(1));
    }
};

// Rotated copies of the new keys, to rows past, past + 1, ... of `to`.
void rotateKeys(const Shape& s, const Rows& from, const RotaryTable& rotary, const Rows& to) {
    const Turns turns(rotary);
    eachHead(s.batch, s.kvHeads, [&](std::int64_t b, std::int64_t h) {
        simd::vectorKernels().rotate(from.at(b, h), from.stride, s.fresh, s.past, s.headDim, turns.rotated, turns.cos,
                                     turns.sin, false, to.at(b, h) + s.past * to.stride, to.stride);
    });
}

simd::AttentionHead describe(const Shape& s, const Rows& q, const Rows& k, const Rows& v, const RotaryTable& rotary,
                             std::int64_t b, std::int64_t head) {
    simd::AttentionHead job;
    job.headDim = s.headDim, job.past = s.past, job.begin = 0, job.end = s.fresh;
    job.q = q.at(b, head), job.qStride = q.stride;
    job.k = k.at(b, head / s.perKvHead()), job.kStride = k.stride;
    job.v = v.at(b, head / s.perKvHead()), job.vStride = v.stride;
    const Turns turns(rotary);
    job.cos = turns.cos, job.sin = turns.sin, job.rotated = turns.rotated;
    job.scale = static_cast<float>(s.options.scale > 0 ? s.options.scale : 1 / std::sqrt(s.headDim));
    job.softCap = static_cast<float>(s.options.softCap), job.window = s.options.window;
    return job;
}

at::Tensor scratchFor(const Shape& s) {
    return at::empty({simd::vectorKernels().attentionScratch(s.headDim, s.keys)}, at::kFloat);
}

// logSumExp [B, heads, T] or null.
at::Tensor attend(const Shape& s, const at::Tensor& q, const Rows& k, const Rows& v, const RotaryTable& rotary,
                  float* logSumExp) {
    auto out = at::empty_like(q);
    const auto queries = tokenMajor(q, s.headDim), results = tokenMajor(out, s.headDim);
    const auto block = simd::vectorKernels().attentionBlock;
    const auto blocks = (s.fresh + block - 1) / block;
    parallelFor(0, s.batch * s.heads * blocks, 1, [&](std::int64_t begin, std::int64_t end) {
        const auto scratch = scratchFor(s);
        for (auto i = begin; i < end; ++i) {
            const auto b = i / blocks / s.heads, head = i / blocks % s.heads;
            auto job = describe(s, queries, k, v, rotary, b, head);
            job.begin = i % blocks * block, job.end = std::min(s.fresh, job.begin + block);
            job.out = results.at(b, head);
            job.logSumExp = logSumExp ? logSumExp + (b * s.heads + head) * s.fresh : nullptr;
            job.scratch = scratch.mutable_data_ptr<float>();
            simd::vectorKernels().attentionForward(job);
        }
    });
    return out;
}

at::Tensor rotatedKeys(const Shape& s, const at::Tensor& k, const RotaryTable& rotary) {
    auto keys = at::empty({s.batch, s.kvHeads, s.fresh, s.headDim}, k.options());
    rotateKeys(s, tokenMajor(k, s.headDim), rotary, headMajor(keys));
    return keys;
}

struct Gradients {
    at::Tensor q, k, v;
};

// One task per (sequence, kv head): its query heads add to the same dK and dV.
Gradients attendBackward(const Shape& s, const at::Tensor& q, const at::Tensor& k, const at::Tensor& v,
                         const at::Tensor& out, const at::Tensor& logSumExp, const at::Tensor& dout,
                         const RotaryTable& rotary) {
    Gradients g{at::empty_like(q), at::empty_like(k), at::empty_like(v)};
    const auto rotated = rotatedKeys(s, k, rotary);
    const auto keys = headMajor(rotated), queries = tokenMajor(q, s.headDim), values = tokenMajor(v, s.headDim);
    const auto outs = tokenMajor(out, s.headDim), douts = tokenMajor(dout, s.headDim), dq = tokenMajor(g.q, s.headDim);
    const auto dk = tokenMajor(g.k, s.headDim), dv = tokenMajor(g.v, s.headDim);
    const auto* sums = logSumExp.const_data_ptr<float>();
    const auto& kernels = simd::vectorKernels();
    const auto row = kernels.attentionRow(s.headDim);
    const Turns turns(rotary);
    eachHead(s.batch, s.kvHeads, [&](std::int64_t b, std::int64_t kvHead) {
        const auto scratch = scratchFor(s);
        const auto sumsOfRows = at::zeros({2, s.keys, row}, at::kFloat);
        auto *dkRows = sumsOfRows.mutable_data_ptr<float>(), *dvRows = dkRows + s.keys * row;
        for (auto head = kvHead * s.perKvHead(); head < (kvHead + 1) * s.perKvHead(); ++head) {
            auto job = describe(s, queries, keys, values, rotary, b, head);
            job.out = outs.at(b, head), job.dout = douts.at(b, head), job.dq = dq.at(b, head);
            job.logSumExp = const_cast<float*>(sums) + (b * s.heads + head) * s.fresh;
            job.dk = dkRows, job.dv = dvRows;
            job.scratch = scratch.mutable_data_ptr<float>();
            kernels.attentionBackward(job);
        }
        kernels.rotate(dkRows, row, s.keys, 0, s.headDim, turns.rotated, turns.cos, turns.sin, true, dk.at(b, kvHead),
                       dk.stride);
        for (std::int64_t t = 0; t < s.keys; ++t)
            std::copy(dvRows + t * row, dvRows + t * row + s.headDim, dv.at(b, kvHead) + t * dv.stride);
    });
    return g;
}

struct AttentionFunction : torch::autograd::Function<AttentionFunction> {
    static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& q, const at::Tensor& k,
                              const at::Tensor& v, const RotaryTable& rotary, const AttentionOptions& options) {
        const Shape s(q, k, options, 0);
        const auto keys = rotatedKeys(s, k, rotary);
        const auto logSumExp = at::empty({s.batch, s.heads, s.fresh}, q.options());
        const auto out =
            attend(s, q, headMajor(keys), tokenMajor(v, s.headDim), rotary, logSumExp.mutable_data_ptr<float>());
        context->save_for_backward({q, k, v, out, logSumExp, rotary.cos, rotary.sin});
        context->saved_data["headDim"] = std::int64_t{options.headDim};
        context->saved_data["scale"] = options.scale;
        context->saved_data["softCap"] = options.softCap;
        context->saved_data["window"] = std::int64_t{options.window};
        return out;
    }

    static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                   torch::autograd::variable_list gradients) {
        const auto saved = context->get_saved_variables();
        const AttentionOptions options{static_cast<int>(context->saved_data["headDim"].toInt()),
                                       context->saved_data["scale"].toDouble(), context->saved_data["softCap"].toDouble(),
                                       static_cast<int>(context->saved_data["window"].toInt())};
        const Shape s(saved[0], saved[1], options, 0);
        auto g = attendBackward(s, saved[0], saved[1], saved[2], saved[3], saved[4], gradients[0].contiguous(),
                                {saved[5], saved[6]});
        return {g.q, g.k, g.v, at::Tensor(), at::Tensor()};
    }
};

// Room for `needed` positions, doubled when it runs out so that appending is cheap.
void reserve(at::Tensor& store, const Shape& s) {
    const auto room = store.defined() ? store.size(2) : 0;
    if (room >= s.keys) return;
    auto larger = at::empty({s.batch, s.kvHeads, std::max<std::int64_t>({s.keys, 2 * room, 64}), s.headDim}, at::kFloat);
    if (s.past > 0) larger.narrow(2, 0, s.past).copy_(store.narrow(2, 0, s.past));
    store = larger;
}

at::Tensor attendCached(const Shape& s, const at::Tensor& q, const at::Tensor& k, const at::Tensor& v,
                        const RotaryTable& rotary, KvCache& cache, std::size_t layer) {
    auto &keys = cache.keys.at(layer), &values = cache.values.at(layer);
    reserve(keys, s);
    reserve(values, s);
    rotateKeys(s, tokenMajor(k, s.headDim), rotary, headMajor(keys));
    values.narrow(2, s.past, s.fresh).copy_(v.view({s.batch, s.fresh, s.kvHeads, s.headDim}).transpose(1, 2));
    return attend(s, q, headMajor(keys), headMajor(values), rotary, nullptr);
}

}  // namespace

at::Tensor attention(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v, const AttentionOptions& options,
                     const RotaryTable& rotary, KvCache* cache, int layer) {
    const auto queries = q.contiguous(), keys = k.contiguous(), values = v.contiguous();
    const Shape s(queries, keys, options, cache ? cache->length : 0);
    if (rotary.cos.defined() && s.keys > rotary.cos.size(0))
        throw Error(
            ErrorCode::BadInput, "sequence",
            "has " + std::to_string(s.keys) + " tokens; the model's context holds " + std::to_string(rotary.cos.size(0)));
    if (cache) {
        at::NoGradGuard guard;
        return attendCached(s, queries, keys, values, rotary, *cache, static_cast<std::size_t>(layer));
    }
    const bool gradient = at::GradMode::is_enabled() && (q.requires_grad() || k.requires_grad() || v.requires_grad());
    if (gradient) return AttentionFunction::apply(queries, keys, values, rotary, options);
    const auto rotated = rotatedKeys(s, keys, rotary);
    return attend(s, queries, headMajor(rotated), tokenMajor(values, options.headDim), rotary, nullptr);
}

}  // namespace lorashear::ops::fused
