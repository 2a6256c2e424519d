#include "core/run/run_lock.h"

#include "core/base/error.h"
#include "core/io/system_calls.h"
#include "core/run/run_holder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <fstream>
#include <mutex>
#include <optional>
#include <sstream>

// One machine's processes keep each other out by flock(2), which the kernel takes back from whoever dies. NFS hands such locks to its server; sshfs and
// other file systems of user space do not: each machine has locks of its own, and two would write one run. So the file says besides who holds it,
// lines of process, host, program and machine, and behind them a number that its holder raises every two seconds. Whoever gets the lock of its own
// machine and reads another machine's name there waits whether that number still rises. A holder that ends in order leaves the file empty; one that was
// killed on another machine costs the next one eight seconds. Clocks are not compared: those of two machines differ. Not kept out are two machines that
// begin within the same moment.

namespace lorashear {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

namespace {

constexpr int kLockAttempts = 10;
constexpr auto kLockPause = 10ms, kBeat = 2000ms, kSilence = 8000ms, kLook = 250ms;
constexpr std::time_t kShownSeconds =
    30;  // a holder on another machine is shown so long after its last beat: sshfs tells times late

struct LockText {
    RunHolder holder;
    std::string machine, beat;
};

std::string lockText(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    std::array<char, 1024> text{};
    in.read(text.data(), text.size());
    return {text.data(), static_cast<std::size_t>(in.gcount())};
}

LockText parsed(const std::string& text) {
    LockText read;
    std::istringstream lines(text);
    std::string pid;
    std::getline(lines, pid), std::getline(lines, read.holder.host), std::getline(lines, read.holder.program);
    std::getline(lines, read.machine), std::getline(lines, read.beat);
    read.holder.pid = std::strtol(pid.c_str(), nullptr, 10);
    return read;
}

std::string hostName() {
    std::array<char, 256> host{};
    ::gethostname(host.data(), host.size() - 1);
    return host.data();
}

/// The host's name and what its kernel was called when it was started: names alone repeat.
std::string thisMachine() {
    std::string boot;
    std::getline(std::ifstream("/proc/sys/kernel/random/boot_id"), boot);
    return hostName() + " " + boot;
}

bool isElsewhere(const LockText& text) {
    return !text.machine.empty() && text.machine != thisMachine();
}

[[noreturn]] void refuse(const fs::path& folder, const std::optional<RunHolder>& holder, bool elsewhere) {
    std::string who;
    if (holder && holder->pid > 0)
        who = ": " + holder->program + ", process " + std::to_string(holder->pid) + (elsewhere ? " on " + holder->host : "");
    throw Error(ErrorCode::Io, folder.string(), "another process is working on this run" + who,
                "wait for it, or stop it first");
}

/// Returns once whoever of another machine stands in the file has been silent for long enough.
void awaitSilence(const fs::path& folder) {
    const fs::path file = folder / kRunLockFile;
    const std::string text = lockText(file);
    const LockText left = parsed(text);
    if (!isElsewhere(left)) return;
    for (auto waited = 0ms; waited < kSilence; waited += kLook) {
        std::this_thread::sleep_for(kLook);
        const std::string now = lockText(file);
        if (now.empty()) return;  // it has just ended
        if (now != text) refuse(folder, parsed(now).holder, true);
    }
}

}  // namespace

std::optional<RunHolder> runHolder(const fs::path& folder) {
    const fs::path file = folder / kRunLockFile;
    const int descriptor = uninterrupted([&] { return ::open(file.c_str(), O_RDONLY | O_CLOEXEC); });
    if (descriptor < 0) return std::nullopt;
    const bool here = ::flock(descriptor, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
    struct stat status {};
    const bool fresh = ::fstat(descriptor, &status) == 0 && std::abs(std::time(nullptr) - status.st_mtime) < kShownSeconds;
    ::close(descriptor);
    if (!here && !fresh) return std::nullopt;
    const LockText text = parsed(lockText(file));
    if (!here && !isElsewhere(text)) return std::nullopt;
    return text.holder;
}

RunLock::RunLock(const fs::path& folder) {
    const fs::path file = folder / kRunLockFile;
    m_descriptor = uninterrupted([&] { return ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644); });
    if (m_descriptor < 0)
        throw Error(ErrorCode::Io, file.string(), std::string("cannot be opened: ") + std::strerror(errno),
                    "the run's folder must be writable");
    try {
        // runHolder() has the lock for a moment to see whether it is free: that is waited for.
        for (int attempt = 0; ::flock(m_descriptor, LOCK_EX | LOCK_NB) != 0; ++attempt) {
            if (attempt >= kLockAttempts) refuse(folder, runHolder(folder), false);
            std::this_thread::sleep_for(kLockPause);
        }
        awaitSilence(folder);
    } catch (...) {
        ::close(m_descriptor);
        throw;
    }
    m_holder =
        std::to_string(::getpid()) + "\n" + hostName() + "\n" + program_invocation_short_name + "\n" + thisMachine() + "\n";
    beat();
}

// The lock holds also where its name cannot be written.
void RunLock::beat() {
    const auto write = [descriptor = m_descriptor, holder = m_holder](long count) {
        std::string number = std::to_string(count);
        number.insert(0, 10 - std::min<std::size_t>(number.size(), 10), '0');  // of one length: readers may know an old one
        const std::string text = holder + number + "\n";
        return ::pwrite(descriptor, text.data(), text.size(), 0) >= 0;
    };
    if (::ftruncate(m_descriptor, 0) != 0 || !write(0)) return;
    m_beats = std::jthread([write](const std::stop_token& stop) {
        std::mutex mutex;
        std::condition_variable_any wake;
        std::unique_lock lock(mutex);
        for (long count = 1; !wake.wait_for(lock, stop, kBeat, [&] { return stop.stop_requested(); }); ++count) write(count);
    });
}

RunLock::~RunLock() {
    m_beats.request_stop();
    if (m_beats.joinable()) m_beats.join();
    (void)!::ftruncate(m_descriptor, 0);
    ::close(m_descriptor);
}

}  // namespace lorashear
