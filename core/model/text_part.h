#pragma once

#include <nlohmann/json_fwd.hpp>

namespace lorashear {

/// Models that read images too keep the configuration of their language model in "text_config", and its weights behind a prefix
/// (Family::otherPrefixes). This is that part as the config.json of a model of its own, with what the configuration class of transformers has for keys
/// that the file lacks; config itself where there is none that we know. A head is tied as the whole says, where it says so.
nlohmann::json textPartOf(const nlohmann::json& config);

}  // namespace lorashear
