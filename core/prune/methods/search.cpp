#include "core/prune/methods/search.h"

#include "core/base/error.h"
#include "core/base/text_passes.h"
#include "core/compact/group_masks.h"
#include "core/prune/group_members.h"
#include "core/prune/input_spread.h"
#include "core/prune/methods/column_scores.h"
#include "core/prune/methods/layer_profiles.h"
#include "core/prune/methods/scored_choice.h"
#include "core/prune/taylor.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <tuple>
#include <utility>

namespace lorashear {

namespace {

GroupSaliency wandaSums(const ScoringTask& t) {
    const auto& training = t.task.trainer.options();
    const auto spreads =
        collectSpreads(t.task.model, t.task.structure, t.calibration, training.batch, training.compute, t.task.control);
    GroupSaliency saliency{Search::kId, std::vector<std::vector<double>>(t.task.structure.nodeGroups.size())};
    for (const auto& nodeGroup : t.task.structure.nodeGroups) {
        if (!t.plan.budgets[static_cast<std::size_t>(nodeGroup.id)].prunable) continue;
        saliency.scores[static_cast<std::size_t>(nodeGroup.id)] =
            columnScores(t.task.model, nodeGroup, [&](const Linear& linear) {
                return linear.effectiveWeight().abs_().mean(0, false, at::kDouble).cpu() *
                       spreads.at(linear.name).meanSquare().sqrt();
            });
    }
    return saliency;
}

GroupSaliency scoresWithin(const ScoringTask& t, SearchOptions::Score score) {
    const auto& [model, structure] = std::tie(t.task.model, t.task.structure);
    const auto& training = t.task.trainer.options();
    switch (score) {
        case SearchOptions::Score::Taylor:
            return aggregated(model, structure,
                              taylorSums(model, structure, t.calibration, TaylorOrder::First, training.batch,
                                         training.compute, t.task.control),
                              Aggregation::Sum, Search::kId);
        case SearchOptions::Score::Magnitude:
            return aggregated(model, structure, weightSums(model, structure, 2), Aggregation::Sum, Search::kId);
        default: return wandaSums(t);
    }
}

/// What a trainer has changed and masks hide is as it was when this goes.
class Trial {
public:
    Trial(const PruningTask& task, const std::vector<GroupRef>& gone, bool trains) : m_task(task) {
        if (trains) m_task.trainer.save(m_before.emplace());
        applyMasks(m_task.model, m_task.structure, gone);
    }
    ~Trial() {
        applyMasks(m_task.model, m_task.structure, {});
        if (m_before) m_task.trainer.load(*m_before);
    }
    Trial(const Trial&) = delete;
    Trial& operator=(const Trial&) = delete;

private:
    const PruningTask& m_task;
    std::optional<Archive> m_before;
};

class ProfileSearch {
public:
    ProfileSearch(const ScoringTask& task, const SearchOptions& options, GroupSaliency scores)
        : m_t(task), m_options(options), m_scores(std::move(scores)) {
        for (const NodeGroup& nodeGroup : m_t.task.structure.nodeGroups) addLane(nodeGroup);
    }

    /// Scores under which a selection over all blocks takes the best profile.
    GroupSaliency run() {
        using Ranking = ScoredOptions::Ranking;
        std::vector<LayerProfile> starts;
        for (const auto ranking : {Ranking::Local, Ranking::Standardised, Ranking::Global})
            starts.push_back(profileOf(compared(m_scores, m_t.task.structure, ranking, m_t.request.taken)));
        const Evolution evolution{m_options.population, m_options.generations, m_options.mutation};
        const auto best = evolveProfiles(m_lanes, starts, evolution, m_t.task.trainer.options().seed,
                                         [this](const LayerProfile& profile) { return lossOf(profile); });
        return scoresFor(best);
    }

private:
    void addLane(const NodeGroup& nodeGroup) {
        const auto& budget = m_t.plan.budgets[static_cast<std::size_t>(nodeGroup.id)];
        const Unit* unit = unitOf(nodeGroup);
        if (!unit || !unit->fades || !budget.prunable) return;
        const auto& taken = m_t.request.taken;
        const auto gone = static_cast<int>(
            std::count_if(taken.begin(), taken.end(), [&](const GroupRef& ref) { return ref.nodeGroup == nodeGroup.id; }));
        const int divisor = m_t.plan.options.units.at(unit->id).divisor;
        // Below its trim to the divisor's grid a node group is not taken back.
        const int least = std::max(gone, nodeGroup.count % divisor);
        m_nodes.push_back(nodeGroup.id);
        m_lanes.push_back({static_cast<int>(unit - unitTable().data()), least, budget.mostRemovable, divisor});
    }

    LayerProfile profileOf(const GroupSaliency& comparable) const {
        std::map<int, int> counts;
        for (const auto& ref : m_t.request.taken) ++counts[ref.nodeGroup];
        for (const auto& ref :
             selectGroups(m_t.plan, m_t.task.structure, comparable, m_t.request.taken, m_t.request.fraction))
            ++counts[ref.nodeGroup];
        LayerProfile profile;
        for (const int node : m_nodes) profile.push_back(counts[node]);
        return profile;
    }

    /// By rank in the node group, those that are away first; what the profile takes lies below 1 and all else above.
    GroupSaliency scoresFor(const LayerProfile& profile) const {
        auto result = compared(m_scores, m_t.task.structure, ScoredOptions::Ranking::Local, m_t.request.taken);
        for (std::size_t i = 0; i < m_nodes.size(); ++i) {
            auto& scores = result.scores[static_cast<std::size_t>(m_nodes[i])];
            const double border = static_cast<double>(profile[i]) / static_cast<double>(scores.size());
            for (double& score : scores)
                if (score > border) score += 1;
        }
        return result;
    }

    double lossOf(const LayerProfile& profile) const {
        const auto& [model, trainer, control] = std::tie(m_t.task.model, m_t.task.trainer, m_t.task.control);
        auto gone = selectGroups(m_t.plan, m_t.task.structure, scoresFor(profile), m_t.request.taken, m_t.request.fraction);
        gone.insert(gone.end(), m_t.request.taken.begin(), m_t.request.taken.end());
        const Trial trial(m_t.task, gone, m_options.recoverySteps > 0);
        {
            const at::AutoGradMode mode(true);
            for (int i = 0; i < m_options.recoverySteps; ++i) {
                control.poll();
                TextPasses::tell(trainer.step(pruningRate(m_t.task, m_options.rateWarmup, i)).tokens);  // no step of the run
            }
        }
        const auto& all = m_t.calibration;
        const auto many = std::min(all.size(), static_cast<std::size_t>(m_options.evaluationSequences));
        const std::vector<Sequence> judged(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(many));
        const double loss = meanNll(model, judged, trainer.options().batch, trainer.options().compute, control);
        if (!std::isfinite(loss))
            throw Error(ErrorCode::Numeric, "search", "the loss of a pruned model is not finite",
                        "Look for NaN or infinity in the weights.");
        return loss;
    }

    const ScoringTask& m_t;
    const SearchOptions& m_options;
    GroupSaliency m_scores;
    std::vector<int> m_nodes;  ///< node group of each lane
    std::vector<ProfileLane> m_lanes;
};

}  // namespace

std::unique_ptr<PruningSession> Search::make(PruningTask task, const Options& options) {
    auto scored = options;
    scored.ranking = ScoredOptions::Ranking::Global;  // scores carry the profile
    return cutByScore(kId, std::move(task), scored, [options](const ScoringTask& t) {
        auto scores = scoresWithin(t, options.score);
        // A uniform plan has one profile.
        if (t.plan.options.uniform)
            return compared(scores, t.task.structure, ScoredOptions::Ranking::Local, t.request.taken);
        return ProfileSearch(t, options, std::move(scores)).run();
    });
}

}  // namespace lorashear
