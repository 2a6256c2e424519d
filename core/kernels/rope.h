#pragma once

#include <vector>

namespace lorashear {

/// How rotary frequencies were stretched for longer contexts than those of the first training.
enum class RopeScaling {
    None,
    Linear,  ///< all divided by factor
    Llama3,  ///< slow ones divided by factor, fast ones kept, a smooth passage between (Llama 3.1 and later)
};

/// Rotary positions of one kind of block: pairs (i, i + n / 2) of the first n = fraction * headDim features of a head are turned.
struct RopeSettings {
    double theta = 10000;
    double fraction = 1;  ///< partial_rotary_factor; the other features of a head carry no position
    RopeScaling scaling = RopeScaling::None;
    double factor = 1;
    double lowFrequency = 1, highFrequency = 4;  ///< Llama3: full turns within originalPositions that bound the passage
    int originalPositions = 0;                   ///< Llama3: context of the first training
    bool operator==(const RopeSettings&) const = default;
};

/// Turns per position (radians) of the pairs, fastest first. Empty when fraction is 0.
std::vector<double> ropeFrequencies(const RopeSettings& settings, int headDim);

}  // namespace lorashear
