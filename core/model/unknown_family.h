#pragma once

#include <nlohmann/json_fwd.hpp>

#include <string>

namespace lorashear {

/// Throws Error(Unsupported) that names the nearest family we know and what this one does differently, as far as its config.json
/// (an object, or null) shows it.
[[noreturn]] void refuseFamily(const std::string& id, const nlohmann::json& config, const std::string& subject);

}  // namespace lorashear
