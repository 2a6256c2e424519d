#pragma once

#include "core/edits/pruning_record.h"

#include <vector>

namespace lorashear {

/// What a record tells of each node group that loses some: which of its groups stay and where they lie.
std::vector<KeptGroups> keptGroups(const Structure& structure, const std::vector<GroupRef>& removed);

/// The edits that a record tells, of the model before: its list, or, of records that tell groups alone, those that remove what was not kept.
/// Error(BadInput) if it tells neither, or if its node groups are not this structure's.
Edits editsOfRecord(const PruningRecord& record, const Structure& structure);

}  // namespace lorashear
