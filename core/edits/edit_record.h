#pragma once

#include "core/edits/edit.h"
#include "core/trace/structure.h"

#include <nlohmann/json_fwd.hpp>

#include <vector>

namespace lorashear {

/// "node_groups" of a pruning.json: of each node group that loses some, which of its groups stay and where they lie.
nlohmann::json keptGroups(const Structure& structure, const std::vector<GroupRef>& removed);

/// The edits that a pruning.json tells, of the model before: its list, or, of records that tell groups alone, those that remove what was not kept.
/// Error(BadInput) if it tells neither, or if its node groups are not this structure's.
Edits editsOfRecord(const nlohmann::json& record, const Structure& structure);

}  // namespace lorashear
