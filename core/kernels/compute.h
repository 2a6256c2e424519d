#pragma once

namespace lorashear {

/// Arithmetic of the big products. Fp32 is the reference.
enum class Compute {
    Fp32,
    Mixed,  ///< frozen base products in bf16 with fp32 accumulation; everything else fp32
};

}  // namespace lorashear
