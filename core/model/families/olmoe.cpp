#include "core/model/families/builtin_families.h"
#include "core/model/rms_decoder.h"

namespace lorashear {

Family olmoeFamily() {
    DecoderStyle style;
    style.projectionNorms = true;
    style.routed.emplace();
    const auto parse = [keys = style.expertKeys](const nlohmann::json& config, const std::string& subject) {
        const ConfigReader in(config, subject);
        auto c = decoderConfig(in, 1e-5);
        c.attentionBias = in.flag("attention_bias", false);
        c.attention.clip = in.numberOrNone("clip_qkv", 0);
        c.routing.expertsPerToken = in.positive("num_experts_per_tok", 8);
        c.routing.normalised = in.flag("norm_topk_prob", false);
        in.route(c.layers, c.routing.expertsPerToken, keys, [](std::size_t) { return true; });
        return c;
    };
    auto family = rmsDecoder("olmoe", style, parse);
    family.biasKeys.attention = "attention_bias";
    return family;
}

}  // namespace lorashear
