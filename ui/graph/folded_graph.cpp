#include "ui/graph/folded_graph.h"

#include <algorithm>
#include <map>
#include <string_view>

namespace lorashear::ui {

namespace {

/// "a.b.c" -> "a", "a.b", "a.b.c"
std::vector<std::string> prefixes(const std::string& scope) {
    std::vector<std::string> all;
    for (std::size_t dot = scope.find('.'); dot != std::string::npos; dot = scope.find('.', dot + 1))
        all.push_back(scope.substr(0, dot));
    if (!scope.empty()) all.push_back(scope);
    return all;
}

std::string lastPart(const std::string& scope) {
    const std::size_t dot = scope.rfind('.');
    return dot == std::string::npos ? scope : scope.substr(dot + 1);
}

bool isNumber(const std::string& text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// Modules that hold blocks or other modules beside them: never drawn as a box of their own.
std::set<std::string> containers(const TraceGraph& graph) {
    std::set<std::string> all;
    for (const TraceNode& node : graph.nodes) {
        const std::vector<std::string> path = prefixes(node.scope);
        for (std::size_t i = 0; i + 1 < path.size(); ++i) {
            if (node.layer >= 0 && isNumber(lastPart(path[i]))) break;  // the block itself can be folded
            all.insert(path[i]);
            if (node.layer < 0) break;  // outside the blocks one level is enough: "model", but not "model.rotary"
        }
    }
    return all;
}

std::string operatorTitle(const TraceNode& node) {
    const std::size_t colon = node.op.rfind(':');
    return colon == std::string::npos ? node.op : node.op.substr(colon + 1);
}

std::string shapeText(const TraceNode& node) {
    std::string text;
    for (std::int64_t size : node.shape) text += (text.empty() ? "" : " × ") + std::to_string(size);
    return text;
}

std::string moduleTitle(const std::string& scope, int layer) {
    const std::string last = lastPart(scope);
    return layer >= 0 && isNumber(last) ? "Block " + last : last;
}

/// What folding asks of a graph.
struct Scopes {
    explicit Scopes(const TraceGraph& graph)
        : always(containers(graph)), adapted(adaptedScopes(graph)), stacks(stacksOf(graph)) {
        for (const TraceNode& node : graph.nodes)
            for (const std::string& scope : prefixes(node.scope)) ++population[scope];
    }
    std::set<std::string> always, adapted;  ///< never boxes of their own
    std::vector<BlockStack> stacks;
    std::map<std::string, int> population;  ///< operators by module
};

/// The scope whose box holds the node, "" when the node is a box itself.
std::string foldedScope(const TraceNode& node, const std::set<std::string>& open, const Scopes& scopes) {
    const auto& population = scopes.population;
    const BlockStack* stack = node.layer >= 0 ? stackAround(scopes.stacks, node.scope) : nullptr;
    if (stack && !open.count(stack->scope)) return stack->scope;
    for (const std::string& scope : prefixes(node.scope)) {
        if (scopes.always.count(scope) || open.count(scope) || scopes.adapted.count(scope)) continue;
        const auto count = population.find(scope);
        return count != population.end() && count->second > 1 ? scope : std::string();
    }
    return {};
}

FoldBox operatorBox(const TraceNode& node) {
    FoldBox box;
    box.key = "node:" + std::to_string(node.id);
    box.scope = node.scope;
    box.layer = node.layer;
    const bool named = !node.parameters.empty() && !node.scope.empty();
    box.title = named ? lastPart(node.scope) : operatorTitle(node);
    box.subtitle = named ? operatorTitle(node) + (node.shape.empty() ? "" : "  " + shapeText(node)) : shapeText(node);
    return box;
}

/// A and B with the linear that they belong to, so that a reader of one box knows it; what scales B's result is B's.
void nameAdapterPart(FoldBox& box, AdapterPart part, const TraceNode& node) {
    box.part = part;
    const std::string linear = lastPart(node.scope);
    const auto last = [&] { return node.shape.empty() ? std::string() : std::to_string(node.shape.back()); };
    if (part == AdapterPart::Down) box.title = "LoRA A", box.subtitle = linear + ", rank " + last();
    if (part == AdapterPart::Up) box.title = "LoRA B", box.subtitle = linear + ", " + last() + " wide";
    if (part == AdapterPart::Merge) box.title = "+", box.subtitle = linear + " and its adapter merge";
}

void nameFolded(FoldBox& box, const Scopes& scopes) {
    box.subtitle = std::to_string(box.nodes.size()) + " operators";
    for (const BlockStack& stack : scopes.stacks) {
        if (stack.scope != box.scope) continue;
        box.title = std::to_string(stack.blocks()) + " × block";
        box.subtitle = std::to_string(stack.first) + " to " + std::to_string(stack.last) + ", equal";
        box.layer = -1;
    }
}

/// Around what is open, and around the linears whose adapters stand beside them.
void addFrames(FoldedGraph& folded, std::set<std::string> open, const std::set<std::string>& adapted) {
    open.insert(adapted.begin(), adapted.end());
    for (const std::string& scope : open) {
        FoldFrame frame{scope, moduleTitle(scope, 0), {}};
        for (int i = 0; i < int(folded.boxes.size()); ++i) {
            const std::string& inside = folded.boxes[std::size_t(i)].scope;
            const bool self = folded.boxes[std::size_t(i)].folded && inside == scope;
            if (!self && (inside == scope || inside.starts_with(scope + "."))) frame.boxes.push_back(i);
        }
        // A module of one operator is that operator's box and needs nothing around it.
        const bool itself = frame.boxes.size() == 1 && !folded.boxes[std::size_t(frame.boxes.front())].folded &&
                            folded.boxes[std::size_t(frame.boxes.front())].scope == scope;
        if (!frame.boxes.empty() && !itself) folded.frames.push_back(std::move(frame));
    }
}

}  // namespace

FoldedGraph foldGraph(const TraceGraph& graph, const std::set<std::string>& open) {
    const Scopes scopes(graph);
    const std::vector<AdapterPart> parts = adapterParts(graph);
    FoldedGraph folded;
    std::map<std::string, int> byKey;
    folded.boxesByNode.assign(graph.nodes.size(), -1);
    for (const TraceNode& node : graph.nodes) {
        const AdapterPart part = parts[std::size_t(node.id)];
        const std::string scope = foldedScope(node, open, scopes);
        std::string key = scope.empty() ? "node:" + std::to_string(node.id) : "scope:" + scope;
        if (scope.empty() && part == AdapterPart::Scale)  // in the box of B
            for (const int input : node.inputs)
                if (input < node.id && parts[std::size_t(input)] >= AdapterPart::Up)
                    key = folded.boxes[std::size_t(folded.boxOfNode(input))].key;
        const auto [at, fresh] = byKey.emplace(key, int(folded.boxes.size()));
        if (fresh && scope.empty()) {
            folded.boxes.push_back(operatorBox(node));
            nameAdapterPart(folded.boxes.back(), part, node);
        }
        if (fresh && !scope.empty())
            folded.boxes.push_back(
                {key, scope, moduleTitle(scope, node.layer), {}, true, node.layer, {}, AdapterPart::None});
        folded.boxes[std::size_t(at->second)].nodes.push_back(node.id);
        folded.boxesByNode[std::size_t(node.id)] = at->second;
    }
    for (FoldBox& box : folded.boxes)
        if (box.folded) nameFolded(box, scopes);

    std::set<std::pair<int, int>> seen;
    for (const TraceNode& node : graph.nodes)
        for (int input : node.inputs) {
            if (input < 0 || input >= int(folded.boxesByNode.size())) continue;
            const std::pair edge{folded.boxesByNode[std::size_t(input)], folded.boxesByNode[std::size_t(node.id)]};
            if (edge.first < edge.second && seen.insert(edge).second)
                folded.edges.push_back(edge);  // boxes are in order of execution
        }
    addFrames(folded, open, scopes.adapted);
    return folded;
}

int FoldedGraph::boxOfNode(int node) const {
    return node >= 0 && node < int(boxesByNode.size()) ? boxesByNode[std::size_t(node)] : -1;
}

int FoldedGraph::find(const std::string& key) const {
    const auto at = std::find_if(boxes.begin(), boxes.end(), [&](const FoldBox& box) { return box.key == key; });
    return at == boxes.end() ? -1 : int(at - boxes.begin());
}

std::string enclosingScope(const FoldBox& box, const std::set<std::string>& open) {
    std::string innermost;
    for (const std::string& scope : open)
        if (liesInStack(box.scope, scope)) innermost = scope;
    for (const std::string& scope : prefixes(box.scope))
        if (open.count(scope)) innermost = scope;
    return innermost;
}

std::set<std::string> scopesAround(const TraceGraph& graph, int node) {
    const std::set<std::string> always = containers(graph);
    const std::vector<BlockStack> stacks = stacksOf(graph);
    std::set<std::string> around;
    if (const BlockStack* stack = stackAround(stacks, graph.nodes.at(std::size_t(node)).scope)) around.insert(stack->scope);
    for (const std::string& scope : prefixes(graph.nodes.at(std::size_t(node)).scope))
        if (!always.count(scope)) around.insert(scope);
    return around;
}

std::string baseTensor(const std::string& tensor) {
    for (std::string_view adapter : {".lora_A.", ".lora_B."}) {
        const std::size_t at = tensor.find(adapter);
        if (at != std::string::npos) return tensor.substr(0, at) + "." + tensor.substr(at + adapter.size());
    }
    return tensor;
}

namespace {

bool cuts(const NodeGroup& group, const std::set<std::string>& tensors) {
    const auto named = [&](const GroupSlice& slice) { return tensors.count(slice.tensor) > 0; };
    return std::any_of(group.primary.begin(), group.primary.end(), named) ||
           std::any_of(group.secondary.begin(), group.secondary.end(), named);
}

CutTogether gather(const Structure& structure, std::vector<int> nodeGroups) {
    CutTogether cut;
    cut.nodeGroups = std::move(nodeGroups);
    for (int id : cut.nodeGroups) {
        const NodeGroup& group = structure.nodeGroups[std::size_t(id)];
        for (const auto* slices : {&group.primary, &group.secondary})
            for (const GroupSlice& slice : *slices) {
                cut.tensors.insert(slice.tensor);
                (slice.dim == 0 ? cut.byRows : cut.byColumns).insert(slice.tensor);
            }
        cut.nodes.insert(group.nodes.begin(), group.nodes.end());
    }
    for (const TraceNode& node : structure.graph.nodes)
        for (const std::string& parameter : node.parameters)
            if (cut.tensors.count(baseTensor(parameter))) cut.nodes.insert(node.id);
    return cut;
}

std::vector<int> preferPrunable(const Structure& structure, const std::vector<int>& all) {
    std::vector<int> prunable;
    for (int id : all)
        if (structure.nodeGroups[std::size_t(id)].prunable) prunable.push_back(id);
    return prunable.empty() ? all : prunable;
}

}  // namespace

std::vector<int> nodeGroupsCutting(const Structure& structure, const std::vector<std::string>& tensors) {
    std::set<std::string> bases;
    for (const std::string& tensor : tensors) bases.insert(baseTensor(tensor));
    std::vector<int> found;
    for (const NodeGroup& group : structure.nodeGroups)
        if (cuts(group, bases)) found.push_back(group.id);
    return found;
}

std::vector<int> nodeGroupsOfNode(const Structure& structure, int node) {
    std::vector<int> found = nodeGroupsCutting(structure, structure.graph.nodes.at(std::size_t(node)).parameters);
    if (!found.empty()) return found;
    for (const NodeGroup& group : structure.nodeGroups)
        if (std::find(group.nodes.begin(), group.nodes.end(), node) != group.nodes.end()) found.push_back(group.id);
    return found;
}

CutWays waysCut(const CutTogether& cut, const std::string& tensor) {
    const std::string base = baseTensor(tensor);
    CutWays ways{cut.byRows.count(base) > 0, cut.byColumns.count(base) > 0};
    if (base != tensor) {  // rows of W are rows of B, columns of W are columns of A
        const bool down = tensor.find(".lora_A.") != std::string::npos;
        ways.rows = ways.rows && !down, ways.columns = ways.columns && down;
    }
    return ways;
}

std::vector<std::vector<int>> nodeGroupsByBox(const Structure& structure, const FoldedGraph& folded) {
    std::vector<std::vector<int>> found(folded.boxes.size());
    for (const NodeGroup& group : structure.nodeGroups)
        for (const int node : group.nodes) {
            const int box = folded.boxOfNode(node);
            if (box >= 0 && (found[std::size_t(box)].empty() || found[std::size_t(box)].back() != group.id))
                found[std::size_t(box)].push_back(group.id);
        }
    return found;
}

CutTogether cutWithTensors(const Structure& structure, const std::vector<std::string>& tensors) {
    return gather(structure, preferPrunable(structure, nodeGroupsCutting(structure, tensors)));
}

CutTogether cutWithNode(const Structure& structure, int node) {
    return gather(structure, preferPrunable(structure, nodeGroupsOfNode(structure, node)));
}

CutTogether cutWithNodeGroup(const Structure& structure, int nodeGroup) {
    if (nodeGroup < 0 || nodeGroup >= int(structure.nodeGroups.size())) return {};
    return gather(structure, {nodeGroup});
}

}  // namespace lorashear::ui
