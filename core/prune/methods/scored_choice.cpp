#include "core/prune/methods/scored_choice.h"

#include "core/base/error.h"
#include "core/base/random.h"
#include "core/prune/methods/compensation.h"
#include "core/prune/methods/cut_session.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace lorashear {

namespace {

std::vector<bool> takenOf(const NodeGroup& nodeGroup, const std::vector<GroupRef>& taken) {
    std::vector<bool> marks(static_cast<std::size_t>(nodeGroup.count), false);
    for (const auto& ref : taken)
        if (ref.nodeGroup == nodeGroup.id) marks.at(static_cast<std::size_t>(ref.index)) = true;
    return marks;
}

void rankWithin(std::vector<double>& scores, const std::vector<bool>& taken) {
    std::vector<std::size_t> order(scores.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        if (taken[a] != taken[b]) return taken[a] > taken[b];
        return scores[a] < scores[b];
    });
    for (std::size_t rank = 0; rank < order.size(); ++rank)
        scores[order[rank]] = (static_cast<double>(rank) + 0.5) / static_cast<double>(scores.size());
}

void standardise(std::vector<double>& scores, const std::vector<bool>& taken) {
    double sum = 0, squares = 0, n = 0;
    for (std::size_t i = 0; i < scores.size(); ++i)
        if (!taken[i]) sum += scores[i], ++n;
    const double mean = n > 0 ? sum / n : 0;
    for (std::size_t i = 0; i < scores.size(); ++i)
        if (!taken[i]) squares += (scores[i] - mean) * (scores[i] - mean);
    const double deviation = n > 0 ? std::sqrt(squares / n) : 0;
    for (double& score : scores) score = deviation > 0 ? (score - mean) / deviation : 0;
}

// Not a number compares with nothing: it must not get as far as the ranking.
void requireNumbers(const GroupSaliency& saliency, const Structure& structure) {
    for (const auto& nodeGroup : structure.nodeGroups)
        for (const double score : saliency.scores.at(static_cast<std::size_t>(nodeGroup.id)))
            if (!std::isfinite(score))
                throw Error(ErrorCode::Numeric, nodeGroup.name, "a group's score is not a number",
                            "Look for NaN or infinity in the weights or in the calibration loss.");
}

}  // namespace

GroupSaliency compared(const GroupSaliency& saliency, const Structure& structure, ScoredOptions::Ranking ranking,
                       const std::vector<GroupRef>& taken) {
    requireNumbers(saliency, structure);
    auto result = saliency;
    for (const auto& nodeGroup : structure.nodeGroups) {
        auto& scores = result.scores[static_cast<std::size_t>(nodeGroup.id)];
        if (scores.empty() || ranking == ScoredOptions::Ranking::Global) continue;
        const auto marks = takenOf(nodeGroup, taken);
        ranking == ScoredOptions::Ranking::Local ? rankWithin(scores, marks) : standardise(scores, marks);
    }
    return result;
}

std::vector<Sequence> drawnSequences(const std::vector<Sequence>& sequences, int n, std::uint64_t seed) {
    if (sequences.size() <= static_cast<std::size_t>(n)) return sequences;
    Random random(seed, "calibration");
    std::vector<Sequence> drawn;
    // Selection sampling: each of those left is as likely as any other.
    for (std::size_t i = 0; i < sequences.size() && drawn.size() < static_cast<std::size_t>(n); ++i)
        if (random.below(sequences.size() - i) < static_cast<std::size_t>(n) - drawn.size()) drawn.push_back(sequences[i]);
    return drawn;
}

std::unique_ptr<PruningSession> cutByScore(const char* id, PruningTask task, const ScoredOptions& options,
                                           GroupScore score) {
    auto plan = withoutBlocks(task.plan, task.structure, options.keptBlocks());
    auto choose = [options, plan, score = std::move(score)](const PruningTask& now, const GroupRequest& request) {
        const auto calibration = drawnSequences(now.calibration, options.calibrationSequences, now.trainer.options().seed);
        if (calibration.empty()) throw Error(ErrorCode::BadInput, "calibration", "there are no calibration sequences");
        const auto saliency =
            compared(score({now, plan, calibration, request}), now.structure, options.ranking, request.taken);
        GroupChoice choice;
        choice.groups = selectGroups(plan, now.structure, saliency, request.taken, request.fraction);
        compensate(now, options.compensation, options.damping, calibration, request.taken, choice);
        return choice;
    };
    return std::make_unique<CutSession>(id, std::move(task), options.times(), options.rateWarmup, std::move(choose));
}

}  // namespace lorashear
