#include "ui/controller/forecast.h"

#include <algorithm>
#include <numeric>

namespace lorashear::ui {

namespace {

/// Shares `quota` groups of one kind among its node groups in proportion to what each can give, largest remainders first.
void shareEvenly(const Structure& structure, const PruningPlan& plan, UnitKind unit, int quota, std::vector<int>& removed) {
    std::vector<const NodeGroupBudget*> free;
    int capacity = 0;
    for (const NodeGroupBudget& budget : plan.budgets) {
        if (!budget.prunable || structure.nodeGroups[std::size_t(budget.nodeGroup)].unit != unit) continue;
        if (budget.removeExactly >= 0) {
            removed[std::size_t(budget.nodeGroup)] = budget.removeExactly;
            quota -= budget.removeExactly;
            continue;
        }
        free.push_back(&budget);
        capacity += budget.mostRemovable;
    }
    if (capacity == 0 || quota <= 0) return;
    std::vector<std::pair<double, const NodeGroupBudget*>> rests;
    int given = 0;
    for (const NodeGroupBudget* budget : free) {
        const double share = double(quota) * budget->mostRemovable / capacity;
        removed[std::size_t(budget->nodeGroup)] = int(share);
        given += int(share);
        rests.emplace_back(share - int(share), budget);
    }
    std::stable_sort(rests.begin(), rests.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
    for (const auto& [rest, budget] : rests)
        if (given < quota && removed[std::size_t(budget->nodeGroup)] < budget->mostRemovable) {
            ++removed[std::size_t(budget->nodeGroup)];
            ++given;
        }
}

bool covers(const GroupSaliency* saliency, const Structure& structure) {
    if (!saliency || saliency->scores.size() < structure.nodeGroups.size()) return false;
    return std::all_of(structure.nodeGroups.begin(), structure.nodeGroups.end(), [&](const NodeGroup& group) {
        return !group.prunable || saliency->scores[std::size_t(group.id)].size() == std::size_t(group.count);
    });
}

}  // namespace

PlanOutcome makeOutcome(const Structure& structure, const PlanOptions& options, const KnowledgeDistribution* knowledge,
                        const GroupSaliency* saliency) {
    PlanOutcome outcome;
    outcome.removed.assign(structure.nodeGroups.size(), 0);
    try {
        outcome.plan = makePlan(structure, options, knowledge);
        std::vector<GroupRef> groups;
        if (covers(saliency, structure)) {
            groups = selectGroups(*outcome.plan, structure, *saliency, {}, 1.0);
            for (const GroupRef& group : groups) ++outcome.removed[std::size_t(group.nodeGroup)];
        } else {
            shareEvenly(structure, *outcome.plan, UnitKind::Attention, outcome.plan->removeAttention, outcome.removed);
            shareEvenly(structure, *outcome.plan, UnitKind::Mlp, outcome.plan->removeMlp, outcome.removed);
            for (const NodeGroup& group : structure.nodeGroups)
                for (int j = 0; j < outcome.removed[std::size_t(group.id)]; ++j) groups.push_back({group.id, j});
        }
        outcome.removedParameters = removedParameters(structure, groups);
    } catch (const Error& error) {
        outcome.error = error;
    }
    return outcome;
}

}  // namespace lorashear::ui
