#include "ui/controller/forecast.h"

#include "core/loadability/snap.h"
#include "core/prune/method_table.h"

#include <algorithm>
#include <cmath>

namespace lorashear::ui {

namespace {

bool covers(const GroupSaliency* saliency, const Structure& structure) {
    if (!saliency) return false;
    const auto& scores = saliency->scores;
    return std::all_of(structure.nodeGroups.begin(), structure.nodeGroups.end(), [&](const NodeGroup& group) {
        const auto id = std::size_t(group.id);
        return !group.prunable || (id < scores.size() && scores[id].size() == std::size_t(group.count));
    });
}

/// -1 where it cannot be said: values that are out of range.
double reachable(const PlanRequest& request) {
    try {
        return largestRatio(request);
    } catch (const Error&) {
        return -1;
    }
}

}  // namespace

PlanOutcome makeOutcome(const Structure& structure, const ModelConfig* config, const PlanOptions& options,
                        const KnowledgeDistribution* knowledge, const GroupSaliency* saliency,
                        const Recipe::Method* method) {
    PlanOutcome outcome;
    outcome.removed.assign(structure.nodeGroups.size(), 0);
    try {
        const PlanRequest request{structure, options, knowledge, config};
        outcome.plan = method ? planUnder(method->id, method->optionsJson, request) : makePlan(request);
        const PruningPlan& plan = *outcome.plan;
        outcome.largest = plan.largestRatio;
        std::vector<GroupRef> groups;
        if (covers(saliency, structure)) {
            groups = selectGroups(plan, structure, *saliency, {}, 1.0);
            for (const GroupRef& group : groups) ++outcome.removed[std::size_t(group.nodeGroup)];
            addCoarseRemovals(structure, plan, outcome.removed);
            outcome.ranked = groups;
            outcome.ranking = PlanOutcome::Ranking::Estimate;
            outcome.rankedBy = saliency->proxy;
        } else {
            outcome.removed = expectedRemovals(structure, plan);
            for (const NodeGroup& group : structure.nodeGroups)
                for (int j = 0; j < outcome.removed[std::size_t(group.id)]; ++j) groups.push_back({group.id, j});
        }
        outcome.removedParameters = plan.edits.empty() ? removedParameters(structure, groups)
                                                       : std::llround(plan.expectedRatio * double(structure.parameters));
    } catch (const Error& error) {
        outcome.error = error;
        outcome.largest = reachable({structure, options, knowledge, config});
    }
    return outcome;
}

}  // namespace lorashear::ui
