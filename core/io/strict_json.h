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
/// and the line where it went wrong (a NaN or Infinity of Python's is named), and advice by where it is from. Key order is not kept.
/// meanwhile: called again and again while a large text is parsed; what it throws ends the parsing.
nlohmann::json parseStrictJson(std::string_view text, const std::string& subject, JsonFrom from = JsonFrom::Download,
                               int maxDepth = 64, const std::function<void()>& meanwhile = {});

/// JSON as Python writes it, with null for its NaN, Infinity and -Infinity: to look into a file that parseStrictJson refuses for them.
std::string withoutPythonNumbers(std::string_view text);

/// One line of JSON for a terminal, a pipe or a log: ill-formed UTF-8 (a file's name can have it) becomes U+FFFD, and control characters stand
/// escaped, those that JSON itself would let pass too (U+007F to U+009F, which terminals obey).
std::string jsonText(const nlohmann::json& value);

/// The object in a file; an empty one where there is no file, or where it holds something else. Errors of parseStrictJson.
nlohmann::json jsonObjectIfThere(const std::filesystem::path& path);

}  // namespace lorashear
