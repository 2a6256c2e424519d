#pragma once

#include "core/prune/methods/group_choice.h"
#include "core/prune/methods/scored_options.h"

#include <vector>

namespace lorashear {

/// Fills in what makes good for choice.groups when they become zero at once, `taken` being zero already: changes of the weights and biases of the
/// linears that read them (x: what they read on the calibration text, W: the effective weight, d: the columns that go, k: those that stay).
///
///   Bias          + W_d E[x_d]                                 FLAP, arXiv 2312.11983, section 3.3
///   Scale         output i times a_i, + c_i where there is a place for a bias: the line that fits W x to W_k x best     SlimLLM, arXiv 2505.22689
///   LeastSquares  W_k + D, D the best there is                 Curvature::repairs
///
/// A linear that can have no bias (core/model/added_biases.h) gets the least squares in the place of Bias.
void compensate(const PruningTask& task, ScoredOptions::Compensation how, double damping,
                const std::vector<Sequence>& calibration, const std::vector<GroupRef>& taken, GroupChoice& choice);

}  // namespace lorashear
