#include "core/model/layer_norm_decoder.h"

#include "core/base/error.h"
#include "core/kernels/ops.h"
#include "core/model/projection.h"
#include "core/model/rotary_source.h"
#include "core/model/scope.h"

#include <ATen/ATen.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <deque>
#include <optional>

namespace lorashear {

namespace {

std::string prefixOf(const LayerNormStyle& style, std::size_t layer) {
    return style.blocks + std::to_string(layer) + ".";
}

int embeddingSize(const ModelConfig& c) {
    return c.embeddingSize > 0 ? c.embeddingSize : c.hidden;
}

// Path of a norm with its gain and bias; undefined tensors: there is no such norm.
struct LayerNorm {
    std::string path;
    at::Tensor weight, bias;
};

struct PlainAttention {
    Projection qProj, kProj, vProj, qkvProj, oProj;
};
struct PlainMlp {
    Projection upProj, downProj;
};

// The projections of each branch in network order.
std::vector<ProjectionPart<PlainAttention>> attentionProjections(const LayerNormStyle& style, const ModelConfig& c,
                                                                 const LayerShape& layer) {
    const std::int64_t width = std::int64_t{layer.heads} * c.headDim;
    const bool bias = c.attentionBias, turned = style.transposed;
    std::vector<ProjectionPart<PlainAttention>> all;
    if (style.layout == ProjectionLayout::Apart)
        all = {{&PlainAttention::qProj, {style.projections[0], width, c.hidden, bias, turned}},
               {&PlainAttention::kProj, {style.projections[1], width, c.hidden, bias, turned}},
               {&PlainAttention::vProj, {style.projections[2], width, c.hidden, bias, turned}}};
    else
        all = {{&PlainAttention::qkvProj, {style.projections[0], 3 * width, c.hidden, bias, turned}}};
    all.push_back({&PlainAttention::oProj, {style.output, c.hidden, width, bias, turned}});
    return all;
}

std::vector<ProjectionPart<PlainMlp>> mlpProjections(const LayerNormStyle& style, const ModelConfig& c,
                                                     const LayerShape& layer) {
    return {{&PlainMlp::upProj, {style.up, layer.intermediate, c.hidden, c.mlpBias, style.transposed}},
            {&PlainMlp::downProj, {style.down, c.hidden, layer.intermediate, c.mlpBias, style.transposed}}};
}

// Norms before a branch go with it. Norms behind it are on the way of the residual stream and stay when it goes.
bool hasNorm(const ModelConfig& c, bool branch) {
    return branch || !c.normsFirst;
}

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
        if (m_config.parallelResidual) {
            auto y = x;
            if (b.attention) y = y + attention(index, b, normed(x, b.attentionNorm), context);
            return b.mlp ? y + mlp(b, normed(x, b.mlpNorm), context) : y;
        }
        const bool first = m_config.normsFirst;
        auto y = x;
        if (b.attention) y = y + attention(index, b, first ? normed(y, b.attentionNorm) : y, context);
        if (!first) y = normed(y, b.attentionNorm);
        if (b.mlp) y = y + mlp(b, first ? normed(y, b.mlpNorm) : y, context);
        return first ? y : normed(y, b.mlpNorm);
    }

    at::Tensor normalise(const at::Tensor& x) const override {
        const auto last = m_norm.weight.defined() ? normed(x, m_norm) : x;
        return m_projectOut.weight.defined() ? m_projectOut.forward(last, {}) : last;
    }

    const Linear& head() const override { return m_head; }

private:
    struct Block {
        std::string path;
        LayerNorm attentionNorm, mlpNorm;
        std::optional<PlainAttention> attention;
        std::optional<PlainMlp> mlp;
    };

    void addBlock(std::size_t index, const NamedTensors& tensors) {
        auto& b = m_blocks.emplace_back();
        const auto prefix = prefixOf(m_style, index);
        const auto& layer = m_config.layers[index];
        b.path = prefix.substr(0, prefix.size() - 1);
        if (hasNorm(m_config, layer.heads > 0)) b.attentionNorm = norm(prefix + m_style.attentionNorm, tensors);
        if (hasNorm(m_config, layer.intermediate > 0)) b.mlpNorm = norm(prefix + m_style.mlpNorm, tensors);
        if (layer.heads > 0)
            addBranch(b.attention.emplace(), prefix, attentionProjections(m_style, m_config, layer), tensors);
        if (layer.intermediate > 0) addBranch(b.mlp.emplace(), prefix, mlpProjections(m_style, m_config, layer), tensors);
    }

    template <typename Branch>
    void addBranch(Branch& branch, const std::string& prefix, const std::vector<ProjectionPart<Branch>>& projections,
                   const NamedTensors& tensors) {
        for (const auto& one : projections) {
            auto& projection = branch.*one.part;
            projection.connect(prefix + one.shape.name, one.shape, m_config.factors, tensors);
            for (auto* linear : projection.linears()) add(*linear);
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

    LayerNorm norm(const std::string& path, const NamedTensors& tensors) {
        return {path, other(path + ".weight", tensors), other(path + ".bias", tensors)};
    }

    at::Tensor normed(const at::Tensor& x, const LayerNorm& norm) const {
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

    std::array<at::Tensor, 3> projections(const PlainAttention& parts, const at::Tensor& x,
                                          const ForwardContext& context) const {
        if (m_style.layout == ProjectionLayout::Apart) {
            auto all = Projection::forwardTogether({&parts.qProj, &parts.kProj, &parts.vProj}, x, context);
            return {all[0], all[1], all[2]};
        }
        const auto all = parts.qkvProj.forward(x, context);
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
        const auto [q, k, v] = projections(*b.attention, x, context);
        const auto table = m_rope.upTo((context.cache ? context.cache->length : 0) + x.size(1));
        const ops::AttentionOptions options{m_config.headDim, m_config.attention.scale, 0, 0};
        return b.attention->oProj.forward(ops::attention(q, k, v, options, table, context.cache, index), context);
    }

    at::Tensor mlp(const Block& b, const at::Tensor& x, const ForwardContext& context) const {
        ModuleScope scope(m_style.mlp.empty() ? b.path : b.path + "." + m_style.mlp);
        return b.mlp->downProj.forward(ops::activate(m_config.activation, b.mlp->upProj.forward(x, context)), context);
    }

    LayerNormStyle m_style;
    std::deque<Block> m_blocks;
    at::Tensor m_embedding, m_positions;
    Linear m_projectIn, m_projectOut, m_head;
    LayerNorm m_norm;
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
        const auto& layer = c.layers[i];
        const bool attends = layer.heads > 0, computes = layer.intermediate > 0;
        if (hasNorm(c, attends)) norm(prefix + style.attentionNorm);
        if (hasNorm(c, computes)) norm(prefix + style.mlpNorm);
        const auto branch = [&](const auto& projections) {
            for (const auto& one : projections) Projection::addShapes(prefix + one.shape.name, one.shape, c.factors, all);
        };
        if (attends) branch(attentionProjections(style, c, layer));
        if (computes) branch(mlpProjections(style, c, layer));
    }
    return all;
}

// What consumers read says it whichever way projections lie. A branch of which nothing is there is none; of a branch that lacks a part, the sizes
// asked for stay, so that the part is missed by name.
std::vector<LayerShape> layersOf(const LayerNormStyle& style, const ModelConfig& c, const NamedTensors& tensors) {
    std::vector<LayerShape> layers;
    for (std::size_t i = 0; i < c.layers.size(); ++i) {
        const auto prefix = prefixOf(style, i);
        const auto size = [&](const std::string& name) {
            return projectionSize(prefix + name, style.transposed, c.factors, tensors);
        };
        const auto anyOf = [&](const auto& projections) {
            return std::any_of(projections.begin(), projections.end(),
                               [&](const auto& one) { return size(one.shape.name).in > 0; });
        };
        auto layer = c.layers[i];
        if (const auto in = size(style.output).in; in > 0)
            layer.heads = layer.kvHeads = static_cast<int>(in) / c.headDim;
        else if (!anyOf(attentionProjections(style, c, layer)))
            layer.heads = layer.kvHeads = 0;
        if (const auto in = size(style.down).in; in > 0)
            layer.intermediate = static_cast<int>(in);
        else if (!anyOf(mlpProjections(style, c, layer)))
            layer.intermediate = 0;
        layers.push_back(layer);
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
