#pragma once

#include <cstddef>
#include <cstdlib>
#include <new>

#include <malloc.h>

// Counts what a program allocates with new. To be included by one source of a test program: it replaces the operators.

namespace lorashear::test {

/// What was allocated from the making of this object on. One thread.
class CountedMemory {
public:
    struct Spent {
        std::size_t times = 0, bytes = 0;  ///< in all, freed again or not
        std::size_t mostHeld = 0;          ///< at one time, beyond what was held at the beginning
    };

    CountedMemory() : m_before(totals()) { totals().mostHeld = totals().held; }
    Spent spent() const {
        const Totals& now = totals();
        return {now.times - m_before.times, now.bytes - m_before.bytes,
                now.mostHeld > m_before.held ? now.mostHeld - m_before.held : 0};
    }

    static void* taken(void* memory) {
        if (!memory) throw std::bad_alloc();
        Totals& now = totals();
        const std::size_t bytes = malloc_usable_size(memory);
        ++now.times, now.bytes += bytes, now.held += bytes;
        if (now.held > now.mostHeld) now.mostHeld = now.held;
        return memory;
    }
    static void give(void* memory) noexcept {
        if (memory) totals().held -= malloc_usable_size(memory);
        std::free(memory);
    }

private:
    struct Totals {
        std::size_t times = 0, bytes = 0, held = 0, mostHeld = 0;
    };
    static Totals& totals() noexcept {
        thread_local Totals all;  // what other threads do is not counted
        return all;
    }

    Totals m_before;
};

}  // namespace lorashear::test

void* operator new(std::size_t bytes) {
    return lorashear::test::CountedMemory::taken(std::malloc(bytes > 0 ? bytes : 1));
}
void* operator new[](std::size_t bytes) {
    return operator new(bytes);
}
void operator delete(void* memory) noexcept {
    lorashear::test::CountedMemory::give(memory);
}
void operator delete[](void* memory) noexcept {
    lorashear::test::CountedMemory::give(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
    lorashear::test::CountedMemory::give(memory);
}
void operator delete[](void* memory, std::size_t) noexcept {
    lorashear::test::CountedMemory::give(memory);
}
