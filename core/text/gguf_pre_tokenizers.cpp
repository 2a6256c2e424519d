#include "core/text/gguf_pre_tokenizers.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <optional>

// llama.cpp does not read a tokenizer's regular expressions from the file: the file gives a name, and the program has a list. A name that
// it does not know, or a wrong one, gives other tokens without a word. So we write a name only for expressions that are the name's own.

namespace lorashear {

using nlohmann::json;

namespace {

constexpr std::string_view kByteLevel = R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)";
constexpr std::string_view kLlama3 =
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";
constexpr std::string_view kQwen2 =
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";
constexpr std::string_view kDigit = R"(\p{N})";

const std::vector<GgufPreTokenizer>& table() {
    static const std::vector<GgufPreTokenizer> kTable{
        {{"llama-bpe", "llama3", "llama-v3", "falcon3", "falcon-h1", "pixtral", "midm-2.0", "lfm2"}, {kLlama3}, true, true},
        {{"qwen2", "stablelm2", "hunyuan", "megrez", "deepseek-r1-qwen"}, {kQwen2}},
        {{"smollm", "starcoder", "refact", "command-r", "codeshell", "exaone", "minerva-7b"}, {kDigit, kByteLevel}},
        {{"gpt-2", "phi-2", "mpt", "olmo", "jais", "trillion", "jina-es", "jina-de", "roberta-bpe", "exaone4"},
         {kByteLevel}},
        {{"dbrx", "smaug-bpe"}, {kLlama3}},
        {{"default"}, {R"([\p{P}\$\+<=>\^~\|]+)", kByteLevel, R"(\p{N}+)", "[0-9][0-9][0-9]"}},
    };
    return kTable;
}

json split(std::string_view expression) {
    return {{"type", "Split"}, {"pattern", {{"Regex", expression}}}, {"behavior", "Isolated"}, {"invert", false}};
}

template <typename T>
T valueOr(const json& object, const char* key, T otherwise) {
    const auto found = object.find(key);
    if (found == object.end()) return otherwise;
    const T* value = found->template get_ptr<const T*>();
    return value ? *value : otherwise;
}

/// Appends the expressions that one step splits by; false: a step of another kind.
bool appendExpressions(const json& step, std::vector<std::string>& expressions) {
    if (!step.is_object()) return false;
    const auto type = valueOr<std::string>(step, "type", "");
    if (type == "Sequence") {
        const auto steps = step.find("pretokenizers");
        return steps != step.end() && steps->is_array() && std::all_of(steps->begin(), steps->end(), [&](const json& inner) {
                   return appendExpressions(inner, expressions);
               });
    }
    if (type == "ByteLevel") {
        if (valueOr(step, "use_regex", true)) expressions.emplace_back(kByteLevel);
        return true;
    }
    if (type == "Digits") {
        expressions.emplace_back(valueOr(step, "individual_digits", false) ? R"(\p{N})" : R"(\p{N}+)");
        return true;
    }
    if (type != "Split" || valueOr<std::string>(step, "behavior", "Isolated") != "Isolated" ||
        valueOr(step, "invert", false))
        return false;
    const auto pattern = step.find("pattern");
    if (pattern == step.end() || !pattern->is_object() || !pattern->contains("Regex")) return false;
    expressions.push_back(valueOr<std::string>(*pattern, "Regex", ""));
    return true;
}

}  // namespace

json byteLevelJson(bool addPrefixSpace, bool useRegex) {
    return {{"type", "ByteLevel"}, {"add_prefix_space", addPrefixSpace}, {"trim_offsets", true}, {"use_regex", useRegex}};
}

const GgufPreTokenizer* ggufPreTokenizer(std::string_view name) {
    for (const GgufPreTokenizer& kind : table())
        if (std::find(kind.names.begin(), kind.names.end(), name) != kind.names.end()) return &kind;
    return nullptr;
}

std::string ggufPreTokenizerNames() {
    std::string names;
    for (const GgufPreTokenizer& kind : table())
        for (const std::string_view name : kind.names) names.append(names.empty() ? "" : ", ").append(name);
    return names;
}

json preTokenizerJson(const GgufPreTokenizer& kind, bool addPrefixSpace) {
    json steps = json::array();
    const bool regexInside = kind.expressions.back() == kByteLevel;  // ByteLevel brings this one itself
    for (std::size_t i = 0; i + (regexInside ? 1 : 0) < kind.expressions.size(); ++i)
        steps.push_back(split(kind.expressions[i]));
    steps.push_back(byteLevelJson(addPrefixSpace, regexInside));
    if (steps.size() == 1) return steps.front();
    return {{"type", "Sequence"}, {"pretokenizers", steps}};
}

const GgufPreTokenizer* ggufPreTokenizerFor(const json& preTokenizer, bool ignoreMerges) {
    std::vector<std::string> expressions;
    if (!appendExpressions(preTokenizer, expressions)) return nullptr;
    for (const GgufPreTokenizer& kind : table())
        if (kind.ignoreMerges == ignoreMerges &&
            std::equal(expressions.begin(), expressions.end(), kind.expressions.begin(), kind.expressions.end()))
            return &kind;
    return nullptr;
}

}  // namespace lorashear
