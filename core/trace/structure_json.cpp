#include "core/trace/structure.h"

#include <nlohmann/json.hpp>

namespace lorashear {

namespace {

nlohmann::json slicesJson(const std::vector<GroupSlice>& slices) {
    auto list = nlohmann::json::array();
    for (const auto& slice : slices)
        list.push_back({{"tensor", slice.tensor},
                        {"dim", slice.dim},
                        {"offset", slice.offset},
                        {"stride", slice.stride},
                        {"length", slice.length}});
    return list;
}

nlohmann::json groupJson(const NodeGroup& group) {
    return {{"id", group.id},
            {"name", group.name},
            {"kind", nodeGroupKindName(group.kind)},
            {"unit", unitName(group.unit)},
            {"layer", group.layer},
            {"prunable", group.prunable},
            {"reason", group.reason},
            {"groups", group.count},
            {"parameters_per_group", group.parametersPerGroup},
            {"primary", slicesJson(group.primary)},
            {"secondary", slicesJson(group.secondary)},
            {"cuttable", group.cuttable},
            {"norm_gains", group.normGains},
            {"minimum", group.minimum},
            {"wholes", group.wholes},
            {"nodes", group.nodes}};
}

nlohmann::json nodeJson(const TraceNode& node) {
    return {{"id", node.id},         {"op", node.op},
            {"scope", node.scope},   {"layer", node.layer},
            {"shape", node.shape},   {"class", vertexClassName(node.vertexClass)},
            {"inputs", node.inputs}, {"parameters", node.parameters}};
}

}  // namespace

nlohmann::json toJson(const Structure& structure) {
    nlohmann::json counts = nlohmann::json::object();
    for (const UnitKindRow& row : kUnitKinds) counts[row.id] = structure.groupCount(row.kind);
    auto groups = nlohmann::json::array(), nodes = nlohmann::json::array(), edges = nlohmann::json::array(),
         notPrunable = nlohmann::json::array();
    for (const auto& group : structure.nodeGroups) groups.push_back(groupJson(group));
    for (const auto& node : structure.graph.nodes) {
        nodes.push_back(nodeJson(node));
        for (int from : node.inputs) edges.push_back({from, node.id});
    }
    for (const auto& [linear, reason] : structure.notPrunable)
        notPrunable.push_back({{"linear", linear}, {"reason", reason}});
    return {{"parameters", structure.parameters},
            {"node_groups", groups},
            {"groups", counts},
            {"not_prunable", notPrunable},
            {"graph", {{"layers", structure.graph.layers}, {"nodes", nodes}, {"edges", edges}}}};
}

}  // namespace lorashear
