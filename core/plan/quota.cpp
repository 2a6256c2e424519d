#include "core/plan/quota.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <tuple>

namespace lorashear {

int ReachableCounts::at(int index) const {
    return least + trimStep * std::min(index, trims) + step * std::max(0, index - trims);
}

int ReachableCounts::widestStep() const {
    return std::max(trims > 0 ? trimStep : 0, steps > 0 ? step : 0);
}

int ReachableCounts::atMost(double wanted) const {
    for (int i = size(); i-- > 0;)
        if (at(i) <= wanted) return at(i);
    return 0;
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

namespace {

/// One common fraction of these clusters' groups; others keep their wish.
void addCommonFraction(const QuotaClusters& clusters, const std::vector<std::size_t>& open, double parameters,
                       std::vector<double>& wished) {
    double price = 0;
    for (const auto i : open) price += clusters[i].groups * clusters[i].cost;
    if (price <= 0) return;
    const double fraction = parameters / price;
    for (const auto i : open) wished[i] = fraction * clusters[i].groups;
    for (const auto i : open) {
        const double most = clusters[i].reachable.most(), own = clusters[i].groups * clusters[i].cost;
        if (wished[i] <= most || price - own <= 0) continue;
        const double excess = (wished[i] - most) * clusters[i].cost;
        for (const auto j : open)
            if (j != i && clusters[j].groups > 0)
                wished[j] += excess / clusters[j].cost * (clusters[j].groups * clusters[j].cost / (price - own));
        wished[i] = most;
    }
}

/// The best counts of the two finest clusters for what the others leave.
void resolvePair(const QuotaClusters& clusters, std::size_t coarse, std::size_t fine, const std::vector<double>& wished,
                 double parameters, Quota& quota) {
    const QuotaCluster& a = clusters[coarse];
    const QuotaCluster& b = clusters[fine];
    const double enough = b.grain() / 2 * (1 + 1e-9);
    std::tuple<double, double, double> bestRank{INFINITY, INFINITY, INFINITY};
    for (int i = 0; i < a.reachable.size(); ++i) {
        const int many = a.reachable.at(i);
        const double rest = parameters - many * a.cost;
        const int fill = b.cost > 0 ? b.reachable.nearest(rest / b.cost) : b.reachable.least;
        const double saved = many * a.cost + fill * b.cost;
        const double error = std::abs(saved - parameters);
        const std::tuple rank{error > enough ? error : 0.0, std::abs(many - wished[coarse]), error};
        if (rank >= bestRank) continue;
        bestRank = rank;
        quota.remove[coarse] = many;
        quota.remove[fine] = fill;
        quota.parameters = saved;
        quota.error = error;
    }
}

}  // namespace

double mostOf(const QuotaClusters& clusters) {
    double sum = 0;
    for (const QuotaCluster& cluster : clusters) sum += cluster.most();
    return sum;
}

double finestGrain(const QuotaClusters& clusters) {
    double least = 0;
    for (const QuotaCluster& cluster : clusters)
        if (cluster.grain() > 0 && (least == 0 || cluster.grain() < least)) least = cluster.grain();
    return least;
}

double openPrice(const QuotaClusters& clusters) {
    double sum = 0;
    for (const QuotaCluster& cluster : clusters)
        if (!cluster.share) sum += cluster.groups * cluster.cost;
    return sum;
}

std::vector<double> wishedCounts(const QuotaClusters& clusters, double parameters, double all) {
    std::vector<double> wished(clusters.size(), 0.0);
    std::vector<std::size_t> open;
    for (std::size_t i = 0; i < clusters.size(); ++i) {
        if (!clusters[i].share) {
            open.push_back(i);
            continue;
        }
        wished[i] = clusters[i].cost > 0 ? *clusters[i].share * all / clusters[i].cost : 0;
        parameters -= *clusters[i].share * all;
    }
    addCommonFraction(clusters, open, std::max(0.0, parameters), wished);
    return wished;
}

double mostParameters(const QuotaClusters& clusters) {
    double shared = 0, open = 0, most = INFINITY;
    for (const auto& cluster : clusters) {
        if (!cluster.share) {
            open += cluster.most();
        } else {
            shared += *cluster.share;
            if (*cluster.share > 0) most = std::min(most, cluster.most() / *cluster.share);
        }
    }
    return shared < 1 ? std::min(most, open / (1 - shared)) : most;
}

Quota resolveQuota(const QuotaClusters& clusters, const std::vector<double>& wished, double parameters) {
    std::vector<std::size_t> order(clusters.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    // Coarsest first; clusters without a step last of all but the finest, they have one value.
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        const double left = clusters[a].grain(), right = clusters[b].grain();
        return (left > 0) != (right > 0) ? right > 0 : left > right;
    });
    Quota quota;
    quota.remove.assign(clusters.size(), 0);
    if (clusters.empty()) {
        quota.error = std::abs(parameters);
        return quota;
    }
    double spent = 0;
    while (order.size() > 2) {
        const auto first = order.front();
        quota.remove[first] = clusters[first].reachable.nearest(wished[first]);
        spent += quota.remove[first] * clusters[first].cost;
        order.erase(order.begin());
    }
    static const QuotaCluster kNone;
    QuotaClusters two = clusters;
    if (order.size() == 1) {
        two.push_back(kNone);
        quota.remove.push_back(0);
        order.insert(order.begin(), two.size() - 1);
    }
    auto wish = wished;
    wish.resize(two.size(), 0.0);
    resolvePair(two, order[0], order[1], wish, parameters - spent, quota);
    quota.remove.resize(clusters.size());
    quota.parameters += spent;
    const double fine = two[order[1]].grain(), coarse = two[order[0]].grain();
    quota.tolerance = fine > 0 ? fine : coarse;
    return quota;
}

}  // namespace lorashear
