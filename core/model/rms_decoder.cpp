#include "core/model/rms_decoder.h"

#include "core/base/text_passes.h"
#include "core/kernels/ops.h"
#include "core/model/projection.h"
#include "core/model/rotary_source.h"
#include "core/model/scope.h"

#include <ATen/ATen.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <deque>
#include <optional>

namespace lorashear {

namespace {

std::string layerPrefix(std::size_t index) {
    return "model.layers." + std::to_string(index) + ".";
}

struct Norm {
    std::string path;
    at::Tensor weight;
};

// The branches of a block. Which parts are there is the style's matter: fused projections stand for those they fuse, norms without a weight are none.
struct Attention {
    Norm inputNorm, outputNorm, qNorm, kNorm;
    Projection qProj, kProj, vProj, qkvProj, oProj;
};
struct GatedMlp {
    Norm inputNorm, outputNorm;
    Projection gateProj, upProj, gateUpProj, downProj;
    std::optional<RoutedMlp> routed;  ///< in the place of the projections
};

template <typename Branch>
struct NormPart {
    Norm Branch::*part;
    const char* name;
    std::int64_t size;
};

// The projections of each branch in network order.
std::vector<ProjectionPart<Attention>> attentionProjections(const DecoderStyle& style, const ModelConfig& c,
                                                            const LayerShape& layer) {
    const std::int64_t q = std::int64_t{layer.heads} * c.headDim, kv = std::int64_t{layer.kvHeads} * c.headDim;
    const bool bias = c.attentionBias;
    const ProjectionPart<Attention> o{&Attention::oProj, {"self_attn.o_proj", c.hidden, q, bias && style.outputBias}};
    if (style.fusedQueries) return {{&Attention::qkvProj, {"self_attn.qkv_proj", q + 2 * kv, c.hidden, bias}}, o};
    return {{&Attention::qProj, {"self_attn.q_proj", q, c.hidden, bias}},
            {&Attention::kProj, {"self_attn.k_proj", kv, c.hidden, bias}},
            {&Attention::vProj, {"self_attn.v_proj", kv, c.hidden, bias}},
            o};
}

std::vector<ProjectionPart<GatedMlp>> mlpProjections(const DecoderStyle& style, const ModelConfig& c,
                                                     const LayerShape& layer) {
    if (layer.routed()) return {};
    const std::int64_t width = layer.intermediate;
    const ProjectionPart<GatedMlp> down{&GatedMlp::downProj, {"mlp.down_proj", c.hidden, width, c.mlpBias}};
    if (style.fusedGates) return {{&GatedMlp::gateUpProj, {"mlp.gate_up_proj", 2 * width, c.hidden, c.mlpBias}}, down};
    return {{&GatedMlp::gateProj, {"mlp.gate_proj", width, c.hidden, c.mlpBias}},
            {&GatedMlp::upProj, {"mlp.up_proj", width, c.hidden, c.mlpBias}},
            down};
}

std::vector<NormPart<Attention>> attentionNorms(const DecoderStyle& style, const ModelConfig& c, const LayerShape& layer) {
    std::vector<NormPart<Attention>> norms;
    if (style.norms.attentionIn) norms.push_back({&Attention::inputNorm, style.norms.attentionIn, c.hidden});
    if (style.norms.attentionOut) norms.push_back({&Attention::outputNorm, style.norms.attentionOut, c.hidden});
    if (style.headNorms || style.projectionNorms) {
        const std::int64_t q = style.headNorms ? 1 : layer.heads, k = style.headNorms ? 1 : layer.kvHeads;
        norms.push_back({&Attention::qNorm, "self_attn.q_norm", q * c.headDim});
        norms.push_back({&Attention::kNorm, "self_attn.k_norm", k * c.headDim});
    }
    return norms;
}

std::vector<NormPart<GatedMlp>> mlpNorms(const DecoderStyle& style, const ModelConfig& c) {
    std::vector<NormPart<GatedMlp>> norms;
    if (style.norms.mlpIn) norms.push_back({&GatedMlp::inputNorm, style.norms.mlpIn, c.hidden});
    if (style.norms.mlpOut) norms.push_back({&GatedMlp::outputNorm, style.norms.mlpOut, c.hidden});
    return norms;
}

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
        return scaled(x, m_config.embeddingScale * (m_config.scaledEmbedding ? std::sqrt(m_config.hidden) : 1));
    }

    at::Tensor block(int index, const at::Tensor& x, const ForwardContext& context) const override {
        const auto& b = m_blocks[static_cast<std::size_t>(index)];
        TextPasses::tell(x.size(0) * x.size(1), blocks());
        ModuleScope scope(b.path);
        auto y = x;
        const double scale = m_config.branchScale;
        if (const auto& a = b.attention)
            y = y + scaled(normed(attention(index, b, normed(y, a->inputNorm), context), a->outputNorm), scale);
        if (const auto& m = b.mlp) y = y + scaled(normed(mlp(b, normed(y, m->inputNorm), context), m->outputNorm), scale);
        return y;
    }

    at::Tensor normalise(const at::Tensor& x) const override { return scaled(normed(x, m_norm), m_config.logitScale); }
    const Linear& head() const override { return m_head; }

private:
    struct Block {
        std::string path;
        std::optional<Attention> attention;  ///< none: the block passes its input on to the MLP
        std::optional<GatedMlp> mlp;
    };

    void addBlock(std::size_t index, const NamedTensors& tensors) {
        auto& b = m_blocks.emplace_back();
        const auto prefix = layerPrefix(index);
        b.path = prefix.substr(0, prefix.size() - 1);
        const auto& layer = m_config.layers[index];
        if (layer.heads > 0)
            addBranch(b.attention.emplace(), prefix, attentionNorms(m_style, m_config, layer),
                      attentionProjections(m_style, m_config, layer), tensors);
        if (layer.hasMlp())
            addBranch(b.mlp.emplace(), prefix, mlpNorms(m_style, m_config), mlpProjections(m_style, m_config, layer),
                      tensors);
        if (layer.routed()) addRouted(b.mlp->routed.emplace(), prefix, layer, tensors);
    }

    void addRouted(RoutedMlp& routed, const std::string& prefix, const LayerShape& layer, const NamedTensors& tensors) {
        routed.connect(prefix, *m_style.routed, layer, m_config, tensors);
        for (auto* linear : routed.routerLinears()) add(*linear);
        const double share = m_config.routing.expertsPerToken / static_cast<double>(layer.experts.size());
        for (auto* linear : routed.expertLinears()) addExpert(*linear, share);
    }

    template <typename Branch>
    void addBranch(Branch& branch, const std::string& prefix, const std::vector<NormPart<Branch>>& norms,
                   const std::vector<ProjectionPart<Branch>>& projections, const NamedTensors& tensors) {
        for (const auto& one : norms) branch.*one.part = norm(prefix + one.name, tensors);
        for (const auto& one : projections) {
            auto& projection = branch.*one.part;
            projection.connect(prefix + one.shape.name, one.shape, m_config.factors, tensors);
            for (auto* linear : projection.linears()) add(*linear);
        }
    }

    Norm norm(const std::string& path, const NamedTensors& tensors) {
        const auto& weight = tensors.at(path + ".weight");
        add(path + ".weight", weight);
        return {path, weight};
    }

    static at::Tensor scaled(const at::Tensor& x, double factor) { return factor == 1 ? x : x * factor; }

    // x itself where there is no such norm.
    at::Tensor normed(const at::Tensor& x, const Norm& norm) const {
        return norm.weight.defined() ? normed(x, norm, m_config.normEps) : x;
    }

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
    std::array<at::Tensor, 3> projections(int index, const Attention& parts, const at::Tensor& x,
                                          const ForwardContext& context) const {
        if (!m_style.fusedQueries) {
            auto all = Projection::forwardTogether({&parts.qProj, &parts.kProj, &parts.vProj}, x, context);
            return {all[0], all[1], all[2]};
        }
        const auto& layer = m_config.layers[static_cast<std::size_t>(index)];
        const std::int64_t q = std::int64_t{layer.heads} * m_config.headDim,
                           kv = std::int64_t{layer.kvHeads} * m_config.headDim;
        const auto all = parts.qkvProj.forward(x, context);
        return {all.narrow(-1, 0, q), all.narrow(-1, q, kv), all.narrow(-1, q + kv, kv)};
    }

    at::Tensor attention(int index, const Block& b, const at::Tensor& x, const ForwardContext& context) const {
        ModuleScope scope(b.path + ".self_attn");
        const auto& parts = *b.attention;
        auto [q, k, v] = projections(index, parts, x, context);
        if (m_style.headNorms) {
            q = normedHeads(q, parts.qNorm);
            k = normedHeads(k, parts.kNorm);
        }
        const auto& settings = m_config.attention;
        if (m_style.projectionNorms) {
            q = normed(q, parts.qNorm, settings.headNormEps);
            k = normed(k, parts.kNorm, settings.headNormEps);
        }
        if (settings.clip > 0)
            for (auto* one : {&q, &k, &v}) *one = at::clamp(*one, -settings.clip, settings.clip);
        const auto layer = static_cast<std::size_t>(index);
        const int window = settings.window(layer);
        const auto& rope = window > 0 ? m_slidingRope : m_rope;
        auto table = rope.upTo((context.cache ? context.cache->length : 0) + x.size(1));
        if (!settings.rotates(layer)) table = {};
        if (settings.ropeOf(layer).interleaved && table.cos.defined())
            for (auto* one : {&q, &k}) *one = ops::halvesFromPairs(*one, m_config.headDim, 2 * table.cos.size(1));
        const ops::AttentionOptions options{m_config.headDim, settings.scale, settings.softCap, window};
        return parts.oProj.forward(ops::attention(q, k, v, options, table, context.cache, index), context);
    }

    at::Tensor mlp(const Block& b, const at::Tensor& x, const ForwardContext& context) const {
        const auto& parts = *b.mlp;
        if (parts.routed) return parts.routed->forward(x, context);
        ModuleScope scope(b.path + ".mlp");
        const auto halves = m_style.fusedGates ? parts.gateUpProj.forward(x, context).chunk(2, -1)
                                               : Projection::forwardTogether({&parts.gateProj, &parts.upProj}, x, context);
        return parts.downProj.forward(ops::gated(m_config.activation, halves[0], halves[1]), context);
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
        const auto prefix = layerPrefix(i);
        const auto branch = [&](const auto& norms, const auto& projections) {
            for (const auto& one : norms) all[prefix + one.name + ".weight"] = {one.size};
            for (const auto& one : projections) Projection::addShapes(prefix + one.shape.name, one.shape, c.factors, all);
        };
        const auto& layer = c.layers[i];
        if (layer.heads > 0) branch(attentionNorms(style, c, layer), attentionProjections(style, c, layer));
        if (layer.hasMlp()) branch(mlpNorms(style, c), mlpProjections(style, c, layer));
        if (layer.routed()) RoutedMlp::addShapes(prefix, *style.routed, layer, c, all);
    }
    return all;
}

// Columns of o_proj and down_proj say it for fused projections too; what qkv_proj has beyond the queries is keys and values. A branch of which
// nothing is there is none; of a branch that lacks a part, the sizes asked for stay, so that the part is missed by name.
std::vector<LayerShape> layersOf(const DecoderStyle& style, const ModelConfig& c, const NamedTensors& tensors) {
    std::vector<LayerShape> layers;
    for (std::size_t i = 0; i < c.layers.size(); ++i) {
        const auto prefix = layerPrefix(i);
        const auto anyOf = [&](const auto& projections) {
            return std::any_of(projections.begin(), projections.end(), [&](const auto& one) {
                return projectionSize(prefix + one.shape.name, false, c.factors, tensors).in > 0;
            });
        };
        const auto size = [&](const char* name) { return projectionSize(prefix + name, false, c.factors, tensors); };
        auto layer = c.layers[i];
        if (const auto in = size("self_attn.o_proj").in; in > 0) {
            layer.heads = static_cast<int>(in) / c.headDim;
            const auto rows = static_cast<int>(size(style.fusedQueries ? "self_attn.qkv_proj" : "self_attn.k_proj").out);
            if (rows > 0) layer.kvHeads = style.fusedQueries ? (rows / c.headDim - layer.heads) / 2 : rows / c.headDim;
        } else if (!anyOf(attentionProjections(style, c, layer))) {
            layer.heads = layer.kvHeads = 0;
        }
        if (layer.routed()) {
            layer.experts = RoutedMlp::widths(prefix, *style.routed, layer.experts, c.factors, tensors);
        } else if (const auto in = size("mlp.down_proj").in; in > 0) {
            layer.intermediate = static_cast<int>(in);
        } else if (!anyOf(mlpProjections(style, c, layer))) {
            layer.intermediate = 0;
        }
        layers.push_back(layer);
    }
    return layers;
}

}  // namespace

ModelConfig decoderConfig(const ConfigReader& in, double normEps, int headDim, double fraction) {
    ModelConfig c;
    c.vocabulary = in.positive("vocab_size");
    c.hidden = in.positive("hidden_size");
    c.maxPositions = in.positive("max_position_embeddings", 2048);
    c.layers = in.layers();
    c.headDim = in.headDim(c.hidden, c.layers, "hidden_size", {}, headDim);
    c.normEps = in.number("rms_norm_eps", normEps);
    c.attention.headNormEps = c.normEps;
    c.attention.rope = in.rope("rope_theta", 10000, nullptr, false, fraction);
    in.requirePairs(c.attention.rope, c.headDim);
    c.maxPositions = static_cast<int>(c.attention.rope.reach(c.maxPositions));
    c.activation = in.activation("hidden_act", Activation::Silu);
    c.tiedHead = in.flag("tie_word_embeddings", false);
    return c;
}

std::vector<int> optionalWindows(const ConfigReader& in, std::size_t layers) {
    const int window = in.flag("use_sliding_window", false) ? static_cast<int>(in.numberOrNone("sliding_window", 4096)) : 0;
    const double first = in.number("max_window_layers", 28);
    return in.windows(layers, window, [&](std::size_t layer) { return window > 0 && static_cast<double>(layer) >= first; });
}

std::vector<std::pair<std::string, std::string>> partPrefixes() {
    return {
        {"language_model.model.", "model."}, {"model.language_model.", "model."}, {"language_model.lm_head.", "lm_head."}};
}

Family rmsDecoder(std::string id, const DecoderStyle& style,
                  std::function<ModelConfig(const nlohmann::json&, const std::string& subject)> parse) {
    Family family{std::move(id),
                  std::move(parse),
                  [style](const ModelConfig& c) { return shapesOf(style, c); },
                  [style](const ModelConfig& c, const NamedTensors& t) { return layersOf(style, c, t); },
                  [style](const ModelConfig& c, const NamedTensors& t) { return std::make_unique<RmsDecoder>(style, c, t); },
                  [style](const ModelConfig& c, nlohmann::json& written) {
                      if (style.routed)
                          describeRoutedLayers(c, written, style.expertKeys);
                      else
                          describeLayers(c, written);
                      written["hidden_size"] = c.hidden;
                      written["rms_norm_eps"] = c.normEps;
                  },
                  // what a save of the model without its head calls them
                  {{"embed_tokens.", "model.embed_tokens."}, {"layers.", "model.layers."}, {"norm.", "model.norm."}}};
    family.embedding = "model.embed_tokens.weight", family.head = "lm_head.weight";
    return family;
}

}  // namespace lorashear
