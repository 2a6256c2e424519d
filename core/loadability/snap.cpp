#include "core/loadability/snap.h"

#include "core/base/error.h"
#include "core/edits/layer_sizes.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>
#include <set>
#include <tuple>

// Snapping tries candidates and asks the rules: whatever a rule file says, the result satisfies it. The candidates are the plan itself, and
// uniform plans for every count that a layer can keep of units with few groups, with the person's divisor and the usual block sizes of
// the others (Unit::blockSizes). That is at most a few hundred plans, microseconds each.

namespace lorashear {

namespace {

/// Shares `quota` groups of one unit among its node groups in proportion to what each can give, largest remainders first.
void shareEvenly(const Structure& structure, const PruningPlan& plan, const Unit& unit, int quota,
                 std::vector<int>& removed) {
    std::vector<const NodeGroupBudget*> open;
    int capacity = 0;
    for (const NodeGroupBudget& budget : plan.budgets) {
        const auto id = static_cast<std::size_t>(budget.nodeGroup);
        if (!budget.prunable || unitOf(structure.nodeGroups[id]) != &unit) continue;
        if (budget.removeExactly >= 0) {
            removed[id] = budget.removeExactly;
            quota -= budget.removeExactly;
            continue;
        }
        open.push_back(&budget);
        capacity += budget.mostRemovable;
    }
    if (capacity == 0 || quota <= 0) return;
    std::vector<std::pair<double, const NodeGroupBudget*>> rests;
    int given = 0;
    for (const NodeGroupBudget* budget : open) {
        const double share = static_cast<double>(quota) * budget->mostRemovable / capacity;
        removed[static_cast<std::size_t>(budget->nodeGroup)] = static_cast<int>(share);
        given += static_cast<int>(share);
        rests.emplace_back(share - std::floor(share), budget);
    }
    std::stable_sort(rests.begin(), rests.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
    for (const auto& [rest, budget] : rests) {
        auto& goes = removed[static_cast<std::size_t>(budget->nodeGroup)];
        if (given >= quota || goes >= budget->mostRemovable) continue;
        ++goes, ++given;
    }
}

struct Candidate {
    PlanOptions options;
    PruningPlan plan;
};

/// The plan for these options; where the ratio is out of reach, the largest one within it.
std::optional<Candidate> candidate(const ModelConfig& config, const Structure& structure, PlanOptions options,
                                   const KnowledgeDistribution* knowledge) {
    for (int attempt = 0; attempt < 2; ++attempt) {
        try {
            return Candidate{options, makePlan({structure, options, knowledge, &config})};
        } catch (const Error& error) {
            if (error.code() != ErrorCode::Impossible) throw;
            if (attempt > 0 || error.subject() != "/plan/ratio") return {};  // counts that no layer can keep
            const auto most = largestRatio({structure, options, knowledge, &config});
            if (most <= 0) return {};
            options.ratio = std::min(options.ratio, most);
        }
    }
    return {};
}

/// Every count that some node group of the unit can keep.
std::set<int> keptCounts(const Structure& structure, const Unit& unit) {
    std::set<int> counts;
    for (const auto& group : structure.nodeGroups)
        if (unitOf(group) == &unit && group.prunable)
            for (int keep = 1; keep <= group.count; ++keep) counts.insert(keep);
    return counts;
}

/// The units whose counts snapping may choose: those with block sizes first.
std::vector<const Unit*> snappedUnits(const PlanOptions& options) {
    std::vector<const Unit*> units;
    for (const bool blocks : {true, false})
        for (const Unit& unit : unitTable())
            if (unit.fades && options.units.at(unit.id).take && unit.blockSizes.empty() != blocks) units.push_back(&unit);
    return units;
}

/// Calls offer(options, width) for all combinations of divisors and kept counts of the units from `first` on.
template <class Offer>
void forEachCandidate(const Structure& structure, const PlanOptions& asked, const std::vector<const Unit*>& units,
                      PlanOptions wanted, int width, const Offer& offer, std::size_t first = 0) {
    if (first == units.size()) return offer(wanted, width);
    const Unit& unit = *units[first];
    const UnitSettings& own = asked.units.at(unit.id);
    UnitSettings& settings = wanted.units.at(unit.id);
    settings = own;
    if (!unit.blockSizes.empty()) {
        for (const int size : unit.blockSizes) {
            settings.divisor = std::lcm(own.divisor, size);
            if (own.keep && *own.keep % settings.divisor != 0) continue;
            forEachCandidate(structure, asked, units, wanted, width * size, offer, first + 1);
        }
        return;
    }
    settings.keep.reset();
    forEachCandidate(structure, asked, units, wanted, width, offer, first + 1);
    for (const int keep : keptCounts(structure, unit)) {
        if (keep < own.minimum || keep % own.divisor != 0) continue;
        settings.keep = keep;
        forEachCandidate(structure, asked, units, wanted, width, offer, first + 1);
    }
}

/// How far the split between units is from the one asked for: by the groups of those with few of them.
int splitDifference(const PruningPlan& a, const PruningPlan& b, const std::vector<const Unit*>& units) {
    int sum = 0;
    for (const Unit* unit : units)
        if (unit->blockSizes.empty()) sum += std::abs(a.removed(unit->id) - b.removed(unit->id));
    return sum;
}

/// One of the edits that a plan makes at once, on sizes. KV groups that fade have gone already: every one that is left loses the same heads.
void makeCoarse(const Edit& edit, const Structure& structure, ModelShape& shape) {
    if (const auto* drop = std::get_if<DropPart>(&edit)) {
        LayerShape& layer = shape.layers.at(static_cast<std::size_t>(drop->layer));
        if (drop->part != BlockPart::Mlp) layer.heads = layer.kvHeads = 0;
        if (drop->part != BlockPart::Attention) layer.intermediate = 0, layer.experts.clear();
        return;
    }
    if (const auto* trim = std::get_if<TrimVocabulary>(&edit)) {
        shape.vocabulary = static_cast<int>(trim->keep.size());
        return;
    }
    shape.factored += std::holds_alternative<FactorLinear>(edit);
    const auto* remove = std::get_if<RemoveGroups>(&edit);
    const NodeGroup* group = remove ? structure.find(remove->nodeGroup) : nullptr;
    if (!group) return;
    if (group->unit == UnitKind::Hidden) shape.hidden -= static_cast<int>(remove->groups.size());
    if (group->layer >= 0)
        loseGroups(shape.layers.at(static_cast<std::size_t>(group->layer)), *group,
                   {remove->groups.begin(), remove->groups.end()});
}

void forgetEmptyBlocks(const ModelConfig& config, ModelShape& shape) {
    std::vector<LayerShape> left;
    std::vector<int> windows;
    shape.slidingWindow = false;
    for (std::size_t i = 0; i < shape.layers.size(); ++i) {
        if (config.normsFirst && shape.layers[i].heads == 0 && !shape.layers[i].hasMlp()) continue;
        left.push_back(shape.layers[i]);
        if (i < shape.windows.size()) windows.push_back(shape.windows[i]);
        shape.slidingWindow = shape.slidingWindow || config.attention.window(i) > 0;
    }
    shape.layers = std::move(left);
    shape.windows = std::move(windows);
}

}  // namespace

std::vector<int> expectedRemovals(const Structure& structure, const PruningPlan& plan) {
    std::vector<int> removed(structure.nodeGroups.size(), 0);
    for (const auto& [id, quota] : plan.remove)
        if (const Unit& unit = unitById(id); unit.fades) shareEvenly(structure, plan, unit, quota, removed);
    addCoarseRemovals(structure, plan, removed);
    return removed;
}

void addCoarseRemovals(const Structure& structure, const PruningPlan& plan, std::vector<int>& removed) {
    for (const Edit& edit : plan.edits) {
        const auto* groups = std::get_if<RemoveGroups>(&edit);
        const auto* drop = std::get_if<DropPart>(&edit);
        const auto* trim = std::get_if<TrimVocabulary>(&edit);
        const NodeGroup* cut = groups ? structure.find(groups->nodeGroup) : nullptr;
        for (const NodeGroup& group : structure.nodeGroups) {
            int& goes = removed[static_cast<std::size_t>(group.id)];
            const Unit* unit = drop && group.layer == drop->layer ? unitOf(group) : nullptr;
            if (trim && group.unit == UnitKind::Vocabulary) goes = group.count - static_cast<int>(trim->keep.size());
            if (&group == cut) goes += static_cast<int>(groups->groups.size());
            if (unit && unit->part && (drop->part == BlockPart::Block || drop->part == *unit->part)) goes = group.count;
            if (cut && group.within == cut->id &&
                std::find(groups->groups.begin(), groups->groups.end(), group.withinGroup) != groups->groups.end())
                goes = group.count;
        }
    }
}

ModelShape shapeAfter(const ModelConfig& config, const Structure& structure, const PruningPlan& plan,
                      const std::vector<int>& removed) {
    std::vector<int> faded(removed.size(), 0);
    for (const NodeGroup& group : structure.nodeGroups) {
        const auto id = static_cast<std::size_t>(group.id);
        const Unit* unit = unitOf(group);
        if (unit && unit->fades && plan.budgets[id].prunable) faded[id] = removed[id];
    }
    ModelShape shape = shapeAfter(config, structure, faded);
    for (const Edit& edit : plan.edits) makeCoarse(edit, structure, shape);
    if (!plan.edits.empty()) forgetEmptyBlocks(config, shape);
    return shape;
}

SnappedPlan snapPlan(const LoadabilityRules& rules, const std::string& runtime, const ModelConfig& config,
                     const Structure& structure, const PlanOptions& options, const KnowledgeDistribution* knowledge) {
    const auto opens = [&](const PruningPlan& plan) {
        return rules.verdict(shapeAfter(config, structure, plan, expectedRemovals(structure, plan)), runtime);
    };
    const PruningPlan asked = makePlan({structure, options, knowledge, &config});
    LoadVerdict blocked = opens(asked);
    if (blocked.loads == Loads::Yes) return {options, asked, false};

    const auto units = snappedUnits(options);
    std::optional<Candidate> best;
    std::tuple<double, int, int> bestRank{};
    const auto offer = [&](const PlanOptions& wanted, int width) {
        const auto found = candidate(config, structure, wanted, knowledge);
        if (!found) return;
        const auto verdict = opens(found->plan);
        if (verdict.loads != Loads::Yes) {
            blocked = verdict;
            return;
        }
        // A tenth of a per cent of the parameters is what a step of one neuron a layer comes to; within it the split decides.
        const std::tuple rank{std::round(std::abs(found->plan.expectedRatio - options.ratio) * 1000),
                              splitDifference(found->plan, asked, units), width};
        if (best && rank >= bestRank) return;
        best = found, bestRank = rank;
    };
    auto wanted = options;
    wanted.uniform = true;
    forEachCandidate(structure, options, units, wanted, 1, offer);
    if (!best)
        throw Error(ErrorCode::Impossible, "/plan",
                    "no plan near this one opens in " + blocked.title + ": " + blocked.rule + " (" + blocked.detail + ")",
                    "Lift protections, or choose another program or another export.");
    return {best->options, best->plan, true};
}

}  // namespace lorashear
