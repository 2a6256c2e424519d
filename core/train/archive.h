#pragma once

#include "core/model/causal_lm.h"

#include <nlohmann/json.hpp>

namespace lorashear {

/// What a checkpoint stores: named tensors (saved as safetensors) and small values (saved as JSON). Objects with state write
/// under a prefix of their own ("adamw.", "lhspg.") and read the same back bit for bit.
struct Archive {
    NamedTensors tensors;
    nlohmann::json values = nlohmann::json::object();
};

}  // namespace lorashear
