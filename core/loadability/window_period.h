#pragma once

#include <string>
#include <vector>

namespace lorashear {

/// A pattern of windows as llama.cpp counts it: block i has one unless (i + 1) % blocks == 0.
struct WindowPeriod {
    int blocks = 1;       ///< 1: none has a window; one more than there are: all have
    std::string problem;  ///< why it cannot be counted so, in words; empty: it can
};

/// windows: per block, 0 for none (ModelConfig::attention). `usual` where that fits, else the shortest.
WindowPeriod windowPeriod(const std::vector<int>& windows, int usual = 1);

}  // namespace lorashear
