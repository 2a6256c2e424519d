#include "core/prune/methods/compensation.h"

#include "core/knowledge/input_moments.h"
#include "core/model/added_biases.h"
#include "core/prune/curvature.h"
#include "core/prune/group_members.h"
#include "core/prune/input_spread.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <utility>

namespace lorashear {

namespace {

/// A linear that loses inputs: 1 where an input stays, 0 where it goes.
struct Loser {
    Linear* linear = nullptr;
    at::Tensor stays;  ///< [in] fp64
};

std::vector<Loser> losersOf(const PruningTask& task, const std::vector<GroupRef>& taken,
                            const std::vector<GroupRef>& going) {
    std::vector<Loser> losers;
    for (auto* linear : consumersOf(task.model, task.structure)) {
        Loser loser{linear, at::ones({linear->in()}, at::kDouble)};
        const auto drop = [&](const GroupRef& ref) {
            bool any = false;
            const auto& nodeGroup = task.structure.nodeGroups[static_cast<std::size_t>(ref.nodeGroup)];
            for (const auto& slice : nodeGroup.secondary) {
                if (slice.tensor != linear->name + ".weight" || slice.dim != linear->columnDim()) continue;
                loser.stays.narrow(0, slice.begin(ref.index), slice.length).zero_();
                any = true;
            }
            return any;
        };
        for (const auto& ref : taken) drop(ref);
        bool loses = false;
        for (const auto& ref : going) loses = drop(ref) || loses;
        if (loses) losers.push_back(std::move(loser));
    }
    return losers;
}

/// What to add to a weight or bias so that `change` arrives behind the linear's row scale.
at::Tensor beforeScale(const Linear& linear, at::Tensor change) {
    if (linear.rowScale.defined()) {
        auto scale = linear.rowScale.to(at::kDouble);
        if (change.dim() == 2) scale = scale.unsqueeze(1);
        change = at::where(scale > 0, change / scale, at::zeros_like(change));
    }
    return change.to(at::kFloat);
}

std::map<std::string, at::Tensor> leastSquares(const PruningTask& task, double damping,
                                               const std::vector<Sequence>& calibration, const std::vector<GroupRef>& taken,
                                               const std::vector<GroupRef>& going) {
    Curvature curvature(task.model, task.structure, damping);
    curvature.collect(calibration, false, task.trainer.options().batch, task.trainer.options().compute, task.control);
    curvature.begin(taken);
    curvature.remove(going);
    return curvature.repairs(going);
}

SpreadByLinear spreadsOf(const PruningTask& task, const std::vector<Sequence>& calibration) {
    const auto& training = task.trainer.options();
    return collectSpreads(task.model, task.structure, calibration, training.batch, training.compute, task.control);
}

void addBias(const Loser& loser, const at::Tensor& mean, GroupChoice& choice) {
    const auto& linear = *loser.linear;
    const auto lost = linear.effectiveWeight().to(at::kDouble).mv((mean * (1 - loser.stays)).to(linear.weight.device()));
    choice.biases[linear.name] = beforeScale(linear, lost);
}

/// spread: [in, in], the inputs' covariance, or without a place for a bias the mean of x x^T. mean: [in]; undefined: there is none.
void addScale(const Loser& loser, const at::Tensor& spread, const at::Tensor& mean, GroupChoice& choice) {
    const auto& linear = *loser.linear;
    const auto device = linear.weight.device();
    const auto whole = linear.effectiveWeight().to(at::kDouble), left = whole * loser.stays.to(device);
    const auto read = left.mm(spread.to(device));
    const auto own = (read * left).sum(1), shared = (read * whole).sum(1);
    const auto slope = at::where(own > 0, shared / own, at::ones_like(own));
    choice.repairs[linear.name] = beforeScale(linear, left * (slope - 1).unsqueeze(1));
    if (mean.defined())
        choice.biases[linear.name] = beforeScale(linear, whole.mv(mean.to(device)) - slope * left.mv(mean.to(device)));
}

}  // namespace

void compensate(const PruningTask& task, ScoredOptions::Compensation how, double damping,
                const std::vector<Sequence>& calibration, const std::vector<GroupRef>& taken, GroupChoice& choice) {
    using How = ScoredOptions::Compensation;
    if (how == How::None || choice.groups.empty()) return;
    const at::NoGradGuard guard;
    if (how == How::LeastSquares) {
        choice.repairs = leastSquares(task, damping, calibration, taken, choice.groups);
        return;
    }
    const auto losers = losersOf(task, taken, choice.groups);
    const auto takes = [&](const Loser& loser) { return takesBias(task.model.config(), *loser.linear); };
    const auto spreads = spreadsOf(task, calibration);
    if (how == How::Bias) {
        if (!std::all_of(losers.begin(), losers.end(), takes))
            choice.repairs = leastSquares(task, damping, calibration, taken, choice.groups);
        for (const auto& loser : losers) {
            if (!takes(loser)) continue;
            choice.repairs.erase(loser.linear->name);
            addBias(loser, spreads.at(loser.linear->name).mean(), choice);
        }
        return;
    }
    std::vector<std::string> names;  // without experts that no token of the text was sent to
    for (const auto& loser : losers)
        if (spreads.at(loser.linear->name).tokens() > 0) names.push_back(loser.linear->name);
    const auto moments = collectInputMoments(task.model, names, calibration, task.trainer.options().batch,
                                             task.trainer.options().compute, task.control);
    for (const auto& loser : losers) {
        const auto& name = loser.linear->name;
        if (!moments.count(name)) continue;
        const auto moment = moments.at(name).cpu();
        if (takes(loser))
            addScale(loser, covariance(moment, spreads.at(name), inputTokens(calibration)), spreads.at(name).mean(), choice);
        else
            addScale(loser, moment, at::Tensor(), choice);
    }
}

}  // namespace lorashear
