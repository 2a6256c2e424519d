#pragma once
// The precompiled header of units with LibTorch. Units still include what they use.
// ATen alone, on purpose: GCC instantiates every template that is pending at the end of a precompiled header again in every unit. That
// takes 3 s of a unit here and 18 s with <torch/torch.h>, of which nothing but autograd's own headers is used.
#include <ATen/ATen.h>

#include <nlohmann/json.hpp>
