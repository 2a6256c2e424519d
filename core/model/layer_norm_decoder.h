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
    Grouped,  ///< one linear, group by group: the queries that share the first key/value head, its key, its value, those of the second, ...
};

/// Tensor names and habits of a family of decoders with layer norms. Names inside a block are relative to it.
struct LayerNormStyle {
    std::string embedding, lastNorm, head;
    std::string positions;              ///< table of learned positions; empty: rotary ones
    int firstPosition = 0;              ///< its row for position 0
    std::string projectIn, projectOut;  ///< between the width of word embeddings and the hidden one, where these differ
    std::string blocks;                 ///< "model.layers."
    std::string attentionNorm, mlpNorm;
    std::string sharedNorm;                ///< where ModelConfig::sharedNorm says that both branches read one
    bool gainsFromOne = false;             ///< norms multiply by 1 + weight
    std::string attention, mlp;            ///< modules, for the trace; mlp may be empty
    std::vector<std::string> projections;  ///< three or one, see layout
    ProjectionLayout layout = ProjectionLayout::Apart;
    bool outputBias = true;  ///< output has a bias when queries, keys and values have one
    std::string output, up, down;
    std::string gate;         ///< of MLPs with a gate; empty: they have none
    bool transposed = false;  ///< weights of the blocks' linears are stored [in, out]
    /// Of config.json. "head_dim" is written by exports of pruned models for the sake of reading it back: other programs take hidden / heads for these
    /// families, so that a model with fewer heads is theirs only after padding.
    LayerKeys keys;
};

/// The names that most of these families share: model.embed_tokens, model.layers.N.self_attn.{q,k,v,o}_proj, .mlp.{up,down}_proj, model.norm, lm_head,
/// norms as in Llama.
LayerNormStyle usualLayerNormStyle();

/// The config.json keys that these share; activation, biases and what follows from a style are left to the family. epsKey: of the norms' epsilon.
/// fraction: where the file has no partial_rotary_factor. widening: MLP neurons per hidden channel where it has no width; 0: it must have.
ModelConfig layerNormConfig(const ConfigReader& in, const LayerKeys& keys, const char* epsKey, double fraction = 1,
                            int widening = 0);

/// A family of this style. parse: Family::parse. otherPrefixes: Family::otherPrefixes.
Family layerNormDecoder(std::string id, const LayerNormStyle& style,
                        std::function<ModelConfig(const nlohmann::json&, const std::string& subject)> parse,
                        std::vector<std::pair<std::string, std::string>> otherPrefixes = {});

}  // namespace lorashear
