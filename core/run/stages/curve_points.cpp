#include "core/run/stages/curve_points.h"

#include "core/run/stages/measure.h"

namespace lorashear {

CurvePoints::CurvePoints(const RunState& state) : m_state(state) {
    const auto& texts = state.recipe.evaluation.texts;
    if (!texts.empty())
        m_curve = checkpointCurve(state.recipe, protocolOf(texts.front(), *state.model, *state.dense->tokenizer).window);
}

bool CurvePoints::at(std::int64_t step) const {
    if (m_curve.at(step)) always(step);
    return m_curve.at(step);
}

void CurvePoints::always(std::int64_t step) const {
    const auto& texts = m_state.recipe.evaluation.texts;
    if (texts.empty()) return;
    const auto& dense = m_state.original.measured.texts;
    const auto found = dense.find(texts.front().name);
    measureCheckpoint(m_state.measuring(), *m_state.model, step, m_curve.windows,
                      found == dense.end() ? WindowLosses() : found->second.windows);
}

}  // namespace lorashear
