#include "core/base/error.h"
#include "core/model/families/builtin_families.h"
#include "core/model/layer_norm_decoder.h"

#include <nlohmann/json.hpp>

namespace lorashear {

namespace {

const LayerKeys kOptKeys{"num_hidden_layers", "num_attention_heads", nullptr, "ffn_dim", "head_dim"};

LayerNormStyle optStyle() {
    const std::string decoder = "model.decoder.";
    LayerNormStyle s;
    s.embedding = decoder + "embed_tokens", s.lastNorm = decoder + "final_layer_norm", s.head = "lm_head";
    s.positions = decoder + "embed_positions", s.firstPosition = 2;
    s.projectIn = decoder + "project_in", s.projectOut = decoder + "project_out";
    s.blocks = decoder + "layers.", s.attentionNorm = "self_attn_layer_norm", s.mlpNorm = "final_layer_norm";
    s.attention = "self_attn";
    s.projections = {"self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"};
    s.output = "self_attn.out_proj", s.up = "fc1", s.down = "fc2";
    s.keys = kOptKeys;
    return s;
}

ModelConfig parseOpt(const nlohmann::json& json, const std::string& subject) {
    const ConfigReader in(json, subject);
    in.requireFlag("layer_norm_elementwise_affine", true);
    in.requireFlag("_remove_final_layer_norm", false);
    ModelConfig c;
    c.vocabulary = in.positive("vocab_size");
    c.hidden = in.positive("hidden_size");
    c.maxPositions = in.positive("max_position_embeddings", 2048);
    c.layers = in.layers(kOptKeys);
    c.headDim = in.headDim(c.hidden, c.layers, "hidden_size", kOptKeys);
    c.attention.rope.fraction = 0;
    c.activation = in.activation("activation_function", Activation::Relu);
    c.normsFirst = in.flag("do_layer_norm_before", true);
    c.embeddingSize = in.positive("word_embed_proj_dim", c.hidden);
    c.attentionBias = c.mlpBias = in.flag("enable_bias", true);
    c.tiedHead = in.flag("tie_word_embeddings", true);
    // With a head of its own the width of the embeddings would look like something to prune, which no mask can preview.
    if (c.embeddingSize != c.hidden && !c.tiedHead)
        throw Error(ErrorCode::Unsupported, subject,
                    "\"word_embed_proj_dim\" differs from \"hidden_size\" and \"tie_word_embeddings\" is false",
                    "Models of this family with narrower embeddings have a tied head.");
    return c;
}

}  // namespace

Family optFamily() {
    return layerNormDecoder("opt", optStyle(), parseOpt, {{"decoder.", "model.decoder."}});
}

}  // namespace lorashear
