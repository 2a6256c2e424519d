#include "core/loadability/snap.h"

#include "core/base/error.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>
#include <set>
#include <tuple>

// Snapping tries candidates and asks the rules: whatever a rule file says, the result satisfies it. The candidates are the plan itself, and
// uniform plans for every number of attention groups that a layer can keep, with the person's divisor of the MLP width and with the usual
// block sizes. That is at most a few hundred plans, microseconds each.

namespace lorashear {

namespace {

constexpr int kWidths[] = {1, 32, 64, 128, 256};

/// Shares `quota` groups of one kind among its node groups in proportion to what each can give, largest remainders first.
void shareEvenly(const Structure& structure, const PruningPlan& plan, UnitKind unit, int quota, std::vector<int>& removed) {
    std::vector<const NodeGroupBudget*> open;
    int capacity = 0;
    for (const NodeGroupBudget& budget : plan.budgets) {
        const auto id = static_cast<std::size_t>(budget.nodeGroup);
        if (!budget.prunable || structure.nodeGroups[id].unit != unit) continue;
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
std::optional<Candidate> candidate(const Structure& structure, PlanOptions options, const KnowledgeDistribution* knowledge) {
    for (int attempt = 0; attempt < 2; ++attempt) {
        try {
            return Candidate{options, makePlan(structure, options, knowledge)};
        } catch (const Error& error) {
            if (error.code() != ErrorCode::Impossible) throw;
            if (attempt > 0) return {};
            const auto most = largestRatio(structure, options, knowledge);
            if (most <= 0) return {};
            options.ratio = std::min(options.ratio, most);
        }
    }
    return {};
}

std::set<int> attentionCounts(const Structure& structure) {
    std::set<int> counts;
    for (const auto& group : structure.nodeGroups)
        if (group.unit == UnitKind::Attention && group.prunable)
            for (int keep = 1; keep <= group.count; ++keep) counts.insert(keep);
    return counts;
}

}  // namespace

std::vector<int> expectedRemovals(const Structure& structure, const PruningPlan& plan) {
    std::vector<int> removed(structure.nodeGroups.size(), 0);
    shareEvenly(structure, plan, UnitKind::Attention, plan.removeAttention, removed);
    shareEvenly(structure, plan, UnitKind::Mlp, plan.removeMlp, removed);
    return removed;
}

SnappedPlan snapPlan(const LoadabilityRules& rules, const std::string& runtime, const ModelConfig& config,
                     const Structure& structure, const PlanOptions& options, const KnowledgeDistribution* knowledge) {
    const auto opens = [&](const PruningPlan& plan) {
        return rules.verdict(shapeAfter(config, structure, expectedRemovals(structure, plan)), runtime);
    };
    const PruningPlan asked = makePlan(structure, options, knowledge);
    LoadVerdict blocked = opens(asked);
    if (blocked.loads == Loads::Yes) return {options, asked, false};

    std::optional<Candidate> best;
    std::tuple<double, int, int> bestRank{};
    const auto offer = [&](const PlanOptions& wanted, int width) {
        const auto found = candidate(structure, wanted, knowledge);
        if (!found) return;
        const auto verdict = opens(found->plan);
        if (verdict.loads != Loads::Yes) {
            blocked = verdict;
            return;
        }
        // A tenth of a per cent of the parameters is what a step of one neuron a layer comes to; within it the split decides.
        const std::tuple rank{std::round(std::abs(found->plan.expectedRatio - options.ratio) * 1000),
                              std::abs(found->plan.removeAttention - asked.removeAttention), width};
        if (best && rank >= bestRank) return;
        best = found, bestRank = rank;
    };
    auto wanted = options;
    wanted.uniform = true;
    for (const int width : kWidths) {
        wanted.mlpDivisor = std::lcm(options.mlpDivisor, width);
        wanted.attentionKeep.reset();
        offer(wanted, width);
        for (const int keep : attentionCounts(structure)) {
            wanted.attentionKeep = keep;
            offer(wanted, width);
        }
    }
    if (!best)
        throw Error(ErrorCode::Impossible, "/plan",
                    "no plan near this one opens in " + blocked.title + ": " + blocked.rule + " (" + blocked.detail + ")",
                    "Lift protections, or choose another program or another export.");
    return {best->options, best->plan, true};
}

}  // namespace lorashear
