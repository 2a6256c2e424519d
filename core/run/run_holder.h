#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace lorashear {

/// Who works on a run.
struct RunHolder {
    long pid = 0;               ///< 0: not known
    std::string host, program;  ///< "" where not known
};

/// The process that holds the run's RunLock (core/run/run_lock.h), this one included, or one of another machine that was alive half a minute ago; nothing if
/// none does, or there is no such run.
std::optional<RunHolder> runHolder(const std::filesystem::path& folder);

}  // namespace lorashear
