#pragma once

#include "core/prune/aggregation.h"
#include "core/prune/methods/scored_options.h"

#include <memory>

namespace lorashear {

struct PruningTask;
class PruningSession;

struct LlmPrunerOptions : ScoredOptions {
    enum class Importance { First, Second, Mixed, Vector, L1, L2, Random };
    Importance importance = Importance::First;
    Aggregation aggregation = Aggregation::Sum;
    LlmPrunerOptions() { calibrationSequences = 10; }
};

/// LLM-Pruner (Ma, Fang, Wang, arXiv 2305.11627), block-wise: Taylor scores of coupled weights on a few sequences. Its "20 %" for a 7B is a
/// quarter of the groups with the first 4 and the last 2 blocks kept whole. Its layer-wise mode is an edit that drops blocks, not a
/// choice of groups. Essay on how gradients are had without holding them: core/prune/taylor.cpp.
struct LlmPruner {
    static constexpr const char* kId = "llm-pruner";
    static constexpr const char* kTitle = "LLM-Pruner";
    static constexpr const char* kHelp =
        "Groups go whose weights, by the loss's gradients on a few sequences, matter least; then training makes good.";

    using Options = LlmPrunerOptions;
    static settings::Table<Options> options() {
        using namespace settings;
        using O = LlmPrunerOptions;
        using I = O::Importance;
        using M = Aggregation;
        Table<O> table = {
            enumeration(
                "importance", &O::importance,
                {{I::First, "first"},
                 {I::Second, "second"},
                 {I::Mixed, "mixed"},
                 {I::Vector, "vector"},
                 {I::L1, "l1"},
                 {I::L2, "l2"},
                 {I::Random, "random"}},
                "What a weight w with gradient g is worth. First: |w g|. Second: w^2 F, F the mean over sequences of g^2. Mixed: |w g - w^2 "
                "F / 2|. Vector: w g, added up over a row or column before the sign is dropped. L1, l2: its size. Random: by lot."),
            enumeration(
                "aggregation", &O::aggregation,
                {{M::Sum, "sum"},
                 {M::Mean, "mean"},
                 {M::Max, "max"},
                 {M::Product, "prod"},
                 {M::First, "first"},
                 {M::Second, "second"},
                 {M::Last, "last"}},
                "How the scores of a group's parts (rows of q, k, v and columns of o; rows of gate and up, columns of down) become one; "
                "first, second and last let that part speak for all."),
        };
        inherit(table, scoredTable());
        return table;
    }

    static std::vector<SchedulePhase> schedule(const Options& options) { return scheduleOf(options.times()); }
    static std::unique_ptr<PruningSession> make(PruningTask task, const Options& options);
};

}  // namespace lorashear
