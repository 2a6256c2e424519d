#pragma once

#include <cstddef>
#include <cstdio>
#include <filesystem>
#include <string>
#include <string_view>

namespace lorashear {

/// Writes to a temporary neighbour, syncs, and renames on commit: a reader sees the old file or the new one,
/// and a file that somebody has memory-mapped is never written into. Without commit() nothing is left behind.
/// All failures (disk full, permissions) throw Error(Io) naming the path.
class AtomicFile {
public:
    explicit AtomicFile(std::filesystem::path path);
    ~AtomicFile();
    AtomicFile(const AtomicFile&) = delete;
    AtomicFile& operator=(const AtomicFile&) = delete;

    void write(const void* data, std::size_t bytes);
    void write(std::string_view text) { write(text.data(), text.size()); }
    void commit();

private:
    std::filesystem::path m_path, m_temporary;
    std::FILE* m_file = nullptr;
};

void writeFile(const std::filesystem::path& path, std::string_view content);  ///< atomic
std::string readFile(const std::filesystem::path& path);  ///< Error(BadInput) if missing, Error(Io) otherwise

}  // namespace lorashear
