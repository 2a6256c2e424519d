#include "core/kernels/rope.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numbers>

namespace lorashear {

namespace {

double llama3(double frequency, const RopeSettings& s) {
    const double turns = s.originalPositions * frequency / (2 * std::numbers::pi);  // within the first training's context
    if (turns < s.lowFrequency) return frequency / s.factor;
    if (turns > s.highFrequency) return frequency;
    const double kept = (turns - s.lowFrequency) / (s.highFrequency - s.lowFrequency);
    return (1 - kept) * frequency / s.factor + kept * frequency;
}

/// Which pairs the ramp of YaRN begins and ends at: those that turn fastTurns and slowTurns times within the first training's context.
struct Ramp {
    double begin, end;
    double at(double pair) const { return std::clamp((pair - begin) / (end - begin), 0.0, 1.0); }
};

Ramp yarnRamp(const RopeSettings& s, int rotated) {
    const auto pairOf = [&](double turns) {
        return rotated * std::log(s.originalPositions / (turns * 2 * std::numbers::pi)) / (2 * std::log(s.theta));
    };
    double begin = pairOf(s.fastTurns), end = pairOf(s.slowTurns);
    if (s.wholePairs) begin = std::floor(begin), end = std::ceil(end);
    begin = std::max(begin, 0.0), end = std::min(end, rotated - 1.0);
    if (begin == end) end += 0.001;
    return {begin, end};
}

/// theta for a sequence of so many positions.
double dynamicTheta(const RopeSettings& s, int rotated, std::int64_t positions) {
    const double length = std::max(static_cast<double>(positions), static_cast<double>(s.originalPositions));
    const double stretch = s.factor * length / s.originalPositions - (s.factor - 1);
    return s.theta * std::pow(stretch, rotated / (rotated - 2.0));
}

}  // namespace

bool RopeSettings::turnsAnew(std::int64_t before, std::int64_t after) const {
    if (!dependsOnLength() || before == 0 || after <= originalPositions) return false;
    return scaling == RopeScaling::Dynamic || before <= originalPositions;
}

std::int64_t RopeSettings::reach(std::int64_t positions) const {
    if (scaling != RopeScaling::Dynamic && scaling != RopeScaling::Yarn) return positions;
    constexpr double kMost = 1 << 28;
    return std::max(positions, static_cast<std::int64_t>(std::min(std::floor(originalPositions * factor), kMost)));
}

std::vector<double> ropeFrequencies(const RopeSettings& settings, int headDim, std::int64_t positions) {
    const int rotated = static_cast<int>(headDim * settings.fraction);
    const double theta =
        settings.scaling == RopeScaling::Dynamic ? dynamicTheta(settings, rotated, positions) : settings.theta;
    const Ramp ramp = settings.scaling == RopeScaling::Yarn ? yarnRamp(settings, rotated) : Ramp{0, 1};
    const auto& factors = positions > settings.originalPositions ? settings.longFactors : settings.shortFactors;
    std::vector<double> frequencies(static_cast<std::size_t>((rotated + 1) / 2));
    for (std::size_t i = 0; i < frequencies.size(); ++i) {
        double& frequency = frequencies[i];
        const auto pair = static_cast<double>(i);
        frequency = std::pow(theta, -2.0 * pair / rotated);
        switch (settings.scaling) {
            case RopeScaling::None:
            case RopeScaling::Dynamic: break;
            case RopeScaling::Linear: frequency /= settings.factor; break;
            case RopeScaling::Llama3: frequency = llama3(frequency, settings); break;
            case RopeScaling::Yarn: frequency *= 1 - ramp.at(pair) + ramp.at(pair) / settings.factor; break;
            case RopeScaling::LongRope: frequency /= factors.at(i); break;
        }
    }
    return frequencies;
}

}  // namespace lorashear
