#pragma once

#include <nlohmann/json_fwd.hpp>

namespace lorashear {

struct RunState;

/// What travels with an exported model as pruning.json: where it comes from, which groups are left of each node group and where
/// their slices lay in the original's tensors, the recipe, and the measured numbers.
nlohmann::json pruningRecord(const RunState& state);

}  // namespace lorashear
