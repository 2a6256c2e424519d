#include "app/interrupt.h"

#include <unistd.h>
#include <csignal>
#include <ctime>

namespace lorashear::app {

namespace {

constexpr int kInterrupted = 130;  // what shells expect of a program that Ctrl-C ended

sigset_t watched() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    return set;
}

}  // namespace

Interrupt::Interrupt() {
    const sigset_t set = watched();
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
    m_listener = std::jthread([this](std::stop_token quit) {
        const sigset_t signals = watched();
        const timespec slice{0, 50'000'000};
        while (!quit.stop_requested()) {
            if (sigtimedwait(&signals, nullptr, &slice) <= 0) continue;
            if (m_stop.stop_requested()) ::_exit(kInterrupted);
            m_stop.request_stop();
        }
    });
}

Interrupt::~Interrupt() = default;

}  // namespace lorashear::app
