#pragma once

#include <filesystem>
#include <string_view>

namespace lorashear {

/// A file or folder that is written beside its destination, renamed into place by commit(), and removed otherwise: the destination is whole or
/// as it was. Error(Io) if there is something at the destination that is not an empty folder.
class PendingPath {
public:
    /// mark: a word for the name it has until commit(); the destination's ending stays.
    PendingPath(const std::filesystem::path& destination, std::string_view mark);
    ~PendingPath();
    PendingPath(const PendingPath&) = delete;
    PendingPath& operator=(const PendingPath&) = delete;

    const std::filesystem::path& path() const { return m_path; }  ///< where to write until commit(); nothing is there yet
    void commit();

    /// Error(Io) if there is something at a destination that is not an empty folder: before long work begins whose result goes there.
    static void requireFree(const std::filesystem::path& destination);

    /// Removes what processes that were killed have left for this destination under that mark.
    static void sweep(const std::filesystem::path& destination, std::string_view mark);

private:
    std::filesystem::path m_destination, m_path;
};

/// The same for a folder, which is made at once. Error(Io) if it cannot be.
class PendingFolder : public PendingPath {
public:
    explicit PendingFolder(const std::filesystem::path& destination);
};

/// Error(Io) naming the copy.
void copyFile(const std::filesystem::path& from, const std::filesystem::path& to);

}  // namespace lorashear
