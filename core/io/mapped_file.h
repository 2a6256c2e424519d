#pragma once

#include "core/base/mapping_guard.h"

#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>

namespace lorashear {

/// A whole file mapped read-only; the pages are read when they are touched. Empty files give an empty span. If the file is cut short meanwhile, what is
/// gone reads as zeros and is reported (core/base/mapping_guard.h).
class MappedFile {
public:
    /// Error(BadInput) if missing or not a file, Error(Io) if it cannot be opened or mapped.
    static std::shared_ptr<const MappedFile> open(const std::filesystem::path& path);
    ~MappedFile();
    MappedFile(const MappedFile&) = delete;
    MappedFile& operator=(const MappedFile&) = delete;

    std::span<const std::byte> bytes() const { return m_bytes; }

private:
    struct Descriptor {
        int number = -1;
        ~Descriptor();
    };
    MappedFile() = default;
    std::span<const std::byte> m_bytes;
    Descriptor m_descriptor;  ///< kept open to see whether the file changes
    std::optional<MappingGuard> m_guard;
};

/// Tells the system that these bytes of a mapped file are done with: what has been read goes on the next need, not when memory is short.
/// They stay readable (from the file). Only for memory that a MappedFile owns.
void forgetPages(const void* begin, std::size_t bytes);

}  // namespace lorashear
