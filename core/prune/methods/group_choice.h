#pragma once

#include "core/prune/methods/group_choice_options.h"
#include "core/prune/pruning_method.h"

#include <map>
#include <string>
#include <vector>

namespace lorashear {

/// Groups picked to go, and what repairs their consumers (empty without compensation).
struct GroupChoice {
    std::vector<GroupRef> groups;
    std::map<std::string, at::Tensor> repairs;  ///< linear name -> [out, in] fp32, to be added to its weight in all
    std::map<std::string, at::Tensor> biases;   ///< linear name -> [out] fp32, to be added to its bias
    GroupSaliency scores{};                     ///< of all groups, before any of these was picked
};

/// What is to be picked.
struct GroupRequest {
    std::vector<GroupRef> taken;  ///< picked before
    double fraction = 1;          ///< of the plan's quotas that is met afterwards, `taken` included
    std::int64_t steps = 0;       ///< training steps until the next pick, or 0; how much is looked at goes by it
};

/// Looks at the model as it is now; changes nothing.
GroupChoice chooseGroups(const PruningTask& task, const GroupChoiceOptions& options, const GroupRequest& request);

/// Which groups a model can do without, ranked once for a method that takes them in parts.
struct GroupOrder {
    GroupSaliency order;   ///< for selectGroups: with curvature a group's place, 0 the first to go, otherwise its score
    GroupSaliency scores;  ///< of all groups, before any was taken away
};

/// Ranks on the model as it is, from which nothing is away; changes nothing. With curvature the whole quota is eliminated in ranking_rounds parts, in
/// at least one for each of `periods` equal slices, and the groups that stay follow by what they cost then. steps: of all periods.
GroupOrder orderGroups(const PruningTask& task, const GroupChoiceOptions& options, int periods, std::int64_t steps);

/// What repairs the consumers of `going`: linear name -> [out, in] fp32, to be added to its weight in all. wholeModel: nothing is away in the
/// task's model; request.taken counts as gone and repaired before (Curvature::beginRepaired). Otherwise it is away in it.
std::map<std::string, at::Tensor> repairsOf(const PruningTask& task, const GroupChoiceOptions& options,
                                            const GroupRequest& request, const std::vector<GroupRef>& going,
                                            bool wholeModel);

/// The training sequences that a pick looks at when the next one is `steps` training steps away. Error(BadInput) if there are none.
std::vector<Sequence> calibrationFor(const PruningTask& task, const GroupChoiceOptions& options, std::int64_t steps);

/// What a method would pick if all had to go at once from the model as it is, and by which scores: its own ranking, for those who ask before a
/// run. steps as in GroupRequest.
MethodRanking rankGroups(const PruningTask& task, const GroupChoiceOptions& options, std::int64_t steps);

/// The model's own list of n sequences, evenly spread over those given.
std::vector<Sequence> spreadSequences(const std::vector<Sequence>& sequences, int n);

/// Learning rate of the pruning stage: linear rise over rateWarmup steps, then constant.
double pruningRate(const PruningTask& task, int rateWarmup, std::int64_t step);

}  // namespace lorashear
