#pragma once

#include <cstdint>
#include <filesystem>

namespace lorashear::test {

/// Bytes of a file that lie in the system's page cache: of a file just made by truncation, what anybody has read of it since, through
/// a mapping or not, give or take what the system reads ahead.
std::uint64_t cachedBytes(const std::filesystem::path& file);

}  // namespace lorashear::test
