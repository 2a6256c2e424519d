#include "core/model/unknown_family.h"
#include "core/base/edit_distance.h"
#include "core/base/error.h"
#include "core/model/family.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace lorashear {

namespace {

// Relatives of what we know, and what they do differently.
struct Relative {
    const char* type;
    const char* nearest;
    const char* differs;
};

constexpr std::array kRelatives = {
    Relative{"mistral3", "mistral", "it reads images too; its language model may be a mistral checkpoint of its own"},
    Relative{"gemma", "gemma2", "it has two norms per block instead of four and no soft caps"},
    Relative{"gemma3", "gemma3_text", "it reads images too; save its language model as gemma3_text"},
    Relative{"gemma3n", "gemma3_text", "it has per-layer embeddings and layers of different width"},
    Relative{"qwen", "qwen2", "its code is remote; Qwen 1.5 and later are qwen2"},
    Relative{"qwen2_moe", "qwen2", "its MLPs are mixtures of experts"},
    Relative{"qwen3_next", "qwen3", "most of its layers have linear attention"},
    Relative{"qwen3_5", "qwen3", "most of its layers have linear attention"},
    Relative{"qwen3_5_text", "qwen3", "most of its layers have linear attention"},
    Relative{"qwen3_5_moe", "qwen3_moe", "most of its layers have linear attention"},
    Relative{"qwen3_5_moe_text", "qwen3_moe", "most of its layers have linear attention"},
    Relative{"olmo_hybrid", "olmo3", "most of its layers have linear attention"},
    Relative{"kimi_linear", "llama", "most of its layers have linear attention and its MLPs are mixtures of experts"},
    Relative{
        "bailing_hybrid", "llama",
        "most of its layers have linear attention (KDA), the others latent attention, and its MLPs are mixtures of experts"},
    Relative{"minimax", "mixtral", "most of its layers have linear (lightning) attention"},
    Relative{"recurrent_gemma", "gemma2", "most of its layers are recurrent (RG-LRU)"},
    Relative{"granitemoehybrid", "granite",
             "most of its layers are state space models and its MLPs have experts beside a shared one"},
    Relative{"granitemoe", "granite", "its MLPs are mixtures of experts"},
    Relative{"bamba", "llama", "most of its layers are state space models"},
    Relative{"nemotron_h", "nemotron", "most of its layers are state space models or MLPs alone"},
    Relative{"falcon_h1", "falcon", "a state space model runs beside the attention of every layer"},
    Relative{"falcon_mamba", "falcon", "all its layers are state space models"},
    Relative{"mamba", "llama", "all its layers are state space models"},
    Relative{"mamba2", "llama", "all its layers are state space models"},
    Relative{"jamba", "mixtral", "most of its layers are state space models"},
    Relative{"zamba2", "llama", "most of its layers are state space models, and attention blocks share their weights"},
    Relative{"zamba", "llama", "most of its layers are state space models, and attention blocks share their weights"},
    Relative{
        "zaya", "qwen3_moe",
        "its attention convolves queries and keys along the text (CCA), its residuals are scaled, and each of its routers of experts "
        "sees what the one before it computed"},
    Relative{"lfm2", "llama", "most of its layers are short convolutions"},
    Relative{"lfm2_moe", "llama", "most of its layers are short convolutions and its MLPs are mixtures of experts"},
    Relative{"lfm3", "llama", "most of its layers are short convolutions"},
    Relative{"rwkv", "llama", "all its layers are recurrent"},
    Relative{"xlstm", "llama", "all its layers are recurrent (mLSTM), and it has no attention"},
    Relative{"seed_oss", "qwen2", "its biases follow keys of its own (attention_bias, attention_out_bias, mlp_bias)"},
    Relative{"apertus", "qwen3", "its MLPs have no gate, and xIELU with two learned numbers in each"},
    Relative{"cwm", "llama", "three of four blocks see a window only (sliding_window, layer_types)"},
    Relative{"hunyuan_v1_dense", "qwen3",
             "its norms of queries and keys stand behind the rotary positions, which a fixed alpha stretches"},
    Relative{"hunyuan_v1_moe", "qwen3_moe", "its norms of queries and keys stand behind the rotary positions"},
    Relative{"diffllama", "llama", "its attention is the difference of two"},
    Relative{"gpt_oss", "mixtral", "its attention has sinks, its experts have biases and their activation is clamped"},
    Relative{"minicpm3", "llama", "its attention is latent"},
    Relative{"youtu", "llama", "its attention is latent"},
    Relative{"flex_olmo", "olmoe", "its norms stand behind the branches"},
    Relative{"vaultgemma", "gemma2", "it has no norms behind the branches"},
    Relative{"ministral3", "ministral", "it scales queries by their position"},
    Relative{"mistral4", "mistral", "its attention is latent and its MLPs are mixtures of experts"},
    Relative{"glm4_moe", "glm4", "its MLPs are mixtures of experts"},
    Relative{"exaone4", "qwen3", "its norms stand behind the branches and some blocks have no rotary positions"},
    Relative{"gemma4_text", "gemma3_text",
             "it has per-layer embeddings, shared keys and values and layers of different width"},
    Relative{"arcee", "llama", "its MLPs have no gate and squared ReLU"},
    Relative{"phimoe", "phi3", "its MLPs are mixtures of experts"},
    Relative{"llama4", "llama", "it reads images too and its MLPs are mixtures of experts"},
    Relative{"llama4_text", "llama", "its MLPs are mixtures of experts and some layers have no rotary positions"},
    Relative{"mllama", "llama", "it reads images too"},
    Relative{"olmo", "olmo2", "it has LayerNorm without weights"},
    Relative{"cohere", "cohere2", "rotary positions turn every block and none has a window"},
    Relative{"deepseek_v2", "llama", "its attention is latent and its MLPs are mixtures of experts"},
    Relative{"deepseek_v3", "llama", "its attention is latent and its MLPs are mixtures of experts"},
    Relative{"gptj", "gpt_neox", "its rotary positions are interleaved and its branches share one norm"},
    Relative{"gpt_neo", "gpt2", "its attention is local in every other layer and has no scale"},
    Relative{"gpt_bigcode", "gpt2", "all its query heads share one key and value head"},
    Relative{"bloom", "gpt_neox", "its positions are ALiBi slopes"},
    Relative{"mpt", "gpt_neox", "its positions are ALiBi slopes and it has no biases"},
};

// What a config.json gives away about its model.
struct Trait {
    const char* key;
    const char* differs;
};

constexpr std::array kTraits = {
    Trait{"num_local_experts", "its MLPs are mixtures of experts (num_local_experts)"},
    Trait{"num_experts", "its MLPs are mixtures of experts (num_experts)"},
    Trait{"n_routed_experts", "its MLPs are mixtures of experts (n_routed_experts)"},
    Trait{"kv_lora_rank", "its attention is latent (kv_lora_rank)"},
    Trait{"state_size", "it is a state space model (state_size)"},
    Trait{"ssm_state_size", "some of its layers are state space models (ssm_state_size)"},
    Trait{"mamba_d_state", "some of its layers are state space models (mamba_d_state)"},
    Trait{"lru_width", "some of its layers are recurrent (lru_width)"},
    Trait{"conv_L_cache", "some of its layers are short convolutions (conv_L_cache)"},
    Trait{"linear_num_value_heads", "some of its layers have linear attention (linear_num_value_heads)"},
    Trait{"vision_config", "it reads images too (vision_config)"},
    Trait{"audio_config", "it reads sound too (audio_config)"},
    Trait{"alibi", "its positions are ALiBi slopes (alibi)"},
    Trait{"layer_norm_eps", "it has LayerNorm (layer_norm_eps)"},
    Trait{"layer_norm_epsilon", "it has LayerNorm (layer_norm_epsilon)"},
};

const Family* known(const std::string& id) {
    for (const auto& family : families())
        if (family.id == id) return &family;
    return nullptr;
}

std::string closestName(const std::string& id) {
    const auto& table = families();
    return std::min_element(
               table.begin(), table.end(),
               [&](const Family& x, const Family& y) { return editDistance(x.id, id) < editDistance(y.id, id); })
        ->id;
}

std::string traitsOf(const nlohmann::json& config) {
    std::string text;
    for (const auto& [key, differs] : kTraits) {
        const auto found = config.find(key);
        if (found == config.end() || found->is_null() || *found == false || *found == 0) continue;
        text.append(text.empty() ? "" : "; ").append(differs);
    }
    if (config.value("is_encoder_decoder", nlohmann::json(false)) == true)
        text.append(text.empty() ? "" : "; ").append("it has an encoder (is_encoder_decoder)");
    return text;
}

std::string listed() {
    std::string text;
    for (const auto& family : families()) text.append(text.empty() ? "" : ", ").append(family.id);
    return text;
}

}  // namespace

void refuseFamily(const std::string& id, const nlohmann::json& config, const std::string& subject) {
    const auto relative = std::find_if(kRelatives.begin(), kRelatives.end(),
                                       [&](const Relative& r) { return id == r.type && known(r.nearest); });
    const bool isRelative = relative != kRelatives.end();
    const auto nearest = isRelative ? std::string(relative->nearest) : closestName(id);
    auto differs = isRelative ? std::string(relative->differs) : config.is_object() ? traitsOf(config) : std::string();
    std::string hint = "The nearest one is \"" + nearest + "\"";
    hint.append(differs.empty() ? ". " : "; what differs: " + differs + ". ").append("Known are " + listed() + ".");
    throw Error(ErrorCode::Unsupported, subject, "model_type \"" + id + "\" is not a family we know", hint);
}

const Family& familyOf(const std::string& id, const std::string& subject) {
    if (const auto* family = known(id)) return *family;
    refuseFamily(id, {}, subject);
}

}  // namespace lorashear
