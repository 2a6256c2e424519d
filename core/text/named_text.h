#pragma once

#include "core/base/error.h"

#include <string>

namespace lorashear {

/// What windowsOf, protocolWindows, spanOf and scoring call the text that they were given: they know no file.
inline constexpr const char* kUnnamedText = "text";

/// What use() gives; what it says of the text is said of the file that the text came from.
template <class Use>
auto ofFile(const std::string& file, Use use) -> decltype(use()) {
    try {
        return use();
    } catch (const Error& error) {
        if (error.subject() != kUnnamedText) throw;
        throw Error(error.code(), file, error.message(), error.hint());
    }
}

}  // namespace lorashear
