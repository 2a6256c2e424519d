#pragma once

#include "core/model/causal_lm.h"
#include "core/trace/structure.h"

#include <vector>

namespace lorashear {

/// One slice of a node group in the weight of a linear, in the linear's own orientation [out, in].
struct GroupPart {
    Linear* linear = nullptr;
    bool columns = false;  ///< inputs of a consumer; otherwise rows, outputs
    int nodeGroup = 0;
    std::int64_t offset = 0, stride = 1, length = 1, count = 0;

    /// Sums of values over each group's share; values [out] for rows, [in] for columns: [count], of the values' type.
    at::Tensor sums(const at::Tensor& values) const;
    /// The other way: every group's value on its share of `into`, [out] or [in].
    void spread(const at::Tensor& perGroup, const at::Tensor& into) const;
};

/// All slices of a node group that lie in weights of linears. Biases, norm gains and embeddings are none.
std::vector<GroupPart> partsOf(const CausalLM& model, const NodeGroup& nodeGroup);

}  // namespace lorashear
