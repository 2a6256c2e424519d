#include "app/reexec.h"

#include <unistd.h>

#include <cstdlib>

namespace lorashear::app {

namespace {
constexpr const char* kPolicy = "OMP_WAIT_POLICY";
constexpr const char* kSpins = "GOMP_SPINCOUNT";
constexpr const char* kGuard = "LORASHEAR_REEXECUTED";
}  // namespace

void reexecWithPassiveWaits(char** argv) {
    if (std::getenv(kPolicy) != nullptr || std::getenv(kGuard) != nullptr) return;
    ::setenv(kPolicy, "passive", 1);
    ::setenv(kSpins, "2000", 0);
    ::setenv(kGuard, "1", 1);
    ::execv("/proc/self/exe", argv);
}

}  // namespace lorashear::app
