#include "core/model/families/builtin_families.h"
#include "core/model/rms_decoder.h"

namespace lorashear {

Family qwen2Family() {
    DecoderStyle style;
    style.outputBias = false;
    return rmsDecoder("qwen2", style, [](const nlohmann::json& json, const std::string& subject) {
        const ConfigReader in(json, subject);
        auto c = decoderConfig(in);
        c.attentionBias = true;  // always; config.json has no key for it
        c.attention.windows = optionalWindows(in, c.layers.size());
        return c;
    });
}

}  // namespace lorashear
