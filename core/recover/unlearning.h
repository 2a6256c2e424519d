#pragma once

#include "core/base/control.h"
#include "core/model/forward_context.h"
#include "core/text/text_source.h"
#include "core/trace/structure.h"

#include <vector>

namespace lorashear {

class CausalLM;

/// What is to be forgotten, against what is to stay.
struct ForgettingTask {
    CausalLM& model;
    const Structure& structure;  ///< of the model
    const std::vector<Sequence>&forget, &retain;
    bool secondOrder = false;  ///< importance by the Fisher diagonal instead of |weight * gradient| (LLM-Pruner)
    int batch = 8;
    Compute compute = Compute::Fp32;
    const Control& control;
};

/// The `share` of all groups that fade (KV groups, neurons) with the largest importance for what is to be forgotten over that for what is to stay
/// (PruneLoRA, arXiv 2411.11907, with LLM-Pruner's importance in place of norms). Every node group keeps as many as it must. A thousandth of the mean
/// importance of its node group is added below the fraction, so that groups that neither text needs come last, not first.
/// Error(Numeric) if a loss is not finite.
std::vector<GroupRef> groupsToForget(const ForgettingTask& task, double share);

/// Masks (Linear::mask) written into weights and biases, which become fp32; masks stay as they are.
void foldMasks(const CausalLM& model);

}  // namespace lorashear
