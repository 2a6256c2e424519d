#pragma once

#include <cstdint>
#include <functional>

namespace lorashear {

/// body(from, to) over pieces of [begin, end) of at least `grain` numbers each, on the threads that LibTorch computes with
/// (at::set_num_threads). Pieces run at once: they must write to different places. An exception of a piece reaches the caller.
///
/// at::parallel_for is a template that runs on one thread, without a word, in every unit that is not compiled with OpenMP. It is
/// therefore used in parallel.cpp alone, which is, and which does not compile otherwise.
void parallelFor(std::int64_t begin, std::int64_t end, std::int64_t grain,
                 const std::function<void(std::int64_t from, std::int64_t to)>& body);

}  // namespace lorashear
