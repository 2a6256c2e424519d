#include "core/model/families/builtin_families.h"
#include "core/model/rms_decoder.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace lorashear {

Family qwen3MoeFamily() {
    DecoderStyle style;
    style.headNorms = true;
    style.routed.emplace();
    style.expertKeys = {"num_experts", "num_local_experts", "moe_intermediate_size"};
    auto family =
        rmsDecoder("qwen3_moe", style, [keys = style.expertKeys](const nlohmann::json& config, const std::string& subject) {
            const ConfigReader in(config, subject);
            auto c = decoderConfig(in);
            c.attentionBias = in.flag("attention_bias", false);
            const int window =
                in.flag("use_sliding_window", false) ? static_cast<int>(in.numberOrNone("sliding_window", 4096)) : 0;
            if (window > 0) c.attention.windows.assign(c.layers.size(), window);
            c.routing.expertsPerToken = in.positive("num_experts_per_tok", 8);
            c.routing.normalised = in.flag("norm_topk_prob", false);
            const auto plain = in.integers("mlp_only_layers");
            const auto step = static_cast<std::size_t>(in.positive("decoder_sparse_step", 1));
            in.route(c.layers, c.routing.expertsPerToken, keys, [&](std::size_t layer) {
                return std::find(plain.begin(), plain.end(), static_cast<int>(layer)) == plain.end() &&
                       (layer + 1) % step == 0;
            });
            return c;
        });
    family.biasKeys.attention = "attention_bias";
    family.describe = [describe = family.describe](const ModelConfig& c, nlohmann::json& written) {
        describe(c, written);
        auto plain = nlohmann::json::array();
        for (std::size_t i = 0; i < c.layers.size(); ++i)
            if (!c.layers[i].routed()) plain.push_back(i);
        // Of a model all of whose routed blocks have lost their MLP, a list as long as the model would look like one value per block.
        const bool none = plain.size() == c.layers.size();
        written["mlp_only_layers"] = none ? nlohmann::json::array() : plain;
        written["decoder_sparse_step"] = none ? c.layers.size() + 1 : 1;
    };
    return family;
}

}  // namespace lorashear
