#include "core/model/families/builtin_families.h"
#include "core/model/layer_norm_decoder.h"

#include <nlohmann/json.hpp>

namespace lorashear {

namespace {

const LayerKeys kGptNeoxKeys{"num_hidden_layers", "num_attention_heads", nullptr, "intermediate_size", "head_dim"};

LayerNormStyle gptNeoxStyle() {
    LayerNormStyle s;
    s.embedding = "gpt_neox.embed_in", s.lastNorm = "gpt_neox.final_layer_norm", s.head = "embed_out";
    s.blocks = "gpt_neox.layers.", s.attentionNorm = "input_layernorm", s.mlpNorm = "post_attention_layernorm";
    s.attention = "attention", s.mlp = "mlp";
    s.projections = {"attention.query_key_value"}, s.layout = ProjectionLayout::Grouped;
    s.output = "attention.dense", s.up = "mlp.dense_h_to_4h", s.down = "mlp.dense_4h_to_h";
    s.keys = kGptNeoxKeys;
    return s;
}

// rotary_pct and rotary_emb_base are this family's own spelling; a partial_rotary_factor or rope_theta beside them counts more.
RopeSettings rope(const nlohmann::json& json, const ConfigReader& in) {
    auto spelled = json;
    if (!json.contains("partial_rotary_factor")) spelled["partial_rotary_factor"] = in.number("rotary_pct", 0.25);
    if (!json.contains("rope_theta")) spelled["rope_theta"] = in.number("rotary_emb_base", 10000);
    return ConfigReader(spelled, in.subject()).rope();
}

ModelConfig parseGptNeox(const nlohmann::json& json, const std::string& subject) {
    const ConfigReader in(json, subject);
    ModelConfig c;
    c.vocabulary = in.positive("vocab_size");
    c.hidden = in.positive("hidden_size");
    c.maxPositions = in.positive("max_position_embeddings", 2048);
    c.layers = in.layers(kGptNeoxKeys);
    c.headDim = in.headDim(c.hidden, c.layers, "hidden_size", kGptNeoxKeys);
    c.normEps = in.number("layer_norm_eps", 1e-5);
    c.attention.rope = rope(json, in);
    in.requirePairs(c.attention.rope, c.headDim);
    c.maxPositions = static_cast<int>(c.attention.rope.reach(c.maxPositions));
    c.activation = in.activation("hidden_act", Activation::Gelu);
    c.parallelResidual = in.flag("use_parallel_residual", true);
    c.attentionBias = in.flag("attention_bias", true);
    c.mlpBias = true;
    c.tiedHead = in.flag("tie_word_embeddings", false);
    return c;
}

}  // namespace

Family gptNeoxFamily() {
    return layerNormDecoder("gpt_neox", gptNeoxStyle(), parseGptNeox,
                            {{"embed_in.", "gpt_neox.embed_in."},
                             {"layers.", "gpt_neox.layers."},
                             {"final_layer_norm.", "gpt_neox.final_layer_norm."}});
}

}  // namespace lorashear
