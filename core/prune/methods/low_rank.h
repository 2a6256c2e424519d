#pragma once

#include "core/plan/rank_plan.h"
#include "core/prune/methods/settling.h"

namespace lorashear {

struct PlanningTask;

struct LowRankOptions : SettlingOptions {
    enum class Linears { All, Attention, Mlp };
    enum class Measure { Share, Energy };
    Linears linears = Linears::All;
    Measure measure = Measure::Share;
    int minimumRank = 1;
    int keepFirstBlocks = 0, keepLastBlocks = 0;
};

/// Low rank by whitened singular values (SVD-LLM, arXiv 2403.07378), ranks of all linears chosen together: the budget is spent where the least of the
/// outputs' energy on calibration text is lost.
struct LowRank {
    static constexpr const char* kId = "low-rank";
    static constexpr const char* kTitle = "Low rank";
    static constexpr const char* kHelp =
        "Linears become products of two thin ones, at the ranks that lose least of what they say on the calibration text.";

    using Options = LowRankOptions;
    static settings::Table<Options> options() {
        using namespace settings;
        using O = LowRankOptions;
        using L = O::Linears;
        using M = O::Measure;
        Table<O> table = {
            enumeration("linears", &O::linears, {{L::All, "all"}, {L::Attention, "attention"}, {L::Mlp, "mlp"}},
                        "Which linears of the blocks may be replaced."),
            enumeration(
                "measure", &O::measure, {{M::Share, "share"}, {M::Energy, "energy"}},
                "How losses of different linears are compared. Share: of each one's own output energy. Energy: as they are, so that "
                "linears with large outputs count more."),
            integer("minimum_rank", &O::minimumRank, {1, 65536}, "ranks", "So many ranks stay at least in every linear."),
            integer("keep_first_blocks", &O::keepFirstBlocks, {0, 10000}, "blocks",
                    "So many blocks at the beginning stay whole."),
            integer("keep_last_blocks", &O::keepLastBlocks, {0, 10000}, "blocks", "The same at the end."),
        };
        inherit(table, settlingTable());
        return table;
    }

    static std::vector<SchedulePhase> schedule(const Options& options) { return scheduleOf(options); }
    static RankRequest ranks(const Options& options) {
        using L = Options::Linears;
        return {options.linears != L::Mlp, options.linears != L::Attention, 1,
                options.minimumRank,       options.keepFirstBlocks,         options.keepLastBlocks};
    }
    static PruningPlan plan(const PlanRequest& request, const Options& options) {
        return planRanks(request, ranks(options));
    }
    static PruningPlan plan(const PlanningTask& task, const Options& options);
    static std::unique_ptr<PruningSession> make(PruningTask task, const Options& options);
};

}  // namespace lorashear
