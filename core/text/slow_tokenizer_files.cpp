#include "core/text/slow_tokenizer_files.h"

#include "core/base/error.h"
#include "core/io/atomic_file.h"
#include "core/io/strict_json.h"
#include "core/text/added_token_files.h"
#include "core/text/gguf_pre_tokenizers.h"
#include "core/text/special_tokens.h"

#include <nlohmann/json.hpp>

#include <array>
#include <string>
#include <string_view>

namespace lorashear {

namespace {

using nlohmann::json;
namespace fs = std::filesystem;

constexpr const char* kQwenPattern =
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";

void addGpt2Rules(json& root, bool prefixSpace) {
    root["normalizer"] = nullptr;
    root["pre_tokenizer"] = byteLevelJson(prefixSpace, true);
}

void addQwenRules(json& root, bool prefixSpace) {
    root["normalizer"] = {{"type", "NFC"}};
    root["pre_tokenizer"] = {
        {"type", "Sequence"},
        {"pretokenizers",
         {{{"type", "Split"}, {"pattern", {{"Regex", kQwenPattern}}}, {"behavior", "Isolated"}, {"invert", false}},
          byteLevelJson(prefixSpace, false)}}};
}

/// What the two files do not say: how a class of transformers cuts text before its merges.
struct Rules {
    std::string_view name;  ///< tokenizer_class, or model_type where no class is named
    void (*add)(json& root, bool prefixSpace);
};
constexpr std::array<Rules, 8> kRules{{
    {"GPT2Tokenizer", addGpt2Rules},
    {"GPT2TokenizerFast", addGpt2Rules},
    {"Qwen2Tokenizer", addQwenRules},
    {"Qwen2TokenizerFast", addQwenRules},
    {"gpt2", addGpt2Rules},
    {"opt", addGpt2Rules},
    {"qwen2", addQwenRules},
    {"qwen3", addQwenRules},
}};

const Rules& rulesOf(const fs::path& folder, const json& tokenizer) {
    const json& named = tokenizer.contains("tokenizer_class") ? tokenizer.at("tokenizer_class") : json();
    const json config = jsonObjectIfThere(folder / "config.json");
    const json type = named.is_string() ? named : config.value("model_type", json());
    for (const Rules& rules : kRules)
        if (type == rules.name) return rules;
    throw Error(ErrorCode::Unsupported, folder.string(),
                "has vocab.json and merges.txt, but how " + (type.is_string() ? type.get<std::string>() : "its tokenizer") +
                    " cuts text before the merges is not known here",
                "Make a tokenizer.json once in Python: AutoTokenizer.from_pretrained(folder).save_pretrained(folder)");
}

json mergesIn(const fs::path& path) {
    const std::string text = readFile(path);
    json merges = json::array();
    std::size_t line = 0;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        std::string_view rule = std::string_view(text).substr(at, end - at);
        at = end + 1, ++line;
        if (rule.ends_with('\r')) rule.remove_suffix(1);
        if (rule.empty() || (line == 1 && rule.starts_with("#version"))) continue;
        const std::size_t space = rule.find(' ');
        if (space == std::string_view::npos || space == 0 || space + 1 == rule.size() ||
            rule.find(' ', space + 1) != std::string_view::npos)
            throw Error(ErrorCode::BadInput, path.string() + ":" + std::to_string(line), "is not two tokens and a space");
        merges.push_back(std::string(rule));
    }
    return merges;
}

json entryOf(const AddedToken& token) {
    return {{"id", static_cast<unsigned>(token.id)},  // as a parser reads it
            {"content", token.content},
            {"single_word", token.singleWord},
            {"lstrip", token.leftStrip},
            {"rstrip", token.rightStrip},
            {"normalized", token.normalized},
            {"special", token.special}};
}

/// Tokens that the files beside name, and the special ones that the vocabulary has already: BOS, EOS, unknown.
json addedTokens(const fs::path& folder, const json& vocabulary) {
    auto tokens = readAddedTokens(folder);
    auto special = SpecialTokens::read(folder);
    for (std::string* text : {&special.bos, &special.eos, &special.unknown}) {
        if (text->empty()) *text = "<|endoftext|>";  // the class's own default
        const auto found = vocabulary.find(*text);
        if (found == vocabulary.end() || !found->is_number_unsigned()) continue;
        AddedToken token;
        token.id = found->get<int>(), token.content = *text, token.special = true;
        tokens.try_emplace(token.id, token);
    }
    json list = json::array();
    for (const auto& [id, token] : tokens) list.push_back(entryOf(token));
    return list;
}

}  // namespace

bool hasSlowTokenizer(const fs::path& folder) {
    std::error_code ignored;
    return fs::exists(folder / "vocab.json", ignored) && fs::exists(folder / "merges.txt", ignored);
}

json slowTokenizerAsJson(const fs::path& folder) {
    const json tokenizer = jsonObjectIfThere(folder / "tokenizer_config.json");
    const Rules& rules = rulesOf(folder, tokenizer);
    const fs::path vocabFile = folder / "vocab.json";
    json vocabulary = parseStrictJson(readFile(vocabFile), vocabFile.string());
    if (!vocabulary.is_object()) throw Error(ErrorCode::BadInput, vocabFile.string(), "is not an object of tokens and ids");
    const json space = tokenizer.value("add_prefix_space", json(false));
    json root = {{"version", "1.0"},
                 {"added_tokens", addedTokens(folder, vocabulary)},
                 {"decoder", byteLevelJson(true, true)},
                 {"post_processor", byteLevelJson(true, true)}};
    rules.add(root, space.is_boolean() && space.get<bool>());
    root["model"] = {{"type", "BPE"},
                     {"dropout", nullptr},
                     {"unk_token", nullptr},
                     {"continuing_subword_prefix", ""},
                     {"end_of_word_suffix", ""},
                     {"fuse_unk", false},
                     {"vocab", std::move(vocabulary)},
                     {"merges", mergesIn(folder / "merges.txt")}};
    return root;
}

}  // namespace lorashear
