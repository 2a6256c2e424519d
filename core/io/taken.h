#pragma once

#include "core/base/error.h"

#include <filesystem>
#include <string>
#include <system_error>

namespace lorashear {

/// A destination that holds something already is refused with one code, whatever was to be written there: Error(Io). what: "exists already",
/// "holds a run already" …
[[noreturn]] inline void refuseTaken(const std::filesystem::path& destination, const std::string& what,
                                     const std::string& hint = "Choose another name; nothing is ever overwritten.") {
    throw Error(ErrorCode::Io, destination.string(), what, hint);
}

/// Before long work begins whose result is one file.
inline void requireNoFileYet(const std::filesystem::path& destination,
                             const std::string& hint = "Choose another name; nothing is ever overwritten.") {
    std::error_code ignored;
    if (std::filesystem::exists(destination, ignored)) refuseTaken(destination, "exists already", hint);
}

}  // namespace lorashear
