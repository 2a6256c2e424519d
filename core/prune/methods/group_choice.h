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

/// What a method would pick if all had to go at once from the model as it is, and by which scores: its own ranking, for those who ask before a
/// run. steps as in GroupRequest.
MethodRanking rankGroups(const PruningTask& task, const GroupChoiceOptions& options, std::int64_t steps);

/// The model's own list of n sequences, evenly spread over those given.
std::vector<Sequence> spreadSequences(const std::vector<Sequence>& sequences, int n);

/// Learning rate of the pruning stage: linear rise over rateWarmup steps, then constant.
double pruningRate(const PruningTask& task, int rateWarmup, std::int64_t step);

}  // namespace lorashear
