#pragma once

#include "core/model/config.h"
#include "core/trace/structure.h"

#include <string>
#include <vector>

namespace lorashear {

/// What the loadability rules look at.
struct ModelShape {
    std::string family;
    int hidden = 0, headDim = 0, vocabulary = 0;
    std::vector<LayerShape> layers;
    bool slidingWindow = false;  ///< some layer looks back only so far
    int factored = 0;            ///< linears that two thin ones stand for
    std::string positions =
        ropeScalingName(RopeScaling::None);  ///< how rotary positions are scaled, as config.json spells it
    bool twoBases = false;          ///< layers with a window turn positions at another base than the others, or stretch them
    std::vector<int> windows = {};  ///< of each layer, 0: it looks back all the way; empty: all do
    bool normalised = true;         ///< the weights of a token's experts are divided by their sum
    bool clips = false;             ///< queries, keys and values are cut off
    bool newerExpertsKey = false;   ///< config.json counts experts by a name that transformers 4 does not read
    bool uniform() const;
};

ModelShape shapeOf(const ModelConfig& config);

/// The same of a folder as it lies there: how its config.json spells things counts, too, where exports write what all versions read.
ModelShape shapeAsStored(const ModelConfig& config);

/// What is left of a model when so many groups of each node group (by id) go.
ModelShape shapeAfter(const ModelConfig& config, const Structure& structure, const std::vector<int>& removedPerNodeGroup);

}  // namespace lorashear
