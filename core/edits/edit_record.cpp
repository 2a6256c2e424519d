#include "core/edits/edit_record.h"

#include "core/base/error.h"
#include "core/edits/blueprint.h"

#include <set>

namespace lorashear {

namespace {

/// Groups that were not kept, found again in this model by their node groups' names.
std::vector<GroupRef> groupsNotKept(const std::vector<KeptGroups>& nodeGroups, const Structure& structure) {
    std::vector<GroupRef> removed;
    for (const KeptGroups& entry : nodeGroups) {
        const auto* group = structure.find(entry.name);
        if (!group || group->count != entry.count)
            throw Error(ErrorCode::BadInput, entry.name, "is not a node group of this model of that size",
                        "The record belongs to another model.");
        const std::set<int> kept(entry.kept.begin(), entry.kept.end());
        for (int j = 0; j < group->count; ++j)
            if (!kept.contains(j)) removed.push_back({group->id, j});
    }
    return removed;
}

}  // namespace

std::vector<KeptGroups> keptGroups(const Structure& structure, const std::vector<GroupRef>& removed) {
    const std::set<GroupRef> gone(removed.begin(), removed.end());
    std::vector<KeptGroups> all;
    for (const NodeGroup& group : structure.nodeGroups) {
        std::vector<int> kept;
        for (int j = 0; j < group.count; ++j)
            if (!gone.contains({group.id, j})) kept.push_back(j);
        if (static_cast<int>(kept.size()) == group.count) continue;
        all.push_back({group.name, group.unit, group.count, std::move(kept), group.primary, group.secondary});
    }
    return all;
}

Edits editsOfRecord(const PruningRecord& record, const Structure& structure) {
    if (!record.nodeGroups)
        throw Error(ErrorCode::BadInput, kRecordFile, "does not say which groups were kept",
                    "Take the pruning.json of a run's model folder.");
    const auto removed = groupsNotKept(*record.nodeGroups, structure);
    return record.edits ? *record.edits : editsOf(structure, removed);
}

}  // namespace lorashear
