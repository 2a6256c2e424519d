#pragma once

#include <nlohmann/json_fwd.hpp>

#include <filesystem>
#include <string>
#include <string_view>

namespace lorashear {

/// Parses UTF-8 JSON from outside and refuses what nlohmann_json lets pass: the same key twice in an object (it would keep
/// the last one silently) and nesting deeper than maxDepth. Error(BadInput) with `subject` (the file's name) and the byte
/// where it went wrong. Key order is not kept.
nlohmann::json parseStrictJson(std::string_view text, const std::string& subject, int maxDepth = 64);

/// The object in a file; an empty one where there is no file, or where it holds something else. Errors of parseStrictJson.
nlohmann::json jsonObjectIfThere(const std::filesystem::path& path);

}  // namespace lorashear
