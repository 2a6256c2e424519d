#include "core/prune/methods/flap.h"

#include "core/prune/group_members.h"
#include "core/prune/input_spread.h"
#include "core/prune/methods/column_scores.h"
#include "core/prune/methods/scored_choice.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

namespace lorashear {

namespace {

/// One number a channel, [in] fp64.
at::Tensor channelScores(const Linear& linear, const InputSpread& spread, FlapOptions::Metric metric, bool squared) {
    const auto weight = linear.effectiveWeight();
    at::Tensor scores;
    switch (metric) {
        case FlapOptions::Metric::Wifv: scores = spread.variance() * weight.square().sum(0, false, at::kDouble).cpu(); break;
        case FlapOptions::Metric::Wifn:
            scores = spread.variance().sqrt() * weight.abs().mean(0, false, at::kDouble).cpu();
            break;
        case FlapOptions::Metric::Ifv: scores = spread.variance(); break;
    }
    return squared ? scores.square() : scores;
}

/// Channels of a node group that are still there: number, sum, sum of squares.
struct Channels {
    double count = 0, sum = 0, squares = 0;

    double mean() const { return count > 0 ? sum / count : 0; }
    double deviation() const {  // with n - 1, as torch.std
        return count > 1 ? std::sqrt(std::max(0.0, (squares - sum * sum / count) / (count - 1))) : 0;
    }
};

/// Mean score of each group's channels; standardised: of their distances from the mean of all, in deviations.
std::vector<double> groupScores(const CausalLM& model, const NodeGroup& nodeGroup, const FlapOptions& options,
                                const std::function<at::Tensor(const Linear&)>& scores, const std::vector<GroupRef>& taken) {
    auto sums = columnScores(model, nodeGroup, scores);
    const auto squares = columnScores(model, nodeGroup, [&](const Linear& linear) { return scores(linear).square(); });
    double width = 0;  // channels of one group
    for (const auto& member : weightMembers(model, nodeGroup))
        if (member.columns) width += static_cast<double>(member.slice.length);
    Channels all;
    for (int j = 0; j < nodeGroup.count; ++j) {
        if (std::find(taken.begin(), taken.end(), GroupRef{nodeGroup.id, j}) != taken.end()) continue;
        all.count += width;
        all.sum += sums[static_cast<std::size_t>(j)];
        all.squares += squares[static_cast<std::size_t>(j)];
    }
    const double mean = options.standardise ? all.mean() : 0, deviation = options.standardise ? all.deviation() : 1;
    for (double& score : sums) score = deviation > 0 ? (score / width - mean) / deviation : 0;
    return sums;
}

GroupSaliency fluctuation(const ScoringTask& t, const FlapOptions& options) {
    const auto& training = t.task.trainer.options();
    const auto spreads =
        collectSpreads(t.task.model, t.task.structure, t.calibration, training.batch, training.compute, t.task.control);
    GroupSaliency saliency{Flap::kId, std::vector<std::vector<double>>(t.task.structure.nodeGroups.size())};
    for (const auto& nodeGroup : t.task.structure.nodeGroups) {
        if (!nodeGroup.prunable) continue;
        const bool attention = nodeGroup.unit == UnitKind::Attention;
        const auto channels = [&](const Linear& linear) {
            return channelScores(linear, spreads.at(linear.name), options.metric, attention);
        };
        saliency.scores[static_cast<std::size_t>(nodeGroup.id)] =
            groupScores(t.task.model, nodeGroup, options, channels, t.request.taken);
    }
    return saliency;
}

}  // namespace

std::unique_ptr<PruningSession> Flap::make(PruningTask task, const Options& options) {
    return cutByScore(kId, std::move(task), options, [options](const ScoringTask& t) { return fluctuation(t, options); });
}

}  // namespace lorashear
