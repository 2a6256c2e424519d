#pragma once

#include "core/prune/pruning_method.h"

namespace lorashear {

/// Warm-up, then all groups zeroed (and their consumers repaired) at once, then training at full sparsity: the comparison
/// that LHSPG has to win, with the same saliencies and the same compensation.
std::unique_ptr<PruningSession> makeOneShot(PruningTask task);

}  // namespace lorashear
