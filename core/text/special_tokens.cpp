#include "core/text/special_tokens.h"

#include "core/io/strict_json.h"

#include <nlohmann/json.hpp>

#include <limits>

namespace lorashear {

namespace {

using nlohmann::json;

/// A token is written as its text or as an object with "content".
std::string tokenText(const json& file, const char* key) {
    const auto found = file.find(key);
    if (found == file.end()) return {};
    if (found->is_string()) return found->get<std::string>();
    if (found->is_object() && found->contains("content") && (*found)["content"].is_string())
        return (*found)["content"].get<std::string>();
    return {};
}

bool isId(const json& value) {
    return value.is_number_unsigned() && value.get<std::uint64_t>() <= std::numeric_limits<int>::max();
}

std::vector<int> idList(const json& file, const char* key) {
    const auto found = file.find(key);
    if (found == file.end()) return {};
    std::vector<int> ids;
    if (isId(*found)) ids.push_back(found->get<int>());
    if (found->is_array())
        for (const json& id : *found)
            if (isId(id)) ids.push_back(id.get<int>());
    return ids;
}

}  // namespace

SpecialTokens SpecialTokens::read(const std::filesystem::path& folder) {
    const json tokenizer = jsonObjectIfThere(folder / "tokenizer_config.json");
    const json map = jsonObjectIfThere(folder / "special_tokens_map.json");
    const json generation = jsonObjectIfThere(folder / "generation_config.json");
    const json config = jsonObjectIfThere(folder / "config.json");

    const auto text = [&](const char* key) {
        std::string found = tokenText(tokenizer, key);
        return found.empty() ? tokenText(map, key) : found;
    };
    SpecialTokens special;
    special.bos = text("bos_token");
    special.eos = text("eos_token");
    special.unknown = text("unk_token");
    if (const auto add = tokenizer.find("add_bos_token"); add != tokenizer.end() && add->is_boolean())
        special.addBos = add->get<bool>();
    if (const auto ids = idList(config, "bos_token_id"); !ids.empty()) special.bosId = ids.front();
    special.eosIds = idList(generation, "eos_token_id");
    if (special.eosIds.empty()) special.eosIds = idList(config, "eos_token_id");
    return special;
}

}  // namespace lorashear
