#include "core/kernels/rope.h"

#include <cmath>
#include <cstddef>
#include <numbers>

namespace lorashear {

namespace {

double stretched(double frequency, const RopeSettings& s) {
    if (s.scaling == RopeScaling::None) return frequency;
    if (s.scaling == RopeScaling::Linear) return frequency / s.factor;
    const double turns = s.originalPositions * frequency / (2 * std::numbers::pi);  // within the first training's context
    if (turns < s.lowFrequency) return frequency / s.factor;
    if (turns > s.highFrequency) return frequency;
    const double kept = (turns - s.lowFrequency) / (s.highFrequency - s.lowFrequency);
    return (1 - kept) * frequency / s.factor + kept * frequency;
}

}  // namespace

std::vector<double> ropeFrequencies(const RopeSettings& settings, int headDim) {
    const int rotated = static_cast<int>(headDim * settings.fraction);
    std::vector<double> frequencies(static_cast<std::size_t>((rotated + 1) / 2));
    for (std::size_t i = 0; i < frequencies.size(); ++i)
        frequencies[i] = stretched(std::pow(settings.theta, -2.0 * static_cast<double>(i) / rotated), settings);
    return frequencies;
}

}  // namespace lorashear
