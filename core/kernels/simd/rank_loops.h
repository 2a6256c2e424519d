#pragma once
// Products with a thin side (the adapters' rank) and the sums that merge them with a big matrix.

#include "core/kernels/simd/vector.h"
#include "core/kernels/simd/vector_kernels.h"

namespace lorashear::simd {
inline namespace LORASHEAR_SIMD {

// Factors of elements number ... number + lanes - 1 under dropout: 0 or inverseKeep.
LS_INLINE Vec kept(const Dropout& dropout, std::int64_t number) {
    const UintVec h = hashed(laneNumbers() + static_cast<std::uint32_t>(number), dropout.key);
    return h >= (UintVec{} + dropout.threshold) ? splat(dropout.inverseKeep) : Vec{};
}

// R rows at once share the loads of m. n < kLanes: only that many columns.
template <class Loader, int R>
LS_INLINE void updateTile(const RankUpdate& job, std::int64_t row, std::int64_t col, std::int64_t n) {
    const bool whole = n >= kLanes;
    Vec base[R] = {}, sum[R] = {};
    for (const RankPart* part = job.parts; part != job.parts + job.count; ++part) {
        Vec acc[R] = {};
        for (std::int64_t r = 0; r < part->rank; ++r) {
            const float* m = part->m + r * job.cols + col;
            const Vec mv = whole ? load(m) : loadPart(m, n);
            for (int i = 0; i < R; ++i) acc[i] += part->u[(row + i) * part->uStride + r] * mv;
        }
        const auto* stored = static_cast<const typename Loader::Element*>(part->base.data) + row * job.cols + col;
        for (int i = 0; i < R; ++i) {
            if (part->dropout.threshold) acc[i] *= kept(part->dropout, (job.firstRow + row + i) * job.cols + col);
            base[i] += whole ? Loader::all(stored + i * job.cols) : loadPartOf<Loader>(stored + i * job.cols, n);
            sum[i] += acc[i];
        }
    }
    const auto vectorOf = [&](const float* p) { return whole ? load(p + col) : loadPart(p + col, n); };
    for (int i = 0; i < R; ++i) {
        Vec y = base[i];
        if (job.bias) y += vectorOf(job.bias);
        if (job.colScale) y *= vectorOf(job.colScale);
        y = job.rowScale ? y * job.rowScale[row + i] + sum[i] : y + sum[i];
        if (job.colMask) y *= vectorOf(job.colMask);
        float* out = job.out + (row + i) * job.cols + col;
        whole ? store(out, y) : storePart(out, y, n);
    }
}

template <class Loader>
static void rankUpdateOf(const RankUpdate& job) {
    constexpr int kRows = 4;
    std::int64_t row = 0;
    for (; row + kRows <= job.rows; row += kRows)
        for (std::int64_t col = 0; col < job.cols; col += kLanes) updateTile<Loader, kRows>(job, row, col, job.cols - col);
    for (; row < job.rows; ++row)
        for (std::int64_t col = 0; col < job.cols; col += kLanes) updateTile<Loader, 1>(job, row, col, job.cols - col);
}

static void rankUpdate(const RankUpdate& job) {
    switch (job.parts->base.storage) {
        case Storage::F32: return rankUpdateOf<F32Loader>(job);
        case Storage::BF16: return rankUpdateOf<BF16Loader>(job);
        case Storage::F16: return rankUpdateOf<F16Loader>(job);
    }
}

// R rows of x against C rows of m.
template <class Loader, int R, int C>
LS_INLINE void dotTile(const DotRows& job, std::int64_t row, std::int64_t r) {
    const auto* x = static_cast<const typename Loader::Element*>(job.x.data);
    const bool halving = job.half && r == 0;
    Vec acc[R][C] = {};
    for (std::int64_t k = 0; k < job.cols; k += kLanes) {
        const auto n = job.cols - k;
        const bool whole = n >= kLanes;
        Vec xv[R];
        for (int i = 0; i < R; ++i) {
            const auto at = (row + i) * job.cols + k;
            xv[i] = whole ? Loader::all(x + at) : loadPartOf<Loader>(x + at, n);
            if (halving) {
                Vec y = xv[i];
                if (job.halfScale) y *= whole ? load(job.halfScale + k) : loadPart(job.halfScale + k, n);
                storeHalf(job.half + at, y, n);
            }
            if (job.dropout.threshold) xv[i] *= kept(job.dropout, (job.firstRow + row + i) * job.cols + k);
        }
        for (int c = 0; c < C; ++c) {
            const float* m = job.m + (r + c) * job.cols + k;
            const Vec mv = whole ? load(m) : loadPart(m, n);
            for (int i = 0; i < R; ++i) acc[i][c] += xv[i] * mv;
        }
    }
    if constexpr (R * C == kLanes) {
        foldLanes<kLanes / 2>(&acc[0][0]);
        for (int i = 0; i < R; ++i)
            for (int c = 0; c < C; ++c) job.out[(row + i) * job.outStride + r + c] = acc[0][0][i * C + c];
    } else {
        for (int i = 0; i < R; ++i)
            for (int c = 0; c < C; ++c) job.out[(row + i) * job.outStride + r + c] = laneSum(acc[i][c]);
    }
}

template <class Loader, int R>
static void dotRowBlock(const DotRows& job, std::int64_t row) {
    constexpr int kCols = kLanes / 2;  // two rows' sums fill one vector
    std::int64_t r = 0;
    for (; r + kCols <= job.rank; r += kCols) dotTile<Loader, R, kCols>(job, row, r);
    for (; r < job.rank; ++r) dotTile<Loader, R, 1>(job, row, r);
}

template <class Loader>
static void dotRowsOf(const DotRows& job) {
    constexpr int kRows = 2;
    std::int64_t row = 0;
    for (; row + kRows <= job.rows; row += kRows) dotRowBlock<Loader, kRows>(job, row);
    for (; row < job.rows; ++row) dotRowBlock<Loader, 1>(job, row);
}

static void dotRows(const DotRows& job) {
    switch (job.x.storage) {
        case Storage::F32: return dotRowsOf<F32Loader>(job);
        case Storage::BF16: return dotRowsOf<BF16Loader>(job);
        case Storage::F16: return dotRowsOf<F16Loader>(job);
    }
}

// Adds rows [row, end) to an R x (V vectors) tile of out. n: columns when fewer than a whole vector (V = 1 then).
template <int R, int V>
LS_INLINE void outerTile(const OuterSum& job, std::int64_t row, std::int64_t end, std::int64_t r, std::int64_t col,
                         std::int64_t n) {
    const bool whole = n >= kLanes;
    Vec acc[R][V];
    for (int i = 0; i < R; ++i)
        for (int j = 0; j < V; ++j) {
            const float* out = job.out + (r + i) * job.cols + col + j * kLanes;
            acc[i][j] = whole ? load(out) : loadPart(out, n);
        }
    for (; row < end; ++row) {
        Vec xv[V];
        for (int j = 0; j < V; ++j) {
            const auto at = row * job.cols + col + j * kLanes;
            xv[j] = whole ? load(job.x + at) : loadPart(job.x + at, n);
            if (job.dropout.threshold) xv[j] *= kept(job.dropout, at);
        }
        const float* v = job.v + row * job.vStride + r;
        for (int i = 0; i < R; ++i)
            for (int j = 0; j < V; ++j) acc[i][j] += v[i] * xv[j];
    }
    for (int i = 0; i < R; ++i)
        for (int j = 0; j < V; ++j) {
            float* out = job.out + (r + i) * job.cols + col + j * kLanes;
            whole ? store(out, acc[i][j]) : storePart(out, acc[i][j], n);
        }
}

template <int R>
static void outerRows(const OuterSum& job, std::int64_t row, std::int64_t stop, std::int64_t r) {
    std::int64_t col = job.begin;
    for (; col + 2 * kLanes <= job.end; col += 2 * kLanes) outerTile<R, 2>(job, row, stop, r, col, kLanes);
    for (; col < job.end; col += kLanes) outerTile<R, 1>(job, row, stop, r, col, job.end - col);
}

static void outerSum(const OuterSum& job) {
    constexpr std::int64_t kStretch = 32;  // rows of x that stay in cache while all tiles pass over them
    constexpr int kRank = kLanes == 16 ? 8 : 4;
    for (std::int64_t row = 0; row < job.rows; row += kStretch) {
        const auto stop = row + kStretch < job.rows ? row + kStretch : job.rows;
        std::int64_t r = 0;
        for (; r + kRank <= job.rank; r += kRank) outerRows<kRank>(job, row, stop, r);
        for (; r < job.rank; ++r) outerRows<1>(job, row, stop, r);
    }
}

}  // namespace LORASHEAR_SIMD
}  // namespace lorashear::simd
