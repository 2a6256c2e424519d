#include "core/io/gguf_quantise.h"

#include "core/io/gguf_numbers.h"

#include <algorithm>
#include <array>
#include <cstdint>

// Rounding numbers into ggml's blocks (layouts: gguf_quants.cpp).
//
// Simple blocks have one scale, which follows from the block's extreme. Integers are found by adding a half and cutting, which rounds ties up.
//
// K blocks hold groups with a scale and, in Q4_K and Q5_K, a minimum. For a group of numbers x with weights w we look for s and m with the smallest
// sum of w (s q + m - x)^2, q whole in [0, levels]. For given q the best s and m follow from two linear equations; q for a given scale is
// rounding. So a number of scales around the one that spans the group is tried, each rounded to q, s and m solved for that q, the best kept. Weights are
// |x| plus the group's root mean square: large numbers count more, small ones not nothing. Then the groups' scales and minima are
// rounded themselves, to 6 bits under the block's two halves, and q is found once more for the rounded ones, since the error is against what will be read.
// Q6_K has no minima: there the sum of w (s q - x)^2 with w = x^2 is made small, q in [-32, 31], the scale from the extreme and steps around it.

namespace lorashear {

using namespace ggufnumbers;

namespace {

/// The number furthest from zero, with its sign; of several the first.
float extreme(const float* values, std::size_t count) {
    float found = 0;
    for (std::size_t i = 0; i < count; ++i)
        if (std::abs(values[i]) > std::abs(found)) found = values[i];
    return found;
}

unsigned cutTo(float value, unsigned largest) {
    if (!(value > 0)) return 0;
    return value >= static_cast<float>(largest) ? largest : static_cast<unsigned>(value);
}

/// Centred blocks: d makes the extreme the lowest whole number, -2^(bits - 1).
template <unsigned Bits>
void toCentred(const float* values, std::byte* block, std::size_t count) {
    constexpr unsigned kHalf = 1u << (Bits - 1), kLargest = 2 * kHalf - 1;
    constexpr std::size_t kHighAt = 2, kNibblesAt = Bits > 4 ? 6 : 2;
    for (std::size_t at = 0; at < count; at += kBlock, block += kNibblesAt + 16) {
        const float d = extreme(values + at, kBlock) / -static_cast<float>(kHalf), inverse = d != 0 ? 1 / d : 0;
        putHalf(block, d);
        std::uint32_t high = 0;
        for (std::size_t i = 0; i < kBlock / 2; ++i) {
            const unsigned low = cutTo(values[at + i] * inverse + static_cast<float>(kHalf) + 0.5f, kLargest);
            const unsigned upper = cutTo(values[at + i + 16] * inverse + static_cast<float>(kHalf) + 0.5f, kLargest);
            block[kNibblesAt + i] = std::byte((low & 15u) | (upper & 15u) << 4);
            high |= (low >> 4) << i | (upper >> 4) << (i + 16);
        }
        if (Bits > 4)
            for (unsigned i = 0; i < 4; ++i) block[kHighAt + i] = std::byte(high >> 8 * i & 255u);
    }
}

struct ScaledGroup {
    float scale = 0, minimum = 0;  ///< x = scale q - minimum, minimum not below 0
};

using Levels = std::array<unsigned, kBlock>;

void roundGroup(const float* x, float scale, float minimum, unsigned largest, Levels& q) {
    const float inverse = scale > 0 ? 1 / scale : 0;
    for (std::size_t i = 0; i < kBlock; ++i) q[i] = cutTo((x[i] + minimum) * inverse + 0.5f, largest);
}

float weightedError(const float* x, const float* w, const Levels& q, float scale, float minimum) {
    float sum = 0;
    for (std::size_t i = 0; i < kBlock; ++i) {
        const float off = scale * static_cast<float>(q[i]) - minimum - x[i];
        sum += w[i] * off * off;
    }
    return sum;
}

/// The scale and minimum with the smallest weighted error for these levels; minima above 0 are 0.
ScaledGroup solved(const float* x, const float* w, const Levels& q, const ScaledGroup& otherwise) {
    float sw = 0, sq = 0, sqq = 0, sx = 0, sqx = 0;
    for (std::size_t i = 0; i < kBlock; ++i) {
        const float l = static_cast<float>(q[i]);
        sw += w[i], sq += w[i] * l, sqq += w[i] * l * l, sx += w[i] * x[i], sqx += w[i] * l * x[i];
    }
    const float determinant = sw * sqq - sq * sq;
    if (!(determinant > 0)) return otherwise;
    ScaledGroup best{(sw * sqx - sx * sq) / determinant, (sq * sqx - sqq * sx) / determinant};
    if (best.minimum < 0) best = {sqq > 0 ? sqx / sqq : 0, 0};
    return best;
}

ScaledGroup searched(const float* x, unsigned largest) {
    constexpr int kSteps = 20;
    constexpr float kFirst = -1.0f, kStep = 0.1f;
    float low = 0, high = x[0], square = 0;
    for (std::size_t i = 0; i < kBlock; ++i) low = std::min(low, x[i]), high = std::max(high, x[i]), square += x[i] * x[i];
    if (!(high > low)) return {0, -low};  // all the same and not above zero
    std::array<float, kBlock> w{};
    const float mean = std::sqrt(square / static_cast<float>(kBlock));
    for (std::size_t i = 0; i < kBlock; ++i) w[i] = mean + std::abs(x[i]);
    ScaledGroup best{(high - low) / static_cast<float>(largest), -low};
    Levels q{};
    roundGroup(x, best.scale, best.minimum, largest, q);
    float bestError = weightedError(x, w.data(), q, best.scale, best.minimum);
    for (int step = 0; step <= kSteps; ++step) {
        const float levels = kFirst + kStep * static_cast<float>(step) + static_cast<float>(largest);
        roundGroup(x, (high - low) / levels, -low, largest, q);
        const ScaledGroup tried = solved(x, w.data(), q, best);
        if (!(tried.scale > 0)) continue;
        const float error = weightedError(x, w.data(), q, tried.scale, tried.minimum);
        if (error < bestError) best = tried, bestError = error;
    }
    return best;
}

/// Q4_K and Q5_K.
template <unsigned Bits>
void toK45(const float* values, std::byte* block, std::size_t count) {
    constexpr unsigned kLargest = (1u << Bits) - 1, kSixBits = 63;
    constexpr std::size_t kHighAt = 16, kNibblesAt = Bits > 4 ? 48 : 16, kGroups = 8;
    for (std::size_t at = 0; at < count; at += kSuperBlock, block += kNibblesAt + 128) {
        std::array<ScaledGroup, kGroups> groups;
        float largestScale = 0, largestMinimum = 0;
        for (std::size_t j = 0; j < kGroups; ++j) {
            groups[j] = searched(values + at + j * kBlock, kLargest);
            largestScale = std::max(largestScale, groups[j].scale);
            largestMinimum = std::max(largestMinimum, groups[j].minimum);
        }
        const float d = putHalf(block, largestScale / kSixBits), dmin = putHalf(block + 2, largestMinimum / kSixBits);
        std::fill(block + 4, block + kNibblesAt, std::byte{0});
        for (std::size_t j = 0; j < kGroups; ++j) {
            const unsigned scale = largestScale > 0 ? cutTo(kSixBits / largestScale * groups[j].scale + 0.5f, kSixBits) : 0;
            const unsigned minimum =
                largestMinimum > 0 ? cutTo(kSixBits / largestMinimum * groups[j].minimum + 0.5f, kSixBits) : 0;
            if (j < 4) {
                block[4 + j] |= std::byte(scale);
                block[8 + j] |= std::byte(minimum);
            } else {
                block[8 + j] |= std::byte((scale & 15u) | (minimum & 15u) << 4);
                block[j] |= std::byte(scale >> 4 << 6);
                block[4 + j] |= std::byte(minimum >> 4 << 6);
            }
            Levels q{};
            roundGroup(values + at + j * kBlock, d * static_cast<float>(scale), dmin * static_cast<float>(minimum), kLargest,
                       q);
            std::byte* nibbles = block + kNibblesAt + j / 2 * kBlock;
            for (std::size_t i = 0; i < kBlock; ++i) {
                const auto low = std::byte(q[i] & 15u);
                nibbles[i] = j % 2 == 0 ? low : nibbles[i] | low << 4;
                if (Bits > 4) block[kHighAt + i] |= std::byte((q[i] >> 4) << j);
            }
        }
    }
}

constexpr std::size_t kSmallGroup = 16;

int rounded(float value, int lowest, int highest) {
    return static_cast<int>(std::clamp(std::nearbyint(value), static_cast<float>(lowest), static_cast<float>(highest)));
}

/// The scale of a group of Q6_K: weighted least squares over scales around the one that its extreme gives.
float centredScale(const float* x) {
    constexpr int kLowest = -32, kHighest = 31, kSteps = 9;
    const float furthest = extreme(x, kSmallGroup);
    if (std::abs(furthest) < 1e-15f) return 0;
    float bestScale = 0, bestGain = -1;
    for (int step = -kSteps; step <= kSteps; ++step) {
        const float inverse = (static_cast<float>(kLowest) + 0.1f * static_cast<float>(step)) / furthest;
        float sqx = 0, sqq = 0;
        for (std::size_t i = 0; i < kSmallGroup; ++i) {
            const float q = static_cast<float>(rounded(x[i] * inverse, kLowest, kHighest)), w = x[i] * x[i];
            sqx += w * q * x[i], sqq += w * q * q;
        }
        if (sqq > 0 && sqx * sqx > bestGain * sqq) bestScale = sqx / sqq, bestGain = sqx * sqx / sqq;
    }
    return bestScale;
}

}  // namespace

void quantiseQ8_0(const float* values, std::byte* block, std::size_t count) {
    for (std::size_t at = 0; at < count; at += kBlock, block += 34) {
        const float d = std::abs(extreme(values + at, kBlock)) / 127.0f, inverse = d != 0.0f ? 1.0f / d : 0.0f;
        putHalf(block, d);
        for (std::size_t i = 0; i < kBlock; ++i)
            block[2 + i] = static_cast<std::byte>(static_cast<signed char>(std::round(values[at + i] * inverse)));
    }
}

void quantiseQ4_0(const float* values, std::byte* block, std::size_t count) {
    toCentred<4>(values, block, count);
}

void quantiseQ5_0(const float* values, std::byte* block, std::size_t count) {
    toCentred<5>(values, block, count);
}

void quantiseQ5_1(const float* values, std::byte* block, std::size_t count) {
    for (std::size_t at = 0; at < count; at += kBlock, block += 24) {
        const auto [low, high] = std::minmax_element(values + at, values + at + kBlock);
        const float d = (*high - *low) / 31.0f, inverse = d != 0 ? 1 / d : 0, minimum = *low;
        putHalf(block, d);
        putHalf(block + 2, minimum);
        std::uint32_t upperBits = 0;
        for (std::size_t i = 0; i < kBlock / 2; ++i) {
            const unsigned first = cutTo((values[at + i] - minimum) * inverse + 0.5f, 31);
            const unsigned second = cutTo((values[at + i + 16] - minimum) * inverse + 0.5f, 31);
            block[8 + i] = std::byte((first & 15u) | (second & 15u) << 4);
            upperBits |= (first >> 4) << i | (second >> 4) << (i + 16);
        }
        for (unsigned i = 0; i < 4; ++i) block[4 + i] = std::byte(upperBits >> 8 * i & 255u);
    }
}

void quantiseQ4_K(const float* values, std::byte* block, std::size_t count) {
    toK45<4>(values, block, count);
}

void quantiseQ5_K(const float* values, std::byte* block, std::size_t count) {
    toK45<5>(values, block, count);
}

void quantiseQ6_K(const float* values, std::byte* block, std::size_t count) {
    constexpr std::size_t kBytes = 210, kHighAt = 128, kScalesAt = 192, kScaleAt = 208, kGroups = kSuperBlock / kSmallGroup;
    for (std::size_t at = 0; at < count; at += kSuperBlock, block += kBytes) {
        std::array<float, kGroups> scales{};
        for (std::size_t j = 0; j < kGroups; ++j) scales[j] = centredScale(values + at + j * kSmallGroup);
        const float furthest = extreme(scales.data(), kGroups);
        std::fill(block, block + kBytes, std::byte{0});
        const float d = putHalf(block + kScaleAt, furthest / -128.0f);
        for (std::size_t j = 0; j < kGroups; ++j) {
            const int scale = furthest != 0 ? rounded(scales[j] * -128.0f / furthest, -128, 127) : 0;
            block[kScalesAt + j] = static_cast<std::byte>(static_cast<signed char>(scale));
            const float step = d * static_cast<float>(scale), inverse = step != 0 ? 1 / step : 0;
            for (std::size_t k = 0; k < kSmallGroup; ++k) {
                const std::size_t i = j * kSmallGroup + k;
                const auto q = static_cast<unsigned>(rounded(values[at + i] * inverse, -32, 31) + 32);
                const std::size_t half = i / 128, run = i % 128 / 32, column = i % 32;
                block[half * 64 + run % 2 * 32 + column] |= std::byte((q & 15u) << (run < 2 ? 0 : 4));
                block[kHighAt + half * 32 + column] |= std::byte((q >> 4) << 2 * run);
            }
        }
    }
}

}  // namespace lorashear
