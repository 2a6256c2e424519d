#include "tests/support/page_cache.h"

#include "core/io/mapped_file.h"

#include <algorithm>
#include <vector>

#include <sys/mman.h>
#include <unistd.h>

namespace lorashear::test {

std::uint64_t cachedBytes(const std::filesystem::path& file) {
    const auto mapping = MappedFile::open(file);
    const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
    const auto bytes = mapping->bytes();
    std::vector<unsigned char> resident((bytes.size() + page - 1) / page);
    if (mincore(const_cast<std::byte*>(bytes.data()), bytes.size(), resident.data()) != 0) return UINT64_MAX;
    return static_cast<std::uint64_t>(
               std::count_if(resident.begin(), resident.end(), [](unsigned char flags) { return (flags & 1) != 0; })) *
           page;
}

}  // namespace lorashear::test
