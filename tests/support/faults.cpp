// Loaded before the C library (LD_PRELOAD): lets one call on a file fail, so that a test can see what a program makes of it.
//
//   LORASHEAR_FAULT_ROOT=FOLDER    only calls on files below it are counted
//   LORASHEAR_FAULT_AT=N           the N-th of them fails, from 1
//   LORASHEAR_FAULT_AS=HOW         ENOSPC, EIO, EINTR, EROFS: with that error, where the call can have it; short: half of the bytes; torn: half of the
//                                  bytes are written and the process is killed; kill: it is killed before the call
//   LORASHEAR_FAULT_STAYS=1        so do all later ones
//   LORASHEAR_FAULT_TRACE=FILE     every counted call as a line: number, name, path
//   LORASHEAR_FAULT_CLOCK=SECONDS  every other look at the system's clock is so much later
//
// Counted are open (fopen and opendir too), read, write, fsync, rename, mkdir and ftruncate under all their names. What the C library calls inside
// itself does not pass here: whoever wants to be tested reads and writes by system calls or C++ streams.

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <string_view>

#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <unistd.h>

namespace {

enum class Call { Open, Create, Read, Write, Sync, Rename, Folder, Truncate };
constexpr const char* kNames[] = {"open", "create", "read", "write", "fsync", "rename", "mkdir", "ftruncate"};

struct Wish {
    std::string_view root, how;
    long at = 0, clock = 0;
    bool stays = false;
    int trace = -1;
};

std::string_view variable(const char* name) {
    const char* value = std::getenv(name);
    return value != nullptr ? value : "";
}

const Wish& wish() {
    static const Wish kWish = [] {
        Wish read;
        read.root = variable("LORASHEAR_FAULT_ROOT");
        read.how = variable("LORASHEAR_FAULT_AS");
        read.at = std::strtol(variable("LORASHEAR_FAULT_AT").data(), nullptr, 10);
        read.clock = std::strtol(variable("LORASHEAR_FAULT_CLOCK").data(), nullptr, 10);
        read.stays = variable("LORASHEAR_FAULT_STAYS") == "1";
        if (const auto file = variable("LORASHEAR_FAULT_TRACE"); !file.empty())
            read.trace = static_cast<int>(
                syscall(SYS_openat, AT_FDCWD, file.data(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644));
        return read;
    }();
    return kWish;
}

std::atomic<long> counted{0};

template <class Function>
Function* next(const char* name) {
    return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
}

void note(long number, Call call, const char* path) {
    if (wish().trace < 0) return;
    char line[1024];
    const int size = std::snprintf(line, sizeof line, "%ld %s %s\n", number, kNames[static_cast<int>(call)], path);
    if (size > 0)
        (void)!syscall(SYS_write, wish().trace, line,
                       std::min<std::size_t>(static_cast<std::size_t>(size), sizeof line - 1));
}

bool below(const char* path) {
    const auto root = wish().root;
    return !root.empty() && path != nullptr && std::string_view(path).substr(0, root.size()) == root;
}

/// Whether this call is one that shall fail.
bool chosen(Call call, const char* path) {
    if (!below(path)) return false;
    const long number = ++counted;
    note(number, call, path);
    return wish().at > 0 && (number == wish().at || (wish().stays && number > wish().at));
}

bool chosen(Call call, int descriptor) {
    char link[64], path[1024];
    std::snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    const int before = errno;
    const auto size = readlink(link, path, sizeof path - 1);
    errno = before;
    if (size <= 0) return false;
    path[size] = 0;
    return chosen(call, path);
}

/// The error with which a call fails; 0: it cannot have that one.
int errorOf(Call call) {
    const auto how = wish().how;
    const bool changes = call != Call::Open && call != Call::Read;
    if (how == "EIO") return EIO;
    if (how == "EINTR") return call == Call::Folder || call == Call::Truncate ? 0 : EINTR;
    if (how == "ENOSPC") return changes && call != Call::Truncate ? ENOSPC : 0;
    if (how == "EROFS") return changes && call != Call::Sync ? EROFS : 0;
    return 0;
}

[[noreturn]] void die() {
    syscall(SYS_kill, getpid(), SIGKILL);
    for (;;) pause();
}

/// True: the call fails, errno says how. Does not come back where the process shall die.
bool failing(Call call) {
    if (wish().how == "kill" || wish().how == "torn") die();
    const int code = errorOf(call);
    if (code != 0) errno = code;
    return code != 0;
}

std::size_t halfOf(std::size_t bytes) {
    return bytes > 1 ? bytes / 2 : bytes;
}

/// action(bytes): the real call on so many of them.
template <class Action>
ssize_t transferred(Call call, int descriptor, std::size_t bytes, const Action& action) {
    if (!chosen(call, descriptor)) return action(bytes);
    if (wish().how == "short") return action(halfOf(bytes));
    if (wish().how == "torn" && call == Call::Write) action(halfOf(bytes)), die();
    return failing(call) ? -1 : action(bytes);
}

Call opening(int flags) {
    return (flags & O_CREAT) != 0 || (flags & O_ACCMODE) != O_RDONLY ? Call::Create : Call::Open;
}

mode_t modeOf(int flags, std::va_list& rest) {
    const bool makes = (flags & O_CREAT) != 0 || (flags & O_TMPFILE) == O_TMPFILE;
    return makes ? static_cast<mode_t>(va_arg(rest, unsigned)) : 0;
}

long jump() {
    static std::atomic<long> looks{0};
    return wish().clock != 0 && ++looks % 2 == 0 ? wish().clock : 0;
}

}  // namespace

extern "C" {

int open(const char* path, int flags, ...) {
    std::va_list rest;
    va_start(rest, flags);
    const mode_t mode = modeOf(flags, rest);
    va_end(rest);
    const Call call = opening(flags);
    if (chosen(call, path) && failing(call)) return -1;
    return static_cast<int>(syscall(SYS_openat, AT_FDCWD, path, flags, mode));
}

int open64(const char* path, int flags, ...) {
    std::va_list rest;
    va_start(rest, flags);
    const mode_t mode = modeOf(flags, rest);
    va_end(rest);
    return open(path, flags, mode);
}

FILE* fopen(const char* path, const char* mode) {
    static const auto kReal = next<FILE*(const char*, const char*)>("fopen");
    const Call call = mode[0] == 'r' && std::strchr(mode, '+') == nullptr ? Call::Open : Call::Create;
    return chosen(call, path) && wish().how != "EINTR" && failing(call) ? nullptr : kReal(path, mode);
}

FILE* fopen64(const char* path, const char* mode) {
    return fopen(path, mode);
}

DIR* opendir(const char* path) {
    static const auto kReal = next<DIR*(const char*)>("opendir");
    return chosen(Call::Open, path) && wish().how != "EINTR" && failing(Call::Open) ? nullptr : kReal(path);
}

ssize_t read(int descriptor, void* to, size_t bytes) {
    return transferred(Call::Read, descriptor, bytes, [&](std::size_t n) { return syscall(SYS_read, descriptor, to, n); });
}

ssize_t pread(int descriptor, void* to, size_t bytes, off_t at) {
    return transferred(Call::Read, descriptor, bytes,
                       [&](std::size_t n) { return syscall(SYS_pread64, descriptor, to, n, at); });
}

ssize_t pread64(int descriptor, void* to, size_t bytes, off64_t at) {
    return pread(descriptor, to, bytes, at);
}

ssize_t write(int descriptor, const void* from, size_t bytes) {
    return transferred(Call::Write, descriptor, bytes,
                       [&](std::size_t n) { return syscall(SYS_write, descriptor, from, n); });
}

ssize_t pwrite(int descriptor, const void* from, size_t bytes, off_t at) {
    return transferred(Call::Write, descriptor, bytes,
                       [&](std::size_t n) { return syscall(SYS_pwrite64, descriptor, from, n, at); });
}

ssize_t writev(int descriptor, const struct iovec* parts, int count) {
    if (chosen(Call::Write, descriptor) && failing(Call::Write)) return -1;
    return syscall(SYS_writev, descriptor, parts, count);
}

int fsync(int descriptor) {
    return chosen(Call::Sync, descriptor) && failing(Call::Sync) ? -1 : static_cast<int>(syscall(SYS_fsync, descriptor));
}

int rename(const char* from, const char* to) noexcept {
    return chosen(Call::Rename, to) && failing(Call::Rename) ? -1 : static_cast<int>(syscall(SYS_rename, from, to));
}

int renameat2(int fromFolder, const char* from, int toFolder, const char* to, unsigned flags) noexcept {
    if (chosen(Call::Rename, to) && failing(Call::Rename)) return -1;
    return static_cast<int>(syscall(SYS_renameat2, fromFolder, from, toFolder, to, flags));
}

int mkdir(const char* path, mode_t mode) noexcept {
    return chosen(Call::Folder, path) && failing(Call::Folder) ? -1 : static_cast<int>(syscall(SYS_mkdir, path, mode));
}

int ftruncate(int descriptor, off_t size) noexcept {
    return chosen(Call::Truncate, descriptor) && failing(Call::Truncate)
               ? -1
               : static_cast<int>(syscall(SYS_ftruncate, descriptor, size));
}

int clock_gettime(clockid_t clock, struct timespec* now) noexcept {
    static const auto kReal = next<int(clockid_t, struct timespec*)>("clock_gettime");
    const int result = kReal(clock, now);
    if (result == 0 && clock == CLOCK_REALTIME) now->tv_sec += jump();
    return result;
}

time_t time(time_t* to) noexcept {
    struct timespec now {};
    clock_gettime(CLOCK_REALTIME, &now);
    if (to != nullptr) *to = now.tv_sec;
    return now.tv_sec;
}

}  // extern "C"
