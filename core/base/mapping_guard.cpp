#include "core/base/mapping_guard.h"

#include "core/base/error.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <csignal>
#include <map>
#include <mutex>

#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

// The signal handler may touch nothing but the slots: lock-free atomics in static memory. Everything else about a mapping stands in a map behind
// a mutex, which the handler never sees. A mapping beyond the last slot is not guarded (its loss ends the process, as without us).

namespace lorashear {

namespace {

constexpr std::size_t kSlots = 4096, kNone = kSlots;

struct Slot {
    std::atomic<std::uintptr_t> begin{0};  ///< 0: free
    std::atomic<std::size_t> bytes{0};
    std::atomic<bool> lost{false};
};

std::array<Slot, kSlots> slots;
std::atomic<int> lostMappings{0};
std::uintptr_t pageSize = 4096;
struct sigaction previousAction;

struct Watched {
    std::filesystem::path path;
    int descriptor = -1;
    off_t size = 0;
    struct timespec changed {};
    bool damaged = false;
};

std::mutex watchedMutex;
std::map<std::size_t, Watched>& watched() {
    static auto* const kMap = new std::map<std::size_t, Watched>;  // outlives every mapping
    return *kMap;
}
std::uint64_t damageCount = 0;
std::filesystem::path lastDamaged;

/// Zeros from the page that is gone to the mapping's end: what is cut off is cut off there too.
bool fillLost(std::uintptr_t address) noexcept {
    for (Slot& slot : slots) {
        const std::uintptr_t begin = slot.begin.load(std::memory_order_acquire);
        const std::uintptr_t end = begin + slot.bytes.load(std::memory_order_relaxed);
        if (begin == 0 || address < begin || address >= end) continue;
        const std::uintptr_t page = address / pageSize * pageSize;
        if (mmap(reinterpret_cast<void*>(page), end - page, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) ==
            MAP_FAILED)
            return false;
        if (!slot.lost.exchange(true)) lostMappings.fetch_add(1);
        return true;
    }
    return false;
}

void onBusError(int signal, siginfo_t* info, void* context) {
    if (fillLost(reinterpret_cast<std::uintptr_t>(info->si_addr))) return;
    if ((previousAction.sa_flags & SA_SIGINFO) != 0 && previousAction.sa_sigaction != nullptr)
        return previousAction.sa_sigaction(signal, info, context);
    if (previousAction.sa_handler != SIG_DFL && previousAction.sa_handler != SIG_IGN) return previousAction.sa_handler(signal);
    sigaction(signal, &previousAction, nullptr);  // the fault comes again and ends the process, as it would have
}

void installHandler() {
    static std::once_flag once;
    std::call_once(once, [] {
        pageSize = static_cast<std::uintptr_t>(sysconf(_SC_PAGESIZE));
        struct sigaction action {};
        action.sa_sigaction = onBusError;
        action.sa_flags = SA_SIGINFO | SA_ONSTACK;
        sigemptyset(&action.sa_mask);
        sigaction(SIGBUS, &action, &previousAction);
    });
}

std::size_t takeSlot(const std::byte* begin, std::size_t bytes) {
    for (std::size_t i = 0; i < kSlots; ++i) {
        if (slots[i].begin.load() != 0) continue;  // callers hold the mutex
        slots[i].lost = false;
        slots[i].bytes = bytes;
        slots[i].begin.store(reinterpret_cast<std::uintptr_t>(begin), std::memory_order_release);
        return i;
    }
    return kNone;
}

/// Looks once more, and counts what it finds. The caller holds the mutex.
bool damaged(std::size_t slot, Watched& file) {
    if (file.damaged) return true;
    struct stat now {};
    const bool changed = file.descriptor >= 0 && fstat(file.descriptor, &now) == 0 &&
                         (now.st_size != file.size || now.st_mtim.tv_sec != file.changed.tv_sec ||
                          now.st_mtim.tv_nsec != file.changed.tv_nsec);
    if (!changed && !slots[slot].lost.load()) return false;
    file.damaged = true;
    ++damageCount;
    lastDamaged = file.path;
    return true;
}

[[noreturn]] void refuse(const std::filesystem::path& path) {
    throw Error(ErrorCode::Io, path.string(), "was changed or cut short by another program while it was open",
                "nothing that was computed from it is kept: wait until the file is whole again (a copy, a download), then start over");
}

}  // namespace

MappingGuard::MappingGuard(const std::byte* begin, std::size_t bytes, int descriptor, std::filesystem::path path) {
    installHandler();
    const std::lock_guard lock(watchedMutex);
    m_slot = takeSlot(begin, bytes);
    if (m_slot == kNone) return;
    Watched file{std::move(path), descriptor, 0, {}, false};
    struct stat status {};
    if (fstat(descriptor, &status) == 0)
        file.size = status.st_size, file.changed = status.st_mtim;
    else
        file.descriptor = -1;
    watched()[m_slot] = std::move(file);
}

MappingGuard::~MappingGuard() {
    if (m_slot == kNone) return;
    const std::lock_guard lock(watchedMutex);
    if (const auto found = watched().find(m_slot); found != watched().end()) {
        damaged(m_slot, found->second);
        watched().erase(found);
    }
    slots[m_slot].begin.store(0);
    if (slots[m_slot].lost.exchange(false)) lostMappings.fetch_sub(1);
}

bool mappingLost() noexcept {
    return lostMappings.load(std::memory_order_relaxed) > 0;
}

void requireIntactMappings() {
    const std::lock_guard lock(watchedMutex);
    for (auto& [slot, file] : watched())
        if (damaged(slot, file)) refuse(file.path);
}

std::uint64_t damagedMappings() {
    const std::lock_guard lock(watchedMutex);
    for (auto& [slot, file] : watched()) damaged(slot, file);
    return damageCount;
}

void requireNoDamageSince(std::uint64_t count) {
    if (damagedMappings() <= count) return;
    const std::lock_guard lock(watchedMutex);
    refuse(lastDamaged);
}

}  // namespace lorashear
