#include "core/prune/methods/llm_pruner.h"

#include "core/prune/group_members.h"
#include "core/prune/methods/random_groups.h"
#include "core/prune/methods/scored_choice.h"
#include "core/prune/taylor.h"

namespace lorashear {

namespace {

SumsByLinear weightImportance(const ScoringTask& t, LlmPrunerOptions::Importance importance) {
    using I = LlmPrunerOptions::Importance;
    const auto& trainer = t.task.trainer.options();
    const auto taylor = [&](TaylorOrder order) {
        return taylorSums(t.task.model, t.task.structure, t.calibration, order, trainer.batch, trainer.compute,
                          t.task.control);
    };
    switch (importance) {
        case I::Second: return taylor(TaylorOrder::Second);
        case I::Mixed: return taylor(TaylorOrder::Mixed);
        case I::Vector: return taylor(TaylorOrder::Vector);
        case I::L1: return weightSums(t.task.model, t.task.structure, 1);
        case I::L2: return weightSums(t.task.model, t.task.structure, 2);
        default: return taylor(TaylorOrder::First);
    }
}

}  // namespace

std::unique_ptr<PruningSession> LlmPruner::make(PruningTask task, const Options& options) {
    return cutByScore(kId, std::move(task), options, [options](const ScoringTask& t) {
        if (options.importance == Options::Importance::Random)
            return randomSaliency(t.task.structure, t.task.trainer.options().seed);
        return aggregated(t.task.model, t.task.structure, weightImportance(t, options.importance), options.aggregation, kId);
    });
}

}  // namespace lorashear
