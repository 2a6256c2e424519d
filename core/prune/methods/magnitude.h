#pragma once

#include "core/prune/methods/scored_options.h"

#include <memory>

namespace lorashear {

struct PruningTask;
class PruningSession;

struct MagnitudeOptions : ScoredOptions {
    enum class Norm { L1, L2 };
    Norm norm = Norm::L2;
};

/// The size of a group's own weights, rows and columns: what pruning began with, and no baseline for language models (DepGraph's table for
/// Llama-3.1-8B at 50 % has a perplexity of 576,501 without training), but a check that anything else is better.
struct Magnitude {
    static constexpr const char* kId = "magnitude";
    static constexpr const char* kTitle = "Magnitude";
    static constexpr const char* kHelp =
        "Groups with the smallest weights go; a check of other methods rather than a method for language models.";

    using Options = MagnitudeOptions;
    static settings::Table<Options> options() {
        using namespace settings;
        using O = MagnitudeOptions;
        Table<O> table = {
            enumeration("norm", &O::norm, {{O::Norm::L2, "l2"}, {O::Norm::L1, "l1"}},
                        "What is added up over a group's weights: absolute values (l1) or squares (l2)."),
        };
        inherit(table, scoredTable());
        return table;
    }

    static std::vector<SchedulePhase> schedule(const Options& options) { return scheduleOf(options.times()); }
    static std::unique_ptr<PruningSession> make(PruningTask task, const Options& options);
};

}  // namespace lorashear
