#include "core/model/families/builtin_families.h"
#include "core/model/layer_norm_decoder.h"

namespace lorashear {

Family nemotronFamily() {
    auto style = usualLayerNormStyle();
    style.gainsFromOne = true;
    const auto parse = [keys = style.keys](const nlohmann::json& json, const std::string& subject) {
        const ConfigReader in(json, subject);
        auto c = layerNormConfig(in, keys, "norm_eps", 0.5);
        c.activation = in.activation("hidden_act", Activation::ReluSquared);
        c.attentionBias = in.flag("attention_bias", false);
        c.mlpBias = in.flag("mlp_bias", false);
        return c;
    };
    auto family = layerNormDecoder("nemotron", style, parse);
    family.biasKeys = {"attention_bias", "mlp_bias"};
    return family;
}

}  // namespace lorashear
