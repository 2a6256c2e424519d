#pragma once

#include "core/run/checkpoint_curve.h"
#include "core/run/stages/run_state.h"

#include <cstdint>

namespace lorashear {

/// Measures state.model for the run's curve of perplexity while it is trained.
class CurvePoints {
public:
    explicit CurvePoints(const RunState& state);
    bool at(std::int64_t step) const;      ///< where the curve has a point there; says whether
    void always(std::int64_t step) const;  ///< beginnings and ends of stages

private:
    const RunState& m_state;
    CheckpointCurve m_curve;
};

}  // namespace lorashear
