#pragma once

#include <cstdint>

namespace lorashear {

/// Largest resident memory of this process since the last forgetPeak(), in bytes; 0 where the system does not tell.
std::uint64_t peakBytes();
/// Begins anew from what is resident now. Where the system cannot (it needs Linux), peaks stay those of the whole process.
void forgetPeak();

}  // namespace lorashear
