#pragma once

#include <filesystem>

namespace lorashear {

/// Where measurements that later runs can use again are kept: lorashear/<kind> in $XDG_CACHE_HOME or ~/.cache; `otherwise` where there is no home.
std::filesystem::path cacheFolder(const char* kind, const std::filesystem::path& otherwise = {});

}  // namespace lorashear
