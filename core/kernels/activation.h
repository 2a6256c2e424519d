#pragma once

namespace lorashear {

/// The function between an MLP's linears. All of them map zero to zero, so that masked rows stay masked.
enum class Activation {
    Silu,
    Gelu,      ///< by the error function
    GeluTanh,  ///< by its tanh approximation
    Relu,
    ReluSquared,
};

}  // namespace lorashear
