#pragma once

#include "core/settings/field_kinds.h"
#include "core/train/schedule.h"

#include <memory>
#include <vector>

namespace lorashear {

struct PruningTask;
class PruningSession;

/// What methods are asked about training whose plan has cut everything before it begins.
struct SettlingOptions {
    int settleSteps = 10;
    int rateWarmup = 10;
};

inline settings::Table<SettlingOptions> settlingTable() {
    using O = SettlingOptions;
    using namespace settings;
    return {
        integer("settle_steps", &O::settleSteps, {0, 1e6}, "steps", "Training of the adapters after the cut."),
        integer("rate_warmup", &O::rateWarmup, {0, 100000}, "steps",
                "Steps over which the learning rate rises to its full value."),
    };
}

inline std::vector<SchedulePhase> scheduleOf(const SettlingOptions& options) {
    return {{"settling", options.settleSteps, SchedulePhase::Kind::Settle, false, "/method/options/settle_steps"}};
}

/// Trains what the plan has left; no group goes. id: the method's.
std::unique_ptr<PruningSession> settle(const char* id, PruningTask task, const SettlingOptions& options);

}  // namespace lorashear
