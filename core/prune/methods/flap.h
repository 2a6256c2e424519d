#pragma once

#include "core/prune/methods/scored_options.h"

#include <memory>

namespace lorashear {

struct PruningTask;
class PruningSession;

struct FlapOptions : ScoredOptions {
    enum class Metric { Wifv, Wifn, Ifv };
    Metric metric = Metric::Wifv;
    bool standardise = true;
    FlapOptions() {
        ranking = Ranking::Global;
        compensation = Compensation::Bias;
    }
};

/// FLAP (An et al., arXiv 2312.11983): what varies little can be replaced by its mean, a bias of the linear that read it. Scores of channels (columns
/// of o_proj and down_proj, those of attention squared) are made comparable across blocks and averaged over a group. Unlike there, how many of
/// each kind go is the plan's matter, and the variance is that of all tokens about their mean (its code updates mean and variance in turn
/// with one name for the old and the new mean).
struct Flap {
    static constexpr const char* kId = "flap";
    static constexpr const char* kTitle = "FLAP";
    static constexpr const char* kHelp =
        "Groups go whose activations vary least, and their mean becomes a bias; forward passes only, strong before training.";

    using Options = FlapOptions;
    static settings::Table<Options> options() {
        using namespace settings;
        using O = FlapOptions;
        using M = O::Metric;
        Table<O> table = {
            enumeration(
                "metric", &O::metric, {{M::Wifv, "wifv"}, {M::Wifn, "wifn"}, {M::Ifv, "ifv"}},
                "What a channel is worth. Wifv: the variance of the input times the squared norm of the weights that read it. Wifn: its "
                "deviation times their mean size. Ifv: its variance alone."),
            flag(
                "standardise", &O::standardise,
                "Whether the channels of each block and kind are brought to mean 0 and variance 1 before groups are compared."),
        };
        inherit(table, scoredTable());
        return table;
    }

    static std::vector<SchedulePhase> schedule(const Options& options) { return scheduleOf(options.times()); }
    static std::unique_ptr<PruningSession> make(PruningTask task, const Options& options);
};

}  // namespace lorashear
