#pragma once

#include "core/prune/methods/lhspg_options.h"
#include "core/train/schedule.h"

#include <memory>

namespace lorashear {

struct PruningTask;
class PruningSession;
struct MethodRanking;

/// LoRA half-space projected gradient (LoRAShear section 3.3, Algorithm 4), realised as algorithm.md 4.7; essay in lhspg.cpp.
struct Lhspg {
    static constexpr const char* kId = "lhspg";
    static constexpr const char* kTitle = "LHSPG (LoRAShear)";
    static constexpr const char* kHelp =
        "Groups fade to exact zero period by period while the adapters learn to do without them (paper section 3.3).";

    using Options = LhspgOptions;
    static settings::Table<Options> options() { return lhspgTable(); }

    static std::vector<SchedulePhase> schedule(const Options& options) {
        using Kind = SchedulePhase::Kind;
        requireConsistent(options);
        std::vector<SchedulePhase> phases{
            {"warm-up", options.warmupSteps, Kind::WarmUp, false, "/method/options/warmup_steps"}};
        for (int p = 1; p <= options.periods; ++p)
            phases.push_back(
                {"period " + std::to_string(p), options.periodSteps, Kind::Prune, true, "/method/options/period_steps"});
        return phases;
    }

    static std::unique_ptr<PruningSession> make(PruningTask task, const Options& options);
    static MethodRanking rank(const PruningTask& task, const Options& options);
};

}  // namespace lorashear
