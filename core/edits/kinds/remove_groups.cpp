#include "core/edits/blueprint_draft.h"
#include "core/edits/edit_kind.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>

namespace lorashear {

using nlohmann::json;

namespace {

/// What "layers.2.experts.3.mlp" is called in every block: "layers.N.experts.K.mlp".
std::string withoutNumbers(const NodeGroup& group) {
    std::string name = group.name;
    if (group.layer < 0) return name;
    const std::string number = "." + std::to_string(group.layer) + ".";
    if (const auto at = name.find(number); at != std::string::npos) name.replace(at + 1, number.size() - 2, "N");
    const std::string expert = ".experts." + std::to_string(group.withinGroup) + ".";
    if (const auto at = name.find(expert); at != std::string::npos) name.replace(at, expert.size(), ".experts.K.");
    return name;
}

/// All names that can be cut, those of blocks once.
std::string namesLike(const Structure& structure) {
    std::set<std::string> names;
    bool blocks = false;
    for (const NodeGroup& group : structure.nodeGroups) {
        if (!group.cuttable) continue;
        names.insert(withoutNumbers(group));
        blocks = blocks || group.layer >= 0;
    }
    if (names.empty()) return "This model has none that can be cut.";
    std::string text;
    for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
    if (blocks) text += " (N: blocks 0 to " + std::to_string(structure.parts.size() - 1) + ")";
    return "It has " + text + "; lorashear inspect MODEL --json lists them all.";
}

/// What else can be done about a node group whose groups cannot be removed.
std::string insteadOf(const NodeGroup& group) {
    if (group.unit == UnitKind::Vocabulary)
        return "Tokens go by {\"op\": \"vocabulary\", \"keep\": [the ids that stay]}, which lorashear vocabulary writes.";
    return "lorashear inspect MODEL --json lists those that can be (\"cuttable\": true).";
}

/// Of what other models have under this name: a piece that must stay here, where factored linears have divided it. Null: there is none.
const NodeGroup* partOf(const std::string& name, const Structure& structure) {
    for (const NodeGroup& group : structure.nodeGroups)
        if (!group.cuttable && !group.prunable && !group.reason.empty() && group.name.starts_with(name + ".")) return &group;
    return nullptr;
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
    if (!group) {
        if (const NodeGroup* part = partOf(remove.nodeGroup, draft.structure))
            draft.refuse(pointer + "/node_group", remove.nodeGroup + " cannot be cut: " + part->reason, insteadOf(*part));
        draft.fail(pointer + "/node_group", "is \"" + remove.nodeGroup + "\", which this model does not have",
                   namesLike(draft.structure));
    }
    if (!group->cuttable && !group->prunable)
        draft.refuse(pointer + "/node_group", group->name + " cannot be cut: " + group->reason, insteadOf(*group));
    for (const BlockPart part : {BlockPart::Attention, BlockPart::Mlp}) {
        const auto dropped = draft.dropped.find({group->layer, part});
        if (group->layer >= 0 && liesIn(*group, part) && dropped != draft.dropped.end())
            draft.fail(pointer, "removes groups of " + group->name + ", which " + dropped->second + " leaves out as a whole",
                       "Leave one of both edits out.");
    }
    auto& removed = draft.removed[group->name];
    for (std::size_t i = 0; i < remove.groups.size(); ++i) {
        const int index = remove.groups[i];
        const std::string place = pointer + "/groups/" + std::to_string(i);
        if (index < 0 || index >= group->count)
            draft.fail(
                place,
                "is " + std::to_string(index) + ", " + group->name + " has groups 0 to " + std::to_string(group->count - 1),
                "Groups are counted from 0.");
        if (!removed.insert(index).second)
            draft.fail(place,
                       "group " + std::to_string(index) + " of " + group->name + " goes already, by " +
                           (draft.removedBy.contains(group->name) ? draft.removedBy[group->name] : pointer),
                       "Name each once.");
        draft.removeGroup(*group, index);
    }
    draft.removedBy[group->name] = pointer;
    if (draft.left(*group) < group->minimum && group->minimum > 1)
        draft.fail(pointer,
                   "leaves " + std::to_string(draft.left(*group)) + " of the " + std::to_string(group->count) +
                       " groups of " + group->name + ", and each token uses " + std::to_string(group->minimum),
                   "Keep at least as many.");
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
            draft.fail(
                draft.removedBy.at(group.name),
                "removes groups of " + group.name + ", which " + draft.removedBy.at(outer.name) + " leaves out as a whole",
                "Leave one of both edits out.");
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
