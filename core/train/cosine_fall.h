#pragma once

#include <cmath>
#include <cstdint>
#include <numbers>

namespace lorashear {

/// Half a cosine from 1 at the first step towards 0 after the last. at: steps done, of total > 0.
inline double cosineFall(std::int64_t at, std::int64_t total) {
    return 0.5 * (1 + std::cos(std::numbers::pi * static_cast<double>(at) / static_cast<double>(total)));
}

}  // namespace lorashear
