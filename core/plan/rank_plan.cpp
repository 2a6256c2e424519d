#include "core/plan/rank_plan.h"

#include "core/base/error.h"
#include "core/plan/glob.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

// Ranks under one budget.
//
// Wanted are ranks r_l with the least sum of losses D_l(r_l) among those that save so many parameters. With a price p per parameter every linear
// decides for itself, by the least of D_l(r) + p * weights(r), staying whole among the choices; the higher the price, the more is saved, so
// the price that saves just enough is found by halving. The losses of a low rank are convex in r (sums of ever smaller singular values), but a linear
// goes at once from whole to the largest rank that saves anything: at a price where one jumps, more is saved than was asked for. What is too
// much is given back rank by rank, the one first that mends most per parameter, while that brings the sum nearer to the budget.

namespace lorashear {

namespace {

bool matchesOne(const std::vector<std::string>& patterns, const std::string& name) {
    return std::any_of(patterns.begin(), patterns.end(), [&](const auto& pattern) { return globMatches(pattern, name); });
}

/// Weights of linears in node groups that must stay.
std::set<std::string> keptWeights(const PlanRequest& request) {
    std::set<int> marked;
    if (request.knowledge && request.options.useKnowledge)
        for (const NodeGroupKnowledge& entry : request.knowledge->nodeGroups)
            if (entry.protectedByRank) marked.insert(entry.nodeGroup);
    std::set<std::string> kept;
    for (const NodeGroup& group : request.structure.nodeGroups) {
        if (group.layer < 0) continue;                        // the residual stream runs through every linear
        const bool router = group.unit == UnitKind::Experts;  // what it says is a choice, whose energy tells nothing
        const bool mark = marked.count(group.id) > 0 && !matchesOne(request.options.allow, group.name);
        if (!router && !mark && !matchesOne(request.options.protect, group.name)) continue;
        for (const auto* slices : {&group.primary, &group.secondary})
            for (const GroupSlice& slice : *slices) kept.insert(slice.tensor);
    }
    return kept;
}

/// Weights of the sub-layers that take part.
std::set<std::string> openWeights(const Structure& structure, const RankRequest& ranks) {
    std::set<std::string> open;
    const int blocks = static_cast<int>(structure.parts.size());
    for (int i = ranks.keepFirst; i < blocks - ranks.keepLast; ++i) {
        const BlockParts& parts = structure.parts[static_cast<std::size_t>(i)];
        if (ranks.attention) open.insert(parts.attention.tensors.begin(), parts.attention.tensors.end());
        if (ranks.mlp) open.insert(parts.mlp.tensors.begin(), parts.mlp.tensors.end());
    }
    return open;
}

void requireRanksAlone(const PlanOptions& options) {
    if (options.uniform)
        throw Error(ErrorCode::Unsupported, "/plan/uniform",
                    "two thin linears in the place of one are no ordinary checkpoint",
                    "Set it to false, or choose a method that removes groups.");
    for (const Unit& unit : unitTable())
        if (takesAtOnce(unit, options.units))
            throw Error(ErrorCode::BadRecipe, "/plan/units/" + unit.id + "/take",
                        "this method spends the whole budget on ranks of linears", "Set it to false.");
}

/// Ranks of all candidates; 0: whole.
class RankChoice {
public:
    RankChoice(const std::vector<RankCandidate>& candidates, double wanted)
        : m_all(candidates), m_wanted(wanted), m_ranks(candidates.size(), 0) {}

    const std::vector<int>& ranks() const { return m_ranks; }
    double saved() const {
        double sum = 0;
        for (std::size_t i = 0; i < m_all.size(); ++i) sum += savedBy(i, m_ranks[i]);
        return sum;
    }

    /// The same share of every linear, as nearly as ranks allow, not less in all than is wanted where that can be.
    void evenly() {
        double whole = 0;
        for (const RankCandidate& one : m_all) whole += static_cast<double>(one.size);
        const double left = 1 - m_wanted / whole;
        for (std::size_t i = 0; i < m_all.size(); ++i) {
            const double rank = left * static_cast<double>(m_all[i].size) / static_cast<double>(m_all[i].cost);
            m_ranks[i] = std::clamp(static_cast<int>(rank), m_all[i].least, m_all[i].most);
        }
        for (bool more = true; more && saved() < m_wanted;) {  // minimums may have kept some above their share
            more = false;
            for (std::size_t i = 0; i < m_all.size() && saved() < m_wanted; ++i)
                if (m_ranks[i] > m_all[i].least) --m_ranks[i], more = true;
        }
    }

    void byLosses(const RankLosses& losses) {
        double high = 1e-30;  // one parameter is dearer than anything that a linear can lose: all go as far as they may
        for (std::size_t i = 0; i < m_all.size(); ++i) high = std::max(high, 2 * lossOf(losses, i, m_all[i].least));
        double low = high * 1e-18;
        takeAt(losses, low);
        if (saved() >= m_wanted) return;
        for (int i = 0; i < 80; ++i) {
            const double middle = std::sqrt(low * high);
            takeAt(losses, middle);
            (saved() < m_wanted ? low : high) = middle;
        }
        takeAt(losses, high);
    }

    /// Ranks go back, the most useful first, while the sum comes nearer.
    void giveBack(const RankLosses* losses) {
        for (double excess = saved() - m_wanted; excess > 0;) {
            std::size_t best = m_all.size();
            double most = -1;
            for (std::size_t i = 0; i < m_all.size(); ++i) {
                if (m_ranks[i] == 0) continue;
                const double price = savedBy(i, m_ranks[i]) - savedBy(i, next(i));
                if (price > 2 * excess) continue;
                const double worth = losses ? (lossOf(*losses, i, m_ranks[i]) - lossOf(*losses, i, next(i))) / price : 0;
                if (worth > most) most = worth, best = i;
            }
            if (best == m_all.size()) return;
            m_ranks[best] = next(best);
            const double left = saved() - m_wanted;
            if (left <= 0) return;
            excess = left;
        }
    }

private:
    double savedBy(std::size_t i, int rank) const {
        return rank == 0 ? 0 : static_cast<double>(m_all[i].size - m_all[i].cost * rank);
    }
    int next(std::size_t i) const { return m_ranks[i] == m_all[i].most ? 0 : m_ranks[i] + 1; }
    double lossOf(const RankLosses& losses, std::size_t i, int rank) const {
        return rank == 0 ? 0 : losses.at(m_all[i].linear).at(static_cast<std::size_t>(rank));
    }
    void takeAt(const RankLosses& losses, double price) {
        for (std::size_t i = 0; i < m_all.size(); ++i) {
            double least = 0;
            m_ranks[i] = 0;
            for (int rank = m_all[i].most; rank >= m_all[i].least; --rank) {
                const double worth = lossOf(losses, i, rank) - price * savedBy(i, rank);
                if (worth < least) least = worth, m_ranks[i] = rank;
            }
        }
    }

    const std::vector<RankCandidate>& m_all;
    double m_wanted;
    std::vector<int> m_ranks;
};

void requireLosses(const std::vector<RankCandidate>& candidates, const RankLosses& losses) {
    for (const RankCandidate& one : candidates) {
        const auto found = losses.find(one.linear);
        if (found == losses.end() || found->second.size() <= static_cast<std::size_t>(one.most))
            throw Error(ErrorCode::Internal, one.linear, "there is no loss for each of its ranks");
        for (const double loss : found->second)
            if (!std::isfinite(loss))
                throw Error(ErrorCode::Numeric, one.linear, "what its ranks lose is not a number",
                            "Look for NaN or infinity in the weights.");
    }
}

/// Everything else of a plan: no groups go.
PruningPlan planWithoutGroups(const PlanRequest& request) {
    PlanOptions none = request.options;
    none.enabled = false;
    PruningPlan plan = makePlan(request.structure, none);
    plan.options = request.options;
    for (NodeGroupBudget& budget : plan.budgets) budget.reason = "the method removes ranks of linears and no groups";
    return plan;
}

}  // namespace

std::vector<RankCandidate> rankCandidates(const PlanRequest& request, const RankRequest& ranks) {
    checkOptions(request.options, request.structure);
    requireRanksAlone(request.options);
    const auto kept = keptWeights(request), open = openWeights(request.structure, ranks);
    std::vector<RankCandidate> candidates;
    for (const auto& [name, size] : request.structure.linears) {
        const std::string weight = name + ".weight";
        if (!open.count(weight) || kept.count(weight)) continue;
        const int most =
            std::min(largestSavingRank(size.out, size.in, ranks.blocks), largestRank(size.out, size.in, ranks.blocks));
        if (most < 1) continue;
        candidates.push_back({name, size.out * size.in, std::int64_t{ranks.blocks} * (size.out + size.in),
                              std::min(ranks.minimum, most), most});
    }
    return candidates;
}

PruningPlan planRanks(const PlanRequest& request, const RankRequest& ranks, const RankLosses* losses) {
    const auto candidates = rankCandidates(request, ranks);
    const double ratio = request.options.ratio, all = static_cast<double>(request.structure.parameters);
    if (!planRatioRange().holds(ratio))
        throw Error(ErrorCode::BadRecipe, "/plan/ratio",
                    "the ratio is " + std::to_string(ratio) + ", allowed is " + planRatioRange().text());
    double most = 0, finest = std::numeric_limits<double>::infinity();
    for (const RankCandidate& one : candidates) {
        most += static_cast<double>(one.size - one.cost * one.least);
        finest = std::min(finest, static_cast<double>(one.cost));
    }
    PruningPlan plan = planWithoutGroups(request);
    plan.largestRatio = most / all;
    if (candidates.empty())
        throw Error(ErrorCode::Impossible, "/plan/ratio", "no linear of the blocks can be replaced by two thinner ones",
                    "Protect less, or choose a number of blocks that divides the linears' sizes.");
    if (ratio * all > most + finest / 2)
        throw Error(ErrorCode::Impossible, "/plan/ratio", "a ratio of " + flooredPercent(ratio) + " cannot be reached",
                    "The largest reachable ratio is " + flooredPercent(plan.largestRatio) + ".");
    if (losses) requireLosses(candidates, *losses);
    RankChoice choice(candidates, ratio * all);
    losses ? choice.byLosses(*losses) : choice.evenly();
    choice.giveBack(losses);
    if (choice.saved() <= 0)
        throw Error(ErrorCode::Impossible, "/plan/ratio",
                    "a ratio of " + std::to_string(ratio) + " is less than half of the smallest step, " +
                        std::to_string(finest / all));
    for (std::size_t i = 0; i < candidates.size(); ++i)
        if (choice.ranks()[i] > 0)
            plan.edits.emplace_back(FactorLinear{candidates[i].linear, {choice.ranks()[i], ranks.blocks}});
    plan.expectedRatio = choice.saved() / all;
    return plan;
}

}  // namespace lorashear
