#include "core/model/families/builtin_families.h"
#include "core/model/layer_norm_decoder.h"

namespace lorashear {

Family stablelmFamily() {
    auto style = usualLayerNormStyle();
    style.gate = "mlp.gate_proj";
    style.outputBias = false;
    return layerNormDecoder("stablelm", style, [keys = style.keys](const nlohmann::json& json, const std::string& subject) {
        const ConfigReader in(json, subject);
        in.requireFlag("qk_layernorm", false);
        auto c = layerNormConfig(in, keys, "layer_norm_eps", 0.25);
        c.activation = in.activation("hidden_act", Activation::Silu);
        c.attentionBias = in.flag("use_qkv_bias", false);
        c.parallelResidual = c.sharedNorm = in.flag("use_parallel_residual", false);
        return c;
    });
}

}  // namespace lorashear
