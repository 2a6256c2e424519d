#pragma once

#include "core/model/causal_lm.h"

#include <cstddef>
#include <vector>

namespace lorashear {

/// Work in units of one whole forward pass over one batch.
struct ProbeCost {
    static constexpr double kBackward = 2;  ///< of one backward pass
    std::vector<double> above;              ///< [block]: from the input of the block to the loss
    double head = 0;

    explicit ProbeCost(const CausalLM& model) : above(static_cast<std::size_t>(model.blocks()), 0.0) {
        const auto blocks = static_cast<double>(model.blocks());
        double inside = 0;
        for (const auto* linear : model.linears()) inside += static_cast<double>(linear->weight.numel());
        const double all = inside + static_cast<double>(model.head().weight.numel());
        head = 1 - inside / all;
        for (std::size_t i = 0; i < above.size(); ++i)
            above[i] = head + inside / all * (blocks - static_cast<double>(i)) / blocks;
    }
};

}  // namespace lorashear
