#pragma once

#include "core/base/error.h"

#include <filesystem>
#include <string>
#include <system_error>

namespace lorashear {

constexpr const char* kTakenHint = "Choose another name; nothing is ever overwritten.";

/// A destination that holds something already is refused with one code, whatever was to be written there: Error(Io). what: "exists already",
/// "holds a run already" …
[[noreturn]] inline void refuseTaken(const std::filesystem::path& destination, const std::string& what,
                                     const std::string& hint = kTakenHint) {
    throw Error(ErrorCode::Io, destination.string(), what, hint);
}

/// Before long work begins whose result is one file. A link that leads nowhere is something, too: to write there would replace it.
inline void requireNoFileYet(const std::filesystem::path& destination, const std::string& hint = kTakenHint) {
    std::error_code ignored;
    if (std::filesystem::exists(std::filesystem::symlink_status(destination, ignored)))
        refuseTaken(destination, "exists already", hint);
}

}  // namespace lorashear
