#pragma once

#include "core/plan/rank_plan.h"
#include "core/plan/unit_scores.h"

#include <vector>

namespace lorashear {

/// What every rank of these linears loses of its output on the text, E |W x - V x|^2, V the nearest of its form (core/model/factor_fit.h). Of low ranks
/// exactly, by one eigendecomposition each: sums of squared singular values of the whitened matrix. Of blocks at `samples` ranks, evenly spread, by
/// a fit each, and on straight lines between. relative: over E |W x|^2, so that linears with large outputs do not count more.
/// Looks at weights with their adapters and changes nothing. Error(Numeric) if an input is not finite.
RankLosses rankLosses(const CausalLM& model, const std::vector<RankCandidate>& candidates, int blocks, int samples,
                      bool relative, const ScoringText& text, const Control& control);

}  // namespace lorashear
