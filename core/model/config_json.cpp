#include "core/model/config_json.h"

#include "core/base/error.h"
#include "core/model/family.h"
#include "core/model/unknown_family.h"

#include <nlohmann/json.hpp>

#include <algorithm>

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

}  // namespace

ModelConfig parseConfig(const std::string& text, const std::string& subject) {
    auto config = json::parse(text, nullptr, /*allow_exceptions=*/false);
    if (!config.is_object()) throw Error(ErrorCode::BadInput, subject, "is not a JSON object");
    // Exports whose layers differ in size keep the lists apart, so that stock config classes read the rest.
    if (const auto sizes = config.find(kLayerSizesKey); sizes != config.end() && sizes->is_object()) {
        const json lists = *sizes;
        config.update(lists);
    }
    const auto type = config.find("model_type");
    if (type == config.end() || !type->is_string())
        throw Error(ErrorCode::BadInput, subject, "has no \"model_type\"", "Is this the config.json of a language model?");
    const auto id = type->get<std::string>();
    const auto& table = families();
    const auto known = std::find_if(table.begin(), table.end(), [&](const Family& family) { return family.id == id; });
    if (known == table.end()) refuseFamily(id, config, subject);
    const auto& family = *known;
    auto result = family.parse(config, subject);
    result.family = family.id;
    result.source = text;
    const auto bos = idList(config, "bos_token_id");
    result.bosId = bos.empty() ? -1 : bos.front();
    result.eosIds = idList(config, "eos_token_id");
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
}

}  // namespace lorashear
