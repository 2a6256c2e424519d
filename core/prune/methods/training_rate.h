#pragma once

#include "core/train/trainer.h"

#include <algorithm>
#include <cstdint>

namespace lorashear {

/// The trainer's learning rate after a linear rise over `warmup` steps; step counts from 0.
inline double risenRate(const Trainer& trainer, int warmup, std::int64_t step) {
    const double full = trainer.options().optimizer.learningRate;
    return warmup > 0 ? full * std::min(1.0, static_cast<double>(step + 1) / warmup) : full;
}

}  // namespace lorashear
