#include "core/model/families/builtin_families.h"
#include "core/model/rms_decoder.h"

#include <cmath>

namespace lorashear {

namespace {

DecoderStyle gemmaStyle() {
    DecoderStyle style;
    style.norms = {"input_layernorm", "post_attention_layernorm", "pre_feedforward_layernorm", "post_feedforward_layernorm"};
    style.gainsFromOne = true;
    return style;
}

// What Gemma 2 and 3 share. Absent keys have the values of transformers' configuration classes.
ModelConfig gemmaConfig(const ConfigReader& in) {
    auto c = decoderConfig(in, 1e-6, 256);
    in.requireFlag("use_bidirectional_attention", false);
    c.activation = in.activation("hidden_activation", Activation::GeluTanh);
    c.attention.scale = 1 / std::sqrt(in.aboveZero("query_pre_attn_scalar", 256));
    c.attentionBias = in.flag("attention_bias", false);
    c.tiedHead = in.flag("tie_word_embeddings", true);
    c.scaledEmbedding = true;
    return c;
}

int windowOf(const ConfigReader& in) {
    return static_cast<int>(in.numberOrNone("sliding_window", 4096));
}

ModelConfig parseGemma2(const nlohmann::json& json, const std::string& subject) {
    const ConfigReader in(json, subject);
    auto c = gemmaConfig(in);
    c.attention.softCap = in.numberOrNone("attn_logit_softcapping", 50);
    c.logitSoftCap = in.numberOrNone("final_logit_softcapping", 30);
    c.attention.windows = in.windows(c.layers.size(), windowOf(in), [](std::size_t layer) { return layer % 2 == 0; });
    return c;
}

// attn_logit_softcapping is not read: no version of transformers applies it to this family.
ModelConfig parseGemma3(const nlohmann::json& json, const std::string& subject) {
    const ConfigReader in(json, subject);
    auto c = gemmaConfig(in);
    c.logitSoftCap = in.numberOrNone("final_logit_softcapping", 0);
    const auto pattern =
        static_cast<std::size_t>(in.positive("sliding_window_pattern", in.positive("_sliding_window_pattern", 6)));
    c.attention.windows =
        in.windows(c.layers.size(), windowOf(in), [&](std::size_t layer) { return (layer + 1) % pattern != 0; });
    c.attention.rope = in.rope("rope_theta", 1e6, "full_attention");
    c.attention.slidingRopeApart = true;
    c.attention.slidingRope = in.rope("rope_local_base_freq", 1e4, "sliding_attention", true);
    in.requirePairs(c.attention.rope, c.headDim);
    in.requirePairs(c.attention.slidingRope, c.headDim);
    c.maxPositions = static_cast<int>(c.attention.rope.reach(c.maxPositions));
    return c;
}

}  // namespace

Family gemma2Family() {
    return rmsDecoder("gemma2", gemmaStyle(), parseGemma2);
}

Family gemma3Family() {
    auto style = gemmaStyle();
    style.headNorms = true;
    auto family = rmsDecoder("gemma3_text", style, parseGemma3);
    for (auto& prefix : partPrefixes()) family.otherPrefixes.push_back(std::move(prefix));
    return family;
}

}  // namespace lorashear
