#pragma once

#include "core/prune/methods/cut_times.h"
#include "core/prune/methods/group_choice_options.h"

#include <memory>

namespace lorashear {

struct PruningTask;
class PruningSession;
struct MethodRanking;

struct OneShotOptions : GroupChoiceOptions {
    int warmupSteps = 10;
    int settleSteps = 0;
};

/// Warm-up, then all groups zeroed (and their consumers repaired) at once, then training at full sparsity: the comparison
/// that LHSPG has to win, with the same saliencies and the same compensation.
struct OneShot {
    static constexpr const char* kId = "one-shot";
    static constexpr const char* kTitle = "One shot";
    static constexpr const char* kHelp =
        "All groups are picked and zeroed at once after a warm-up; what other structured pruners do, for comparison.";

    using Options = OneShotOptions;
    static settings::Table<Options> options() {
        using namespace settings;
        using O = OneShotOptions;
        Table<O> table = {
            integer("warmup_steps", &O::warmupSteps, {0, 1e6}, "steps",
                    "Training of the adapters before the groups are picked and zeroed at once.")
                .formerly("warmupSteps"),
            integer("settle_steps", &O::settleSteps, {0, 1e6}, "steps",
                    "Training after the cut, before the model is compacted.")
                .formerly("settleSteps"),
        };
        inherit(table, groupChoiceTable());
        return table;
    }

    static CutTimes times(const Options& options) { return {options.warmupSteps, 1, 0, options.settleSteps}; }
    static std::vector<SchedulePhase> schedule(const Options& options) { return scheduleOf(times(options)); }

    static std::unique_ptr<PruningSession> make(PruningTask task, const Options& options);
    static MethodRanking rank(const PruningTask& task, const Options& options);
};

}  // namespace lorashear
