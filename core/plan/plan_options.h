#pragma once

#include "core/plan/unit_table.h"
#include "core/settings/setting.h"
#include "core/trace/structure.h"

#include <string>
#include <vector>

namespace lorashear {

/// What the person asks for. Bounds and words: core/plan/plan_fields.cpp.
struct PlanOptions {
    bool enabled = true;             ///< false: nothing goes, whatever the rest says
    double ratio = 0.2;              ///< removed parameters over all parameters of the original
    UnitMap units = defaultUnits();  ///< what takes part, and its limits
    /// How units without a share of their own divide the ratio, one of shareWays(): by one common fraction, or by what raises the
    /// loss least, measured before the run (core/plan/measured_shares.h). Plans made without measuring take the fraction.
    std::string shares = "even";
    /// Equal counts kept in every layer: the result is an ordinary checkpoint. Knowledge marks are ignored then (a mark on one
    /// layer cannot be honoured), `protect` is not: one protected node group keeps all of its kind.
    bool uniform = false;
    std::vector<std::string> protect;  ///< glob patterns on node-group names that must not be pruned ("layers.0.*")
    std::vector<std::string> allow;    ///< patterns that lift the knowledge mark again
    bool useKnowledge = true;          ///< respect KnowledgeDistribution::protectedByRank
};

inline constexpr const char* kMeasuredShares = "measured";
const std::vector<std::string>& shareWays();  ///< "even", "measured"

const Range& planRatioRange();  ///< of PlanOptions::ratio; who plans refuses what is outside with what could be reached
/// Error(BadRecipe) with the JSON pointer for settings of units out of range, shares that do not add up; with a structure also for patterns that match
/// nothing in it.
void checkOptions(const PlanOptions& options);
void checkOptions(const PlanOptions& options, const Structure& structure);
/// Error(Impossible) where a layer of `count` of which `mostRemovable` may go cannot keep exactly so many.
void requireKeep(const Unit& unit, int keep, int count, int mostRemovable);

std::string flooredPercent(double ratio);  ///< "12.34 %", rounded down: what a message says is reachable is

}  // namespace lorashear
