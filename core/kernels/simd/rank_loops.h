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
    Vec acc[R] = {};
    for (std::int64_t r = 0; r < job.rank; ++r) {
        const float* m = job.m + r * job.cols + col;
        const Vec mv = whole ? load(m) : loadPart(m, n);
        for (int i = 0; i < R; ++i) acc[i] += job.u[(row + i) * job.rank + r] * mv;
    }
    const auto vectorOf = [&](const float* p) { return whole ? load(p + col) : loadPart(p + col, n); };
    const auto* base = static_cast<const typename Loader::Element*>(job.base.data);
    for (int i = 0; i < R; ++i) {
        const auto at = (row + i) * job.cols + col;
        if (job.dropout.threshold) acc[i] *= kept(job.dropout, (job.firstRow + row + i) * job.cols + col);
        Vec y = whole ? Loader::all(base + at) : loadPartOf<Loader>(base + at, n);
        if (job.bias) y += vectorOf(job.bias);
        if (job.colScale) y *= vectorOf(job.colScale);
        y = job.rowScale ? y * job.rowScale[row + i] + acc[i] : y + acc[i];
        if (job.colMask) y *= vectorOf(job.colMask);
        whole ? store(job.out + at, y) : storePart(job.out + at, y, n);
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
    switch (job.base.storage) {
        case Storage::F32: return rankUpdateOf<F32Loader>(job);
        case Storage::BF16: return rankUpdateOf<BF16Loader>(job);
        case Storage::F16: return rankUpdateOf<F16Loader>(job);
    }
}

struct DotJob {
    const float* m;
    std::int64_t cols, rank, firstRow;
    Dropout dropout;
    float* out;
};

// R rows of x against C rows of m.
template <class Loader, int R, int C>
LS_INLINE void dotTile(const DotJob& job, const typename Loader::Element* x, std::int64_t row, std::int64_t r) {
    Vec acc[R][C] = {};
    for (std::int64_t k = 0; k < job.cols; k += kLanes) {
        const auto n = job.cols - k;
        const bool whole = n >= kLanes;
        Vec xv[R];
        for (int i = 0; i < R; ++i) {
            const auto at = (row + i) * job.cols + k;
            xv[i] = whole ? Loader::all(x + at) : loadPartOf<Loader>(x + at, n);
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
            for (int c = 0; c < C; ++c) job.out[(row + i) * job.rank + r + c] = acc[0][0][i * C + c];
    } else {
        for (int i = 0; i < R; ++i)
            for (int c = 0; c < C; ++c) job.out[(row + i) * job.rank + r + c] = laneSum(acc[i][c]);
    }
}

template <class Loader, int R>
static void dotRowBlock(const DotJob& job, const typename Loader::Element* x, std::int64_t row) {
    constexpr int kCols = kLanes / 2;  // two rows' sums fill one vector
    std::int64_t r = 0;
    for (; r + kCols <= job.rank; r += kCols) dotTile<Loader, R, kCols>(job, x, row, r);
    for (; r < job.rank; ++r) dotTile<Loader, R, 1>(job, x, row, r);
}

template <class Loader>
static void dotRowsOf(const DotJob& job, const void* data, std::int64_t rows) {
    constexpr int kRows = 2;
    const auto* x = static_cast<const typename Loader::Element*>(data);
    std::int64_t row = 0;
    for (; row + kRows <= rows; row += kRows) dotRowBlock<Loader, kRows>(job, x, row);
    for (; row < rows; ++row) dotRowBlock<Loader, 1>(job, x, row);
}

static void dotRows(Matrix x, const float* m, std::int64_t rows, std::int64_t cols, std::int64_t rank, std::int64_t firstRow,
                    Dropout dropout, float* out) {
    const DotJob job{m, cols, rank, firstRow, dropout, out};
    switch (x.storage) {
        case Storage::F32: return dotRowsOf<F32Loader>(job, x.data, rows);
        case Storage::BF16: return dotRowsOf<BF16Loader>(job, x.data, rows);
        case Storage::F16: return dotRowsOf<F16Loader>(job, x.data, rows);
    }
}

struct OuterJob {
    const float *v, *x;
    std::int64_t cols, rank;
    Dropout dropout;
    float* out;
};

// Adds rows [row, end) to an R x (V vectors) tile of out. n: columns when fewer than a whole vector (V = 1 then).
template <int R, int V>
LS_INLINE void outerTile(const OuterJob& job, std::int64_t row, std::int64_t end, std::int64_t r, std::int64_t col, std::int64_t n) {
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
        const float* v = job.v + row * job.rank + r;
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
static void outerRows(const OuterJob& job, std::int64_t row, std::int64_t stop, std::int64_t r, std::int64_t begin, std::int64_t end) {
    std::int64_t col = begin;
    for (; col + 2 * kLanes <= end; col += 2 * kLanes) outerTile<R, 2>(job, row, stop, r, col, kLanes);
    for (; col < end; col += kLanes) outerTile<R, 1>(job, row, stop, r, col, end - col);
}

static void outerSum(const float* v, const float* x, std::int64_t rows, std::int64_t cols, std::int64_t rank, std::int64_t begin,
                     std::int64_t end, Dropout dropout, float* out) {
    constexpr std::int64_t kStretch = 32;  // rows of x that stay in cache while all tiles pass over them
    constexpr int kRank = kLanes == 16 ? 8 : 4;
    const OuterJob job{v, x, cols, rank, dropout, out};
    for (std::int64_t r = 0; r < rank; ++r)
        for (std::int64_t c = begin; c < end; ++c) out[r * cols + c] = 0;
    for (std::int64_t row = 0; row < rows; row += kStretch) {
        const auto stop = row + kStretch < rows ? row + kStretch : rows;
        std::int64_t r = 0;
        for (; r + kRank <= rank; r += kRank) outerRows<kRank>(job, row, stop, r, begin, end);
        for (; r < rank; ++r) outerRows<1>(job, row, stop, r, begin, end);
    }
}

}  // namespace LORASHEAR_SIMD
}  // namespace lorashear::simd
