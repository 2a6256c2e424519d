#pragma once
// Causal attention of one head.
//
// Queries are worked on in blocks of kLanes: lane i of every vector belongs to query i of the block. Scores, softmax
// and the weighted sum of values are then plain element-wise loops over keys with one key's number broadcast at a
// time: no sums across lanes, no remainders for odd head sizes, and nothing of size T x T is ever stored, only the
// block's scores [keys][kLanes]. Backward computes the probabilities again from the stored log-sum-exp.
// The two sums over queries (dK, dV) are the only ones across lanes; they run with vectors over the head's dimensions.

#include "core/kernels/simd/vector.h"
#include "core/kernels/simd/vector_kernels.h"

namespace lorashear::simd {
inline namespace LORASHEAR_SIMD {

static std::int64_t attentionRow(int headDim) {
    return (headDim + kLanes - 1) / kLanes * kLanes;
}

static std::int64_t attentionScratch(int headDim, std::int64_t keys) {
    const auto row = attentionRow(headDim);
    return 2 * kLanes * row /* q, dout transposed */ + 2 * kLanes * row /* q, dout as rows */ + kLanes * row /* result */ +
           2 * (keys + kLanes) * kLanes /* scores, their gradient */;
}

static void rotate(const float* x, std::int64_t xStride, std::int64_t rows, std::int64_t first, int headDim, int rotated,
                   const float* cos, const float* sin, bool inverse, float* y, std::int64_t yStride) {
    const int half = rotated / 2;
    const float sign = inverse ? -1.0f : 1.0f;
    for (std::int64_t t = 0; t < rows; ++t) {
        const float *c = cos + (first + t) * half, *s = sin + (first + t) * half;
        const float* from = x + t * xStride;
        float* to = y + t * yStride;
        for (int i = 0; i < half; ++i) {
            const float a = from[i], b = from[half + i];
            to[i] = a * c[i] - sign * b * s[i];
            to[half + i] = b * c[i] + sign * a * s[i];
        }
        for (int i = rotated; i < headDim; ++i) to[i] = from[i];
    }
}

// out[k][lane] = sum_d keys[k][d] * block[d][lane] for K keys.
template <int K>
LS_INLINE void keyTile(const float* block, const float* keys, std::int64_t stride, int headDim, Vec* acc) {
    for (int k = 0; k < K; ++k) acc[k] = Vec{};
    for (int d = 0; d < headDim; ++d) {
        const Vec b = load(block + d * kLanes);
        for (int k = 0; k < K; ++k) acc[k] += keys[k * stride + d] * b;
    }
}

// Products of a block with keys 0 ... count - 1, into out[key][lane].
static void keyProducts(const float* block, const float* keys, std::int64_t stride, int headDim, std::int64_t count,
                        float* out) {
    Vec acc[kTile];
    std::int64_t j = 0;
    for (; j + kTile <= count; j += kTile) {
        keyTile<kTile>(block, keys + j * stride, stride, headDim, acc);
        for (int k = 0; k < kTile; ++k) store(out + (j + k) * kLanes, acc[k]);
    }
    for (; j < count; ++j) {
        keyTile<1>(block, keys + j * stride, stride, headDim, acc);
        store(out + j * kLanes, acc[0]);
    }
}

// out[d][lane] = sum_j weights[j][lane] * rows[j][d] for D dimensions.
template <int D>
LS_INLINE void mixTile(const float* weights, const float* rows, std::int64_t stride, std::int64_t count, float* out) {
    Vec acc[D] = {};
    for (std::int64_t j = 0; j < count; ++j) {
        const Vec w = load(weights + j * kLanes);
        for (int d = 0; d < D; ++d) acc[d] += rows[j * stride + d] * w;
    }
    for (int d = 0; d < D; ++d) store(out + d * kLanes, acc[d]);
}

static void mix(const float* weights, const float* rows, std::int64_t stride, std::int64_t count, int headDim, float* out) {
    int d = 0;
    for (; d + kTile <= headDim; d += kTile) mixTile<kTile>(weights, rows + d, stride, count, out + d * kLanes);
    if (kTile > 8)
        for (; d + 8 <= headDim; d += 8) mixTile<8>(weights, rows + d, stride, count, out + d * kLanes);
    for (; d + 2 <= headDim; d += 2) mixTile<2>(weights, rows + d, stride, count, out + d * kLanes);
    for (; d < headDim; ++d) mixTile<1>(weights, rows + d, stride, count, out + d * kLanes);
}

static void transposeRows(const float* rows, std::int64_t stride, int count, int headDim, float* block) {
    for (int d = 0; d < headDim; ++d)
        for (int lane = 0; lane < kLanes; ++lane) block[d * kLanes + lane] = lane < count ? rows[lane * stride + d] : 0.0f;
}

struct BlockMemory {
    float *query, *dout;          // [headDim][lane]
    float *queryRows, *doutRows;  // [lane][attentionRow]
    float* result;                // [headDim][lane]
    float *scores, *gradient;     // [key][lane]

    BlockMemory(const AttentionHead& head, std::int64_t keys) {
        const auto block = kLanes * attentionRow(head.headDim);
        query = head.scratch, dout = query + block;
        queryRows = dout + block, doutRows = queryRows + block;
        result = doutRows + block;
        scores = result + block, gradient = scores + (keys + kLanes) * kLanes;
    }
};

// Rotated, scaled queries as rows and transposed.
static void loadQueries(const AttentionHead& head, const BlockMemory& memory, std::int64_t first, int count) {
    const auto row = attentionRow(head.headDim);
    for (std::int64_t i = 0; i < kLanes * row; ++i) memory.queryRows[i] = 0;
    rotate(head.q + first * head.qStride, head.qStride, count, head.past + first, head.headDim, head.rotated, head.cos,
           head.sin, false, memory.queryRows, row);
    for (std::int64_t i = 0; i < count * row; ++i) memory.queryRows[i] *= head.scale;
    transposeRows(memory.queryRows, row, count, head.headDim, memory.query);
}

// The keys a block of queries can see: [low, low + count), and how they are hidden from single lanes.
struct VisibleKeys {
    std::int64_t low = 0, count = 0;
    std::int64_t own;  // the key of lane 0's position, counted from low

    VisibleKeys(const AttentionHead& head, std::int64_t first, int lanes) {
        const auto position = head.past + first;
        if (head.window > 0 && position + 1 > head.window) low = position + 1 - head.window;
        count = position + lanes - low;
        own = position - low;
    }

    // Scores of keys that lie behind a lane's position, or before its window, become minus infinity.
    void hideOthers(const AttentionHead& head, int lanes, float* scores) const {
        for (std::int64_t j = own + 1; j < count; ++j)
            for (std::int64_t lane = 0; lane < j - own; ++lane) scores[j * kLanes + lane] = -__builtin_inff();
        if (head.window == 0) return;
        for (std::int64_t lane = 0; lane < lanes; ++lane)
            for (std::int64_t j = 0; j <= own + lane - head.window; ++j) scores[j * kLanes + lane] = -__builtin_inff();
    }
};

// Accurate for small x, where the quotient of exponentials loses digits.
LS_INLINE Vec tangent(Vec x) {
    const Vec square = x * x;
    const Vec series =
        x * (1.0f + square * (-1.0f / 3 + square * (2.0f / 15 + square * (-17.0f / 315 + square * (62.0f / 2835)))));
    const Vec quotient = 1.0f - 2.0f / (exponential(2.0f * x) + 1.0f);
    return square < splat(0.0625f) ? series : quotient;
}

static void capScores(const AttentionHead& head, std::int64_t keys, float* scores) {
    const float inverse = 1.0f / head.softCap;
    for (std::int64_t j = 0; j < keys; ++j)
        store(scores + j * kLanes, head.softCap * tangent(load(scores + j * kLanes) * inverse));
}

// The scores a block sees, ready for the exponential.
static void scoresOf(const AttentionHead& head, const BlockMemory& memory, const VisibleKeys& visible, int lanes) {
    keyProducts(memory.query, head.k + visible.low * head.kStride, head.kStride, head.headDim, visible.count, memory.scores);
    if (head.softCap > 0) capScores(head, visible.count, memory.scores);
    visible.hideOthers(head, lanes, memory.scores);
}

// Derivative of a capped score by the score: 1 - tanh^2. Hidden keys have minus infinity, and probability 0.
LS_INLINE Vec capSlope(Vec score, float softCap) {
    const Vec t = larger(score, splat(-softCap)) * (1.0f / softCap);
    return 1.0f - t * t;
}

static void forwardBlock(const AttentionHead& head, std::int64_t first, int count) {
    const VisibleKeys visible(head, first, count);
    const auto keys = visible.count;
    const BlockMemory memory(head, keys);
    loadQueries(head, memory, first, count);
    scoresOf(head, memory, visible, count);
    Vec top = load(memory.scores);
    for (std::int64_t j = 1; j < keys; ++j) top = larger(load(memory.scores + j * kLanes), top);
    Vec sum{};
    for (std::int64_t j = 0; j < keys; ++j) {
        const Vec e = exponential(load(memory.scores + j * kLanes) - top);
        store(memory.scores + j * kLanes, e);
        sum += e;
    }
    mix(memory.scores, head.v + visible.low * head.vStride, head.vStride, keys, head.headDim, memory.result);
    const Vec inverse = 1.0f / sum;
    for (int lane = 0; lane < count; ++lane) {
        float* out = head.out + (first + lane) * head.qStride;
        for (int d = 0; d < head.headDim; ++d) out[d] = memory.result[d * kLanes + lane] * inverse[lane];
        if (head.logSumExp)
            head.logSumExp[first + lane] = top[lane] + static_cast<float>(__builtin_log(static_cast<double>(sum[lane])));
    }
}

static void attentionForward(const AttentionHead& head) {
    for (auto first = head.begin; first < head.end; first += kLanes) {
        const auto left = head.end - first;
        forwardBlock(head, first, static_cast<int>(left < kLanes ? left : kLanes));
    }
}

// delta = sum_d dout * out, and dout in both layouts.
static Vec loadOutputGradient(const AttentionHead& head, const BlockMemory& memory, std::int64_t first, int count) {
    const auto row = attentionRow(head.headDim);
    Vec delta{};
    for (std::int64_t i = 0; i < kLanes * row; ++i) memory.doutRows[i] = 0;
    for (int lane = 0; lane < count; ++lane) {
        const float* dout = head.dout + (first + lane) * head.qStride;
        const float* out = head.out + (first + lane) * head.qStride;
        float sum = 0;
        for (int d = 0; d < head.headDim; ++d) memory.doutRows[lane * row + d] = dout[d], sum += dout[d] * out[d];
        delta[lane] = sum;
    }
    transposeRows(memory.doutRows, row, count, head.headDim, memory.dout);
    return delta;
}

// dk[j] += sum_lane gradient[j][lane] * queryRows[lane], dv[j] += sum_lane weights[j][lane] * doutRows[lane]; J keys.
template <int J>
LS_INLINE void keyGradientTile(const AttentionHead& head, const BlockMemory& memory, std::int64_t low, std::int64_t j,
                               int count, std::int64_t d) {
    const auto row = attentionRow(head.headDim);
    float *dkRows = head.dk + (low + j) * row + d, *dvRows = head.dv + (low + j) * row + d;
    Vec dk[J], dv[J];
    for (int i = 0; i < J; ++i) dk[i] = load(dkRows + i * row), dv[i] = load(dvRows + i * row);
    for (int lane = 0; lane < count; ++lane) {
        const Vec q = load(memory.queryRows + lane * row + d), g = load(memory.doutRows + lane * row + d);
        for (int i = 0; i < J; ++i) {
            dk[i] += memory.gradient[(j + i) * kLanes + lane] * q;
            dv[i] += memory.scores[(j + i) * kLanes + lane] * g;
        }
    }
    for (int i = 0; i < J; ++i) store(dkRows + i * row, dk[i]), store(dvRows + i * row, dv[i]);
}

static void keyGradients(const AttentionHead& head, const BlockMemory& memory, std::int64_t low, std::int64_t keys,
                         int count) {
    constexpr int kKeys = kTile / 2;
    const auto row = attentionRow(head.headDim);
    std::int64_t j = 0;
    for (; j + kKeys <= keys; j += kKeys)
        for (std::int64_t d = 0; d < row; d += kLanes) keyGradientTile<kKeys>(head, memory, low, j, count, d);
    for (; j < keys; ++j)
        for (std::int64_t d = 0; d < row; d += kLanes) keyGradientTile<1>(head, memory, low, j, count, d);
}

static void backwardBlock(const AttentionHead& head, std::int64_t first, int count) {
    const VisibleKeys visible(head, first, count);
    const auto keys = visible.count;
    const BlockMemory memory(head, keys);
    loadQueries(head, memory, first, count);
    const Vec delta = loadOutputGradient(head, memory, first, count);
    Vec logSumExp = splat(1e30f);  // lanes without a query get probability 0
    for (int lane = 0; lane < count; ++lane) logSumExp[lane] = head.logSumExp[first + lane];
    scoresOf(head, memory, visible, count);
    keyProducts(memory.dout, head.v + visible.low * head.vStride, head.vStride, head.headDim, keys, memory.gradient);
    for (std::int64_t j = 0; j < keys; ++j) {
        const Vec score = load(memory.scores + j * kLanes);
        const Vec p = exponential(score - logSumExp);
        Vec gradient = p * (load(memory.gradient + j * kLanes) - delta);
        if (head.softCap > 0) gradient *= capSlope(score, head.softCap);
        store(memory.scores + j * kLanes, p);
        store(memory.gradient + j * kLanes, gradient);
    }
    keyGradients(head, memory, visible.low, keys, count);
    mix(memory.gradient, head.k + visible.low * head.kStride, head.kStride, keys, head.headDim, memory.result);
    for (int lane = 0; lane < count; ++lane) {
        float* dq = head.dq + (first + lane) * head.qStride;
        for (int d = 0; d < head.headDim; ++d) dq[d] = memory.result[d * kLanes + lane] * head.scale;
    }
    float* dq = head.dq + first * head.qStride;
    rotate(dq, head.qStride, count, head.past + first, head.headDim, head.rotated, head.cos, head.sin, true, dq,
           head.qStride);
}

static void attentionBackward(const AttentionHead& head) {
    for (auto first = head.begin; first < head.end; first += kLanes) {
        const auto left = head.end - first;
        backwardBlock(head, first, static_cast<int>(left < kLanes ? left : kLanes));
    }
}

}  // namespace LORASHEAR_SIMD
}  // namespace lorashear::simd
