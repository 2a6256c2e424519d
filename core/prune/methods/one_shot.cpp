#include "core/prune/methods/one_shot.h"

#include "core/prune/methods/fading_groups.h"
#include "core/prune/methods/group_choice.h"
#include "core/prune/pruning_method.h"
#include "core/prune/weight_edits.h"
#include "core/trace/group_list.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

namespace lorashear {

namespace {

class OneShotSession : public PruningSession {
public:
    OneShotSession(PruningTask task, const OneShotOptions& options)
        : m_task(std::move(task)),
          m_options(options),
          m_groups(m_task.model, m_task.structure, m_task.trainer.optimizer()),
          m_warmup(options.warmupSteps),
          m_settle(options.settleSteps) {
        if (m_warmup == 0) cut();
    }

    std::int64_t totalSteps() const override { return m_warmup + m_settle; }
    bool done() const override { return m_step >= totalSteps(); }
    const std::vector<GroupRef>& chosen() const override { return m_chosen; }

    StepReport step() override {
        m_task.control.poll();
        auto report = m_task.trainer.step(pruningRate(m_task, m_options, m_step), [this] { m_groups.holdDead(); });
        report.phase = m_step < m_warmup ? "warmup" : "settle";
        if (++m_step == m_warmup) cut();
        const auto norms = m_groups.norms();
        report.importantNorm = norms.alive;
        report.zeroGroups = m_groups.deadCount();
        report.targetGroups = m_task.plan.removed();
        return report;
    }

    void save(Archive& archive) const override {
        archive.values["one-shot.step"] = m_step;
        archive.values["one-shot.chosen"] = groupsToJson(m_chosen);
        m_groups.save(archive, "one-shot.");
        m_edits.save(m_task.model, archive, "one-shot.");
    }

    void load(const Archive& archive) override {
        m_step = archive.value("one-shot.step").get<std::int64_t>();
        m_chosen = groupsFromJson(archive.value("one-shot.chosen"));
        m_groups.load(archive, "one-shot.");
        m_edits.load(m_task.model, archive, "one-shot.");
    }

private:
    void cut() {
        at::NoGradGuard guard;
        auto choice = chooseGroups(m_task, m_options, {{}, 1.0, 0});
        for (const auto& [name, change] : choice.repairs) m_edits.own(*m_task.model.linear(name)).add_(change);
        m_groups.kill(choice.groups);
        m_chosen = std::move(choice.groups);
    }

    PruningTask m_task;
    OneShotOptions m_options;
    FadingGroups m_groups;
    WeightEdits m_edits;
    std::int64_t m_warmup, m_settle, m_step = 0;
    std::vector<GroupRef> m_chosen;
};

}  // namespace

std::unique_ptr<PruningSession> OneShot::make(PruningTask task, const Options& options) {
    return std::make_unique<OneShotSession>(std::move(task), options);
}

}  // namespace lorashear
