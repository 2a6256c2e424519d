#pragma once

#include "core/trace/recording.h"
#include "core/trace/structure.h"

namespace lorashear::trace {

/// The structure of a recorded forward pass: trace graph, node groups, groups, flags with reasons. A pure
/// function, free of LibTorch.
Structure partition(const Recording& recording);

}  // namespace lorashear::trace
