#pragma once

#include "core/knowledge/knowledge_distribution.h"
#include "core/plan/plan.h"

#include <string>
#include <vector>

namespace lorashear {

/// Groups of which a plan removes a fixed number: those of one unit, or, in uniform plans, of one node group.
struct GroupPool {
    std::string name;              ///< Unit::id, or the node group's name
    std::vector<GroupRef> groups;  ///< that may go, in order
    int remove = 0;                ///< so many of them; > 0

    double toKeep() const { return static_cast<double>(groups.size()) - remove; }
};

/// The pools of a plan that lose something. Limits within a pool (minimum, divisor) are selectGroups' business.
std::vector<GroupPool> poolsOf(const PruningPlan& plan, const Structure& structure);

/// One number for every group of every pool: values[pool][i] belongs to pools[pool].groups[i].
using PoolValues = std::vector<std::vector<double>>;
PoolValues poolValues(const std::vector<GroupPool>& pools, double value);

/// For selectGroups; 0 for groups in no pool.
GroupSaliency poolSaliency(const Structure& structure, const std::vector<GroupPool>& pools, const PoolValues& values);

}  // namespace lorashear
