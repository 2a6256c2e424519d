#pragma once

#include <cstdint>
#include <vector>

namespace lorashear {

/// How rotary frequencies were stretched for longer contexts than those of the first training.
enum class RopeScaling {
    None,
    Linear,   ///< all divided by factor
    Llama3,   ///< slow ones divided by factor, fast ones kept, a smooth passage between (Llama 3.1 and later)
    Dynamic,  ///< a sequence longer than the first training's gets a larger theta, the larger the longer it is (NTK)
    Yarn,  ///< slow pairs divided by factor, fast ones kept, a ramp over the pairs between; cos and sin scaled (arXiv 2309.00071)
    LongRope,  ///< one factor a pair, others for sequences longer than the first training's; cos and sin scaled (arXiv 2402.13753)
};
/// As config.json spells it.
constexpr const char* ropeScalingName(RopeScaling scaling) {
    switch (scaling) {
        case RopeScaling::None: return "default";
        case RopeScaling::Linear: return "linear";
        case RopeScaling::Llama3: return "llama3";
        case RopeScaling::Dynamic: return "dynamic";
        case RopeScaling::Yarn: return "yarn";
        case RopeScaling::LongRope: return "longrope";
    }
    return "";
}

/// Rotary positions of one kind of block: pairs (i, i + n / 2) of the first n = fraction * headDim features of a head are turned.
struct RopeSettings {
    double theta = 10000;
    double fraction = 1;  ///< partial_rotary_factor; the other features of a head carry no position
    RopeScaling scaling = RopeScaling::None;
    double factor = 1;
    double lowFrequency = 1, highFrequency = 4;  ///< Llama3: full turns within originalPositions that bound the passage
    int originalPositions = 0;                   ///< context of the first training (all but None and Linear)
    double fastTurns = 32, slowTurns = 1;        ///< Yarn: full turns within originalPositions that bound the ramp
    bool wholePairs = true;                      ///< Yarn: the ramp begins and ends at whole numbers of pairs
    double amplitude = 1;                        ///< Yarn, LongRope: what cos and sin are multiplied by
    std::vector<double> shortFactors = {}, longFactors = {};  ///< LongRope: one a pair, within originalPositions and beyond
    bool interleaved = false;                                 ///< pairs (2i, 2i + 1) instead

    /// Whether sequences longer than originalPositions turn by other frequencies than shorter ones.
    bool dependsOnLength() const { return scaling == RopeScaling::Dynamic || scaling == RopeScaling::LongRope; }
    /// Whether keys that were turned in a sequence of `before` positions (0: there are none) stand otherwise in one of `after`.
    bool turnsAnew(std::int64_t before, std::int64_t after) const;
    /// Positions that a model reads whose config names `positions`: what it was stretched to, if that is more.
    std::int64_t reach(std::int64_t positions) const;
    bool operator==(const RopeSettings&) const = default;
};

/// Turns per position (radians) of the pairs, fastest first, in a sequence of so many positions (0: a short one). Empty when fraction is 0.
/// As transformers computes them (modeling_rope_utils.py), in double.
std::vector<double> ropeFrequencies(const RopeSettings& settings, int headDim, std::int64_t positions = 0);

}  // namespace lorashear
