#include "core/prune/methods/keep_probabilities.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace lorashear {

void projectToSum(std::vector<double>& p, double keep, double margin) {
    if (p.empty()) return;
    const auto moved = [&](double value, double v) { return std::clamp(value - v, margin, 1 - margin); };
    const auto sumAt = [&](double v) {
        double sum = 0;
        for (const double value : p) sum += moved(value, v);
        return sum;
    };
    const auto [least, most] = std::minmax_element(p.begin(), p.end());
    double low = *least - 1, high = *most;  // everything at its most, everything at its least
    for (int i = 0; i < 100 && low < high; ++i) {
        const double middle = 0.5 * (low + high);
        (sumAt(middle) > keep ? low : high) = middle;
    }
    const double v = 0.5 * (low + high);
    for (double& value : p) value = moved(value, v);
}

std::vector<double> policyGradient(const std::vector<double>& p, const std::vector<MaskSample>& samples, double baseline,
                                   bool preconditioned) {
    std::vector<double> gradient(p.size(), 0.0);
    for (std::size_t i = 0; i < p.size(); ++i) {
        const double variance = p[i] * (1 - p[i]);
        if (!(variance > 0)) continue;
        const double scale = preconditioned ? std::sqrt(variance) : variance;
        for (const MaskSample& sample : samples)
            gradient[i] += (sample.loss - baseline) * ((sample.kept[i] ? 1.0 : 0.0) - p[i]) / scale;
        gradient[i] /= static_cast<double>(samples.size());
    }
    return gradient;
}

std::vector<bool> keptBy(const std::vector<double>& p, const std::vector<double>& u, bool mirrored) {
    std::vector<bool> kept;
    for (std::size_t i = 0; i < p.size(); ++i) kept.push_back((mirrored ? 1 - u[i] : u[i]) < p[i]);
    return kept;
}

}  // namespace lorashear
