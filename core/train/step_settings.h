#pragma once

namespace lorashear {

/// What every training step is asked, while pruning as in recovery. Bounds and words: core/train/step_fields.h.
struct StepSettings {
    int batch = 8;            ///< sequences per step
    double distillation = 0;  ///< weight of KL(dense || pruned) against (1 - weight) * nll; 0 needs no teacher
};

}  // namespace lorashear
