#pragma once

#include <string>
#include <vector>

namespace lorashear {

/// How sampling weights follow from degradations: "proportional", "softmax", "exponentiated".
struct SamplingRule {
    std::string id, help;
};
const std::vector<SamplingRule>& samplingRules();

/// How sources share a round. Bounds and words: core/recover/weighting_fields.h.
struct WeightingSettings {
    std::string weighting = "proportional";  ///< id in samplingRules()
    double floor = 0.3, temperature = 0.1;
};

/// Weights that sum to 1, one per source. delta_i = max(0, nll_i - reference_i), n sources:
///   proportional   (1 - floor) delta_i / sum(delta) + floor / n
///   softmax        (1 - floor) softmax(delta / temperature)_i + floor / n
///   exponentiated  (1 - floor) normalised(previous_i exp(nll_i - reference_i)) + floor / n
/// Uniform if no source is degraded. previous: empty before the first round. Error(BadRecipe, "/recovery/options/…") for bad values.
std::vector<double> samplingWeights(const std::string& rule, const std::vector<double>& nll,
                                    const std::vector<double>& reference, const std::vector<double>& previous, double floor,
                                    double temperature);

/// Dynamic batch loading (Sheared-LLaMA, arXiv 2310.06694 Algorithm 1): (1 - floor) normalised(previous_i exp(rate excess_i)) + floor / n. Equal excess changes
/// nothing before the floor; one nat more multiplies a source's odds by e^rate. previous sums to more than 0.
std::vector<double> exponentiatedWeights(const std::vector<double>& previous, const std::vector<double>& excess, double rate,
                                         double floor);

}  // namespace lorashear
