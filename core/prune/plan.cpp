#include "core/prune/plan.h"

#include "core/base/error.h"
#include "core/prune/glob.h"
#include "core/prune/quota.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <numeric>

// From a ratio to counts.
//
// The two clusters (attention groups and MLP neurons) differ in price by two orders of magnitude, so a plan fixes how many
// of each go and leaves to the saliency which ones. Every node group yields a budget: how many of its groups may go
// after protection, knowledge marks, minimum and divisor. The budgets of a cluster add up to the totals it can lose
// (ReachableCounts); resolveQuota then picks one total per cluster so that the sum of parameters meets the request
// within half a step of the cheaper cluster and the split stays closest to one common fraction (or to the wished share).
//
// Divisors ask that a node group that loses anything keeps a multiple. A width that is not one already must first be trimmed
// (172 neurons, divisor 8: 4 go first, then 8 at a time). To stay predictable, a plan either trims every node group of the
// cluster and goes on in whole steps, or, for requests too small for that, only trims some.
//
// Uniform plans take the same from every node group of a cluster, since an ordinary config.json has one width for all.
// Knowledge marks are a preference measured per layer and cannot be honoured then: they are ignored, and the budget says so.
// A protection the person asked for is an order: one protected node group keeps its whole cluster.

namespace lorashear {

namespace {

constexpr std::array kClusterUnits = {UnitKind::Attention, UnitKind::Mlp};

struct Limits {
    int minimum, divisor;
};

Limits limitsOf(const PlanOptions& options, UnitKind unit) {
    return unit == UnitKind::Attention ? Limits{options.minAttention, options.attentionDivisor}
                                       : Limits{options.minMlp, options.mlpDivisor};
}

int roundUp(int value, int divisor) {
    return (value + divisor - 1) / divisor * divisor;
}

std::string percent(double ratio) {
    char text[32];
    std::snprintf(text, sizeof text, "%.2f %%", std::floor(ratio * 1e4) / 100);
    return text;
}

void requireAtLeast(int value, int least, const char* key) {
    if (value < least)
        throw Error(ErrorCode::BadRecipe, std::string("/plan/") + key,
                    "must be at least " + std::to_string(least) + ", it is " + std::to_string(value));
}

void checkOptions(const PlanOptions& options) {
    requireAtLeast(options.minAttention, 1, "min_attention");
    requireAtLeast(options.minMlp, 1, "min_mlp");
    requireAtLeast(options.attentionDivisor, 1, "attention_divisor");
    requireAtLeast(options.mlpDivisor, 1, "mlp_divisor");
    if (options.attentionKeep) {
        requireAtLeast(*options.attentionKeep, 1, "attention_keep");
        if (!options.uniform)
            throw Error(ErrorCode::BadRecipe, "/plan/attention_keep", "needs /plan/uniform",
                        "only a uniform plan has one count for all layers");
    }
    if (const auto share = options.attentionShare; share && !(*share >= 0 && *share <= 1))
        throw Error(ErrorCode::BadRecipe, "/plan/attention_share",
                    "must lie between 0 and 1, it is " + std::to_string(*share));
}

void checkPatterns(const Structure& structure, const std::vector<std::string>& patterns, const std::string& key) {
    for (std::size_t i = 0; i < patterns.size(); ++i) {
        const auto hit = [&](const NodeGroup& group) { return globMatches(patterns[i], group.name); };
        if (std::any_of(structure.nodeGroups.begin(), structure.nodeGroups.end(), hit)) continue;
        const auto example = structure.nodeGroups.empty() ? std::string("none") : structure.nodeGroups.front().name;
        throw Error(ErrorCode::BadRecipe, "/plan/" + key + "/" + std::to_string(i),
                    "the pattern \"" + patterns[i] + "\" matches no node group",
                    "Names look like \"" + example + "\"; * stands for any characters.");
    }
}

const std::string* firstMatch(const std::vector<std::string>& patterns, const std::string& name) {
    for (const auto& pattern : patterns)
        if (globMatches(pattern, name)) return &pattern;
    return nullptr;
}

/// Marks of the knowledge analysis by node group id, those lifted by `allow` left out.
std::vector<bool> knowledgeMarks(const Structure& structure, const PlanOptions& options,
                                 const KnowledgeDistribution* knowledge) {
    std::vector<bool> marks(structure.nodeGroups.size(), false);
    if (!knowledge || !options.useKnowledge) return marks;
    for (const auto& entry : knowledge->nodeGroups) {
        if (entry.nodeGroup < 0 || entry.nodeGroup >= static_cast<int>(marks.size()))
            throw Error(ErrorCode::BadInput, "knowledge distribution",
                        "it speaks of node group " + std::to_string(entry.nodeGroup) + ", which this model does not have",
                        "Analyse this model again.");
        const auto id = static_cast<std::size_t>(entry.nodeGroup);
        marks[id] = entry.protectedByRank && !firstMatch(options.allow, structure.nodeGroups[id].name);
    }
    return marks;
}

void refuse(NodeGroupBudget& budget, std::string reason) {
    budget.prunable = false;
    budget.mostRemovable = 0;
    budget.reason = std::move(reason);
}

/// One budget per node group, before uniformity.
std::vector<NodeGroupBudget> ownBudgets(const Structure& structure, const PlanOptions& options,
                                        const std::vector<bool>& marks) {
    std::vector<NodeGroupBudget> budgets(structure.nodeGroups.size());
    for (std::size_t i = 0; i < budgets.size(); ++i) {
        const auto& group = structure.nodeGroups[i];
        auto& budget = budgets[i];
        budget.nodeGroup = group.id;
        budget.prunable = true;
        const auto [minimum, divisor] = limitsOf(options, group.unit);
        const int keep = roundUp(minimum, divisor);
        budget.mostRemovable = std::max(0, group.count - keep);
        const auto* pattern = firstMatch(options.protect, group.name);
        if (!group.prunable)
            refuse(budget, group.reason);
        else if (group.unit != UnitKind::Attention && group.unit != UnitKind::Mlp)
            refuse(budget, "a ratio plan removes attention groups and MLP neurons only");
        else if (group.layer < 0)  // of a projection beside the layers, whose width config.json says in other ways
            refuse(budget, "it belongs to no layer");
        else if (pattern)
            refuse(budget, "protected by the pattern \"" + *pattern + "\"");
        else if (marks[i] && !options.uniform)
            refuse(budget, "the knowledge analysis ranks it among the most sensitive");
        else if (budget.mostRemovable == 0)
            refuse(budget, "it has " + std::to_string(group.count) + " and keeps at least " + std::to_string(keep));
        else if (marks[i])
            budget.reason = "marked by the knowledge analysis, but a uniform plan takes equally many from every layer";
    }
    return budgets;
}

/// The node groups of one unit kind that a plan may touch.
std::vector<std::size_t> membersOf(const Structure& structure, const std::vector<NodeGroupBudget>& budgets, UnitKind unit) {
    std::vector<std::size_t> members;
    for (std::size_t i = 0; i < budgets.size(); ++i)
        if (budgets[i].prunable && structure.nodeGroups[i].unit == unit) members.push_back(i);
    return members;
}

/// In a uniform plan one untouchable node group keeps all of its kind.
void freezeUnevenClusters(const Structure& structure, std::vector<NodeGroupBudget>& budgets) {
    for (const auto unit : kClusterUnits) {
        const NodeGroup* frozen = nullptr;
        for (std::size_t i = 0; i < budgets.size() && !frozen; ++i)
            if (structure.nodeGroups[i].unit == unit && structure.nodeGroups[i].layer >= 0 && !budgets[i].prunable)
                frozen = &structure.nodeGroups[i];
        if (!frozen) continue;
        for (const auto i : membersOf(structure, budgets, unit))
            refuse(budgets[i],
                   "a uniform plan takes equally many from every layer, and " + frozen->name + " must stay whole");
    }
}

/// Totals when every node group decides for itself.
ReachableCounts freeCounts(const Structure& structure, const std::vector<NodeGroupBudget>& budgets,
                           const std::vector<std::size_t>& members, int divisor) {
    ReachableCounts counts;
    if (members.empty()) return counts;
    int sum = 0, most = 0;
    bool alike = true;
    const int first = structure.nodeGroups[members.front()].count % divisor;
    for (const auto i : members) {
        const int excess = structure.nodeGroups[i].count % divisor;
        sum += excess;
        most += budgets[i].mostRemovable;
        alike = alike && excess == first;
    }
    if (sum > 0) {
        counts.trims = alike ? static_cast<int>(members.size()) : 1;
        counts.trimStep = alike ? first : sum;
    }
    counts.step = divisor;
    counts.steps = (most - sum) / divisor;
    return counts;
}

/// Totals when every node group keeps the same count.
ReachableCounts uniformCounts(const Structure& structure, const std::vector<std::size_t>& members, Limits limits,
                              std::optional<int> exactly) {
    ReachableCounts counts;
    if (members.empty()) return counts;
    const int layers = static_cast<int>(members.size());
    int least = structure.nodeGroups[members.front()].count, widest = least, sum = 0;
    for (const auto i : members) {
        least = std::min(least, structure.nodeGroups[i].count);
        widest = std::max(widest, structure.nodeGroups[i].count);
        sum += structure.nodeGroups[i].count;
    }
    if (exactly) {
        if (*exactly > least)
            throw Error(ErrorCode::Impossible, "/plan/attention_keep",
                        "is " + std::to_string(*exactly) + ", a layer has only " + std::to_string(least));
        counts.least = sum - layers * *exactly;
        return counts;
    }
    const int keepMost = least / limits.divisor * limits.divisor;
    if (least != widest) {
        counts.least = sum - layers * keepMost;
    } else if (keepMost < least) {
        counts.trims = 1;
        counts.trimStep = sum - layers * keepMost;
    }
    counts.step = layers * limits.divisor;
    counts.steps = (keepMost - roundUp(limits.minimum, limits.divisor)) / limits.divisor;
    return counts;
}

std::array<QuotaCluster, 2> clustersOf(const Structure& structure, const std::vector<NodeGroupBudget>& budgets,
                                       const PlanOptions& options) {
    std::array<QuotaCluster, 2> clusters;
    for (std::size_t c = 0; c < 2; ++c) {
        const auto limits = limitsOf(options, kClusterUnits[c]);
        const auto members = membersOf(structure, budgets, kClusterUnits[c]);
        double price = 0;
        for (const auto i : members) {
            const auto& group = structure.nodeGroups[i];
            clusters[c].groups += group.count;
            price += static_cast<double>(group.count) * static_cast<double>(group.parametersPerGroup);
        }
        clusters[c].cost = clusters[c].groups > 0 ? price / clusters[c].groups : 0;
        clusters[c].reachable =
            options.uniform ? uniformCounts(structure, members, limits, c == 0 ? options.attentionKeep : std::nullopt)
                            : freeCounts(structure, budgets, members, limits.divisor);
    }
    // A share of 0 or 1 leaves one cluster out of it altogether.
    if (options.attentionShare == 0.0) clusters[0] = {};
    if (options.attentionShare == 1.0) clusters[1] = {};
    return clusters;
}

double mostParameters(const std::array<QuotaCluster, 2>& clusters, const std::optional<double>& attentionShare) {
    const double attention = clusters[0].reachable.most() * clusters[0].cost;
    const double mlp = clusters[1].reachable.most() * clusters[1].cost;
    if (!attentionShare || *attentionShare <= 0 || *attentionShare >= 1) return attention + mlp;
    return std::min(attention / *attentionShare, mlp / (1 - *attentionShare));
}

[[noreturn]] void refuseRatio(ErrorCode code, const std::string& message, const PruningPlan& plan) {
    std::string hint;
    if (plan.largestRatio > 0) {
        hint = "The largest reachable ratio is " + percent(plan.largestRatio);
        if (plan.options.attentionShare) hint += " with " + percent(*plan.options.attentionShare) + " of it from attention";
        hint += ".";
        const bool kept = std::any_of(plan.budgets.begin(), plan.budgets.end(), [](const auto& b) { return !b.prunable; });
        if (code == ErrorCode::Impossible && kept)
            hint += " Protecting less, or lowering the minimum that layers keep, raises it.";
    } else {
        hint = "Nothing can be removed";
        for (const auto& budget : plan.budgets)
            if (!budget.reason.empty()) {
                hint += ": " + budget.reason;
                break;
            }
        hint += ".";
    }
    throw Error(code, "/plan/ratio", message, hint);
}

void checkRatio(const PruningPlan& plan) {
    const double ratio = plan.options.ratio;
    if (!(ratio > 0 && ratio < 1)) {
        refuseRatio(ErrorCode::BadRecipe, "the ratio must be greater than 0 and less than 1, it is " + std::to_string(ratio),
                    plan);
    }
    if (plan.largestRatio <= 0) refuseRatio(ErrorCode::Impossible, "no node group can be pruned", plan);
}

std::array<double, 2> wishedCounts(const std::array<QuotaCluster, 2>& clusters, const std::optional<double>& share,
                                   double parameters) {
    if (!share) return commonFraction(clusters, parameters);
    const double attention = clusters[0].cost > 0 ? *share * parameters / clusters[0].cost : 0;
    const double mlp = clusters[1].cost > 0 ? (1 - *share) * parameters / clusters[1].cost : 0;
    return {attention, mlp};
}

/// Writes what the quota means per node group: exact counts of uniform plans, trims only for very small divisible ones.
void settleBudgets(const Structure& structure, std::vector<NodeGroupBudget>& budgets, const PlanOptions& options,
                   const std::array<QuotaCluster, 2>& clusters, const std::array<int, 2>& remove) {
    for (std::size_t c = 0; c < 2; ++c) {
        const auto members = membersOf(structure, budgets, kClusterUnits[c]);
        if (members.empty()) continue;
        int sum = 0;
        for (const auto i : members) sum += structure.nodeGroups[i].count;
        const int keep = (sum - remove[c]) / static_cast<int>(members.size());
        const auto& reachable = clusters[c].reachable;
        const bool onlyTrims = reachable.trims > 0 && remove[c] <= reachable.trimStep * reachable.trims;
        const int divisor = limitsOf(options, kClusterUnits[c]).divisor;
        for (const auto i : members) {
            const int count = structure.nodeGroups[i].count;
            if (options.uniform)
                budgets[i].removeExactly = count - keep;
            else if (onlyTrims)
                budgets[i].mostRemovable = std::min(budgets[i].mostRemovable, count % divisor);
        }
    }
}

struct OpenPlan {
    PruningPlan plan;  ///< budgets and what they leave reachable
    std::array<QuotaCluster, 2> clusters;
};

OpenPlan openPlan(const Structure& structure, const PlanOptions& options, const KnowledgeDistribution* knowledge) {
    checkOptions(options);
    checkPatterns(structure, options.protect, "protect");
    checkPatterns(structure, options.allow, "allow");
    if (structure.parameters <= 0) throw Error(ErrorCode::BadInput, "structure", "the model has no parameters");
    OpenPlan open;
    open.plan.options = options;
    open.plan.budgets = ownBudgets(structure, options, knowledgeMarks(structure, options, knowledge));
    if (options.uniform) freezeUnevenClusters(structure, open.plan.budgets);
    open.clusters = clustersOf(structure, open.plan.budgets, options);
    open.plan.largestRatio =
        mostParameters(open.clusters, options.attentionShare) / static_cast<double>(structure.parameters);
    return open;
}

}  // namespace

double largestRatio(const Structure& structure, const PlanOptions& options, const KnowledgeDistribution* knowledge) {
    return openPlan(structure, options, knowledge).plan.largestRatio;
}

PruningPlan makePlan(const Structure& structure, const PlanOptions& options, const KnowledgeDistribution* knowledge) {
    auto [plan, clusters] = openPlan(structure, options, knowledge);
    const auto all = static_cast<double>(structure.parameters);
    checkRatio(plan);

    const double wanted = options.ratio * all;
    const auto quota = resolveQuota(clusters, wishedCounts(clusters, options.attentionShare, wanted), wanted);
    if (options.ratio > plan.largestRatio * (1 + 1e-12) && wanted - plan.largestRatio * all > quota.tolerance / 2)
        refuseRatio(ErrorCode::Impossible, "a ratio of " + percent(options.ratio) + " cannot be reached", plan);
    if (quota.parameters <= 0)
        refuseRatio(ErrorCode::Impossible,
                    "a ratio of " + std::to_string(options.ratio) + " is less than half of the smallest step, " +
                        std::to_string(quota.tolerance / all),
                    plan);
    if (quota.error > quota.tolerance * (1 + 1e-9))
        refuseRatio(
            ErrorCode::Impossible,
            "a ratio of " + percent(options.ratio) + " cannot be met; the nearest is " + percent(quota.parameters / all),
            plan);
    plan.removeAttention = quota.remove[0];
    plan.removeMlp = quota.remove[1];
    plan.expectedRatio = quota.parameters / all;
    settleBudgets(structure, plan.budgets, options, clusters, quota.remove);
    return plan;
}

}  // namespace lorashear
