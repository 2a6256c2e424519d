#pragma once

#include "core/plan/quota.h"
#include "core/trace/structure.h"

#include <string>
#include <vector>

namespace lorashear {

/// One place that loses groups of a unit: a node group, or the network's blocks.
struct LaneLimits {
    int count = 0;          ///< groups there are
    int mostRemovable = 0;  ///< after minimum, divisor and protection
};

/// Totals when every lane decides for itself.
ReachableCounts freeCounts(const std::vector<LaneLimits>& lanes, int divisor);
/// Totals when every lane keeps the same count; nothing can go if no count suits all.
ReachableCounts uniformCounts(const std::vector<LaneLimits>& lanes, int divisor);
/// The one total of lanes that keep exactly so many.
ReachableCounts exactCounts(const std::vector<LaneLimits>& lanes, int keep);

int roundUp(int value, int divisor);

/// A lane's queue of groups to lose, lowest score first.
struct Lane {
    int id = 0;  ///< becomes GroupRef::nodeGroup
    int count = 0, mostRemovable = 0, removeExactly = 0;
    int taken = 0;
    std::vector<int> order;  ///< groups that may go and are not taken, lowest score first
    std::size_t next = 0;
    const std::vector<double>* scores = nullptr;
};

/// closed: groups that may not go. Error(Numeric) for a score that is no number, with the lane's name.
void orderLane(Lane& lane, const std::string& name, const std::vector<double>& scores, const std::vector<bool>& closed);

/// Uniform plans: each lane goes on to `fraction` of its removeExactly.
void selectFixed(std::vector<Lane>& lanes, double fraction, std::vector<GroupRef>& out);

/// Takes portions from the lanes, lowest mean score first, while they fit under `fraction` of `quota`. A portion is one group, or with a
/// divisor as many as bring a lane to its next legal count. Trims that lanes still owe (a quota that goes beyond trimming trims every
/// lane) are held back, so that the whole quota can be met in the end.
void selectRanked(std::vector<Lane>& lanes, int divisor, int quota, double fraction, std::vector<GroupRef>& out);

}  // namespace lorashear
