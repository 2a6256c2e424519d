#include "core/prune/kept_blocks.h"

#include "core/base/error.h"
#include "core/plan/sizes_after.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <vector>

// A plan fixes how many groups of every unit go before a method says which blocks it leaves whole; the blocks between must have as many.

namespace lorashear {

namespace {

/// Of the blocks that are there: one that has gone has no groups left.
std::set<int> layersOf(const Structure& structure) {
    std::set<int> there;
    for (const NodeGroup& group : structure.nodeGroups)
        if (group.layer >= 0 && group.count > 0) there.insert(group.layer);
    return there;
}

/// Those that stay whole.
std::set<int> keptLayers(const Structure& structure, const KeptBlocks& kept) {
    const std::set<int> there = layersOf(structure);
    const int blocks = static_cast<int>(there.size());
    std::set<int> whole;
    int number = 0;
    for (const int layer : there) {
        if (number < kept.first || number >= blocks - kept.last) whole.insert(layer);
        ++number;
    }
    return whole;
}

PruningPlan frozen(const PruningPlan& plan, const Structure& structure, const std::set<int>& whole) {
    PruningPlan result = plan;
    for (const NodeGroup& group : structure.nodeGroups) {
        if (group.layer >= 0 && !whole.count(group.layer)) continue;
        NodeGroupBudget& budget = result.budgets[static_cast<std::size_t>(group.id)];
        budget.prunable = false;
        budget.mostRemovable = 0;
        budget.reason = "the method keeps this block whole";
    }
    return result;
}

std::size_t mostGroups(const PruningPlan& plan, const Structure& structure) {
    GroupSaliency even;
    for (const NodeGroup& group : structure.nodeGroups)
        even.scores.emplace_back(static_cast<std::size_t>(std::max(group.count, 0)), 0.0);
    return selectGroups(plan, structure, even, {}, 1).size();
}

std::string pointerOf(const KeptBlocks& kept) {
    return std::string("/method/options/") + (kept.first > 0 ? "keep_first_blocks" : "keep_last_blocks");
}

Error refusal(const PruningPlan& plan, const KeptBlocks& kept, std::size_t able, const std::string& reachable) {
    const std::string hint = plan.options.uniform ? "A uniform plan takes equally many from every block: keep none whole."
                                                  : "Keep fewer blocks whole, or remove less." + reachable;
    return {
        ErrorCode::Impossible, pointerOf(kept),
        "the blocks between can lose " + std::to_string(able) + " groups, the plan wants " + std::to_string(plan.removed()),
        hint};
}

/// By unit, what each block that does not stay whole can lose, or each of its node groups, most first.
using Room = std::map<std::string, std::vector<int>>;

Room roomBetween(const PruningPlan& plan, const Structure& structure, const std::set<int>& whole, bool byBlock) {
    std::map<std::string, std::map<int, int>> found;
    for (const NodeGroup& group : structure.nodeGroups) {
        const NodeGroupBudget& budget = plan.budgets[static_cast<std::size_t>(group.id)];
        const Unit* unit = unitOf(group);
        if (!unit || !unit->fades || !budget.prunable || whole.count(group.layer)) continue;
        found[unit->id][byBlock ? group.layer : group.id] +=
            budget.removeExactly >= 0 ? budget.removeExactly : budget.mostRemovable;
    }
    Room room;
    for (const auto& [unit, all] : found) {
        for (const auto& [where, most] : all) room[unit].push_back(most);
        std::sort(room[unit].begin(), room[unit].end(), std::greater<>());
    }
    return room;
}

/// Whether every unit gets what the plan wants of it from begin to end of its room.
bool enough(const PruningPlan& plan, const Room& room, int begin, int end) {
    for (const auto& [unit, wanted] : plan.remove) {
        if (wanted == 0 || !unitById(unit).fades) continue;
        const auto found = room.find(unit);
        const int there = found == room.end() ? 0 : static_cast<int>(found->second.size());
        std::int64_t sum = 0;
        for (int i = begin; i < std::min(end, there); ++i) sum += found->second[static_cast<std::size_t>(i)];
        if (sum < wanted) return false;
    }
    return true;
}

bool leavesPartsOut(const PruningPlan& plan) {
    return std::any_of(plan.edits.begin(), plan.edits.end(),
                       [](const Edit& edit) { return std::holds_alternative<DropPart>(edit); });
}

/// What the method will prune, in the ids of the request.
Structure afterEdits(const PlanRequest& request, const PruningPlan& plan) {
    if (plan.edits.empty()) return request.structure;
    SizesAfter left(request.structure);
    left.make(plan.edits);
    return left.structure();
}

/// How many groups the blocks between can lose, if that is not what the plan wants.
std::optional<std::size_t> lacking(const PlanRequest& request, const PruningPlan& plan, const KeptBlocks& kept,
                                   bool chosen) {
    const Structure after = afterEdits(request, plan);
    const auto wanted = static_cast<std::size_t>(plan.removed());
    if (!chosen && leavesPartsOut(plan)) {
        const int most = static_cast<int>(layersOf(after).size()) - kept.first - kept.last;
        if (enough(plan, roomBetween(plan, after, {}, true), 0, most)) return std::nullopt;
        return mostGroups(frozen(plan, after, keptLayers(after, kept)), after);
    }
    const std::size_t able = mostGroups(frozen(plan, after, keptLayers(after, kept)), after);
    return able == wanted ? std::nullopt : std::optional(able);
}

/// The largest ratio, in hundredths of a percent below the one asked for, whose plan the blocks between can carry out; 0: none.
double largestBetween(const PlanRequest& request, const KeptBlocks& kept) {
    constexpr double kSteps = 1e4;
    const auto possible = [&](int ratio) {
        PlanOptions options = request.options;
        options.ratio = ratio / kSteps;
        const PlanRequest asked{request.structure, options,        request.knowledge,
                                request.config,    request.scores, request.requiredTokens};
        try {
            return !lacking(asked, makePlan(asked), kept, false);
        } catch (const Error&) {  // less than the smallest step
            return false;
        }
    };
    int least = 0, beyond = static_cast<int>(std::ceil(request.options.ratio * kSteps));
    while (beyond - least > 1) {
        const int middle = least + (beyond - least) / 2;
        (possible(middle) ? least : beyond) = middle;
    }
    return least / kSteps;
}

}  // namespace

PruningPlan withoutBlocks(const PruningPlan& plan, const Structure& structure, const KeptBlocks& kept) {
    if (kept.first == 0 && kept.last == 0) return plan;
    PruningPlan result = frozen(plan, structure, keptLayers(structure, kept));
    const std::size_t able = mostGroups(result, structure);
    if (able != static_cast<std::size_t>(plan.removed())) throw refusal(plan, kept, able, {});
    return result;
}

void requireRoomBetween(const PlanRequest& request, const PruningPlan& plan, const KeptBlocks& kept, bool chosen) {
    if ((kept.first == 0 && kept.last == 0) || plan.removed() == 0) return;
    const auto able = lacking(request, plan, kept, chosen);
    if (!able) return;
    const double largest = largestBetween(request, kept);
    throw refusal(plan, kept, *able,
                  largest > 0
                      ? " The largest reachable ratio is " + flooredPercent(largest + 1e-9) + " with these blocks whole."
                      : " With these blocks whole nothing can be removed.");
}

bool roomWhateverIsMarked(const PlanRequest& request, const PruningPlan& plan, const KeptBlocks& kept, int marks) {
    if ((kept.first == 0 && kept.last == 0) || marks == 0) return true;
    const Structure after = afterEdits(request, plan);
    const Room room = roomBetween(plan, after, keptLayers(after, kept), false);
    return enough(plan, room, marks, std::numeric_limits<int>::max());
}

}  // namespace lorashear
