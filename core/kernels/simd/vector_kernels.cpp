#include "core/kernels/simd/vector_kernels.h"

#include <array>

namespace lorashear::simd {

namespace portable {
extern const VectorKernels kKernels;
}
#if defined(__x86_64__)
namespace avx2 {
extern const VectorKernels kKernels;
}
namespace avx512 {
extern const VectorKernels kKernels;
}
#endif

namespace {

struct Runnable {
    std::array<const VectorKernels*, 3> kernels{};
    int count = 0;

    Runnable() {
        kernels[static_cast<std::size_t>(count++)] = &portable::kKernels;
#if defined(__x86_64__)
        __builtin_cpu_init();
        if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma")) return;
        kernels[static_cast<std::size_t>(count++)] = &avx2::kKernels;
        if (!__builtin_cpu_supports("avx512f") || !__builtin_cpu_supports("avx512bw") ||
            !__builtin_cpu_supports("avx512vl") || !__builtin_cpu_supports("avx512dq"))
            return;
        kernels[static_cast<std::size_t>(count++)] = &avx512::kKernels;
#endif
    }
};

const Runnable& runnable() {
    static const Runnable kRunnable;
    return kRunnable;
}

}  // namespace

const VectorKernels& vectorKernels() {
    static const VectorKernels& kBest = *runnable().kernels[static_cast<std::size_t>(runnable().count - 1)];
    return kBest;
}

const VectorKernels* const* runnableKernels(int& count) {
    count = runnable().count;
    return runnable().kernels.data();
}

}  // namespace lorashear::simd
