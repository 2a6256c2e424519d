#pragma once

#include "core/knowledge/knowledge_distribution.h"
#include "core/trace/structure.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace lorashear {

/// What the person asks for.
struct PlanOptions {
    double ratio = 0.2;  ///< removed parameters over all parameters of the original (decision 6); 0 < ratio < 1
    std::optional<double>
        attentionShare;        ///< share of the removed parameters taken from attention; absent: one common fraction of both
    int minAttention = 1;      ///< KV groups every node group keeps at least
    int minMlp = 8;            ///< neurons every node group keeps at least
    int attentionDivisor = 1;  ///< kept KV groups per node group are a multiple of it
    int mlpDivisor = 1;        ///< kept neurons per node group are a multiple of it
    /// Equal counts kept in every layer: the result is an ordinary checkpoint. Knowledge marks are ignored then (a mark on one
    /// layer cannot be honoured), `protect` is not: one protected node group keeps all of its kind.
    bool uniform = false;
    std::optional<int>
        attentionKeep;  ///< with uniform: KV groups that every layer keeps, exactly; the MLPs make up the ratio
    std::vector<std::string> protect;  ///< glob patterns on node-group names that must not be pruned ("layers.0.*")
    std::vector<std::string> allow;    ///< patterns that lift the knowledge mark again
    bool useKnowledge = true;          ///< respect KnowledgeDistribution::protectedByRank
};

/// Limits for one node group. keepMin <= kept <= count.
struct NodeGroupBudget {
    int nodeGroup = 0;
    bool prunable = false;   ///< after protection and knowledge
    std::string reason;      ///< why not; or why a mark was ignored (uniform)
    int mostRemovable = 0;   ///< groups, after minimum and divisor
    int removeExactly = -1;  ///< uniform plans fix it; -1: the ranking decides
};

/// A request resolved against a structure. Which groups go is decided later by saliency; how many of each kind is fixed here.
struct PruningPlan {
    PlanOptions options;
    std::vector<NodeGroupBudget> budgets;    ///< by node group id
    int removeAttention = 0, removeMlp = 0;  ///< groups, K per cluster
    double expectedRatio = 0;  ///< parameters that those counts remove over all; exact when groups of a kind cost the same
    double largestRatio = 0;   ///< what protections, minimums and attentionShare leave reachable
};

/// Throws Error(Impossible) naming the largest reachable ratio, Error(BadRecipe) for values out of range (subject "/plan/…").
/// Meets the request within one group of the smaller kind; with a divisor within one divisor of them, uniform: one per layer.
/// Takes microseconds: a slider may call it on every move.
PruningPlan makePlan(const Structure& structure, const PlanOptions& options,
                     const KnowledgeDistribution* knowledge = nullptr);

/// PruningPlan::largestRatio of such a plan; 0 if nothing can go. The ratio in the options plays no part.
double largestRatio(const Structure& structure, const PlanOptions& options,
                    const KnowledgeDistribution* knowledge = nullptr);

/// The lowest-scored groups to take next, sorted, without those in `taken`: together with them they are `fraction` of each
/// cluster's quota, rounded, so that the fractions 1/P, 2/P … 1 end at the quota exactly. Limits and divisors hold at every
/// fraction (a divisor can leave an earlier fraction short by less than one step). Error(Numeric) for a score that is no number.
std::vector<GroupRef> selectGroups(const PruningPlan& plan, const Structure& structure, const GroupSaliency& saliency,
                                   const std::vector<GroupRef>& taken, double fraction);

/// Parameters that removing these groups saves (base tensors), counted exactly where groups of different node groups cross.
std::int64_t removedParameters(const Structure& structure, const std::vector<GroupRef>& removed);

}  // namespace lorashear
