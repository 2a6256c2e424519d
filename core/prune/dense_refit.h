#pragma once

#include "core/base/control.h"
#include "core/prune/weight_edits.h"
#include "core/text/text_source.h"
#include "core/trace/structure.h"

#include <memory>
#include <vector>

namespace lorashear {

/// The model as it was before anything was trained: the same frozen tensors, adapters that add nothing, no scales, no masks. To be made before
/// weights are edited.
std::unique_ptr<CausalLM> frozenCopy(const CausalLM& model);

/// What a refit works with. References outlive the call.
struct DenseRefit {
    CausalLM& model;  ///< groups are gone in it
    const CausalLM& dense;
    const Structure& structure;
    const std::vector<Sequence>& calibration;
    double damping = 0.01;  ///< ridge, as a share of the inputs' mean square; pulls towards the weights as they are
    int batch = 8;
    Compute compute = Compute::Fp32;
    const Control& control;
};

/// Fits every consumer that lost columns to `removed` to what it gives out in the dense model: with y the dense model's output, x the input that is left
/// in this one and W the effective weight, W + D for the D that makes E||y - (W + D) x||^2 least. Block by block in network order, so that each sees what
/// those before it give out now; forward passes alone, as many per block as consumers are fitted in it, and one of each model to go on.
/// Experts stay as they are: both models need not send them the same tokens. Holds two states and the dense outputs of a block,
/// fp32 [tokens, hidden] each. Error(BadInput) without sequences, Error(Cancelled) between two batches: some consumers are fitted by then.
void refitToDense(const DenseRefit& task, const std::vector<GroupRef>& removed, WeightEdits& edits);

}  // namespace lorashear
