#include "core/knowledge/probe_targets.h"

#include "core/base/error.h"
#include "core/model/causal_lm.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>

namespace lorashear {

namespace {

/// Where the rows of group j lie, for every linear of the node group; empty if some primary tensor is not a linear's weight or bias.
std::vector<std::pair<Linear*, GroupSlice>> rowSlices(const CausalLM& model, const NodeGroup& group) {
    std::vector<std::pair<Linear*, GroupSlice>> rows;
    for (const auto& slice : group.primary) {
        const auto dot = slice.tensor.rfind('.');
        auto* linear = dot == std::string::npos ? nullptr : model.linear(slice.tensor.substr(0, dot));
        const bool weight = linear && slice.tensor.substr(dot) == ".weight";
        if (!linear || slice.dim != (weight ? linear->rowDim() : 0)) return {};
        if (weight) rows.emplace_back(linear, slice);
    }
    return rows;
}

RowMasks maskOf(const std::vector<std::pair<Linear*, GroupSlice>>& rows, const std::vector<int>& groups) {
    RowMasks masks;
    for (const auto& [linear, slice] : rows) {
        auto& mask = masks[linear];
        if (!mask.defined()) mask = at::ones({linear->out()}, at::kFloat);
        auto* data = mask.data_ptr<float>();
        for (const int j : groups) std::fill_n(data + slice.begin(j), slice.length, 0.0F);
    }
    for (auto& [linear, mask] : masks) mask = mask.to(linear->weight.device());
    return masks;
}

/// Groups by rising score.
std::vector<int> ranking(const std::vector<double>& scores) {
    std::vector<int> order(scores.size());
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(), [&](int a, int b) {
        return scores[static_cast<std::size_t>(a)] < scores[static_cast<std::size_t>(b)];
    });
    return order;
}

}  // namespace

std::vector<ProbeTarget> probeTargets(const CausalLM& model, const Structure& structure) {
    std::vector<ProbeTarget> targets;
    for (const auto& group : structure.nodeGroups) {
        const bool inside = group.layer >= 0 && group.layer < model.blocks();
        if (!group.prunable || !inside || group.count < 2 || rowSlices(model, group).empty()) continue;
        targets.push_back({&group, static_cast<std::size_t>(group.layer), {}});
    }
    std::stable_sort(targets.begin(), targets.end(),
                     [](const ProbeTarget& a, const ProbeTarget& b) { return a.block < b.block; });
    return targets;
}

void prepareMasks(const CausalLM& model, std::vector<ProbeTarget>& targets, const GroupSaliency& saliency,
                  const std::vector<double>& ratios) {
    for (auto& target : targets) {
        const auto& scores = saliency.scores.at(static_cast<std::size_t>(target.group->id));
        if (scores.size() != static_cast<std::size_t>(target.group->count))
            throw Error(ErrorCode::Internal, target.group->name,
                        "the proxy " + saliency.proxy + " has no score for its groups");
        const auto order = ranking(scores);
        const auto rows = rowSlices(model, *target.group);
        for (const double ratio : ratios) {
            const auto many =
                std::clamp<std::int64_t>(std::llround(ratio * target.group->count), 1, target.group->count - 1);
            target.masks.push_back(maskOf(rows, {order.begin(), order.begin() + many}));
        }
    }
}

MaskGuard::MaskGuard(const RowMasks& masks) {
    for (const auto& [linear, mask] : masks) {
        m_before.emplace_back(linear, linear->mask);
        linear->mask = linear->mask.defined() ? linear->mask * mask : mask;
    }
}

MaskGuard::~MaskGuard() {
    for (auto& [linear, mask] : m_before) linear->mask = std::move(mask);
}

}  // namespace lorashear
