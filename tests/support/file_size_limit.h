#pragma once

#include <cstdint>

namespace lorashear::test {

/// While it lives, no file of this process can grow beyond the limit: writes fail as on a full disk (EFBIG).
class FileSizeLimit {
public:
    explicit FileSizeLimit(std::uint64_t bytes);
    ~FileSizeLimit();
    FileSizeLimit(const FileSizeLimit&) = delete;
    FileSizeLimit& operator=(const FileSizeLimit&) = delete;

private:
    std::uint64_t m_before = 0;
};

}  // namespace lorashear::test
