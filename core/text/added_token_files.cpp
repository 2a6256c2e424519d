#include "core/text/added_token_files.h"

#include "core/base/error.h"
#include "core/io/strict_json.h"

#include <nlohmann/json.hpp>

#include <charconv>
#include <set>

namespace lorashear {

namespace {

using nlohmann::json;
namespace fs = std::filesystem;

[[noreturn]] void refuseId(const fs::path& path, const std::string& content, const std::string& id) {
    throw Error(ErrorCode::BadInput, path.string(), "token \"" + content + "\" has the id " + id + ", which is none",
                "ids are whole numbers up to " + std::to_string(kLargestTokenId));
}

int idIn(const fs::path& path, const std::string& content, const json& value) {
    if (value.is_number_unsigned() && value.get<std::uint64_t>() <= static_cast<std::uint64_t>(kLargestTokenId))
        return value.get<int>();
    refuseId(path, content, value.dump());
}

int idIn(const fs::path& path, const std::string& content, const std::string& text) {
    int id = -1;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
    if (error == std::errc() && end == text.data() + text.size() && id >= 0 && id <= kLargestTokenId) return id;
    refuseId(path, content, "\"" + text + "\"");
}

bool flag(const json& entry, const char* key, bool otherwise = false) {
    const auto found = entry.find(key);
    return found != entry.end() && found->is_boolean() ? found->get<bool>() : otherwise;
}

AddedToken described(const json& entry, int id) {
    AddedToken token;
    token.id = id;
    token.content = entry.at("content").get<std::string>();
    token.singleWord = flag(entry, "single_word");
    token.leftStrip = flag(entry, "lstrip"), token.rightStrip = flag(entry, "rstrip");
    token.special = flag(entry, "special");
    token.normalized = flag(entry, "normalized", !token.special);
    return token;
}

/// Every text that special_tokens_map.json names, whatever for.
std::set<std::string> specialTexts(const fs::path& folder) {
    std::set<std::string> texts;
    const auto take = [&](const json& value) {
        if (value.is_string()) texts.insert(value.get<std::string>());
        if (value.is_object() && value.value("content", json()).is_string())
            texts.insert(value.at("content").get<std::string>());
    };
    const json map = jsonObjectIfThere(folder / "special_tokens_map.json");
    for (const auto& [key, value] : map.items()) {
        take(value);
        if (value.is_array())
            for (const json& each : value) take(each);
    }
    return texts;
}

}  // namespace

std::map<int, AddedToken> readAddedTokens(const fs::path& folder) {
    std::map<int, AddedToken> tokens;
    const fs::path configFile = folder / "tokenizer_config.json", listFile = folder / "added_tokens.json";
    const json config = jsonObjectIfThere(configFile);
    if (const auto decoder = config.find("added_tokens_decoder"); decoder != config.end() && decoder->is_object())
        for (const auto& [key, entry] : decoder->items()) {
            if (!entry.is_object() || !entry.value("content", json()).is_string()) continue;
            const auto content = entry.at("content").get<std::string>();
            if (content.empty()) continue;
            const int id = idIn(configFile, content, key);
            tokens[id] = described(entry, id);
        }
    const auto special = specialTexts(folder);
    const json list = jsonObjectIfThere(listFile);
    for (const auto& [content, value] : list.items()) {
        if (content.empty()) continue;
        AddedToken token;
        token.id = idIn(listFile, content, value);
        token.content = content;
        token.special = special.contains(content);
        token.normalized = !token.special;
        tokens.try_emplace(token.id, token);
    }
    return tokens;
}

}  // namespace lorashear
