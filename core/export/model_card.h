#pragma once

#include "core/edits/pruning_record.h"
#include "core/model/config.h"

#include <string>

namespace lorashear {

/// README.md of an exported folder: what it was made from and how, the numbers the run measured with their protocol, how to open it.
/// Says only what the record holds. withCode: modeling_lorashear.py travels along.
std::string modelCard(const ModelConfig& config, const std::string& dtype, const PruningRecord& pruningRecord,
                      bool withCode);

}  // namespace lorashear
