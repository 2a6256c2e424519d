#pragma once

#include "core/plan/rank_plan.h"
#include "core/prune/methods/settling.h"

namespace lorashear {

struct PlanningTask;

struct StructuredFfnOptions : SettlingOptions {
    enum class Measure { Share, Energy };
    int blocks = 2;
    int samples = 4;
    Measure measure = Measure::Share;
    int keepFirstBlocks = 1, keepLastBlocks = 0;
};

/// Structured feed-forward layers (Wei et al., arXiv 2406.16450): block-diagonal matrices with a shuffle between (BlockShuffle, Monarch) in the place of
/// the linears of MLPs, here fitted to a trained model on calibration text instead of trained from the start, and of any rank. As there the
/// first MLP stays dense. Its self-guided training is not part of this.
struct StructuredFfn {
    static constexpr const char* kId = "structured-ffn";
    static constexpr const char* kTitle = "Structured feed-forward";
    static constexpr const char* kHelp =
        "Linears of the MLPs become block-diagonal ones with a shuffle between, at the ranks that lose least on the calibration text.";

    using Options = StructuredFfnOptions;
    static settings::Table<Options> options() {
        using namespace settings;
        using O = StructuredFfnOptions;
        using M = O::Measure;
        Table<O> table = {
            integer(
                "blocks", &O::blocks, {1, 256}, "parts",
                "Into so many parts each linear's inputs and outputs are divided; those that they do not divide stay whole. 1 is low "
                "rank."),
            integer(
                "samples", &O::samples, {1, 64}, "fits",
                "Ranks of each linear at which it is measured what they lose; between them it is taken to change evenly."),
            enumeration(
                "measure", &O::measure, {{M::Share, "share"}, {M::Energy, "energy"}},
                "How losses of different linears are compared. Share: of each one's own output energy. Energy: as they are."),
            integer("keep_first_blocks", &O::keepFirstBlocks, {0, 10000}, "blocks",
                    "So many blocks at the beginning keep their MLP as it is."),
            integer("keep_last_blocks", &O::keepLastBlocks, {0, 10000}, "blocks", "The same at the end."),
        };
        inherit(table, settlingTable());
        return table;
    }

    static std::vector<SchedulePhase> schedule(const Options& options) { return scheduleOf(options); }
    static RankRequest ranks(const Options& options) {
        return {false, true, options.blocks, 1, options.keepFirstBlocks, options.keepLastBlocks};
    }
    static PruningPlan plan(const PlanRequest& request, const Options& options) {
        return planRanks(request, ranks(options));
    }
    static PruningPlan plan(const PlanningTask& task, const Options& options);
    static std::unique_ptr<PruningSession> make(PruningTask task, const Options& options);
};

}  // namespace lorashear
