#pragma once

#include "core/trace/evaluation.h"

#include <vector>

namespace lorashear::trace {

/// Where the classes of a family lie in one dimension: class j owns [begin + j * stride, + length).
struct FamilySlice {
    int dim = 0;  ///< index into the dims given
    std::int64_t begin = 0, stride = 0, length = 0;
};

/// Classes with the same pattern of slices.
struct ClassFamily {
    std::vector<int> roots;  ///< in order of their first slice
    std::vector<FamilySlice> slices;
    bool regular = true;  ///< false: slices say where the first class lies, and the others follow no fixed distance
};

/// Sorts the classes of these dimensions' atoms into families, in order of the dimensions.
std::vector<ClassFamily> familiesOf(const std::vector<ParameterDim>& dims, Classes& classes);

}  // namespace lorashear::trace
