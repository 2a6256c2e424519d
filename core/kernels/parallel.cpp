#include "core/kernels/parallel.h"

#include <ATen/Parallel.h>

#if !defined(INTRA_OP_PARALLEL) && !defined(__clang__)
#error "parallel.cpp needs OpenMP (-fopenmp): without it every kernel of ours would run on one thread"
#endif

namespace lorashear {

void parallelFor(std::int64_t begin, std::int64_t end, std::int64_t grain,
                 const std::function<void(std::int64_t from, std::int64_t to)>& body) {
    at::parallel_for(begin, end, grain, [&body](std::int64_t from, std::int64_t to) { body(from, to); });
}

}  // namespace lorashear
