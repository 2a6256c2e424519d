#pragma once

#include <nlohmann/json_fwd.hpp>

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

namespace lorashear {

/// Where a JSON file comes from, and so what to do about one that cannot be read.
enum class JsonFrom { Download, Person, Program };

/// Parses UTF-8 JSON from outside and refuses what nlohmann_json lets pass: the same key twice in an object (it would keep
/// the last one silently) and nesting deeper than maxDepth. Error(BadInput) with `subject` (the file's name), the byte
/// and the line where it went wrong, and advice by where it is from. Key order is not kept.
/// meanwhile: called again and again while a large text is parsed; what it throws ends the parsing.
nlohmann::json parseStrictJson(std::string_view text, const std::string& subject, JsonFrom from = JsonFrom::Download,
                               int maxDepth = 64, const std::function<void()>& meanwhile = {});

/// The object in a file; an empty one where there is no file, or where it holds something else. Errors of parseStrictJson.
nlohmann::json jsonObjectIfThere(const std::filesystem::path& path);

}  // namespace lorashear
