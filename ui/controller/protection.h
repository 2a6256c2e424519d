#pragma once

#include <vector>

namespace lorashear {
struct NodeGroupKnowledge;
}

namespace lorashear::ui {

class Session;

/// Whether one comes before the other: by what masking part of it costs, and before that by the mark where places were settled, as a place then stands
/// against figures from other windows.
bool tellsMore(const Session& session, const NodeGroupKnowledge& one, const NodeGroupKnowledge& other);
/// Node groups in that order, the most telling first; those that could not be measured are left out. Ties go to the earlier one.
std::vector<int> byImportance(const Session& session);
/// The first of them that such a share (0 to 1) of all that an analysis measures makes: as many as the analysis itself would mark.
std::vector<int> mostTelling(const Session& session, double share);
/// One undoable edit that protects them in the plan. What was protected before stays so, and what was allowed among them is no more.
void protectMostTelling(Session& session, double share);

}  // namespace lorashear::ui
