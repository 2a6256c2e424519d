#pragma once

#include "core/base/stage.h"
#include "core/run/machine_memory.h"
#include "core/run/run_event.h"
#include "core/train/trainer.h"

namespace lorashear {

/// step: of the whole run.
inline event::Step stepEvent(Stage stage, const StepReport& report, std::int64_t step) {
    return {stageName(stage),
            report.phase,
            step,
            report.loss,
            report.learningRate,
            report.gradientNorm,
            report.zeroGroups,
            report.targetGroups,
            report.redundantNorm,
            report.importantNorm,
            report.seconds > 0 ? static_cast<double>(report.tokens) / report.seconds : 0,
            report.tokens,
            residentMemory()};
}

}  // namespace lorashear
