#include "core/prune/methods/group_parts.h"

#include <ATen/ATen.h>

#include <string_view>

namespace lorashear {

namespace {

Linear* linearOfSlice(const CausalLM& model, const GroupSlice& slice) {
    constexpr std::string_view kEnding = ".weight";
    if (!std::string_view(slice.tensor).ends_with(kEnding)) return nullptr;
    return model.linear(slice.tensor.substr(0, slice.tensor.size() - kEnding.size()));
}

at::Tensor sharesOf(const GroupPart& part, const at::Tensor& values) {
    return values.as_strided({part.count, part.length}, {part.stride, 1}, values.storage_offset() + part.offset);
}

}  // namespace

at::Tensor GroupPart::sums(const at::Tensor& values) const {
    return sharesOf(*this, values.contiguous()).sum(1);
}

void GroupPart::spread(const at::Tensor& perGroup, const at::Tensor& into) const {
    sharesOf(*this, into).copy_(perGroup.unsqueeze(1).expand({count, length}));
}

std::vector<GroupPart> partsOf(const CausalLM& model, const NodeGroup& nodeGroup) {
    std::vector<GroupPart> parts;
    for (const auto* slices : {&nodeGroup.primary, &nodeGroup.secondary})
        for (const GroupSlice& slice : *slices)
            if (auto* linear = linearOfSlice(model, slice))
                parts.push_back({linear, slice.dim == linear->columnDim(), nodeGroup.id, slice.offset, slice.stride,
                                 slice.length, nodeGroup.count});
    return parts;
}

}  // namespace lorashear
