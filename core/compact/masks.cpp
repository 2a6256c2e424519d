#include "core/base/error.h"
#include "core/compact/removed_indices.h"
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
// Tables have none, so groups that own parts of them (hidden channels) cannot be previewed.
void requireMaskable(const CausalLM& model, const NodeGroup& group) {
    const auto tensors = group.prunable ? model.tensors() : NamedTensors();
    const auto isGain = [&](const GroupSlice& slice) { return group.prunable && tensors.at(slice.tensor).dim() == 1; };
    for (const auto& slice : group.primary)
        if (!linearOfRows(model, slice) && !isBiasOfLinear(model, slice) && !isGain(slice))
            throw Error(ErrorCode::Unsupported, group.name, "groups that own parts of " + slice.tensor + " cannot be masked",
                        "Only rows of linears have a preview; these groups can be sliced.");
}

}  // namespace

std::vector<GroupRows> rowsOf(const CausalLM& model, const NodeGroup& nodeGroup, int index) {
    std::vector<GroupRows> rows;
    for (const auto& slice : nodeGroup.primary)
        if (auto* linear = linearOfRows(model, slice)) rows.push_back({linear, slice.begin(index), slice.length});
    return rows;
}

void applyMasks(const CausalLM& model, const Structure& structure, const std::vector<GroupRef>& removed) {
    std::unordered_map<Linear*, at::Tensor> masks;
    std::unordered_map<int, bool> checked;
    for (const auto& ref : removed) {
        const auto& group = structure.nodeGroups.at(static_cast<std::size_t>(ref.nodeGroup));
        if (checked.try_emplace(ref.nodeGroup, true).second) requireMaskable(model, group);
        for (const auto& rows : rowsOf(model, group, ref.index)) {
            auto& mask = masks[rows.linear];
            if (!mask.defined()) mask = at::ones({rows.linear->out()}, at::TensorOptions().dtype(at::kFloat));
            std::fill_n(mask.data_ptr<float>() + rows.begin, rows.length, 0.0f);
        }
    }
    for (auto* linear : model.linears()) {
        const auto found = masks.find(linear);
        linear->mask = found == masks.end() ? at::Tensor() : found->second.to(linear->weight.device());
    }
}

}  // namespace lorashear
