#pragma once

#include "core/base/control.h"
#include "core/prune/reconstruction_options.h"
#include "core/prune/weight_edits.h"
#include "core/text/text_source.h"
#include "core/trace/structure.h"

#include <string>
#include <vector>

namespace lorashear {

/// What a reconstruction works with. References outlive the call.
struct Reconstruction {
    CausalLM& model;        ///< groups are gone in it: their rows give out zero
    const CausalLM& dense;  ///< as it was before: frozenCopy() (dense_refit.h)
    const Structure& structure;
    const std::vector<Sequence>& calibration;
    ReconstructionOptions options;
    int batch = 8;                    ///< sequences in a step
    Compute compute = Compute::Fp32;  ///< of passes without gradients; those with are in fp32
    const Control& control;
};

/// How well a sub-block gives out what it gave out before: sum ||y - y_dense||^2 / sum ||y_dense||^2 over the calibration text.
struct SubBlockFit {
    std::string consumer;  ///< the linear at its end
    double before = 0, after = 0;
    bool finite = true;  ///< false: its steps led to numbers that are not, and its weights are as they were
};

/// Brings every sub-block (attention, MLP) that lost some of `removed` back to what it gives out in the dense model: the weights of all its linears,
/// what computes the groups and what reads them, take `steps` steps of Adam on that error, block by block in network order. What has gone stays zero,
/// adapters and biases stay as they are, and a sub-block whose error has not fallen in the end, or is not finite, gets its weights back.
/// Experts are left alone: both models need not send them the same tokens. Each fit is the same to the bit for the same task.
/// Holds, fp32 [tokens of the calibration, hidden] each, what a block reads in the dense model (with own inputs: in this one too) and what its consumers give
/// out there; of one sub-block its weights five times; and the plain forward pass of one block on a batch. A step costs about two forward passes of the
/// block and one backward, so that `steps` of all sub-blocks cost about as many training steps with distillation.
/// Error(BadInput) without sequences, Error(Cancelled) between two steps: some sub-blocks are fitted by then.
std::vector<SubBlockFit> reconstruct(const Reconstruction& task, const std::vector<GroupRef>& removed, WeightEdits& edits);

/// In a sentence: how many sub-blocks, their mean error before and after, and how many of them met numbers that are not finite.
std::string inWords(const std::vector<SubBlockFit>& fits);

}  // namespace lorashear
