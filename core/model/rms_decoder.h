#pragma once

#include "core/model/config_json.h"
#include "core/model/family.h"
#include "core/model/routed_mlp.h"

#include <optional>

namespace lorashear {

/// The norms before and behind each branch of a block, by name; null: there is none in this place.
struct BlockNorms {
    const char* attentionIn = "input_layernorm";
    const char* attentionOut = nullptr;
    const char* mlpIn = "post_attention_layernorm";
    const char* mlpOut = nullptr;
};

/// What the families of decoders with root-mean-square norms, rotary positions and gated MLPs do differently. Tensor names are
/// those of Hugging Face: model.embed_tokens, model.layers.N.{self_attn, mlp} with the norms around them, model.norm, lm_head.
struct DecoderStyle {
    BlockNorms norms;
    bool fusedQueries = false;             ///< self_attn.qkv_proj: rows q, k, v
    bool fusedGates = false;               ///< mlp.gate_up_proj: rows gate, up
    bool outputBias = true;                ///< o_proj has a bias when q, k and v have one
    bool headNorms = false;                ///< self_attn.q_norm and k_norm over the features of each head
    bool projectionNorms = false;          ///< the same over all heads of a block together
    bool gainsFromOne = false;             ///< norms multiply by 1 + weight
    std::optional<RoutedMlpNames> routed;  ///< of the blocks that config says are routed
    ExpertKeys expertKeys;                 ///< where config.json says it
};

/// The config.json keys that all of them share; attention.windows and what follows from a style are left to the family. normEps: where the file has
/// no rms_norm_eps. headDim: where it has no head_dim; 0: hidden / heads. fraction: where it has no partial_rotary_factor.
ModelConfig decoderConfig(const ConfigReader& in, double normEps = 1e-6, int headDim = 0, double fraction = 1);

/// Windows that use_sliding_window switches on, from block max_window_layers on unless layer_types says where (Qwen).
std::vector<int> optionalWindows(const ConfigReader& in, std::size_t layers);

/// Where the weights of a language model lie in a model that reads images too (Family::otherPrefixes).
std::vector<std::pair<std::string, std::string>> partPrefixes();

/// A family of this style. parse: Family::parse.
Family rmsDecoder(std::string id, const DecoderStyle& style,
                  std::function<ModelConfig(const nlohmann::json&, const std::string& subject)> parse);

}  // namespace lorashear
