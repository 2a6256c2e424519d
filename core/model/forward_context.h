#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

namespace lorashear {

/// Arithmetic of the big products (decision 7). Fp32 is the reference.
enum class Compute {
    Fp32,
    Mixed,  ///< frozen base products in bf16 with fp32 accumulation; everything else fp32
};

/// Keys (rotated) and values of the positions already seen, per block: [B, kvHeads, room, headDim] fp32; rows beyond length are unused.
struct KvCache {
    std::vector<at::Tensor> keys, values;
    std::int64_t length = 0;  ///< positions stored; the next token gets this position
};

/// How one forward pass is to be run. Cheap to copy.
struct ForwardContext {
    bool training = false;          ///< dropout on the LoRA branch is active
    std::uint64_t dropoutSeed = 0;  ///< changes every step; masks are a pure function of it and the layer's name
    Compute compute = Compute::Fp32;
    KvCache* cache = nullptr;  ///< null: the sequence starts at position 0
};

}  // namespace lorashear
