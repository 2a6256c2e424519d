#pragma once

#include <filesystem>

namespace lorashear {

/// A folder that is written beside its destination, renamed into place by commit(), and removed otherwise: the destination is whole or
/// absent. Error(Io) if the destination exists and is not an empty folder, or cannot be made.
class PendingFolder {
public:
    explicit PendingFolder(std::filesystem::path destination);
    ~PendingFolder();
    PendingFolder(const PendingFolder&) = delete;
    PendingFolder& operator=(const PendingFolder&) = delete;

    const std::filesystem::path& path() const { return m_path; }  ///< where to write until commit()
    void commit();

private:
    std::filesystem::path m_destination, m_path;
};

/// Error(Io) naming the copy.
void copyFile(const std::filesystem::path& from, const std::filesystem::path& to);

}  // namespace lorashear
