#pragma once

#include "core/prune/methods/scored_options.h"

#include <algorithm>
#include <memory>

namespace lorashear {

struct PruningTask;
class PruningSession;

struct SlimLlmOptions : ScoredOptions {
    double sharpness = 10;
    int swaps = 100;
    SlimLlmOptions() {
        compensation = Compensation::Scale;
        calibrationSequences = 32;
    }
};

/// SlimLLM (Guo et al., arXiv 2505.22689): heads are chosen as a set, by how much the attention's output without them still resembles the whole; neurons by
/// weights and activations on both of their sides, with directions of the output that vary much counting more; blocks that turn the stream least
/// lose most; then every output of a reader gets a factor and an offset. Here KV groups are what heads are there, and how many of each
/// kind go in all is the plan's matter. Its code keeps the lowest-scored hundredth of all neurons; this does not.
struct SlimLlm {
    static constexpr const char* kId = "slimllm";
    static constexpr const char* kTitle = "SlimLLM";
    static constexpr const char* kHelp =
        "Heads go as a set whose loss changes the attention's output least, neurons by both of their sides; factors and offsets make good.";

    using Options = SlimLlmOptions;
    static settings::Table<Options> options() {
        using namespace settings;
        using O = SlimLlmOptions;
        Table<O> table = {
            number(
                "sharpness", &O::sharpness, {0.0, 1000.0}, "",
                "How much more blocks lose that change the residual stream little: shares go by exp(sharpness x cosine between what enters "
                "and what leaves). 0: all lose the same share."),
            integer(
                "swaps", &O::swaps, {0, 100000}, "swaps",
                "So often at most a head that goes and one that stays change places in a block while that makes its output more like the "
                "whole."),
        };
        inherit(table, scoredTable());
        std::erase_if(table, [](const auto& field) { return field.about.key == "ranking"; });  // sharpness says it
        return table;
    }

    static std::vector<SchedulePhase> schedule(const Options& options) { return scheduleOf(options.times()); }
    static std::unique_ptr<PruningSession> make(PruningTask task, const Options& options);
};

}  // namespace lorashear
