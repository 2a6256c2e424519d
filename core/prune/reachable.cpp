#include "core/prune/reachable.h"

#include "core/base/error.h"
#include "core/knowledge/measurements.h"
#include "core/prune/glob.h"

#include <algorithm>
#include <array>
#include <cstdio>

// How many node groups an analysis will mark is known beforehand, which ones is not. Marks on node groups that lose nothing anyway
// cost nothing. Of the others, within one cluster the kindest marks are those on the node groups with least to lose and the harshest
// those with most; how the marks fall on attention and MLPs is tried in every split, since a share for attention weighs the clusters
// against each other. Each try is a plan and takes microseconds.

namespace lorashear {

namespace {

struct Candidate {
    int nodeGroup = 0;
    double loses = 0;  ///< parameters, if it is not marked
};

struct Candidates {
    std::array<std::vector<Candidate>, 2> clusters;  ///< attention, MLP; those with least to lose first
    std::vector<int> free;                           ///< a mark on them changes nothing
    std::size_t count() const { return clusters[0].size() + clusters[1].size() + free.size(); }
};

bool matches(const std::vector<std::string>& patterns, const std::string& name) {
    return std::any_of(patterns.begin(), patterns.end(), [&](const auto& pattern) { return globMatches(pattern, name); });
}

double losesAtMost(const NodeGroup& group, const PlanOptions& options) {
    const bool attention = group.unit == UnitKind::Attention;
    const int minimum = attention ? options.minAttention : options.minMlp,
              divisor = attention ? options.attentionDivisor : options.mlpDivisor;
    const int keep = (minimum + divisor - 1) / divisor * divisor;
    return static_cast<double>(std::max(0, group.count - keep)) * static_cast<double>(group.parametersPerGroup);
}

/// What an analysis measures and marks.
Candidates candidatesOf(const Structure& structure, const PlanOptions& options) {
    Candidates all;
    for (const NodeGroup& group : structure.nodeGroups) {
        if (!group.prunable || group.layer < 0 || group.count < 2) continue;
        const bool ratioTakes = group.unit == UnitKind::Attention || group.unit == UnitKind::Mlp;
        const double loses = ratioTakes ? losesAtMost(group, options) : 0;
        if (loses == 0 || matches(options.protect, group.name) || matches(options.allow, group.name))
            all.free.push_back(group.id);
        else
            all.clusters[group.unit == UnitKind::Attention ? 0 : 1].push_back({group.id, loses});
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

/// Calls visit with every split of `count` marks over the clusters.
template <class Visit>
void forEachSplit(const Candidates& all, std::size_t count, bool cheap, Visit visit) {
    const auto& [attention, mlp] = all.clusters;
    for (std::size_t first = count > mlp.size() ? count - mlp.size() : 0; first <= std::min(count, attention.size());
         ++first) {
        KnowledgeDistribution knowledge;
        mark(knowledge, attention, first, cheap);
        mark(knowledge, mlp, count - first, cheap);
        visit(knowledge);
    }
}

std::string percent(double ratio) {
    char text[32];
    std::snprintf(text, sizeof text, "%.2f %%", ratio * 100);
    return text;
}

}  // namespace

ReachableRatios reachableRatios(const Structure& structure, const PlanOptions& options, double unprunableShare) {
    ReachableRatios result;
    result.least = result.most = largestRatio(structure, options);
    if (!options.useKnowledge || options.uniform) return result;
    const Candidates all = candidatesOf(structure, options);
    const std::size_t marks = marksFor(unprunableShare, all.count());
    result.marks = static_cast<int>(marks);
    if (marks == 0) return result;
    result.most = -1;
    forEachSplit(all, marks - std::min(marks, all.free.size()), true, [&](const KnowledgeDistribution& knowledge) {
        const double ratio = largestRatio(structure, options, &knowledge);
        if (ratio <= result.most) return;
        result.most = ratio;
        result.kindest = knowledge;
    });
    forEachSplit(all, std::min(marks, all.count() - all.free.size()), false, [&](const KnowledgeDistribution& knowledge) {
        result.least = std::min(result.least, largestRatio(structure, options, &knowledge));
    });
    return result;
}

ReachableRatios requireReachable(const Structure& structure, const PlanOptions& options, double unprunableShare) {
    makePlan(structure, options);
    ReachableRatios reachable = reachableRatios(structure, options, unprunableShare);
    if (reachable.marks == 0) return reachable;
    try {
        makePlan(structure, options, &reachable.kindest);
    } catch (const Error& error) {
        if (error.code() != ErrorCode::Impossible) throw;
        throw Error(ErrorCode::Impossible, error.subject(),
                    "a ratio of " + percent(options.ratio) + " cannot be reached: the analysis will protect " +
                        std::to_string(reachable.marks) +
                        " node groups, and whichever they are, too little is left to remove",
                    "Which ones is not known before the analysis; the largest ratio lies between " +
                        percent(reachable.least) + " and " + percent(reachable.most) +
                        ". Lower /analysis/unprunable_share, or set /plan/use_knowledge to false.");
    }
    return reachable;
}

}  // namespace lorashear
