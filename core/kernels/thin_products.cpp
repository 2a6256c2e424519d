#include "core/kernels/thin_products.h"

#include "core/kernels/parallel.h"

#include "core/base/error.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

namespace lorashear::ops::thin {

namespace {

constexpr std::int64_t kElementsPerTask = 32768;

std::int64_t grain(std::int64_t cols, std::int64_t multiple) {
    const auto rows = std::max<std::int64_t>(1, kElementsPerTask / std::max<std::int64_t>(1, cols));
    return (rows + multiple - 1) / multiple * multiple;
}

simd::Matrix matrix(const at::Tensor& t) {
    switch (t.scalar_type()) {
        case at::kFloat: return {t.const_data_ptr(), simd::Storage::F32};
        case at::kBFloat16: return {t.const_data_ptr(), simd::Storage::BF16};
        case at::kHalf: return {t.const_data_ptr(), simd::Storage::F16};
        default: throw Error(ErrorCode::Unsupported, "weight", std::string("is stored as ") + at::toString(t.scalar_type()));
    }
}

simd::Matrix fromRow(const at::Tensor& t, std::int64_t row) {
    auto m = matrix(t);
    m.data = static_cast<const char*>(m.data) + row * t.size(1) * static_cast<std::int64_t>(t.element_size());
    return m;
}

const float* floats(const at::Tensor& t) {
    return t.defined() ? t.const_data_ptr<float>() : nullptr;
}

}  // namespace

simd::Dropout dropout(double p, std::uint64_t seed) {
    const auto mixed = (seed ^ (seed >> 32)) * 0x9e3779b97f4a7c15ULL;
    return {static_cast<std::uint32_t>(mixed >> 32), static_cast<std::uint32_t>(std::ldexp(p, 32)),
            static_cast<float>(1.0 / (1.0 - p))};
}

at::Tensor dropoutFactors(at::IntArrayRef shape, double p, std::uint64_t seed) {
    // The rank update of nothing by the outer product of ones, so that both forms share one definition.
    const auto count = at::zeros(shape, at::kFloat);
    const auto base = count.view({-1, shape.back()});
    const auto u = at::ones({base.size(0), 1}, at::kFloat), m = at::ones({1, shape.back()}, at::kFloat);
    return rankUpdate({{{base, u, m, dropout(p, seed)}}, {}, {}, {}, {}, 0}).view(shape);
}

at::Tensor dotRows(const at::Tensor& x, const at::Tensor& m, const simd::Dropout& dropout) {
    auto out = at::empty({x.size(0), m.size(0)}, at::kFloat);
    dotRowsInto(out, x, m, dropout);
    return out;
}

void dotRowsInto(const at::Tensor& out, const at::Tensor& x, const at::Tensor& m, const simd::Dropout& dropout,
                 const HalfCopy& half, std::int64_t firstRow) {
    const auto cols = x.size(1);
    auto* to = out.mutable_data_ptr<float>();
    auto* copy = half.to.defined() ? static_cast<std::uint16_t*>(half.to.mutable_data_ptr()) : nullptr;
    parallelFor(0, x.size(0), grain(cols, 4), [&](std::int64_t begin, std::int64_t end) {
        simd::DotRows job;
        job.x = fromRow(x, begin), job.m = floats(m);
        job.rows = end - begin, job.cols = cols, job.rank = m.size(0), job.firstRow = firstRow + begin;
        job.dropout = dropout;
        job.out = to + begin * out.stride(0), job.outStride = out.stride(0);
        job.half = copy ? copy + begin * cols : nullptr, job.halfScale = floats(half.scale);
        simd::vectorKernels().dotRows(job);
    });
}

namespace {

void outerSumInto(const at::Tensor& out, const at::Tensor& v, const at::Tensor& x, const simd::Dropout& dropout) {
    const auto rows = x.size(0), cols = x.size(1), rank = v.size(1);
    simd::OuterSum job;
    job.v = floats(v), job.vStride = v.stride(0);
    job.x = floats(x);
    job.rows = rows, job.cols = cols, job.rank = rank;
    job.dropout = dropout;
    job.out = out.mutable_data_ptr<float>();
    constexpr std::int64_t kColumns = 32;  // a task's columns: whole vectors
    const auto tasks = (cols + kColumns - 1) / kColumns;
    const auto least = std::max<std::int64_t>(1, kElementsPerTask / (kColumns * std::max<std::int64_t>(1, rows)));
    parallelFor(0, tasks, least, [&](std::int64_t begin, std::int64_t end) {
        auto part = job;
        part.begin = begin * kColumns, part.end = std::min(cols, end * kColumns);
        simd::vectorKernels().outerSum(part);
    });
}

}  // namespace

at::Tensor outerSum(const at::Tensor& v, const at::Tensor& x, const simd::Dropout& dropout) {
    auto out = at::zeros({v.size(1), x.size(1)}, at::kFloat);
    outerSumInto(out, v, x, dropout);
    return out;
}

void addOuterSum(const at::Tensor& sum, const at::Tensor& v, const at::Tensor& x) {
    outerSumInto(sum, v, x, {});
}

at::Tensor rankUpdate(const Update& update) {
    auto out = at::empty(update.parts.front().base.sizes(), at::kFloat);
    rankUpdateInto(out, update);
    return out;
}

void rankUpdateInto(const at::Tensor& out, const Update& update) {
    const auto rows = out.size(0), cols = out.size(1);
    auto* to = out.mutable_data_ptr<float>();
    parallelFor(0, rows, grain(cols, 4), [&](std::int64_t begin, std::int64_t end) {
        std::vector<simd::RankPart> parts;
        for (const auto& part : update.parts) {
            auto& one = parts.emplace_back();
            one.base = fromRow(part.base, begin);
            one.dropout = part.dropout;
            if (!part.u.defined()) continue;
            one.rank = part.u.size(1), one.uStride = part.u.stride(0);
            one.u = floats(part.u) + begin * one.uStride, one.m = floats(part.m);
        }
        simd::RankUpdate job;
        job.rows = end - begin, job.cols = cols, job.firstRow = update.firstRow + begin;
        job.parts = parts.data(), job.count = static_cast<int>(parts.size());
        job.rowScale = update.rowScale.defined() ? floats(update.rowScale) + begin : nullptr;
        job.colScale = floats(update.colScale), job.bias = floats(update.bias), job.colMask = floats(update.colMask);
        job.out = to + begin * cols;
        simd::vectorKernels().rankUpdate(job);
    });
}

}  // namespace lorashear::ops::thin
