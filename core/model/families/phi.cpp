#include "core/model/families/builtin_families.h"
#include "core/model/layer_norm_decoder.h"

namespace lorashear {

Family phiFamily() {
    auto style = usualLayerNormStyle();
    style.lastNorm = "model.final_layernorm";
    style.output = "self_attn.dense", style.up = "mlp.fc1", style.down = "mlp.fc2";
    return layerNormDecoder("phi", style, [keys = style.keys](const nlohmann::json& json, const std::string& subject) {
        const ConfigReader in(json, subject);
        in.requireFlag("qk_layernorm", false);
        auto c = layerNormConfig(in, keys, "layer_norm_eps", 0.5);
        c.activation = in.activation("hidden_act", Activation::GeluTanh);
        c.attentionBias = c.mlpBias = c.headBias = true;
        c.parallelResidual = c.sharedNorm = true;
        return c;
    });
}

}  // namespace lorashear
