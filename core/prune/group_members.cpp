#include "core/prune/group_members.h"

#include "core/base/error.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <numeric>
#include <set>

namespace lorashear {

namespace {

Linear* linearOfTensor(const CausalLM& model, const std::string& tensor) {
    static const std::string kSuffix = ".weight";
    return tensor.ends_with(kSuffix) ? model.linear(tensor.substr(0, tensor.size() - kSuffix.size())) : nullptr;
}

double broughtTogether(std::vector<double> scores, Aggregation how) {
    const auto sum = [&] { return std::accumulate(scores.begin(), scores.end(), 0.0); };
    switch (how) {
        case Aggregation::Sum: return sum();
        case Aggregation::Mean: return sum() / static_cast<double>(scores.size());
        case Aggregation::Max: return *std::max_element(scores.begin(), scores.end());
        case Aggregation::Product: return std::accumulate(scores.begin(), scores.end(), 1.0, std::multiplies<>());
        case Aggregation::First: return scores.front();
        case Aggregation::Second: return scores[std::min<std::size_t>(1, scores.size() - 1)];
        case Aggregation::Last: return scores.back();
    }
    return 0;
}

}  // namespace

std::vector<GroupMember> weightMembers(const CausalLM& model, const NodeGroup& nodeGroup) {
    std::map<const Linear*, std::size_t> order;
    for (std::size_t i = 0; i < model.linears().size(); ++i) order[model.linears()[i]] = i;
    const auto of = [&](const std::vector<GroupSlice>& slices, bool columns) {
        std::vector<GroupMember> members;
        for (const auto& slice : slices) {
            auto* linear = linearOfTensor(model, slice.tensor);
            if (linear && slice.dim == (columns ? linear->columnDim() : linear->rowDim()))
                members.push_back({linear, slice, columns});
        }
        std::stable_sort(members.begin(), members.end(), [&](const GroupMember& a, const GroupMember& b) {
            return std::pair(order.at(a.linear), a.slice.offset) < std::pair(order.at(b.linear), b.slice.offset);
        });
        return members;
    };
    auto all = of(nodeGroup.primary, false);
    const auto readers = of(nodeGroup.secondary, true);
    all.insert(all.end(), readers.begin(), readers.end());
    return all;
}

std::vector<Linear*> consumersOf(const CausalLM& model, const Structure& structure) {
    std::set<const Linear*> reading;
    for (const auto& nodeGroup : structure.nodeGroups) {
        if (!nodeGroup.prunable) continue;
        for (const auto& slice : nodeGroup.secondary) {
            const auto* linear = linearOfTensor(model, slice.tensor);
            if (linear && slice.dim == linear->columnDim()) reading.insert(linear);
        }
    }
    std::vector<Linear*> all;
    for (auto* linear : model.linears())
        if (reading.count(linear)) all.push_back(linear);
    return all;
}

LinearSums sumsOf(const at::Tensor& values) {
    return {values.sum(1, false, at::kDouble).cpu(), values.sum(0, false, at::kDouble).cpu()};
}

std::vector<double> sumsPerGroup(const GroupSlice& slice, int count, const at::Tensor& values) {
    if (count > 0 && slice.begin(count - 1) + slice.length > values.numel())
        throw Error(ErrorCode::Internal, slice.tensor, "the structure was found in a model of other sizes");
    const auto flat = values.contiguous();
    const auto* data = flat.data_ptr<double>();
    std::vector<double> sums;
    for (int j = 0; j < count; ++j) {
        const auto* begin = data + slice.begin(j);
        sums.push_back(std::accumulate(begin, begin + slice.length, 0.0));
    }
    return sums;
}

GroupSaliency aggregated(const CausalLM& model, const Structure& structure, const SumsByLinear& sums, Aggregation how,
                         const std::string& name) {
    GroupSaliency saliency{name, std::vector<std::vector<double>>(structure.nodeGroups.size())};
    for (const auto& nodeGroup : structure.nodeGroups) {
        if (!nodeGroup.prunable) continue;
        std::vector<std::vector<double>> perMember;
        for (const auto& member : weightMembers(model, nodeGroup)) {
            const auto found = sums.find(member.linear->name);
            if (found == sums.end()) throw Error(ErrorCode::Internal, member.linear->name, "has not been scored");
            perMember.push_back(
                sumsPerGroup(member.slice, nodeGroup.count, member.columns ? found->second.columns : found->second.rows));
        }
        if (perMember.empty())
            throw Error(ErrorCode::Unsupported, nodeGroup.name,
                        "no linear belongs to these groups, so weights cannot rank them", "Protect it in the plan.");
        for (int j = 0; j < nodeGroup.count; ++j) {
            std::vector<double> ofGroup;
            for (const auto& scores : perMember) ofGroup.push_back(scores[static_cast<std::size_t>(j)]);
            saliency.scores[static_cast<std::size_t>(nodeGroup.id)].push_back(broughtTogether(ofGroup, how));
        }
    }
    return saliency;
}

SumsByLinear weightSums(const CausalLM& model, const Structure& structure, int power) {
    at::NoGradGuard guard;
    SumsByLinear sums;
    for (const auto& nodeGroup : structure.nodeGroups) {
        if (!nodeGroup.prunable) continue;
        for (const auto& member : weightMembers(model, nodeGroup)) {
            auto& own = sums[member.linear->name];
            if (own.rows.defined()) continue;
            const auto weight = member.linear->effectiveWeight();
            own = sumsOf(power == 1 ? weight.abs() : weight.square());
        }
    }
    return sums;
}

}  // namespace lorashear
