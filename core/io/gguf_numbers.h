#pragma once

#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>

/// Numbers as GGUF files hold them, little-endian at any address; inside core/io only.
namespace lorashear::ggufnumbers {

constexpr std::size_t kBlock = 32, kSuperBlock = 256;  ///< numbers that are stored together

template <typename T>
T loadAt(const std::byte* at) {
    T value;
    std::memcpy(&value, at, sizeof(T));
    return value;
}

inline unsigned byteAt(const std::byte* at) {
    return std::to_integer<unsigned>(*at);
}

inline int signedByteAt(const std::byte* at) {
    return static_cast<signed char>(byteAt(at));
}

inline std::uint32_t wordAt(const std::byte* at) {
    return byteAt(at) | byteAt(at + 1) << 8 | byteAt(at + 2) << 16 | byteAt(at + 3) << 24;
}

inline float halfOf(std::uint32_t h) {
    const std::uint32_t sign = (h & 0x8000u) << 16, exponent = h >> 10 & 31u, fraction = h & 0x3ffu;
    if (exponent == 31) return std::bit_cast<float>(sign | 0x7f800000u | fraction << 13);
    if (exponent != 0) return std::bit_cast<float>(sign | (exponent + 112) << 23 | fraction << 13);
    const float small = static_cast<float>(fraction) * 0x1p-24f;  // zero and subnormals
    return sign != 0 ? -small : small;
}

inline float halfAt(const std::byte* at) {
    return halfOf(byteAt(at) | byteAt(at + 1) << 8);
}

/// The nearest half, ties to even; too large becomes infinity.
inline std::uint16_t toHalf(float value) {
    const std::uint32_t bits = std::bit_cast<std::uint32_t>(value), sign = bits >> 16 & 0x8000u;
    const float size = std::abs(value);
    if (std::isnan(value)) return static_cast<std::uint16_t>(sign | 0x7e00u);
    if (size >= 65520.0f) return static_cast<std::uint16_t>(sign | 0x7c00u);
    if (size < 0x1p-14f)
        return static_cast<std::uint16_t>(sign | static_cast<std::uint32_t>(std::nearbyint(size * 0x1p24f)));
    const std::uint32_t rounded = (bits & 0x7fffffffu) + 0xfffu + (bits >> 13 & 1u);
    return static_cast<std::uint16_t>(sign | (rounded - (112u << 23)) >> 13);
}

/// Writes the nearest half and gives what it will be read as.
inline float putHalf(std::byte* to, float value) {
    const std::uint16_t half = toHalf(value);
    to[0] = std::byte(half & 0xff);
    to[1] = std::byte(half >> 8);
    return halfOf(half);
}

}  // namespace lorashear::ggufnumbers
