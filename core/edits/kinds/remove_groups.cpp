#include "core/edits/blueprint_draft.h"
#include "core/edits/edit_kind.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace lorashear {

using nlohmann::json;

namespace {

std::string namesLike(const Structure& structure) {
    std::string names;
    int shown = 0;
    for (const NodeGroup& group : structure.nodeGroups)
        if (group.cuttable && shown++ < 4) names += (names.empty() ? "" : ", ") + group.name;
    return names.empty() ? "This model has none that can be cut." : "Names look like " + names + ".";
}

Edit read(const json& object, const std::string& subject, const std::string& pointer) {
    return RemoveGroups{readName(object, "node_group", subject, pointer), readIndices(object, "groups", subject, pointer)};
}

void write(const Edit& edit, json& object) {
    const auto& remove = std::get<RemoveGroups>(edit);
    object["node_group"] = remove.nodeGroup;
    object["groups"] = remove.groups;
}

void apply(const Edit& edit, BlueprintDraft& draft, const std::string& pointer) {
    const auto& remove = std::get<RemoveGroups>(edit);
    const NodeGroup* group = draft.structure.find(remove.nodeGroup);
    if (!group)
        draft.fail(pointer + "/node_group", "is \"" + remove.nodeGroup + "\", which this model does not have",
                   namesLike(draft.structure));
    if (!group->cuttable && !group->prunable)
        draft.refuse(pointer + "/node_group", group->name + " cannot be cut: " + group->reason);
    for (const BlockPart part : {BlockPart::Attention, BlockPart::Mlp}) {
        const auto dropped = draft.dropped.find({group->layer, part});
        if (group->layer >= 0 && liesIn(*group, part) && dropped != draft.dropped.end())
            draft.fail(pointer,
                       "removes groups of " + group->name + ", which " + dropped->second + " leaves out as a whole");
    }
    auto& removed = draft.removed[group->name];
    for (std::size_t i = 0; i < remove.groups.size(); ++i) {
        const int index = remove.groups[i];
        const std::string place = pointer + "/groups/" + std::to_string(i);
        if (index < 0 || index >= group->count)
            draft.fail(place, "is " + std::to_string(index) + ", " + group->name + " has groups 0 to " +
                                  std::to_string(group->count - 1));
        if (!removed.insert(index).second)
            draft.fail(place, "group " + std::to_string(index) + " of " + group->name + " goes already, by " +
                                  (draft.removedBy.contains(group->name) ? draft.removedBy[group->name] : pointer));
        draft.removeGroup(*group, index);
    }
    draft.removedBy[group->name] = pointer;
    if (draft.left(*group) < group->minimum && group->minimum > 1)
        draft.fail(pointer, "leaves " + std::to_string(draft.left(*group)) + " of the " + std::to_string(group->count) +
                                " groups of " + group->name + ", and each token uses " + std::to_string(group->minimum));
    if (draft.left(*group) < 1)
        draft.fail(pointer, "would remove all " + std::to_string(group->count) + " groups of " + group->name,
                   group->layer >= 0 ? "Keep at least one of them, or drop the sub-layer." : "Keep at least one of them.");
}

/// Nothing is left to remove inside of an expert that goes. Lists that programs make of groups may hold both; a person's file that does is a mistake.
void settle(const BlueprintDraft& draft, Blueprint&) {
    if (draft.subject.empty()) return;
    for (const NodeGroup& group : draft.structure.nodeGroups) {
        if (group.within < 0 || !draft.removedBy.contains(group.name)) continue;
        const NodeGroup& outer = draft.structure.nodeGroups.at(static_cast<std::size_t>(group.within));
        const auto gone = draft.removed.find(outer.name);
        if (gone != draft.removed.end() && gone->second.contains(group.withinGroup))
            draft.fail(draft.removedBy.at(group.name), "removes groups of " + group.name + ", which " +
                                                           draft.removedBy.at(outer.name) + " leaves out as a whole");
    }
}

EditWords words(const Edit& edit, const ModelConfig&, const Structure& structure) {
    const auto& remove = std::get<RemoveGroups>(edit);
    const NodeGroup* group = structure.find(remove.nodeGroup);
    if (!group) return {remove.nodeGroup, 0, 0, "groups"};
    return {group->name, group->count - static_cast<std::int64_t>(remove.groups.size()), group->count,
            unitKindRow(group->unit).many};
}

}  // namespace

EditKind removeGroupsKind() {
    return {"remove",
            "Removes groups of a node group: KV groups (layers.N.attention), the j-th query head of every KV group "
            "(layers.N.query_heads), neurons (layers.N.mlp), experts (layers.N.experts) and their neurons "
            "(layers.N.experts.K.mlp), channels of the residual stream (hidden).",
            R"({"op": "remove", "node_group": "layers.2.mlp", "groups": [0, 1]})",
            {"node_group", "groups"},
            [](const Edit& edit) { return std::holds_alternative<RemoveGroups>(edit); },
            read,
            write,
            apply,
            words,
            {},
            {},
            {},
            settle};
}

}  // namespace lorashear
