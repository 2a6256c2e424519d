#include "core/prune/methods/magnitude.h"

#include "core/prune/group_members.h"
#include "core/prune/methods/scored_choice.h"

namespace lorashear {

std::unique_ptr<PruningSession> Magnitude::make(PruningTask task, const Options& options) {
    const int power = options.norm == Options::Norm::L1 ? 1 : 2;
    return cutByScore(kId, std::move(task), options, [power](const ScoringTask& t) {
        const auto& [model, structure] = std::tie(t.task.model, t.task.structure);
        return aggregated(model, structure, weightSums(model, structure, power), Aggregation::Sum, kId);
    });
}

}  // namespace lorashear
