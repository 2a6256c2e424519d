#pragma once

#include "core/trace/structure.h"

#include <vector>

namespace lorashear {

/// What the half-space test of one step saw of each group that it was about. x: the group's rows before the step; x': those that training and
/// shrinking lead to.
struct ProjectionReport {
    double boundary = 0;           ///< with `along` below it a group goes at once
    bool last = false;             ///< last step of a period: all of them go
    std::vector<GroupRef> groups;  ///< that were still fading
    std::vector<double> before;    ///< |x|
    std::vector<double> cosine;    ///< of the angle between x and x', as training alone leads to it: shrinking turns nothing
    std::vector<double> along;     ///< <x', x> / |x|^2, what the test compares with the boundary
    std::vector<double> norm;      ///< of the rows after the step; exactly 0 once the group is gone
    std::vector<int> returning;    ///< 1: had faded and grows back, since others go in its place
};

}  // namespace lorashear
