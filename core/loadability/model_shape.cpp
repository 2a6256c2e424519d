#include "core/loadability/model_shape.h"

#include <algorithm>

namespace lorashear {

namespace {

int share(int whole, int groups, int removed) {
    return groups > 0 ? whole - whole / groups * removed : whole;
}

}  // namespace

bool ModelShape::uniform() const {
    return alike(layers);
}

ModelShape shapeOf(const ModelConfig& config) {
    const auto& windows = config.attention.windows;
    return {config.family,
            config.hidden,
            config.headDim,
            config.vocabulary,
            config.layers,
            std::any_of(windows.begin(), windows.end(), [](int window) { return window > 0; }),
            static_cast<int>(config.factors.size()),
            ropeScalingName(config.attention.rope.scaling)};
}

ModelShape shapeAfter(const ModelConfig& config, const Structure& structure, const std::vector<int>& removedPerNodeGroup) {
    ModelShape shape = shapeOf(config);
    for (const NodeGroup& group : structure.nodeGroups) {
        const auto id = static_cast<std::size_t>(group.id);
        const int removed = id < removedPerNodeGroup.size() ? removedPerNodeGroup[id] : 0;
        if (removed == 0) continue;
        if (group.unit == UnitKind::Hidden) shape.hidden -= removed;
        if (group.layer < 0 || static_cast<std::size_t>(group.layer) >= shape.layers.size()) continue;
        LayerShape& layer = shape.layers[static_cast<std::size_t>(group.layer)];
        if (group.unit == UnitKind::Attention) {
            layer.heads = share(layer.heads, group.count, removed);
            layer.kvHeads = share(layer.kvHeads, group.count, removed);
        } else if (group.unit == UnitKind::Mlp && group.within >= 0) {
            auto& width = layer.experts.at(static_cast<std::size_t>(group.withinGroup));
            width = share(width, group.count, removed);
        } else if (group.unit == UnitKind::Mlp) {
            layer.intermediate = share(layer.intermediate, group.count, removed);
        }
    }
    // How many experts go is known here, not which.
    for (const NodeGroup& group : structure.nodeGroups) {
        const auto id = static_cast<std::size_t>(group.id);
        if (group.unit != UnitKind::Experts || group.layer < 0 || id >= removedPerNodeGroup.size()) continue;
        auto& experts = shape.layers.at(static_cast<std::size_t>(group.layer)).experts;
        for (int i = 0; i < removedPerNodeGroup[id] && experts.size() > 1; ++i) experts.pop_back();
    }
    return shape;
}

}  // namespace lorashear
