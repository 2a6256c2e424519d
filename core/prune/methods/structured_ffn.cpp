#include "core/prune/methods/structured_ffn.h"

#include "core/prune/pruning_method.h"
#include "core/prune/rank_losses.h"

#include <utility>

namespace lorashear {

PruningPlan StructuredFfn::plan(const PlanningTask& task, const Options& options) {
    const auto wanted = ranks(options);
    const auto losses = rankLosses(task.model, rankCandidates(task.request, wanted), wanted.blocks, options.samples,
                                   options.measure == Options::Measure::Share, task.text, task.control);
    return planRanks(task.request, wanted, &losses);
}

std::unique_ptr<PruningSession> StructuredFfn::make(PruningTask task, const Options& options) {
    return settle(kId, std::move(task), options);
}

}  // namespace lorashear
