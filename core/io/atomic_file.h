#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

namespace lorashear {

/// Writes to a temporary neighbour, syncs, and renames on commit: a reader sees the old file or the new one,
/// and a file that somebody has memory-mapped is never written into. Without commit() nothing is left behind.
/// All failures (disk full, permissions, a device or pipe of that name) throw Error(Io) naming the path.
class AtomicFile {
public:
    explicit AtomicFile(std::filesystem::path path);
    ~AtomicFile();
    AtomicFile(const AtomicFile&) = delete;
    AtomicFile& operator=(const AtomicFile&) = delete;

    void write(const void* data, std::size_t bytes);
    void write(std::string_view text) { write(text.data(), text.size()); }

    /// What commit() does where something is at the destination; Refuse: Error(Io), and it stays, also when it appeared only now.
    enum class Taken { Replace, Refuse };
    void commit(Taken taken = Taken::Replace);

private:
    void flush();

    std::filesystem::path m_path, m_temporary;
    int m_descriptor = -1;
    std::string m_buffer;
};

void writeFile(const std::filesystem::path& path, std::string_view content);  ///< atomic
std::string readFile(const std::filesystem::path& path);  ///< Error(BadInput) if missing, Error(Io) otherwise

/// Puts a file or folder that was written under another name in place, and sees to it that the new name survives a power cut. Error(Io) naming
/// `to`.
void putInPlace(const std::filesystem::path& from, const std::filesystem::path& to);
/// The same, but never over something else: Error(Io), "exists already", also when that appeared only now.
void putInFreePlace(const std::filesystem::path& from, const std::filesystem::path& to);

/// Removes what AtomicFile left in a folder when its process was killed. Only where nobody else is writing.
void sweepTemporaries(const std::filesystem::path& folder);
/// Whether a name is one of those.
bool isTemporaryName(const std::string& name);

}  // namespace lorashear
