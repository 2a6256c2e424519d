#pragma once

#include "core/knowledge/knowledge_distribution.h"
#include "core/trace/structure.h"

#include <ATen/core/Tensor.h>

#include <map>
#include <utility>
#include <vector>

namespace lorashear {

class CausalLM;
class Linear;

using RowMasks = std::map<Linear*, at::Tensor>;  ///< fp32 [rows], 0 where masked

/// One node group and what its probes mask.
struct ProbeTarget {
    const NodeGroup* group = nullptr;
    std::size_t block = 0;
    std::vector<RowMasks> masks;  ///< per ratio
};

/// Node groups a probe can measure, in network order: prunable by type, inside one block, made of linears, more than one group.
std::vector<ProbeTarget> probeTargets(const CausalLM& model, const Structure& structure);

/// Masks the least salient share of each, at least one group and never all. Error(Internal) for a node group without scores.
void prepareMasks(const CausalLM& model, std::vector<ProbeTarget>& targets, const GroupSaliency& saliency,
                  const std::vector<double>& ratios);

/// Multiplies masks into linears; puts back the very tensors that were there.
class MaskGuard {
public:
    explicit MaskGuard(const RowMasks& masks);
    ~MaskGuard();
    MaskGuard(const MaskGuard&) = delete;
    MaskGuard& operator=(const MaskGuard&) = delete;

private:
    std::vector<std::pair<Linear*, at::Tensor>> m_before;
};

}  // namespace lorashear
