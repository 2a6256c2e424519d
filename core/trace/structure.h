#pragma once

#include "core/trace/trace_graph.h"
#include "core/trace/unit_kinds.h"

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace lorashear {

enum class NodeGroupKind {
    Basic,
    Composed,  ///< of a composed operator; its output vertices overlap a basic one (algorithm.md 2.1, 2.5)
};

/// Where the groups of a node group lie in one tensor: group j owns indices
/// [offset + j * stride, offset + j * stride + length) of dimension dim.
struct GroupSlice {
    std::string
        tensor;   ///< checkpoint name, e.g. "model.layers.0.mlp.gate_proj.weight" (base tensors and biases, no adapters)
    int dim = 0;  ///< 0: rows (for biases the only one), 1: columns
    std::int64_t offset = 0, stride = 1, length = 1;
    std::int64_t begin(std::int64_t group) const { return offset + group * stride; }
    bool operator==(const GroupSlice&) const = default;
};

/// A minimally removable structure repeated `count` times: removing group j means cutting slice j of every tensor below.
/// Adapters follow their linear: rows of W are rows of lora_B, columns of W are columns of lora_A.
struct NodeGroup {
    int id = 0;        ///< index in Structure::nodeGroups
    std::string name;  ///< "layers.0.attention", "layers.0.mlp", "hidden", "vocabulary"
    NodeGroupKind kind = NodeGroupKind::Basic;
    UnitKind unit = UnitKind::Other;
    int layer = -1;
    bool prunable = false;
    std::string reason;                   ///< why not, in words; empty when prunable
    int count = 0;                        ///< number of groups
    std::vector<GroupSlice> primary;      ///< rows that become zero: [x]_g of the paper
    std::vector<GroupSlice> secondary;    ///< consumers' columns, cut in the second pass
    std::int64_t parametersPerGroup = 0;  ///< base parameters that one group's removal saves, primary and secondary
    std::vector<int> nodes;               ///< trace nodes in it; may overlap other node groups
    std::vector<std::string> normGains;   ///< primary tensors that are gains of root-mean-square norms over these groups
    double gainOffset = 0;                ///< such a norm multiplies by gainOffset + gain
    bool cuttable = false;  ///< an edit can remove its groups (core/edits), also where training cannot fade them (prunable)
    int minimum = 1;        ///< groups that must stay at least; of experts: as many as each token uses
    /// Tensors that go as a whole with a group: wholes[j] are group j's, in the same order for all groups. In the smaller model those of the
    /// groups that stay take the names of the first groups: its wholes[i] are what wholes[j] were, j the i-th group that stays.
    std::vector<std::vector<std::string>> wholes;
    int within = -1,
        withinGroup = -1;  ///< all its tensors go with this group of that node group (neurons of one expert); -1: with none
};

/// One group of one node group.
struct GroupRef {
    int nodeGroup = 0;
    int index = 0;
    auto operator<=>(const GroupRef&) const = default;  // NOLINT(modernize-use-nullptr): clang-tidy 14 sees its 0
};

/// Tensors of one block that go when a sub-layer is left out, its norms included.
struct SubLayer {
    std::vector<std::string> tensors;  ///< empty: the block has no such sub-layer
    std::int64_t parameters = 0;
};

/// What can be left out of one block.
struct BlockParts {
    SubLayer attention, mlp;
};

/// A whole linear inside a block.
struct LinearSize {
    std::int64_t out = 0, in = 0;
    bool bias = false;
    bool transposed = false;  ///< the checkpoint stores [in, out]
};

/// Everything tracing finds. Immutable once made; shared between threads as shared_ptr<const Structure>.
struct Structure {
    TraceGraph graph;
    std::vector<NodeGroup> nodeGroups;
    std::int64_t parameters = 0;  ///< of the whole model, embeddings included: the denominator of every ratio
    /// Linears in no prunable group, with the reason; empty reason never happens.
    std::vector<std::pair<std::string, std::string>> notPrunable;
    std::map<std::string, std::vector<std::int64_t>> tensors;  ///< shapes of all tensors of the model, by checkpoint name
    std::string blockPrefix;                    ///< what stands before a block's number in tensor names, "model.layers."
    std::vector<BlockParts> parts;              ///< by block
    std::map<std::string, LinearSize> linears;  ///< of the blocks, by module path, without those that are factored already

    const NodeGroup* find(const std::string& name) const;
    /// Number of groups over all node groups of a kind (prunable or not).
    std::int64_t groupCount(UnitKind unit) const;
};

const char* nodeGroupKindName(NodeGroupKind kind);

nlohmann::json toJson(const Structure& structure);  ///< schema in core/trace/README.md; keys as `lorashear inspect --json`
std::string toDot(const Structure& structure);      ///< Graphviz: nodes by block, node groups as colours

}  // namespace lorashear
