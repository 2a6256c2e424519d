#include "core/model/layer_norm_decoder.h"

#include "core/base/error.h"
#include "core/kernels/ops.h"
#include "core/model/rotary_source.h"
#include "core/model/scope.h"

#include <ATen/ATen.h>
#include <nlohmann/json.hpp>

#include <array>
#include <deque>

namespace lorashear {

namespace {

struct LinearShape {
    std::string name;
    std::int64_t out, in;
    bool bias;
};

std::string prefixOf(const LayerNormStyle& style, std::size_t layer) {
    return style.blocks + std::to_string(layer) + ".";
}

// The linears of a block in network order: projections, output, up, down.
std::vector<LinearShape> linearsOf(const LayerNormStyle& style, const ModelConfig& c, const LayerShape& layer) {
    const std::int64_t width = std::int64_t{layer.heads} * c.headDim;
    std::vector<LinearShape> all;
    const auto rows = style.layout == ProjectionLayout::Apart ? width : 3 * width;
    for (const auto& name : style.projections) all.push_back({name, rows, c.hidden, c.attentionBias});
    all.push_back({style.output, c.hidden, width, c.attentionBias});
    all.push_back({style.up, layer.intermediate, c.hidden, c.mlpBias});
    all.push_back({style.down, c.hidden, layer.intermediate, c.mlpBias});
    return all;
}

int embeddingSize(const ModelConfig& c) {
    return c.embeddingSize > 0 ? c.embeddingSize : c.hidden;
}

// Path of a norm with its gain and bias; undefined tensors: there is no such norm.
struct Norm {
    std::string path;
    at::Tensor weight, bias;
};

class LayerNormDecoder : public CausalLM {
public:
    LayerNormDecoder(const LayerNormStyle& style, const ModelConfig& config, const NamedTensors& tensors)
        : CausalLM(config),
          m_style(style),
          m_embedding(tensors.at(style.embedding + ".weight")),
          m_rope(config.attention.rope, config.headDim, config.maxPositions, m_embedding.device()) {
        add(style.embedding + ".weight", m_embedding);
        if (!style.positions.empty()) m_positions = other(style.positions + ".weight", tensors);
        if (embeddingSize(config) != config.hidden) {
            connectOther(m_projectIn, style.projectIn, tensors);
            connectOther(m_projectOut, style.projectOut, tensors);
        }
        for (std::size_t i = 0; i < config.layers.size(); ++i) addBlock(i, tensors);
        if (config.normsFirst) m_norm = norm(style.lastNorm, tensors);
        m_head.name = style.head;
        m_head.weight = config.tiedHead ? m_embedding : other(style.head + ".weight", tensors);
    }

    at::Tensor embed(const at::Tensor& ids, const ForwardContext& context) const override {
        at::Tensor x;
        {
            ModuleScope scope(m_style.embedding);
            x = at::embedding(m_embedding, ids).to(at::kFloat);
        }
        if (m_projectIn.weight.defined()) x = m_projectIn.forward(x, context);
        return m_positions.defined() ? x + positions(ids, context) : x;
    }

    at::Tensor block(int index, const at::Tensor& x, const ForwardContext& context) const override {
        const auto& b = m_blocks[static_cast<std::size_t>(index)];
        ModuleScope scope(b.path);
        const bool first = m_config.normsFirst;
        const auto mixed = attention(index, b, first ? normed(x, b.attentionNorm) : x, context);
        if (m_config.parallelResidual) return x + mixed + mlp(b, normed(x, b.mlpNorm), context);
        const auto sum = x + mixed;
        const auto middle = first ? sum : normed(sum, b.attentionNorm);
        const auto result = middle + mlp(b, first ? normed(middle, b.mlpNorm) : middle, context);
        return first ? result : normed(result, b.mlpNorm);
    }

    at::Tensor normalise(const at::Tensor& x) const override {
        const auto last = m_norm.weight.defined() ? normed(x, m_norm) : x;
        return m_projectOut.weight.defined() ? m_projectOut.forward(last, {}) : last;
    }

    const Linear& head() const override { return m_head; }

private:
    struct Block {
        std::string path;
        Norm attentionNorm, mlpNorm;
        std::vector<Linear> linears;  ///< as linearsOf lists them
        const Linear& fromEnd(std::size_t i) const { return linears[linears.size() - i]; }
    };

    void addBlock(std::size_t index, const NamedTensors& tensors) {
        auto& b = m_blocks.emplace_back();
        const auto prefix = prefixOf(m_style, index);
        b.path = prefix.substr(0, prefix.size() - 1);
        b.attentionNorm = norm(prefix + m_style.attentionNorm, tensors);
        b.mlpNorm = norm(prefix + m_style.mlpNorm, tensors);
        const auto shapes = linearsOf(m_style, m_config, m_config.layers[index]);
        b.linears.resize(shapes.size());
        for (std::size_t i = 0; i < shapes.size(); ++i) {
            auto& linear = b.linears[i];
            linear.name = prefix + shapes[i].name;
            linear.transposed = m_style.transposed;
            const auto& stored = tensors.at(linear.name + ".weight");
            linear.weight = m_style.transposed ? stored.t() : stored;
            if (shapes[i].bias) linear.bias = tensors.at(linear.name + ".bias");
            add(linear);
        }
    }

    const at::Tensor& other(const std::string& name, const NamedTensors& tensors) {
        const auto& tensor = tensors.at(name);
        add(name, tensor);
        return tensor;
    }

    // A linear outside of the blocks: it carries no adapter.
    void connectOther(Linear& linear, const std::string& name, const NamedTensors& tensors) {
        linear.name = name;
        linear.weight = other(name + ".weight", tensors);
    }

    Norm norm(const std::string& path, const NamedTensors& tensors) {
        return {path, other(path + ".weight", tensors), other(path + ".bias", tensors)};
    }

    at::Tensor normed(const at::Tensor& x, const Norm& norm) const {
        ModuleScope scope(norm.path);
        return ops::layerNorm(x, norm.weight, norm.bias, m_config.normEps);
    }

    at::Tensor positions(const at::Tensor& ids, const ForwardContext& context) const {
        const auto past = context.cache ? context.cache->length : 0, end = past + ids.size(1);
        if (end > m_config.maxPositions)
            throw Error(ErrorCode::BadInput, "sequence",
                        "has " + std::to_string(end) + " tokens; the model's context holds " +
                            std::to_string(m_config.maxPositions));
        ModuleScope scope(m_style.positions);
        const auto rows = at::arange(past + m_style.firstPosition, end + m_style.firstPosition, ids.options());
        return at::embedding(m_positions, rows).to(at::kFloat);
    }

    std::array<at::Tensor, 3> projections(const Block& b, const at::Tensor& x, const ForwardContext& context) const {
        if (m_style.layout == ProjectionLayout::Apart) {
            const auto& linears = b.linears;
            auto all = Linear::forwardTogether({&linears[0], &linears[1], &linears[2]}, x, context);
            return {all[0], all[1], all[2]};
        }
        const auto all = b.linears[0].forward(x, context);
        const auto width = all.size(2) / 3;
        if (m_style.layout == ProjectionLayout::Stacked)
            return {all.narrow(-1, 0, width), all.narrow(-1, width, width), all.narrow(-1, 2 * width, width)};
        const auto heads = all.view({all.size(0), all.size(1), width / m_config.headDim, 3, m_config.headDim});
        const auto part = [&](int i) { return heads.select(3, i).reshape({all.size(0), all.size(1), width}); };
        const auto q = part(0), k = part(1), v = part(2);
        return {q, k, v};
    }

    at::Tensor attention(int index, const Block& b, const at::Tensor& x, const ForwardContext& context) const {
        ModuleScope scope(b.path + "." + m_style.attention);
        const auto [q, k, v] = projections(b, x, context);
        const auto table = m_rope.upTo((context.cache ? context.cache->length : 0) + x.size(1));
        const ops::AttentionOptions options{m_config.headDim, m_config.attention.scale, 0, 0};
        return b.fromEnd(3).forward(ops::attention(q, k, v, options, table, context.cache, index), context);
    }

    at::Tensor mlp(const Block& b, const at::Tensor& x, const ForwardContext& context) const {
        ModuleScope scope(m_style.mlp.empty() ? b.path : b.path + "." + m_style.mlp);
        return b.fromEnd(1).forward(ops::activate(m_config.activation, b.fromEnd(2).forward(x, context)), context);
    }

    LayerNormStyle m_style;
    std::deque<Block> m_blocks;
    at::Tensor m_embedding, m_positions;
    Linear m_projectIn, m_projectOut, m_head;
    Norm m_norm;
    RotarySource m_rope;
};

std::map<std::string, std::vector<std::int64_t>> shapesOf(const LayerNormStyle& style, const ModelConfig& c) {
    std::map<std::string, std::vector<std::int64_t>> all;
    const auto norm = [&](const std::string& path) { all[path + ".weight"] = all[path + ".bias"] = {c.hidden}; };
    const int width = embeddingSize(c);
    all[style.embedding + ".weight"] = {c.vocabulary, width};
    if (!c.tiedHead) all[style.head + ".weight"] = {c.vocabulary, width};
    if (!style.positions.empty()) all[style.positions + ".weight"] = {c.maxPositions + style.firstPosition, c.hidden};
    if (width != c.hidden) {
        all[style.projectIn + ".weight"] = {c.hidden, width};
        all[style.projectOut + ".weight"] = {width, c.hidden};
    }
    if (c.normsFirst) norm(style.lastNorm);
    for (std::size_t i = 0; i < c.layers.size(); ++i) {
        const auto prefix = prefixOf(style, i);
        norm(prefix + style.attentionNorm);
        norm(prefix + style.mlpNorm);
        for (const auto& linear : linearsOf(style, c, c.layers[i])) {
            const auto name = prefix + linear.name;
            all[name + ".weight"] =
                style.transposed ? std::vector{linear.in, linear.out} : std::vector{linear.out, linear.in};
            if (linear.bias) all[name + ".bias"] = {linear.out};
        }
    }
    return all;
}

// What consumers read says it whichever way projections lie.
std::vector<LayerShape> layersOf(const LayerNormStyle& style, const ModelConfig& c, const NamedTensors& tensors) {
    std::vector<LayerShape> layers;
    for (std::size_t i = 0; i < c.layers.size(); ++i) {
        const auto inputs = [&](const std::string& name) {
            return static_cast<int>(tensors.at(prefixOf(style, i) + name + ".weight").size(style.transposed ? 0 : 1));
        };
        const int heads = inputs(style.output) / c.headDim;
        layers.push_back({heads, heads, inputs(style.down)});
    }
    return layers;
}

}  // namespace

Family layerNormDecoder(std::string id, const LayerNormStyle& style,
                        std::function<ModelConfig(const nlohmann::json&, const std::string& subject)> parse,
                        std::vector<std::pair<std::string, std::string>> otherPrefixes) {
    Family family{std::move(id),
                  std::move(parse),
                  [style](const ModelConfig& c) { return shapesOf(style, c); },
                  [style](const ModelConfig& c, const NamedTensors& t) { return layersOf(style, c, t); },
                  [style](const ModelConfig& c, const NamedTensors& t) -> std::unique_ptr<CausalLM> {
                      return std::make_unique<LayerNormDecoder>(style, c, t);
                  },
                  [style](const ModelConfig& c, nlohmann::json& json) { describeLayers(c, json, style.keys); }};
    family.otherPrefixes = std::move(otherPrefixes);
    family.embedding = style.embedding + ".weight", family.head = style.head + ".weight";
    return family;
}

}  // namespace lorashear
