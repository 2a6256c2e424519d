#pragma once

#include "core/prune/methods/group_parts.h"
#include "core/prune/methods/group_pools.h"
#include "core/prune/weight_edits.h"

#include <map>
#include <vector>

namespace lorashear {

/// Factors on groups, where they can be differentiated: on the columns of the linears that read the groups (o_proj, down_proj). Factor 0 is what
/// cutting the group does, whatever the family.
class GroupGates {
public:
    /// Error(Unsupported) for a pool with groups that no linear reads.
    GroupGates(CausalLM& model, const Structure& structure, const std::vector<GroupPool>& pools);

    /// Puts the factors on until close(); forward passes note their gradients.
    void open(const PoolValues& factors);
    /// dloss/dfactor of all backward passes since open(); 0 where there was none.
    PoolValues gradients() const;
    void close();

    /// Writes the factors into the weights and adapters of the consumers, for good.
    void fold(const PoolValues& factors, WeightEdits& edits) const;

private:
    /// Where the values of a node group stand.
    struct Place {
        std::size_t pool = 0, begin = 0;
    };
    struct Consumer {
        Linear* linear = nullptr;
        std::vector<GroupPart> parts;
    };
    at::Tensor columnsOf(const Consumer& consumer,
                         const PoolValues& factors) const;  ///< [in] fp32, 1 where nothing is gated

    std::map<int, Place> m_places;  ///< by node group
    std::vector<std::size_t> m_sizes;
    std::vector<Consumer> m_consumers;
};

}  // namespace lorashear
