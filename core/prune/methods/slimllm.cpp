#include "core/prune/methods/slimllm.h"

#include "core/base/error.h"
#include "core/knowledge/evaluation_batches.h"
#include "core/knowledge/input_moments.h"
#include "core/knowledge/saliency.h"
#include "core/prune/group_members.h"
#include "core/prune/input_spread.h"
#include "core/prune/methods/head_sets.h"
#include "core/prune/methods/scored_choice.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <string>
#include <utility>

// Scores as places. How many of a kind each block loses is settled first, by shares: the group at place r of a node group of n gets
// (r + 1/2) / (n w), w the block's weight, and the selection of the lowest takes from each block in proportion to n w, as elections by highest
// averages do, within all limits of the plan. Places of neurons follow their scores; places of KV groups put the set first that can go.
//
//   neuron j:  sum_k |G_jk| |x_k| + sum_k |U_jk| |x_k| + |a_j| sum_d sigmoid(l_d / mean l) |u_d . D_j|
//
// G, U: linears that make it, |x_k|: root mean square of their inputs; D_j: its column in the reader, |a_j|: root mean square of what it says,
// l_d, u_d: eigenvalues and eigenvectors of the covariance of the reader's output.

namespace lorashear {

namespace {

/// exp(sharpness * mean cosine between what enters a block and what leaves it), over its mean.
std::vector<double> blockWeights(const ScoringTask& t, double sharpness) {
    const at::NoGradGuard guard;
    const auto& model = t.task.model;
    std::vector<double> weights(static_cast<std::size_t>(model.blocks()), 0.0);
    if (sharpness > 0) {
        ForwardContext context;
        context.compute = t.task.trainer.options().compute;
        double tokens = 0;
        for (const auto& batch : batchesOf(t.calibration, t.task.trainer.options().batch, model.device())) {
            auto x = model.embed(batch.ids, context);
            tokens += static_cast<double>(batch.ids.numel());
            for (int b = 0; b < model.blocks(); ++b) {
                t.task.control.poll();
                const auto y = model.block(b, x, context);
                weights[static_cast<std::size_t>(b)] +=
                    at::cosine_similarity(x.to(at::kDouble), y.to(at::kDouble), -1).sum().item<double>();
                x = y;
            }
        }
        for (double& weight : weights) weight *= sharpness / tokens;
    }
    const double most = weights.empty() ? 0 : *std::max_element(weights.begin(), weights.end());
    for (double& weight : weights) weight = std::max(1e-12, std::exp(weight - most));
    return weights;
}

class SlimScores {
public:
    SlimScores(const ScoringTask& task, const SlimLlmOptions& options) : m_t(task), m_options(options) {
        const auto& training = m_t.task.trainer.options();
        m_weights = blockWeights(m_t, options.sharpness);
        m_spreads = collectSpreads(m_t.task.model, m_t.task.structure, m_t.calibration, training.batch, training.compute,
                                   m_t.task.control);
        std::vector<std::string> names;
        for (const auto* linear : consumersOf(m_t.task.model, m_t.task.structure))
            if (m_spreads.at(linear->name).tokens() > 0) names.push_back(linear->name);
        m_moments =
            collectInputMoments(m_t.task.model, names, m_t.calibration, training.batch, training.compute, m_t.task.control);
        collectStatistics(m_t.task.model, m_t.calibration, false, training.batch, training.compute, m_t.task.control);
    }
    ~SlimScores() { clearStatistics(m_t.task.model); }
    SlimScores(const SlimScores&) = delete;
    SlimScores& operator=(const SlimScores&) = delete;

    GroupSaliency run() {
        const auto& structure = m_t.task.structure;
        GroupSaliency places{SlimLlm::kId, std::vector<std::vector<double>>(structure.nodeGroups.size())};
        for (const auto& nodeGroup : structure.nodeGroups)
            if (m_t.plan.budgets[static_cast<std::size_t>(nodeGroup.id)].prunable)
                put(places, nodeGroup, orderOf(nodeGroup));
        return settled(std::move(places), m_t.request.fraction);
    }

private:
    bool taken(const NodeGroup& nodeGroup, int j) const {
        const auto& all = m_t.request.taken;
        return std::find(all.begin(), all.end(), GroupRef{nodeGroup.id, j}) != all.end();
    }

    /// Groups of a node group, those that are away first, then the lowest scores.
    std::vector<int> orderOf(const NodeGroup& nodeGroup) const {
        std::vector<double> scores(static_cast<std::size_t>(nodeGroup.count), 0.0);
        if (nodeGroup.unit != UnitKind::Attention) scores = neuronScores(nodeGroup);
        std::vector<int> order(scores.size());
        std::iota(order.begin(), order.end(), 0);
        std::stable_sort(order.begin(), order.end(), [&](int a, int b) {
            const bool away = taken(nodeGroup, a), other = taken(nodeGroup, b);
            if (away != other) return away;
            return scores[static_cast<std::size_t>(a)] < scores[static_cast<std::size_t>(b)];
        });
        return order;
    }

    void put(GroupSaliency& places, const NodeGroup& nodeGroup, const std::vector<int>& order) const {
        auto& own = places.scores[static_cast<std::size_t>(nodeGroup.id)];
        own.assign(order.size(), 0.0);
        const double weight = nodeGroup.layer >= 0 && nodeGroup.layer < static_cast<int>(m_weights.size())
                                  ? m_weights[static_cast<std::size_t>(nodeGroup.layer)]
                                  : 1;
        const double width = static_cast<double>(order.size()) * weight;
        for (std::size_t r = 0; r < order.size(); ++r)
            own[static_cast<std::size_t>(order[r])] = (static_cast<double>(r) + 0.5) / width;
    }

    /// With the set of KV groups first that can go together, once it is known how many.
    GroupSaliency settled(GroupSaliency places, double fraction) const {
        const auto& structure = m_t.task.structure;
        std::map<int, int> going;
        for (const auto& ref : selectGroups(m_t.plan, structure, places, m_t.request.taken, fraction))
            ++going[ref.nodeGroup];
        for (const auto& [id, many] : going) {
            const auto& nodeGroup = structure.nodeGroups[static_cast<std::size_t>(id)];
            if (nodeGroup.unit != UnitKind::Attention) continue;
            std::vector<bool> kept;
            for (int j = 0; j < nodeGroup.count; ++j) kept.push_back(!taken(nodeGroup, j));
            const auto set = setOf(nodeGroup, kept, many);
            std::vector<int> order;
            for (int j = 0; j < nodeGroup.count; ++j)
                if (!kept[static_cast<std::size_t>(j)]) order.push_back(j);
            order.insert(order.end(), set.begin(), set.end());
            for (int j = 0; j < nodeGroup.count; ++j)
                if (std::find(order.begin(), order.end(), j) == order.end()) order.push_back(j);
            put(places, nodeGroup, order);
        }
        return places;
    }

    std::vector<int> setOf(const NodeGroup& nodeGroup, const std::vector<bool>& kept, int many) const {
        m_t.task.control.poll();
        using Stretches = std::vector<std::pair<std::int64_t, std::int64_t>>;
        const Linear* reader = nullptr;
        std::vector<Stretches> parts(static_cast<std::size_t>(nodeGroup.count));
        for (const auto& member : weightMembers(m_t.task.model, nodeGroup)) {
            if (!member.columns || (reader && reader != member.linear)) continue;
            reader = member.linear;
            for (int j = 0; j < nodeGroup.count; ++j)
                parts[static_cast<std::size_t>(j)].emplace_back(member.slice.begin(j), member.slice.length);
        }
        const auto moment = reader ? m_moments.find(reader->name) : m_moments.end();
        if (moment == m_moments.end())
            throw Error(ErrorCode::Unsupported, nodeGroup.name,
                        "no linear reads these groups, so their set cannot be chosen", "Protect it in the plan.");
        const OutputSimilarity similarity(reader->effectiveWeight(), covarianceOf(*reader), parts);
        return leastMissedSet(similarity, kept, many, m_options.swaps);
    }

    /// Of what a reader reads. [in, in] fp64
    at::Tensor covarianceOf(const Linear& reader) const {
        return covariance(m_moments.at(reader.name).cpu(), m_spreads.at(reader.name), inputTokens(m_t.calibration));
    }

    std::vector<double> neuronScores(const NodeGroup& nodeGroup) const {
        m_t.task.control.poll();
        std::vector<double> sums(static_cast<std::size_t>(nodeGroup.count), 0.0);
        for (const auto& member : weightMembers(m_t.task.model, nodeGroup)) {
            const auto values = member.columns ? columnValues(*member.linear) : rowValues(*member.linear);
            const auto own = sumsPerGroup(member.slice, nodeGroup.count, values);
            for (std::size_t j = 0; j < sums.size(); ++j) sums[j] += own[j];
        }
        return sums;
    }

    /// sum_k |W_ik| |x_k|: [out] fp64
    static at::Tensor rowValues(const Linear& linear) {
        const auto weight = linear.effectiveWeight().abs().to(at::kDouble).cpu();
        if (!linear.statistics || linear.statistics->tokens == 0) return at::zeros({linear.out()}, at::kDouble);
        const auto size = (linear.statistics->sumSquare.cpu() / static_cast<double>(linear.statistics->tokens)).sqrt();
        return weight.mv(size);
    }

    /// [in] fp64
    at::Tensor columnValues(const Linear& reader) const {
        if (!m_moments.count(reader.name)) return at::zeros({reader.in()}, at::kDouble);
        const auto weight = reader.effectiveWeight().to(at::kDouble).cpu();
        const auto [values, vectors] = at::linalg_eigh(weight.mm(covarianceOf(reader)).mm(weight.t()));
        const auto spread = values.clamp_min(0);
        const auto relative = spread / spread.mean().clamp_min(1e-300);
        const auto projected = vectors.t().mm(weight).abs();  // [directions, in]
        return projected.t().mv(relative.sigmoid()) * m_spreads.at(reader.name).meanSquare().sqrt();
    }

    const ScoringTask& m_t;
    const SlimLlmOptions& m_options;
    std::vector<double> m_weights;  ///< by block
    SpreadByLinear m_spreads;
    std::map<std::string, at::Tensor> m_moments;
};

}  // namespace

std::unique_ptr<PruningSession> SlimLlm::make(PruningTask task, const Options& options) {
    auto scored = options;
    scored.ranking = ScoredOptions::Ranking::Global;  // places carry the blocks' shares
    return cutByScore(kId, std::move(task), scored,
                      [options](const ScoringTask& t) { return SlimScores(t, options).run(); });
}

}  // namespace lorashear
