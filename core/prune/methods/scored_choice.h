#pragma once

#include "core/prune/methods/group_choice.h"
#include "core/prune/methods/scored_options.h"
#include "core/prune/pruning_method.h"

#include <functional>
#include <memory>
#include <vector>

namespace lorashear {

/// What a score is made from.
struct ScoringTask {
    const PruningTask& task;
    const PruningPlan& plan;  ///< the task's, with blocks frozen that the options keep whole
    const std::vector<Sequence>& calibration;
    const GroupRequest& request;  ///< groups in `taken` are zero already; what they score is not read
};

/// One number per group of every prunable node group, the lowest goes first. Looks at the model, changes nothing.
using GroupScore = std::function<GroupSaliency(const ScoringTask&)>;

/// The session of a method that is its score and nothing else. id: the method's.
/// Error(Impossible) as withoutBlocks().
std::unique_ptr<PruningSession> cutByScore(const char* id, PruningTask task, const ScoredOptions& options, GroupScore score);

/// Scores as the ranking compares them. Local: their rank in the node group, as a share of its groups (those taken first), so that a selection
/// over all blocks takes the same share from each; ties go to the lower index. Standardised: mean 0, variance 1 over the groups still there.
GroupSaliency compared(const GroupSaliency& saliency, const Structure& structure, ScoredOptions::Ranking ranking,
                       const std::vector<GroupRef>& taken);

/// n of these, each at most once, in their order; which ones is a pure function of the seed. All if there are no more.
std::vector<Sequence> drawnSequences(const std::vector<Sequence>& sequences, int n, std::uint64_t seed);

}  // namespace lorashear
