#include "core/io/named_output.h"

#include "core/base/error.h"
#include "core/base/mapping_guard.h"
#include "core/io/atomic_file.h"
#include "core/io/system_calls.h"
#include "core/io/taken.h"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <string>

#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>

namespace lorashear {

namespace {

/// The standard output or error that a path leads to, /dev/stdout of a shell's "> file" above all; -1: neither.
int standardStream(const std::filesystem::path& path) {
    struct stat named {};
    if (::stat(path.c_str(), &named) != 0) return -1;
    for (const int descriptor : {STDOUT_FILENO, STDERR_FILENO}) {
        struct stat open {};
        if (::fstat(descriptor, &open) == 0 && open.st_dev == named.st_dev && open.st_ino == named.st_ino) return descriptor;
    }
    return -1;
}

/// A pipe whose reader goes away is an error like others, not the end of the program: SIGPIPE is held back from this thread and taken off it.
class NoPipeSignal {
public:
    NoPipeSignal() {
        sigemptyset(&m_pipe);
        sigaddset(&m_pipe, SIGPIPE);
        sigset_t pending;
        sigemptyset(&pending);
        sigpending(&pending);
        m_ours = sigismember(&pending, SIGPIPE) == 0;
        pthread_sigmask(SIG_BLOCK, &m_pipe, &m_before);
    }
    ~NoPipeSignal() {
        const timespec now{};
        if (m_ours) (void)uninterrupted([&] { return sigtimedwait(&m_pipe, nullptr, &now); });
        pthread_sigmask(SIG_SETMASK, &m_before, nullptr);
    }
    NoPipeSignal(const NoPipeSignal&) = delete;
    NoPipeSignal& operator=(const NoPipeSignal&) = delete;

private:
    sigset_t m_pipe{}, m_before{};
    bool m_ours = true;
};

/// -1 with errno if that fails; ENXIO: a pipe that nobody has opened to read within two seconds.
int openedStream(const std::filesystem::path& stream) {
    constexpr int kTries = 40;
    constexpr timespec kBetween{0, 50'000'000};
    for (int tries = 1;; ++tries) {
        const int descriptor = uninterrupted([&] { return ::open(stream.c_str(), O_WRONLY | O_CLOEXEC | O_NONBLOCK); });
        if (descriptor >= 0) (void)::fcntl(descriptor, F_SETFL, 0);  // a reader may be slow
        if (descriptor >= 0 || errno != ENXIO || tries == kTries) return descriptor;
        ::nanosleep(&kBetween, nullptr);
    }
}

void writeInto(const std::filesystem::path& stream, std::string_view content) {
    requireIntactMappings();  // what is written may have been made from them
    const NoPipeSignal held;
    // What is open already is written through itself: opened anew, a file would be written from its beginning, over what stands there.
    const int standard = standardStream(stream);
    const int descriptor =
        standard >= 0 ? uninterrupted([&] { return ::fcntl(standard, F_DUPFD_CLOEXEC, 0); }) : openedStream(stream);
    const bool written = descriptor >= 0 && writeAll(descriptor, content.data(), content.size()) == content.size();
    const int code = errno;
    if (descriptor >= 0) ::close(descriptor);
    if (written) return;
    throw Error(ErrorCode::Io, stream.string(),
                descriptor < 0 && code == ENXIO ? "is a pipe from which nobody reads"
                                                : std::string("could not be written: ") + std::strerror(code));
}

void requireFolderOf(const std::filesystem::path& file) {
    std::error_code ignored;
    if (file.has_parent_path() && !std::filesystem::is_directory(file.parent_path(), ignored))
        throw Error(ErrorCode::Io, file.string(), "cannot be created: there is no folder " + file.parent_path().string(),
                    "check that the folder exists");
}

}  // namespace

bool NamedOutput::streams() const {
    std::error_code ignored;
    const auto kind = std::filesystem::status(m_path, ignored).type();
    return kind == std::filesystem::file_type::fifo || kind == std::filesystem::file_type::character ||
           standardStream(m_path) >= 0;
}

void NamedOutput::requireFree() const {
    if (streams()) return;
    if (!m_replace) requireNoFileYet(m_path, "Choose another name, or add --force to replace it.");
    std::error_code ignored;
    const auto kind = std::filesystem::status(m_path, ignored).type();
    if (kind != std::filesystem::file_type::not_found && kind != std::filesystem::file_type::regular)
        refuseTaken(m_path, "exists already and is not a file");
    requireFolderOf(m_path);
}

void NamedOutput::write(std::string_view content) const {
    if (streams()) return writeInto(m_path, content);
    requireFree();
    AtomicFile file(m_path);
    file.write(content);
    file.commit(m_replace ? AtomicFile::Taken::Replace : AtomicFile::Taken::Refuse);
}

}  // namespace lorashear
