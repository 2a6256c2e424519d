#pragma once

#include "core/knowledge/knowledge_distribution.h"
#include "core/model/config.h"
#include "core/plan/coarse_plan.h"
#include "core/plan/plan_options.h"
#include "core/trace/structure.h"

#include <map>
#include <string>
#include <vector>

namespace lorashear {

/// Limits for one node group. keepMin <= kept <= count.
struct NodeGroupBudget {
    int nodeGroup = 0;
    bool prunable = false;   ///< after protection and knowledge
    std::string reason;      ///< why not; or why a mark was ignored (uniform)
    int mostRemovable = 0;   ///< groups, after minimum and divisor
    int removeExactly = -1;  ///< uniform plans fix it; -1: the ranking decides
};

/// A request resolved against a structure. Which groups go is decided later by saliency; how many of each unit is fixed here.
struct PruningPlan {
    PlanOptions options;
    std::vector<NodeGroupBudget> budgets;      ///< by node group id
    std::map<std::string, int> remove;         ///< of every unit that takes part, by Unit::id
    std::map<std::string, double> parameters;  ///< that these save
    Edits edits;  ///< what is cut at once, before a method trains; without scores which of them go is an example
    double expectedRatio = 0;  ///< parameters that those counts remove over all; exact when groups of a kind cost the same
    double largestRatio = 0;   ///< what protections, minimums and shares leave reachable

    int removed(const std::string& unit) const;  ///< groups of that unit; 0 if it takes no part
    int removed() const;                         ///< groups of all units that fade: what a method has to do
    struct MissedShare {
        std::string unit;  ///< Unit::id
        double is = 0, asked = 0;
    };
    /// Where the plan differs by more than a twentieth from a share that was asked for, since steps are too coarse or a unit has too little.
    std::vector<MissedShare> missedShares() const;
    std::vector<std::string> notes() const;  ///< these, in sentences
};

/// What a plan is made from. References outlive the call.
struct PlanRequest {
    const Structure& structure;
    const PlanOptions& options;
    const KnowledgeDistribution* knowledge = nullptr;
    const ModelConfig* config = nullptr;                ///< needed where a unit takes part that is cut at once
    const UnitScores* scores = nullptr;                 ///< of those units; null: how many go, and any of them as an example
    const std::vector<bool>* requiredTokens = nullptr;  ///< CoarseTask::requiredTokens
};

/// Throws Error(Impossible) naming the largest reachable ratio, Error(BadRecipe) for values out of range (subject "/plan/…"),
/// Error(Unsupported) for a unit that this model does not have or that cannot be cut in it.
/// Meets the request within one group of the finest unit; with a divisor within one divisor of them, uniform: one per layer.
/// Options that are not enabled give a plan in which nothing goes. Takes microseconds where nothing is cut at once, milliseconds otherwise: a slider may call it on every move.
PruningPlan makePlan(const PlanRequest& request);
PruningPlan makePlan(const Structure& structure, const PlanOptions& options,
                     const KnowledgeDistribution* knowledge = nullptr);

/// PruningPlan::largestRatio of such a plan; 0 if nothing can go. The ratio in the options plays no part.
double largestRatio(const PlanRequest& request);
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
