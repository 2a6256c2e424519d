#pragma once

#include <filesystem>
#include <optional>
#include <vector>

namespace lorashear {

/// Names of GGUF files that are cut into parts: NAME-00001-of-00003.gguf. The first part holds the metadata, all of them tensors.
struct GgufPartName {
    std::filesystem::path stem;  ///< folder and NAME
    int number = 0, count = 0;   ///< from 1
};

/// Nothing: the name is not that of a part.
std::optional<GgufPartName> ggufPartName(const std::filesystem::path& path);

/// stem may end in .gguf.
std::filesystem::path ggufPartPath(const std::filesystem::path& stem, int number, int count);

/// Files in path's folder that are called like parts of it, whole sets or not, in order.
std::vector<std::filesystem::path> ggufPartsBeside(const std::filesystem::path& path);

/// The files that a written GGUF file consists of: itself, or its parts in order when it has been cut. Empty: neither is there.
std::vector<std::filesystem::path> ggufFilesOf(const std::filesystem::path& path);

}  // namespace lorashear
