#pragma once
// RMSNorm, SwiGLU, the losses and bf16: element-wise work and sums over rows.

#include "core/kernels/simd/vector.h"

namespace lorashear::simd {
inline namespace LORASHEAR_SIMD {

static void widen(const std::uint16_t* half, std::int64_t count, float* y) {
    std::int64_t i = 0;
    for (; i + kLanes <= count; i += kLanes) store(y + i, BF16Loader::all(half + i));
    for (; i < count; ++i) y[i] = BF16Loader::one(half[i]);
}

static void narrow(const float* x, std::int64_t count, std::uint16_t* half) {
    std::int64_t i = 0;
    for (; i + kLanes <= count; i += kLanes) storeHalf(half + i, load(x + i), kLanes);
    if (i < count) storeHalf(half + i, loadPart(x + i, count - i), count - i);
}

// sum_i a[i] b[i] c[i]; c null: ones. Two accumulators hide the latency.
static float productSum(const float* a, const float* b, const float* c, std::int64_t n) {
    Vec first{}, second{};
    std::int64_t i = 0;
    for (; i + 2 * kLanes <= n; i += 2 * kLanes) {
        Vec x = load(a + i) * load(b + i), y = load(a + i + kLanes) * load(b + i + kLanes);
        if (c) x *= load(c + i), y *= load(c + i + kLanes);
        first += x, second += y;
    }
    float rest = 0;
    for (; i < n; ++i) rest += a[i] * b[i] * (c ? c[i] : 1.0f);
    return laneSum(first + second) + rest;
}

static void rmsNorm(const float* x, const float* weight, std::int64_t rows, std::int64_t cols, float eps, float* y,
                    float* rstd) {
    for (std::int64_t r = 0; r < rows; ++r, x += cols, y += cols) {
        const float scale = 1.0f / __builtin_sqrtf(productSum(x, x, nullptr, cols) / static_cast<float>(cols) + eps);
        if (rstd) rstd[r] = scale;
        for (std::int64_t i = 0; i < cols; ++i) y[i] = x[i] * scale * weight[i];
    }
}

// dx = rstd (w dy - x rstd^2 mean(w dy x))
static void rmsNormBackward(const float* dy, const float* x, const float* weight, const float* rstd, std::int64_t rows,
                            std::int64_t cols, float* dx) {
    for (std::int64_t r = 0; r < rows; ++r, x += cols, dy += cols, dx += cols) {
        const float scale = rstd[r];
        const float shared = productSum(dy, x, weight, cols) / static_cast<float>(cols) * scale * scale * scale;
        for (std::int64_t i = 0; i < cols; ++i) dx[i] = scale * weight[i] * dy[i] - shared * x[i];
    }
}

LS_INLINE Vec sigmoid(Vec x) {
    return 1.0f / (1.0f + exponential(-x));
}

static void swiglu(const float* gate, const float* up, std::int64_t count, float* y) {
    std::int64_t i = 0;
    for (; i + kLanes <= count; i += kLanes) {
        const Vec g = load(gate + i);
        store(y + i, g * sigmoid(g) * load(up + i));
    }
    if (i < count) {
        const auto n = count - i;
        const Vec g = loadPart(gate + i, n);
        storePart(y + i, g * sigmoid(g) * loadPart(up + i, n), n);
    }
}

LS_INLINE void swigluGradient(Vec dy, Vec g, Vec u, Vec& dg, Vec& du) {
    const Vec s = sigmoid(g);
    du = dy * g * s;
    dg = dy * u * s * (1.0f + g * (1.0f - s));
}

static void swigluBackward(const float* dy, const float* gate, const float* up, std::int64_t count, float* dgate,
                           float* dup) {
    std::int64_t i = 0;
    Vec dg, du;
    for (; i + kLanes <= count; i += kLanes) {
        swigluGradient(load(dy + i), load(gate + i), load(up + i), dg, du);
        store(dgate + i, dg);
        store(dup + i, du);
    }
    if (i < count) {
        const auto n = count - i;
        swigluGradient(loadPart(dy + i, n), loadPart(gate + i, n), loadPart(up + i, n), dg, du);
        storePart(dgate + i, dg, n);
        storePart(dup + i, du, n);
    }
}

static float rowMax(const float* x, std::int64_t count) {
    std::int64_t i = 0;
    float top = x[0];
    if (count >= kLanes) {
        Vec v = load(x);
        for (; i + kLanes <= count; i += kLanes) v = larger(load(x + i), v);
        top = laneMax(v);
    }
    for (; i < count; ++i) top = x[i] > top ? x[i] : top;
    return top;
}

// exp(x - top) in place; returns the sum.
static double exponentials(float* x, std::int64_t count, float top) {
    constexpr std::int64_t kStretch = 64 * kLanes;  // short fp32 sums, added up in double
    double total = 0;
    for (std::int64_t start = 0; start < count; start += kStretch) {
        const std::int64_t end = start + kStretch < count ? start + kStretch : count;
        Vec sum{};
        std::int64_t i = start;
        for (; i + kLanes <= end; i += kLanes) {
            const Vec e = exponential(load(x + i) - top);
            store(x + i, e);
            sum += e;
        }
        if (i < end) {
            const Vec e = exponential(loadPart(x + i, end - i) - top);
            storePart(x + i, e, end - i);
            for (std::int64_t j = 0; j < end - i; ++j) total += static_cast<double>(x[i + j]);
        }
        total += static_cast<double>(laneSum(sum));
    }
    return total;
}

static float nllRow(float* logits, std::int64_t count, std::int64_t target, bool gradient) {
    const float top = rowMax(logits, count);
    const double chosen = static_cast<double>(logits[target]) - static_cast<double>(top);
    const double sum = exponentials(logits, count, top);
    if (gradient) {
        const float scale = static_cast<float>(1.0 / sum);
        for (std::int64_t i = 0; i < count; ++i) logits[i] *= scale;
        logits[target] -= 1.0f;
    }
    return static_cast<float>(__builtin_log(sum) - chosen);
}

// kl = sum_i p_i (t_i - s_i) + log(sum e^s) - log(sum e^t), logits taken relative to their row's largest.
static RowLosses taughtRow(float* student, float* teacher, std::int64_t count, std::int64_t target, float weight,
                           bool gradient) {
    const float topS = rowMax(student, count), topT = rowMax(teacher, count);
    const double chosen = target < 0 ? 0 : static_cast<double>(student[target]) - static_cast<double>(topS);
    double cross = 0, sumT = 0, sumS = 0;
    constexpr std::int64_t kStretch = 64 * kLanes;
    for (std::int64_t start = 0; start < count; start += kStretch) {
        const std::int64_t end = start + kStretch < count ? start + kStretch : count;
        Vec crossPart{}, partT{}, partS{};
        for (std::int64_t i = start; i < end; i += kLanes) {
            const std::int64_t n = end - i;
            const bool whole = n >= kLanes;
            const Vec s = (whole ? load(student + i) : loadPart(student + i, n)) - topS;
            const Vec t = (whole ? load(teacher + i) : loadPart(teacher + i, n)) - topT;
            Vec es = exponential(s), et = exponential(t);
            if (!whole)
                for (int j = 0; j < kLanes; ++j)
                    if (j >= n) es[j] = et[j] = 0;
            crossPart += et * (t - s), partT += et, partS += es;
            whole ? store(student + i, es) : storePart(student + i, es, n);
            whole ? store(teacher + i, et) : storePart(teacher + i, et, n);
        }
        cross += static_cast<double>(laneSum(crossPart));
        sumT += static_cast<double>(laneSum(partT));
        sumS += static_cast<double>(laneSum(partS));
    }
    if (gradient) {
        const float scaleS = static_cast<float>(1.0 / sumS);
        const float scaleT = static_cast<float>(static_cast<double>(weight) / sumT);
        for (std::int64_t i = 0; i < count; ++i) student[i] = student[i] * scaleS - teacher[i] * scaleT;
        if (target >= 0) student[target] -= 1.0f - weight;
    }
    const double sum = __builtin_log(sumS);
    return {target < 0 ? 0.0f : static_cast<float>(sum - chosen),
            static_cast<float>(cross / sumT + sum - __builtin_log(sumT))};
}

}  // namespace LORASHEAR_SIMD
}  // namespace lorashear::simd
