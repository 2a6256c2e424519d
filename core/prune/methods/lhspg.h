#pragma once

#include "core/prune/pruning_method.h"

namespace lorashear {

/// LoRA half-space projected gradient (LoRAShear section 3.3, Algorithm 4), realised as algorithm.md 4.7; essay in lhspg.cpp.
std::unique_ptr<PruningSession> makeLhspg(PruningTask task);

}  // namespace lorashear
