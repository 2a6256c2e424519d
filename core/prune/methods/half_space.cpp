#include "core/prune/methods/half_space.h"

#include "core/base/error.h"
#include "core/trace/group_list.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

namespace lorashear {

RowProducts rowProducts(const FadingGroups& groups, const std::vector<RowState>& before, bool now) {
    std::vector<at::Tensor> across, old, square;
    for (std::size_t i = 0; i < before.size(); ++i) {
        const Linear& linear = *groups.members()[i].linear;
        const RowState state = rowState(linear);
        across.push_back(rowInner(linear, state, before[i]));
        old.push_back(rowInner(linear, before[i], before[i]));
        if (now) square.push_back(rowInner(linear, state, state));
    }
    return {groups.sumByGroup(across), groups.sumByGroup(old), now ? groups.sumByGroup(square) : at::Tensor()};
}

ProjectionReport reportOf(const FadingGroups& groups, const std::vector<GroupRef>& fading, const RowProducts& products,
                          const ProjectionStep& step, const std::vector<double>& after) {
    ProjectionReport report{step.epsilon, step.last, {}, {}, {}, {}, {}, {}};
    for (std::size_t g = 0; g < fading.size(); ++g) {
        const auto n = groups.number(fading[g]);
        const double old = products.old.data_ptr<double>()[n], now = products.now.data_ptr<double>()[n];
        if (!(old > 0 && now > 0)) continue;  // rows of zeros have no direction
        const double across = products.across.data_ptr<double>()[n];
        report.groups.push_back(fading[g]);
        report.before.push_back(std::sqrt(old));
        report.cosine.push_back(across / std::sqrt(old * now));
        report.along.push_back(step.q * across / old);
        report.norm.push_back(after[g] * std::sqrt(now));
        report.returning.push_back(0);
    }
    return report;
}

void HalfSpaceChoice::begin(std::vector<GroupRef> candidates, const FadingGroups& groups) {
    end();
    m_candidates = std::move(candidates);
    for (const auto& member : groups.members()) m_start.push_back(copyOf(rowState(*member.linear)));
}

void HalfSpaceChoice::end() {
    m_candidates.clear(), m_returning.clear(), m_start.clear();
}

std::vector<double> HalfSpaceChoice::alignments(const FadingGroups& groups) const {
    const RowProducts products = rowProducts(groups, m_start, false);
    std::vector<double> result;
    for (const GroupRef& group : m_candidates) {
        const auto n = groups.number(group);
        result.push_back(products.across.data_ptr<double>()[n] / std::max(products.old.data_ptr<double>()[n], 1e-30));
    }
    return result;
}

std::vector<GroupRef> HalfSpaceChoice::decide(const FadingGroups& groups, const PruningPlan& plan,
                                              const Structure& structure, const std::vector<GroupRef>& taken,
                                              double fraction) {
    const auto found = alignments(groups);
    GroupSaliency order{"half_space", {}};
    for (const NodeGroup& group : structure.nodeGroups)
        order.scores.emplace_back(static_cast<std::size_t>(group.count), std::numeric_limits<double>::max());
    for (std::size_t i = 0; i < m_candidates.size(); ++i)
        order.scores.at(static_cast<std::size_t>(m_candidates[i].nodeGroup))
            .at(static_cast<std::size_t>(m_candidates[i].index)) = found[i];
    auto going = selectGroups(plan, structure, order, taken, fraction);
    std::vector<GroupRef> sorted = m_candidates;
    std::sort(sorted.begin(), sorted.end());
    m_returning.clear();
    std::set_difference(sorted.begin(), sorted.end(), going.begin(), going.end(), std::back_inserter(m_returning));
    return going;
}

void HalfSpaceChoice::save(Archive& archive, const std::string& prefix, const FadingGroups& groups) const {
    archive.values[prefix + "candidates"] = groupsToJson(m_candidates);
    archive.values[prefix + "returning"] = groupsToJson(m_returning);
    for (std::size_t i = 0; i < m_start.size(); ++i) {
        const std::string at = prefix + "start." + groups.members()[i].linear->name;
        if (m_start[i].scale.defined()) archive.put(at + ".scale", m_start[i].scale);
        if (m_start[i].a.defined()) archive.put(at + ".a", m_start[i].a), archive.put(at + ".b", m_start[i].b);
    }
}

void HalfSpaceChoice::load(const Archive& archive, const std::string& prefix, const FadingGroups& groups) {
    end();
    if (!archive.values.contains(prefix + "candidates")) return;  // not written by an older program
    m_candidates = groupsFromJson(archive.value(prefix + "candidates"));
    m_returning = groupsFromJson(archive.value(prefix + "returning"));
    if (m_candidates.empty()) return;
    for (const auto& member : groups.members()) {
        const std::string at = prefix + "start." + member.linear->name;
        const auto device = member.linear->weight.device();
        RowState& state = m_start.emplace_back();
        if (archive.has(at + ".scale")) state.scale = archive.tensor(at + ".scale").clone().to(device);
        if (archive.has(at + ".a"))
            state.a = archive.tensor(at + ".a").clone().to(device), state.b = archive.tensor(at + ".b").clone().to(device);
    }
}

PruningPlan withMore(const PruningPlan& plan, const Structure& structure, double times) {
    PruningPlan more = plan;
    std::map<std::string, int> most;
    for (NodeGroupBudget& budget : more.budgets) {
        const Unit* unit =
            budget.prunable ? unitOf(structure.nodeGroups.at(static_cast<std::size_t>(budget.nodeGroup))) : nullptr;
        if (!unit) continue;
        if (budget.removeExactly > 0)
            budget.removeExactly = std::min(budget.mostRemovable, static_cast<int>(std::ceil(times * budget.removeExactly)));
        most[unit->id] += budget.mostRemovable;
    }
    for (auto& [unit, remove] : more.remove)
        if (most.count(unit)) remove = std::min(most.at(unit), static_cast<int>(std::ceil(times * remove)));
    return more;
}

}  // namespace lorashear
