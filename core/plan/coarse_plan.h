#pragma once

#include "core/edits/blueprint.h"
#include "core/plan/plan_options.h"

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace lorashear {

/// Lowest go first: by Unit::id, a list for each of its lanes (unitLanes), a number for each thing in it.
using UnitScores = std::map<std::string, std::vector<std::vector<double>>>;

/// One place that loses things of a unit that is cut at once: a layer's query heads, the network's channels, its blocks.
struct UnitLane {
    std::string name;          ///< of the node group; of parts: Unit::id
    int nodeGroup = -1;        ///< of groups
    int count = 0;             ///< things that are there
    int mostRemovable = 0;     ///< after minimum, divisor and protection
    std::vector<bool> closed;  ///< things that may not go, or are not there
    std::string reason;        ///< why nothing can go, if so
};

/// What a coarse plan is made from. References outlive the call.
struct CoarseTask {
    const ModelConfig& config;
    const Structure& structure;
    const PlanOptions& options;
    const std::vector<bool>& marks;      ///< of the knowledge analysis, by node group
    const UnitScores* scores = nullptr;  ///< null: any will do, only counts matter
};

/// Of the units that fade, in the model that the coarse ones leave.
struct FineRoom {
    bool any = false;  ///< some unit that fades takes part
    double most = 0;   ///< parameters that can go
    double grain = 0;  ///< of the finest step
    double price = 0;  ///< parameters in all groups that take part
};
using FineRoomOf = std::function<FineRoom(const Structure& after)>;

/// What is cut at once, before a pruning method trains: the coarse part of one budget.
struct CoarsePlan {
    std::map<std::string, int> remove;  ///< by Unit::id
    Edits edits;
    Structure after;          ///< node groups and parameters that are left, under the ids and names of before; without graph
    double grain = 0;         ///< parameters of the finest coarse step
    double largestRatio = 0;  ///< of all units together
};

/// The lanes of a unit in a model of which parts are gone already: layers by BlockPart (a whole block is in both).
std::vector<UnitLane> unitLanes(const Unit& unit, const CoarseTask& task,
                                const std::map<BlockPart, std::vector<bool>>& gone = {});

/// Amounts by share (without one: a common fraction of all that takes part), rounded to what can go, so that the units that fade can fill
/// the rest exactly; if they cannot, more goes here. Without units that fade the finest unit takes the rest. With scores the lowest go.
/// Error(Unsupported) with the pointer of a unit that the model does not have or that cannot be cut, with the reason.
CoarsePlan planCoarse(const CoarseTask& task, const FineRoomOf& fineRoom);

bool takesAnyAtOnce(const PlanOptions& options);

}  // namespace lorashear
