#include "core/base/error.h"
#include "core/model/families/builtin_families.h"
#include "core/model/rms_decoder.h"

namespace lorashear {

namespace {

// 1: the block's positions are turned, 0: they are not, in spite of the key's name.
std::vector<int> rotaryLayers(const ConfigReader& in, std::size_t layers) {
    auto rotary = in.integers("no_rope_layers");
    if (!rotary.empty() && rotary.size() < layers)
        throw Error(ErrorCode::BadInput, in.subject(),
                    "\"no_rope_layers\" must list one entry for each of the " + std::to_string(layers) + " layers");
    const auto interval = static_cast<std::size_t>(in.positive("no_rope_layer_interval", 4));
    if (rotary.empty())
        for (std::size_t i = 0; i < layers; ++i) rotary.push_back((i + 1) % interval != 0 ? 1 : 0);
    rotary.resize(layers);
    for (int& one : rotary) one = one != 0 ? 1 : 0;
    return rotary;
}

}  // namespace

Family smollm3Family() {
    auto family = rmsDecoder("smollm3", {}, [](const nlohmann::json& json, const std::string& subject) {
        const ConfigReader in(json, subject);
        auto c = decoderConfig(in);
        c.attention.rope = in.rope("rope_theta", 2e6);
        in.requirePairs(c.attention.rope, c.headDim);
        c.attention.rotary = rotaryLayers(in, c.layers.size());
        const int window = in.flag("use_sliding_window", false) ? static_cast<int>(in.numberOrNone("sliding_window", 0)) : 0;
        c.attention.windows = in.windows(c.layers.size(), window,
                                         [&](std::size_t layer) { return window > 0 && !c.attention.rotates(layer); });
        c.attentionBias = in.flag("attention_bias", false);
        c.mlpBias = in.flag("mlp_bias", false);
        c.tiedHead = in.flag("tie_word_embeddings", true);
        return c;
    });
    family.biasKeys = {"attention_bias", "mlp_bias"};
    return family;
}

}  // namespace lorashear
