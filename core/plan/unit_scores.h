#pragma once

#include "core/base/control.h"
#include "core/model/forward_context.h"
#include "core/plan/plan.h"
#include "core/text/text_source.h"

#include <map>
#include <string>
#include <vector>

namespace lorashear {

class CausalLM;

/// What the scores of units are measured with.
struct ScoringText {
    const std::vector<Sequence>& sequences;
    int batch = 8;  ///< sequences per forward pass
    Compute compute = Compute::Fp32;
    const std::vector<double>* tokenRanks = nullptr;  ///< rankTokens (core/text/token_choice.h), where tokens take part
    const std::vector<bool>* requiredTokens = nullptr;
};

/// Scores of every unit of the plan that is cut at once, by the way that its settings name (Unit::scores), on calibration text, by forward
/// passes alone. `plan` is one without scores: its counts say how far a greedy choice has to go. The model must be the structure's.
/// Error(Numeric) where a loss is not finite.
UnitScores measureUnitScores(CausalLM& model, const PlanRequest& request, const PruningPlan& plan, const ScoringText& text,
                             const Control& control);

}  // namespace lorashear
