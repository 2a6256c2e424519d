#include "core/prune/methods/wanda_sp.h"

#include "core/prune/group_members.h"
#include "core/prune/input_spread.h"
#include "core/prune/methods/column_scores.h"
#include "core/prune/methods/scored_choice.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <numeric>
#include <utility>

namespace lorashear {

namespace {

std::vector<double> wandaScores(const CausalLM& model, const NodeGroup& nodeGroup, const SpreadByLinear& spreads) {
    return columnScores(model, nodeGroup, [&](const Linear& linear) {
        const auto size = linear.effectiveWeight().abs_().mean(0, false, at::kDouble).cpu();
        return size * spreads.at(linear.name).meanSquare().sqrt();
    });
}

/// Masks on what consumers read; taken away when it goes.
class PrunedInputs {
public:
    ~PrunedInputs() {
        for (auto& [linear, mask] : m_before) linear->inputMask = mask;
    }
    void zero(const CausalLM& model, const NodeGroup& nodeGroup, int index) {
        for (const auto& member : weightMembers(model, nodeGroup)) {
            if (!member.columns) continue;
            auto& linear = *member.linear;
            if (std::none_of(m_before.begin(), m_before.end(), [&](const auto& known) { return known.first == &linear; })) {
                m_before.emplace_back(&linear, linear.inputMask);
                const auto fp32 = at::TensorOptions().dtype(at::kFloat).device(linear.weight.device());
                linear.inputMask = linear.inputMask.defined() ? linear.inputMask.clone() : at::ones({linear.in()}, fp32);
            }
            linear.inputMask.narrow(0, member.slice.begin(index), member.slice.length).zero_();
        }
    }

private:
    std::vector<std::pair<Linear*, at::Tensor>> m_before;
};

/// How many more groups each node group loses when all lose the same share: what the selection by ranks will come to, whatever the scores.
std::vector<int> evenCounts(const ScoringTask& t) {
    GroupSaliency even;
    for (const auto& nodeGroup : t.task.structure.nodeGroups)
        even.scores.emplace_back(static_cast<std::size_t>(std::max(nodeGroup.count, 0)), 0.0);
    const auto ranked = compared(even, t.task.structure, ScoredOptions::Ranking::Local, t.request.taken);
    std::vector<int> counts(t.task.structure.nodeGroups.size(), 0);
    for (const auto& ref : selectGroups(t.plan, t.task.structure, ranked, t.request.taken, t.request.fraction))
        ++counts[static_cast<std::size_t>(ref.nodeGroup)];
    return counts;
}

/// The lowest of a node group that are still there, ties to the lower index.
std::vector<int> lowest(const std::vector<double>& scores, int many, int nodeGroup, const std::vector<GroupRef>& taken) {
    std::vector<int> order(scores.size());
    std::iota(order.begin(), order.end(), 0);
    std::erase_if(order, [&](int j) {
        return std::find(taken.begin(), taken.end(), GroupRef{nodeGroup, j}) != taken.end();
    });
    std::stable_sort(order.begin(), order.end(), [&](int a, int b) {
        return scores[static_cast<std::size_t>(a)] < scores[static_cast<std::size_t>(b)];
    });
    order.resize(std::min(order.size(), static_cast<std::size_t>(many)));
    return order;
}

GroupSaliency weighed(const ScoringTask& t, bool sequential) {
    const auto& model = t.task.model;
    const auto& nodeGroups = t.task.structure.nodeGroups;
    GroupSaliency saliency{WandaSp::kId, std::vector<std::vector<double>>(nodeGroups.size())};
    PrunedInputs pruned;
    AfterBlock prune;
    if (sequential)
        prune = [&, counts = evenCounts(t)](int block, const SpreadByLinear& seen) {
            bool any = false;
            for (const auto& nodeGroup : nodeGroups) {
                const int many = counts[static_cast<std::size_t>(nodeGroup.id)];
                if (nodeGroup.layer != block || many == 0) continue;
                for (const int j : lowest(wandaScores(model, nodeGroup, seen), many, nodeGroup.id, t.request.taken))
                    pruned.zero(model, nodeGroup, j);
                any = true;
            }
            return any;
        };
    const auto& training = t.task.trainer.options();
    const auto spreads = collectSpreads(t.task.model, t.task.structure, t.calibration, training.batch, training.compute,
                                        t.task.control, prune);
    for (const auto& nodeGroup : nodeGroups)
        if (nodeGroup.prunable)
            saliency.scores[static_cast<std::size_t>(nodeGroup.id)] = wandaScores(model, nodeGroup, spreads);
    return saliency;
}

}  // namespace

std::unique_ptr<PruningSession> WandaSp::make(PruningTask task, const Options& options) {
    schedule(options);  // refuses what does not go together
    return cutByScore(kId, std::move(task), options,
                      [sequential = options.sequential](const ScoringTask& t) { return weighed(t, sequential); });
}

}  // namespace lorashear
