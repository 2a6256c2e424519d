#include "core/model/families/builtin_families.h"
#include "core/model/rms_decoder.h"

namespace lorashear {

Family qwen3Family() {
    DecoderStyle style;
    style.headNorms = true;
    return rmsDecoder("qwen3", style, [](const nlohmann::json& json, const std::string& subject) {
        const ConfigReader in(json, subject);
        auto c = decoderConfig(in, 1e-6, 128);
        c.attentionBias = in.flag("attention_bias", false);
        c.attention.windows = optionalWindows(in, c.layers.size());
        return c;
    });
}

}  // namespace lorashear
