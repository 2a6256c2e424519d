#include "app/data_folder.h"

#include "core/base/error.h"

#include <cstdlib>
#include <vector>

namespace lorashear::app {

namespace fs = std::filesystem;

namespace {

/// The program's folder and its parents, each with resources/: a build folder inside the source tree.
std::vector<fs::path> candidates() {
    if (const char* named = std::getenv("LORASHEAR_DATA")) return {fs::path(named)};
    std::error_code ignored;
    const fs::path folder = fs::read_symlink("/proc/self/exe", ignored).parent_path();
    std::vector<fs::path> result{folder.parent_path() / "share" / "lorashear"};
    for (fs::path above = folder; above.has_relative_path(); above = above.parent_path())
        result.push_back(above / "resources");
    return result;
}

}  // namespace

fs::path dataFolder() {
    const auto places = candidates();
    std::error_code ignored;
    for (const fs::path& place : places)
        if (fs::exists(place / "models", ignored) && fs::exists(place / "data", ignored)) return place;
    throw Error(ErrorCode::Io, places.front().string(), "the program's data was not found",
                "point LORASHEAR_DATA at its folder");
}

}  // namespace lorashear::app
