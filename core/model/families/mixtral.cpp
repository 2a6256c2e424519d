#include "core/model/families/builtin_families.h"
#include "core/model/rms_decoder.h"

namespace lorashear {

Family mixtralFamily() {
    DecoderStyle style;
    style.routed = RoutedMlpNames{"block_sparse_moe", "w1", "w3", "w2"};
    style.expertKeys = {"num_local_experts", nullptr, "intermediate_size"};
    return rmsDecoder("mixtral", style, [keys = style.expertKeys](const nlohmann::json& config, const std::string& subject) {
        const ConfigReader in(config, subject);
        auto c = decoderConfig(in, 1e-5);
        c.routing.expertsPerToken = in.positive("num_experts_per_tok", 2);
        in.route(c.layers, c.routing.expertsPerToken, keys, [](std::size_t) { return true; });
        c.attention.windows = in.sameWindows(c.layers.size());
        return c;
    });
}

}  // namespace lorashear
