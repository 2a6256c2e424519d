#include "core/model/families/builtin_families.h"
#include "core/model/rms_decoder.h"

namespace lorashear {

namespace {

DecoderStyle olmoStyle() {
    DecoderStyle style;
    style.norms = {nullptr, "post_attention_layernorm", nullptr, "post_feedforward_layernorm"};
    style.projectionNorms = true;
    return style;
}

Family olmoFamily(const char* id, ModelConfig (*parse)(const nlohmann::json&, const std::string&)) {
    auto family = rmsDecoder(id, olmoStyle(), parse);
    family.biasKeys.attention = "attention_bias";
    return family;
}

ModelConfig olmoConfig(const ConfigReader& in) {
    auto c = decoderConfig(in, 1e-5);
    c.attentionBias = in.flag("attention_bias", false);
    return c;
}

}  // namespace

Family olmo2Family() {
    return olmoFamily("olmo2", [](const nlohmann::json& json, const std::string& subject) {
        return olmoConfig(ConfigReader(json, subject));
    });
}

// What stretches positions does so where all of them are seen only.
Family olmo3Family() {
    return olmoFamily("olmo3", [](const nlohmann::json& json, const std::string& subject) {
        const ConfigReader in(json, subject);
        auto c = olmoConfig(in);
        const int window = static_cast<int>(in.numberOrNone("sliding_window", 4096));
        c.attention.windows = in.windows(c.layers.size(), window, [](std::size_t layer) { return (layer + 1) % 4 != 0; });
        c.attention.rope = in.rope("rope_theta", 5e5, "full_attention");
        c.attention.slidingRopeApart = true;
        c.attention.slidingRope = in.rope("rope_theta", 5e5, "sliding_attention", true);
        in.requirePairs(c.attention.rope, c.headDim);
        in.requirePairs(c.attention.slidingRope, c.headDim);
        c.maxPositions = static_cast<int>(c.attention.rope.reach(c.maxPositions));
        return c;
    });
}

}  // namespace lorashear
