#include "core/prune/methods/group_pools.h"

namespace lorashear {

namespace {

void addGroups(GroupPool& pool, const NodeGroup& nodeGroup) {
    for (int j = 0; j < nodeGroup.count; ++j) pool.groups.push_back({nodeGroup.id, j});
}

}  // namespace

std::vector<GroupPool> poolsOf(const PruningPlan& plan, const Structure& structure) {
    std::vector<GroupPool> pools;
    for (const Unit& unit : unitTable()) {
        if (plan.removed(unit.id) == 0) continue;
        GroupPool together{unit.id, {}, plan.removed(unit.id)};
        for (const NodeGroup& nodeGroup : structure.nodeGroups) {
            const auto& budget = plan.budgets.at(static_cast<std::size_t>(nodeGroup.id));
            if (unitOf(nodeGroup) != &unit || !budget.prunable || budget.mostRemovable == 0) continue;
            if (!plan.options.uniform) {
                addGroups(together, nodeGroup);
            } else if (budget.removeExactly > 0) {
                auto& own = pools.emplace_back(GroupPool{nodeGroup.name, {}, budget.removeExactly});
                addGroups(own, nodeGroup);
            }
        }
        if (!together.groups.empty()) pools.push_back(std::move(together));
    }
    return pools;
}

PoolValues poolValues(const std::vector<GroupPool>& pools, double value) {
    PoolValues values;
    for (const GroupPool& pool : pools) values.emplace_back(pool.groups.size(), value);
    return values;
}

GroupSaliency poolSaliency(const Structure& structure, const std::vector<GroupPool>& pools, const PoolValues& values) {
    GroupSaliency saliency;
    for (const NodeGroup& nodeGroup : structure.nodeGroups)
        saliency.scores.emplace_back(static_cast<std::size_t>(nodeGroup.count), 0.0);
    for (std::size_t p = 0; p < pools.size(); ++p)
        for (std::size_t i = 0; i < pools[p].groups.size(); ++i) {
            const GroupRef& group = pools[p].groups[i];
            saliency.scores[static_cast<std::size_t>(group.nodeGroup)][static_cast<std::size_t>(group.index)] = values[p][i];
        }
    return saliency;
}

}  // namespace lorashear
