#include "core/base/error.h"
#include "core/model/families/builtin_families.h"
#include "core/model/layer_norm_decoder.h"

namespace lorashear {

namespace {

// transformers computes the size of a head and does not let a file say it, so that it must have another name there.
const LayerKeys kFalconKeys{"num_hidden_layers", "num_attention_heads", "num_kv_heads", "ffn_hidden_size",
                            "lorashear_head_dim"};

LayerNormStyle falconStyle() {
    LayerNormStyle s;
    s.embedding = "transformer.word_embeddings", s.lastNorm = "transformer.ln_f", s.head = "lm_head";
    s.blocks = "transformer.h.", s.attentionNorm = "ln_attn", s.mlpNorm = "ln_mlp", s.sharedNorm = "input_layernorm";
    s.attention = "self_attention", s.mlp = "mlp";
    s.projections = {"self_attention.query_key_value"}, s.layout = ProjectionLayout::Grouped;
    s.output = "self_attention.dense", s.up = "mlp.dense_h_to_4h", s.down = "mlp.dense_4h_to_h";
    s.keys = kFalconKeys;
    return s;
}

ModelConfig parseFalcon(const nlohmann::json& json, const std::string& subject) {
    const ConfigReader in(json, subject);
    in.requireFlag("alibi", false);
    in.requireFlag("parallel_attn", true);
    auto c = layerNormConfig(in, kFalconKeys, "layer_norm_epsilon", 1, 4);
    const bool grouped = in.flag("new_decoder_architecture", false);
    if (!grouped && in.flag("multi_query", true))
        for (auto& layer : c.layers) layer.kvHeads = layer.heads > 0 ? 1 : 0;
    const int norms = grouped ? in.positive("num_ln_in_parallel_attn", 2) : 1;
    if (norms > 2 || (!grouped && in.positive("num_ln_in_parallel_attn", 1) != 1))
        throw Error(ErrorCode::Unsupported, subject,
                    "\"num_ln_in_parallel_attn\" is neither 1, nor 2 with \"new_decoder_architecture\"");
    c.activation = in.activation("activation", Activation::Gelu);
    c.attentionBias = c.mlpBias = in.flag("bias", false);
    c.parallelResidual = true;
    c.sharedNorm = norms == 1;
    c.tiedHead = in.flag("tie_word_embeddings", true);
    return c;
}

}  // namespace

Family falconFamily() {
    return layerNormDecoder("falcon", falconStyle(), parseFalcon);
}

}  // namespace lorashear
