#include "core/io/atomic_file.h"

#include "core/base/error.h"
#include "core/base/mapping_guard.h"

#include <atomic>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

namespace lorashear {

namespace {

/// What a person can do about an errno of the writing calls.
const char* hintFor(int code) {
    switch (code) {
        case ENOSPC:
        case EDQUOT: return "free some space there or choose another place, then try again";
        case EFBIG:
            return "the file may not grow further here (a size limit of the system or the shell): choose another place";
        case EACCES:
        case EPERM:
        case EROFS: return "choose a folder you may write to";
        case ENOENT:
        case ENOTDIR: return "check that the folder exists";
        default: return "check the disk and the folder, then try again";
    }
}

[[noreturn]] void fail(const std::filesystem::path& path, const char* what, int code) {
    throw Error(ErrorCode::Io, path.string(), std::string(what) + ": " + std::strerror(code), hintFor(code));
}

std::filesystem::path neighbourOf(const std::filesystem::path& path) {
    static std::atomic<unsigned> counter{0};
    std::string name(1, '.');
    name += path.filename().string();
    name += ".tmp-" + std::to_string(getpid()) + "-" + std::to_string(counter.fetch_add(1));
    return path.parent_path() / name;
}

/// After the rename: the new name itself must survive a power cut. Some file systems cannot sync a folder, which is no failure.
void syncFolderOf(const std::filesystem::path& path) {
    const auto folder = path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
    const int descriptor = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0) return;
    (void)fsync(descriptor);
    close(descriptor);
}

}  // namespace

AtomicFile::AtomicFile(std::filesystem::path path) : m_path(std::move(path)) {
    if (!m_path.has_filename()) throw Error(ErrorCode::Io, m_path.string(), "is not the name of a file");
    std::error_code ignored;
    if (std::filesystem::is_directory(m_path, ignored)) fail(m_path, "cannot be written", EISDIR);
    if (std::filesystem::is_symlink(m_path, ignored)) m_path = std::filesystem::weakly_canonical(m_path);
    m_temporary = neighbourOf(m_path);
    m_file = std::fopen(m_temporary.c_str(), "wbxe");
    if (!m_file) fail(m_path, "cannot be created", errno);
}

AtomicFile::~AtomicFile() {
    if (m_file) std::fclose(m_file);
    if (!m_temporary.empty()) unlink(m_temporary.c_str());
}

void AtomicFile::write(const void* data, std::size_t bytes) {
    if (!m_file) throw Error(ErrorCode::Internal, m_path.string(), "written to after commit");
    if (bytes != 0 && std::fwrite(data, 1, bytes, m_file) != bytes) fail(m_path, "could not be written", errno);
}

void AtomicFile::commit() {
    if (!m_file) throw Error(ErrorCode::Internal, m_path.string(), "committed twice");
    requireIntactMappings();  // what is written may have been made from them
    if (std::fflush(m_file) != 0) fail(m_path, "could not be written", errno);
    if (fsync(fileno(m_file)) != 0 && errno != EINVAL) fail(m_path, "could not be written to the disk", errno);
    std::FILE* file = std::exchange(m_file, nullptr);
    if (std::fclose(file) != 0) fail(m_path, "could not be closed", errno);
    if (std::rename(m_temporary.c_str(), m_path.c_str()) != 0) fail(m_path, "could not be put in place", errno);
    m_temporary.clear();
    syncFolderOf(m_path);
}

void writeFile(const std::filesystem::path& path, std::string_view content) {
    AtomicFile file(path);
    file.write(content);
    file.commit();
}

std::string readFile(const std::filesystem::path& path) {
    std::error_code ignored;
    if (!std::filesystem::exists(path, ignored))
        throw Error(ErrorCode::BadInput, path.string(), "does not exist", "check the spelling of the path");
    if (std::filesystem::is_directory(path, ignored))
        throw Error(ErrorCode::BadInput, path.string(), "is a folder, a file is needed");
    std::FILE* file = std::fopen(path.c_str(), "rbe");
    if (!file) throw Error(ErrorCode::Io, path.string(), std::string("cannot be opened: ") + std::strerror(errno));
    std::string content;
    char block[1 << 16];
    for (std::size_t got = 0; (got = std::fread(block, 1, sizeof block, file)) > 0;) content.append(block, got);
    const bool failed = std::ferror(file) != 0;
    const int code = errno;
    std::fclose(file);
    if (failed) throw Error(ErrorCode::Io, path.string(), std::string("cannot be read: ") + std::strerror(code));
    return content;
}

}  // namespace lorashear
