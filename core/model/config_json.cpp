#include "core/model/config_json.h"

#include "core/base/error.h"
#include "core/model/family.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

namespace lorashear {

using nlohmann::json;

namespace {

constexpr int kLargest = 1 << 28;

std::size_t editDistance(const std::string& a, const std::string& b) {
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const auto previous = row[j];
            row[j] = std::min({row[j] + 1, row[j - 1] + 1, diagonal + (a[i - 1] != b[j - 1])});
            diagonal = previous;
        }
    }
    return row.back();
}

int asPositive(const json& value) {
    if (!value.is_number_integer()) return -1;
    const auto number = value.get<std::int64_t>();
    return number > 0 && number <= kLargest ? static_cast<int>(number) : -1;
}

std::vector<int> idList(const json& config, const char* key) {
    std::vector<int> ids;
    const auto found = config.find(key);
    if (found == config.end() || found->is_null()) return ids;
    for (const auto& value : found->is_array() ? *found : json::array({*found}))
        if (value.is_number_integer()) ids.push_back(value.get<int>());
    return ids;
}

}  // namespace

const Family& familyOf(const std::string& id, const std::string& subject) {
    const auto& table = families();
    for (const auto& family : table)
        if (family.id == id) return family;
    const auto nearest = std::min_element(table.begin(), table.end(), [&](const Family& x, const Family& y) {
        return editDistance(x.id, id) < editDistance(y.id, id);
    });
    throw Error(ErrorCode::Unsupported, subject, "model_type \"" + id + "\" is not a family we know",
                "The nearest one is \"" + nearest->id + "\".");
}

ModelConfig parseConfig(const std::string& text, const std::string& subject) {
    const auto config = json::parse(text, nullptr, /*allow_exceptions=*/false);
    if (!config.is_object()) throw Error(ErrorCode::BadInput, subject, "is not a JSON object");
    const auto type = config.find("model_type");
    if (type == config.end() || !type->is_string())
        throw Error(ErrorCode::BadInput, subject, "has no \"model_type\"", "Is this the config.json of a language model?");
    const auto& family = familyOf(type->get<std::string>(), subject);
    auto result = family.parse(config, subject);
    result.family = family.id;
    result.source = text;
    const auto bos = idList(config, "bos_token_id");
    result.bosId = bos.empty() ? -1 : bos.front();
    result.eosIds = idList(config, "eos_token_id");
    return result;
}

const json* ConfigReader::find(const char* key) const {
    const auto found = m_json.find(key);
    return found == m_json.end() || found->is_null() ? nullptr : &*found;
}

void ConfigReader::fail(const char* key, const std::string& message) const {
    throw Error(ErrorCode::BadInput, m_subject, "\"" + std::string(key) + "\" " + message);
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

bool ConfigReader::flag(const char* key, bool fallback) const {
    const auto* value = find(key);
    if (!value) return fallback;
    if (!value->is_boolean()) fail(key, "must be true or false, not " + value->dump());
    return value->get<bool>();
}

void ConfigReader::requireText(const char* key, const char* only) const {
    const auto* value = find(key);
    if (value && *value != only)
        throw Error(ErrorCode::Unsupported, m_subject, "\"" + std::string(key) + "\" is " + value->dump() + "; only \"" + only +
                                                           "\" is known for this family");
}

int ConfigReader::layerValue(const char* key, std::size_t layer, std::size_t layers, int fallback) const {
    const auto* value = find(key);
    if (!value && fallback > 0) return fallback;
    if (!value || !value->is_array()) return positive(key);
    if (value->size() != layers)
        fail(key, "lists " + std::to_string(value->size()) + " layers but num_hidden_layers is " + std::to_string(layers));
    const int number = asPositive((*value)[layer]);
    if (number < 0) fail(key, "holds " + (*value)[layer].dump() + " for layer " + std::to_string(layer));
    return number;
}

std::vector<LayerShape> ConfigReader::layers() const {
    const auto count = static_cast<std::size_t>(positive("num_hidden_layers"));
    std::vector<LayerShape> shapes;
    for (std::size_t i = 0; i < count; ++i) {
        LayerShape shape;
        shape.heads = layerValue("num_attention_heads", i, count, 0);
        shape.kvHeads = layerValue("num_key_value_heads", i, count, shape.heads);
        shape.intermediate = layerValue("intermediate_size", i, count, 0);
        if (shape.heads % shape.kvHeads != 0)
            fail("num_attention_heads", "(" + std::to_string(shape.heads) + ") is not a multiple of num_key_value_heads (" +
                                            std::to_string(shape.kvHeads) + ") in layer " + std::to_string(i));
        shapes.push_back(shape);
    }
    return shapes;
}

double ConfigReader::ropeTheta() const {
    for (const char* key : {"rope_scaling", "rope_parameters"}) {
        const auto* rope = find(key);
        if (!rope) continue;
        if (!rope->is_object()) fail(key, "must be an object");
        const auto type = rope->contains("rope_type") ? rope->at("rope_type") : rope->value("type", json("default"));
        if (type != "default")
            throw Error(ErrorCode::Unsupported, m_subject, "\"" + std::string(key) + "\" of type " + type.dump() +
                                                               " is not known for this family");
        if (rope->contains("rope_theta")) return ConfigReader(*rope, m_subject).number("rope_theta", 10000);
    }
    return number("rope_theta", 10000);
}

void describeLayers(const ModelConfig& config, json& out) {
    const auto write = [&](const char* key, auto pick) {
        if (config.uniform()) {
            out[key] = pick(config.layers.front());
            return;
        }
        out[key] = json::array();
        for (const auto& layer : config.layers) out[key].push_back(pick(layer));
    };
    out["num_hidden_layers"] = config.layers.size();
    write("num_attention_heads", [](const LayerShape& l) { return l.heads; });
    write("num_key_value_heads", [](const LayerShape& l) { return l.kvHeads; });
    write("intermediate_size", [](const LayerShape& l) { return l.intermediate; });
    out["head_dim"] = config.headDim;
}

}  // namespace lorashear
