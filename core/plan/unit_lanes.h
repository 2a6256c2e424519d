#pragma once

#include "core/model/config.h"
#include "core/plan/plan_options.h"
#include "core/plan/sizes_after.h"

#include <map>
#include <string>
#include <vector>

namespace lorashear {

/// Lowest go first: by Unit::id, a list for each of its lanes (unitLanes in the whole model), a number for each thing in it.
using UnitScores = std::map<std::string, std::vector<std::vector<double>>>;

/// One place that loses things of a unit that is cut at once: a layer's query heads, the network's channels, its blocks.
struct UnitLane {
    std::string name;          ///< of the node group; of parts: Unit::id
    int nodeGroup = -1;        ///< of groups
    int count = 0;             ///< things that are there
    int mostRemovable = 0;     ///< after minimum, divisor and protection
    std::vector<bool> closed;  ///< by thing, of parts by block: may not go, or is not there
    std::string reason;        ///< why nothing can go, if so
    bool byPlan = false;       ///< the reason is one of the plan, protection or limits, not of the model
};

/// What a coarse plan is made from. References outlive the call.
struct CoarseTask {
    const ModelConfig& config;
    const Structure& structure;
    const PlanOptions& options;
    const std::vector<bool>& marks;      ///< of the knowledge analysis, by node group
    const UnitScores* scores = nullptr;  ///< null: any will do, only counts matter
    /// By row of the vocabulary: must stay, whatever the texts use. Null: not known; then begin and end of a text stay alone.
    const std::vector<bool>* requiredTokens = nullptr;
};

/// The lanes of a unit in what edits have left of the model: parts and tokens in one lane, groups in one for
/// each node group that is still there.
std::vector<UnitLane> unitLanes(const Unit& unit, const CoarseTask& task, const SizesAfter& left);

/// Parameters of one and of all things of a unit in the whole model, roughly: what units are ordered by, and what fractions are of.
struct UnitExtent {
    double one = 0, all = 0;
};
UnitExtent extentOf(const Unit& unit, const CoarseTask& task, const SizesAfter& whole);

}  // namespace lorashear
