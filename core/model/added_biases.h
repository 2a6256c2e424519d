#pragma once

#include "core/model/causal_lm.h"

#include <string>

namespace lorashear {

/// Biases beyond what a config asks for. A method may give a linear a bias that it did not have (FLAP's, for inputs that are gone). Families whose
/// config.json has a key for it (Family::biasKeys) can write such a model down: every projection of that branch then has a bias, zero where
/// nothing was added, and stock programs read it.

/// Whether the linear has a bias or can be given one.
bool takesBias(const ModelConfig& config, const Linear& linear);

/// The config that asks for all biases among these tensors, its source included; adds zeros for those that it asks for beside them. Where no
/// key can ask for one, nothing changes.
ModelConfig askingForBiases(const ModelConfig& config, NamedTensors& tensors);

}  // namespace lorashear
