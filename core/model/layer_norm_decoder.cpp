#include "core/model/layer_norm_decoder.h"

#include "core/base/error.h"
#include "core/base/text_passes.h"
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
    Projection gateProj, upProj, downProj;
};

// The projections of each branch in network order.
std::vector<ProjectionPart<PlainAttention>> attentionProjections(const LayerNormStyle& style, const ModelConfig& c,
                                                                 const LayerShape& layer) {
    const std::int64_t q = std::int64_t{layer.heads} * c.headDim, kv = std::int64_t{layer.kvHeads} * c.headDim;
    const bool bias = c.attentionBias, turned = style.transposed;
    std::vector<ProjectionPart<PlainAttention>> all;
    if (style.layout == ProjectionLayout::Apart)
        all = {{&PlainAttention::qProj, {style.projections[0], q, c.hidden, bias, turned}},
               {&PlainAttention::kProj, {style.projections[1], kv, c.hidden, bias, turned}},
               {&PlainAttention::vProj, {style.projections[2], kv, c.hidden, bias, turned}}};
    else
        all = {{&PlainAttention::qkvProj, {style.projections[0], q + 2 * kv, c.hidden, bias, turned}}};
    all.push_back({&PlainAttention::oProj, {style.output, c.hidden, q, bias && style.outputBias, turned}});
    return all;
}

std::vector<ProjectionPart<PlainMlp>> mlpProjections(const LayerNormStyle& style, const ModelConfig& c,
                                                     const LayerShape& layer) {
    std::vector<ProjectionPart<PlainMlp>> all;
    const auto add = [&](Projection PlainMlp::*part, const std::string& name, std::int64_t out, std::int64_t in) {
        all.push_back({part, {name, out, in, c.mlpBias, style.transposed}});
    };
    if (!style.gate.empty()) add(&PlainMlp::gateProj, style.gate, layer.intermediate, c.hidden);
    add(&PlainMlp::upProj, style.up, layer.intermediate, c.hidden);
    add(&PlainMlp::downProj, style.down, c.hidden, layer.intermediate);
    return all;
}

// The norms of a block by name, empty: none. Norms before a branch go with it, a shared one with the last of both. Norms behind a branch are on the
// way of the residual stream and stay when it goes.
struct NormNames {
    std::string attention, mlp;
};
NormNames normsOf(const LayerNormStyle& style, const ModelConfig& c, const LayerShape& layer) {
    const bool attends = layer.heads > 0, computes = layer.intermediate > 0;
    if (c.sharedNorm) return {attends || computes ? style.sharedNorm : std::string(), {}};
    return {attends || !c.normsFirst ? style.attentionNorm : std::string(),
            computes || !c.normsFirst ? style.mlpNorm : std::string()};
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
        if (config.headBias) m_head.bias = other(style.head + ".bias", tensors);
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
        TextPasses::tell(x.size(0) * x.size(1), blocks());
        ModuleScope scope(b.path);
        if (m_config.parallelResidual) {
            auto y = x;
            const auto shared = m_config.sharedNorm && (b.attention || b.mlp) ? normed(x, b.attentionNorm) : x;
            const auto read = [&](const LayerNorm& own) { return m_config.sharedNorm ? shared : normed(x, own); };
            if (b.attention) y = y + attention(index, b, read(b.attentionNorm), context);
            return b.mlp ? y + mlp(b, read(b.mlpNorm), context) : y;
        }
        const bool first = m_config.normsFirst;
        auto y = x;
        if (b.attention) y = y + attention(index, b, first ? normed(y, b.attentionNorm) : y, context);
        if (!first) y = normed(y, b.attentionNorm);
        if (b.mlp) y = y + mlp(b, first ? normed(y, b.mlpNorm) : y, context);
        return first ? y : normed(y, b.mlpNorm);
    }

    at::Tensor normalise(const at::Tensor& x) const override {
        auto last = m_norm.weight.defined() ? normed(x, m_norm) : x;
        if (m_config.logitScale != 1) last = last * m_config.logitScale;
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
        const auto names = normsOf(m_style, m_config, layer);
        if (!names.attention.empty()) b.attentionNorm = norm(prefix + names.attention, tensors);
        if (!names.mlp.empty()) b.mlpNorm = norm(prefix + names.mlp, tensors);
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
        return {path, other(path + ".weight", tensors), m_config.normBias ? other(path + ".bias", tensors) : at::Tensor()};
    }

    at::Tensor normed(const at::Tensor& x, const LayerNorm& norm) const {
        ModuleScope scope(norm.path);
        const auto gain = m_style.gainsFromOne ? norm.weight.to(at::kFloat) + 1 : norm.weight;
        return ops::layerNorm(x, gain, norm.bias, m_config.normEps);
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

    std::array<at::Tensor, 3> projections(const LayerShape& layer, const PlainAttention& parts, const at::Tensor& x,
                                          const ForwardContext& context) const {
        if (m_style.layout == ProjectionLayout::Apart) {
            auto all = Projection::forwardTogether({&parts.qProj, &parts.kProj, &parts.vProj}, x, context);
            return {all[0], all[1], all[2]};
        }
        const auto all = parts.qkvProj.forward(x, context);
        const std::int64_t d = m_config.headDim, groups = layer.kvHeads, share = layer.heads / groups;
        const std::int64_t queries = layer.heads * d, width = groups * d;
        if (m_style.layout == ProjectionLayout::Stacked)
            return {all.narrow(-1, 0, queries), all.narrow(-1, queries, width), all.narrow(-1, queries + width, width)};
        const auto rows = all.view({all.size(0), all.size(1), groups, share + 2, d});
        const auto one = [&](std::int64_t i) { return rows.select(3, i).reshape({all.size(0), all.size(1), width}); };
        const auto q = share == 1 ? one(0) : rows.narrow(3, 0, share).reshape({all.size(0), all.size(1), queries});
        const auto k = one(share), v = one(share + 1);
        return {q, k, v};
    }

    at::Tensor attention(int index, const Block& b, const at::Tensor& x, const ForwardContext& context) const {
        ModuleScope scope(b.path + "." + m_style.attention);
        const auto layer = static_cast<std::size_t>(index);
        auto [q, k, v] = projections(m_config.layers[layer], *b.attention, x, context);
        const auto& settings = m_config.attention;
        auto table = m_rope.upTo((context.cache ? context.cache->length : 0) + x.size(1));
        if (!settings.rotates(layer)) table = {};
        if (settings.rope.interleaved && table.cos.defined())
            for (auto* one : {&q, &k}) *one = ops::halvesFromPairs(*one, m_config.headDim, 2 * table.cos.size(1));
        const ops::AttentionOptions options{m_config.headDim, settings.scale, 0, settings.window(layer)};
        return b.attention->oProj.forward(ops::attention(q, k, v, options, table, context.cache, index), context);
    }

    at::Tensor mlp(const Block& b, const at::Tensor& x, const ForwardContext& context) const {
        ModuleScope scope(m_style.mlp.empty() ? b.path : b.path + "." + m_style.mlp);
        const auto& parts = *b.mlp;
        if (m_style.gate.empty())
            return parts.downProj.forward(ops::activate(m_config.activation, parts.upProj.forward(x, context)), context);
        const auto both = Projection::forwardTogether({&parts.gateProj, &parts.upProj}, x, context);
        return parts.downProj.forward(ops::gated(m_config.activation, both[0], both[1]), context);
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
    const auto norm = [&](const std::string& path) {
        all[path + ".weight"] = {c.hidden};
        if (c.normBias) all[path + ".bias"] = {c.hidden};
    };
    const int width = embeddingSize(c);
    all[style.embedding + ".weight"] = {c.vocabulary, width};
    if (!c.tiedHead) all[style.head + ".weight"] = {c.vocabulary, width};
    if (c.headBias) all[style.head + ".bias"] = {c.vocabulary};
    if (!style.positions.empty()) all[style.positions + ".weight"] = {c.maxPositions + style.firstPosition, c.hidden};
    if (width != c.hidden) {
        all[style.projectIn + ".weight"] = {c.hidden, width};
        all[style.projectOut + ".weight"] = {width, c.hidden};
    }
    if (c.normsFirst) norm(style.lastNorm);
    for (std::size_t i = 0; i < c.layers.size(); ++i) {
        const auto prefix = prefixOf(style, i);
        const auto& layer = c.layers[i];
        const auto names = normsOf(style, c, layer);
        if (!names.attention.empty()) norm(prefix + names.attention);
        if (!names.mlp.empty()) norm(prefix + names.mlp);
        const auto branch = [&](const auto& projections) {
            for (const auto& one : projections) Projection::addShapes(prefix + one.shape.name, one.shape, c.factors, all);
        };
        if (layer.heads > 0) branch(attentionProjections(style, c, layer));
        if (layer.intermediate > 0) branch(mlpProjections(style, c, layer));
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
        if (const auto in = size(style.output).in; in > 0) {
            layer.heads = static_cast<int>(in) / c.headDim;
            const bool apart = style.layout == ProjectionLayout::Apart;
            const int rows = static_cast<int>(size(style.projections[apart ? 1 : 0]).out) / c.headDim;
            if (rows > 0) layer.kvHeads = apart ? rows : (rows - layer.heads) / 2;
        } else if (!anyOf(attentionProjections(style, c, layer))) {
            layer.heads = layer.kvHeads = 0;
        }
        if (const auto in = size(style.down).in; in > 0)
            layer.intermediate = static_cast<int>(in);
        else if (!anyOf(mlpProjections(style, c, layer)))
            layer.intermediate = 0;
        layers.push_back(layer);
    }
    return layers;
}

}  // namespace

LayerNormStyle usualLayerNormStyle() {
    LayerNormStyle s;
    s.embedding = "model.embed_tokens", s.lastNorm = "model.norm", s.head = "lm_head";
    s.blocks = "model.layers.", s.attentionNorm = s.sharedNorm = "input_layernorm", s.mlpNorm = "post_attention_layernorm";
    s.attention = "self_attn", s.mlp = "mlp";
    s.projections = {"self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"};
    s.output = "self_attn.o_proj", s.up = "mlp.up_proj", s.down = "mlp.down_proj";
    return s;
}

ModelConfig layerNormConfig(const ConfigReader& in, const LayerKeys& keys, const char* epsKey, double fraction,
                            int widening) {
    ModelConfig c;
    c.vocabulary = in.positive("vocab_size");
    c.hidden = in.positive("hidden_size");
    c.maxPositions = in.positive("max_position_embeddings", 2048);
    c.layers = in.layers(keys, widening * c.hidden);
    c.headDim = in.headDim(c.hidden, c.layers, "hidden_size", keys);
    c.normEps = in.number(epsKey, 1e-5);
    c.attention.rope = in.rope("rope_theta", 10000, nullptr, false, fraction);
    in.requirePairs(c.attention.rope, c.headDim);
    c.maxPositions = static_cast<int>(c.attention.rope.reach(c.maxPositions));
    c.tiedHead = in.flag("tie_word_embeddings", false);
    return c;
}

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
