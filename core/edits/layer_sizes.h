#pragma once

#include "core/model/config.h"
#include "core/trace/structure.h"

#include <set>

namespace lorashear {

/// What a block's sizes are once these groups of one of its node groups have gone: the one place where kinds of groups meet sizes. Neurons inside
/// experts must go before experts do. Groups that belong to no block change nothing here.
void loseGroups(LayerShape& layer, const NodeGroup& group, const std::set<int>& gone);
/// The same where only their number is known; of experts the last go.
void loseGroups(LayerShape& layer, const NodeGroup& group, int removed);

}  // namespace lorashear
