#include "core/plan/reachable.h"

#include "core/base/error.h"
#include "core/knowledge/measurements.h"
#include "core/plan/glob.h"
#include "core/plan/lanes.h"

#include <algorithm>
#include <cstdio>

// How many node groups an analysis will mark is known beforehand, which ones is not. Marks on node groups that lose nothing anyway
// cost nothing. Of the others, within one cluster the kindest marks are those on the node groups with least to lose and the harshest
// those with most; how the marks fall on the units is tried in every split, since a share of one unit weighs the clusters
// against each other. Each try is a plan and takes microseconds.
//
// Where units are cut at once a mark also closes its block, its sub-layer or its query heads, and which marks are kindest is a puzzle of
// its own. Then nothing is refused that marks might allow: the upper bound is the ratio without any marks, the lower one an estimate.

namespace lorashear {

namespace {

struct Candidate {
    int nodeGroup = 0;
    double loses = 0;  ///< parameters, if it is not marked
};

struct Candidates {
    std::vector<std::vector<Candidate>> clusters;  ///< by unit, in the table's order; those with least to lose first
    std::vector<int> free;                         ///< a mark on them changes nothing
    std::size_t count() const { return countFrom(0) + free.size(); }
    std::size_t countFrom(std::size_t cluster) const {
        std::size_t sum = 0;
        for (; cluster < clusters.size(); ++cluster) sum += clusters[cluster].size();
        return sum;
    }
};

bool matches(const std::vector<std::string>& patterns, const std::string& name) {
    return std::any_of(patterns.begin(), patterns.end(), [&](const auto& pattern) { return globMatches(pattern, name); });
}

double losesAtMost(const NodeGroup& group, const PlanOptions& options) {
    const Unit* unit = unitOf(group);
    if (!unit || !options.units.at(unit->id).take) return 0;
    const UnitSettings& settings = options.units.at(unit->id);
    const int keep = roundUp(std::max(settings.minimum, unit->fades ? 1 : group.minimum), settings.divisor);
    return static_cast<double>(std::max(0, group.count - keep)) * static_cast<double>(group.parametersPerGroup);
}

/// What an analysis measures and marks.
Candidates candidatesOf(const Structure& structure, const PlanOptions& options) {
    Candidates all;
    all.clusters.resize(unitTable().size());
    for (const NodeGroup& group : structure.nodeGroups) {
        if (!group.prunable || group.layer < 0 || group.count < 2) continue;
        const double loses = losesAtMost(group, options);
        if (loses == 0 || matches(options.protect, group.name) || matches(options.allow, group.name))
            all.free.push_back(group.id);
        else
            all.clusters[static_cast<std::size_t>(unitOf(group) - unitTable().data())].push_back({group.id, loses});
    }
    for (auto& cluster : all.clusters)
        std::stable_sort(cluster.begin(), cluster.end(),
                         [](const Candidate& a, const Candidate& b) { return a.loses < b.loses; });
    return all;
}

void mark(KnowledgeDistribution& knowledge, int nodeGroup) {
    NodeGroupKnowledge entry;
    entry.nodeGroup = nodeGroup;
    entry.protectedByRank = true;
    knowledge.nodeGroups.push_back(entry);
}

/// Marks `count` of a cluster from its cheap or its expensive end.
void mark(KnowledgeDistribution& knowledge, const std::vector<Candidate>& cluster, std::size_t count, bool cheap) {
    for (std::size_t i = 0; i < count; ++i) mark(knowledge, cluster[cheap ? i : cluster.size() - 1 - i].nodeGroup);
}

/// Calls visit with every split of `count` marks over the clusters from `first` on, behind what is marked already.
template <class Visit>
void forEachSplit(const Candidates& all, std::size_t count, bool cheap, const Visit& visit, std::size_t first = 0,
                  const KnowledgeDistribution& marked = {}) {
    if (first == all.clusters.size()) return visit(marked);
    const auto& cluster = all.clusters[first];
    const std::size_t later = all.countFrom(first + 1);
    for (std::size_t here = count > later ? count - later : 0; here <= std::min(count, cluster.size()); ++here) {
        KnowledgeDistribution knowledge = marked;
        mark(knowledge, cluster, here, cheap);
        forEachSplit(all, count - here, cheap, visit, first + 1, knowledge);
    }
}

/// Marks on those with most to lose, whatever their unit.
KnowledgeDistribution costliest(const Candidates& all, std::size_t marks) {
    std::vector<Candidate> open;
    for (const auto& cluster : all.clusters) open.insert(open.end(), cluster.begin(), cluster.end());
    std::stable_sort(open.begin(), open.end(), [](const Candidate& a, const Candidate& b) { return a.loses < b.loses; });
    KnowledgeDistribution knowledge;
    mark(knowledge, open, std::min(marks, open.size()), false);
    return knowledge;
}

std::string rounded(double ratio) {
    char text[32];
    std::snprintf(text, sizeof text, "%.2f %%", ratio * 100);
    return text;
}

}  // namespace

ReachableRatios reachableRatios(const PlanRequest& request, double unprunableShare) {
    const Structure& structure = request.structure;
    const PlanOptions& options = request.options;
    const auto ratioWith = [&](const KnowledgeDistribution* knowledge) {
        PlanRequest marked = request;
        marked.knowledge = knowledge;
        return largestRatio(marked);
    };
    const auto leastWith = [&](const KnowledgeDistribution& knowledge) {
        try {
            return ratioWith(&knowledge);
        } catch (const Error& error) {  // marks can close all of a unit that is cut at once
            if (error.code() != ErrorCode::Unsupported && error.code() != ErrorCode::Impossible) throw;
            return 0.0;
        }
    };
    ReachableRatios result;
    result.least = result.most = ratioWith(nullptr);
    if (!options.useKnowledge || options.uniform) return result;
    const Candidates all = candidatesOf(structure, options);
    const std::size_t marks = marksFor(unprunableShare, all.count());
    result.marks = static_cast<int>(marks);
    if (marks == 0) return result;
    if (takesAnyAtOnce(options)) {
        result.least = std::min(result.least, leastWith(costliest(all, marks)));
        return result;
    }
    result.most = -1;
    forEachSplit(all, marks - std::min(marks, all.free.size()), true, [&](const KnowledgeDistribution& knowledge) {
        const double ratio = ratioWith(&knowledge);
        if (ratio <= result.most) return;
        result.most = ratio;
        result.kindest = knowledge;
    });
    forEachSplit(all, std::min(marks, all.count() - all.free.size()), false, [&](const KnowledgeDistribution& knowledge) {
        result.least = std::min(result.least, ratioWith(&knowledge));
    });
    return result;
}

ReachableRatios requireReachable(const PlanRequest& request, double unprunableShare) {
    const auto& [structure, options, ignored, config, scores, tokens] = request;
    makePlan({structure, options, nullptr, config, scores, tokens});
    if (!options.enabled) return {};
    ReachableRatios reachable = reachableRatios(request, unprunableShare);
    if (reachable.marks == 0) return reachable;
    try {
        makePlan({structure, options, &reachable.kindest, config, scores, tokens});
    } catch (const Error& error) {
        if (error.code() != ErrorCode::Impossible) throw;
        throw Error(ErrorCode::Impossible, error.subject(),
                    "a ratio of " + rounded(options.ratio) + " cannot be reached: the analysis will protect " +
                        std::to_string(reachable.marks) +
                        " node groups, and whichever they are, too little is left to remove",
                    "Which ones is not known before the analysis; the largest ratio lies between " +
                        rounded(reachable.least) + " and " + rounded(reachable.most) +
                        ". Lower /analysis/unprunable_share, or set /plan/use_knowledge to false.");
    }
    return reachable;
}

}  // namespace lorashear
