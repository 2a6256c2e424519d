#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>

namespace lorashear {

/// A whole file mapped read-only; the pages are read when they are touched. Empty files give an empty span.
class MappedFile {
public:
    /// Error(BadInput) if missing or not a file, Error(Io) if it cannot be opened or mapped.
    static std::shared_ptr<const MappedFile> open(const std::filesystem::path& path);
    ~MappedFile();
    MappedFile(const MappedFile&) = delete;
    MappedFile& operator=(const MappedFile&) = delete;

    std::span<const std::byte> bytes() const { return m_bytes; }

private:
    MappedFile() = default;
    std::span<const std::byte> m_bytes;
};

/// Tells the system that these bytes of a mapped file are done with: what has been read goes on the next need, not when memory is short.
/// They stay readable (from the file). Only for memory that a MappedFile owns.
void forgetPages(const void* begin, std::size_t bytes);

}  // namespace lorashear
