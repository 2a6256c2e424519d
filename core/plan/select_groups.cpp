#include "core/base/error.h"
#include "core/plan/plan.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <queue>
#include <tuple>

// The ranking is a merge: each node group sorts its own groups once, and the cluster repeatedly takes the cheapest next
// portion from any of them. A portion is one group, or, with a divisor, as many as bring the node group to its next legal
// count; so limits and divisors hold at every fraction, not only at the end.

namespace lorashear {

namespace {

/// One node group's queue of groups to lose, lowest score first.
struct Lane {
    const NodeGroupBudget* budget = nullptr;
    int count = 0, taken = 0;
    std::vector<int> order;  ///< groups not yet taken, lowest score first
    std::size_t next = 0;
    const std::vector<double>* scores = nullptr;
};

/// Removals after which the node group keeps a multiple of the divisor: the smallest number above `taken`.
int nextLegal(const Lane& lane, int divisor) {
    return lane.count - (lane.count - lane.taken - 1) / divisor * divisor;
}

int trimOf(const Lane& lane, int divisor) {
    return lane.taken == 0 ? lane.count % divisor : 0;
}

std::vector<bool> takenMarks(const NodeGroup& group, const std::vector<GroupRef>& taken) {
    std::vector<bool> marks(static_cast<std::size_t>(group.count), false);
    for (const auto& ref : taken)
        if (ref.nodeGroup == group.id) marks.at(static_cast<std::size_t>(ref.index)) = true;
    return marks;
}

Lane makeLane(const NodeGroup& group, const NodeGroupBudget& budget, const GroupSaliency& saliency,
              const std::vector<GroupRef>& taken) {
    const auto id = static_cast<std::size_t>(group.id);
    if (id >= saliency.scores.size() || saliency.scores[id].size() != static_cast<std::size_t>(group.count))
        throw Error(ErrorCode::Internal, group.name, "there is no saliency for every group of this node group");
    Lane lane;
    lane.budget = &budget;
    lane.count = group.count;
    lane.scores = &saliency.scores[id];
    const auto marks = takenMarks(group, taken);
    for (int j = 0; j < group.count; ++j) {
        if (!std::isfinite((*lane.scores)[static_cast<std::size_t>(j)]))
            throw Error(ErrorCode::Numeric, group.name, "the saliency of group " + std::to_string(j) + " is not a number",
                        "Look for NaN or infinity in the weights or in the calibration loss.");
        if (marks[static_cast<std::size_t>(j)])
            ++lane.taken;
        else
            lane.order.push_back(j);
    }
    std::sort(lane.order.begin(), lane.order.end(), [&scores = *lane.scores](int a, int b) {
        const double x = scores[static_cast<std::size_t>(a)], y = scores[static_cast<std::size_t>(b)];
        return x != y ? x < y : a < b;
    });
    return lane;
}

void take(Lane& lane, int many, std::vector<GroupRef>& out) {
    for (int i = 0; i < many; ++i) out.push_back({lane.budget->nodeGroup, lane.order[lane.next++]});
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

/// Uniform plans: each node group has its own quota.
void selectFixed(std::vector<Lane>& lanes, double fraction, std::vector<GroupRef>& out) {
    for (auto& lane : lanes) take(lane, std::max(0, shareOf(lane.budget->removeExactly, fraction) - lane.taken), out);
}

/// Takes portions from the cluster's lanes while they fit under `wanted`. Trims that lanes still owe (a cluster whose quota
/// goes beyond trimming trims every lane) are held back from `quota`, so that the whole quota can be met in the end.
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
        if (legal > lane.budget->mostRemovable) return;
        const int portion = legal - lane.taken;
        offers.emplace(meanOfNext(lane, portion), lane.budget->nodeGroup, index, portion);
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

}  // namespace

std::vector<GroupRef> selectGroups(const PruningPlan& plan, const Structure& structure, const GroupSaliency& saliency,
                                   const std::vector<GroupRef>& taken, double fraction) {
    if (!(fraction >= 0 && fraction <= 1))
        throw Error(ErrorCode::Internal, "selectGroups", "the fraction must lie between 0 and 1");
    if (plan.budgets.size() != structure.nodeGroups.size())
        throw Error(ErrorCode::Internal, "selectGroups", "the plan was made for another structure");
    std::vector<GroupRef> chosen;
    for (const Unit& unit : unitTable()) {
        const int quota = plan.removed(unit.id);
        std::vector<Lane> lanes;
        for (const auto& group : structure.nodeGroups) {
            const auto& budget = plan.budgets[static_cast<std::size_t>(group.id)];
            if (unitOf(group) == &unit && budget.prunable && quota > 0)
                lanes.push_back(makeLane(group, budget, saliency, taken));
        }
        if (lanes.empty()) continue;
        if (plan.options.uniform)
            selectFixed(lanes, fraction, chosen);
        else
            selectRanked(lanes, plan.options.units.at(unit.id).divisor, quota, fraction, chosen);
    }
    std::sort(chosen.begin(), chosen.end());
    return chosen;
}

}  // namespace lorashear
