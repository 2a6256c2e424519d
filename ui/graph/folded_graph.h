#pragma once

#include "core/trace/structure.h"
#include "ui/graph/graph_stacks.h"

#include <set>
#include <string>
#include <vector>

namespace lorashear::ui {

/// One box on the screen: an operator, or a module folded shut.
struct FoldBox {
    std::string
        key;  ///< "scope:model.layers.0" (of a stack "scope:model.layers.0-29") or "node:12"; stays while others open and close
    std::string scope;  ///< of a folded module, else the operator's
    std::string title, subtitle;
    bool folded = false;  ///< Enter opens it
    int layer = -1;
    std::vector<int> nodes;  ///< trace nodes inside
    AdapterPart part = AdapterPart::None;
};

/// An opened module around its boxes.
struct FoldFrame {
    std::string scope, title;
    std::vector<int> boxes;
};

/// The trace graph as far as it is open: boxes, edges between them, frames around open modules. A pure value.
struct FoldedGraph {
    std::vector<FoldBox> boxes;
    std::vector<std::pair<int, int>> edges;  ///< forward in order of execution, distinct
    std::vector<FoldFrame> frames;
    int boxOfNode(int node) const;  ///< -1: none
    int find(const std::string& key) const;
    std::vector<int> boxesByNode;  ///< box of every trace node
};

/// Folds by module scope: modules and stacks of equal blocks in `open` show what is in them, the modules that hold the repeated blocks are always open.
/// A scope of one operator is that operator's box, an adapted linear shows its adapter's A and B beside it and where they merge. Edges against the order of execution (a module entered twice) are left out.
FoldedGraph foldGraph(const TraceGraph& graph, const std::set<std::string>& open);

/// The innermost open scope that holds the box; "" when it lies outside every module that can be closed.
std::string enclosingScope(const FoldBox& box, const std::set<std::string>& open);
/// Scopes that must be open for the operator to be seen.
std::set<std::string> scopesAround(const TraceGraph& graph, int node);

/// What is cut together with a selection.
struct CutTogether {
    std::vector<int> nodeGroups;
    std::set<std::string> tensors;
    std::set<int> nodes;
    std::set<std::string> byRows, byColumns;  ///< of the tensors, how they are cut
};
/// How a tensor is cut; of an adapter's, how the cut of its linear's tensor reaches it.
struct CutWays {
    bool rows = false, columns = false;
};
CutWays waysCut(const CutTogether& cut, const std::string& tensor);
/// Node groups that a box's operators belong to, in order of ids.
std::vector<std::vector<int>> nodeGroupsByBox(const Structure& structure, const FoldedGraph& folded);
/// Base tensor of an adapter's tensor ("….q_proj.lora_A.weight" -> "….q_proj.weight"); others unchanged.
std::string baseTensor(const std::string& tensor);
/// Node groups that cut one of the tensors, prunable or not; those an operator belongs to or whose tensors it reads.
std::vector<int> nodeGroupsCutting(const Structure& structure, const std::vector<std::string>& tensors);
std::vector<int> nodeGroupsOfNode(const Structure& structure, int node);
/// Node groups that cut the tensor: prunable ones, or all when none is.
CutTogether cutWithTensors(const Structure& structure, const std::vector<std::string>& tensors);
CutTogether cutWithNode(const Structure& structure, int node);
CutTogether cutWithNodeGroup(const Structure& structure, int nodeGroup);

}  // namespace lorashear::ui
