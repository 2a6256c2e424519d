#pragma once

#include "core/model/family.h"

namespace lorashear {

/// Llama 1 and 2 and everything of that shape: RMSNorm, half-split RoPE, grouped-query attention, SwiGLU, optional biases.
Family llamaFamily();

}  // namespace lorashear
