#include "core/io/folder_name.h"

namespace lorashear {

std::string ownName(const std::filesystem::path& path) {
    const auto whole = std::filesystem::absolute(path).lexically_normal();
    return (whole.has_filename() ? whole : whole.parent_path()).filename().string();
}

}  // namespace lorashear
