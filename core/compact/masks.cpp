#include "core/base/error.h"
#include "core/compact/removed_indices.h"
#include "core/edits/blueprint.h"
#include "core/edits/edit_kind.h"
#include "core/model/causal_lm.h"

#include <ATen/ATen.h>

#include <unordered_map>

namespace lorashear {

namespace {

constexpr char kWeight[] = ".weight";

// The linear whose rows a primary slice is, if it is one; biases are rows of the same linear.
Linear* linearOfRows(const CausalLM& model, const GroupSlice& slice) {
    const auto dot = slice.tensor.rfind('.');
    if (dot == std::string::npos || slice.tensor.compare(dot, std::string::npos, kWeight) != 0) return nullptr;
    auto* linear = model.linear(slice.tensor.substr(0, dot));
    return linear && slice.dim == linear->rowDim() ? linear : nullptr;
}

bool isBiasOfLinear(const CausalLM& model, const GroupSlice& slice) {
    const auto dot = slice.tensor.rfind('.');
    return dot != std::string::npos && slice.tensor.substr(dot) == ".bias" && model.linear(slice.tensor.substr(0, dot));
}

// Masks act on rows of linears. Gains inside a prunable group need none: the trace has seen that what they multiply is zero.
// Tables have none, so groups that own parts of them (hidden channels) cannot be previewed. Query heads go where they are read.
std::string unmaskable(const CausalLM& model, const NodeGroup& group) {
    if (group.unit == UnitKind::QueryHeads) return {};
    const auto tensors = group.prunable ? model.tensors() : NamedTensors();
    const auto isGain = [&](const GroupSlice& slice) { return group.prunable && tensors.at(slice.tensor).dim() == 1; };
    for (const auto& slice : group.primary)
        if (!linearOfRows(model, slice) && !isBiasOfLinear(model, slice) && !isGain(slice))
            return "groups that own parts of " + slice.tensor + " cannot be masked";
    return {};
}

void requireMaskable(const CausalLM& model, const NodeGroup& group) {
    if (const auto why = unmaskable(model, group); !why.empty())
        throw Error(ErrorCode::Unsupported, group.name, why,
                    "Only rows of linears have a preview; these groups can be sliced.");
}

}  // namespace

std::vector<GroupRows> rowsOf(const CausalLM& model, const NodeGroup& nodeGroup, int index) {
    std::vector<GroupRows> rows;
    for (const auto& slice : nodeGroup.primary)
        if (auto* linear = linearOfRows(model, slice)) rows.push_back({linear, slice.begin(index), slice.length});
    return rows;
}

namespace {

/// Masks by linear: [out] on rows, or [in] on what it reads.
class MaskSet {
public:
    void zero(Linear& linear, bool input, std::int64_t begin, std::int64_t length) {
        auto& mask = (input ? m_inputs : m_rows)[&linear];
        if (!mask.defined()) mask = at::ones({input ? linear.in() : linear.out()}, at::TensorOptions().dtype(at::kFloat));
        std::fill_n(mask.data_ptr<float>() + begin, length, 0.0F);
    }

    void put(const CausalLM& model) const {
        const auto of = [](const auto& masks, Linear* linear) {
            const auto found = masks.find(linear);
            return found == masks.end() ? at::Tensor() : found->second.to(linear->weight.device());
        };
        for (auto* linear : model.linears()) linear->mask = of(m_rows, linear), linear->inputMask = of(m_inputs, linear);
    }

private:
    std::unordered_map<Linear*, at::Tensor> m_rows, m_inputs;
};

Linear* linearOfColumns(const CausalLM& model, const GroupSlice& slice) {
    const auto dot = slice.tensor.rfind('.');
    auto* linear = dot == std::string::npos ? nullptr : model.linear(slice.tensor.substr(0, dot));
    return linear && slice.dim == linear->columnDim() ? linear : nullptr;
}

void zeroGroups(const CausalLM& model, const Structure& structure, const std::vector<GroupRef>& removed, MaskSet& masks) {
    std::unordered_map<int, bool> checked;
    for (const auto& ref : removed) {
        const auto& group = structure.nodeGroups.at(static_cast<std::size_t>(ref.nodeGroup));
        if (group.unit == UnitKind::QueryHeads) {  // without its query a head still mixes values: it goes where it is read
            for (const auto& slice : group.secondary)
                if (auto* linear = linearOfColumns(model, slice))
                    masks.zero(*linear, true, slice.begin(ref.index), slice.length);
            continue;
        }
        if (checked.try_emplace(ref.nodeGroup, true).second) requireMaskable(model, group);
        for (const auto& rows : rowsOf(model, group, ref.index)) masks.zero(*rows.linear, false, rows.begin, rows.length);
    }
}

// What a sub-layer adds to the residual stream is zero when the linears that read its features say nothing.
void zeroPart(const CausalLM& model, const Structure& structure, int layer, UnitKind unit, MaskSet& masks) {
    for (const NodeGroup& group : structure.nodeGroups) {
        if (group.layer != layer || group.unit != unit) continue;
        for (const auto& slice : group.secondary)
            if (auto* linear = linearOfColumns(model, slice)) masks.zero(*linear, false, 0, linear->out());
    }
}

}  // namespace

void applyMasks(const CausalLM& model, const Structure& structure, const std::vector<GroupRef>& removed) {
    MaskSet masks;
    zeroGroups(model, structure, removed, masks);
    masks.put(model);
}

void previewEdits(const CausalLM& model, const Structure& structure, const Edits& edits) {
    MaskSet masks;
    zeroGroups(model, structure, groupsOf(structure, edits), masks);
    for (const Edit& edit : edits) {
        if (const EditKind& kind = editKindOf(edit); !kind.noPreview.empty())
            throw Error(ErrorCode::Unsupported, kind.op, "has no preview: " + kind.noPreview);
        const auto* drop = std::get_if<DropPart>(&edit);
        if (drop && drop->part != BlockPart::Mlp) zeroPart(model, structure, drop->layer, UnitKind::Attention, masks);
        if (drop && drop->part != BlockPart::Attention) zeroPart(model, structure, drop->layer, UnitKind::Mlp, masks);
    }
    masks.put(model);
}

std::string whyNoMask(const CausalLM& model, const Structure& structure, const Edit& edit) {
    if (const EditKind& kind = editKindOf(edit); !kind.noPreview.empty()) return kind.noPreview;
    const auto* remove = std::get_if<RemoveGroups>(&edit);
    const NodeGroup* group = remove ? structure.find(remove->nodeGroup) : nullptr;
    return group ? unmaskable(model, *group) : std::string();
}

}  // namespace lorashear
