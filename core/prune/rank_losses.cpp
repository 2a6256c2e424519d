#include "core/prune/rank_losses.h"

#include "core/base/error.h"
#include "core/knowledge/input_moments.h"
#include "core/model/causal_lm.h"
#include "core/model/factor_fit.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <cmath>

namespace lorashear {

namespace {

/// Of all ranks up to `most`: what lies beyond each.
std::vector<double> tailsOf(const std::vector<double>& spectrum, int most) {
    std::vector<double> tails(static_cast<std::size_t>(most) + 1, 0.0);
    double sum = 0;
    for (std::size_t i = spectrum.size(); i-- > 0;) {
        sum += spectrum[i];
        if (i < tails.size()) tails[i] = sum;
    }
    return tails;
}

/// Falling, between ranks that were fitted.
std::vector<double> sampledLosses(const at::Tensor& weight, const RankCandidate& one, int blocks, int samples,
                                  const at::Tensor& moment, const Control& control) {
    std::vector<double> losses(static_cast<std::size_t>(one.most) + 1, 0.0);
    int before = 0;
    for (int i = 1; i <= samples; ++i) {
        const int rank = std::max(1, static_cast<int>(std::lround(static_cast<double>(one.most) * i / samples)));
        if (rank <= before) continue;
        control.poll();
        const auto fit = factorise(weight, {rank, blocks}, moment);
        if (before == 0) losses[0] = fit.energy;
        const double from = losses[static_cast<std::size_t>(before)], to = std::min(from, fit.lost);
        for (int r = before + 1; r <= rank; ++r)
            losses[static_cast<std::size_t>(r)] = from + (to - from) * (r - before) / (rank - before);
        before = rank;
    }
    return losses;
}

}  // namespace

RankLosses rankLosses(const CausalLM& model, const std::vector<RankCandidate>& candidates, int blocks, int samples,
                      bool relative, const ScoringText& text, const Control& control) {
    const at::NoGradGuard guard;
    std::vector<std::string> names;
    for (const RankCandidate& one : candidates) names.push_back(one.linear);
    const auto moments = collectInputMoments(model, names, text.sequences, text.batch, text.compute, control);
    RankLosses all;
    for (const RankCandidate& one : candidates) {
        control.poll();
        const auto* linear = model.linear(one.linear);
        if (!linear) throw Error(ErrorCode::Internal, one.linear, "is in the structure and not in the model");
        const auto weight = linear->effectiveWeight();
        const auto found = moments.find(one.linear);
        auto& losses = all[one.linear];
        if (found == moments.end()) {  // an expert that no token went to: nothing is lost on this text
            losses.assign(static_cast<std::size_t>(one.most) + 1, 0.0);
            continue;
        }
        losses = blocks == 1 ? tailsOf(factorise(weight, {1, 1}, found->second).spectrum, one.most)
                             : sampledLosses(weight, one, blocks, samples, found->second, control);
        const double energy = losses.front();
        if (relative)
            for (double& loss : losses) loss = energy > 0 ? loss / energy : 0;
    }
    return all;
}

}  // namespace lorashear
