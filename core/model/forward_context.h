#pragma once

#include "core/kernels/compute.h"
#include "core/kernels/kv_cache.h"

#include <cstdint>

namespace lorashear {

/// How one forward pass is to be run. Cheap to copy.
struct ForwardContext {
    bool training = false;          ///< dropout on the LoRA branch is active
    std::uint64_t dropoutSeed = 0;  ///< changes every step; masks are a pure function of it and the layer's name
    Compute compute = Compute::Fp32;
    KvCache* cache = nullptr;  ///< null: the sequence starts at position 0
};

}  // namespace lorashear
