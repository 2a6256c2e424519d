#include "core/eval/paired.h"

#include <algorithm>
#include <cmath>

namespace lorashear {

double studentQuantile(int degreesOfFreedom) {
    constexpr double kZ = 1.959963984540054, kP = 0.975;
    if (degreesOfFreedom < 1) return std::numeric_limits<double>::quiet_NaN();
    if (degreesOfFreedom == 1) return std::tan(M_PI * (kP - 0.5));
    if (degreesOfFreedom == 2) return (2 * kP - 1) / std::sqrt(2 * kP * (1 - kP));
    const double n = degreesOfFreedom, z2 = kZ * kZ;
    const double first = (z2 + 1) / 4;
    const double second = ((5 * z2 + 16) * z2 + 3) / 96;
    const double third = (((3 * z2 + 19) * z2 + 17) * z2 - 15) / 384;
    const double fourth = ((((79 * z2 + 776) * z2 + 1482) * z2 - 1920) * z2 - 945) / 92160;
    return kZ * (1 + (first + (second + (third + fourth / n) / n) / n) / n);
}

PairedDifference pairedDifference(const WindowLosses& model, const WindowLosses& reference) {
    const std::size_t count = std::min(model.nll.size(), reference.nll.size());
    PairedDifference found;
    double difference = 0, tokens = 0;
    for (std::size_t i = 0; i < count; ++i) {
        if (model.tokens[i] != reference.tokens[i]) return found;
        difference += model.nll[i] - reference.nll[i];
        tokens += static_cast<double>(model.tokens[i]);
    }
    if (tokens == 0) return found;
    found.windows = static_cast<int>(count);
    found.mean = difference / tokens;
    if (count < 2) return found;
    double squares = 0;
    for (std::size_t i = 0; i < count; ++i) {
        const double departs = model.nll[i] - reference.nll[i] - found.mean * static_cast<double>(model.tokens[i]);
        squares += departs * departs;
    }
    const auto w = static_cast<double>(count);
    found.standardError = std::sqrt(squares * w / (w - 1)) / tokens;
    const double reach = studentQuantile(found.windows - 1) * found.standardError;
    found.low = found.mean - reach, found.high = found.mean + reach;
    return found;
}

}  // namespace lorashear
