#include "core/text/token_renumbering.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <string_view>

namespace lorashear {

using nlohmann::json;

namespace {

constexpr std::array<std::string_view, 2> kEndings{"_token_id", "_token_ids"};
constexpr std::array<std::string_view, 2> kSuppressed{"suppress_tokens", "begin_suppress_tokens"};

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

/// Ids that have gone leave the list.
template <typename Json>
void changeAll(Json& value, const TokenIdChange& change) {
    if (!value.is_array()) return changeOne(value, change);
    Json after = Json::array();
    for (Json& id : value) {
        changeOne(id, change);
        if (!id.is_null()) after.push_back(id);
    }
    value = std::move(after);
}

template <typename Json>
void changeConfig(Json& config, const TokenIdChange& change) {
    if (!config.is_object()) return;
    for (auto& [key, value] : config.items()) {
        const std::string_view name = key;
        if (std::any_of(kEndings.begin(), kEndings.end(), [&](auto ending) { return name.ends_with(ending); }) ||
            std::find(kSuppressed.begin(), kSuppressed.end(), name) != kSuppressed.end())
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

void changeTemplateTokenIds(json& tokenizer, const TokenIdChange& change) {
    if (const auto post = tokenizer.find("post_processor"); post != tokenizer.end()) changePostProcessor(*post, change);
    if (const auto padding = tokenizer.find("padding"); padding != tokenizer.end() && padding->is_object())
        if (padding->contains("pad_id")) changeOne((*padding)["pad_id"], change);
}

}  // namespace lorashear
