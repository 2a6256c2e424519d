#pragma once

#include "core/plan/quota.h"
#include "core/plan/unit_lanes.h"

#include <functional>
#include <map>
#include <string>

namespace lorashear {

/// The units that fade, one cluster each, in the model that the coarse ones leave (SizesAfter::structure).
using FineRoomOf = std::function<QuotaClusters(const Structure& after)>;

/// What is cut at once, before a pruning method trains: the coarse part of one budget.
struct CoarsePlan {
    std::map<std::string, int> remove;         ///< by Unit::id
    std::map<std::string, double> parameters;  ///< that these save
    Edits edits;
    Structure after;          ///< SizesAfter::structure
    double grain = 0;         ///< parameters of the finest coarse step
    double largestRatio = 0;  ///< of all units together
};

/// Amounts by share (without one: a common fraction of all that takes part), rounded to what can go, so that the units that fade can fill
/// the rest exactly; if they cannot, more goes here. Without units that fade the finest unit takes the rest. With scores the lowest go.
/// Error(Unsupported) with the pointer of a unit that the model does not have or that cannot be cut, with the reason.
CoarsePlan planCoarse(const CoarseTask& task, const FineRoomOf& fineRoom);

bool takesAnyAtOnce(const PlanOptions& options);

}  // namespace lorashear
