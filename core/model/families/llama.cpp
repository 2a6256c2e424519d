#include "core/model/families/builtin_families.h"
#include "core/model/rms_decoder.h"

namespace lorashear {

Family llamaFamily() {
    auto family = rmsDecoder("llama", {}, [](const nlohmann::json& json, const std::string& subject) {
        const ConfigReader in(json, subject);
        auto c = decoderConfig(in);
        c.attentionBias = in.flag("attention_bias", false);
        c.mlpBias = in.flag("mlp_bias", false);
        return c;
    });
    family.biasKeys = {"attention_bias", "mlp_bias"};
    return family;
}

}  // namespace lorashear
