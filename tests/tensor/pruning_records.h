#pragma once

#include "core/trace/structure.h"

#include <nlohmann/json.hpp>

#include <set>
#include <vector>

/// What a run writes into pruning.json about the groups it kept.
namespace lorashear::testing {

inline nlohmann::json recordOf(const Structure& structure, const std::vector<GroupRef>& removed) {
    const std::set<GroupRef> gone(removed.begin(), removed.end());
    const auto slices = [](const std::vector<GroupSlice>& list) {
        auto all = nlohmann::json::array();
        for (const auto& s : list)
            all.push_back(
                {{"tensor", s.tensor}, {"dim", s.dim}, {"offset", s.offset}, {"stride", s.stride}, {"length", s.length}});
        return all;
    };
    auto groups = nlohmann::json::array();
    for (const auto& group : structure.nodeGroups) {
        std::vector<int> kept;
        for (int j = 0; j < group.count; ++j)
            if (!gone.count({group.id, j})) kept.push_back(j);
        if (static_cast<int>(kept.size()) != group.count)
            groups.push_back({{"name", group.name},
                              {"kind", unitName(group.unit)},
                              {"groups", group.count},
                              {"kept", kept},
                              {"rows", slices(group.primary)},
                              {"columns", slices(group.secondary)}});
    }
    return {{"node_groups", groups}};
}

}  // namespace lorashear::testing
