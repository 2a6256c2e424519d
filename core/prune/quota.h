#pragma once

#include <array>
#include <cstdint>

namespace lorashear {

/// The totals that one cluster (all prunable node groups of one unit kind) can lose: least, least + trimStep … (trims times),
/// then + step … (steps times). Trims bring node groups onto the grid of the divisor; with divisor 1 there are none.
struct ReachableCounts {
    int least = 0;
    int trimStep = 0, trims = 0;
    int step = 1, steps = 0;

    int size() const { return 1 + trims + steps; }
    int at(int index) const;
    int most() const { return least + trimStep * trims + step * steps; }
    int widestStep() const;            ///< largest gap between neighbours; 0 if there is one value only
    int nearest(double wanted) const;  ///< the reachable total closest to it
};

/// One cluster in the eyes of the quota: its price and what it can lose.
struct QuotaCluster {
    double cost = 0;  ///< parameters that one group saves
    int groups = 0;   ///< in prunable node groups
    ReachableCounts reachable;
};

/// Groups to remove per cluster.
struct Quota {
    std::array<int, 2> remove = {0, 0};
    double parameters = 0;  ///< what they save
    double error = 0;       ///< |parameters - wanted|
    double tolerance = 0;   ///< the error that the step of the coarsest cluster in use can leave
};

/// Real-valued wish per cluster: one common fraction of both clusters' groups; what exceeds one's limit falls to the other.
std::array<double, 2> commonFraction(const std::array<QuotaCluster, 2>& clusters, double parameters);

/// Integer counts whose parameters come as close to `parameters` as the finer cluster's step allows, and among those the ones
/// closest to the wished split.
Quota resolveQuota(const std::array<QuotaCluster, 2>& clusters, const std::array<double, 2>& wished, double parameters);

}  // namespace lorashear
