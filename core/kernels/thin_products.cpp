#include "core/kernels/thin_products.h"

#include "core/base/error.h"

#include <torch/torch.h>

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
    return {static_cast<std::uint32_t>(mixed >> 32), static_cast<std::uint32_t>(std::ldexp(p, 32)), static_cast<float>(1.0 / (1.0 - p))};
}

at::Tensor dropoutFactors(at::IntArrayRef shape, double p, std::uint64_t seed) {
    // The rank update of nothing by the outer product of ones, so that both forms share one definition.
    const auto count = at::zeros(shape, at::kFloat);
    Update update;
    update.base = count.view({-1, shape.back()});
    update.u = at::ones({update.base.size(0), 1}, at::kFloat), update.m = at::ones({1, shape.back()}, at::kFloat);
    update.dropout = dropout(p, seed);
    return rankUpdate(update).view(shape);
}

at::Tensor dotRows(const at::Tensor& x, const at::Tensor& m, const simd::Dropout& dropout) {
    const auto rows = x.size(0), cols = x.size(1), rank = m.size(0);
    auto out = at::empty({rows, rank}, at::kFloat);
    const auto* other = m.const_data_ptr<float>();
    auto* to = out.mutable_data_ptr<float>();
    at::parallel_for(0, rows, grain(cols, 4), [&](std::int64_t begin, std::int64_t end) {
        simd::vectorKernels().dotRows(fromRow(x, begin), other, end - begin, cols, rank, begin, dropout, to + begin * rank);
    });
    return out;
}

at::Tensor outerSum(const at::Tensor& v, const at::Tensor& x, const simd::Dropout& dropout) {
    const auto rows = x.size(0), cols = x.size(1), rank = v.size(1);
    auto out = at::empty({rank, cols}, at::kFloat);
    const auto *left = v.const_data_ptr<float>(), *right = x.const_data_ptr<float>();
    auto* to = out.mutable_data_ptr<float>();
    constexpr std::int64_t kColumns = 32;  // a task's columns: whole vectors
    const auto tasks = (cols + kColumns - 1) / kColumns;
    const auto least = std::max<std::int64_t>(1, kElementsPerTask / (kColumns * std::max<std::int64_t>(1, rows)));
    at::parallel_for(0, tasks, least, [&](std::int64_t begin, std::int64_t end) {
        simd::vectorKernels().outerSum(left, right, rows, cols, rank, begin * kColumns, std::min(cols, end * kColumns), dropout, to);
    });
    return out;
}

at::Tensor rankUpdate(const Update& update) {
    const auto rows = update.base.size(0), cols = update.base.size(1);
    const auto rank = update.u.defined() ? update.u.size(1) : 0;
    const auto u = update.u.defined() ? update.u.contiguous() : update.u;
    auto out = at::empty({rows, cols}, at::kFloat);
    auto* to = out.mutable_data_ptr<float>();
    at::parallel_for(0, rows, grain(cols, 4), [&](std::int64_t begin, std::int64_t end) {
        simd::RankUpdate job;
        job.rows = end - begin, job.cols = cols, job.rank = rank, job.firstRow = begin;
        job.base = fromRow(update.base, begin);
        job.u = rank ? floats(u) + begin * rank : nullptr, job.m = floats(update.m);
        job.rowScale = update.rowScale.defined() ? floats(update.rowScale) + begin : nullptr;
        job.colScale = floats(update.colScale), job.bias = floats(update.bias), job.colMask = floats(update.colMask);
        job.dropout = update.dropout;
        job.out = to + begin * cols;
        simd::vectorKernels().rankUpdate(job);
    });
    return out;
}

}  // namespace lorashear::ops::thin
