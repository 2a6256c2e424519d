#pragma once

#include "core/base/error.h"

#include <optional>
#include <string>

namespace lorashear::test {

/// Runs work and gives the Error it throws; nothing if it succeeds.
template <typename Work>
std::optional<Error> caught(Work work) {
    try {
        work();
    } catch (const Error& error) {
        return error;
    }
    return {};
}

/// Whether an error has this code and says all of it somewhere.
inline bool says(const std::optional<Error>& error, ErrorCode code, const std::string& text) {
    return error && error->code() == code && std::string(error->what()).find(text) != std::string::npos;
}

}  // namespace lorashear::test
