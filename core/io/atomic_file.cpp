#include "core/io/atomic_file.h"

#include "core/base/error.h"
#include "core/base/mapping_guard.h"
#include "core/io/file_pieces.h"
#include "core/io/system_calls.h"
#include "core/io/taken.h"

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <system_error>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <poll.h>

namespace lorashear {

namespace {

constexpr std::size_t kBuffered = 1 << 16;
constexpr std::size_t kPiece = 1 << 18;
constexpr const char* kTemporary = ".tmp-";

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
    name += kTemporary + std::to_string(getpid()) + "-" + std::to_string(counter.fetch_add(1));
    return path.parent_path() / name;
}

/// After the rename: the new name itself must survive a power cut. Some file systems cannot sync a folder, which is no failure.
void syncFolderOf(const std::filesystem::path& path) {
    const auto folder = path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
    const int descriptor = uninterrupted([&] { return ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); });
    if (descriptor < 0) return;
    (void)uninterrupted([&] { return ::fsync(descriptor); });
    ::close(descriptor);
}

}  // namespace

AtomicFile::AtomicFile(std::filesystem::path path) : m_path(std::move(path)) {
    if (!m_path.has_filename()) throw Error(ErrorCode::Io, m_path.string(), "is not the name of a file");
    std::error_code ignored;
    if (std::filesystem::is_directory(m_path, ignored)) fail(m_path, "cannot be written", EISDIR);
    // A rename would put a file in the place of the system's device (/dev/null) or of a pipe that somebody reads.
    if (std::filesystem::is_other(m_path, ignored))
        throw Error(ErrorCode::Io, m_path.string(), "cannot be written: it is no ordinary file", "choose another name");
    if (std::filesystem::is_symlink(m_path, ignored)) m_path = std::filesystem::weakly_canonical(m_path);
    m_temporary = neighbourOf(m_path);
    m_descriptor = uninterrupted([&] { return ::open(m_temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666); });
    if (m_descriptor < 0) fail(m_path, "cannot be created", errno);
}

AtomicFile::~AtomicFile() {
    if (m_descriptor >= 0) ::close(m_descriptor);
    if (!m_temporary.empty()) ::unlink(m_temporary.c_str());
}

void AtomicFile::write(const void* data, std::size_t bytes) {
    if (m_descriptor < 0) throw Error(ErrorCode::Internal, m_path.string(), "written to after commit");
    if (bytes == 0) return;
    if (m_buffer.size() + bytes <= kBuffered) {
        m_buffer.append(static_cast<const char*>(data), bytes);
        return;
    }
    flush();
    if (writeAll(m_descriptor, data, bytes) != bytes) fail(m_path, "could not be written", errno);
}

void AtomicFile::flush() {
    if (writeAll(m_descriptor, m_buffer.data(), m_buffer.size()) != m_buffer.size())
        fail(m_path, "could not be written", errno);
    m_buffer.clear();
}

void AtomicFile::commit(Taken taken) {
    if (m_descriptor < 0) throw Error(ErrorCode::Internal, m_path.string(), "committed twice");
    requireIntactMappings();  // what is written may have been made from them
    flush();
    if (uninterrupted([&] { return ::fsync(m_descriptor); }) != 0 && errno != EINVAL)
        fail(m_path, "could not be written to the disk", errno);
    // Not called again after a signal: the descriptor is gone either way, and all bytes are on the disk.
    if (::close(std::exchange(m_descriptor, -1)) != 0 && errno != EINTR) fail(m_path, "could not be closed", errno);
    (taken == Taken::Refuse ? putInFreePlace : putInPlace)(m_temporary, m_path);
    m_temporary.clear();
}

void putInPlace(const std::filesystem::path& from, const std::filesystem::path& to) {
    if (uninterrupted([&] { return std::rename(from.c_str(), to.c_str()); }) != 0)
        fail(to, "could not be put in place", errno);
    syncFolderOf(to);
}

void putInFreePlace(const std::filesystem::path& from, const std::filesystem::path& to) {
    const int result =
        uninterrupted([&] { return ::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE); });
    if (result == 0) return syncFolderOf(to);
    if (errno == EEXIST) refuseTaken(to, "exists already");
    if (errno != EINVAL && errno != ENOSYS) fail(to, "could not be put in place", errno);
    requireNoFileYet(to);  // some network file systems cannot: the little that is left between looking and renaming
    putInPlace(from, to);
}

bool isTemporaryName(const std::string& name) {
    return name.starts_with('.') && name.find(kTemporary) != std::string::npos;
}

void sweepTemporaries(const std::filesystem::path& folder) {
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator(folder, ignored))
        if (isTemporaryName(entry.path().filename().string())) std::filesystem::remove(entry.path(), ignored);
}

void writeFile(const std::filesystem::path& path, std::string_view content) {
    AtomicFile file(path);
    file.write(content);
    file.commit();
}

std::string readFile(const std::filesystem::path& path) {
    std::string content;
    forEachPiece(path, [&content](std::string_view piece) { content.append(piece); });
    return content;
}

namespace {

/// Closed also when whoever gets the pieces has had enough.
struct OpenFile {
    explicit OpenFile(const std::filesystem::path& path)
        : descriptor(uninterrupted([&] { return ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK); })) {}
    ~OpenFile() {
        if (descriptor >= 0) ::close(descriptor);
    }
    OpenFile(const OpenFile&) = delete;
    OpenFile& operator=(const OpenFile&) = delete;
    const int descriptor;
};

/// A pipe in a folder of somebody else's must not hold the program for ever: without a writer it is an error, with one it is read as usual.
/// What was read to find out: nothing, or the first byte of a writer that was just in time.
std::string requireWriter(const OpenFile& pipe, const std::filesystem::path& path) {
    constexpr int kMilliseconds = 2000;
    pollfd waited{pipe.descriptor, POLLIN, 0};
    const bool said = uninterrupted([&] { return ::poll(&waited, 1, kMilliseconds); }) > 0;
    char first = 0;
    // Only reading tells a pipe without a writer (its end) from one whose writer is slow (EAGAIN): poll() waits for both alike.
    const ssize_t got = said ? -1 : uninterrupted([&] { return ::read(pipe.descriptor, &first, 1); });
    if (got == 0) throw Error(ErrorCode::BadInput, path.string(), "is a pipe into which nobody writes");
    (void)::fcntl(pipe.descriptor, F_SETFL, 0);
    return got == 1 ? std::string(1, first) : std::string();
}

}  // namespace

void forEachPiece(const std::filesystem::path& path, const std::function<void(std::string_view)>& use) {
    std::error_code ignored;
    if (!std::filesystem::exists(path, ignored))
        throw Error(ErrorCode::BadInput, path.string(), "does not exist", "check the spelling of the path");
    if (std::filesystem::is_directory(path, ignored))
        throw Error(ErrorCode::BadInput, path.string(), "is a folder, a file is needed");
    const bool pipe = std::filesystem::is_fifo(path, ignored);
    if (std::filesystem::is_other(path, ignored) && !pipe)  // a link to /dev/zero has no end
        throw Error(ErrorCode::BadInput, path.string(), "is a device, a file is needed");
    const OpenFile file(path);
    if (file.descriptor < 0)
        throw Error(ErrorCode::Io, path.string(), std::string("cannot be opened: ") + std::strerror(errno));
    if (const std::string first = pipe ? requireWriter(file, path) : std::string(); !first.empty()) use(first);
    std::vector<char> block(kPiece);
    for (;;) {
        const ssize_t got = uninterrupted([&] { return ::read(file.descriptor, block.data(), block.size()); });
        if (got < 0) throw Error(ErrorCode::Io, path.string(), std::string("cannot be read: ") + std::strerror(errno));
        if (got == 0) return;
        use({block.data(), static_cast<std::size_t>(got)});
    }
}

}  // namespace lorashear
