#include "core/compact/removed_indices.h"

#include "core/base/error.h"

#include <set>

namespace lorashear {

namespace {

const NodeGroup& checked(const Structure& structure, const GroupRef& ref) {
    const bool known = ref.nodeGroup >= 0 && ref.nodeGroup < static_cast<int>(structure.nodeGroups.size());
    if (!known || ref.index < 0 || ref.index >= structure.nodeGroups[static_cast<std::size_t>(ref.nodeGroup)].count)
        throw Error(ErrorCode::Internal, "group " + std::to_string(ref.nodeGroup) + "/" + std::to_string(ref.index),
                    "no such group in this model");
    return structure.nodeGroups[static_cast<std::size_t>(ref.nodeGroup)];
}

void mark(std::vector<bool>& gone, const GroupSlice& slice, std::int64_t group) {
    for (std::int64_t i = 0; i < slice.length; ++i) gone.at(static_cast<std::size_t>(slice.begin(group) + i)) = true;
}

std::vector<std::int64_t> keptOf(const std::vector<bool>& gone) {
    std::vector<std::int64_t> kept;
    for (std::size_t i = 0; i < gone.size(); ++i)
        if (!gone[i]) kept.push_back(static_cast<std::int64_t>(i));
    return kept;
}

}  // namespace

std::vector<int> removedPerNodeGroup(const Structure& structure, const std::vector<GroupRef>& removed) {
    std::vector<int> counts(structure.nodeGroups.size(), 0);
    for (const auto& ref : std::set<GroupRef>(removed.begin(), removed.end())) {
        const auto& group = checked(structure, ref);
        if (++counts[static_cast<std::size_t>(ref.nodeGroup)] > group.count - group.minimum && group.minimum > 1)
            throw Error(ErrorCode::Impossible, group.name,
                        "fewer than " + std::to_string(group.minimum) + " of its " + std::to_string(group.count) +
                            " groups would be left",
                        "Each token uses so many of them.");
        if (counts[static_cast<std::size_t>(ref.nodeGroup)] == group.count)
            throw Error(ErrorCode::Impossible, group.name, "all " + std::to_string(group.count) + " groups would be removed",
                        "Keep at least one of them.");
    }
    return counts;
}

KeptIndices keptIndices(const Structure& structure, const std::vector<GroupRef>& removed, const SizeOf& sizeOf) {
    std::map<TensorDim, std::vector<bool>> gone;
    std::map<int, std::vector<std::pair<const GroupSlice*, std::vector<bool>*>>> slicesOf;  // by node group
    for (const auto& ref : removed) {
        auto& slices = slicesOf[ref.nodeGroup];
        if (slices.empty()) {
            const auto& group = checked(structure, ref);
            for (const auto* list : {&group.primary, &group.secondary})
                for (const auto& slice : *list) {
                    auto& marks = gone[{slice.tensor, slice.dim}];
                    if (marks.empty()) marks.assign(static_cast<std::size_t>(sizeOf(slice.tensor, slice.dim)), false);
                    slices.push_back({&slice, &marks});
                }
        }
        for (auto& [slice, marks] : slices) mark(*marks, *slice, ref.index);
    }
    KeptIndices kept;
    for (const auto& [key, marks] : gone) kept[key] = keptOf(marks);
    return kept;
}

std::vector<std::int64_t> keptIndices(const Structure& structure, const std::string& tensor, int dim, std::int64_t size,
                                      const std::vector<GroupRef>& removed) {
    std::vector<bool> gone(static_cast<std::size_t>(size), false);
    std::map<int, std::vector<const GroupSlice*>> matching;  // by node group
    for (const auto& ref : removed) {
        const auto [found, isNew] = matching.try_emplace(ref.nodeGroup);
        if (isNew) {
            const auto& group = checked(structure, ref);
            for (const auto* list : {&group.primary, &group.secondary})
                for (const auto& slice : *list)
                    if (slice.tensor == tensor && slice.dim == dim) found->second.push_back(&slice);
        }
        for (const auto* slice : found->second) mark(gone, *slice, ref.index);
    }
    return keptOf(gone);
}

}  // namespace lorashear
