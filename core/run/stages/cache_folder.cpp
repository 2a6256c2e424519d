#include "core/run/stages/cache_folder.h"

#include <cstdlib>

namespace lorashear {

std::filesystem::path cacheFolder(const char* kind, const std::filesystem::path& otherwise) {
    const char* cache = std::getenv("XDG_CACHE_HOME");
    const char* home = std::getenv("HOME");
    if (cache != nullptr && *cache != '\0') return std::filesystem::path(cache) / "lorashear" / kind;
    return home != nullptr ? std::filesystem::path(home) / ".cache" / "lorashear" / kind : otherwise;
}

}  // namespace lorashear
