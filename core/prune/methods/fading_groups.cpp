#include "core/prune/methods/fading_groups.h"

#include "core/base/error.h"
#include "core/compact/group_masks.h"
#include "core/plan/plan.h"
#include "core/train/trainer.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>

namespace lorashear {

namespace {

at::Tensor adapterProduct(const Linear& linear, const at::Tensor& w, const RowState& base, const RowState& adapter) {
    auto p = adapter.b.mul(w.mm(adapter.a.t())).sum(1).mul_(linear.scale);
    return base.scale.defined() ? p.mul_(base.scale) : p;
}

}  // namespace

RowState rowState(const Linear& linear) {
    RowState state;
    state.scale = linear.rowScale;
    if (linear.hasAdapter()) state.a = linear.a.detach(), state.b = linear.b.detach();
    return state;
}

RowState copyOf(const RowState& state) {
    const auto copy = [](const at::Tensor& t) { return t.defined() ? t.clone() : t; };
    return {copy(state.scale), copy(state.a), copy(state.b)};
}

at::Tensor rowInner(const Linear& linear, const RowState& x, const RowState& y) {
    at::NoGradGuard guard;
    const auto w = linear.weight.to(at::kFloat);
    auto sum = at::linalg_vector_norm(w, 2, at::IntArrayRef{1}).square_();
    if (x.scale.defined()) sum.mul_(x.scale);
    if (y.scale.defined()) sum.mul_(y.scale);
    if (y.a.defined()) sum.add_(adapterProduct(linear, w, x, y));
    if (x.a.defined()) sum.add_(adapterProduct(linear, w, y, x));
    if (x.a.defined() && y.a.defined()) sum.add_(x.b.mm(x.a.mm(y.a.t())).mul_(y.b).sum(1).mul_(linear.scale * linear.scale));
    return sum;
}

FadingGroups::FadingGroups(CausalLM& model, const Structure& structure, AdamW& optimizer)
    : m_model(model), m_optimizer(optimizer) {
    std::map<std::string, std::vector<std::int64_t>> owners;
    std::size_t next = 0;
    for (const auto& group : structure.nodeGroups) {
        m_offsets.push_back(next);
        if (!group.prunable) continue;
        for (int j = 0; j < group.count; ++j)
            for (const auto& rows : rowsOf(model, group, j)) {
                auto& owner = owners[rows.linear->name];
                owner.resize(static_cast<std::size_t>(rows.linear->out()), -1);
                std::fill_n(owner.begin() + static_cast<std::ptrdiff_t>(rows.begin), rows.length,
                            static_cast<std::int64_t>(next) + j);
            }
        next += static_cast<std::size_t>(group.count);
    }
    m_state.assign(next, State::Alive);
    for (auto* linear : model.linears()) {
        const auto found = owners.find(linear->name);
        if (found == owners.end()) continue;
        for (auto& owner : found->second)
            if (owner < 0) owner = static_cast<std::int64_t>(next);
        m_members.push_back({linear, at::tensor(found->second, at::kLong).to(linear->weight.device())});
    }
}

void FadingGroups::put(const std::vector<GroupRef>& groups, State state) {
    for (const auto& group : groups) m_state[number(group)] = state;
}

void FadingGroups::startFading(const std::vector<GroupRef>& groups) {
    put(groups, State::Fading);
}

void FadingGroups::scale(const std::vector<GroupRef>& groups, const std::vector<double>& factors) {
    at::NoGradGuard guard;
    std::vector<float> factor(m_state.size() + 1, 1.0F);
    for (std::size_t i = 0; i < groups.size(); ++i) factor[number(groups[i])] = static_cast<float>(factors[i]);
    const auto perGroup = at::tensor(factor, at::kFloat);
    for (auto& [linear, group] : m_members) {
        const auto perRow = perGroup.to(group.device()).index_select(0, group);
        if (perRow.eq(1).all().item<bool>()) continue;
        if (!linear->rowScale.defined()) linear->rowScale = at::ones({linear->out()}, perRow.options());
        linear->rowScale.mul_(perRow);
        if (linear->hasAdapter()) linear->b.detach().mul_(perRow.unsqueeze(1));
    }
}

at::Tensor FadingGroups::rowMask(const Member& member, State state) const {
    auto mask = at::zeros({groupNumbers() + 1}, at::kBool);
    for (std::size_t i = 0; i < m_state.size(); ++i) mask.data_ptr<bool>()[i] = m_state[i] == state;
    return mask.to(member.group.device()).index_select(0, member.group);
}

void FadingGroups::kill(const std::vector<GroupRef>& groups) {
    at::NoGradGuard guard;
    put(groups, State::Dead);
    for (auto& member : m_members) {
        auto& linear = *member.linear;
        const auto gone = rowMask(member, State::Dead);
        if (!gone.any().item<bool>()) continue;
        if (!linear.rowScale.defined())
            linear.rowScale = at::ones({linear.out()}, linear.weight.options().dtype(at::kFloat));
        linear.rowScale.masked_fill_(gone, 0);
        if (!linear.hasAdapter()) continue;
        const auto rows = gone.unsqueeze(1);
        linear.b.detach().masked_fill_(rows, 0);
        if (auto* parameter = m_optimizer.find(linear.b)) {
            parameter->first.masked_fill_(rows, 0);
            parameter->second.masked_fill_(rows, 0);
        }
    }
}

void FadingGroups::revive(const std::vector<GroupRef>& groups) {
    at::NoGradGuard guard;
    put(groups, State::Alive);
    for (auto& member : m_members)
        if (member.linear->rowScale.defined()) member.linear->rowScale.masked_fill_(rowMask(member, State::Alive), 1);
}

void FadingGroups::holdDead() const {
    at::NoGradGuard guard;
    for (const auto& member : m_members) {
        const auto& linear = *member.linear;
        if (!linear.hasAdapter() || !linear.rowScale.defined()) continue;
        const auto gradient = linear.b.grad();
        if (gradient.defined()) gradient.masked_fill_(linear.rowScale.eq(0).unsqueeze(1), 0);
    }
}

void FadingGroups::tell(StepReport& report, const PruningPlan& plan) const {
    const Norms now = norms();
    report.redundantNorm = now.fading;
    report.importantNorm = now.alive;
    report.zeroGroups = deadCount();
    report.targetGroups = plan.removed();
}

int FadingGroups::deadCount() const {
    return static_cast<int>(std::count(m_state.begin(), m_state.end(), State::Dead));
}

at::Tensor FadingGroups::sumByGroup(const std::vector<at::Tensor>& perRow) const {
    auto sums = at::zeros({groupNumbers() + 1}, at::kDouble);
    for (std::size_t i = 0; i < m_members.size(); ++i)
        sums.index_add_(0, m_members[i].group.cpu(), perRow[i].to(at::kCPU, at::kDouble));
    return sums.narrow(0, 0, groupNumbers());
}

FadingGroups::Norms FadingGroups::norms() const {
    std::vector<at::Tensor> squares;
    for (const auto& member : m_members) {
        const auto state = rowState(*member.linear);
        squares.push_back(rowInner(*member.linear, state, state));
    }
    const auto perGroup = sumByGroup(squares).clamp_min_(0).sqrt_();
    Norms norms;
    for (std::size_t i = 0; i < m_state.size(); ++i) {
        const double norm = perGroup.data_ptr<double>()[i];
        if (m_state[i] == State::Fading) norms.fading += norm;
        if (m_state[i] == State::Alive) norms.alive += norm;
    }
    return norms;
}

void FadingGroups::save(Archive& archive, const std::string& prefix) const {
    std::vector<int> states;
    for (const auto state : m_state) states.push_back(static_cast<int>(state));
    archive.values[prefix + "states"] = states;
    for (const auto& member : m_members)
        if (member.linear->rowScale.defined())
            archive.put(prefix + "rowScale." + member.linear->name, member.linear->rowScale);
}

void FadingGroups::load(const Archive& archive, const std::string& prefix) {
    const auto states = archive.value(prefix + "states").get<std::vector<int>>();
    if (states.size() != m_state.size()) throw Error(ErrorCode::BadInput, "checkpoint", "it belongs to another model");
    for (std::size_t i = 0; i < states.size(); ++i) m_state[i] = static_cast<State>(states[i]);
    for (auto& member : m_members) {
        const auto name = prefix + "rowScale." + member.linear->name;
        if (archive.has(name))
            member.linear->rowScale = archive.tensor(name).clone().to(member.linear->weight.device());
        else
            member.linear->rowScale = at::Tensor();
    }
}

}  // namespace lorashear
