#include "core/edits/edit_record.h"

#include "core/base/error.h"
#include "core/edits/blueprint.h"
#include "core/edits/edit_json.h"

#include <nlohmann/json.hpp>

#include <set>

namespace lorashear {

using nlohmann::json;

namespace {

constexpr const char* kFile = "pruning.json";

json slicesJson(const std::vector<GroupSlice>& slices) {
    json result = json::array();
    for (const GroupSlice& slice : slices)
        result.push_back({{"tensor", slice.tensor},
                          {"dim", slice.dim},
                          {"offset", slice.offset},
                          {"stride", slice.stride},
                          {"length", slice.length}});
    return result;
}

/// Groups that were not kept, found again in this model by their node groups' names. json::exception for what is not of a record's types.
std::vector<GroupRef> groupsNotKept(const json& record, const Structure& structure) {
    std::vector<GroupRef> removed;
    for (const json& entry : record.at("node_groups")) {
        const auto* group = structure.find(entry.at("name"));
        if (!group || group->count != entry.at("groups").get<int>())
            throw Error(ErrorCode::BadInput, entry.at("name").get<std::string>(),
                        "is not a node group of this model of that size", "The record belongs to another model.");
        const std::set<int> kept(entry.at("kept").begin(), entry.at("kept").end());
        for (int j = 0; j < group->count; ++j)
            if (!kept.contains(j)) removed.push_back({group->id, j});
    }
    return removed;
}

std::vector<GroupRef> removedOf(const json& record, const Structure& structure) {
    try {
        return groupsNotKept(record, structure);
    } catch (const json::exception& problem) {
        throw Error(ErrorCode::BadInput, kFile, std::string("has node groups that cannot be read: ") + problem.what(),
                    "Take the pruning.json of a run's model folder.");
    }
}

}  // namespace

json keptGroups(const Structure& structure, const std::vector<GroupRef>& removed) {
    const std::set<GroupRef> gone(removed.begin(), removed.end());
    json all = json::array();
    for (const NodeGroup& group : structure.nodeGroups) {
        std::vector<int> kept;
        for (int j = 0; j < group.count; ++j)
            if (!gone.contains({group.id, j})) kept.push_back(j);
        if (static_cast<int>(kept.size()) == group.count) continue;
        all.push_back({{"name", group.name},
                       {"kind", unitName(group.unit)},
                       {"groups", group.count},
                       {"kept", kept},
                       {"rows", slicesJson(group.primary)},
                       {"columns", slicesJson(group.secondary)}});
    }
    return all;
}

Edits editsOfRecord(const json& record, const Structure& structure) {
    if (!record.is_object() || !record.contains("node_groups"))
        throw Error(ErrorCode::BadInput, kFile, "does not say which groups were kept",
                    "Take the pruning.json of a run's model folder.");
    const auto removed = removedOf(record, structure);
    return record.contains("edits") ? editsFromJson(record.at("edits"), kFile) : editsOf(structure, removed);
}

}  // namespace lorashear
