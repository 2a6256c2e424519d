#include "core/plan/possible_marks.h"

#include "core/base/error.h"
#include "core/knowledge/measurements.h"
#include "core/plan/glob.h"

#include <algorithm>
#include <map>
#include <optional>
#include <tuple>

namespace lorashear {

namespace {

/// A node group that an analysis measures and may mark.
struct Markable {
    const NodeGroup* group = nullptr;
    bool lifted = false;   ///< by `allow`: a mark changes nothing
    bool guarded = false;  ///< its block holds a protected one
    int peers = 0;         ///< markable ones in its block
    int number = 0;        ///< among those of its kind in its block
    double price = 0;      ///< parameters of all its groups
    bool attention() const { return group->unit == UnitKind::Attention; }
};

bool matchesAny(const std::vector<std::string>& patterns, const std::string& name) {
    return std::any_of(patterns.begin(), patterns.end(), [&](const auto& pattern) { return globMatches(pattern, name); });
}

std::vector<Markable> markablesOf(const Structure& structure, const PlanOptions& options) {
    std::map<int, bool> guarded;
    std::map<int, int> peers;
    std::map<std::pair<int, UnitKind>, int> numbers;
    std::vector<Markable> all;
    for (const NodeGroup& group : structure.nodeGroups) {
        if (group.layer < 0) continue;
        guarded[group.layer] = guarded[group.layer] || matchesAny(options.protect, group.name);
        if (!group.prunable || group.count < 2) continue;
        Markable& one = all.emplace_back();
        one.group = &group;
        one.lifted = matchesAny(options.allow, group.name);
        one.price = static_cast<double>(group.count) * static_cast<double>(group.parametersPerGroup);
        one.number = numbers[{group.layer, group.unit}]++;
        ++peers[group.layer];
    }
    for (Markable& one : all) one.guarded = guarded[one.group->layer], one.peers = peers[one.group->layer];
    return all;
}

/// The first so many in the order of a key.
template <class Key>
KnowledgeDistribution firstBy(std::vector<Markable> all, std::size_t marks, Key key) {
    std::stable_sort(all.begin(), all.end(), [&](const Markable& a, const Markable& b) { return key(a) < key(b); });
    KnowledgeDistribution knowledge;
    for (std::size_t i = 0; i < marks; ++i) {
        NodeGroupKnowledge& entry = knowledge.nodeGroups.emplace_back();
        entry.nodeGroup = all[i].group->id;
        entry.protectedByRank = true;
    }
    return knowledge;
}

/// Marks that ought to cost least: where they change nothing, then on whole blocks from either end, or on one kind.
std::vector<KnowledgeDistribution> kindMarks(const std::vector<Markable>& all, std::size_t marks) {
    const auto byBlocks = [](int sign) {
        return [sign](const Markable& m) {
            return std::tuple(!m.lifted, !m.guarded, -m.peers, sign * m.group->layer, m.number);
        };
    };
    const auto byKind = [](bool attention) {
        return [attention](const Markable& m) {
            return std::tuple(!m.lifted, !m.guarded, m.attention() != attention, m.group->layer, m.number);
        };
    };
    return {firstBy(all, marks, byBlocks(1)), firstBy(all, marks, byBlocks(-1)), firstBy(all, marks, byKind(false)),
            firstBy(all, marks, byKind(true))};
}

/// And those that ought to cost most: one in every block, or the largest.
std::vector<KnowledgeDistribution> harshMarks(const std::vector<Markable>& all, std::size_t marks) {
    const auto spread = [](bool attention) {
        return [attention](const Markable& m) {
            return std::tuple(m.lifted, m.guarded, m.attention() != attention, m.number, m.group->layer);
        };
    };
    return {firstBy(all, marks, spread(false)), firstBy(all, marks, spread(true)),
            firstBy(all, marks, [](const Markable& m) { return std::tuple(m.lifted, m.guarded, -m.price); })};
}

/// Parts are left out, and it does not matter of which blocks.
bool countsDecide(const PruningPlan& plan, const Structure& structure) {
    const bool parts = std::any_of(plan.edits.begin(), plan.edits.end(),
                                   [](const Edit& edit) { return std::holds_alternative<DropPart>(edit); });
    const auto alike = [&](const BlockParts& block) {
        return block.attention.parameters == structure.parts.front().attention.parameters &&
               block.mlp.parameters == structure.parts.front().mlp.parameters;
    };
    return parts && std::all_of(structure.parts.begin(), structure.parts.end(), alike);
}

}  // namespace

int requirePlanUnderMarks(const PlanRequest& request, double unprunableShare,
                          const std::function<PruningPlan(const PlanRequest&)>& plan) {
    const auto under = [&](const KnowledgeDistribution* knowledge) {
        PlanRequest marked = request;
        marked.knowledge = knowledge;
        return plan(marked);
    };
    const Structure& structure = request.structure;
    const PlanOptions& options = request.options;
    const PruningPlan unmarked = under(nullptr);
    if (!options.enabled || !options.useKnowledge || options.uniform) return 0;
    const std::vector<Markable> all = markablesOf(structure, options);
    const std::size_t marks = marksFor(unprunableShare, all.size());
    if (marks == 0) return 0;
    std::optional<Error> refused;
    const auto works = [&](const KnowledgeDistribution& knowledge) {
        try {
            under(&knowledge);
            return true;
        } catch (const Error& error) {
            if (error.code() != ErrorCode::Impossible && error.code() != ErrorCode::Unsupported) throw;
            if (!refused) refused = error;
            return false;
        }
    };
    const auto kind = kindMarks(all, marks), harsh = harshMarks(all, marks);
    const bool some = std::any_of(kind.begin(), kind.end(), works);
    if (!some && countsDecide(unmarked, structure))
        throw Error(
            ErrorCode::Impossible, refused->subject(),
            refused->message() + ": the analysis will protect " + std::to_string(marks) + " node groups, whichever they are",
            refused->hint() + " Or set /plan/use_knowledge to false.");
    return some && std::all_of(harsh.begin(), harsh.end(), works) ? 0 : static_cast<int>(marks);
}

}  // namespace lorashear
