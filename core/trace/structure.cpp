#include "core/trace/structure.h"

namespace lorashear {

const NodeGroup* Structure::find(const std::string& name) const {
    for (const auto& group : nodeGroups)
        if (group.name == name) return &group;
    return nullptr;
}

std::int64_t Structure::groupCount(UnitKind unit) const {
    std::int64_t count = 0;
    for (const auto& group : nodeGroups)
        if (group.unit == unit) count += group.count;
    return count;
}

const char* nodeGroupKindName(NodeGroupKind kind) {
    return kind == NodeGroupKind::Composed ? "composed" : "basic";
}

const char* vertexClassName(VertexClass vertexClass) {
    switch (vertexClass) {
        case VertexClass::Stem: return "stem";
        case VertexClass::Joint: return "joint";
        case VertexClass::Accessory: return "accessory";
        case VertexClass::Unknown: return "unknown";
    }
    return "unknown";
}

}  // namespace lorashear
