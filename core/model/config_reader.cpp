#include "core/base/error.h"
#include "core/model/config_json.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cmath>

namespace lorashear {

using nlohmann::json;

namespace {

constexpr int kLargest = 1 << 24;  ///< of any size: products of two and sums over layers stay far from overflow
/// Lists and tables are made of that many.
constexpr int kMostLayers = 4096, kMostHeads = 1 << 16, kLargestHead = 4096, kMostExperts = 1 << 18;

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
    NamedActivation{"relu", Activation::Relu},         NamedActivation{"relu2", Activation::ReluSquared},
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
    const auto& entry = (*value)[layer];
    const int number = entry == 0 ? 0 : asPositive(entry);
    if (number < 0) fail(key, "holds " + entry.dump() + " for layer " + std::to_string(layer));
    return number;
}

std::vector<LayerShape> ConfigReader::layers(const LayerKeys& keys, int intermediate) const {
    const auto count = static_cast<std::size_t>(positive(keys.count));
    if (count > kMostLayers)
        unsupported(keys.count, "is more than the " + std::to_string(kMostLayers) + " layers that are read");
    std::vector<LayerShape> shapes;
    for (std::size_t i = 0; i < count; ++i) {
        LayerShape shape;
        shape.heads = layerValue(keys.heads, i, count, 0);
        shape.kvHeads = keys.kvHeads && find(keys.kvHeads) ? layerValue(keys.kvHeads, i, count, shape.heads) : shape.heads;
        shape.intermediate = layerValue(keys.intermediate, i, count, intermediate);
        if (shape.heads > kMostHeads)
            unsupported(keys.heads, "is more than the " + std::to_string(kMostHeads) + " that are read");
        if ((shape.heads == 0) != (shape.kvHeads == 0))
            fail(keys.heads, "is " + std::to_string(shape.heads) + " and " + keys.kvHeads + " " +
                                 std::to_string(shape.kvHeads) + " in layer " + std::to_string(i) +
                                 "; a layer without attention has 0 of both");
        if (shape.heads > 0 && shape.heads % shape.kvHeads != 0)
            fail(keys.heads, "(" + std::to_string(shape.heads) + ") is not a multiple of " + keys.kvHeads + " (" +
                                 std::to_string(shape.kvHeads) + ") in layer " + std::to_string(i));
        shapes.push_back(shape);
    }
    return shapes;
}

std::vector<int> ConfigReader::integers(const char* key) const {
    std::vector<int> numbers;
    const auto* value = find(key);
    if (!value) return numbers;
    if (!value->is_array()) fail(key, "must be a list of whole numbers");
    for (const auto& one : *value) {
        const int number = one == 0 ? 0 : asPositive(one);
        if (number < 0) fail(key, "holds " + one.dump() + ", which is no whole number");
        numbers.push_back(number);
    }
    return numbers;
}

void ConfigReader::route(std::vector<LayerShape>& layers, int expertsPerToken, const ExpertKeys& keys,
                         const std::function<bool(std::size_t)>& isRouted) const {
    const auto* lists = find(kExpertSizesKey);
    if (lists && (!lists->is_array() || lists->size() != layers.size()))
        fail(kExpertSizesKey, "must hold one list for each of the " + std::to_string(layers.size()) + " layers");
    const char* countKey = keys.otherCount && !find(keys.count) && find(keys.otherCount) ? keys.otherCount : keys.count;
    std::size_t all = 0;
    for (std::size_t i = 0; i < layers.size(); ++i) {
        if (!isRouted(i)) continue;
        auto& experts = layers[i].experts;
        layers[i].intermediate = 0;
        all += lists ? (*lists)[i].size() : static_cast<std::size_t>(positive(countKey));
        if (all > kMostExperts)
            unsupported(lists ? kExpertSizesKey : countKey,
                        "makes more than the " + std::to_string(kMostExperts) + " experts in all layers that are read");
        if (!lists) {
            experts.assign(static_cast<std::size_t>(positive(countKey)), positive(keys.width));
        } else {
            if (!(*lists)[i].is_array())
                fail(kExpertSizesKey, "holds " + (*lists)[i].dump() + " for layer " + std::to_string(i));
            for (const auto& one : (*lists)[i]) experts.push_back(asPositive(one));
            for (int width : experts)
                if (width < 1) fail(kExpertSizesKey, "holds " + (*lists)[i].dump() + " for layer " + std::to_string(i));
        }
        if (!experts.empty() && static_cast<int>(experts.size()) < expertsPerToken)
            fail("num_experts_per_tok", "(" + std::to_string(expertsPerToken) + ") is more than the " +
                                            std::to_string(experts.size()) + " experts of layer " + std::to_string(i));
    }
}

int ConfigReader::headDim(int hidden, const std::vector<LayerShape>& layers, const char* hiddenKey, const LayerKeys& keys,
                          int fallback) const {
    const auto limited = [&](int size) {
        if (size > kLargestHead)
            unsupported(keys.headDim ? keys.headDim : hiddenKey, "makes a head of " + std::to_string(size) +
                                                                     " features, more than the " +
                                                                     std::to_string(kLargestHead) + " that are read");
        return size;
    };
    if (find(keys.headDim)) return limited(positive(keys.headDim));
    if (fallback > 0) return fallback;
    const auto attends = std::find_if(layers.begin(), layers.end(), [](const LayerShape& layer) { return layer.heads > 0; });
    if (attends == layers.end()) fail(keys.headDim, "is missing, and no layer has attention that would tell it");
    const int heads = attends->heads;
    if (hidden % heads != 0)
        throw Error(ErrorCode::BadInput, m_subject,
                    "\"" + std::string(hiddenKey) + "\" (" + std::to_string(hidden) + ") is not a multiple of \"" +
                        keys.heads + "\" (" + std::to_string(heads) + "), and there is no \"" + keys.headDim + "\"",
                    "One of the two is wrong, or the model has been pruned: then add \"" + std::string(keys.headDim) +
                        "\", the size of one head.");
    return limited(hidden / heads);
}

std::vector<int> ConfigReader::sameWindows(std::size_t layers, int fallback) const {
    const int window = static_cast<int>(numberOrNone("sliding_window", fallback));
    return window > 0 ? std::vector<int>(layers, window) : std::vector<int>();
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
