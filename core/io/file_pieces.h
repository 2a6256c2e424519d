#pragma once

#include <filesystem>
#include <functional>
#include <string_view>

namespace lorashear {

/// Calls use(piece) for one piece of a file after another, at most 256 KiB each: whoever reads a file of gigabytes can stop in between, by an
/// exception of use. Errors of readFile.
void forEachPiece(const std::filesystem::path& path, const std::function<void(std::string_view)>& use);

}  // namespace lorashear
