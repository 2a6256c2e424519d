#include "core/model/text_part.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace lorashear {

namespace {

using nlohmann::json;

struct TextPart {
    const char *type, *textType, *className;  ///< model_type of the whole and of the part, class of the part alone
    const char* defaults;                     ///< of sizes that a file need not say
};

constexpr std::array kTextParts = {
    TextPart{
        "gemma3", "gemma3_text", "Gemma3ForCausalLM",
        R"({"vocab_size": 262208, "hidden_size": 2304, "intermediate_size": 9216, "num_hidden_layers": 26, "head_dim": 256,
                 "num_attention_heads": 8, "num_key_value_heads": 4, "max_position_embeddings": 131072})"},
    TextPart{"mistral3", "mistral", "MistralForCausalLM",
             R"({"vocab_size": 32000, "hidden_size": 4096, "intermediate_size": 14336, "num_hidden_layers": 32,
                 "num_attention_heads": 32, "num_key_value_heads": 8, "max_position_embeddings": 131072})"},
};

// Of the whole: what its part says of them, if anything, counts less or as much.
constexpr std::array kOverrides = {"tie_word_embeddings", "dtype", "torch_dtype", "transformers_version"};
constexpr std::array kAdditions = {"bos_token_id", "eos_token_id", "pad_token_id"};

bool given(const json& config, const char* key) {
    const auto found = config.find(key);
    return found != config.end() && !found->is_null();
}

}  // namespace

json textPartOf(const json& config) {
    if (!config.is_object() || !given(config, "text_config") || !config.at("text_config").is_object()) return config;
    const auto type = config.value("model_type", json());
    const auto part =
        std::find_if(kTextParts.begin(), kTextParts.end(), [&](const TextPart& one) { return type == one.type; });
    if (part == kTextParts.end()) return config;
    json text = config.at("text_config");
    if (!given(text, "model_type")) text["model_type"] = part->textType;
    if (text.at("model_type") != part->textType) return text;
    text["architectures"] = {part->className};
    for (const char* key : kOverrides)
        if (given(config, key)) text[key] = config.at(key);
    for (const char* key : kAdditions)
        if (given(config, key) && !given(text, key)) text[key] = config.at(key);
    const json defaults = json::parse(part->defaults);
    for (const auto& [key, value] : defaults.items())
        if (!given(text, key.c_str())) text[key] = value;
    return text;
}

}  // namespace lorashear
