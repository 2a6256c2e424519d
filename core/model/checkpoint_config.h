#pragma once

#include "core/model/config.h"

#include <cstdint>

namespace lorashear {

class Checkpoint;

/// A checkpoint's config held against the names, types and shapes of its tensors, none of which is read; dtype is that of most bytes.
/// Error(BadInput) names a tensor that is missing or has another shape than config.json asks for (both), or belongs to a block that
/// config.json does not have; Error(Unsupported) a tensor stored in a type that is not read here.
ModelConfig configOf(const Checkpoint& checkpoint);

std::int64_t parameterCount(const ModelConfig& config);  ///< elements of all tensors of a model of these shapes

}  // namespace lorashear
