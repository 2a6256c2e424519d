#include "core/prune/methods/group_choice.h"

#include "core/base/error.h"
#include "core/knowledge/saliency.h"
#include "core/prune/curvature.h"

#include <algorithm>

namespace lorashear {

namespace {

constexpr int kLeastCalibration = 16, kMostCalibration = 64;

const SaliencyProxy& proxyOf(const std::string& id) {
    const auto& all = saliencyProxies();
    const auto found = std::find_if(all.begin(), all.end(), [&](const SaliencyProxy& p) { return p.id == id; });
    if (found == all.end())
        throw Error(ErrorCode::BadRecipe, "/method/options/saliency", "there is no proxy \"" + id + "\"");
    return *found;
}

// Names and weights of the proxies that a choice of "saliency" stands for.
std::map<std::string, double> weightsOf(const GroupChoiceOptions& options) {
    if (options.saliency != "mix") return {{options.saliency, 1.0}};
    std::map<std::string, double> weights = options.mix;
    std::erase_if(weights, [](const auto& entry) { return !(entry.second > 0); });
    return weights;
}

GroupSaliency proxySaliency(const PruningTask& task, const GroupChoiceOptions& options,
                            const std::vector<Sequence>& calibration) {
    const auto weights = weightsOf(options);
    bool data = false, gradients = false;
    for (const auto& [id, weight] : weights) {
        data = data || proxyOf(id).needsData || proxyOf(id).needsGradient;
        gradients = gradients || proxyOf(id).needsGradient;
    }
    if (data)
        collectStatistics(task.model, calibration, gradients, task.trainer.options().batch, task.trainer.options().compute,
                          task.control);
    const auto saliency = weights.size() == 1 ? saliencyOf(task.model, task.structure, weights.begin()->first)
                                              : mixedSaliency(task.model, task.structure, weights);
    if (data) clearStatistics(task.model);
    return saliency;
}

// Sequences that a pick looks at. Forward and moments of one cost about half a training step on it, so that a third of what
// training reads until the next pick adds about a fifth to the stage; 64 are enough for the small models that this repository ships.
int calibrationSize(const PruningTask& task, const GroupChoiceOptions& options, std::int64_t steps) {
    if (options.calibrationSequences > 0) return options.calibrationSequences;
    if (steps == 0) return kMostCalibration;
    const double third = static_cast<double>(steps) * task.trainer.options().batch / 3;
    return static_cast<int>(std::clamp(third, 1.0 * kLeastCalibration, 1.0 * kMostCalibration));
}

double reached(const PruningPlan& plan, std::size_t taken) {
    const double all = plan.removed();
    return all > 0 ? static_cast<double>(taken) / all : 1.0;
}

bool lower(const GroupSaliency& saliency, const GroupRef& a, const GroupRef& b) {
    const auto of = [&](const GroupRef& g) {
        return saliency.scores[static_cast<std::size_t>(g.nodeGroup)][static_cast<std::size_t>(g.index)];
    };
    return of(a) != of(b) ? of(a) < of(b) : a < b;
}

/// Gives groups their places, lowest score first.
class Places {
public:
    Places(const GroupSaliency& shape, GroupSaliency& order) : m_order(order) {
        m_order.proxy = shape.proxy;
        for (const auto& scores : shape.scores) m_order.scores.emplace_back(scores.size(), -1.0);
    }
    void append(std::vector<GroupRef> groups, const GroupSaliency& scores) {
        std::sort(groups.begin(), groups.end(), [&](const GroupRef& a, const GroupRef& b) { return lower(scores, a, b); });
        for (const auto& group : groups) at(group) = m_next++;
    }
    void appendTheRest(const GroupSaliency& scores) {
        std::vector<GroupRef> rest;
        for (std::size_t n = 0; n < m_order.scores.size(); ++n)
            for (std::size_t j = 0; j < m_order.scores[n].size(); ++j)
                if (m_order.scores[n][j] < 0) rest.push_back({static_cast<int>(n), static_cast<int>(j)});
        append(std::move(rest), scores);
    }

private:
    double& at(const GroupRef& group) {
        return m_order.scores[static_cast<std::size_t>(group.nodeGroup)][static_cast<std::size_t>(group.index)];
    }

    GroupSaliency& m_order;
    double m_next = 0;
};

}  // namespace

std::vector<Sequence> calibrationFor(const PruningTask& task, const GroupChoiceOptions& options, std::int64_t steps) {
    auto calibration = spreadSequences(task.calibration, calibrationSize(task, options, steps));
    if (calibration.empty()) throw Error(ErrorCode::BadInput, "calibration", "there are no calibration sequences");
    return calibration;
}

std::vector<Sequence> spreadSequences(const std::vector<Sequence>& sequences, int n) {
    if (sequences.size() <= static_cast<std::size_t>(n)) return sequences;
    std::vector<Sequence> chosen;
    for (std::size_t i = 0; i < static_cast<std::size_t>(n); ++i)
        chosen.push_back(sequences[i * sequences.size() / static_cast<std::size_t>(n)]);
    return chosen;
}

GroupChoice chooseGroups(const PruningTask& task, const GroupChoiceOptions& options, const GroupRequest& request) {
    const auto& [taken, fraction, steps] = request;
    const bool byCurvature = options.saliency == "curvature", compensate = options.compensation;
    const auto calibration = calibrationFor(task, options, steps);
    Curvature curvature(task.model, task.structure, options.damping);
    if (byCurvature || compensate) {
        curvature.collect(calibration, byCurvature, task.trainer.options().batch, task.trainer.options().compute,
                          task.control);
        curvature.begin(taken);
    }

    GroupChoice choice;
    if (byCurvature) {
        const int rounds = options.rankingRounds;
        const double begin = std::min(fraction, reached(task.plan, taken.size()));
        for (int r = 1; r <= rounds; ++r) {
            task.control.poll();
            auto away = taken;
            away.insert(away.end(), choice.groups.begin(), choice.groups.end());
            const double upTo = r == rounds ? fraction : begin + (fraction - begin) * r / rounds;
            auto scores = curvature.scores();
            const auto more = selectGroups(task.plan, task.structure, scores, away, upTo);
            if (r == 1) choice.scores = std::move(scores);
            choice.groups.insert(choice.groups.end(), more.begin(), more.end());
            curvature.remove(more);
        }
    } else {
        choice.scores = proxySaliency(task, options, calibration);
        choice.groups = selectGroups(task.plan, task.structure, choice.scores, taken, fraction);
        if (compensate) curvature.remove(choice.groups);
    }
    if (compensate && !choice.groups.empty()) choice.repairs = curvature.repairs(choice.groups);
    return choice;
}

GroupOrder orderGroups(const PruningTask& task, const GroupChoiceOptions& options, int periods, std::int64_t steps) {
    const auto calibration = calibrationFor(task, options, steps);
    GroupOrder result;
    if (options.saliency != "curvature") {
        result.scores = proxySaliency(task, options, calibration);
        result.order = result.scores;
        return result;
    }
    Curvature curvature(task.model, task.structure, options.damping);
    curvature.collect(calibration, true, task.trainer.options().batch, task.trainer.options().compute, task.control);
    curvature.begin({});
    result.scores = curvature.scores();
    Places places(result.scores, result.order);
    std::vector<GroupRef> away;
    const int rounds = periods * std::max(1, (options.rankingRounds + periods - 1) / periods);
    for (int r = 1; r <= rounds; ++r) {
        task.control.poll();
        const auto scores = r == 1 ? result.scores : curvature.scores();
        const auto more = selectGroups(task.plan, task.structure, scores, away, static_cast<double>(r) / rounds);
        places.append(more, scores);
        away.insert(away.end(), more.begin(), more.end());
        curvature.remove(more);
    }
    places.appendTheRest(curvature.scores());
    return result;
}

std::map<std::string, at::Tensor> repairsOf(const PruningTask& task, const GroupChoiceOptions& options,
                                            const GroupRequest& request, const std::vector<GroupRef>& going,
                                            bool wholeModel) {
    if (going.empty()) return {};
    Curvature curvature(task.model, task.structure, options.damping);
    curvature.collect(calibrationFor(task, options, request.steps), false, task.trainer.options().batch,
                      task.trainer.options().compute, task.control);
    wholeModel ? curvature.beginRepaired(request.taken) : curvature.begin(request.taken);
    curvature.remove(going);
    return curvature.repairs(going);
}

MethodRanking rankGroups(const PruningTask& task, const GroupChoiceOptions& options, std::int64_t steps) {
    GroupChoiceOptions looking = options;
    looking.compensation = false;  // costs as much again and ranks nothing
    GroupChoice choice = chooseGroups(task, looking, {{}, 1.0, steps});
    return {std::move(choice.scores), std::move(choice.groups)};
}

double pruningRate(const PruningTask& task, int rateWarmup, std::int64_t step) {
    const double full = task.trainer.options().optimizer.learningRate;
    return rateWarmup > 0 ? full * std::min(1.0, static_cast<double>(step + 1) / rateWarmup) : full;
}

}  // namespace lorashear
