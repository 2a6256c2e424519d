#pragma once

#include "core/plan/plan.h"

#include <functional>
#include <optional>
#include <string>

namespace lorashear {

/// Whether so much less or more than was asked for goes that a person has to be told: half a per cent of all parameters.
bool missesRatio(const PruningPlan& plan);

/// One change of the options with which the ratio is met more closely.
struct CloserPlan {
    enum class Change {
        Uneven,     ///< layers may keep unequal counts
        Steps,      ///< the unit goes one by one
        TakesPart,  ///< the unit takes part as well
        Ratio,      ///< none of these helps: what goes now is as close as it gets
    } change = Change::Ratio;
    std::string unit;  ///< Unit::id, of Steps and TakesPart
    double ratio = 0;  ///< that goes then
};

using PlanMaker = std::function<PruningPlan(const PlanRequest&)>;

/// The change that comes closest to the ratio of the request, whose plan this is; of those that meet it the one that asks for least, in the order of
/// CloserPlan::Change. A handful of plans are made for it.
CloserPlan closerPlan(const PlanRequest& request, const PruningPlan& plan, const PlanMaker& make);

}  // namespace lorashear
