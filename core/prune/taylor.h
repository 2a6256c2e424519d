#pragma once

#include "core/base/control.h"
#include "core/model/forward_context.h"
#include "core/prune/group_members.h"
#include "core/text/text_source.h"

#include <vector>

namespace lorashear {

/// What is expected of the loss when a weight w with gradient g goes (LLM-Pruner, arXiv 2305.11627, section 3.2). F: the diagonal of the
/// empirical Fisher matrix, the mean over sequences of the squared gradient of a sequence's mean nll. g: of the mean nll over all tokens.
enum class TaylorOrder {
    First,   ///< sum of |w g| over a row or column
    Second,  ///< sum of w^2 F
    Mixed,   ///< sum of |w g - w^2 F / 2|
    Vector,  ///< |sum of w g|: the gradient of a gate on the row or column, at 1
};

/// Those sums over the rows and columns of every linear that prunable groups own a part of, for effective weights (adapters and row
/// scales included). Exact for any number of sequences, and never more than the gradients of one block are held: the backward pass goes block by
/// block over all sequences, each block computed anew from what entered it. Kept in memory besides: what enters each block, fp32
/// [tokens, hidden] of all sequences and blocks. Leaves the gradients of adapters alone.
/// Error(BadInput) without sequences, Error(Numeric) if the loss is not finite.
SumsByLinear taylorSums(CausalLM& model, const Structure& structure, const std::vector<Sequence>& sequences,
                        TaylorOrder order, int batch, Compute compute, const Control& control);
/// Of these linears, whoever owns them, by block.
using LinearsByBlock = std::vector<std::vector<Linear*>>;
SumsByLinear taylorSums(CausalLM& model, const LinearsByBlock& linears, const std::vector<Sequence>& sequences,
                        TaylorOrder order, int batch, Compute compute, const Control& control);

}  // namespace lorashear
