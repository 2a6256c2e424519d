#pragma once

#include "core/trace/axes.h"
#include "core/trace/recording.h"

#include <vector>

namespace lorashear::trace {

/// One dimension of one parameter and its atoms [first, first + size).
struct ParameterDim {
    int value = 0;  ///< in Recording::values
    int dim = 0;
    int first = 0;
    std::int64_t size = 0;
    bool consumed = false;  ///< a product with activations sums over it: columns; otherwise rows
};

/// The outcome of running every operator's rule once, in order.
struct Evaluation {
    Dependencies known;
    std::vector<Layout> layouts;     ///< by value
    std::vector<ParameterDim> dims;  ///< in order of first use; atoms do not follow this order
};

Evaluation evaluate(const Recording& recording);

}  // namespace lorashear::trace
