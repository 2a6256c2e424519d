#pragma once

#include "core/train/trainer.h"

namespace lorashear {

/// Local distillation: what every block makes is brought near what the dense model's block makes of its own input, block by block.
///
///   loss_l = sum ||block_l(x_l) - t_{l+1}||^2 / sum ||t_{l+1} - t_l||^2,   t: the dense model's residual stream, over positions that count
///
/// x_l is what the blocks before made (own inputs: a block also makes good for them) or t_l; no gradient passes from block to block, so one
/// block's graph is in memory at a time. Each block's loss is 1 for a block that adds nothing.
enum class BlockInputs { Own, Dense };

/// Leaves the adapters' gradients of the mean of loss_l over blocks, times the portion's share of the batch; returns its share of the mean token nll
/// of what left the last block (with own inputs that of the model). Error(Numeric) if a loss is not finite.
double distilBlocks(const CausalLM& model, const CausalLM& dense, BlockInputs inputs, const PaddedBatch& part,
                    std::int64_t countedInBatch, const ForwardContext& context);

/// Mean of loss_l over blocks of a portion, without gradients or dropout.
double blockDistance(const CausalLM& model, const CausalLM& dense, BlockInputs inputs, const PaddedBatch& part,
                     Compute compute);

}  // namespace lorashear
