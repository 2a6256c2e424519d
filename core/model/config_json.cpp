#include "core/model/config_json.h"

#include "core/base/error.h"
#include "core/io/strict_json.h"
#include "core/model/family.h"
#include "core/model/text_part.h"
#include "core/model/unknown_family.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdint>
#include <numeric>

namespace lorashear {

using nlohmann::json;

namespace {

std::vector<int> idList(const json& config, const char* key) {
    std::vector<int> ids;
    const auto found = config.find(key);
    if (found == config.end() || found->is_null()) return ids;
    for (const auto& value : found->is_array() ? *found : json::array({*found}))
        if (value.is_number_integer()) ids.push_back(value.get<int>());
    return ids;
}

Factors readFactors(const json& config, const std::string& subject) {
    Factors factors;
    const auto found = config.find(kFactorsKey);
    if (found == config.end()) return factors;
    const auto fail = [&](const std::string& path, const std::string& message) {
        throw Error(ErrorCode::BadInput, subject, "\"" + std::string(kFactorsKey) + "\" " + path + message);
    };
    if (!found->is_object()) fail("", "must be an object");
    for (const auto& item : found->items()) {
        const std::string& path = item.key();
        const json& entry = item.value();
        const auto number = [&](const char* key, int fallback) {
            if (!entry.contains(key) && fallback > 0) return fallback;
            const auto value = entry.value(key, json());
            if (!value.is_number_integer() || value < 1 || value > 1 << 28)
                fail("of " + path, " must have a positive whole number as \"" + std::string(key) + "\"");
            return value.get<int>();
        };
        if (!entry.is_object()) fail("of " + path, " must be an object");
        factors[path] = {number("rank", 0), number("blocks", 1)};
    }
    return factors;
}

// A name that stands for nothing would silently leave a linear whole.
void requireKnownPaths(const ModelConfig& config, const Family& family, const std::string& subject) {
    const auto shapes = config.factors.empty() ? std::map<std::string, std::vector<std::int64_t>>() : family.shapes(config);
    for (const auto& [path, factor] : config.factors)
        if (!shapes.count(path + "." + firstName(factor, 0) + ".weight"))
            throw Error(
                ErrorCode::BadInput, subject,
                "\"" + std::string(kFactorsKey) + "\" names " + path + ", which is no linear of this model's blocks");
}

/// Analysing makes tables of so many channels, tokens and neurons, and a config.json alone is believed. Largest published: hidden 18432, a vocabulary of a million,
/// and 25 million neurons in all (160 experts of 2560 in 62 blocks).
void requireReadableSizes(const ModelConfig& config, const std::string& subject) {
    constexpr std::int64_t kMostHidden = 1 << 17, kMostTokens = 1 << 22, kMostNeurons = 1 << 21, kMostNeuronsInAll = 1 << 25;
    const auto require = [&](const std::string& what, std::int64_t size, std::int64_t most) {
        if (size > most)
            throw Error(
                ErrorCode::Unsupported, subject,
                what + " of " + std::to_string(size) + " is more than the " + std::to_string(most) + " that are read");
    };
    require("a hidden size", std::max(config.hidden, config.embeddingSize), kMostHidden);
    require("a vocabulary", config.vocabulary, kMostTokens);
    std::int64_t all = 0;
    for (std::size_t i = 0; i < config.layers.size(); ++i) {
        const LayerShape& layer = config.layers[i];
        const std::int64_t neurons =
            std::accumulate(layer.experts.begin(), layer.experts.end(), std::int64_t{layer.intermediate});
        require("the MLP width of layer " + std::to_string(i), neurons, kMostNeurons);
        all += neurons;
    }
    require("the MLP width of all layers", all, kMostNeuronsInAll);
}

/// The family that model_type names.
const Family& familyIn(const json& config, const std::string& subject) {
    const auto type = config.find("model_type");
    if (type == config.end() || !type->is_string())
        throw Error(ErrorCode::BadInput, subject, "has no \"model_type\"", "Is this the config.json of a language model?");
    const auto id = type->get<std::string>();
    const auto& table = families();
    const auto known = std::find_if(table.begin(), table.end(), [&](const Family& family) { return family.id == id; });
    if (known == table.end()) refuseFamily(id, config, subject);
    return *known;
}

}  // namespace

ModelConfig parseConfig(const std::string& text, const std::string& subject) {
    // Published files of hybrid families hold Python's Infinity: what is refused in any case is refused for what it is.
    if (const auto bare = withoutPythonNumbers(text); bare != text) {
        const auto whole = parseStrictJson(bare, subject);
        if (whole.is_object()) familyIn(textPartOf(whole), subject);
    }
    const auto whole = parseStrictJson(text, subject);
    if (!whole.is_object()) throw Error(ErrorCode::BadInput, subject, "is not a JSON object");
    auto config = textPartOf(whole);
    const auto source = config == whole ? text : config.dump(2);
    // Exports whose layers differ in size keep the lists apart, so that stock config classes read the rest.
    if (const auto sizes = config.find(kLayerSizesKey); sizes != config.end() && sizes->is_object()) {
        const json lists = *sizes;
        config.update(lists);
    }
    const auto& family = familyIn(config, subject);
    auto result = family.parse(config, subject);
    result.family = family.id;
    result.source = source;
    result.factors = readFactors(config, subject);
    requireKnownPaths(result, family, subject);
    requireReadableSizes(result, subject);
    const auto bos = idList(config, "bos_token_id");
    result.bosId = bos.empty() ? -1 : bos.front();
    result.eosIds = idList(config, "eos_token_id");
    return result;
}

json describedConfig(const ModelConfig& config) {
    auto result = json::parse(config.source, nullptr, /*allow_exceptions=*/false);
    if (!result.is_object()) result = json::object();
    for (const char* key : {kLayerSizesKey, kFactorsKey}) result.erase(key);
    json sizes = json::object();
    familyOf(config.family, "model").describe(config, sizes);
    result.update(sizes);
    result["model_type"] = config.family;
    return result;
}

void describeLayers(const ModelConfig& config, json& out, const LayerKeys& keys) {
    const auto write = [&](const char* key, auto pick) {
        if (!key) return;
        if (config.uniform()) {
            out[key] = pick(config.layers.front());
            return;
        }
        out[key] = json::array();
        for (const auto& layer : config.layers) out[key].push_back(pick(layer));
    };
    out[keys.count] = config.layers.size();
    write(keys.heads, [](const LayerShape& l) { return l.heads; });
    write(keys.kvHeads, [](const LayerShape& l) { return l.kvHeads; });
    write(keys.intermediate, [](const LayerShape& l) { return l.intermediate; });
    if (keys.headDim) out[keys.headDim] = config.headDim;
    for (const auto& [path, factor] : config.factors) {
        auto& entry = out[kFactorsKey][path];
        entry = {{"rank", factor.rank}};
        if (factor.blocks > 1) entry["blocks"] = factor.blocks;
    }
}

void describeRoutedLayers(const ModelConfig& config, json& out, const ExpertKeys& experts) {
    LayerKeys keys;
    const bool ownWidth = std::string(experts.width) != keys.intermediate;
    const bool plain =
        std::any_of(config.layers.begin(), config.layers.end(), [](const auto& l) { return l.intermediate > 0; });
    auto described = config;
    if (config.uniform())  // one number for all: the blocks of the other kind say nothing of it
        for (auto& layer : described.layers)
            for (const auto& other : config.layers) layer.intermediate = std::max(layer.intermediate, other.intermediate);
    json sizes = json::object();
    describeLayers(described, sizes, keys);
    if (!ownWidth || (!plain && config.uniform())) sizes.erase(keys.intermediate);
    std::size_t count = 0;
    int width = 0;
    auto lists = json::array();
    for (const auto& layer : config.layers) {
        count = std::max(count, layer.experts.size());
        for (int one : layer.experts) width = std::max(width, one);
        lists.push_back(layer.experts);
    }
    if (count > 0) {  // else what the file says stays
        sizes[experts.count] = count;
        if (experts.otherCount) sizes[experts.otherCount] = count;
        sizes[experts.width] = width;
    }
    // Also where transformers 5 would not multiply such rows (resources/loadability.json) and our modelling file has to.
    if (!config.uniform() || width % 8 != 0 || config.hidden % 8 != 0 || !config.factors.empty())
        sizes[kExpertSizesKey] = lists;
    out.update(sizes);
}

}  // namespace lorashear
