#pragma once

#include "core/edits/pruning_record.h"

namespace lorashear {

struct RunState;

/// What travels with an exported model as pruning.json: where it comes from, which groups are left of each node group and where
/// their slices lay in the original's tensors, the recipe, and the measured numbers.
PruningRecord pruningRecord(const RunState& state);

}  // namespace lorashear
