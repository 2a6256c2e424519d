#include "core/edits/layer_sizes.h"

namespace lorashear {

void loseGroups(LayerShape& layer, const NodeGroup& group, int removed) {
    switch (group.unit) {
        case UnitKind::Attention:
            if (layer.kvHeads == 0) return;
            layer.heads -= layer.heads / layer.kvHeads * removed;
            layer.kvHeads -= removed;
            return;
        case UnitKind::QueryHeads: layer.heads -= layer.kvHeads * removed; return;
        case UnitKind::Mlp:
            (group.within >= 0 ? layer.experts.at(static_cast<std::size_t>(group.withinGroup)) : layer.intermediate) -=
                removed;
            return;
        case UnitKind::Experts: layer.experts.resize(layer.experts.size() - static_cast<std::size_t>(removed)); return;
        case UnitKind::Hidden:
        case UnitKind::Vocabulary:
        case UnitKind::Other: return;
    }
}

void loseGroups(LayerShape& layer, const NodeGroup& group, const std::set<int>& gone) {
    if (group.unit != UnitKind::Experts) return loseGroups(layer, group, static_cast<int>(gone.size()));
    std::vector<int> left;
    for (std::size_t i = 0; i < layer.experts.size(); ++i)
        if (!gone.contains(static_cast<int>(i))) left.push_back(layer.experts[i]);
    layer.experts = std::move(left);
}

}  // namespace lorashear
