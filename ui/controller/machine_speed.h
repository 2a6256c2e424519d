#pragma once

#include <QString>

#include <optional>
#include <string>

namespace lorashear::ui {

/// What the engine's speed probe found (command::MeasureMachine).
struct MachineSpeed {
    double fp32Gflops = 0, bf16Gflops = 0;  ///< one product of each kind
    bool mixedPays = false;
    int threads = 0, cores = 0;
    QString cudaProblem;  ///< "" where CUDA can be used
};

/// Of a Finished::resultJson; nothing when it holds no such numbers.
std::optional<MachineSpeed> machineSpeedOf(const std::string& resultJson);

}  // namespace lorashear::ui
