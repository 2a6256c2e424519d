#pragma once

#include "core/model/config_json.h"
#include "core/model/family.h"

#include <string>
#include <vector>

namespace lorashear {

/// How the rows of a block's projections are divided between queries, keys and values.
enum class ProjectionLayout {
    Apart,    ///< three linears: q, k, v
    Stacked,  ///< one linear, all of q above all of k above all of v
    PerHead,  ///< one linear, head by head: q, k and v of the first head, of the second, ...
};

/// Tensor names and habits of a family of decoders with layer norms (gain and bias), as many key/value heads as query heads, and
/// MLPs without a gate. Names inside a block are relative to it.
struct LayerNormStyle {
    std::string embedding, lastNorm, head;
    std::string positions;              ///< table of learned positions; empty: rotary ones
    int firstPosition = 0;              ///< its row for position 0
    std::string projectIn, projectOut;  ///< between the width of word embeddings and the hidden one, where these differ
    std::string blocks;                 ///< "model.layers."
    std::string attentionNorm, mlpNorm;
    std::string attention, mlp;            ///< modules, for the trace; mlp may be empty
    std::vector<std::string> projections;  ///< three or one, see layout
    ProjectionLayout layout = ProjectionLayout::Apart;
    std::string output, up, down;
    bool transposed = false;  ///< weights of the blocks' linears are stored [in, out]
    /// Of config.json. "head_dim" is written by exports of pruned models for the sake of reading it back: other programs take hidden / heads for these
    /// families, so that a model with fewer heads is theirs only after padding.
    LayerKeys keys;
};

/// A family of this style. parse: Family::parse. otherPrefixes: Family::otherPrefixes.
Family layerNormDecoder(std::string id, const LayerNormStyle& style,
                        std::function<ModelConfig(const nlohmann::json&, const std::string& subject)> parse,
                        std::vector<std::pair<std::string, std::string>> otherPrefixes);

}  // namespace lorashear
