#include "core/plan/plan.h"

#include "core/base/error.h"
#include "core/plan/closer_plan.h"
#include "core/plan/coarse_plan.h"
#include "core/plan/glob.h"
#include "core/plan/lanes.h"
#include "core/plan/quota.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

// From a ratio to counts.
//
// Units differ in price by orders of magnitude (a KV group and an MLP neuron by two), so a plan fixes how many of each go and
// leaves to the saliency which ones. Every node group yields a budget: how many of its groups may go
// after protection, knowledge marks, minimum and divisor. The budgets of a cluster add up to the totals it can lose
// (ReachableCounts); resolveQuota then picks one total per cluster so that the sum of parameters meets the request
// within half a step of the cheapest cluster and the split stays closest to one common fraction (or to the wished shares).
//
// Units that do not fade are cut at once, before all that (coarse_plan.cpp): the clusters above then live in the model that they leave,
// and the budget is what they have not spent.
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

const UnitSettings& settingsOf(const PlanOptions& options, const Unit& unit) {
    const auto found = options.units.find(unit.id);
    if (found == options.units.end())
        throw Error(ErrorCode::Internal, "/plan/units/" + unit.id, "the plan has no settings for this unit");
    return found->second;
}

/// The units whose groups a method drives to zero, in the table's order: one cluster each.
std::vector<const Unit*> clusterUnits() {
    std::vector<const Unit*> units;
    for (const Unit& unit : unitTable())
        if (unit.fades) units.push_back(&unit);
    return units;
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
        const Unit* unit = unitOf(group);
        const UnitSettings settings = unit ? settingsOf(options, *unit) : UnitSettings();
        const int keep = roundUp(settings.minimum, settings.divisor);
        budget.mostRemovable = std::max(0, group.count - keep);
        const auto* pattern = firstMatch(options.protect, group.name);
        if (!group.prunable)
            refuse(budget, group.reason);
        else if (!unit)
            refuse(budget, "no method drives such groups to zero");
        else if (!settings.take)
            refuse(budget, unit->many + " take no part in this plan");
        else if (!unit->fades)
            refuse(budget, unit->many + " are cut at once, before a method trains");
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

/// The node groups of one unit that a plan may touch.
std::vector<std::size_t> membersOf(const Structure& structure, const std::vector<NodeGroupBudget>& budgets,
                                   const Unit& unit) {
    std::vector<std::size_t> members;
    for (std::size_t i = 0; i < budgets.size(); ++i)
        if (budgets[i].prunable && unitOf(structure.nodeGroups[i]) == &unit) members.push_back(i);
    return members;
}

/// In a uniform plan one untouchable node group keeps all of its unit.
void freezeUnevenClusters(const Structure& structure, std::vector<NodeGroupBudget>& budgets) {
    for (const Unit* unit : clusterUnits()) {
        const NodeGroup* frozen = nullptr;
        for (std::size_t i = 0; i < budgets.size() && !frozen; ++i) {
            const NodeGroup& group = structure.nodeGroups[i];
            if (unitOf(group) == unit && group.layer >= 0 && group.count > 0 && !budgets[i].prunable) frozen = &group;
        }
        if (!frozen) continue;
        for (const auto i : membersOf(structure, budgets, *unit))
            refuse(budgets[i],
                   "a uniform plan takes equally many from every layer, and " + frozen->name + " must stay whole");
    }
}

/// Experts and the plain MLPs beside them have widths of their own, and a cluster of a uniform plan has one: what holds less stays whole.
void freezeMinorWidths(const Structure& structure, std::vector<NodeGroupBudget>& budgets) {
    for (const Unit* unit : clusterUnits()) {
        const auto members = membersOf(structure, budgets, *unit);
        double price[2] = {0, 0};  // plain, in experts
        for (const auto i : members) {
            const NodeGroup& group = structure.nodeGroups[i];
            price[group.within >= 0] += static_cast<double>(group.count) * static_cast<double>(group.parametersPerGroup);
        }
        if (price[0] == 0 || price[1] == 0) continue;
        const bool minor = price[1] < price[0];
        for (const auto i : members)
            if ((structure.nodeGroups[i].within >= 0) == minor)
                refuse(budgets[i],
                       minor ? "a uniform plan takes equally many from every MLP, and experts have another width"
                             : "a uniform plan takes equally many from every expert, and this MLP has another width");
    }
}

ReachableCounts reachableOf(const Structure& structure, const std::vector<NodeGroupBudget>& budgets,
                            const std::vector<std::size_t>& members, const Unit& unit, const PlanOptions& options) {
    const UnitSettings& settings = settingsOf(options, unit);
    std::vector<LaneLimits> lanes;
    lanes.reserve(members.size());
    for (const auto i : members) lanes.push_back({structure.nodeGroups[i].count, budgets[i].mostRemovable});
    if (!options.uniform) return freeCounts(lanes, settings.divisor);
    if (!settings.keep) return uniformCounts(lanes, settings.divisor);
    for (const LaneLimits& lane : lanes) requireKeep(unit, *settings.keep, lane.count, lane.mostRemovable);
    return exactCounts(lanes, *settings.keep);
}

QuotaClusters clustersOf(const Structure& structure, const std::vector<NodeGroupBudget>& budgets,
                         const PlanOptions& options) {
    QuotaClusters clusters;
    double shared = 0;
    for (const auto& [id, settings] : options.units)
        if (settings.take) shared += settings.share.value_or(0);
    for (const Unit* unit : clusterUnits()) {
        const UnitSettings& settings = settingsOf(options, *unit);
        const auto members = membersOf(structure, budgets, *unit);
        QuotaCluster& cluster = clusters.emplace_back();
        if (settings.take) cluster.share = settings.share;
        double price = 0;
        for (const auto i : members) {
            const auto& group = structure.nodeGroups[i];
            cluster.groups += group.count;
            price += static_cast<double>(group.count) * static_cast<double>(group.parametersPerGroup);
        }
        cluster.cost = cluster.groups > 0 ? price / cluster.groups : 0;
        cluster.reachable = reachableOf(structure, budgets, members, *unit, options);
    }
    // A share of nothing leaves a unit out altogether, one of everything the others.
    for (QuotaCluster& cluster : clusters)
        if (cluster.share ? *cluster.share == 0 : shared >= 1 - 1e-9) {
            const auto share = cluster.share;
            cluster = {};
            cluster.share = share;
        }
    return clusters;
}

/// Why a node group stays of the units that the person lets take part.
std::string firstReason(const PruningPlan& plan, const Structure& structure) {
    for (std::size_t i = 0; i < plan.budgets.size(); ++i) {
        const Unit* unit = unitOf(structure.nodeGroups[i]);
        if (unit && unit->fades && settingsOf(plan.options, *unit).take && !plan.budgets[i].reason.empty())
            return plan.budgets[i].reason;
    }
    return {};
}

[[noreturn]] void refuseRatio(ErrorCode code, const std::string& message, const PruningPlan& plan,
                              const Structure& structure) {
    std::string hint;
    if (plan.largestRatio > 0) {
        hint = "The largest reachable ratio is " + flooredPercent(plan.largestRatio);
        std::string with = " with ";
        for (const Unit& unit : unitTable()) {
            const UnitSettings& settings = settingsOf(plan.options, unit);
            if (!settings.take || !settings.share) continue;
            hint += std::exchange(with, ", ") + flooredPercent(*settings.share) + " of it from " + unit.many;
        }
        hint += ".";
        const bool kept = std::any_of(plan.budgets.begin(), plan.budgets.end(), [](const auto& b) { return !b.prunable; });
        if (code == ErrorCode::Impossible && kept)
            hint += " Protecting less, or lowering the minimum that layers keep, raises it.";
    } else {
        hint = "Nothing can be removed";
        if (const auto reason = firstReason(plan, structure); !reason.empty()) hint += ": " + reason;
        hint += ".";
    }
    throw Error(code, "/plan/ratio", message, hint);
}

void checkRatio(const PruningPlan& plan, const Structure& structure) {
    const double ratio = plan.options.ratio;
    if (!planRatioRange().holds(ratio))
        refuseRatio(ErrorCode::BadRecipe,
                    "the ratio is " + std::to_string(ratio) + ", allowed is " + planRatioRange().text(), plan, structure);
    if (plan.largestRatio > 0) return;
    const auto bound = [](const auto& entry) { return entry.second.take && (entry.second.share || entry.second.keep); };
    if (std::any_of(plan.options.units.begin(), plan.options.units.end(), bound))
        throw Error(ErrorCode::Impossible, "/plan/units", "no ratio keeps to all its shares and counts at once",
                    "Leave out a share or a count (keep): that unit then makes up the ratio.");
    refuseRatio(ErrorCode::Impossible, "no node group can be pruned", plan, structure);
}

/// Writes what the quota means per node group: exact counts of uniform plans, trims only for very small divisible ones.
void settleBudgets(const Structure& structure, std::vector<NodeGroupBudget>& budgets, const PlanOptions& options,
                   const QuotaClusters& clusters, const std::vector<int>& remove) {
    const auto units = clusterUnits();
    for (std::size_t c = 0; c < units.size(); ++c) {
        const auto members = membersOf(structure, budgets, *units[c]);
        if (members.empty()) continue;
        int sum = 0;
        for (const auto i : members) sum += structure.nodeGroups[i].count;
        const int keep = (sum - remove[c]) / static_cast<int>(members.size());
        const auto& reachable = clusters[c].reachable;
        const bool onlyTrims = reachable.trims > 0 && remove[c] <= reachable.trimStep * reachable.trims;
        const int divisor = settingsOf(options, *units[c]).divisor;
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
    QuotaClusters clusters;
};

/// Of the units that fade, in this structure alone.
OpenPlan openPlan(const Structure& structure, const PlanOptions& options, const std::vector<bool>& marks) {
    OpenPlan open;
    open.plan.options = options;
    open.plan.budgets = ownBudgets(structure, options, marks);
    if (options.uniform) {
        freezeUnevenClusters(structure, open.plan.budgets);
        freezeMinorWidths(structure, open.plan.budgets);
    }
    open.clusters = clustersOf(structure, open.plan.budgets, options);
    open.plan.largestRatio = mostParameters(open.clusters) / static_cast<double>(structure.parameters);
    return open;
}

/// What coarse units have done before: the budget is the whole model's, the structure what they left.
struct Spent {
    double all = 0;      ///< parameters of the original
    double removed = 0;  ///< that have gone already
    double grain = 0;    ///< of the finest step so far
    double largestRatio = -1;
};

[[noreturn]] void refuseSmall(const PruningPlan& plan, double step) {
    throw Error(
        ErrorCode::Impossible, "/plan/ratio",
        "a ratio of " + std::to_string(plan.options.ratio) + " is less than half of the smallest step, " +
            std::to_string(step),
        "Ask for more, " + flooredPercent(plan.largestRatio) + " at most, or let a unit of smaller steps take part.");
}

PruningPlan finePlan(const Structure& structure, const PlanOptions& options, const std::vector<bool>& marks,
                     const Spent& spent) {
    auto [plan, clusters] = openPlan(structure, options, marks);
    const bool whole = spent.largestRatio < 0;  // nothing was cut before
    if (!whole) plan.largestRatio = spent.largestRatio;
    checkRatio(plan, structure);

    const double budget = options.ratio * spent.all, wanted = budget - spent.removed;
    const auto quota = resolveQuota(clusters, wishedCounts(clusters, wanted, budget), wanted);
    const double tolerance = quota.tolerance > 0 ? quota.tolerance : spent.grain;
    if (options.ratio > plan.largestRatio * (1 + 1e-12) && budget - plan.largestRatio * spent.all > tolerance / 2)
        refuseRatio(ErrorCode::Impossible, "a ratio of " + flooredPercent(options.ratio) + " cannot be reached", plan,
                    structure);
    const double removed = spent.removed + quota.parameters;
    if (removed <= 0) refuseSmall(plan, tolerance / spent.all);
    if (quota.error > tolerance * (1 + 1e-9))
        refuseRatio(ErrorCode::Impossible,
                    "a ratio of " + flooredPercent(options.ratio) + " cannot be met; the nearest is " +
                        flooredPercent(removed / spent.all),
                    plan, structure);
    const auto units = clusterUnits();
    for (std::size_t c = 0; c < units.size(); ++c)
        if (settingsOf(options, *units[c]).take) {
            plan.remove[units[c]->id] = quota.remove[c];
            plan.parameters[units[c]->id] = quota.remove[c] * clusters[c].cost;
        }
    plan.expectedRatio = removed / spent.all;
    settleBudgets(structure, plan.budgets, options, clusters, quota.remove);
    return plan;
}

/// For a run that only trains: the original, held against pruned models after the same training.
PruningPlan nothingGoes(const Structure& structure, const PlanOptions& options, const std::vector<bool>& marks) {
    PruningPlan plan = openPlan(structure, options, marks).plan;
    for (NodeGroupBudget& budget : plan.budgets)
        if (budget.prunable) refuse(budget, "this plan removes nothing");
    for (const Unit* unit : clusterUnits())
        if (settingsOf(options, *unit).take) plan.remove[unit->id] = 0;
    return plan;
}

void checkRequest(const PlanRequest& request) {
    checkOptions(request.options, request.structure);
    if (request.structure.parameters <= 0) throw Error(ErrorCode::BadInput, "structure", "the model has no parameters");
    if (takesAnyAtOnce(request.options) && !request.config)
        throw Error(ErrorCode::Internal, "plan", "units that are cut at once need the model's config");
}

CoarsePlan coarseOf(const PlanRequest& request, const std::vector<bool>& marks) {
    const CoarseTask task{*request.config, request.structure, request.options,
                          marks,           request.scores,    request.requiredTokens};
    return planCoarse(task, [&](const Structure& after) { return openPlan(after, request.options, marks).clusters; });
}

}  // namespace

int PruningPlan::removed(const std::string& unit) const {
    const auto found = remove.find(unit);
    return found == remove.end() ? 0 : found->second;
}

int PruningPlan::removed() const {
    int sum = 0;
    for (const auto& [id, groups] : remove)
        if (unitById(id).fades) sum += groups;
    return sum;
}

std::vector<PruningPlan::MissedShare> PruningPlan::missedShares() const {
    constexpr double kNoticed = 0.05;
    std::vector<MissedShare> missed;
    double all = 0;
    for (const auto& [unit, saved] : parameters) all += saved;
    for (const auto& [unit, saved] : parameters) {
        const auto& share = options.units.at(unit).share;
        if (share && all > 0 && std::abs(saved / all - *share) > kNoticed) missed.push_back({unit, saved / all, *share});
    }
    return missed;
}

std::vector<std::string> PruningPlan::notes() const {
    std::vector<std::string> notes;
    if (missesRatio(*this))
        notes.push_back("/plan/ratio: " + flooredPercent(expectedRatio) + " go, not " + flooredPercent(options.ratio) +
                        ": the steps of what takes part allow nothing closer");
    for (const MissedShare& missed : missedShares())
        notes.push_back("/plan/units/" + missed.unit + "/share: " + unitById(missed.unit).many + " are " +
                        flooredPercent(missed.is) + " of what goes, not " + flooredPercent(missed.asked) +
                        ": at this ratio the steps of the units allow no closer split");
    return notes;
}

double largestRatio(const PlanRequest& request) {
    checkRequest(request);
    const auto marks = knowledgeMarks(request.structure, request.options, request.knowledge);
    if (takesAnyAtOnce(request.options)) return coarseOf(request, marks).largestRatio;
    return openPlan(request.structure, request.options, marks).plan.largestRatio;
}

PruningPlan makePlan(const PlanRequest& request) {
    checkRequest(request);
    const auto& [structure, options, knowledge, config, scores, requiredTokens] = request;
    const auto marks = knowledgeMarks(structure, options, knowledge);
    const auto all = static_cast<double>(structure.parameters);
    if (!options.enabled) return nothingGoes(structure, options, marks);
    if (!takesAnyAtOnce(options)) return finePlan(structure, options, marks, {all, 0, 0, -1});
    CoarsePlan coarse = coarseOf(request, marks);
    PruningPlan plan =
        finePlan(coarse.after, options, marks,
                 {all, all - static_cast<double>(coarse.after.parameters), coarse.grain, coarse.largestRatio});
    plan.remove.insert(coarse.remove.begin(), coarse.remove.end());
    plan.parameters.insert(coarse.parameters.begin(), coarse.parameters.end());
    plan.edits = std::move(coarse.edits);
    return plan;
}

double largestRatio(const Structure& structure, const PlanOptions& options, const KnowledgeDistribution* knowledge) {
    return largestRatio(PlanRequest{structure, options, knowledge});
}

PruningPlan makePlan(const Structure& structure, const PlanOptions& options, const KnowledgeDistribution* knowledge) {
    return makePlan(PlanRequest{structure, options, knowledge});
}

}  // namespace lorashear
