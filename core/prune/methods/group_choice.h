#pragma once

#include "core/prune/pruning_method.h"

#include <map>
#include <string>
#include <vector>

namespace lorashear {

/// Groups picked to go, and what repairs their consumers (empty without compensation).
struct GroupChoice {
    std::vector<GroupRef> groups;
    std::map<std::string, at::Tensor> repairs;  ///< linear name -> [out, in] fp32, to be added to its weight in all
};

/// Picks groups by the options every method has (saliency, mix, calibrationSequences, rankingRounds, compensation, damping): until the share
/// `fraction` of the plan's quotas is met, `taken` included. Looks at the model as it is now; changes nothing.
GroupChoice chooseGroups(const PruningTask& task, const std::vector<GroupRef>& taken, double fraction);

/// The model's own list of n sequences, evenly spread over those given.
std::vector<Sequence> spreadSequences(const std::vector<Sequence>& sequences, int n);

/// Learning rate of the pruning stage: linear rise over "rateWarmup" steps, then constant.
double pruningRate(const PruningTask& task, std::int64_t step);

nlohmann::json packedGroups(const std::vector<GroupRef>& groups);
std::vector<GroupRef> unpackedGroups(const nlohmann::json& json);

}  // namespace lorashear
