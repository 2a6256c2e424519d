#pragma once

#include <filesystem>

namespace lorashear {

/// An empty folder in the system's place for temporary files, gone with this object. Error(Io) if it cannot be made.
class ScratchFolder {
public:
    ScratchFolder();
    ~ScratchFolder();
    ScratchFolder(const ScratchFolder&) = delete;
    ScratchFolder& operator=(const ScratchFolder&) = delete;

    const std::filesystem::path& path() const { return m_path; }

private:
    std::filesystem::path m_path;
};

}  // namespace lorashear
