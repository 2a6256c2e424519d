#pragma once

#include <nlohmann/json_fwd.hpp>

#include <string>

namespace lorashear {

struct JinjaNode;

/// Runs a template. variables: an object; names that are not in it are undefined, as in Jinja (empty where written, false where asked).
/// Error(Unsupported) names a filter, test, method or function that is not handled, when it is reached; Error(BadInput) is what the
/// template itself says with raise_exception, or a value of the wrong kind.
std::string renderJinja(const JinjaNode& root, const nlohmann::ordered_json& variables, const std::string& subject);

}  // namespace lorashear
