#pragma once

#include "core/compact/group_masks.h"

#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace lorashear {

using TensorDim = std::pair<std::string, int>;  ///< a tensor's name and one of its dimensions
using KeptIndices = std::map<TensorDim,
                             std::vector<std::int64_t>>;  ///< what stays, in order; only of dimensions that lose something
using SizeOf = std::function<std::int64_t(const std::string& tensor, int dim)>;

/// What stays of every tensor that these groups own slices of.
KeptIndices keptIndices(const Structure& structure, const std::vector<GroupRef>& removed, const SizeOf& sizeOf);

/// How many groups each node group loses. Error(Impossible) if one would lose all of them.
std::vector<int> removedPerNodeGroup(const Structure& structure, const std::vector<GroupRef>& removed);

}  // namespace lorashear
