#pragma once

#include "core/io/scratch_folder.h"

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace lorashear::fuzz {

/// A folder of files in one input: a line "=== NAME" before each. Names are taken from `allowed` alone.
struct Part {
    std::string name, content;
};

inline std::vector<Part> partsOf(const std::string& bytes) {
    constexpr std::string_view kMark = "=== ";
    std::vector<Part> parts;
    std::size_t at = bytes.starts_with(kMark) ? 0 : std::string::npos;
    while (at != std::string::npos) {
        const auto line = bytes.find('\n', at);
        if (line == std::string::npos) break;
        const auto next = bytes.find("\n=== ", line);
        const auto end = next == std::string::npos ? bytes.size() : next;
        parts.push_back({bytes.substr(at + kMark.size(), line - at - kMark.size()),
                         end > line ? bytes.substr(line + 1, end - line - 1) : ""});
        at = next == std::string::npos ? next : next + 1;
    }
    return parts;
}

/// Writes those parts whose names are asked for.
inline void writeParts(const std::vector<Part>& parts, const std::filesystem::path& folder,
                       const std::vector<std::string>& allowed) {
    for (const Part& part : parts)
        for (const std::string& name : allowed) {
            if (part.name != name) continue;
            std::filesystem::create_directories((folder / name).parent_path());
            std::ofstream(folder / name, std::ios::binary) << part.content;
        }
}

inline std::filesystem::path written(const ScratchFolder& folder, const std::string& bytes) {
    const auto file = folder.path() / "input";
    std::ofstream(file, std::ios::binary | std::ios::trunc) << bytes;
    return file;
}

}  // namespace lorashear::fuzz
