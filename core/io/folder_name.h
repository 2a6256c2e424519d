#pragma once

#include <filesystem>
#include <string>

namespace lorashear {

/// The own name of a file or folder, however its path is written ("x/", ".", "a/../x").
std::string ownName(const std::filesystem::path& path);

}  // namespace lorashear
