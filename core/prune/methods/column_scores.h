#pragma once

#include "core/prune/group_members.h"

#include <functional>
#include <vector>

namespace lorashear {

/// Sums over the columns that consumers read from each group, of `values`: fp64 [in] on the CPU for a consumer. Error(Unsupported) for a prunable node
/// group that no linear reads.
std::vector<double> columnScores(const CausalLM& model, const NodeGroup& nodeGroup,
                                 const std::function<at::Tensor(const Linear&)>& values);

}  // namespace lorashear
