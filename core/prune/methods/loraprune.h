#pragma once

#include "core/settings/field_kinds.h"
#include "core/train/schedule.h"

#include <memory>

namespace lorashear {

struct PruningTask;
class PruningSession;

struct LoraPruneOptions {
    int warmupSteps = 10;
    int pruneSteps = 40;
    int settleSteps = 10;
    int refreshSteps = 4;
    double decay = 0.9;
    int rateWarmup = 10;
};

/// LoRAPrune (arXiv 2305.18403): importance from the adapters' weights and gradients alone, pruned along a cubic while they train.
struct LoraPrune {
    static constexpr const char* kId = "loraprune";
    static constexpr const char* kTitle = "LoRAPrune";
    static constexpr const char* kHelp =
        "Groups are ranked by the gradients that training the adapters computes anyway, and go a few at a time along a cubic schedule.";

    using Options = LoraPruneOptions;
    static settings::Table<Options> options() {
        using namespace settings;
        using O = LoraPruneOptions;
        return {
            integer(
                "warmup_steps", &O::warmupSteps, {0, 1e6}, "steps",
                "Training before the first groups go; importance is averaged from the first step on. The original has a tenth of all "
                "steps."),
            integer(
                "prune_steps", &O::pruneSteps, {1, 1e6}, "steps",
                "Training steps over which the removed share rises from nothing to the plan's along 1 - (1 - t)^3: fast at first."),
            integer("settle_steps", &O::settleSteps, {0, 1e6}, "steps", "Training after the last groups have gone."),
            integer("refresh_steps", &O::refreshSteps, {1, 1e6}, "steps",
                    "Steps between two selections; the last is always made at the end, so that the plan is met exactly."),
            number("decay", &O::decay, {0, 0.9999}, "",
                   "Of the moving average over importances: what a step leaves of the average before it."),
            integer("rate_warmup", &O::rateWarmup, {0, 1e5}, "steps",
                    "Steps over which the learning rate rises to its full value."),
        };
    }

    static std::vector<SchedulePhase> schedule(const Options& options) {
        using Kind = SchedulePhase::Kind;
        return {{"warm-up", options.warmupSteps, Kind::WarmUp, false, "/method/options/warmup_steps"},
                {"pruning", options.pruneSteps, Kind::Prune, true, "/method/options/prune_steps"},
                {"settling", options.settleSteps, Kind::Settle, false, "/method/options/settle_steps"}};
    }

    static std::unique_ptr<PruningSession> make(PruningTask task, const Options& options);
};

}  // namespace lorashear
