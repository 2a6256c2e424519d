#pragma once

#include "core/plan/plan.h"

#include <string>

namespace lorashear {

/// So many blocks at the ends of the network that a method leaves whole.
struct KeptBlocks {
    int first = 0, last = 0;
};

/// The plan without these blocks; of a model that blocks have left already, those that are there count. Error(Impossible) at
/// /method/options/keep_first_blocks (keep_last_blocks, where that alone is asked for) if the blocks between cannot lose what the plan wants.
PruningPlan withoutBlocks(const PruningPlan& plan, const Structure& structure, const KeptBlocks& kept);

/// Whether the blocks between can lose what the plan of this request wants, asked before anything is cut. The same Error, its hint naming the largest ratio
/// with which they can. chosen: the parts that the plan leaves out are those that will go. If not, nothing is refused that other parts of as many would allow.
void requireRoomBetween(const PlanRequest& request, const PruningPlan& plan, const KeptBlocks& kept, bool chosen);

/// Whether that still holds, by what this plan wants, whichever `marks` node groups an analysis takes out besides.
bool roomWhateverIsMarked(const PlanRequest& request, const PruningPlan& plan, const KeptBlocks& kept, int marks);

}  // namespace lorashear
