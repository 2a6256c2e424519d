#include "core/io/gguf_metadata.h"

#include "core/base/error.h"
#include "core/io/gguf.h"
#include "core/io/gguf_architecture.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <numbers>
#include <optional>

namespace lorashear {

using nlohmann::ordered_json;

namespace {

constexpr std::int64_t kLargestSize = 1 << 28, kMostLayers = 4096;

/// Keys that say something about a model and change no number of it.
constexpr std::array<std::string_view, 9> kHarmless{"expert_used_count",
                                                    "rope.scaling.original_context_length",
                                                    "rope.scaling.finetuned",
                                                    "tensor_data_layout",
                                                    "pooling_type",
                                                    "expert_feed_forward_length",
                                                    "vocab_size",
                                                    "attention.layer_norm_epsilon",
                                                    "attention.layer_norm_rms_epsilon"};

/// Keys that change numbers unless they have one of these values.
struct Neutral {
    std::string_view name;
    double value, or_ = value;
};
constexpr std::array<Neutral, 20> kNeutral{{
    {"attention.clamp_kqv", 0},
    {"attention.max_alibi_bias", 0},
    {"attention.scale", 0},
    {"attention.output_scale", 0, 1},
    {"attention.temperature_scale", 0},
    {"attention.causal", 1},
    {"attn_logit_softcapping", 0},
    {"final_logit_softcapping", 0},
    {"logit_scale", 0, 1},
    {"residual_scale", 0, 1},
    {"embedding_scale", 0, 1},
    {"use_parallel_residual", 0},
    {"rope.scaling.attn_factor", 0, 1},
    {"rope.scaling.yarn_log_multiplier", 0},
    {"nextn_predict_layers", 0},
    {"leading_dense_block_count", 0},
    {"expert_shared_count", 0},
    {"expert_group_count", 0, 1},
    {"expert_weights_scale", 0, 1},
    {"expert_gating_func", 0, 1},  // softmax
}};

const GgufArchitecture& architectureOf(const GgufFile& file) {
    const std::string name = file.text("general.architecture").value_or("");
    if (name.empty()) file.refuse("key \"general.architecture\"", "is missing");
    const bool routed = file.integer(name + ".expert_count").value_or(0) != 0;
    if (const auto* known = ggufArchitecture(name, routed)) return *known;
    const auto commonBeginning = [&](std::string_view known) {
        return std::mismatch(known.begin(), known.end(), name.begin(), name.end()).first - known.begin();
    };
    const auto all = ggufArchitectures();
    const auto nearest = std::max_element(
        all.begin(), all.end(), [&](const auto& a, const auto& b) { return commonBeginning(a.id) < commonBeginning(b.id); });
    std::string known;
    for (const auto& one : all)
        if (ggufArchitecture(one.id) == &one) known.append(known.empty() ? "" : ", ").append(one.id);
    throw Error(ErrorCode::Unsupported, file.subject(),
                "is a GGUF file of architecture \"" + ggufPrintable(name) + "\", which is not opened here",
                "The nearest one that is: \"" + std::string(nearest->id) + "\" (all: " + known +
                    "). If the model exists as a Hugging Face folder, open that.");
}

/// The value of a key as a number, switches too; nothing: it is something else.
std::optional<double> numberOf(const GgufFile& file, const std::string& key) {
    const GgufValue& value = *file.find(key);
    if (value.type == GgufType::Bool) return *file.flag(key) ? 1.0 : 0.0;
    if (value.type == GgufType::Array || value.type == GgufType::String) return {};
    return file.number(key);
}

}  // namespace

GgufMetadata::GgufMetadata(const GgufFile& file) : m_file(file), m_architecture(&architectureOf(file)) {
    readSizes();
}

std::string GgufMetadata::key(const std::string& name) const {
    auto whole = std::string(m_architecture->id) + "." + name;
    m_asked.insert(whole);
    return whole;
}

void GgufMetadata::unsupported(const std::string& what) const {
    throw Error(ErrorCode::Unsupported, m_file.subject(), "has " + what + ", which cannot be opened here");
}

void GgufMetadata::refuseKey(const std::string& name, const std::string& rule) const {
    m_file.refuse("key \"" + key(name) + "\"", rule);
}

bool GgufMetadata::has(const std::string& name) const {
    return m_file.has(key(name));
}

std::int64_t GgufMetadata::positive(const std::string& name) const {
    const auto value = m_file.integer(key(name));
    if (!value) refuseKey(name, "is missing");
    if (*value <= 0 || *value > kLargestSize) refuseKey(name, "is " + std::to_string(*value) + ", not a size");
    return *value;
}

std::int64_t GgufMetadata::positiveOr(const std::string& name, std::int64_t otherwise) const {
    return has(name) ? positive(name) : otherwise;
}

std::int64_t GgufMetadata::whole(const std::string& name, std::int64_t otherwise) const {
    const auto value = m_file.integer(key(name)).value_or(otherwise);
    if (value < 0 || value > std::int64_t{0xffffffff})
        refuseKey(name, "is " + std::to_string(value) + ", not a number of positions");
    return std::min(value, kLargestSize);
}

double GgufMetadata::shortest(const std::string& name, double otherwise) const {
    const auto value = m_file.number(key(name));
    if (!value) return otherwise;
    if (!std::isfinite(*value)) refuseKey(name, "is not a number");
    char text[32];
    std::snprintf(text, sizeof text, "%.7g", *value);
    double rounded = *value;
    std::from_chars(text, text + std::strlen(text), rounded);
    return static_cast<float>(rounded) == static_cast<float>(*value) ? rounded : *value;
}

double GgufMetadata::aboveZero(const std::string& name, double otherwise) const {
    const double value = shortest(name, otherwise);
    if (!(value > 0)) refuseKey(name, "is not a positive number");
    return value;
}

double GgufMetadata::zeroOrMore(const std::string& name, double otherwise) const {
    const double value = shortest(name, otherwise);
    if (!(value >= 0)) refuseKey(name, "is a negative number");
    return value;
}

bool GgufMetadata::flag(const std::string& name, bool otherwise) const {
    return m_file.flag(key(name)).value_or(otherwise);
}

void GgufMetadata::readSizes() {
    const auto blocks = positive("block_count");
    if (blocks > kMostLayers) refuseKey("block_count", "is " + std::to_string(blocks));
    layers.resize(static_cast<std::size_t>(blocks));
    hidden = positive("embedding_length");
    readPerLayer("attention.head_count", &GgufLayerSizes::heads, nullptr);
    readPerLayer("attention.head_count_kv", &GgufLayerSizes::kvHeads, &GgufLayerSizes::heads);
    readPerLayer("feed_forward_length", &GgufLayerSizes::width, nullptr);
    for (std::size_t i = 0; i < layers.size(); ++i) checkLayer(i);
    if (!has("attention.key_length") && hidden % layers.front().heads != 0)
        refuseKey("embedding_length", "(" + std::to_string(hidden) + ") is not a multiple of attention.head_count (" +
                                          std::to_string(layers.front().heads) + "), and there is no attention.key_length");
    headDim = positiveOr("attention.key_length", hidden / layers.front().heads);
    if (positiveOr("attention.value_length", headDim) != headDim) unsupported("keys and values of different head sizes");
    rotary = positiveOr("rope.dimension_count", headDim);
    if (rotary > headDim)
        refuseKey("rope.dimension_count",
                  "is " + std::to_string(rotary) + ", a head has " + std::to_string(headDim) + " features");
    if (rotary != headDim && !m_architecture->partialRotary) unsupported("rotary positions on a part of each head");
    if (rotary % 2 != 0 && m_architecture->id != "gpt2")
        refuseKey(rotary == headDim ? "attention.key_length" : "rope.dimension_count",
                  "is odd, so heads have no rotary pairs");
    readExperts();
}

void GgufMetadata::readExperts() {
    if (!m_architecture->routed()) {
        if (m_file.integer(key("expert_count")).value_or(0) != 0) unsupported("a mixture of experts");
        return;
    }
    experts = positive("expert_count");
    expertsPerToken = positive("expert_used_count");
    if (expertsPerToken > experts)
        refuseKey("expert_used_count",
                  "is " + std::to_string(expertsPerToken) + ", expert_count is " + std::to_string(experts));
    const std::int64_t width = layers.front().width;
    for (const GgufLayerSizes& layer : layers)
        if (layer.width != width) unsupported("experts of another width in every layer");
    const std::string name(m_architecture->expertWidthKey);
    expertWidth = name == "feed_forward_length" ? width : positiveOr(name, width / expertsPerToken);
    if (expertWidth == 0) refuseKey(name, "is missing");
}

void GgufMetadata::readPerLayer(const std::string& name, std::int64_t GgufLayerSizes::*member,
                                const std::int64_t GgufLayerSizes::*other) {
    const GgufValue* value = m_file.find(key(name));
    if (!value && !other) refuseKey(name, "is missing");
    std::vector<std::int64_t> numbers;
    if (value && value->type == GgufType::Array)
        numbers = *m_file.integers(key(name));
    else if (value)
        numbers.assign(layers.size(), *m_file.integer(key(name)));
    if (value && numbers.size() < layers.size())
        refuseKey(name,
                  "lists " + std::to_string(numbers.size()) + " layers, block_count says " + std::to_string(layers.size()));
    for (std::size_t i = 0; i < layers.size(); ++i) {
        layers[i].*member = value ? numbers[i] : layers[i].*other;
        if (layers[i].*member < 0 || layers[i].*member > kLargestSize)
            refuseKey(name, "holds " + std::to_string(layers[i].*member) + " for layer " + std::to_string(i));
    }
}

void GgufMetadata::checkLayer(std::size_t index) const {
    const GgufLayerSizes& layer = layers[index];
    const std::string where = " in layer " + std::to_string(index);
    if (layer.heads == 0 && (layer.kvHeads != 0 || index == 0 || !m_architecture->layersMayDiffer))
        unsupported("no attention" + where);
    if (layer.heads == 0 && layer.width > 0) return;  // llama.cpp asks the first layer for the size of heads
    if (layer.kvHeads == 0) unsupported("attention without keys and values" + where);
    if (layer.width == 0) unsupported("no MLP" + where);
    if (layer.heads % layer.kvHeads != 0)
        refuseKey("attention.head_count", "(" + std::to_string(layer.heads) + ") is not a multiple of head_count_kv (" +
                                              std::to_string(layer.kvHeads) + ")" + where);
    if (!m_architecture->separateQueries && m_architecture->id != "phi3" && layer.heads != layer.kvHeads)
        unsupported("fewer key/value heads than query heads" + where);
}

ordered_json GgufMetadata::perLayer(std::int64_t GgufLayerSizes::*member) const {
    const auto same = [&](const GgufLayerSizes& layer) { return layer.*member == layers.front().*member; };
    if (std::all_of(layers.begin(), layers.end(), same)) return layers.front().*member;
    ordered_json all = ordered_json::array();
    for (const GgufLayerSizes& layer : layers) all.push_back(layer.*member);
    return all;
}

std::vector<bool> GgufMetadata::slidingLayers(std::int64_t otherwise) const {
    const std::string name = "attention.sliding_window_pattern";
    std::vector<bool> slides(layers.size());
    const GgufValue* value = m_file.find(key(name));
    if (value && value->type == GgufType::Array) {
        const auto given = *m_file.integers(key(name));
        if (given.size() < layers.size()) refuseKey(name, "lists " + std::to_string(given.size()) + " layers");
        for (std::size_t i = 0; i < slides.size(); ++i) slides[i] = given[i] != 0;
        return slides;
    }
    const auto period = static_cast<std::size_t>(whole(name, otherwise));
    for (std::size_t i = 0; i < slides.size(); ++i) slides[i] = period == 0 || i % period + 1 < period;
    return slides;
}

// A factor without a type counts as linear, the key of 2023 as the factor, a factor of 0 as none: so does llama.cpp.
void GgufMetadata::addRopeScaling(ordered_json& json) const {
    const std::string type = m_file.text(key("rope.scaling.type")).value_or("linear");
    if (type != "none" && type != "linear" && !type.empty())
        unsupported("positions scaled in the way \"" + ggufPrintable(type) + "\" (key \"" + key("rope.scaling.type") +
                    "\")");
    const double old = zeroOrMore("rope.scale_linear", 0), factor = zeroOrMore("rope.scaling.factor", old);
    if (type != "none" && factor != 0 && factor != 1) json["rope_scaling"] = {{"rope_type", "linear"}, {"factor", factor}};
    if (!m_architecture->frequencyFactors) return;
    const GgufTensor* factors = m_file.findTensor("rope_freqs.weight");
    if (!factors) return;
    if (factors->type->id != 0 || factors->count() != headDim / 2)
        m_file.refuse("tensor \"rope_freqs.weight\"", "is not F32 with half a head's numbers");
    std::vector<float> given(static_cast<std::size_t>(headDim / 2));
    std::memcpy(given.data(), factors->bytes.data(), factors->bytes.size());
    if (std::all_of(given.begin(), given.end(), [](float one) { return one == 1; })) return;
    if (json.contains("rope_scaling")) unsupported("both a factor and frequency factors of positions");
    addFrequencyFactors(json, given);
}

// The file keeps the factors of Llama 3's scaling, config.json the parameters they come from. All published models have 1 and 4 for the bounds of the
// passage; the first training's context, 8192 in all of them, is looked for among powers of two.
void GgufMetadata::addFrequencyFactors(ordered_json& json, const std::vector<float>& given) const {
    constexpr double kLow = 1, kHigh = 4;
    constexpr int kSmallest = 16, kPublished = 8192, kLargest = 1 << 20;
    const double factor = std::round(static_cast<double>(*std::max_element(given.begin(), given.end())) * 1000) / 1000;
    const double base = json["rope_theta"].get<double>();
    const auto fits = [&](int original) {
        for (std::size_t i = 0; i < given.size(); ++i) {
            const double wave =
                2 * std::numbers::pi * std::pow(base, 2.0 * static_cast<double>(i) / static_cast<double>(headDim));
            const double smooth = std::clamp((original / wave - kLow) / (kHigh - kLow), 0.0, 1.0);
            const double expected = 1 / ((1 - smooth) / factor + smooth);
            if (!(std::abs(static_cast<double>(given[i]) - expected) <= 1e-3 * expected)) return false;
        }
        return true;
    };
    int original = kPublished;
    if (!fits(original))
        for (original = kSmallest; original <= kLargest && !fits(original);) original *= 2;
    if (original > kLargest) unsupported("frequency factors (rope_freqs.weight) other than those of Llama 3's scaling");
    json["rope_scaling"] = {{"rope_type", "llama3"},
                            {"factor", factor},
                            {"low_freq_factor", kLow},
                            {"high_freq_factor", kHigh},
                            {"original_max_position_embeddings", original}};
}

void GgufMetadata::addToken(ordered_json& json, const std::string& name, const char* configName,
                            std::int64_t vocabulary) const {
    const auto id = m_file.integer("tokenizer.ggml." + name);
    if (id && *id >= 0 && *id < vocabulary) json[configName] = *id;
}

void GgufMetadata::requireAllUnderstood() const {
    const std::string beginning = std::string(m_architecture->id) + ".";
    for (const auto& [whole, value] : m_file.values()) {
        if (!whole.starts_with(beginning) || m_asked.count(whole)) continue;
        const std::string name = whole.substr(beginning.size());
        if (std::find(kHarmless.begin(), kHarmless.end(), name) != kHarmless.end()) continue;
        const auto number = numberOf(m_file, whole);
        const auto neutral =
            std::find_if(kNeutral.begin(), kNeutral.end(), [&](const Neutral& n) { return n.name == name; });
        if (neutral != kNeutral.end() && number && (*number == neutral->value || *number == neutral->or_)) continue;
        if (name == "attention.sliding_window" && number &&
            (*number == 0 || *number >= static_cast<double>(positive("context_length"))))
            continue;
        if (m_architecture->id == "gpt2" && name.starts_with("rope.")) continue;  // it has no rotary positions
        throw Error(
            ErrorCode::Unsupported, m_file.subject(),
            "says \"" + ggufPrintable(whole) + "\"" + (number ? " = " + std::to_string(*number) : "") +
                ", which is not computed here for this architecture",
            "Leaving it out would give other numbers than the model's. If the model exists as a Hugging Face folder, open that.");
    }
}

}  // namespace lorashear
