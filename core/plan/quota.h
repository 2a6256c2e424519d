#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace lorashear {

/// The totals that one cluster (all prunable node groups of one unit) can lose: least, least + trimStep … (trims times),
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
    int atMost(double wanted) const;   ///< the largest one that is not above it; 0, nothing, if there is none
};

/// One cluster in the eyes of the quota: its price and what it can lose.
struct QuotaCluster {
    double cost = 0;  ///< parameters that one group saves
    int groups = 0;   ///< in prunable node groups
    ReachableCounts reachable;
    std::optional<double> share;  ///< of all removed parameters; absent: one common fraction with others of this sort

    double grain() const { return cost * reachable.widestStep(); }
    double most() const { return cost * reachable.most(); }
};
using QuotaClusters = std::vector<QuotaCluster>;

double mostOf(const QuotaClusters& clusters);       ///< parameters that can go, whatever the shares
double finestGrain(const QuotaClusters& clusters);  ///< of those that have a step; 0: none has
double openPrice(const QuotaClusters& clusters);    ///< parameters in all groups of those without a share

/// Groups to remove per cluster.
struct Quota {
    std::vector<int> remove;
    double parameters = 0;  ///< what they save
    double error = 0;       ///< |parameters - wanted|
    double tolerance = 0;   ///< the error that the step of the coarsest cluster in use can leave
};

/// Real-valued wish per cluster: shares of `all` where they are given, one common fraction of the other clusters' groups for the
/// rest of `parameters`; what exceeds one's limit falls to the others. With one budget of which part is spent already, `all` is
/// the whole of it and `parameters` what is left.
std::vector<double> wishedCounts(const QuotaClusters& clusters, double parameters, double all);

/// The most parameters that can go while the shares are kept.
double mostParameters(const QuotaClusters& clusters);

/// Integer counts whose parameters come as close to `parameters` as the finest cluster's step allows, and among those the ones
/// closest to the wished split.
Quota resolveQuota(const QuotaClusters& clusters, const std::vector<double>& wished, double parameters);

}  // namespace lorashear
