// Rotary positions as config.json spells them, in the words and with the defaults of transformers (modeling_rope_utils.py).

#include "core/base/error.h"
#include "core/model/config_json.h"

#include <nlohmann/json.hpp>

#include <array>
#include <cmath>

namespace lorashear {

namespace {

constexpr std::array kReadScalings = {RopeScaling::Linear, RopeScaling::Llama3, RopeScaling::Dynamic, RopeScaling::Yarn,
                                      RopeScaling::LongRope};

/// transformers takes null and 0 for "not given" here.
double orDefault(const ConfigReader& in, const char* key, double otherwise) {
    const double value = in.number(key, 0);
    return value != 0 ? value : otherwise;
}

double yarnMagnitude(double factor, double weight) {
    return factor <= 1 ? 1 : 0.1 * weight * std::log(factor) + 1;
}

}  // namespace

std::vector<double> ConfigReader::factors(const char* key) const {
    const auto* list = find(key);
    if (!list || !list->is_array() || list->empty()) fail(key, "must be a list of numbers, one for each pair of features");
    std::vector<double> result;
    for (const nlohmann::json& value : *list) {
        const double factor = value.is_number() ? value.get<double>() : 0;
        if (!(factor > 0 && std::isfinite(factor))) fail(key, "holds " + value.dump() + ", which is no positive number");
        result.push_back(factor);
    }
    return result;
}

void ConfigReader::readAmplitude(RopeSettings& rope) const {
    const double weight = number("mscale", 0), ofAll = number("mscale_all_dim", 0);
    if (find("attention_factor"))
        rope.amplitude = aboveZero("attention_factor", 1);
    else if (rope.scaling == RopeScaling::LongRope)
        rope.amplitude =
            rope.factor <= 1 ? 1 : std::sqrt(1 + std::log(rope.factor) / std::log(double(rope.originalPositions)));
    else if (weight != 0 && ofAll != 0)
        rope.amplitude = yarnMagnitude(rope.factor, weight) / yarnMagnitude(rope.factor, ofAll);
    else
        rope.amplitude = yarnMagnitude(rope.factor, 1);
}

void ConfigReader::readScaling(const char* key, const nlohmann::json& scaling, RopeSettings& rope) const {
    const ConfigReader in(scaling, m_subject);
    const auto type =
        scaling.contains("rope_type") ? scaling.at("rope_type") : scaling.value("type", nlohmann::json("default"));
    if (type.is_null() || type == "default") return;
    std::string known;
    for (const RopeScaling one : kReadScalings) {
        known.append(", ").append(ropeScalingName(one));
        if (type == ropeScalingName(one)) rope.scaling = one;
    }
    if (type != ropeScalingName(rope.scaling))
        unsupported(key, "asks for rotary positions of type " + type.dump() + ", which this program does not compute",
                    "Known types are default" + known + ".");
    const int context = positive("max_position_embeddings", 8192);
    // A key beside the block counts more, as in transformers.
    rope.originalPositions =
        positive("original_max_position_embeddings", in.positive("original_max_position_embeddings", context));
    if (rope.scaling == RopeScaling::Dynamic) rope.originalPositions = context;
    const bool implied = rope.scaling == RopeScaling::LongRope || rope.scaling == RopeScaling::Yarn;
    if (!in.find("factor") && !implied) fail(key, "of type " + type.dump() + " has no \"factor\"");
    rope.factor = in.number("factor", static_cast<double>(context) / rope.originalPositions);
    if (!(rope.factor > 0)) fail(key, "has a \"factor\" that is not positive");
    rope.lowFrequency = in.number("low_freq_factor", 1);
    rope.highFrequency = in.number("high_freq_factor", 4);
    if (!(rope.highFrequency > rope.lowFrequency)) fail(key, "has a \"high_freq_factor\" not above its \"low_freq_factor\"");
    if (!implied) return;
    rope.fastTurns = orDefault(in, "beta_fast", 32), rope.slowTurns = orDefault(in, "beta_slow", 1);
    rope.wholePairs = in.flag("truncate", true);
    if (!(rope.slowTurns > 0 && rope.fastTurns >= rope.slowTurns)) fail(key, "has a \"beta_fast\" below its \"beta_slow\"");
    if (rope.scaling == RopeScaling::LongRope) {
        rope.shortFactors = in.factors("short_factor"), rope.longFactors = in.factors("long_factor");
        if (rope.originalPositions < 2) fail(key, "has an \"original_max_position_embeddings\" below 2");
    }
    in.readAmplitude(rope);
}

RopeSettings ConfigReader::rope(const char* thetaKey, double theta, const char* kind, bool nestedOnly,
                                double fraction) const {
    RopeSettings rope;
    rope.theta = number(thetaKey, theta);
    rope.fraction = number("partial_rotary_factor", fraction);
    // transformers writes one of the two; of files that were edited back and forth the older spelling counts, and nothing of the other unless that
    // speaks of each kind of layer.
    const auto* older = find("rope_scaling");
    const bool hasOlder = older && !older->empty();
    for (const char* key : {"rope_parameters", "rope_scaling"}) {
        const auto* found = find(key);
        if (!found) continue;
        if (!found->is_object()) fail(key, "must be an object");
        const bool nested = kind && found->contains(kind) && found->at(kind).is_object();
        if (!nested && (nestedOnly || (hasOlder && found != older))) continue;
        if (nested) found = &found->at(kind);
        const ConfigReader in(*found, m_subject);
        rope.theta = in.number("rope_theta", rope.theta);
        rope.fraction = in.number("partial_rotary_factor", rope.fraction);
        readScaling(key, *found, rope);
    }
    if (!(rope.theta > 0)) fail(thetaKey, "must be positive");
    if (rope.scaling == RopeScaling::Yarn && !(rope.theta > 1)) fail(thetaKey, "must be greater than 1 for type \"yarn\"");
    if (!(rope.fraction >= 0 && rope.fraction <= 1)) fail("partial_rotary_factor", "must lie in [0, 1]");
    return rope;
}

void ConfigReader::requirePairs(const RopeSettings& rope, int headDim) const {
    const int rotated = static_cast<int>(headDim * rope.fraction);
    if (rotated % 2 != 0)
        throw Error(ErrorCode::Unsupported, m_subject,
                    "an odd number of features of a head would be turned by their position",
                    "Check \"head_dim\" and \"partial_rotary_factor\" (or \"rotary_pct\").");
    if (rope.scaling == RopeScaling::Dynamic && rotated <= 2)
        throw Error(ErrorCode::BadInput, m_subject,
                    "dynamic rotary positions need more than one pair of features, a head has " + std::to_string(rotated));
    if (rope.scaling != RopeScaling::LongRope) return;
    for (const auto* factors : {&rope.shortFactors, &rope.longFactors})
        if (factors->size() != static_cast<std::size_t>(rotated / 2))
            throw Error(ErrorCode::BadInput, m_subject,
                        "\"short_factor\" and \"long_factor\" must have one number for each of the " +
                            std::to_string(rotated / 2) + " pairs of features of a head, not " +
                            std::to_string(factors->size()));
}

}  // namespace lorashear
