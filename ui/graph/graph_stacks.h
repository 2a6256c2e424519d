#pragma once

#include "core/trace/trace_graph.h"

#include <set>
#include <string>
#include <vector>

namespace lorashear::ui {

/// Blocks that follow each other and are equal, operator by operator: one box as long as nobody opens it.
struct BlockStack {
    std::string scope;   ///< "model.layers.0-29": no module's path, so that it can stand among those that are open
    std::string before;  ///< "model.layers."
    int first = 0, last = 0;
    int blocks() const { return last - first + 1; }
};

/// All stacks of at least two blocks, in order. Blocks are equal whose operators, shapes and parameters are, names of the block left out.
std::vector<BlockStack> stacksOf(const TraceGraph& graph);
/// The stack that a module of that path lies in, or one of the stacks' blocks itself; null: none.
const BlockStack* stackAround(const std::vector<BlockStack>& stacks, const std::string& scope);
/// Whether the module lies in the stack of that scope ("model.layers.0-29"); false for scopes that are no stack's.
bool liesInStack(const std::string& scope, const std::string& stack);

/// What a node of an adapted linear is: these are drawn beside their linear and not folded into it.
enum class AdapterPart {
    None,
    Down,   ///< A: as many columns as the linear
    Up,     ///< B: as many rows as the linear
    Scale,  ///< of what B gives: drawn with it
    Merge,  ///< where both come together
};
/// One entry a node. Linears are told by an operator of their module that reads a lora_A.
std::vector<AdapterPart> adapterParts(const TraceGraph& graph);
/// Modules of adapted linears.
std::set<std::string> adaptedScopes(const TraceGraph& graph);
/// Whether any operator reads an adapter.
bool hasAdapters(const TraceGraph& graph);

}  // namespace lorashear::ui
