#pragma once

#include "core/trace/structure.h"

#include <nlohmann/json_fwd.hpp>

#include <vector>

namespace lorashear {

/// [[node group, index], …]: how lists of groups stand in events, results of stages and checkpoints. Groups come by the thousand: pairs of
/// numbers instead of objects.
nlohmann::json groupsToJson(const std::vector<GroupRef>& groups);
/// The inverse. Error(BadInput) for anything else.
std::vector<GroupRef> groupsFromJson(const nlohmann::json& json);

}  // namespace lorashear
