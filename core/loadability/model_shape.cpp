#include "core/loadability/model_shape.h"

#include "core/edits/layer_sizes.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace lorashear {

bool ModelShape::uniform() const {
    return alike(layers);
}

ModelShape shapeOf(const ModelConfig& config) {
    const auto& windows = config.attention.windows;
    const RopeSettings &rope = config.attention.rope, &sliding = config.attention.slidingRope;
    const bool slides = std::any_of(windows.begin(), windows.end(), [](int window) { return window > 0; });
    return {
        config.family,
        config.hidden,
        config.headDim,
        config.vocabulary,
        config.layers,
        slides,
        static_cast<int>(config.factors.size()),
        ropeScalingName(config.attention.rope.scaling),
        slides && config.attention.slidingRopeApart && (sliding.theta != rope.theta || sliding.scaling != RopeScaling::None),
        windows,
        config.routing.normalised,
        config.attention.clip > 0};
}

ModelShape shapeAsStored(const ModelConfig& config) {
    ModelShape shape = shapeOf(config);
    const auto source = nlohmann::json::parse(config.source, nullptr, false);
    shape.newerExpertsKey = source.is_object() && source.contains("num_local_experts") && !source.contains("num_experts");
    return shape;
}

ModelShape shapeAfter(const ModelConfig& config, const Structure& structure, const std::vector<int>& removedPerNodeGroup) {
    ModelShape shape = shapeOf(config);
    const auto lose = [&](const NodeGroup& group) {
        const auto id = static_cast<std::size_t>(group.id);
        const int removed = id < removedPerNodeGroup.size() ? removedPerNodeGroup[id] : 0;
        if (removed == 0) return;
        if (group.unit == UnitKind::Hidden) shape.hidden -= removed;
        if (group.layer < 0 || static_cast<std::size_t>(group.layer) >= shape.layers.size()) return;
        loseGroups(shape.layers[static_cast<std::size_t>(group.layer)], group, removed);
    };
    for (const bool experts : {false, true})  // the neurons inside go first
        for (const NodeGroup& group : structure.nodeGroups)
            if ((group.unit == UnitKind::Experts) == experts) lose(group);
    return shape;
}

}  // namespace lorashear
