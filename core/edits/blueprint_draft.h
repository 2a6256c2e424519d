#pragma once

#include "core/edits/blueprint.h"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace lorashear {

/// A linear that an edit factors.
struct MarkedFactor {
    Factor factor;
    std::string pointer;  ///< of its edit
};

/// Whether a group goes with that half of its block.
inline bool liesIn(const NodeGroup& group, BlockPart half) {
    const UnitBranch branch = unitKindRow(group.unit).branch;
    return half == BlockPart::Attention ? branch == UnitBranch::Attention
                                        : half == BlockPart::Mlp && branch == UnitBranch::Mlp;
}

/// A blueprint in the making: what each edit of a list says, in terms of the model before. EditKind::apply adds to it;
/// blueprintOf() settles it.
struct BlueprintDraft {
    const ModelConfig& config;
    const Structure& structure;
    std::string subject;  ///< for errors

    std::map<TensorDim, std::vector<bool>> gone;               ///< indices that go
    std::map<std::string, std::set<int>> removed;              ///< groups by node group's name
    std::map<std::string, std::string> removedBy;              ///< node group to the pointer of its (last) edit
    std::map<std::pair<int, BlockPart>, std::string> dropped;  ///< sub-layers that go, by block, with their edits' pointers
    std::optional<std::vector<int>> vocabulary;                ///< token ids that stay
    std::string vocabularyPlace = {};                          ///< pointer of their list
    std::map<std::string, MarkedFactor> factored = {};         ///< by the linear's module path

    [[noreturn]] void fail(const std::string& pointer, const std::string& message, const std::string& hint = {}) const;
    [[noreturn]] void refuse(const std::string& pointer, const std::string& message, const std::string& hint = {}) const;

    /// Marks the slices of a group.
    void removeGroup(const NodeGroup& nodeGroup, int group);
    int left(const NodeGroup& nodeGroup) const;  ///< how many of its groups stay
};

}  // namespace lorashear
