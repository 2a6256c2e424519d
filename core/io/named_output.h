#pragma once

#include <filesystem>
#include <string_view>
#include <utility>

namespace lorashear {

/// A file that a person named for a command to write. One rule for all of them:
/// - what is there is refused before any work, Error(Io), unless the person asked for it to be replaced (`--force`);
/// - it is written whole or not at all, and one that appeared meanwhile stays and is refused too;
/// - pipes, character devices and whatever is the program's standard output or error already hold nothing that could be lost and are written into (Error(Io) for a
///   pipe that nobody reads); folders, disks and sockets are always refused.
/// Folders go by PendingPath and are never replaced.
class NamedOutput {
public:
    explicit NamedOutput(std::filesystem::path path, bool replace = false) : m_path(std::move(path)), m_replace(replace) {}

    void requireFree() const;  ///< before work begins: also that there is a folder to put it into
    void write(std::string_view content) const;
    bool streams() const;  ///< whether it is written into, not put in place

private:
    std::filesystem::path m_path;
    bool m_replace;
};

}  // namespace lorashear
