#include "core/prune/methods/random_groups.h"

#include "core/base/random.h"
#include "core/prune/methods/scored_choice.h"

namespace lorashear {

GroupSaliency randomSaliency(const Structure& structure, std::uint64_t seed) {
    GroupSaliency saliency{RandomGroups::kId, std::vector<std::vector<double>>(structure.nodeGroups.size())};
    for (const auto& nodeGroup : structure.nodeGroups) {
        if (!nodeGroup.prunable) continue;
        Random random(seed, "pruning." + nodeGroup.name);
        auto& scores = saliency.scores[static_cast<std::size_t>(nodeGroup.id)];
        for (int j = 0; j < nodeGroup.count; ++j) scores.push_back(random.uniform());
    }
    return saliency;
}

std::unique_ptr<PruningSession> RandomGroups::make(PruningTask task, const Options& options) {
    const auto seed = task.trainer.options().seed;
    return cutByScore(kId, std::move(task), options,
                      [seed](const ScoringTask& t) { return randomSaliency(t.task.structure, seed); });
}

}  // namespace lorashear
