#include "core/text/token_renumbering.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <string_view>

namespace lorashear {

using nlohmann::json;

namespace {

constexpr std::array<std::string_view, 2> kEndings{"_token_id", "_token_ids"};

template <typename Json>
void changeOne(Json& value, const TokenIdChange& change) {
    if (value.is_number_integer() && value.template get<std::int64_t>() >= 0) {
        const std::int64_t now = change(value.template get<std::int64_t>());
        if (now >= 0)
            value = static_cast<std::uint64_t>(now);  // what readers of these files want: no sign
        else
            value = nullptr;
    }
}

/// Ids that have gone leave the list, and sequences that need one of them.
template <typename Json>
void changeAll(Json& value, const TokenIdChange& change) {
    if (!value.is_array()) return changeOne(value, change);
    Json after = Json::array();
    for (Json& id : value) {
        const std::size_t length = id.is_array() ? id.size() : 0;
        changeAll(id, change);
        if (!id.is_null() && (!id.is_array() || id.size() == length)) after.push_back(id);
    }
    value = std::move(after);
}

template <typename Json>
void changeConfig(Json& config, const TokenIdChange& change) {
    if (!config.is_object()) return;
    for (auto& [key, value] : config.items()) {
        const std::string_view name = key;
        if (std::any_of(kEndings.begin(), kEndings.end(), [&](auto ending) { return name.ends_with(ending); }) ||
            std::find(unwantedTokenKeys().begin(), unwantedTokenKeys().end(), name) != unwantedTokenKeys().end())
            changeAll(value, change);
        else
            changeConfig(value, change);
    }
}

void changePostProcessor(json& step, const TokenIdChange& change) {
    if (!step.is_object()) return;
    if (const auto tokens = step.find("special_tokens"); tokens != step.end() && tokens->is_object())
        for (json& token : *tokens)
            if (token.is_object() && token.contains("ids")) changeAll(token["ids"], change);
    for (const char* pair : {"cls", "sep"})
        if (const auto found = step.find(pair); found != step.end() && found->is_array() && found->size() == 2)
            changeOne((*found)[1], change);
    if (const auto steps = step.find("processors"); steps != step.end() && steps->is_array())
        for (json& inner : *steps) changePostProcessor(inner, change);
}

}  // namespace

TokenRenumbering::TokenRenumbering(std::vector<int> keep) : m_kept(std::move(keep)) {
    std::sort(m_kept.begin(), m_kept.end());
    if (!m_kept.empty()) m_new.assign(static_cast<std::size_t>(m_kept.back()) + 1, -1);
    for (std::size_t i = 0; i < m_kept.size(); ++i) m_new[static_cast<std::size_t>(m_kept[i])] = static_cast<int>(i);
}

void changeConfigTokenIds(json& config, const TokenIdChange& change) {
    changeConfig(config, change);
}

void changeConfigTokenIds(nlohmann::ordered_json& config, const TokenIdChange& change) {
    changeConfig(config, change);
}

const std::vector<std::string>& unwantedTokenKeys() {
    static const std::vector<std::string> kKeys{"suppress_tokens", "begin_suppress_tokens", "bad_words_ids"};
    return kKeys;
}

std::string trimmedConfigText(const std::string& config, const TokenRenumbering& ids) {
    auto root = nlohmann::ordered_json::parse(config, nullptr, false);
    if (!root.is_object()) root = nlohmann::ordered_json::object();
    changeConfigTokenIds(root, [&](std::int64_t id) { return ids.of(id); });
    const auto inner = root.find("text_config");
    const bool nested = inner != root.end() && inner->is_object() && inner->contains("vocab_size");
    if (nested) (*inner)["vocab_size"] = ids.count();
    if (!nested || root.contains("vocab_size")) root["vocab_size"] = ids.count();
    return root.dump(2) + "\n";
}

void changeTemplateTokenIds(json& tokenizer, const TokenIdChange& change) {
    if (const auto post = tokenizer.find("post_processor"); post != tokenizer.end()) changePostProcessor(*post, change);
    if (const auto padding = tokenizer.find("padding"); padding != tokenizer.end() && padding->is_object())
        if (padding->contains("pad_id")) changeOne((*padding)["pad_id"], change);
}

}  // namespace lorashear
