#include "core/base/error.h"
#include "core/plan/lanes.h"
#include "core/plan/plan.h"

#include <algorithm>

namespace lorashear {

namespace {

Lane laneOf(const NodeGroup& group, const NodeGroupBudget& budget, const GroupSaliency& saliency,
            const std::vector<GroupRef>& taken) {
    const auto id = static_cast<std::size_t>(group.id);
    if (id >= saliency.scores.size() || saliency.scores[id].size() != static_cast<std::size_t>(group.count))
        throw Error(ErrorCode::Internal, group.name, "there is no saliency for every group of this node group");
    Lane lane;
    lane.id = group.id;
    lane.count = group.count;
    lane.mostRemovable = budget.mostRemovable;
    lane.removeExactly = budget.removeExactly;
    std::vector<bool> closed(static_cast<std::size_t>(group.count), false);
    for (const auto& ref : taken)
        if (ref.nodeGroup == group.id) closed.at(static_cast<std::size_t>(ref.index)) = true;
    lane.taken = static_cast<int>(std::count(closed.begin(), closed.end(), true));
    orderLane(lane, group.name, saliency.scores[id], closed);
    return lane;
}

}  // namespace

std::vector<GroupRef> selectGroups(const PruningPlan& plan, const Structure& structure, const GroupSaliency& saliency,
                                   const std::vector<GroupRef>& taken, double fraction) {
    if (!(fraction >= 0 && fraction <= 1))
        throw Error(ErrorCode::Internal, "selectGroups", "the fraction must lie between 0 and 1");
    if (plan.budgets.size() != structure.nodeGroups.size())
        throw Error(ErrorCode::Internal, "selectGroups", "the plan was made for another structure");
    std::vector<GroupRef> chosen;
    for (const Unit& unit : unitTable()) {
        if (!unit.fades) continue;
        const int quota = plan.removed(unit.id);
        std::vector<Lane> lanes;
        for (const auto& group : structure.nodeGroups) {
            const auto& budget = plan.budgets[static_cast<std::size_t>(group.id)];
            if (unitOf(group) == &unit && budget.prunable && quota > 0)
                lanes.push_back(laneOf(group, budget, saliency, taken));
        }
        if (lanes.empty()) continue;
        if (plan.options.uniform)
            selectFixed(lanes, fraction, chosen);
        else
            selectRanked(lanes, plan.options.units.at(unit.id).divisor, quota, fraction, chosen);
    }
    std::sort(chosen.begin(), chosen.end());
    return chosen;
}

}  // namespace lorashear
