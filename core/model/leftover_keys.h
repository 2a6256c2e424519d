#pragma once

#include "core/model/config.h"

#include <nlohmann/json_fwd.hpp>

#include <filesystem>
#include <string>
#include <vector>

namespace lorashear {

/// Keys of config.json that said how the weights were stored or which code computes them, and that hold no more once weights are plain and
/// written by us: loading by a quantiser, remote code (the families here are stock classes), a class with another head.

/// Takes them out of a config that is about to be written.
void dropLeftoverKeys(nlohmann::ordered_json& config);

/// One sentence for each that a model's own config.json holds although its weights are plain, or whose files are not in the folder.
std::vector<std::string> leftoverNotes(const ModelConfig& config, const std::filesystem::path& folder);

/// Why stock transformers does not open the folder with this config.json as it stands; empty: nothing of it is in the way.
std::string leftoverInTheWay(const ModelConfig& config, const std::filesystem::path& folder);

/// Error(Unsupported) naming the method if config.json says that the weights were quantised.
void refuseQuantised(const ModelConfig& config, const std::string& subject);

}  // namespace lorashear
