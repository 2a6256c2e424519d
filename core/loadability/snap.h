#pragma once

#include "core/loadability/rules.h"
#include "core/plan/plan.h"

#include <string>
#include <vector>

namespace lorashear {

/// How many groups of each node group (by id) a plan removes: exact where the plan fixes it, an even share of each node group's limit
/// otherwise (the run's saliency decides then).
std::vector<int> expectedRemovals(const Structure& structure, const PruningPlan& plan);

/// Adds what a plan cuts at once: groups of its edits, and all groups of sub-layers and experts that go as a whole.
void addCoarseRemovals(const Structure& structure, const PruningPlan& plan, std::vector<int>& removed);

/// What is left when a plan's edits are made and so many groups of every node group (by id) go besides.
ModelShape shapeAfter(const ModelConfig& config, const Structure& structure, const PruningPlan& plan,
                      const std::vector<int>& removed);

/// A plan that a program opens, near to one that it does not.
struct SnappedPlan {
    PlanOptions options;
    PruningPlan plan;
    bool changed = false;  ///< the plan was not loadable as it was
};

/// The plan nearest to `options` that `runtime` opens as it is: equal counts in every layer, a head count that its rules allow, the same
/// ratio as near as they let it, and among those the split nearest to the one asked for. Protections hold: a protected node group keeps its
/// whole unit. Error(Impossible) naming the rule if there is none, errors of makePlan for the request itself.
SnappedPlan snapPlan(const LoadabilityRules& rules, const std::string& runtime, const ModelConfig& config,
                     const Structure& structure, const PlanOptions& options,
                     const KnowledgeDistribution* knowledge = nullptr);

}  // namespace lorashear
