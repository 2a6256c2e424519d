#pragma once

#include "core/plan/plan.h"

namespace lorashear {

/// The largest ratios that a plan can reach, over all ways in which an analysis may mark its share of node groups.
struct ReachableRatios {
    double least = 0, most = 0;     ///< equal if marks play no part
    int marks = 0;                  ///< how many node groups get one
    KnowledgeDistribution kindest;  ///< marks that leave `most`
};

/// Before anything is measured (the request's knowledge plays no part). unprunableShare: of the analysis. Marks play no part without
/// useKnowledge and in uniform plans. Where units are cut at once `most` is what is reachable without marks and `least` an estimate.
ReachableRatios reachableRatios(const PlanRequest& request, double unprunableShare);

/// Error(Impossible) if the ratio cannot be reached whatever is marked; the message says how many marks are still unknown. Other errors
/// as makePlan. All zero for a plan that removes nothing.
ReachableRatios requireReachable(const PlanRequest& request, double unprunableShare);

}  // namespace lorashear
