#include "core/model/families/builtin_families.h"
#include "core/model/rms_decoder.h"

namespace lorashear {

namespace {

DecoderStyle glmStyle() {
    DecoderStyle style;
    style.fusedGates = true;
    style.outputBias = false;
    return style;
}

ModelConfig parseGlm(const nlohmann::json& json, const std::string& subject) {
    const ConfigReader in(json, subject);
    auto c = decoderConfig(in, 1.5625e-7, 128, 0.5);
    c.attention.rope.interleaved = true;
    c.attentionBias = in.flag("attention_bias", true);
    return c;
}

}  // namespace

Family glmFamily() {
    return rmsDecoder("glm", glmStyle(), parseGlm);
}

Family glm4Family() {
    auto style = glmStyle();
    style.norms = {"input_layernorm", "post_self_attn_layernorm", "post_attention_layernorm", "post_mlp_layernorm"};
    return rmsDecoder("glm4", style, parseGlm);
}

}  // namespace lorashear
