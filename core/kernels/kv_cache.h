#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

namespace lorashear {

/// Keys (rotated) and values of the positions already seen, per block: [B, kvHeads, room, headDim] fp32; rows beyond length are unused.
/// The entries of blocks without attention stay undefined.
struct KvCache {
    std::vector<at::Tensor> keys, values;
    std::int64_t length = 0;  ///< positions stored; the next token gets this position
};

}  // namespace lorashear
