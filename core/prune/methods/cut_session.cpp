#include "core/prune/methods/cut_session.h"

#include "core/trace/group_list.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <utility>

namespace lorashear {

CutSession::CutSession(std::string id, PruningTask task, const CutTimes& times, int rateWarmup, Choose choose)
    : m_task(std::move(task)),
      m_prefix(std::move(id) + "."),
      m_times(times),
      m_rateWarmup(rateWarmup),
      m_choose(std::move(choose)),
      m_groups(m_task.model, m_task.structure, m_task.trainer.optimizer()) {
    if (totalSteps() == 0) cutWhatIsDue();
}

void CutSession::cutWhatIsDue() {
    while (m_cuts < m_times.cuts && m_times.at(m_cuts) <= m_step) {
        at::NoGradGuard guard;
        const double fraction = static_cast<double>(m_cuts + 1) / m_times.cuts;
        const auto choice = m_choose(m_task, {m_chosen, fraction, 0});
        for (const auto& [name, change] : choice.repairs) m_edits.own(*m_task.model.linear(name)).add_(change);
        for (const auto& [name, change] : choice.biases) m_edits.ownBias(*m_task.model.linear(name)).add_(change);
        m_groups.kill(choice.groups);
        m_chosen.insert(m_chosen.end(), choice.groups.begin(), choice.groups.end());
        ++m_cuts;
    }
}

std::string CutSession::phase() const {
    if (m_step < m_times.warmup) return "warmup";
    return m_step < m_times.at(m_times.cuts - 1) ? "cut " + std::to_string(m_cuts + 1) + "/" + std::to_string(m_times.cuts)
                                                 : "settle";
}

StepReport CutSession::step() {
    m_task.control.poll();
    cutWhatIsDue();
    const auto rate = pruningRate(m_task, m_rateWarmup, m_step);
    auto report = m_task.trainer.step(rate, [this] { m_groups.holdDead(); });
    report.phase = phase();
    ++m_step;
    cutWhatIsDue();
    m_groups.tell(report, m_task.plan);
    return report;
}

void CutSession::save(Archive& archive) const {
    archive.values[m_prefix + "step"] = m_step;
    archive.values[m_prefix + "chosen"] = groupsToJson(m_chosen);
    m_groups.save(archive, m_prefix);
    m_edits.save(m_task.model, archive, m_prefix);
}

void CutSession::load(const Archive& archive) {
    m_step = archive.value(m_prefix + "step").get<std::int64_t>();
    m_chosen = groupsFromJson(archive.value(m_prefix + "chosen"));
    m_cuts = 0;
    while (m_step > 0 && m_cuts < m_times.cuts && m_times.at(m_cuts) <= m_step) ++m_cuts;
    m_groups.load(archive, m_prefix);
    m_edits.load(m_task.model, archive, m_prefix);
}

}  // namespace lorashear
