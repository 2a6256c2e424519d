#pragma once

#include "core/knowledge/knowledge_distribution.h"
#include "core/model/causal_lm.h"
#include "core/prune/aggregation.h"
#include "core/trace/structure.h"

#include <map>
#include <string>
#include <vector>

namespace lorashear {

/// A linear of which the groups of one node group own rows or columns.
struct GroupMember {
    Linear* linear = nullptr;
    GroupSlice slice;
    bool columns = false;  ///< its inputs lie along the slice: it reads what the group makes
};

/// The members of a node group that are weights of linears: those that own rows in the order in which the model computes them (q, k, v;
/// gate, up), then those that own columns (o; down). Biases, gains of norms and tables are none.
std::vector<GroupMember> weightMembers(const CausalLM& model, const NodeGroup& nodeGroup);

/// The linears that read what prunable groups make (o_proj, down_proj …), each once, in network order.
std::vector<Linear*> consumersOf(const CausalLM& model, const Structure& structure);

/// Something non-negative that is known of every weight of a linear, added up: over each row, over each column. fp64 on the CPU.
struct LinearSums {
    at::Tensor rows;     ///< [out]
    at::Tensor columns;  ///< [in]
};
using SumsByLinear = std::map<std::string, LinearSums>;  ///< by Linear::name

/// values: [out, in] fp32.
LinearSums sumsOf(const at::Tensor& values);

/// One score a group: sums over its rows or columns in each member, brought together. Empty for node groups that are not prunable.
/// Error(Internal) if a member has no sums, Error(Unsupported) for prunable groups without a linear.
GroupSaliency aggregated(const CausalLM& model, const Structure& structure, const SumsByLinear& sums, Aggregation how,
                         const std::string& name);

/// values[begin, begin + length) of every group added up. values: fp64 on the CPU, along the slice's dimension.
std::vector<double> sumsPerGroup(const GroupSlice& slice, int count, const at::Tensor& values);

/// Sums of |w|^power of the effective weights (adapters and row scales included). power: 1 or 2.
SumsByLinear weightSums(const CausalLM& model, const Structure& structure, int power);

}  // namespace lorashear
