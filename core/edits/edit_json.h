#pragma once

#include "core/edits/edit.h"

#include <nlohmann/json_fwd.hpp>

#include <string>

namespace lorashear {

/// The newest version of the file format that is read and written (resources/help/edits.md).
constexpr int kEditsVersion = 1;

/// {"version": 1, "edits": […]} from outside. Error(BadInput) with the file and the JSON pointer of what is wrong: not JSON, a newer
/// version, an unknown operation or key, a value out of range. Whether a model has what is named is asked later (blueprint.h).
Edits parseEdits(const std::string& text, const std::string& subject);

/// Whether a file has the keys of a list of edits, right or wrong, and no others.
bool looksLikeEdits(const std::string& text);

/// The list alone, as it stands at "edits" and in pruning.json.
Edits editsFromJson(const nlohmann::json& list, const std::string& subject, const std::string& pointer = "/edits");
nlohmann::json editsToJson(const Edits& edits);

/// A whole file: one edit a line.
std::string editsText(const Edits& edits);

}  // namespace lorashear
