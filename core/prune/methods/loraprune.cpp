#include "core/prune/methods/loraprune.h"

#include "core/base/error.h"
#include "core/prune/methods/fading_groups.h"
#include "core/prune/methods/group_parts.h"
#include "core/prune/methods/group_pools.h"
#include "core/prune/methods/lora_importance.h"
#include "core/prune/methods/training_rate.h"
#include "core/prune/pruning_method.h"
#include "core/trace/group_list.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <cmath>

// LoRAPrune. The gradient of a frozen weight is never computed; G^ of lora_importance.h stands in for it, made of what training the
// adapter computes anyway. Once a step, between backward and update, as the update will see the gradients (clipped):
//
//   S = |G^ .* W|, W = c W0 + s B A;   a group's score in one matrix: the sum over its rows (q, k, v, gate, up) or columns (o, down);
//   every matrix's scores are divided by their norm over the groups, then added up over the matrices of the group;
//   average <- decay average + (1 - decay) score.
//
// Every few steps the lowest go, and who has gone stays away. What the original does otherwise, and what came of it there:
//
//  - It cuts k and v into as many pseudo-heads as there are query heads. Here a group is a KV group with all its slices, whatever the ratio.
//  - Its last selection falls before the target is reached (a strict inequality), so it prunes less than was asked for. Here the last selection
//    falls on the last pruning step and meets the plan.
//  - It masks outputs while rows of B live on, and merging brings them back. Here a group that goes is zero: scale, B rows, moments.
//  - It takes the same share of every layer and leaves out fixed ones. Here that is the plan's: `uniform`, `protect`. Without `uniform`
//    layers compete, on scores of which every matrix has the same norm.

namespace lorashear {

namespace {

class LoraPruneSession : public PruningSession {
public:
    LoraPruneSession(PruningTask task, const LoraPruneOptions& options)
        : m_task(std::move(task)),
          m_options(options),
          m_groups(m_task.model, m_task.structure, m_task.trainer.optimizer()),
          m_pools(poolsOf(m_task.plan, m_task.structure)),
          m_average(poolValues(m_pools, 0)) {
        requireAdapters();
    }

    std::int64_t totalSteps() const override {
        return std::int64_t{m_options.warmupSteps} + m_options.pruneSteps + m_options.settleSteps;
    }
    bool done() const override { return m_step >= totalSteps(); }
    const std::vector<GroupRef>& chosen() const override { return m_chosen; }
    StepReport step() override;

    void save(Archive& archive) const override {
        archive.values["loraprune.step"] = m_step;
        archive.values["loraprune.average"] = m_average;
        archive.values["loraprune.chosen"] = groupsToJson(m_chosen);
        m_groups.save(archive, "loraprune.");
    }
    void load(const Archive& archive) override {
        m_step = archive.value("loraprune.step").get<std::int64_t>();
        m_average = archive.value("loraprune.average").get<PoolValues>();
        m_chosen = groupsFromJson(archive.value("loraprune.chosen"));
        m_groups.load(archive, "loraprune.");
    }

private:
    std::vector<GroupPart> adaptedParts(int nodeGroup) const;
    void requireAdapters() const;
    void observe();
    void prune(double share);

    PruningTask m_task;
    LoraPruneOptions m_options;
    FadingGroups m_groups;
    std::vector<GroupPool> m_pools;
    PoolValues m_average;  ///< of the groups' scores
    std::int64_t m_step = 0;
    std::vector<GroupRef> m_chosen;
};

std::vector<GroupPart> LoraPruneSession::adaptedParts(int nodeGroup) const {
    auto parts = partsOf(m_task.model, m_task.structure.nodeGroups[static_cast<std::size_t>(nodeGroup)]);
    std::erase_if(parts, [](const GroupPart& part) { return !part.linear->hasAdapter(); });
    return parts;
}

// Without a gradient there is nothing to rank by, and a choice by number would look like one by merit.
void LoraPruneSession::requireAdapters() const {
    for (const GroupPool& pool : m_pools)
        for (const GroupRef& group : pool.groups)
            if (group.index == 0 && adaptedParts(group.nodeGroup).empty())
                throw Error(ErrorCode::BadRecipe, "/lora/targets",
                            "LoRAPrune ranks groups by their adapters, and " +
                                m_task.structure.nodeGroups[static_cast<std::size_t>(group.nodeGroup)].name + " has none",
                            "Leave the list empty (every linear of the blocks), or protect what has no adapter.");
}

void LoraPruneSession::observe() {
    const double factor = m_task.trainer.optimizer().clipFactor();
    if (!std::isfinite(factor)) return;  // the update will say so
    std::map<const Linear*, LoraImportance> importance;
    std::vector<at::Tensor> scores(m_task.structure.nodeGroups.size());
    const auto scoresOf = [&](int nodeGroup) {
        auto sum = at::zeros({m_task.structure.nodeGroups[static_cast<std::size_t>(nodeGroup)].count}, at::kDouble);
        for (const GroupPart& part : adaptedParts(nodeGroup)) {
            if (!part.linear->a.grad().defined() || !part.linear->b.grad().defined()) continue;  // an expert without tokens
            auto found = importance.find(part.linear);
            if (found == importance.end())
                found = importance.emplace(part.linear, loraImportance(*part.linear, factor)).first;
            const auto own = part.sums(part.columns ? found->second.columns : found->second.rows).cpu();
            sum.add_(own / (own.norm() + 1e-8));
        }
        return sum;
    };
    for (std::size_t p = 0; p < m_pools.size(); ++p)
        for (std::size_t i = 0; i < m_pools[p].groups.size(); ++i) {
            const auto [nodeGroup, index] = m_pools[p].groups[i];
            auto& score = scores[static_cast<std::size_t>(nodeGroup)];
            if (!score.defined()) score = scoresOf(nodeGroup);
            const double now = score.data_ptr<double>()[index];
            m_average[p][i] = m_options.decay * m_average[p][i] + (1 - m_options.decay) * now;
        }
}

void LoraPruneSession::prune(double share) {
    const auto going =
        selectGroups(m_task.plan, m_task.structure, poolSaliency(m_task.structure, m_pools, m_average), m_chosen, share);
    if (going.empty()) return;
    m_groups.kill(going);
    m_chosen.insert(m_chosen.end(), going.begin(), going.end());
}

StepReport LoraPruneSession::step() {
    m_task.control.poll();
    auto report = m_task.trainer.step(risenRate(m_task.trainer, m_options.rateWarmup, m_step), [this] {
        m_groups.holdDead();
        if (m_step < m_options.warmupSteps + m_options.pruneSteps) observe();
    });
    const std::int64_t at = ++m_step - m_options.warmupSteps;
    const bool pruning = at > 0 && at <= m_options.pruneSteps;
    report.phase = at <= 0 ? "warmup" : pruning ? "pruning" : "settle";
    if (pruning && (at % m_options.refreshSteps == 0 || at == m_options.pruneSteps))
        prune(cubicShare(at, m_options.pruneSteps));
    m_groups.tell(report, m_task.plan);
    return report;
}

}  // namespace

std::unique_ptr<PruningSession> LoraPrune::make(PruningTask task, const Options& options) {
    return std::make_unique<LoraPruneSession>(std::move(task), options);
}

}  // namespace lorashear
