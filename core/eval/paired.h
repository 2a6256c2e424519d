#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

namespace lorashear {

/// What a model's windows of one text cost, in order: sums over predicted tokens, and how many they are.
struct WindowLosses {
    std::vector<double> nll;  ///< nats
    std::vector<std::int64_t> tokens;
};

/// How much worse one model predicts than another, over the same windows, in nats per token. NaN and no windows: nothing to pair.
struct PairedDifference {
    double mean = std::numeric_limits<double>::quiet_NaN();
    double standardError = std::numeric_limits<double>::quiet_NaN();  ///< NaN for fewer than two windows
    double low = std::numeric_limits<double>::quiet_NaN(),
           high = std::numeric_limits<double>::quiet_NaN();  ///< 95 % interval
    int windows = 0;
};

/// With sums a_i, b_i of nll and n_i tokens in window i of w:
///
///   D = sum (a_i - b_i) / sum n_i      the difference of the two mean losses, so exp(D) is the ratio of the perplexities
///   e_i = a_i - b_i - n_i D            what window i departs from it
///   s = sqrt(w / (w - 1) sum e_i^2) / sum n_i       (a ratio of sums, linearised)
///   interval  D -+ t s                 t: 0.975 quantile of Student's distribution with w - 1 degrees of freedom
///
/// Most of what makes windows easy or hard is common to both models and falls out of a_i - b_i, so that few windows tell more about D than many about either
/// loss. Windows are taken as independent, which neighbouring ones of one document are not quite. Only the first windows that both have are compared; nothing is
/// if one of them counts its tokens otherwise (other texts, cuts or vocabularies).
PairedDifference pairedDifference(const WindowLosses& model, const WindowLosses& reference);

/// 0.975 quantile of Student's distribution, for 1 and 2 degrees of freedom exactly, above by Cornish and Fisher's expansion (0.1 % at 3).
double studentQuantile(int degreesOfFreedom);

}  // namespace lorashear
