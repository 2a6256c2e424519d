#include "core/edits/blueprint_draft.h"
#include "core/edits/edit_kind.h"

#include <nlohmann/json.hpp>

namespace lorashear {

using nlohmann::json;

namespace {

constexpr BlockPart kParts[] = {BlockPart::Attention, BlockPart::Mlp, BlockPart::Block};

Edit read(const json& object, const std::string& subject, const std::string& pointer) {
    DropPart drop{readCount(object, "layer", 0, subject, pointer)};
    const std::string name = readName(object, "part", subject, pointer);
    for (const BlockPart part : kParts)
        if (name == blockPartName(part)) return drop.part = part, drop;
    editFailure(subject, pointer + "/part", "is \"" + name + "\"; allowed are attention, mlp and block",
                "\"block\" leaves out both.");
}

void write(const Edit& edit, json& object) {
    const auto& drop = std::get<DropPart>(edit);
    object["layer"] = drop.layer;
    object["part"] = blockPartName(drop.part);
}

void dropOne(BlueprintDraft& draft, int layer, BlockPart part, const std::string& pointer) {
    const auto& parts = draft.structure.parts.at(static_cast<std::size_t>(layer));
    const SubLayer& sub = part == BlockPart::Attention ? parts.attention : parts.mlp;
    const auto layerName = "block " + std::to_string(layer);
    if (const auto earlier = draft.dropped.find({layer, part}); earlier != draft.dropped.end())
        draft.fail(pointer, layerName + "'s " + blockPartName(part) + " goes already, by " + earlier->second,
                   "Leave one of both edits out.");
    for (const NodeGroup& group : draft.structure.nodeGroups) {
        if (group.layer == layer && liesIn(group, part) && draft.removedBy.contains(group.name))
            draft.fail(pointer,
                       "leaves out " + layerName + "'s " + blockPartName(part) + ", of which " +
                           draft.removedBy[group.name] + " removes groups",
                       "Leave " + draft.removedBy[group.name] + " out: they go with the whole.");
    }
    if (sub.tensors.empty())
        draft.fail(pointer, layerName + " has no " + blockPartName(part) + " to leave out",
                   "lorashear inspect MODEL --json lists what each block has (sub_layers).");
    draft.dropped[{layer, part}] = pointer;
}

void apply(const Edit& edit, BlueprintDraft& draft, const std::string& pointer) {
    const auto& drop = std::get<DropPart>(edit);
    const int layers = static_cast<int>(draft.structure.parts.size());
    if (drop.layer < 0 || drop.layer >= layers)
        draft.fail(pointer + "/layer",
                   "is " + std::to_string(drop.layer) + ", the model has blocks 0 to " + std::to_string(layers - 1),
                   "Blocks are counted from 0.");
    if (drop.part == BlockPart::Block && !draft.config.normsFirst)
        draft.refuse(pointer + "/part",
                     "a block whose norms stand behind its sub-layers changes the stream also without them",
                     "Leave out its attention or its MLP instead.");
    if (drop.part != BlockPart::Block) return dropOne(draft, drop.layer, drop.part, pointer);
    // A block may have lost one of its sub-layers before; what it has goes.
    const auto& parts = draft.structure.parts.at(static_cast<std::size_t>(drop.layer));
    if (!parts.attention.tensors.empty()) dropOne(draft, drop.layer, BlockPart::Attention, pointer);
    if (!parts.mlp.tensors.empty()) dropOne(draft, drop.layer, BlockPart::Mlp, pointer);
}

EditWords words(const Edit& edit, const ModelConfig&, const Structure&) {
    const auto& drop = std::get<DropPart>(edit);
    const std::string block = "block " + std::to_string(drop.layer);
    if (drop.part == BlockPart::Block) return {block, 0, 1, "blocks"};
    return {blockPartName(drop.part) + (" of " + block), 0, 1, "sub-layers"};
}

}  // namespace

EditKind dropPartKind() {
    return {
        "drop",
        "Leaves out a block (later ones are renumbered) or its attention or MLP with the norms around it; the residual passes through.",
        R"({"op": "drop", "layer": 1, "part": "attention"})",
        {"layer", "part"},
        [](const Edit& edit) { return std::holds_alternative<DropPart>(edit); },
        read,
        write,
        apply,
        words};
}

}  // namespace lorashear
