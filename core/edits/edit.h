#pragma once

#include "core/model/factor.h"

#include <string>
#include <variant>
#include <vector>

namespace lorashear {

/// Removes groups of one node group (core/trace/structure.h): heads, neurons, channels of the residual stream …
struct RemoveGroups {
    std::string nodeGroup;    ///< NodeGroup::name, "layers.2.mlp"
    std::vector<int> groups;  ///< indices of groups, each once
    bool operator==(const RemoveGroups&) const = default;
};

enum class BlockPart {
    Attention,  ///< the attention sub-layer with its norms; the residual passes through
    Mlp,        ///< the feed-forward sub-layer with its norms
    Block,      ///< both: the block disappears and later ones are renumbered
};

/// Leaves out a whole block, or one of its sub-layers.
struct DropPart {
    int layer = 0;
    BlockPart part = BlockPart::Block;
    bool operator==(const DropPart&) const = default;
};

/// Keeps these rows of embedding and head, renumbered densely in this order.
struct TrimVocabulary {
    std::vector<int> keep;  ///< token ids, increasing
    bool operator==(const TrimVocabulary&) const = default;
};

/// Puts two thin linears in the place of one (core/model/factor.h).
struct FactorLinear {
    std::string linear;  ///< module path, "model.layers.4.mlp.down_proj"
    Factor factor;
    bool operator==(const FactorLinear&) const = default;
};

/// One way of making a model smaller. All names, indices and layer numbers are those of the model that a list of edits is
/// applied to, whatever the other edits of the list do.
using Edit = std::variant<RemoveGroups, DropPart, TrimVocabulary, FactorLinear>;
using Edits = std::vector<Edit>;

const char* blockPartName(BlockPart part);  ///< "attention", "mlp", "block"

}  // namespace lorashear
