#include "core/base/error.h"
#include "core/plan/plan.h"

#include <algorithm>
#include <map>

// Each group knows what it saves alone. Where removed rows and removed columns meet in one tensor, that corner is counted
// twice: cutting R rows and C columns of an O x I matrix saves R I + C O - R C. So the sum over groups is corrected by
// R C per tensor, less what the groups have already corrected for themselves (a group with both dimensions in one tensor).
// A tensor that goes as a whole (NodeGroup::wholes) is counted once, and nothing that others cut from it.

namespace lorashear {

namespace {

struct Crossing {
    std::int64_t rows = 0, columns = 0;
    std::int64_t own = 0;  ///< corners inside single groups
};

std::vector<std::int64_t> countsPerNodeGroup(const Structure& structure, std::vector<GroupRef> removed) {
    std::sort(removed.begin(), removed.end());
    removed.erase(std::unique(removed.begin(), removed.end()), removed.end());
    std::vector<std::int64_t> counts(structure.nodeGroups.size(), 0);
    for (const auto& ref : removed) {
        const bool known = ref.nodeGroup >= 0 && static_cast<std::size_t>(ref.nodeGroup) < counts.size() && ref.index >= 0 &&
                           ref.index < structure.nodeGroups[static_cast<std::size_t>(ref.nodeGroup)].count;
        if (!known)
            throw Error(
                ErrorCode::Internal, "removedParameters",
                "there is no group " + std::to_string(ref.index) + " in node group " + std::to_string(ref.nodeGroup));
        ++counts[static_cast<std::size_t>(ref.nodeGroup)];
    }
    return counts;
}

using Wholes = std::map<std::string, std::int64_t>;  ///< tensors that go with a group, and their elements

std::int64_t elementsOf(const Structure& structure, const std::string& tensor, int exceptDim = -1) {
    std::int64_t count = 1;
    const auto& shape = structure.tensors.at(tensor);
    for (std::size_t d = 0; d < shape.size(); ++d) count *= static_cast<int>(d) == exceptDim ? 1 : shape[d];
    return count;
}

Wholes wholesOf(const Structure& structure, const std::vector<GroupRef>& removed) {
    Wholes all;
    for (const auto& ref : removed) {
        const auto& wholes = structure.nodeGroups[static_cast<std::size_t>(ref.nodeGroup)].wholes;
        if (wholes.empty()) continue;
        for (const auto& name : wholes[static_cast<std::size_t>(ref.index)]) all[name] = elementsOf(structure, name);
    }
    return all;
}

/// What one group of a node group saves in the tensors that stay.
std::int64_t priceBeside(const Structure& structure, const NodeGroup& group, const Wholes& wholes) {
    if (wholes.empty()) return group.parametersPerGroup;
    std::int64_t price = 0;
    for (const auto* list : {&group.primary, &group.secondary})
        for (const auto& slice : *list)
            if (!wholes.contains(slice.tensor)) price += slice.length * elementsOf(structure, slice.tensor, slice.dim);
    return price;
}

void addCrossings(const NodeGroup& group, std::int64_t removed, const Wholes& wholes,
                  std::map<std::string, Crossing>& crossings) {
    std::map<std::string, Crossing> single;
    const auto add = [&](const GroupSlice& slice) {
        if (wholes.contains(slice.tensor)) return;
        auto& one = single[slice.tensor];
        (slice.dim == 0 ? one.rows : one.columns) += slice.length;
    };
    std::for_each(group.primary.begin(), group.primary.end(), add);
    std::for_each(group.secondary.begin(), group.secondary.end(), add);
    for (const auto& [tensor, one] : single) {
        auto& all = crossings[tensor];
        all.rows += removed * one.rows;
        all.columns += removed * one.columns;
        all.own += removed * one.rows * one.columns;
    }
}

}  // namespace

std::int64_t removedParameters(const Structure& structure, const std::vector<GroupRef>& removed) {
    const auto counts = countsPerNodeGroup(structure, removed);
    const auto wholes = wholesOf(structure, removed);
    std::int64_t sum = 0;
    for (const auto& [tensor, elements] : wholes) sum += elements;
    std::map<std::string, Crossing> crossings;
    for (std::size_t i = 0; i < counts.size(); ++i) {
        if (counts[i] == 0) continue;
        sum += counts[i] * priceBeside(structure, structure.nodeGroups[i], wholes);
        addCrossings(structure.nodeGroups[i], counts[i], wholes, crossings);
    }
    for (const auto& [tensor, crossing] : crossings) sum -= crossing.rows * crossing.columns - crossing.own;
    return sum;
}

}  // namespace lorashear
