#pragma once

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace lorashear {

/// What llama.cpp does for one value of tokenizer.ggml.pre: regular expressions that split the text one after another.
struct GgufPreTokenizer {
    std::vector<std::string_view> names;  ///< the first is what we write, the others are read as the same
    std::vector<std::string_view> expressions;
    bool ignoreMerges = false;  ///< a piece that is a token as a whole is taken so
    bool addsBos = false;       ///< when the file does not say
};

/// null: no name we know.
const GgufPreTokenizer* ggufPreTokenizer(std::string_view name);
/// The names we know, for messages.
std::string ggufPreTokenizerNames();

/// tokenizer.json's entry for GPT-2's bytes as characters.
nlohmann::json byteLevelJson(bool addPrefixSpace, bool useRegex);
/// tokenizer.json's "pre_tokenizer" for it; addPrefixSpace as in ByteLevel.
nlohmann::json preTokenizerJson(const GgufPreTokenizer& kind, bool addPrefixSpace);
/// The entry whose expressions a tokenizer.json's "pre_tokenizer" applies; null: none, so that llama.cpp would split differently.
const GgufPreTokenizer* ggufPreTokenizerFor(const nlohmann::json& preTokenizer, bool ignoreMerges);

}  // namespace lorashear
