#include "core/prune/methods/sheared_llama.h"

#include "core/prune/methods/fading_groups.h"
#include "core/prune/methods/group_gates.h"
#include "core/prune/methods/hard_concrete.h"
#include "core/prune/methods/training_rate.h"
#include "core/prune/pruning_method.h"
#include "core/trace/group_list.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cstdio>

// Targeted structured pruning. A step draws one gate for every group that the plan lets take part (the same for all portions of a batch),
// multiplies what the group hands on by it, and trains adapters and gates on the loss, with the Lagrangian of hard_concrete.h holding the
// expected number of closed gates to a target that rises to the plan's. In uniform plans every layer has its own target and multipliers,
// otherwise every unit has; the original's layer and hidden gates have no place, since plans do not take such groups.
//
// In the end the groups with the lowest log alpha go, as many as the plan says whatever the gates came to, and those that stay keep their gate
// without its noise, folded into the columns that read them; from log alpha 2.4 on that is 1. Between steps no gate is on.

namespace lorashear {

namespace {

class ShearedLlamaSession : public PruningSession {
public:
    ShearedLlamaSession(PruningTask task, const ShearedLlamaOptions& options)
        : m_task(std::move(task)),
          m_options(options),
          m_groups(m_task.model, m_task.structure, m_task.trainer.optimizer()),
          m_pools(poolsOf(m_task.plan, m_task.structure)),
          m_gates(m_pools, options.start, m_task.trainer.options().seed),
          m_places(m_task.model, m_task.structure, m_pools) {}

    std::int64_t totalSteps() const override { return std::int64_t{m_options.gateSteps} + m_options.settleSteps; }
    bool done() const override { return m_step >= totalSteps(); }
    const std::vector<GroupRef>& chosen() const override { return m_chosen; }
    StepReport step() override;
    void save(Archive& archive) const override;
    void load(const Archive& archive) override;

private:
    StepReport gateStep(double rate);
    std::vector<double> targets() const;
    std::string shape() const;
    void choose();

    PruningTask m_task;
    ShearedLlamaOptions m_options;
    FadingGroups m_groups;
    WeightEdits m_edits;
    std::vector<GroupPool> m_pools;
    HardConcreteGates m_gates;
    GroupGates m_places;
    std::int64_t m_step = 0;
    std::vector<GroupRef> m_chosen;
};

/// Closes the gates again, whatever happens.
class OpenGates {
public:
    OpenGates(GroupGates& gates, const PoolValues& factors) : m_gates(gates) { m_gates.open(factors); }
    ~OpenGates() { m_gates.close(); }
    OpenGates(const OpenGates&) = delete;
    OpenGates& operator=(const OpenGates&) = delete;

private:
    GroupGates& m_gates;
};

std::vector<double> ShearedLlamaSession::targets() const {
    const double rise = m_options.ramp * m_options.gateSteps;
    const double risen = rise > 0 ? std::min(1.0, static_cast<double>(m_step + 1) / rise) : 1.0;
    std::vector<double> shares;
    for (const GroupPool& pool : m_pools) shares.push_back(risen * pool.remove / static_cast<double>(pool.groups.size()));
    return shares;
}

/// How many gates are expected to be closed, of how many.
std::string ShearedLlamaSession::shape() const {
    double closed = 0, wanted = 0;
    for (std::size_t p = 0; p < m_pools.size(); ++p) {
        closed += m_gates.closedShare(p) * static_cast<double>(m_pools[p].groups.size());
        wanted += m_pools[p].remove;
    }
    char text[64];
    std::snprintf(text, sizeof text, "%.1f of %.0f closed", closed, wanted);
    return text;
}

StepReport ShearedLlamaSession::gateStep(double rate) {
    const OpenGates open(m_places, m_gates.draw(m_step));
    auto report = m_task.trainer.step(rate, [this] { m_groups.holdDead(); });
    m_gates.learn(m_step, m_places.gradients(), targets(), m_options.gateRate, m_options.multiplierRate);
    report.phase = "gates, " + shape();
    return report;
}

void ShearedLlamaSession::choose() {
    auto stays = m_gates.logAlphas();
    m_chosen = selectGroups(m_task.plan, m_task.structure, poolSaliency(m_task.structure, m_pools, stays), {}, 1);
    m_groups.kill(m_chosen);
    for (std::size_t p = 0; p < m_pools.size(); ++p)
        for (std::size_t i = 0; i < stays[p].size(); ++i) {
            const bool gone = std::binary_search(m_chosen.begin(), m_chosen.end(), m_pools[p].groups[i]);
            stays[p][i] = gone ? 1.0 : gate::settled(stays[p][i]);
        }
    m_places.fold(stays, m_edits);
}

StepReport ShearedLlamaSession::step() {
    m_task.control.poll();
    const double rate = risenRate(m_task.trainer, m_options.rateWarmup, m_step);
    StepReport report;
    if (m_step < m_options.gateSteps) {
        report = gateStep(rate);
    } else {
        report = m_task.trainer.step(rate, [this] { m_groups.holdDead(); });
        report.phase = "settle";
    }
    if (++m_step == m_options.gateSteps) choose();
    m_groups.tell(report, m_task.plan);
    return report;
}

void ShearedLlamaSession::save(Archive& archive) const {
    archive.values["sheared-llama.step"] = m_step;
    archive.values["sheared-llama.chosen"] = groupsToJson(m_chosen);
    m_gates.save(archive, "sheared-llama.");
    m_groups.save(archive, "sheared-llama.");
    m_edits.save(m_task.model, archive, "sheared-llama.");
}

void ShearedLlamaSession::load(const Archive& archive) {
    m_step = archive.value("sheared-llama.step").get<std::int64_t>();
    m_chosen = groupsFromJson(archive.value("sheared-llama.chosen"));
    m_gates.load(archive, "sheared-llama.");
    m_groups.load(archive, "sheared-llama.");
    m_edits.load(m_task.model, archive, "sheared-llama.");
}

}  // namespace

std::unique_ptr<PruningSession> ShearedLlama::make(PruningTask task, const Options& options) {
    return std::make_unique<ShearedLlamaSession>(std::move(task), options);
}

}  // namespace lorashear
