#include "core/io/gguf_numbers.h"
#include "core/io/gguf_quantise.h"
#include "core/io/gguf_types.h"

#include <algorithm>
#include <array>
#include <cstring>

// The block formats of ggml (ggml-org/ggml, src/ggml-common.h and src/ggml-quants.c), every number little-endian.
//
// Simple blocks hold 32 numbers. d and m are halves; q are 4, 5 or 8 bits wide.
//   Q8_0  d, 32 signed bytes                      x = d q
//   Q4_0  d, 16 bytes of two nibbles              x = d (q - 8)          low nibbles are numbers 0-15, high ones 16-31
//   Q4_1  d, m, 16 bytes                          x = d q + m
//   Q5_0  d, 32 high bits, 16 bytes               x = d (q - 16)         the high bit of number i is bit i
//   Q5_1  d, m, 32 high bits, 16 bytes            x = d q + m
//   IQ4_NL  as Q4_0, the nibbles being places in a table of sixteen unequal steps      x = d table[q]
//   MXFP4   one exponent byte, 16 bytes; nibbles are numbers of 1 + 2 + 1 bits          x = 2^(e - 128) table[q]
// K blocks hold 256 numbers in eight groups of 32 (sixteen of 16 in Q2_K, Q3_K and Q6_K), each with a scale of its own, itself quantised.
//   Q4_K  d, dmin, 12 bytes of packed scales and minima (6 bits each), 128 bytes    x = d scale q - dmin min
//   Q5_K  the same with 32 bytes of high bits before the nibbles
//   Q2_K  16 bytes of a scale and a minimum (4 bits each), 64 bytes of four numbers each, d, dmin    x = d scale q - dmin min
//   Q3_K  32 bytes of upper bits, 64 bytes of four numbers each, 12 bytes of scales (6 bits), d      x = d scale (q - 4)
//   IQ4_XS  d, 16 bits and 4 bytes of scales (6 bits), 128 bytes of nibbles             x = d (scale - 32) table[q]
//   Q6_K  128 bytes of low nibbles, 64 of upper bit pairs, 16 signed scales, d      x = d scale (q - 32)

namespace lorashear {

using namespace ggufnumbers;

namespace {

void fromF32(const std::byte* blocks, float* values, std::size_t count) {
    std::memcpy(values, blocks, count * sizeof(float));
}

void fromF16(const std::byte* blocks, float* values, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) values[i] = halfAt(blocks + 2 * i);
}

void fromBf16(const std::byte* blocks, float* values, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i)
        values[i] = std::bit_cast<float>((byteAt(blocks + 2 * i) | byteAt(blocks + 2 * i + 1) << 8) << 16);
}

void fromQ8_0(const std::byte* block, float* values, std::size_t count) {
    for (std::size_t at = 0; at < count; at += kBlock, block += 34) {
        const float d = halfAt(block);
        for (std::size_t i = 0; i < kBlock; ++i) values[at + i] = d * static_cast<float>(signedByteAt(block + 2 + i));
    }
}

/// The four formats of nibbles: with a minimum or centred, with high bits or without.
template <bool HasMinimum, bool HasHighBits>
void fromNibbles(const std::byte* block, float* values, std::size_t count) {
    constexpr std::size_t kHighAt = HasMinimum ? 4 : 2, kNibblesAt = kHighAt + (HasHighBits ? 4 : 0);
    constexpr int kCentre = HasMinimum ? 0 : HasHighBits ? 16 : 8;
    for (std::size_t at = 0; at < count; at += kBlock, block += kNibblesAt + 16) {
        const float d = halfAt(block), m = HasMinimum ? halfAt(block + 2) : 0.0f;
        const std::uint32_t high = HasHighBits ? wordAt(block + kHighAt) : 0;
        for (std::size_t i = 0; i < kBlock / 2; ++i) {
            const unsigned q = byteAt(block + kNibblesAt + i);
            const int low = static_cast<int>((q & 15u) | (high >> i & 1u) << 4) - kCentre;
            const int upper = static_cast<int>(q >> 4 | (high >> (i + 16) & 1u) << 4) - kCentre;
            values[at + i] = static_cast<float>(low) * d + m;
            values[at + i + 16] = static_cast<float>(upper) * d + m;
        }
    }
}

struct ScaleAndMinimum {
    float scale, minimum;
};

/// Group j's 6 + 6 bits of the twelve bytes: four groups plain, four with their upper bits in the plain ones' two spare bits.
ScaleAndMinimum scaleOf(const std::byte* packed, std::size_t j) {
    if (j < 4) return {static_cast<float>(byteAt(packed + j) & 63u), static_cast<float>(byteAt(packed + j + 4) & 63u)};
    const unsigned both = byteAt(packed + j + 4);
    return {static_cast<float>((both & 15u) | byteAt(packed + j - 4) >> 6 << 4),
            static_cast<float>(both >> 4 | byteAt(packed + j) >> 6 << 4)};
}

template <bool HasHighBits>
void fromK45(const std::byte* block, float* values, std::size_t count) {
    constexpr std::size_t kHighAt = 16, kNibblesAt = HasHighBits ? 48 : 16;
    for (std::size_t at = 0; at < count; at += kSuperBlock, block += kNibblesAt + 128) {
        const float d = halfAt(block), dmin = halfAt(block + 2);
        for (std::size_t group = 0; group < 8; ++group) {
            const auto [scale, minimum] = scaleOf(block + 4, group);
            const float step = d * scale, base = dmin * minimum;
            const std::byte* nibbles = block + kNibblesAt + group / 2 * kBlock;
            float* out = values + at + group * kBlock;
            for (std::size_t i = 0; i < kBlock; ++i) {
                unsigned q = group % 2 == 0 ? byteAt(nibbles + i) & 15u : byteAt(nibbles + i) >> 4;
                if (HasHighBits) q |= (byteAt(block + kHighAt + i) >> group & 1u) << 4;
                out[i] = step * static_cast<float>(q) - base;
            }
        }
    }
}

void fromQ6_K(const std::byte* block, float* values, std::size_t count) {
    constexpr std::size_t kBytes = 210, kHighAt = 128, kScalesAt = 192, kScaleAt = 208;
    for (std::size_t at = 0; at < count; at += kSuperBlock, block += kBytes) {
        const float d = halfAt(block + kScaleAt);
        for (std::size_t i = 0; i < kSuperBlock; ++i) {
            // Each half of 128 numbers is four runs of 32: run 0 and 1 are the low nibbles of its 64 bytes, 2 and 3 the high ones.
            const std::size_t half = i / 128, run = i % 128 / 32, column = i % 32;
            const unsigned nibbles = byteAt(block + half * 64 + run % 2 * 32 + column);
            const unsigned low = run < 2 ? nibbles & 15u : nibbles >> 4;
            const unsigned high = byteAt(block + kHighAt + half * 32 + column) >> 2 * run & 3u;
            const float step = d * static_cast<float>(signedByteAt(block + kScalesAt + i / 16));
            values[at + i] = step * static_cast<float>(static_cast<int>(low | high << 4) - 32);
        }
    }
}

/// Four numbers of two bits in every byte: number i of a block of 256 has its bits in byte and place of these.
unsigned twoBits(const std::byte* packed, std::size_t i) {
    return byteAt(packed + i / 128 * 32 + i % 32) >> 2 * (i % 128 / 32) & 3u;
}

void fromQ2_K(const std::byte* block, float* values, std::size_t count) {
    constexpr std::size_t kBytes = 84, kBitsAt = 16, kScaleAt = 80;
    for (std::size_t at = 0; at < count; at += kSuperBlock, block += kBytes) {
        const float d = halfAt(block + kScaleAt), dmin = halfAt(block + kScaleAt + 2);
        for (std::size_t i = 0; i < kSuperBlock; ++i) {
            const unsigned both = byteAt(block + i / 16);
            values[at + i] = d * static_cast<float>(both & 15u) * static_cast<float>(twoBits(block + kBitsAt, i)) -
                             dmin * static_cast<float>(both >> 4);
        }
    }
}

void fromQ3_K(const std::byte* block, float* values, std::size_t count) {
    constexpr std::size_t kBytes = 110, kBitsAt = 32, kScalesAt = 96, kScaleAt = 108;
    for (std::size_t at = 0; at < count; at += kSuperBlock, block += kBytes) {
        const float d = halfAt(block + kScaleAt);
        float steps[16];
        for (std::size_t j = 0; j < 16; ++j) {  // low halves in eight bytes, upper bit pairs in four
            const unsigned low = byteAt(block + kScalesAt + j % 8) >> (j < 8 ? 0 : 4) & 15u;
            const unsigned high = byteAt(block + kScalesAt + 8 + j % 4) >> 2 * (j / 4) & 3u;
            steps[j] = d * static_cast<float>(static_cast<int>(low | high << 4) - 32);
        }
        for (std::size_t i = 0; i < kSuperBlock; ++i) {
            const bool upper = (byteAt(block + i % 32) >> i / 32 & 1u) != 0;
            const int q = static_cast<int>(twoBits(block + kBitsAt, i)) - (upper ? 0 : 4);
            values[at + i] = steps[i / 16] * static_cast<float>(q);
        }
    }
}

using NibbleTable = std::array<float, 16>;
constexpr NibbleTable kUnequalSteps{-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113};
constexpr NibbleTable kTinyFloats{0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12};  // doubled

/// 32 numbers of 16 bytes: low nibbles first, then high ones.
void fromTable(const NibbleTable& table, float d, const std::byte* nibbles, float* values) {
    for (std::size_t i = 0; i < kBlock / 2; ++i) {
        values[i] = d * table[byteAt(nibbles + i) & 15u];
        values[i + kBlock / 2] = d * table[byteAt(nibbles + i) >> 4];
    }
}

void fromIQ4_NL(const std::byte* block, float* values, std::size_t count) {
    for (std::size_t at = 0; at < count; at += kBlock, block += 18)
        fromTable(kUnequalSteps, halfAt(block), block + 2, values + at);
}

void fromIQ4_XS(const std::byte* block, float* values, std::size_t count) {
    constexpr std::size_t kBytes = 136, kLowAt = 4, kNibblesAt = 8;
    for (std::size_t at = 0; at < count; at += kSuperBlock, block += kBytes) {
        const float d = halfAt(block);
        const unsigned upper = wordAt(block) >> 16;
        for (std::size_t j = 0; j < kSuperBlock / kBlock; ++j) {
            const unsigned low = byteAt(block + kLowAt + j / 2) >> 4 * (j % 2) & 15u;
            const int scale = static_cast<int>(low | (upper >> 2 * j & 3u) << 4) - 32;
            fromTable(kUnequalSteps, d * static_cast<float>(scale), block + kNibblesAt + j * 16, values + at + j * kBlock);
        }
    }
}

void fromMxfp4(const std::byte* block, float* values, std::size_t count) {
    for (std::size_t at = 0; at < count; at += kBlock, block += 17) {
        const unsigned e = byteAt(block);
        const float d = std::bit_cast<float>(e < 2 ? 0x00200000u << e : (e - 1) << 23);  // 2^(e - 128)
        fromTable(kTinyFloats, d, block + 1, values + at);
    }
}

constexpr std::array<GgmlType, 34> kGgmlTypes{{
    {0, "F32", 1, 4, fromF32},
    {1, "F16", 1, 2, fromF16},
    {2, "Q4_0", 32, 18, fromNibbles<false, false>, quantiseQ4_0},
    {3, "Q4_1", 32, 20, fromNibbles<true, false>},
    {6, "Q5_0", 32, 22, fromNibbles<false, true>, quantiseQ5_0},
    {7, "Q5_1", 32, 24, fromNibbles<true, true>, quantiseQ5_1},
    {8, "Q8_0", 32, 34, fromQ8_0, quantiseQ8_0},
    {9, "Q8_1", 32, 36, nullptr},
    {10, "Q2_K", 256, 84, fromQ2_K},
    {11, "Q3_K", 256, 110, fromQ3_K},
    {12, "Q4_K", 256, 144, fromK45<false>, quantiseQ4_K},
    {13, "Q5_K", 256, 176, fromK45<true>, quantiseQ5_K},
    {14, "Q6_K", 256, 210, fromQ6_K, quantiseQ6_K},
    {15, "Q8_K", 256, 292, nullptr},
    {16, "IQ2_XXS", 256, 66, nullptr},
    {17, "IQ2_XS", 256, 74, nullptr},
    {18, "IQ3_XXS", 256, 98, nullptr},
    {19, "IQ1_S", 256, 50, nullptr},
    {20, "IQ4_NL", 32, 18, fromIQ4_NL},
    {21, "IQ3_S", 256, 110, nullptr},
    {22, "IQ2_S", 256, 82, nullptr},
    {23, "IQ4_XS", 256, 136, fromIQ4_XS},
    {24, "I8", 1, 1, nullptr},
    {25, "I16", 1, 2, nullptr},
    {26, "I32", 1, 4, nullptr},
    {27, "I64", 1, 8, nullptr},
    {28, "F64", 1, 8, nullptr},
    {29, "IQ1_M", 256, 56, nullptr},
    {30, "BF16", 1, 2, fromBf16},
    {34, "TQ1_0", 256, 54, nullptr},
    {35, "TQ2_0", 256, 66, nullptr},
    {39, "MXFP4", 32, 17, fromMxfp4},
    {40, "NVFP4", 64, 36, nullptr},
    {41, "Q1_0", 128, 18, nullptr},
}};

}  // namespace

const GgmlType* ggmlType(std::uint32_t id) {
    const auto found =
        std::find_if(kGgmlTypes.begin(), kGgmlTypes.end(), [id](const GgmlType& type) { return type.id == id; });
    return found == kGgmlTypes.end() ? nullptr : &*found;
}

const GgmlType* ggmlType(std::string_view name) {
    const auto found =
        std::find_if(kGgmlTypes.begin(), kGgmlTypes.end(), [name](const GgmlType& type) { return type.name == name; });
    return found == kGgmlTypes.end() ? nullptr : &*found;
}

std::string dequantisedTypes() {
    std::string names;
    for (const GgmlType& type : kGgmlTypes)
        if (type.dequantise) names.append(names.empty() ? "" : ", ").append(type.name);
    return names;
}

}  // namespace lorashear
