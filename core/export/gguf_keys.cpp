#include "core/export/gguf_keys.h"

#include "core/io/gguf_architecture.h"
#include "core/io/gguf_writer.h"

#include <algorithm>
#include <array>

namespace lorashear {

namespace {

class Keys {
public:
    Keys(GgufWriter& writer, const GgufArchitecture& architecture, const ModelConfig& ofModel)
        : config(ofModel), m_writer(writer), m_architecture(architecture) {}

    const ModelConfig& config;

    void size(const char* name, int value) { m_writer.integer(key(name), static_cast<std::uint32_t>(value)); }
    void number(const char* name, double value) { m_writer.number(key(name), static_cast<float>(value)); }
    void flag(const char* name, bool value) { m_writer.flag(key(name), value); }
    void text(const char* name, const char* value) { m_writer.text(key(name), value); }

    void perLayer(const char* name, const std::vector<GgufLayer>& layers, int LayerShape::*member) {
        if (!m_architecture.layersMayDiffer) return size(name, layers.front().shape.*member);
        std::vector<std::int32_t> all;
        for (const GgufLayer& layer : layers) all.push_back(layer.shape.*member);
        m_writer.integers(key(name), all);
    }

private:
    std::string key(const char* name) const { return std::string(m_architecture.id) + "." + name; }

    GgufWriter& m_writer;
    const GgufArchitecture& m_architecture;
};

void rootMeanSquare(Keys& keys) {
    keys.number("attention.layer_norm_rms_epsilon", keys.config.normEps);
}

void positions(Keys& keys) {
    const RopeSettings& rope = keys.config.attention.rope;
    keys.size("rope.dimension_count", static_cast<int>(keys.config.headDim * rope.fraction));
    keys.number("rope.freq_base", rope.theta);
    if (rope.scaling != RopeScaling::Linear) return;
    keys.text("rope.scaling.type", "linear");
    keys.number("rope.scaling.factor", rope.factor);
}

void decoder(Keys& keys) {
    rootMeanSquare(keys);
    positions(keys);
}

void experts(Keys& keys) {
    decoder(keys);
    keys.size("expert_count", static_cast<int>(keys.config.layers.front().experts.size()));
    keys.size("expert_used_count", keys.config.routing.expertsPerToken);
}

void qwen3moe(Keys& keys) {
    experts(keys);
    keys.size("expert_feed_forward_length", keys.config.layers.front().experts.front());
}

/// Loaders read the width of experts here too; that of qwen3moe expects what a token's experts have together.
int routedWidth(const GgufArchitecture& architecture, const ModelConfig& config) {
    const int width = config.layers.front().experts.front();
    return architecture.expertWidthKey == "feed_forward_length" ? width : width * config.routing.expertsPerToken;
}

/// usual: the period that the loader takes where the file does not say.
void windows(Keys& keys, int usual) {
    const auto& all = keys.config.attention.windows;
    const int longest = all.empty() ? 0 : *std::max_element(all.begin(), all.end()),
              period = ggufWindowPeriod(keys.config, usual);
    keys.size("attention.sliding_window", longest > 0 ? longest : keys.config.maxPositions);
    if (period != usual) keys.size("attention.sliding_window_pattern", period);
}

void gemma2(Keys& keys) {
    decoder(keys);
    windows(keys, 2);
    keys.number("attn_logit_softcapping", keys.config.attention.softCap);
    keys.number("final_logit_softcapping", keys.config.logitSoftCap);
}

void gemma3(Keys& keys) {
    decoder(keys);
    windows(keys, 6);
    keys.number("rope.freq_base_swa", keys.config.attention.slidingRope.theta);
    if (keys.config.logitSoftCap > 0) keys.number("final_logit_softcapping", keys.config.logitSoftCap);
}

void gpt2(Keys& keys) {
    keys.number("attention.layer_norm_epsilon", keys.config.normEps);
}

void gptneox(Keys& keys) {
    keys.number("attention.layer_norm_epsilon", keys.config.normEps);
    keys.flag("use_parallel_residual", keys.config.parallelResidual);
    positions(keys);
}

struct Row {
    std::string_view architecture;
    void (*write)(Keys& keys);
    bool routed = false;
};
constexpr std::array<Row, 12> kTable{{
    {"llama", decoder},
    {"deci", decoder},
    {"qwen2", decoder},
    {"qwen3", decoder},
    {"gemma2", gemma2},
    {"gemma3", gemma3},
    {"phi3", decoder},
    {"llama", experts, true},
    {"qwen3moe", qwen3moe, true},
    {"olmoe", experts, true},
    {"gpt2", gpt2},
    {"gptneox", gptneox},
}};

}  // namespace

void writeGgufKeys(GgufWriter& writer, const GgufArchitecture& architecture, const ModelConfig& config,
                   const std::vector<GgufLayer>& layers) {
    Keys keys(writer, architecture, config);
    keys.size("vocab_size", config.vocabulary);
    keys.size("context_length", config.maxPositions);
    keys.size("embedding_length", config.hidden);
    keys.size("block_count", static_cast<int>(layers.size()));
    if (architecture.routed())
        keys.size("feed_forward_length", routedWidth(architecture, config));
    else
        keys.perLayer("feed_forward_length", layers, &LayerShape::intermediate);
    keys.perLayer("attention.head_count", layers, &LayerShape::heads);
    keys.perLayer("attention.head_count_kv", layers, &LayerShape::kvHeads);
    keys.size("attention.key_length", config.headDim);
    keys.size("attention.value_length", config.headDim);
    for (const Row& row : kTable)
        if (row.architecture == architecture.id && row.routed == architecture.routed()) row.write(keys);
}

std::vector<float> ggufFrequencyFactors(const ModelConfig& config) {
    const RopeSettings& rope = config.attention.rope;
    if (rope.scaling != RopeScaling::Llama3) return {};
    RopeSettings plain = rope;
    plain.scaling = RopeScaling::None;
    const auto before = ropeFrequencies(plain, config.headDim), after = ropeFrequencies(rope, config.headDim);
    std::vector<float> factors;
    for (std::size_t i = 0; i < before.size(); ++i) factors.push_back(static_cast<float>(before[i] / after[i]));
    return factors;
}

}  // namespace lorashear
