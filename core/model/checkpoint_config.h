#pragma once

#include "core/model/config.h"

#include <cstdint>
#include <string>
#include <vector>

namespace lorashear {

class Checkpoint;

/// A checkpoint's config held against the names, types and shapes of its tensors, none of which is read; dtype is that of most bytes.
/// A head of its own beside an embedding that config.json ties it to is used, as transformers 5 does: tiedHead is false then.
/// Error(BadInput) names a tensor that is missing (and the name under which it is there) or has another shape than config.json asks for (both),
/// belongs to a block that config.json does not have, or to an adapter that was never merged; Error(Unsupported) a tensor stored in a type that is
/// not read here, or the method that the weights were quantised by.
ModelConfig configOf(const Checkpoint& checkpoint);

/// What a person should know of a checkpoint that opens, one sentence each: keys of config.json that do not hold, tensors that are not used.
std::vector<std::string> checkpointNotes(const Checkpoint& checkpoint, const ModelConfig& config);

std::int64_t parameterCount(const ModelConfig& config);  ///< elements of all tensors of a model of these shapes

}  // namespace lorashear
