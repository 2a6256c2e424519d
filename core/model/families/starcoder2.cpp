#include "core/model/families/builtin_families.h"
#include "core/model/layer_norm_decoder.h"

namespace lorashear {

Family starcoder2Family() {
    auto style = usualLayerNormStyle();
    style.up = "mlp.c_fc", style.down = "mlp.c_proj";
    return layerNormDecoder("starcoder2", style,
                            [keys = style.keys](const nlohmann::json& json, const std::string& subject) {
                                const ConfigReader in(json, subject);
                                auto c = layerNormConfig(in, keys, "norm_epsilon");
                                c.activation = in.activation("hidden_act", Activation::GeluTanh);
                                c.attentionBias = c.mlpBias = in.flag("use_bias", true);
                                c.attention.windows = in.sameWindows(c.layers.size());
                                c.tiedHead = in.flag("tie_word_embeddings", true);
                                return c;
                            });
}

}  // namespace lorashear
