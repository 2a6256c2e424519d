#pragma once

#include "core/plan/plan.h"

#include <functional>

namespace lorashear {

/// A plan that is not makePlan()'s, asked before anything is measured, when it is known how many node groups an analysis will mark but not which ones
/// (core/plan/reachable.h answers it for makePlan). Calls `plan` with the request and with several ways to mark: on as few blocks as can be and on
/// the halves that cost least, and spread as widely as can be. Error of `plan` without marks; Error(Impossible) if parts are left out, all blocks are
/// alike and no way leaves enough. Returns the number of marks where some ways do and others do not, 0 otherwise.
int requirePlanUnderMarks(const PlanRequest& request, double unprunableShare,
                          const std::function<PruningPlan(const PlanRequest&)>& plan);

}  // namespace lorashear
