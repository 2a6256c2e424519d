#include "core/prune/methods/settling.h"

#include "core/prune/methods/cut_session.h"

#include <utility>

namespace lorashear {

std::unique_ptr<PruningSession> settle(const char* id, PruningTask task, const SettlingOptions& options) {
    const CutTimes times{0, 1, 0, options.settleSteps};
    return std::make_unique<CutSession>(id, std::move(task), times, options.rateWarmup,
                                        [](const PruningTask&, const GroupRequest&) { return GroupChoice{}; });
}

}  // namespace lorashear
