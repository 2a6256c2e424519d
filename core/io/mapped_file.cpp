#include "core/io/mapped_file.h"

#include "core/base/error.h"
#include "core/io/system_calls.h"

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace lorashear {

MappedFile::Descriptor::~Descriptor() {
    if (number >= 0) close(number);
}

std::shared_ptr<const MappedFile> MappedFile::open(const std::filesystem::path& path) {
    Descriptor descriptor;
    descriptor.number = uninterrupted([&] { return ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK); });
    if (descriptor.number < 0) {
        if (errno == ENOENT || errno == ENOTDIR)
            throw Error(ErrorCode::BadInput, path.string(), "does not exist", "check the spelling of the path");
        throw Error(ErrorCode::Io, path.string(), std::string("cannot be opened: ") + std::strerror(errno));
    }
    struct stat status {};
    if (fstat(descriptor.number, &status) != 0)
        throw Error(ErrorCode::Io, path.string(), std::string("cannot be examined: ") + std::strerror(errno));
    if (!S_ISREG(status.st_mode)) throw Error(ErrorCode::BadInput, path.string(), "is not a file");

    std::shared_ptr<MappedFile> file(new MappedFile);
    const auto size = static_cast<std::size_t>(status.st_size);
    if (size == 0) return file;
    void* address = mmap(nullptr, size, PROT_READ, MAP_PRIVATE, descriptor.number, 0);
    if (address == MAP_FAILED)
        throw Error(ErrorCode::Io, path.string(), std::string("cannot be mapped: ") + std::strerror(errno));
    file->m_bytes = {static_cast<const std::byte*>(address), size};
    file->m_descriptor.number = std::exchange(descriptor.number, -1);
    file->m_guard.emplace(file->m_bytes.data(), size, file->m_descriptor.number, path);
    return file;
}

MappedFile::~MappedFile() {
    m_guard.reset();  // looks at the file once more; afterwards nothing is mapped here
    if (!m_bytes.empty()) munmap(const_cast<std::byte*>(m_bytes.data()), m_bytes.size());
}

void forgetPages(const void* begin, std::size_t bytes) {
    const auto page = static_cast<std::uintptr_t>(sysconf(_SC_PAGESIZE));
    const auto first = (reinterpret_cast<std::uintptr_t>(begin) + page - 1) / page * page;
    const auto last = (reinterpret_cast<std::uintptr_t>(begin) + bytes) / page * page;
    if (last > first) madvise(reinterpret_cast<void*>(first), last - first, MADV_DONTNEED);
}

}  // namespace lorashear
