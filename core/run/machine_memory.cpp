#include "core/run/machine_memory.h"

#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <limits>
#include <optional>
#include <string>

namespace lorashear {

namespace fs = std::filesystem;

namespace {

constexpr std::int64_t kNoLimit = std::numeric_limits<std::int64_t>::max();

std::optional<std::int64_t> wholeNumber(const std::string& text) {
    std::int64_t value = 0;
    const auto begin = text.find_first_of("0123456789");
    if (begin == std::string::npos) return std::nullopt;
    const auto found = std::from_chars(text.data() + begin, text.data() + text.size(), value);
    return found.ec == std::errc() ? std::optional(value) : std::nullopt;
}

/// A file that holds one number; nothing if it is not there or says "max".
std::optional<std::int64_t> numberIn(const fs::path& file) {
    std::ifstream in(file);
    std::string text;
    return std::getline(in, text) ? wholeNumber(text) : std::nullopt;
}

/// The number behind a line's first word.
std::optional<std::int64_t> numberOf(const fs::path& file, const std::string& word) {
    std::ifstream in(file);
    for (std::string line; std::getline(in, line);)
        if (line.starts_with(word) && line.size() > word.size() && (line[word.size()] == ' ' || line[word.size()] == ':'))
            return wholeNumber(line.substr(word.size()));
    return std::nullopt;
}

/// The files in which a version of control groups keeps what we ask for.
struct GroupFiles {
    const char *folder, *limit, *used, *cache;
};
constexpr GroupFiles kUnified{"sys/fs/cgroup", "memory.max", "memory.current", "inactive_file"};
constexpr GroupFiles kFormer{"sys/fs/cgroup/memory", "memory.limit_in_bytes", "memory.usage_in_bytes",
                             "total_inactive_file"};

std::int64_t roomIn(const fs::path& group, const GroupFiles& files) {
    const auto limit = numberIn(group / files.limit), used = numberIn(group / files.used);
    if (!limit || !used) return kNoLimit;
    return std::max<std::int64_t>(0, *limit - *used + numberOf(group / "memory.stat", files.cache).value_or(0));
}

/// The least that a group and those around it leave. In a container the path may lie outside what is mounted: then its own root counts.
std::int64_t roomAlong(const fs::path& root, const std::string& path, const GroupFiles& files) {
    const fs::path mounted = root / files.folder;
    std::int64_t room = roomIn(mounted, files);
    for (fs::path group = fs::path(path).relative_path(); !group.empty(); group = group.parent_path())
        room = std::min(room, roomIn(mounted / group, files));
    return room;
}

/// "0::/path" of version 2, "4:cpu,memory:/path" of version 1.
std::int64_t roomInGroups(const fs::path& root) {
    std::int64_t room = kNoLimit;
    std::ifstream in(root / "proc/self/cgroup");
    for (std::string line; std::getline(in, line);) {
        const auto first = line.find(':'), second = line.find(':', first + 1);
        if (first == std::string::npos || second == std::string::npos) continue;
        const std::string controllers = "," + line.substr(first + 1, second - first - 1) + ",",
                          path = line.substr(second + 1);
        if (controllers == ",,")
            room = std::min(room, roomAlong(root, path, kUnified));
        else if (controllers.find(",memory,") != std::string::npos)
            room = std::min(room, roomAlong(root, path, kFormer));
    }
    return room;
}

}  // namespace

std::int64_t availableMemory(const fs::path& root) {
    const auto kilobytes = numberOf(root / "proc/meminfo", "MemAvailable");
    const std::int64_t room = std::min(kilobytes ? *kilobytes * 1024 : kNoLimit, roomInGroups(root));
    return room == kNoLimit ? -1 : room;
}

std::int64_t residentMemory() {
    std::ifstream in("/proc/self/statm");
    std::int64_t all = 0, resident = 0;
    return in >> all >> resident ? resident * sysconf(_SC_PAGESIZE) : 0;
}

}  // namespace lorashear
