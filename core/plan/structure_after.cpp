#include "core/plan/structure_after.h"

#include "core/plan/unit_table.h"

#include <algorithm>
#include <set>

namespace lorashear {

namespace {

/// Makings by the tensor that they come from.
using Makings = std::map<std::string, const TensorMaking*>;

/// Elements of one tensor that a group's slice holds, now and before.
struct SliceSize {
    std::int64_t before = 0, after = 0;
};

std::int64_t keptWithin(const TensorMaking& making, int dim, std::int64_t begin, std::int64_t length) {
    const auto found = making.kept.find(dim);
    if (found == making.kept.end()) return length;
    const auto& kept = found->second;
    return std::lower_bound(kept.begin(), kept.end(), begin + length) - std::lower_bound(kept.begin(), kept.end(), begin);
}

SliceSize sizeOf(const Structure& structure, const Makings& makings, const GroupSlice& slice) {
    const auto& shape = structure.tensors.at(slice.tensor);
    const auto making = makings.find(slice.tensor);
    SliceSize size{slice.length, 0};
    if (making != makings.end()) size.after = keptWithin(*making->second, slice.dim, slice.begin(0), slice.length);
    for (std::size_t dim = 0; dim < shape.size(); ++dim) {
        if (static_cast<int>(dim) == slice.dim) continue;
        size.before *= shape[dim];
        if (making != makings.end()) size.after *= making->second->shape[dim];
    }
    return size;
}

}  // namespace

Structure structureAfter(const Structure& before, const Blueprint& blueprint, const Edits& edits) {
    Structure after;
    after.nodeGroups = before.nodeGroups;
    after.parameters = blueprint.parameters();
    std::set<std::pair<int, BlockPart>> dropped;
    for (const Edit& edit : edits)
        if (const auto* drop = std::get_if<DropPart>(&edit))
            for (const BlockPart part : {BlockPart::Attention, BlockPart::Mlp})
                if (drop->part == BlockPart::Block || drop->part == part) dropped.insert({drop->layer, part});
    Makings makings;
    for (const auto& [name, making] : blueprint.tensors) makings[making.source] = &making;
    for (NodeGroup& group : after.nodeGroups) {
        const Unit* unit = unitOf(group);
        if (!unit || !unit->fades) continue;
        if (unit->part && dropped.count({group.layer, *unit->part})) {
            group.prunable = group.cuttable = false;
            group.reason = "its sub-layer goes as a whole";
            continue;
        }
        for (const auto* slices : {&group.primary, &group.secondary})
            for (const GroupSlice& slice : *slices) {
                const SliceSize size = sizeOf(before, makings, slice);
                group.parametersPerGroup -= size.before - size.after;
            }
    }
    return after;
}

}  // namespace lorashear
