#pragma once

#include <nlohmann/json_fwd.hpp>

#include <string>

namespace lorashear {

/// The object in a file that a person wrote for this program, without its "version". isNone: what there is to say of anything but an object. newest: the version that this program writes.
/// Error(BadRecipe): no JSON, no object, no version (at /version) or a newer one.
nlohmann::json versionedDocument(const std::string& text, const std::string& subject, const char* isNone, int newest);

}  // namespace lorashear
