#include "core/io/gguf_parts.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <string>

namespace lorashear {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kDigits = 5;

int numberIn(const std::string& digits) {
    return digits.find_first_not_of("0123456789") == std::string::npos ? std::atoi(digits.c_str()) : 0;
}

}  // namespace

std::optional<GgufPartName> ggufPartName(const fs::path& path) {
    const std::string name = path.filename().string(), ending = ".gguf", between = "-of-";
    const std::size_t tail = 1 + kDigits + between.size() + kDigits;
    if (!name.ends_with(ending) || name.size() <= ending.size() + tail) return {};
    const std::string stem = name.substr(0, name.size() - ending.size() - tail);
    const std::string rest = name.substr(stem.size(), tail);
    if (rest.front() != '-' || rest.substr(1 + kDigits, between.size()) != between) return {};
    GgufPartName part{path.parent_path() / stem, numberIn(rest.substr(1, kDigits)), numberIn(rest.substr(tail - kDigits))};
    if (part.number < 1 || part.number > part.count) return {};
    return part;
}

fs::path ggufPartPath(const fs::path& stem, int number, int count) {
    std::array<char, 32> tail{};
    std::snprintf(tail.data(), tail.size(), "-%05d-of-%05d.gguf", number, count);
    fs::path whole = stem.extension() == ".gguf" ? fs::path(stem).replace_extension() : stem;
    whole += tail.data();
    return whole;
}

std::vector<fs::path> ggufPartsBeside(const fs::path& path) {
    std::error_code ignored;
    std::vector<fs::path> parts;
    const fs::path folder = path.has_parent_path() ? path.parent_path() : fs::path(".");
    for (const auto& entry : fs::directory_iterator(folder, ignored))
        if (const auto part = ggufPartName(entry.path()); part && part->stem.filename() == path.stem())
            parts.push_back(path.parent_path() / entry.path().filename());
    std::sort(parts.begin(), parts.end());
    return parts;
}

std::vector<fs::path> ggufFilesOf(const fs::path& path) {
    std::error_code ignored;
    if (fs::exists(path, ignored)) return {path};
    std::vector<fs::path> parts;
    const auto found = ggufPartsBeside(path);
    const int count = found.empty() ? 0 : ggufPartName(found.front())->count;
    for (int i = 1; i <= count; ++i) parts.push_back(ggufPartPath(path, i, count));
    return parts;
}

}  // namespace lorashear
