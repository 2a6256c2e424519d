#pragma once

#include <cstdint>
#include <filesystem>

namespace lorashear {

/// Memory that a process may still take here, in bytes: what the system calls available (MemAvailable), and no more than what the limits of its
/// control groups leave (version 2 and 1; a container's limit is one). Page cache that a group can give back counts as free. -1 where
/// nobody tells. root: "/", or a folder that stands for it.
std::int64_t availableMemory(const std::filesystem::path& root = "/");

/// What this process holds at present, in bytes (resident, mapped files included); 0 where nobody tells.
std::int64_t residentMemory();

}  // namespace lorashear
