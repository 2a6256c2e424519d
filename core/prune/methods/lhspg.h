#pragma once

#include "core/prune/methods/group_choice_options.h"
#include "core/train/schedule.h"

#include <memory>

namespace lorashear {

struct PruningTask;
class PruningSession;
struct MethodRanking;

struct LhspgOptions : GroupChoiceOptions {
    enum class Realisation { RowScale, Literal };
    int warmupSteps = 10;
    int periods = 5;
    int periodSteps = 8;
    double epsilon = 0;
    Realisation realisation = Realisation::RowScale;
    bool mergePeriods = false;
};

/// LoRA half-space projected gradient (LoRAShear section 3.3, Algorithm 4), realised as algorithm.md 4.7; essay in lhspg.cpp.
struct Lhspg {
    static constexpr const char* kId = "lhspg";
    static constexpr const char* kTitle = "LHSPG (LoRAShear)";
    static constexpr const char* kHelp =
        "Groups fade to exact zero period by period while the adapters learn to do without them (paper section 3.3).";

    using Options = LhspgOptions;
    static settings::Table<Options> options() {
        using namespace settings;
        using O = LhspgOptions;
        Table<O> table = {
            integer("warmup_steps", &O::warmupSteps, {0, 1e6}, "steps",
                    "Training of the adapters before the first groups are picked.")
                .formerly("warmupSteps"),
            integer("periods", &O::periods, {1, 1000}, "periods",
                    "Number of times that groups are picked and shrunk to zero."),
            integer("period_steps", &O::periodSteps, {1, 1e6}, "steps", "Training steps over which a period's groups fade.")
                .formerly("periodSteps"),
            number(
                "epsilon", &O::epsilon, {0, 0.999}, "",
                "Half-space test: a fading group goes at once when its next rows point less than this along the present ones; 0 only "
                "when they turn back."),
            enumeration(
                "realisation", &O::realisation,
                {{O::Realisation::RowScale, "row-scale"}, {O::Realisation::Literal, "literal"}},
                "How Eq. 2 of the paper is carried out: by scales on the rows and adapters (base weights stay), or by its letter on "
                "fp32 copies of the weights."),
            flag("merge_periods", &O::mergePeriods,
                 "Whether live adapters are merged into fp32 copies of the weights when a period ends.")
                .formerly("mergePeriods"),
        };
        inherit(table, groupChoiceTable());
        return table;
    }

    static std::vector<SchedulePhase> schedule(const Options& options) {
        using Kind = SchedulePhase::Kind;
        std::vector<SchedulePhase> phases{{"warm-up", options.warmupSteps, Kind::WarmUp}};
        for (int p = 1; p <= options.periods; ++p)
            phases.push_back({"period " + std::to_string(p), options.periodSteps, Kind::Prune, true});
        return phases;
    }

    static std::unique_ptr<PruningSession> make(PruningTask task, const Options& options);
    static MethodRanking rank(const PruningTask& task, const Options& options);
};

}  // namespace lorashear
