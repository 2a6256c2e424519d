#include "core/trace/structure.h"

#include <sstream>

namespace lorashear {

namespace {

// Text inside a quoted DOT string.
std::string quoted(const std::string& text) {
    std::string out = "\"";
    for (char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        out += c;
    }
    return out + "\"";
}

// The group whose colour a node takes: the first one it is in, composed before basic, hidden last.
const NodeGroup* groupOf(const Structure& structure, int node) {
    const NodeGroup* best = nullptr;
    for (const auto& group : structure.nodeGroups) {
        if (group.count == 0) continue;
        for (int member : group.nodes)
            if (member == node && (!best || (best->unit == UnitKind::Hidden && group.unit != UnitKind::Hidden)))
                best = &group;
    }
    return best;
}

std::string colourOf(const NodeGroup* group) {
    return group ? unitKindRow(group->unit).fill : "#ffffff";
}

const char* shapeOf(VertexClass vertexClass) {
    switch (vertexClass) {
        case VertexClass::Stem: return "box";
        case VertexClass::Joint: return "diamond";
        case VertexClass::Accessory: return "ellipse";
        case VertexClass::Unknown: return "octagon";
    }
    return "octagon";
}

void writeNode(std::ostringstream& out, const Structure& structure, const TraceNode& node, const char* indent) {
    const auto* group = groupOf(structure, node.id);
    auto label = node.op.substr(node.op.rfind(':') + 1);
    if (!node.scope.empty()) label += "\\n" + node.scope.substr(node.scope.rfind('.') + 1);
    out << indent << "n" << node.id << " [label=\"" << label << "\", shape=" << shapeOf(node.vertexClass)
        << ", fillcolor=" << quoted(colourOf(group))
        << ", tooltip=" << quoted(node.scope + (group ? " · " + group->name : "")) << "];\n";
}

}  // namespace

std::string toDot(const Structure& structure) {
    std::ostringstream out;
    out << "digraph model {\n  rankdir=TB;\n  node [style=filled, fontname=\"sans-serif\"];\n";
    for (int layer = -1; layer < structure.graph.layers; ++layer) {
        if (layer >= 0) out << "  subgraph cluster_" << layer << " {\n    label=\"block " << layer << "\";\n";
        for (const auto& node : structure.graph.nodes)
            if (node.layer == layer) writeNode(out, structure, node, layer < 0 ? "  " : "    ");
        if (layer >= 0) out << "  }\n";
    }
    for (const auto& node : structure.graph.nodes)
        for (int from : node.inputs) out << "  n" << from << " -> n" << node.id << ";\n";
    out << "}\n";
    return out.str();
}

}  // namespace lorashear
