#include "core/plan/lanes.h"

#include "core/base/error.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <queue>
#include <tuple>

// The ranking is a merge: each lane sorts its own groups once, and the cluster repeatedly takes the cheapest next portion from any
// of them; so limits and divisors hold at every fraction, not only at the end.

namespace lorashear {

namespace {

/// Removals after which the node group keeps a multiple of the divisor: the smallest number above `taken`.
int nextLegal(const Lane& lane, int divisor) {
    return lane.count - (lane.count - lane.taken - 1) / divisor * divisor;
}

int trimOf(const Lane& lane, int divisor) {
    return lane.taken == 0 ? lane.count % divisor : 0;
}

void take(Lane& lane, int many, std::vector<GroupRef>& out) {
    for (int i = 0; i < many; ++i) out.push_back({lane.id, lane.order[lane.next++]});
    lane.taken += many;
}

double meanOfNext(const Lane& lane, int many) {
    double sum = 0;
    for (std::size_t i = 0; i < static_cast<std::size_t>(many); ++i)
        sum += (*lane.scores)[static_cast<std::size_t>(lane.order[lane.next + i])];
    return sum / many;
}

int shareOf(int quota, double fraction) {
    return static_cast<int>(std::lround(quota * fraction));
}

}  // namespace

int roundUp(int value, int divisor) {
    return (value + divisor - 1) / divisor * divisor;
}

ReachableCounts freeCounts(const std::vector<LaneLimits>& lanes, int divisor) {
    ReachableCounts counts;
    if (lanes.empty()) return counts;
    int sum = 0, most = 0;
    bool alike = true;
    const int first = lanes.front().count % divisor;
    for (const LaneLimits& lane : lanes) {
        const int excess = lane.count % divisor;
        sum += excess;
        most += lane.mostRemovable;
        alike = alike && excess == first;
    }
    if (sum > 0) {
        counts.trims = alike ? static_cast<int>(lanes.size()) : 1;
        counts.trimStep = alike ? first : sum;
    }
    counts.step = divisor;
    counts.steps = (most - sum) / divisor;
    return counts;
}

ReachableCounts uniformCounts(const std::vector<LaneLimits>& lanes, int divisor) {
    ReachableCounts counts;
    if (lanes.empty()) return counts;
    const int layers = static_cast<int>(lanes.size());
    int least = lanes.front().count, widest = least, sum = 0, keepLeast = 0;
    for (const LaneLimits& lane : lanes) {
        least = std::min(least, lane.count);
        widest = std::max(widest, lane.count);
        keepLeast = std::max(keepLeast, lane.count - lane.mostRemovable);
        sum += lane.count;
    }
    const int keepMost = least / divisor * divisor;
    if (keepMost < keepLeast) return counts;
    if (least != widest) {
        counts.least = sum - layers * keepMost;
    } else if (keepMost < least) {
        counts.trims = 1;
        counts.trimStep = sum - layers * keepMost;
    }
    counts.step = layers * divisor;
    counts.steps = (keepMost - keepLeast) / divisor;
    return counts;
}

ReachableCounts exactCounts(const std::vector<LaneLimits>& lanes, int keep) {
    ReachableCounts counts;
    for (const LaneLimits& lane : lanes) counts.least += lane.count - keep;
    return counts;
}

void orderLane(Lane& lane, const std::string& name, const std::vector<double>& scores, const std::vector<bool>& closed) {
    lane.scores = &scores;
    for (std::size_t j = 0; j < scores.size(); ++j) {
        if (!std::isfinite(scores[j]))
            throw Error(ErrorCode::Numeric, name, "the saliency of group " + std::to_string(j) + " is not a number",
                        "Look for NaN or infinity in the weights or in the calibration loss.");
        if (!closed[j]) lane.order.push_back(static_cast<int>(j));
    }
    std::sort(lane.order.begin(), lane.order.end(), [&scores](int a, int b) {
        const double x = scores[static_cast<std::size_t>(a)], y = scores[static_cast<std::size_t>(b)];
        return x != y ? x < y : a < b;
    });
}

void selectFixed(std::vector<Lane>& lanes, double fraction, std::vector<GroupRef>& out) {
    for (auto& lane : lanes) take(lane, std::max(0, shareOf(lane.removeExactly, fraction) - lane.taken), out);
}

void selectRanked(std::vector<Lane>& lanes, int divisor, int quota, double fraction, std::vector<GroupRef>& out) {
    int total = 0, owed = 0;
    for (const auto& lane : lanes) {
        total += lane.taken;
        owed += trimOf(lane, divisor);
    }
    const int wanted = shareOf(quota, fraction);
    using Offer = std::tuple<double, int, std::size_t, int>;  // mean score, node group, lane, portion
    std::priority_queue<Offer, std::vector<Offer>, std::greater<>> offers;
    const auto offer = [&](std::size_t index) {
        const auto& lane = lanes[index];
        if (lane.taken >= lane.count) return;
        const int legal = nextLegal(lane, divisor);
        if (legal > lane.mostRemovable) return;
        const int portion = legal - lane.taken;
        offers.emplace(meanOfNext(lane, portion), lane.id, index, portion);
    };
    for (std::size_t i = 0; i < lanes.size(); ++i) offer(i);
    while (!offers.empty() && total < wanted) {
        const auto [score, id, index, portion] = offers.top();
        offers.pop();
        auto& lane = lanes[index];
        const int trim = trimOf(lane, divisor);
        const bool eatsTrims = trim == 0 && total + portion + owed > quota;
        if (total + portion > wanted || eatsTrims) continue;  // neither can change while this call goes on
        take(lane, portion, out);
        total += portion;
        owed -= trim;
        offer(index);
    }
}

}  // namespace lorashear
