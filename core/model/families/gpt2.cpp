#include "core/model/families/builtin_families.h"
#include "core/model/layer_norm_decoder.h"

#include <nlohmann/json.hpp>

namespace lorashear {

namespace {

const LayerKeys kGpt2Keys{"n_layer", "n_head", nullptr, "n_inner", "head_dim"};

LayerNormStyle gpt2Style() {
    LayerNormStyle s;
    s.embedding = "transformer.wte", s.positions = "transformer.wpe", s.lastNorm = "transformer.ln_f", s.head = "lm_head";
    s.blocks = "transformer.h.", s.attentionNorm = "ln_1", s.mlpNorm = "ln_2", s.attention = "attn", s.mlp = "mlp";
    s.projections = {"attn.c_attn"}, s.layout = ProjectionLayout::Stacked;
    s.output = "attn.c_proj", s.up = "mlp.c_fc", s.down = "mlp.c_proj";
    s.transposed = true;
    s.keys = kGpt2Keys;
    return s;
}

// reorder_and_upcast_attn says in which order and precision to compute what we compute in fp32 anyway.
ModelConfig parseGpt2(const nlohmann::json& json, const std::string& subject) {
    const ConfigReader in(json, subject);
    in.requireFlag("scale_attn_by_inverse_layer_idx", false);
    in.requireFlag("add_cross_attention", false);
    ModelConfig c;
    c.vocabulary = in.positive("vocab_size");
    c.hidden = in.positive("n_embd");
    c.maxPositions = in.positive("n_positions", 1024);
    c.layers = in.layers(kGpt2Keys, 4 * c.hidden);
    c.headDim = in.headDim(c.hidden, c.layers, "n_embd", kGpt2Keys);
    c.normEps = in.number("layer_norm_epsilon", 1e-5);
    c.attention.scale = in.flag("scale_attn_weights", true) ? 0 : 1;
    c.attention.rope.fraction = 0;
    c.activation = in.activation("activation_function", Activation::GeluTanh);
    c.attentionBias = c.mlpBias = true;
    c.tiedHead = in.flag("tie_word_embeddings", true);
    return c;
}

}  // namespace

Family gpt2Family() {
    // Checkpoints of the model without its head, the first published ones among them, lack the first component.
    return layerNormDecoder("gpt2", gpt2Style(), parseGpt2,
                            {{"wte.", "transformer.wte."},
                             {"wpe.", "transformer.wpe."},
                             {"h.", "transformer.h."},
                             {"ln_f.", "transformer.ln_f."}});
}

}  // namespace lorashear
