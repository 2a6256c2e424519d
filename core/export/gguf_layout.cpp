#include "core/export/gguf_layout.h"

#include "core/base/error.h"
#include "core/io/gguf_architecture.h"
#include "core/loadability/window_period.h"

#include <algorithm>
#include <cmath>

namespace lorashear {

namespace {

constexpr int kZeroWidth = 32;

[[noreturn]] void unsupported(const std::string& what) {
    throw Error(ErrorCode::Unsupported, "gguf", what, "Export a Hugging Face folder instead.");
}

const GgufArchitecture* ownArchitecture(const std::string& family) {
    for (const auto& architecture : ggufArchitectures())
        if (architecture.family == family) return &architecture;
    return family == "mistral" ? ggufArchitecture("llama") : nullptr;
}

bool mathsOfLlama(const ModelConfig& c) {
    return c.family == "llama" || c.family == "mistral" || c.family == "qwen2" ||
           (c.family == "phi3" && c.attention.rope.fraction == 1);
}

bool fillsHidden(const ModelConfig& c) {
    return std::all_of(c.layers.begin(), c.layers.end(),
                       [&](const LayerShape& layer) { return std::int64_t{layer.heads} * c.headDim == c.hidden; });
}

bool takesSizes(const GgufArchitecture& architecture, const ModelConfig& c) {
    return c.uniform() && (!architecture.headsFillHidden || fillsHidden(c));
}

bool hasWindow(const ModelConfig& c) {
    return std::any_of(c.attention.windows.begin(), c.attention.windows.end(),
                       [&](int window) { return window > 0 && window < c.maxPositions; });
}

void requireRouting(const GgufArchitecture& a, const ModelConfig& c, const std::string& named) {
    for (std::size_t i = 0; i < c.layers.size(); ++i)
        if (c.layers[i].intermediate > 0)
            unsupported("layer " + std::to_string(i) + " has a plain MLP, " + named + " wants experts in every layer");
    if (c.routing.normalised != a.normalisesChosen)
        unsupported(a.normalisesChosen
                        ? "the weights of a token's experts are not divided by their sum, " + named + " divides them"
                        : "the weights of a token's experts are divided by their sum, " + named + " does not divide them");
    if (!a.headsFillHidden) return;
    for (const LayerShape& layer : c.layers)  // heads of zeros would change what norms over all heads divide by
        if (layer.heads > 0 && (std::int64_t{layer.heads} * c.headDim != c.hidden || layer.kvHeads != layer.heads))
            unsupported(named + " wants as many features of queries and of keys as the hidden size has");
}

/// What architectures with tables of their own for it compute; everything else is asked of all of them.
void requireComputed(const GgufArchitecture& a, const ModelConfig& c) {
    const std::string named = "llama.cpp's architecture " + std::string(a.id);
    const bool gemma = a.family == "gemma2" || a.family == "gemma3_text";
    const Activation wanted = a.id == "gptneox"         ? Activation::Gelu
                              : gemma || a.id == "gpt2" ? Activation::GeluTanh
                                                        : Activation::Silu;
    if (c.activation != wanted) unsupported("the model has another activation than " + named);
    if (!gemma && hasWindow(c)) unsupported("models with a sliding window are not written as GGUF: " + named + " has none");
    if (gemma) ggufWindowPeriod(c, 1);
    if ((gemma || a.family == "qwen3" || a.routed()) && c.attentionBias)
        unsupported("the model has biases in attention, " + named + " has none");
    if (c.attention.clip > 0) unsupported("the model clips queries, keys and values, " + named + " does not");
    if (a.routed()) requireRouting(a, c, named);
    if (a.id == "gemma2" && !c.tiedHead) unsupported("the model has a head of its own, " + named + " has not");
    if (a.id == "gemma2" && (c.attention.softCap <= 0 || c.logitSoftCap <= 0))
        unsupported("the model has no caps of scores or logits, " + named + " always has");
    if (a.id != "gemma2" && c.attention.softCap > 0) unsupported("the model caps scores, " + named + " does not");
    if (!gemma && c.logitSoftCap > 0) unsupported("the model caps logits, " + named + " does not");
    const RopeSettings& rope = c.attention.rope;
    if (rope.scaling != RopeScaling::None && rope.scaling != RopeScaling::Linear && rope.scaling != RopeScaling::Llama3)
        unsupported("rotary positions of type \"" + std::string(ropeScalingName(rope.scaling)) +
                    "\" are not written as GGUF");
    if (rope.scaling == RopeScaling::Llama3 && !a.frequencyFactors)
        unsupported("the model scales positions as Llama 3 does, " + named + " does not");
    if (rope.fraction != 1 && rope.fraction != 0 && !a.partialRotary)
        unsupported("positions turn a part of each head, in " + named + " whole heads");
    if (c.attention.slidingRopeApart && c.attention.slidingRope.scaling != RopeScaling::None)
        unsupported("blocks with a window scale positions, in " + named + " they do not");
    const bool rotates = a.id != "gpt2";
    if (rotates && c.headDim % 2 != 0) unsupported("heads have an odd size, " + named + " turns pairs");
}

/// Experts cannot be padded: of a router's row of zeros comes a score like any other. Where all experts are zeros it does no harm.
std::vector<int> commonExperts(const ModelConfig& c) {
    const LayerShape* first = nullptr;
    int width = 0;
    for (std::size_t i = 0; i < c.layers.size(); ++i) {
        const LayerShape& layer = c.layers[i];
        if (!layer.routed()) continue;
        if (!first) first = &layer;
        if (layer.experts.size() != first->experts.size())
            unsupported("layer " + std::to_string(i) + " has " + std::to_string(layer.experts.size()) +
                        " experts, another has " + std::to_string(first->experts.size()) +
                        ": an expert of zeros would still be chosen");
        width = std::max(width, *std::max_element(layer.experts.begin(), layer.experts.end()));
    }
    if (!first) return std::vector<int>(static_cast<std::size_t>(c.routing.expertsPerToken), kZeroWidth);
    return std::vector<int>(first->experts.size(), width);
}

}  // namespace

GgufLayout ggufLayout(const std::vector<LayerShape>& layers) {
    GgufLayout layout;
    for (std::size_t i = 0; i < layers.size(); ++i) {
        GgufLayer layer{layers[i]};
        const bool atEnd = i == 0 || i + 1 == layers.size();
        if (layer.shape.heads == 0 || layer.shape.kvHeads == 0) {
            layer.zeroAttention = atEnd;
            layer.shape.heads = layer.shape.kvHeads = atEnd ? 1 : 0;
        }
        if (layer.shape.intermediate == 0) {
            layer.zeroMlp = true;
            layer.shape.intermediate = kZeroWidth;
        }
        layout.layers.push_back(layer);
    }
    const auto same = [&](const GgufLayer& layer) {
        return !layer.zeroAttention && !layer.zeroMlp && layer.shape == layout.layers.front().shape;
    };
    layout.architecture = std::all_of(layout.layers.begin(), layout.layers.end(), same) ? "llama" : "deci";
    return layout;
}

const GgufArchitecture& ggufArchitectureFor(const ModelConfig& c) {
    const auto* own = ownArchitecture(c.family);
    if (!own) {
        std::string known = "mistral";
        for (const auto& one : ggufArchitectures())
            if (one.id != "deci") known.append(", ").append(one.family);
        throw Error(ErrorCode::Unsupported, "gguf", "models of family \"" + c.family + "\" are not written as GGUF",
                    "GGUF exports exist for the families " + known + "; export a Hugging Face folder instead.");
    }
    const bool factors = c.attention.rope.scaling == RopeScaling::Llama3;
    if (mathsOfLlama(c) && (own->id == "llama" || !takesSizes(*own, c) || factors))
        own = ggufArchitecture(ggufLayout(c.layers).architecture);
    requireComputed(*own, c);
    return *own;
}

bool ggufNeedsPadding(const ModelConfig& config) {
    const auto& architecture = ggufArchitectureFor(config);
    return !architecture.layersMayDiffer && (architecture.routed() || architecture.id != "llama") &&
           !takesSizes(architecture, config);
}

LayerShape ggufCommonShape(const ModelConfig& c) {
    LayerShape common;
    int ratio = 0;
    for (std::size_t i = 0; i < c.layers.size(); ++i) {
        const LayerShape& layer = c.layers[i];
        common.intermediate = std::max(common.intermediate, layer.intermediate);
        if (layer.kvHeads == 0) continue;
        if (ratio == 0) ratio = layer.heads / layer.kvHeads;
        if (layer.heads != ratio * layer.kvHeads)
            unsupported(
                "layer " + std::to_string(i) +
                " has another number of query heads per key/value head than the layers before it, and llama.cpp's architecture "
                "for this family takes one for all");
        common.kvHeads = std::max(common.kvHeads, layer.kvHeads);
    }
    ratio = std::max(ratio, 1);
    common.kvHeads = std::max(common.kvHeads, 1);  // of a model without any attention or MLP: zeros
    const auto& architecture = ggufArchitectureFor(c);
    if (architecture.routed())
        common.experts = commonExperts(c);
    else if (common.intermediate == 0)
        common.intermediate = kZeroWidth;
    if (architecture.headsFillHidden) {
        if (c.hidden % (c.headDim * ratio) != 0)
            unsupported("no number of heads fills the hidden size, as llama.cpp's architecture for this family wants");
        common.kvHeads = std::max(common.kvHeads, c.hidden / (c.headDim * ratio));
    }
    common.heads = ratio * common.kvHeads;
    return common;
}

int ggufWindowPeriod(const ModelConfig& c, int usual) {
    const auto period = windowPeriod(c.attention.windows, usual);
    if (!period.problem.empty())
        unsupported(period.problem + ", and llama.cpp's architecture for this family counts one length at equal distances");
    return period.blocks;
}

double ggufAttentionScale(const GgufArchitecture& architecture, const ModelConfig& c) {
    const bool other = architecture.layersOfOtherScale == static_cast<int>(c.layers.size());
    return 1 / std::sqrt(static_cast<double>(other ? c.hidden / c.layers.front().heads : c.headDim));
}

}  // namespace lorashear
