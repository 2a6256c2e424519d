#include "core/run/engine.h"

#include <dlfcn.h>

#include <cstdlib>
#include <filesystem>
#include <vector>

namespace lorashear {

namespace fs = std::filesystem;

namespace {

constexpr const char* kLibrary = "liblorashear_engine.so";
constexpr const char* kEntry = "lorashear_make_engine";

/// Where the engine may lie: named by hand, beside the program (build folder), or where installations put it.
std::vector<fs::path> candidates() {
    if (const char* named = std::getenv("LORASHEAR_ENGINE")) return {fs::path(named)};
    std::error_code ignored;
    const fs::path folder = fs::read_symlink("/proc/self/exe", ignored).parent_path();
    std::vector<fs::path> result{folder / kLibrary, folder / "../lib/lorashear" / kLibrary, folder / "lorashear" / kLibrary};
#if defined(LORASHEAR_LIBDIR)
    result.push_back(folder / ".." / LORASHEAR_LIBDIR / "lorashear" / kLibrary);
#endif
    result.push_back(folder / "../../bin" / kLibrary);  // for tests, two folders below the build folder
    return result;
}

std::string listed(const std::vector<fs::path>& paths) {
    std::string result;
    for (const auto& path : paths) result += (result.empty() ? "" : ", ") + path.lexically_normal().string();
    return result;
}

}  // namespace

std::unique_ptr<Engine> loadEngine(int threads) {
    const auto places = candidates();
    for (const fs::path& path : places) {
        std::error_code ignored;
        if (!fs::exists(path, ignored)) continue;
        // Local: its LibTorch and our copy of the torch-free code never meet. Never closed: events hold values made in there.
        void* handle = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
        if (handle == nullptr)
            throw Error(ErrorCode::Io, path.string(), std::string("the engine cannot be opened: ") + dlerror(),
                        "install again, or point LORASHEAR_ENGINE at a liblorashear_engine.so of the same version");
        auto* make = reinterpret_cast<Engine* (*)(int)>(dlsym(handle, kEntry));
        if (make == nullptr)
            throw Error(ErrorCode::Io, path.string(), std::string("is not the engine: it has no ") + kEntry);
        return std::unique_ptr<Engine>(make(threads));
    }
    throw Error(ErrorCode::Io, kLibrary, "the engine was not found; looked for " + listed(places),
                "point LORASHEAR_ENGINE at it");
}

}  // namespace lorashear
