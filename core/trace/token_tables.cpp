#include "core/trace/token_tables.h"

#include <algorithm>
#include <set>

namespace lorashear {

const NodeGroup* vocabularyOf(const Structure& structure) {
    const auto found = std::find_if(structure.nodeGroups.begin(), structure.nodeGroups.end(),
                                    [](const NodeGroup& group) { return group.unit == UnitKind::Vocabulary; });
    return found == structure.nodeGroups.end() ? nullptr : &*found;
}

std::vector<std::string> tokenTables(const Structure& structure, std::int64_t rows) {
    std::set<std::string> tables;
    for (const TraceNode& node : structure.graph.nodes) {
        if (node.op != "aten::embedding") continue;
        const bool ofTokens = std::any_of(node.inputs.begin(), node.inputs.end(), [&](int input) {
            return structure.graph.nodes.at(static_cast<std::size_t>(input)).op == "input";
        });
        if (ofTokens) tables.insert(node.parameters.begin(), node.parameters.end());
    }
    for (const NodeGroup& group : structure.nodeGroups)
        if (group.unit == UnitKind::Vocabulary)
            for (const GroupSlice& slice : group.primary) tables.insert(slice.tensor);
    std::erase_if(tables, [&](const std::string& name) { return structure.tensors.at(name).front() != rows; });
    return {tables.begin(), tables.end()};
}

}  // namespace lorashear
