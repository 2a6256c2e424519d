#pragma once

#include "core/model/config.h"

#include <nlohmann/json_fwd.hpp>

#include <filesystem>
#include <string>
#include <vector>

namespace lorashear {

/// Keys of config.json that said how the weights were stored or which code computes them, and that hold no more once weights are plain and
/// written by us: loading by a quantiser, remote code (the families here are stock classes).

/// Takes them out of a config that is about to be written; what names our own modelling file is put in afterwards.
void dropLeftoverKeys(nlohmann::ordered_json& config);

/// One sentence for each that a model's own config.json holds although its weights are plain, or whose files are not in the folder.
std::vector<std::string> leftoverNotes(const ModelConfig& config, const std::filesystem::path& folder);

/// Why stock transformers does not open plain weights with this config.json as it stands; empty: nothing of it is in the way. (Code that is named and
/// not there is not: the families here are stock classes, which are taken unless a person asks for the code.)
std::string leftoverInTheWay(const ModelConfig& config);

/// Error(Unsupported) naming the method if config.json says that the weights were quantised.
void refuseQuantised(const ModelConfig& config, const std::string& subject);

}  // namespace lorashear
