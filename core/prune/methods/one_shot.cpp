#include "core/prune/methods/one_shot.h"

#include "core/prune/methods/cut_session.h"

namespace lorashear {

std::unique_ptr<PruningSession> OneShot::make(PruningTask task, const Options& options) {
    return std::make_unique<CutSession>(
        kId, std::move(task), times(options), options.rateWarmup,
        [options](const PruningTask& now, const GroupRequest& request) { return chooseGroups(now, options, request); });
}

MethodRanking OneShot::rank(const PruningTask& task, const Options& options) {
    return rankGroups(task, options, 0);
}

}  // namespace lorashear
