#include "core/base/error.h"
#include "core/model/config_json.h"

#include <nlohmann/json.hpp>

#include <array>
#include <cmath>

namespace lorashear {

using nlohmann::json;

namespace {

constexpr int kLargest = 1 << 24;  ///< of any size: products of two and sums over layers stay far from overflow
constexpr int kMostLayers = 4096, kMostHeads = 1 << 16, kLargestHead = 4096;  ///< lists and tables are made of that many

int asPositive(const json& value) {
    if (!value.is_number_integer()) return -1;
    const auto number = value.get<std::int64_t>();
    return number > 0 && number <= kLargest ? static_cast<int>(number) : -1;
}

struct NamedActivation {
    const char* name;
    Activation activation;
};

constexpr std::array kActivations = {
    NamedActivation{"silu", Activation::Silu},         NamedActivation{"swish", Activation::Silu},
    NamedActivation{"gelu", Activation::Gelu},         NamedActivation{"gelu_pytorch_tanh", Activation::GeluTanh},
    NamedActivation{"gelu_new", Activation::GeluTanh}, NamedActivation{"gelu_fast", Activation::GeluTanh},
    NamedActivation{"relu", Activation::Relu},
};

}  // namespace

const json* ConfigReader::find(const char* key) const {
    const auto found = m_json.find(key);
    return found == m_json.end() || found->is_null() ? nullptr : &*found;
}

void ConfigReader::fail(const char* key, const std::string& message) const {
    throw Error(ErrorCode::BadInput, m_subject, "\"" + std::string(key) + "\" " + message);
}

void ConfigReader::unsupported(const char* key, const std::string& message, const std::string& hint) const {
    throw Error(ErrorCode::Unsupported, m_subject, "\"" + std::string(key) + "\" " + message, hint);
}

int ConfigReader::positive(const char* key) const {
    const auto* value = find(key);
    if (!value) fail(key, "is missing");
    const int number = asPositive(*value);
    if (number < 0) fail(key, "must be a positive whole number, not " + value->dump());
    return number;
}

int ConfigReader::positive(const char* key, int fallback) const {
    return find(key) ? positive(key) : fallback;
}

double ConfigReader::number(const char* key, double fallback) const {
    const auto* value = find(key);
    if (!value) return fallback;
    if (!value->is_number() || !std::isfinite(value->get<double>())) fail(key, "must be a number, not " + value->dump());
    return value->get<double>();
}

double ConfigReader::aboveZero(const char* key, double fallback) const {
    const double value = number(key, fallback);
    if (!(value > 0)) fail(key, "must be greater than 0");
    return value;
}

double ConfigReader::numberOrNone(const char* key, double fallback) const {
    const double value = number(key, m_json.contains(key) ? 0 : fallback);
    if (value < 0) fail(key, "must not be negative");
    return value;
}

bool ConfigReader::flag(const char* key, bool fallback) const {
    const auto* value = find(key);
    if (!value) return fallback;
    if (!value->is_boolean()) fail(key, "must be true or false, not " + value->dump());
    return value->get<bool>();
}

void ConfigReader::requireText(const char* key, const char* only) const {
    const auto* value = find(key);
    if (value && *value != only)
        unsupported(key, "is " + value->dump() + "; only \"" + std::string(only) + "\" is known for this family");
}

void ConfigReader::requireFlag(const char* key, bool only) const {
    if (flag(key, only) != only)
        unsupported(key,
                    std::string("is ") + (only ? "false; only true" : "true; only false") + " is known for this family");
}

Activation ConfigReader::activation(const char* key, Activation fallback) const {
    const auto* value = find(key);
    if (!value) return fallback;
    std::string known;
    for (const auto& [name, activation] : kActivations) {
        if (*value == name) return activation;
        known += (known.empty() ? "" : ", ") + std::string(name);
    }
    unsupported(key, "is " + value->dump() + ", an activation we do not know", "Known are " + known + ".");
}

int ConfigReader::layerValue(const char* key, std::size_t layer, std::size_t layers, int fallback) const {
    const auto* value = find(key);
    if (!value && fallback > 0) return fallback;
    if (!value || !value->is_array()) return positive(key);
    if (value->size() != layers)
        fail(key, "lists " + std::to_string(value->size()) + " layers but the model has " + std::to_string(layers));
    const int number = asPositive((*value)[layer]);
    if (number < 0) fail(key, "holds " + (*value)[layer].dump() + " for layer " + std::to_string(layer));
    return number;
}

std::vector<LayerShape> ConfigReader::layers(const LayerKeys& keys, int intermediate) const {
    const auto count = static_cast<std::size_t>(positive(keys.count));
    if (count > kMostLayers) unsupported(keys.count, "is more than the " + std::to_string(kMostLayers) + " layers that are read");
    std::vector<LayerShape> shapes;
    for (std::size_t i = 0; i < count; ++i) {
        LayerShape shape;
        shape.heads = layerValue(keys.heads, i, count, 0);
        shape.kvHeads = keys.kvHeads ? layerValue(keys.kvHeads, i, count, shape.heads) : shape.heads;
        shape.intermediate = layerValue(keys.intermediate, i, count, intermediate);
        if (shape.heads > kMostHeads) unsupported(keys.heads, "is more than the " + std::to_string(kMostHeads) + " that are read");
        if (shape.heads % shape.kvHeads != 0)
            fail(keys.heads, "(" + std::to_string(shape.heads) + ") is not a multiple of " + keys.kvHeads + " (" +
                                 std::to_string(shape.kvHeads) + ") in layer " + std::to_string(i));
        shapes.push_back(shape);
    }
    return shapes;
}

int ConfigReader::headDim(int hidden, const std::vector<LayerShape>& layers, const char* hiddenKey, const LayerKeys& keys,
                          int fallback) const {
    const auto limited = [&](int size) {
        if (size > kLargestHead)
            unsupported(keys.headDim ? keys.headDim : hiddenKey,
                        "makes a head of " + std::to_string(size) + " features, more than the " + std::to_string(kLargestHead) +
                            " that are read");
        return size;
    };
    if (find(keys.headDim)) return limited(positive(keys.headDim));
    if (fallback > 0) return fallback;
    const int heads = layers.front().heads;
    if (hidden % heads != 0)
        throw Error(ErrorCode::BadInput, m_subject,
                    "\"" + std::string(hiddenKey) + "\" (" + std::to_string(hidden) + ") is not a multiple of \"" +
                        keys.heads + "\" (" + std::to_string(heads) + "), and there is no \"" + keys.headDim + "\"",
                    "One of the two is wrong, or the model has been pruned: then add \"" + std::string(keys.headDim) +
                        "\", the size of one head.");
    return limited(hidden / heads);
}

namespace {

struct NamedScaling {
    const char* name;
    RopeScaling scaling;
};

constexpr std::array kScalings = {
    NamedScaling{"linear", RopeScaling::Linear}, NamedScaling{"llama3", RopeScaling::Llama3},
    NamedScaling{"dynamic", RopeScaling::Dynamic}, NamedScaling{"yarn", RopeScaling::Yarn},
    NamedScaling{"longrope", RopeScaling::LongRope}, NamedScaling{"su", RopeScaling::LongRope},  // Phi-3's first spelling
};

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
    for (const json& value : *list) {
        const double factor = value.is_number() ? value.get<double>() : 0;
        if (!(factor > 0 && std::isfinite(factor))) fail(key, "holds " + value.dump() + ", which is no positive number");
        result.push_back(factor);
    }
    return result;
}

void ConfigReader::readAmplitude(const ConfigReader& in, RopeSettings& rope) const {
    const double weight = in.number("mscale", 0), ofAll = in.number("mscale_all_dim", 0);
    if (in.find("attention_factor"))
        rope.amplitude = in.aboveZero("attention_factor", 1);
    else if (rope.scaling == RopeScaling::LongRope)
        rope.amplitude =
            rope.factor <= 1 ? 1 : std::sqrt(1 + std::log(rope.factor) / std::log(static_cast<double>(rope.originalPositions)));
    else if (weight != 0 && ofAll != 0)
        rope.amplitude = yarnMagnitude(rope.factor, weight) / yarnMagnitude(rope.factor, ofAll);
    else
        rope.amplitude = yarnMagnitude(rope.factor, 1);
}

void ConfigReader::readScaling(const char* key, const json& scaling, RopeSettings& rope) const {
    const ConfigReader in(scaling, m_subject);
    const auto type = scaling.contains("rope_type") ? scaling.at("rope_type") : scaling.value("type", json("default"));
    if (type.is_null() || type == "default") return;
    std::string known;
    const NamedScaling* found = nullptr;
    for (const auto& entry : kScalings) {
        known.append(known.empty() ? "" : ", ").append(entry.name);
        if (type == entry.name) found = &entry;
    }
    if (!found)
        unsupported(key, "asks for rotary positions of type " + type.dump() + ", which this program does not compute",
                    "Known types are default, " + known + ".");
    rope.scaling = found->scaling;
    const int context = positive("max_position_embeddings", 8192);
    // a top-level key counts more, as in transformers
    rope.originalPositions = positive("original_max_position_embeddings", in.positive("original_max_position_embeddings", context));
    if (rope.scaling == RopeScaling::Dynamic) rope.originalPositions = context;
    const bool impliedFactor = rope.scaling == RopeScaling::LongRope || rope.scaling == RopeScaling::Yarn;
    if (!in.find("factor") && !impliedFactor) fail(key, "of type " + type.dump() + " has no \"factor\"");
    rope.factor = in.number("factor", static_cast<double>(context) / rope.originalPositions);
    if (!(rope.factor > 0)) fail(key, "has a \"factor\" that is not positive");
    rope.lowFrequency = in.number("low_freq_factor", 1);
    rope.highFrequency = in.number("high_freq_factor", 4);
    if (!(rope.highFrequency > rope.lowFrequency)) fail(key, "has a \"high_freq_factor\" not above its \"low_freq_factor\"");
    if (!impliedFactor) return;
    rope.fastTurns = orDefault(in, "beta_fast", 32), rope.slowTurns = orDefault(in, "beta_slow", 1);
    rope.wholePairs = in.flag("truncate", true);
    if (!(rope.slowTurns > 0 && rope.fastTurns >= rope.slowTurns)) fail(key, "has a \"beta_fast\" below its \"beta_slow\"");
    if (rope.scaling == RopeScaling::LongRope)
        rope.shortFactors = in.factors("short_factor"), rope.longFactors = in.factors("long_factor");
    if (rope.scaling == RopeScaling::LongRope && rope.originalPositions < 2)
        fail(key, "has an \"original_max_position_embeddings\" below 2");
    readAmplitude(in, rope);
}

RopeSettings ConfigReader::rope(const char* thetaKey, double theta, const char* kind, bool nestedOnly) const {
    RopeSettings rope;
    rope.theta = number(thetaKey, theta);
    rope.fraction = number("partial_rotary_factor", 1);
    // transformers writes one of the two; of files that were edited back and forth the older spelling counts, and nothing of the other.
    const auto* older = find("rope_scaling");
    const bool hasOlder = older && !older->empty();
    for (const char* key : {"rope_parameters", "rope_scaling"}) {
        const auto* found = find(key);
        if (!found || (hasOlder && found != older)) continue;
        if (!found->is_object()) fail(key, "must be an object");
        const bool nested = kind && found->contains(kind) && found->at(kind).is_object();
        if (nestedOnly && !nested) continue;
        if (nested) found = &found->at(kind);
        const ConfigReader in(*found, m_subject);
        rope.theta = in.number("rope_theta", rope.theta);
        rope.fraction = in.number("partial_rotary_factor", rope.fraction);
        readScaling(key, *found, rope);
    }
    if (!(rope.theta > 0)) fail(thetaKey, "must be positive");
    if (!(rope.fraction >= 0 && rope.fraction <= 1)) fail("partial_rotary_factor", "must lie in [0, 1]");
    return rope;
}

void ConfigReader::requirePairs(const RopeSettings& rope, int headDim) const {
    if (rope.scaling != RopeScaling::LongRope) return;
    const auto pairs = static_cast<std::size_t>(static_cast<int>(headDim * rope.fraction) / 2);
    for (const auto* factors : {&rope.shortFactors, &rope.longFactors})
        if (factors->size() != pairs)
            throw Error(ErrorCode::BadInput, m_subject,
                        "\"short_factor\" and \"long_factor\" must have one number for each of the " + std::to_string(pairs) +
                            " pairs of features of a head, not " + std::to_string(factors->size()));
}

std::vector<int> ConfigReader::windows(std::size_t layers, int window,
                                       const std::function<bool(std::size_t)>& slides) const {
    const auto* types = find("layer_types");
    if (types && (!types->is_array() || types->size() != layers))
        fail("layer_types", "must list one entry for each of the " + std::to_string(layers) + " layers");
    std::vector<int> windows(layers, 0);
    bool any = false;
    for (std::size_t i = 0; i < layers; ++i) {
        const bool sliding = types ? (*types)[i] == "sliding_attention" : slides(i);
        if (types && !sliding && (*types)[i] != "full_attention")
            unsupported("layer_types", "holds " + (*types)[i].dump() + ", a kind of layer this program does not compute",
                        "Known kinds are full_attention and sliding_attention.");
        if (!sliding) continue;
        if (window < 1) fail("sliding_window", "is missing, but layer " + std::to_string(i) + " slides");
        windows[i] = window, any = true;
    }
    return any ? windows : std::vector<int>();
}

}  // namespace lorashear
