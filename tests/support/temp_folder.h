#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace lorashear::test {

/// A folder that exists as long as this object.
class TempFolder {
public:
    TempFolder();
    ~TempFolder();
    TempFolder(const TempFolder&) = delete;
    TempFolder& operator=(const TempFolder&) = delete;

    const std::filesystem::path& path() const { return m_path; }
    /// Writes (not atomically) and gives the file's path.
    std::filesystem::path write(const std::string& name, std::string_view content) const;

private:
    std::filesystem::path m_path;
};

}  // namespace lorashear::test
