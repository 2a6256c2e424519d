#include "core/model/rms_decoder.h"

#include "core/base/error.h"
#include "core/kernels/ops.h"
#include "core/model/rotary_source.h"
#include "core/model/scope.h"

#include <ATen/ATen.h>
#include <nlohmann/json.hpp>

#include <array>
#include <cmath>
#include <deque>

namespace lorashear {

namespace {

std::string layerPrefix(std::size_t index) {
    return "model.layers." + std::to_string(index) + ".";
}

struct LinearShape {
    const char* name;
    std::int64_t out, in;
    bool bias;
};

// The linears of a block in network order.
std::vector<LinearShape> linearsOf(const DecoderStyle& style, const ModelConfig& c, const LayerShape& layer) {
    const std::int64_t q = std::int64_t{layer.heads} * c.headDim, kv = std::int64_t{layer.kvHeads} * c.headDim;
    const LinearShape o{"self_attn.o_proj", c.hidden, q, c.attentionBias && style.outputBias};
    const LinearShape down{"mlp.down_proj", c.hidden, layer.intermediate, c.mlpBias};
    if (style.fusedProjections)
        return {{"self_attn.qkv_proj", q + 2 * kv, c.hidden, c.attentionBias},
                o,
                {"mlp.gate_up_proj", 2 * std::int64_t{layer.intermediate}, c.hidden, c.mlpBias},
                down};
    return {{"self_attn.q_proj", q, c.hidden, c.attentionBias},
            {"self_attn.k_proj", kv, c.hidden, c.attentionBias},
            {"self_attn.v_proj", kv, c.hidden, c.attentionBias},
            o,
            {"mlp.gate_proj", layer.intermediate, c.hidden, c.mlpBias},
            {"mlp.up_proj", layer.intermediate, c.hidden, c.mlpBias},
            down};
}

// The norms of a block and their sizes.
std::vector<std::pair<const char*, std::int64_t>> normsOf(const DecoderStyle& style, const ModelConfig& c) {
    std::vector<std::pair<const char*, std::int64_t>> norms{{"input_layernorm", c.hidden},
                                                            {"post_attention_layernorm", c.hidden}};
    if (style.branchNorms)
        for (const char* name : {"pre_feedforward_layernorm", "post_feedforward_layernorm"})
            norms.emplace_back(name, c.hidden);
    if (style.headNorms)
        for (const char* name : {"self_attn.q_norm", "self_attn.k_norm"}) norms.emplace_back(name, c.headDim);
    return norms;
}

struct Norm {
    std::string path;
    at::Tensor weight;
};

class RmsDecoder : public CausalLM {
public:
    RmsDecoder(const DecoderStyle& style, const ModelConfig& config, const NamedTensors& tensors)
        : CausalLM(config),
          m_style(style),
          m_embedding(tensors.at("model.embed_tokens.weight")),
          m_rope(config.attention.rope, config.headDim, config.maxPositions, m_embedding.device()),
          m_slidingRope(config.attention.slidingRopeApart ? config.attention.slidingRope : config.attention.rope,
                        config.headDim, config.maxPositions, m_embedding.device()) {
        add("model.embed_tokens.weight", m_embedding);
        for (std::size_t i = 0; i < config.layers.size(); ++i) addBlock(i, tensors);
        m_norm = norm("model.norm", tensors);
        m_head.name = "lm_head";
        m_head.weight = config.tiedHead ? m_embedding : tensors.at("lm_head.weight");
        if (!config.tiedHead) add("lm_head.weight", m_head.weight);
    }

    at::Tensor embed(const at::Tensor& ids, const ForwardContext&) const override {
        ModuleScope scope("model.embed_tokens");
        const auto x = at::embedding(m_embedding, ids).to(at::kFloat);
        return m_style.scaledEmbedding ? x * std::sqrt(m_config.hidden) : x;
    }

    at::Tensor block(int index, const at::Tensor& x, const ForwardContext& context) const override {
        const auto& b = m_blocks[static_cast<std::size_t>(index)];
        ModuleScope scope(b.path);
        auto mixed = attention(index, b, normed(x, b.norms[0]), context);
        if (m_style.branchNorms) mixed = normed(mixed, b.norms[1]);
        const auto afterAttention = x + mixed;
        auto gated = mlp(b, normed(afterAttention, b.norms[m_style.branchNorms ? 2 : 1]), context);
        if (m_style.branchNorms) gated = normed(gated, b.norms[3]);
        return afterAttention + gated;
    }

    at::Tensor normalise(const at::Tensor& x) const override { return normed(x, m_norm); }
    const Linear& head() const override { return m_head; }

private:
    struct Block {
        std::string path;
        std::vector<Norm> norms;      ///< as normsOf lists them; those of heads are the last two
        std::vector<Linear> linears;  ///< as linearsOf lists them
    };

    void addBlock(std::size_t index, const NamedTensors& tensors) {
        auto& b = m_blocks.emplace_back();
        const auto prefix = layerPrefix(index);
        b.path = prefix.substr(0, prefix.size() - 1);
        for (const auto& [name, size] : normsOf(m_style, m_config)) b.norms.push_back(norm(prefix + name, tensors));
        const auto shapes = linearsOf(m_style, m_config, m_config.layers[index]);
        b.linears.resize(shapes.size());
        for (std::size_t i = 0; i < shapes.size(); ++i) {
            auto& linear = b.linears[i];
            linear.name = prefix + shapes[i].name;
            linear.weight = tensors.at(linear.name + ".weight");
            if (shapes[i].bias) linear.bias = tensors.at(linear.name + ".bias");
            add(linear);
        }
    }

    Norm norm(const std::string& path, const NamedTensors& tensors) {
        const auto& weight = tensors.at(path + ".weight");
        add(path + ".weight", weight);
        return {path, weight};
    }

    at::Tensor normed(const at::Tensor& x, const Norm& norm) const { return normed(x, norm, m_config.normEps); }

    at::Tensor normed(const at::Tensor& x, const Norm& norm, double eps) const {
        ModuleScope scope(norm.path);
        return ops::rmsNorm(x, m_style.gainsFromOne ? norm.weight.to(at::kFloat) + 1 : norm.weight, eps);
    }

    // Each head's features by themselves. x: [B, T, heads * headDim].
    at::Tensor normedHeads(const at::Tensor& x, const Norm& norm) const {
        const auto heads = x.view({x.size(0), x.size(1), x.size(2) / m_config.headDim, m_config.headDim});
        return normed(heads, norm, m_config.attention.headNormEps).view(x.sizes());
    }

    // The projections of queries, keys and values, named one by one: the trace shows the order of execution.
    std::array<at::Tensor, 3> projections(int index, const Block& b, const at::Tensor& x,
                                          const ForwardContext& context) const {
        const auto& linears = b.linears;
        if (!m_style.fusedProjections) {
            auto all = Linear::forwardTogether({&linears[0], &linears[1], &linears[2]}, x, context);
            return {all[0], all[1], all[2]};
        }
        const auto& layer = m_config.layers[static_cast<std::size_t>(index)];
        const std::int64_t q = std::int64_t{layer.heads} * m_config.headDim,
                           kv = std::int64_t{layer.kvHeads} * m_config.headDim;
        const auto all = linears[0].forward(x, context);
        return {all.narrow(-1, 0, q), all.narrow(-1, q, kv), all.narrow(-1, q + kv, kv)};
    }

    at::Tensor attention(int index, const Block& b, const at::Tensor& x, const ForwardContext& context) const {
        ModuleScope scope(b.path + ".self_attn");
        auto [q, k, v] = projections(index, b, x, context);
        if (m_style.headNorms) {
            q = normedHeads(q, b.norms[b.norms.size() - 2]);
            k = normedHeads(k, b.norms.back());
        }
        const auto& settings = m_config.attention;
        const int window = settings.window(static_cast<std::size_t>(index));
        const auto& rope = window > 0 ? m_slidingRope : m_rope;
        const auto table = rope.upTo((context.cache ? context.cache->length : 0) + x.size(1));
        const ops::AttentionOptions options{m_config.headDim, settings.scale, settings.softCap, window};
        const auto mixed = ops::attention(q, k, v, options, table, context.cache, index);
        return b.linears[m_style.fusedProjections ? 1 : 3].forward(mixed, context);
    }

    at::Tensor mlp(const Block& b, const at::Tensor& x, const ForwardContext& context) const {
        ModuleScope scope(b.path + ".mlp");
        const auto& down = b.linears.back();
        if (m_style.fusedProjections) {
            const auto halves = b.linears[2].forward(x, context).chunk(2, -1);
            return down.forward(ops::gated(m_config.activation, halves[0], halves[1]), context);
        }
        const auto halves = Linear::forwardTogether({&b.linears[4], &b.linears[5]}, x, context);
        return down.forward(ops::gated(m_config.activation, halves[0], halves[1]), context);
    }

    DecoderStyle m_style;
    std::deque<Block> m_blocks;
    at::Tensor m_embedding;
    Norm m_norm;
    Linear m_head;
    RotarySource m_rope, m_slidingRope;
};

std::map<std::string, std::vector<std::int64_t>> shapesOf(const DecoderStyle& style, const ModelConfig& c) {
    std::map<std::string, std::vector<std::int64_t>> all;
    all["model.embed_tokens.weight"] = {c.vocabulary, c.hidden};
    all["model.norm.weight"] = {c.hidden};
    if (!c.tiedHead) all["lm_head.weight"] = {c.vocabulary, c.hidden};
    for (std::size_t i = 0; i < c.layers.size(); ++i) {
        const auto p = layerPrefix(i);
        for (const auto& [name, size] : normsOf(style, c)) all[p + name + ".weight"] = {size};
        for (const auto& linear : linearsOf(style, c, c.layers[i])) {
            all[p + linear.name + ".weight"] = {linear.out, linear.in};
            if (linear.bias) all[p + linear.name + ".bias"] = {linear.out};
        }
    }
    return all;
}

// Columns of o_proj and down_proj say it for fused projections too; what qkv_proj has beyond the queries is keys and values.
std::vector<LayerShape> layersOf(const DecoderStyle& style, const ModelConfig& c, const NamedTensors& tensors) {
    std::vector<LayerShape> layers;
    for (std::size_t i = 0; i < c.layers.size(); ++i) {
        const auto size = [&](const char* name, int dim) {
            return static_cast<int>(tensors.at(layerPrefix(i) + name + ".weight").size(dim));
        };
        LayerShape layer;
        layer.heads = size("self_attn.o_proj", 1) / c.headDim;
        layer.kvHeads = style.fusedProjections ? (size("self_attn.qkv_proj", 0) / c.headDim - layer.heads) / 2
                                               : size("self_attn.k_proj", 0) / c.headDim;
        layer.intermediate = size("mlp.down_proj", 1);
        layers.push_back(layer);
    }
    return layers;
}

}  // namespace

ModelConfig decoderConfig(const ConfigReader& in, double normEps, int headDim) {
    ModelConfig c;
    c.vocabulary = in.positive("vocab_size");
    c.hidden = in.positive("hidden_size");
    c.maxPositions = in.positive("max_position_embeddings", 2048);
    c.layers = in.layers();
    c.headDim = in.headDim(c.hidden, c.layers, "hidden_size", {}, headDim);
    c.normEps = in.number("rms_norm_eps", normEps);
    c.attention.headNormEps = c.normEps;
    c.attention.rope = in.rope();
    in.requirePairs(c.attention.rope, c.headDim);
    if (c.attention.rope.scaling == RopeScaling::Dynamic)  // goes on beyond the context it was trained on, by that factor
        c.maxPositions = static_cast<int>(std::min(c.maxPositions * std::max(1.0, c.attention.rope.factor), 1e8));
    c.activation = in.activation("hidden_act", Activation::Silu);
    c.tiedHead = in.flag("tie_word_embeddings", false);
    if (static_cast<int>(c.headDim * c.attention.rope.fraction) % 2 != 0)
        throw Error(ErrorCode::Unsupported, in.subject(),
                    "an odd number of features of a head would be turned by their position",
                    "Check \"head_dim\" and \"partial_rotary_factor\".");
    return c;
}

std::vector<int> optionalWindows(const ConfigReader& in, std::size_t layers) {
    const int window = in.flag("use_sliding_window", false) ? static_cast<int>(in.numberOrNone("sliding_window", 4096)) : 0;
    const double first = in.number("max_window_layers", 28);
    return in.windows(layers, window, [&](std::size_t layer) { return window > 0 && static_cast<double>(layer) >= first; });
}

Family rmsDecoder(std::string id, const DecoderStyle& style,
                  std::function<ModelConfig(const nlohmann::json&, const std::string& subject)> parse) {
    Family family{
        std::move(id),
        std::move(parse),
        [style](const ModelConfig& c) { return shapesOf(style, c); },
        [style](const ModelConfig& c, const NamedTensors& t) { return layersOf(style, c, t); },
        [style](const ModelConfig& c, const NamedTensors& t) { return std::make_unique<RmsDecoder>(style, c, t); },
        [](const ModelConfig& c, nlohmann::json& json) {
            describeLayers(c, json);
            json["hidden_size"] = c.hidden;
            json["rms_norm_eps"] = c.normEps;
        },
        // what a save of the model without its head calls them
        {{"embed_tokens.", "model.embed_tokens."}, {"layers.", "model.layers."}, {"norm.", "model.norm."}}};
    family.embedding = "model.embed_tokens.weight", family.head = "lm_head.weight";
    return family;
}

}  // namespace lorashear
