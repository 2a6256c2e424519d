#pragma once

#include <vector>

namespace lorashear {

/// Moves p to the nearest point (least squares) whose values lie in [margin, 1 - margin] and sum to `keep`: p_i - v, clamped, with one v
/// for all. Precondition: margin * n <= keep <= (1 - margin) * n.
void projectToSum(std::vector<double>& p, double keep, double margin);

/// One draw of masks and what the model lost under it.
struct MaskSample {
    std::vector<bool> kept;
    double loss = 0;
};

/// Score-function estimate of dE[loss]/dp for independent masks kept_i ~ Bernoulli(p_i) (arXiv 2406.10576, equation of the policy gradient):
///
///   mean over the samples of (loss - baseline) (kept_i - p_i) / (p_i (1 - p_i))
///
/// Unbiased as long as the baseline does not depend on these samples and each mask is drawn with p on its own, also where samples mirror
/// each other. preconditioned: times sqrt(p_i (1 - p_i)), which bounds its variance and leaves its direction in every coordinate. 0 where p_i
/// is 0 or 1. Precondition: at least one sample.
std::vector<double> policyGradient(const std::vector<double>& p, const std::vector<MaskSample>& samples, double baseline,
                                   bool preconditioned);

/// The masks that uniform numbers u in [0, 1) stand for, and their mirror image: u and 1 - u are as likely.
std::vector<bool> keptBy(const std::vector<double>& p, const std::vector<double>& u, bool mirrored);

}  // namespace lorashear
