#include "core/model/families/builtin_families.h"
#include "core/model/layer_norm_decoder.h"

namespace lorashear {

Family cohere2Family() {
    auto style = usualLayerNormStyle();
    style.gate = "mlp.gate_proj";
    const auto parse = [keys = style.keys](const nlohmann::json& json, const std::string& subject) {
        const ConfigReader in(json, subject);
        // Of the published files; transformers computes what is asked for here and reads none of them.
        for (const char* key : {"use_gated_activation", "use_parallel_block", "use_parallel_embedding"})
            in.requireFlag(key, true);
        in.requireFlag("use_qk_norm", false);
        auto c = layerNormConfig(in, keys, "layer_norm_eps");
        c.activation = in.activation("hidden_act", Activation::Silu);
        c.attentionBias = in.flag("attention_bias", false);
        c.parallelResidual = c.sharedNorm = true;
        c.normBias = false;
        c.tiedHead = in.flag("tie_word_embeddings", true);
        c.logitScale = in.aboveZero("logit_scale", 0.0625);
        const auto pattern = static_cast<std::size_t>(in.positive("sliding_window_pattern", 4));
        const int window = static_cast<int>(in.numberOrNone("sliding_window", 4096));
        const auto layers = c.layers.size();
        c.attention.windows = in.windows(layers, window, [&](std::size_t layer) { return (layer + 1) % pattern != 0; });
        c.attention.rope.interleaved = true;
        for (std::size_t i = 0; i < layers; ++i) c.attention.rotary.push_back(c.attention.window(i) > 0 ? 1 : 0);
        return c;
    };
    auto family = layerNormDecoder("cohere2", style, parse);
    family.biasKeys.attention = "attention_bias";
    return family;
}

}  // namespace lorashear
