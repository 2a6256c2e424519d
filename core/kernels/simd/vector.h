#pragma once
// Vectors of the instruction set this unit is compiled for. Only variant.cpp may include this; no standard library
// here, so that no inline function compiled for a newer processor can end up in portable code.

#include <cstdint>

namespace lorashear::simd {
inline namespace LORASHEAR_SIMD {

#if defined(__AVX512F__)
constexpr int kLanes = 16;
constexpr int kTile = 16;  // accumulators of one inner loop: leaves registers for operands
#elif defined(__AVX2__)
constexpr int kLanes = 8;
constexpr int kTile = 8;
#else
constexpr int kLanes = 4;
constexpr int kTile = 8;
#endif

typedef float Vec __attribute__((vector_size(4 * kLanes)));
typedef float VecLoose __attribute__((vector_size(4 * kLanes), aligned(4), may_alias));
typedef std::int32_t IntVec __attribute__((vector_size(4 * kLanes)));
typedef std::uint32_t UintVec __attribute__((vector_size(4 * kLanes)));
typedef std::uint16_t HalfVec __attribute__((vector_size(2 * kLanes)));
typedef std::uint16_t HalfVecLoose __attribute__((vector_size(2 * kLanes), aligned(2), may_alias));

#define LS_INLINE static inline __attribute__((always_inline))

LS_INLINE Vec load(const float* p) {
    return *reinterpret_cast<const VecLoose*>(p);
}

LS_INLINE void store(float* p, Vec v) {
    *reinterpret_cast<VecLoose*>(p) = v;
}

LS_INLINE Vec splat(float x) {
    return x - Vec{};
}

LS_INLINE Vec larger(Vec a, Vec b) {
    return a > b ? a : b;
}

LS_INLINE float laneSum(Vec v) {
    float lanes[kLanes];
    store(lanes, v);
    for (int step = kLanes / 2; step > 0; step /= 2)
        for (int i = 0; i < step; ++i) lanes[i] += lanes[i + step];
    return lanes[0];
}

// Lanes of two vectors, by numbers of which those of b follow those of a.
LS_INLINE Vec chosenLanes(Vec a, Vec b, IntVec from) {
#if defined(__clang__)  // chooses by constants only
    Vec chosen{};
    for (int lane = 0; lane < kLanes; ++lane) chosen[lane] = from[lane] < kLanes ? a[from[lane]] : b[from[lane] - kLanes];
    return chosen;
#else
    return __builtin_shuffle(a, b, from);
#endif
}

// Lane i of the result is the sum of v[i]'s lanes, added in laneSum's order: halves of two vectors are folded into one, log2(kLanes)
// times. Much cheaper than kLanes single sums.
template <int Step>
LS_INLINE void foldLanes(Vec* v) {
    IntVec own, other;
    for (int lane = 0; lane < kLanes; ++lane) {
        const int from = lane & Step ? kLanes : 0;
        own[lane] = from + lane;
        other[lane] = from + (lane ^ Step);
    }
    for (int i = 0; i < Step; ++i) v[i] = chosenLanes(v[i], v[i + Step], own) + chosenLanes(v[i], v[i + Step], other);
    if constexpr (Step > 1) foldLanes<Step / 2>(v);
}

LS_INLINE float laneMax(Vec v) {
    float top = v[0];
    for (int i = 1; i < kLanes; ++i) top = v[i] > top ? v[i] : top;
    return top;
}

// The first n < kLanes elements, zeros behind.
LS_INLINE Vec loadPart(const float* p, std::int64_t n) {
    Vec v{};
    for (int i = 0; i < kLanes; ++i)
        if (i < n) v[i] = p[i];
    return v;
}

LS_INLINE void storePart(float* p, Vec v, std::int64_t n) {
    for (int i = 0; i < kLanes; ++i)
        if (i < n) p[i] = v[i];
}

// bf16 of each lane, to the nearest, ties to even; NaN stays NaN.
LS_INLINE HalfVec halved(Vec v) {
    const UintVec bits = reinterpret_cast<UintVec>(v);
    const UintVec rounded = (bits + 0x7fffu + ((bits >> 16) & 1u)) >> 16;
    return __builtin_convertvector(v != v ? UintVec{} + 0x7fc0u : rounded, HalfVec);
}

LS_INLINE void storeHalf(std::uint16_t* p, Vec v, std::int64_t n) {
    const HalfVec half = halved(v);
    if (n >= kLanes) {
        *reinterpret_cast<HalfVecLoose*>(p) = half;
        return;
    }
    for (int i = 0; i < kLanes; ++i)
        if (i < n) p[i] = half[i];
}

// Loaders of stored elements as fp32.
struct F32Loader {
    typedef float Element;
    LS_INLINE Vec all(const float* p) { return load(p); }
    LS_INLINE float one(float x) { return x; }
};

struct BF16Loader {
    typedef std::uint16_t Element;
    LS_INLINE Vec all(const std::uint16_t* p) {
        const HalfVec half = *reinterpret_cast<const HalfVecLoose*>(p);
        return reinterpret_cast<Vec>(__builtin_convertvector(half, UintVec) << 16);
    }
    LS_INLINE float one(std::uint16_t x) { return __builtin_bit_cast(float, static_cast<std::uint32_t>(x) << 16); }
};

// Exponent and mantissa moved into fp32's places are the value times 2^-112, subnormal numbers included.
struct F16Loader {
    typedef std::uint16_t Element;
    LS_INLINE Vec all(const std::uint16_t* p) {
        const UintVec bits = __builtin_convertvector(*reinterpret_cast<const HalfVecLoose*>(p), UintVec);
        const Vec magnitude = reinterpret_cast<Vec>((bits & 0x7fffu) << 13) * 0x1p112f;
        return reinterpret_cast<Vec>(reinterpret_cast<UintVec>(magnitude) | (bits & 0x8000u) << 16);
    }
    LS_INLINE float one(std::uint16_t x) {
        const float magnitude = __builtin_bit_cast(float, (x & 0x7fffu) << 13) * 0x1p112f;
        return __builtin_bit_cast(float, __builtin_bit_cast(std::uint32_t, magnitude) | (x & 0x8000u) << 16);
    }
};

template <class Loader>
LS_INLINE Vec loadPartOf(const typename Loader::Element* p, std::int64_t n) {
    Vec v{};
    for (int i = 0; i < kLanes; ++i)
        if (i < n) v[i] = Loader::one(p[i]);
    return v;
}

// e^x: x = n ln2 + r with |r| <= ln2 / 2, polynomial in r (Cephes' expf, 2 ulp), exponent added. 0 below -87.3,
// infinity above 88.
LS_INLINE Vec exponential(Vec x) {
    const Vec capped = x > splat(88.0f) ? splat(88.0f) : x;
    const Vec shifted = capped * 1.44269504088896341f + 12582912.0f;  // the sum rounds to a whole number
    const Vec n = shifted - 12582912.0f;
    Vec r = capped - n * 0.693359375f;
    r = r + n * 2.12194440e-4f;
    Vec y = splat(1.9875691500e-4f);
    y = y * r + 1.3981999507e-3f;
    y = y * r + 8.3334519073e-3f;
    y = y * r + 4.1665795894e-2f;
    y = y * r + 1.6666665459e-1f;
    y = y * r + 5.0000001201e-1f;
    y = y * (r * r) + r + 1.0f;
    const UintVec power =
        (reinterpret_cast<UintVec>(shifted) << 23) + reinterpret_cast<UintVec>(y);  // wraps in lanes not taken below
    const Vec bounded = x > splat(88.0f) ? splat(__builtin_inff()) : reinterpret_cast<Vec>(power);
    return x < splat(-87.3f) ? Vec{} : bounded;
}

// Hash of element numbers (Wellons' lowbias32 finaliser over key and number): uniform 32 bits each.
LS_INLINE UintVec hashed(UintVec number, std::uint32_t key) {
    UintVec h = number ^ key;
    h ^= h >> 16;
    h *= 0x7feb352du;
    h ^= h >> 15;
    h *= 0x846ca68bu;
    h ^= h >> 16;
    return h;
}

LS_INLINE UintVec laneNumbers() {
    UintVec v{};
    for (int i = 0; i < kLanes; ++i) v[i] = static_cast<std::uint32_t>(i);
    return v;
}

}  // namespace LORASHEAR_SIMD
}  // namespace lorashear::simd
