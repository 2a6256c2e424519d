#include "core/prune/quota.h"

#include <algorithm>
#include <cmath>
#include <tuple>

namespace lorashear {

int ReachableCounts::at(int index) const {
    return least + trimStep * std::min(index, trims) + step * std::max(0, index - trims);
}

int ReachableCounts::widestStep() const {
    return std::max(trims > 0 ? trimStep : 0, steps > 0 ? step : 0);
}

int ReachableCounts::nearest(double wanted) const {
    const int trimmed = least + trimStep * trims;
    const auto on = [wanted](int start, int width, int count) {
        if (count == 0 || width == 0) return start;
        const double index = std::round((wanted - start) / width);
        return start + width * static_cast<int>(std::clamp(index, 0.0, static_cast<double>(count)));
    };
    const int low = on(least, trimStep, trims), high = on(trimmed, step, steps);
    return std::abs(wanted - low) <= std::abs(wanted - high) ? low : high;
}

std::array<double, 2> commonFraction(const std::array<QuotaCluster, 2>& clusters, double parameters) {
    std::array<double, 2> wished = {0, 0};
    double price = 0;
    for (const auto& cluster : clusters) price += cluster.groups * cluster.cost;
    if (price <= 0) return wished;
    const double fraction = parameters / price;
    for (std::size_t i = 0; i < 2; ++i) wished[i] = fraction * clusters[i].groups;
    for (std::size_t i = 0; i < 2; ++i) {
        const auto& full = clusters[i];
        const auto& other = clusters[1 - i];
        if (wished[i] <= full.reachable.most() || other.groups == 0) continue;
        wished[1 - i] += (wished[i] - full.reachable.most()) * full.cost / other.cost;
        wished[i] = full.reachable.most();
    }
    return wished;
}

Quota resolveQuota(const std::array<QuotaCluster, 2>& clusters, const std::array<double, 2>& wished, double parameters) {
    const auto grain = [&](std::size_t i) { return clusters[i].cost * clusters[i].reachable.widestStep(); };
    const bool firstIsFiner = grain(0) > 0 && (grain(1) <= 0 || grain(0) < grain(1));
    const std::size_t fine = firstIsFiner ? 0 : 1, coarse = 1 - fine;
    const double enough = grain(fine) / 2 * (1 + 1e-9);

    Quota best;
    best.tolerance = grain(fine) > 0 ? grain(fine) : grain(coarse);
    std::tuple<double, double, double> bestRank{INFINITY, INFINITY, INFINITY};
    for (int i = 0; i < clusters[coarse].reachable.size(); ++i) {
        const int many = clusters[coarse].reachable.at(i);
        const double rest = parameters - many * clusters[coarse].cost;
        const int fill = clusters[fine].cost > 0 ? clusters[fine].reachable.nearest(rest / clusters[fine].cost)
                                                 : clusters[fine].reachable.least;
        const double saved = many * clusters[coarse].cost + fill * clusters[fine].cost;
        const double error = std::abs(saved - parameters);
        const std::tuple rank{error > enough ? error : 0.0, std::abs(many - wished[coarse]), error};
        if (rank >= bestRank) continue;
        bestRank = rank;
        best.remove[coarse] = many;
        best.remove[fine] = fill;
        best.parameters = saved;
        best.error = error;
    }
    return best;
}

}  // namespace lorashear
