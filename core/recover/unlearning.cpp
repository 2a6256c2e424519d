#include "core/recover/unlearning.h"

#include "core/prune/group_members.h"
#include "core/prune/taylor.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <map>
#include <numeric>

namespace lorashear {

namespace {

constexpr double kLeastOfMean = 1e-3;

GroupSaliency importanceOn(const ForgettingTask& t, const std::vector<Sequence>& text) {
    const auto order = t.secondOrder ? TaylorOrder::Second : TaylorOrder::First;
    const auto sums = taylorSums(t.model, t.structure, text, order, t.batch, t.compute, t.control);
    return aggregated(t.model, t.structure, sums, Aggregation::Sum, "forgetting");
}

struct Candidate {
    double ratio = 0;
    GroupRef group;
};

}  // namespace

std::vector<GroupRef> groupsToForget(const ForgettingTask& task, double share) {
    const GroupSaliency forget = importanceOn(task, task.forget), retain = importanceOn(task, task.retain);
    std::vector<Candidate> all;
    for (const NodeGroup& nodes : task.structure.nodeGroups) {
        const auto id = static_cast<std::size_t>(nodes.id);
        const auto &wanted = forget.scores[id], &needed = retain.scores[id];
        if (wanted.empty()) continue;
        const auto mean = [](const std::vector<double>& values) {
            return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
        };
        const double least = std::max(kLeastOfMean * mean(needed), 1e-30);
        for (std::size_t j = 0; j < wanted.size(); ++j)
            all.push_back({wanted[j] / (needed[j] + least), {nodes.id, static_cast<int>(j)}});
    }
    std::stable_sort(all.begin(), all.end(), [](const Candidate& x, const Candidate& y) { return x.ratio > y.ratio; });
    const auto quota = static_cast<std::size_t>(share * static_cast<double>(all.size()));
    std::map<int, int> taken;
    std::vector<GroupRef> chosen;
    for (const Candidate& candidate : all) {
        if (chosen.size() == quota) break;
        const auto& nodes = task.structure.nodeGroups[static_cast<std::size_t>(candidate.group.nodeGroup)];
        if (int& gone = taken[nodes.id]; nodes.count - gone > nodes.minimum) {
            ++gone;
            chosen.push_back(candidate.group);
        }
    }
    std::sort(chosen.begin(), chosen.end());
    return chosen;
}

void foldMasks(const CausalLM& model) {
    const at::NoGradGuard guard;
    for (auto* linear : model.linears()) {
        if (!linear->mask.defined()) continue;
        linear->weight = linear->weight.to(at::kFloat) * linear->mask.unsqueeze(1);
        if (linear->bias.defined()) linear->bias = linear->bias.to(at::kFloat) * linear->mask;
    }
}

}  // namespace lorashear
