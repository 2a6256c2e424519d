#pragma once

#include "core/edits/edit_record.h"
#include "core/model/config_json.h"

#include <nlohmann/json.hpp>

#include <optional>
#include <vector>

/// What stands in pruning.json of a model.
namespace lorashear::testing {

/// As of former formats: the groups that were kept, and no edits.
inline PruningRecord recordOf(const Structure& structure, const std::vector<GroupRef>& removed) {
    PruningRecord record;
    record.nodeGroups = keptGroups(structure, removed);
    return record;
}

/// Edits, of an original where it is given.
inline PruningRecord recordOfEdits(const Edits& edits, const std::optional<ModelConfig>& original = {}) {
    PruningRecord record;
    if (original) record.original = describedConfig(*original).dump();
    record.edits = edits;
    record.nodeGroups.emplace();
    return record;
}

}  // namespace lorashear::testing
