#pragma once

#include "core/base/error.h"
#include "core/prune/methods/scored_options.h"

#include <memory>

namespace lorashear {

struct PruningTask;
class PruningSession;

struct WandaSpOptions : ScoredOptions {
    bool sequential = true;
};

/// Wanda (arXiv 2306.11695) for whole groups, as FLAP's authors use it (arXiv 2312.11983, section 4): a group is worth what its reader's columns
/// and their inputs weigh together, sum over its columns j of mean_i |W_ij| sqrt(E[x_j^2]).
struct WandaSp {
    static constexpr const char* kId = "wanda-sp";
    static constexpr const char* kTitle = "Wanda-sp";
    static constexpr const char* kHelp =
        "Groups go whose activations times the weights that read them are smallest; forward passes only, strong at low ratios.";

    using Options = WandaSpOptions;
    static settings::Table<Options> options() {
        using namespace settings;
        Table<Options> table = {
            flag(
                "sequential", &Options::sequential,
                "Whether a block is scored on what the blocks before leave of the text once they are pruned; with ranking local alone."),
        };
        inherit(table, scoredTable());
        return table;
    }

    /// Error(BadRecipe) at /method/options/sequential where the ranking would need all blocks at once.
    static std::vector<SchedulePhase> schedule(const Options& options) {
        if (options.sequential && options.ranking != Options::Ranking::Local)
            throw Error(ErrorCode::BadRecipe, "/method/options/sequential",
                        "a block is pruned before the next is scored, so scores of all blocks cannot be compared",
                        "Set it to false, or \"ranking\" to \"local\".");
        return scheduleOf(options.times());
    }
    static std::unique_ptr<PruningSession> make(PruningTask task, const Options& options);
};

}  // namespace lorashear
