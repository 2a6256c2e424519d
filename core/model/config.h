#pragma once

#include "core/kernels/activation.h"
#include "core/kernels/rope.h"
#include "core/model/factor.h"

#include <cstdint>
#include <string>
#include <vector>

namespace lorashear {

/// Sizes of one decoder block; blocks may differ after pruning. A block may lack its attention (heads and kvHeads 0), its MLP (intermediate 0) or
/// both: its norms and linears are not there and what comes in passes by. Norms behind a branch (OPT's older form) stay, they are no part of it.
struct LayerShape {
    int heads = 0;                  ///< query heads; 0: no attention
    int kvHeads = 0;                ///< key/value heads; heads % kvHeads == 0
    int intermediate = 0;           ///< MLP width; 0: no MLP, or a routed one
    std::vector<int> experts = {};  ///< widths of a routed MLP's experts; empty: the MLP is not routed
    bool routed() const { return !experts.empty(); }
    bool hasMlp() const { return intermediate > 0 || routed(); }
    bool whole() const { return heads > 0 && hasMlp(); }
    bool operator==(const LayerShape&) const = default;
};

/// Whether one number per size describes all blocks: they are whole, with equally many heads, their plain MLPs of one width, their routed MLPs
/// of equally many experts of one width. Which blocks are routed is not asked: families whose config.json cannot say it have one kind only.
inline bool alike(const std::vector<LayerShape>& layers) {
    const LayerShape *plain = nullptr, *routed = nullptr;
    for (const auto& layer : layers) {
        if (!layer.whole() || layer.heads != layers.front().heads || layer.kvHeads != layers.front().kvHeads) return false;
        auto& first = layer.routed() ? routed : plain;
        if (!first) first = &layer;
        if (layer.intermediate != first->intermediate || layer.experts.size() != first->experts.size()) return false;
        for (int width : layer.experts)
            if (width != first->experts.front()) return false;
    }
    return true;
}

/// How routed MLPs choose among their experts: softmax over all, the largest few, their weights divided by their sum or not.
struct RoutingSettings {
    int expertsPerToken = 0;  ///< 0: no block is routed
    bool normalised = true;   ///< the weights of the chosen experts add up to one
    bool operator==(const RoutingSettings&) const = default;
};

/// What a model's attentions do besides the plain causal form. Sizes are LayerShape's.
struct AttentionSettings {
    double scale = 0;    ///< of the scores; 0: 1 / sqrt(headDim)
    double softCap = 0;  ///< scores become softCap * tanh(score / softCap); 0: they stay
    double clip = 0;     ///< queries, keys and values are cut off at +-clip, before positions; 0: they stay
    std::vector<int>
        windows;  ///< per block: a position sees itself and window - 1 before it, 0: all before it; empty: all 0
    double headNormEps = 1e-6;  ///< of norms over each head, where the family has them
    RopeSettings rope;
    bool slidingRopeApart = false;  ///< blocks with a window have rotary positions of their own
    RopeSettings slidingRope;       ///< these
    std::vector<int> rotary =
        {};  ///< per block: 1 where positions turn queries and keys, 0 where nothing does; empty: all 1

    int window(std::size_t layer) const { return windows.empty() ? 0 : windows[layer]; }
    bool rotates(std::size_t layer) const { return rotary.empty() || rotary[layer] != 0; }
    const RopeSettings& ropeOf(std::size_t layer) const {
        return slidingRopeApart && window(layer) > 0 ? slidingRope : rope;
    }
    /// Whether a cache of keys for `before` positions is of no use in a sequence of `after`.
    bool turnsAnew(std::int64_t before, std::int64_t after) const {
        return rope.turnsAnew(before, after) || (slidingRopeApart && slidingRope.turnsAnew(before, after));
    }
    bool operator==(const AttentionSettings&) const = default;
};

/// What a model's config.json says, in our terms. A plain value: crosses threads and reaches the window.
struct ModelConfig {
    std::string family;  ///< id in the family registry, equal to config.json's model_type ("llama")
    int vocabulary = 0;
    int hidden = 0;
    int headDim = 0;  ///< size of one head; need not be hidden / heads
    int maxPositions = 0;
    std::vector<LayerShape> layers;
    double normEps = 1e-5;
    AttentionSettings attention;
    RoutingSettings routing;
    Activation activation = Activation::Silu;
    double logitSoftCap = 0;  ///< logits become cap * tanh(logit / cap); 0: they stay
    bool tiedHead = false;
    bool attentionBias = false;  ///< q, k and v carry biases, and o where the family has one there
    bool mlpBias = false;
    bool parallelResidual = false;  ///< attention and MLP both read the block's input (families with layer norms)
    bool normsFirst = true;         ///< norms before each branch; false: behind it, and none at the end (the same)
    int embeddingSize = 0;          ///< width of word embeddings and head where it is not hidden; 0: hidden
    bool scaledEmbedding = false;   ///< word embeddings are multiplied by sqrt(hidden)
    double embeddingScale = 1;      ///< word embeddings are multiplied by it
    double branchScale = 1;         ///< what attention and MLP add to the stream is multiplied by it
    double logitScale = 1;          ///< logits are multiplied by it, before they are capped
    bool sharedNorm = false;        ///< parallel branches read one norm (families with layer norms)
    bool normBias = true;           ///< layer norms have biases
    bool headBias = false;          ///< the head has one
    Factors factors;                ///< linears of the blocks that two thin ones stand for
    int bosId = -1;
    std::vector<int> eosIds;
    std::string dtype = "F32";  ///< storage type of the checkpoint
    std::string source;         ///< config.json's text; keys we do not know are written back unchanged

    /// Whether all blocks are whole and have the same sizes, i.e. one ordinary config.json can describe the model.
    bool uniform() const;
};

/// Reads config.json's text; subject names the file in errors. Per-layer lists of head counts and widths (our own
/// exports) are understood. Error(Unsupported) for an unknown model_type names the nearest one we know.
ModelConfig parseConfig(const std::string& text, const std::string& subject);

}  // namespace lorashear
