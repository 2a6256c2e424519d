#include "core/model/families/builtin_families.h"
#include "core/model/rms_decoder.h"

namespace lorashear {

Family graniteFamily() {
    auto family = rmsDecoder("granite", {}, [](const nlohmann::json& json, const std::string& subject) {
        const ConfigReader in(json, subject);
        auto c = decoderConfig(in);
        c.attentionBias = in.flag("attention_bias", false);
        c.mlpBias = in.flag("mlp_bias", false);
        c.attention.scale = in.aboveZero("attention_multiplier", 1);
        c.embeddingScale = in.aboveZero("embedding_multiplier", 1);
        c.branchScale = in.aboveZero("residual_multiplier", 1);
        c.logitScale = 1 / in.aboveZero("logits_scaling", 1);
        return c;
    });
    family.biasKeys = {"attention_bias", "mlp_bias"};
    return family;
}

}  // namespace lorashear
