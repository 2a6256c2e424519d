#pragma once

#include "core/plan/plan.h"

namespace lorashear {

/// makePlan() of a request whose units a method has chosen: where none of them can go the hint says what would let some, since nobody has set "take".
PruningPlan planDrops(const PlanRequest& request);

}  // namespace lorashear
