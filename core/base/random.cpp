#include "core/base/random.h"

#include <cmath>
#include <numbers>

namespace lorashear {

namespace {

// SplitMix64's finaliser: a bijection whose output passes statistical tests even on consecutive inputs.
std::uint64_t mix(std::uint64_t z) {
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
}

constexpr std::uint64_t kGolden = 0x9e3779b97f4a7c15ULL;

}  // namespace

Random::Random(std::uint64_t seed, std::string_view stream) : m_key(mix(seed + kGolden)) {
    for (unsigned char c : stream) m_key = mix(m_key ^ (c + kGolden));
}

std::uint64_t Random::next() {
    return mix(m_key + kGolden * ++m_position);
}

double Random::uniform() {
    return static_cast<double>(next() >> 11) * 0x1.0p-53;
}

double Random::normal() {
    const double u = 1.0 - uniform();
    const double v = uniform();
    return std::sqrt(-2.0 * std::log(u)) * std::cos(2.0 * std::numbers::pi * v);
}

std::uint64_t Random::below(std::uint64_t bound) {
    const std::uint64_t limit = ~std::uint64_t{0} - ~std::uint64_t{0} % bound;
    std::uint64_t value = next();
    while (value >= limit) value = next();
    return value % bound;
}

}  // namespace lorashear
