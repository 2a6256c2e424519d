#pragma once

#include "core/model/forward_context.h"
#include "core/text/text_source.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

namespace lorashear {

class CausalLM;

/// Sequences of equal length, side by side.
struct EvaluationBatch {
    at::Tensor ids;                     ///< [B, T] int64: what goes in (every token but the last)
    at::Tensor targets;                 ///< [B, T] int64: the tokens that follow, -100 where the loss mask is off
    std::size_t first = 0;              ///< index of its first sequence
    std::vector<std::int64_t> counted;  ///< predictions that count, per sequence
};

/// In the order given; a batch ends early where the length changes. Error(BadInput) if a sequence has fewer than two tokens
/// or if nothing counts at all.
std::vector<EvaluationBatch> batchesOf(const std::vector<Sequence>& sequences, int batch, at::Device device);

/// Nll in nats of each prediction from the state that left the last block, x [B, T, hidden]: [B, T] fp32, 0 where masked.
at::Tensor nllFrom(const CausalLM& model, const at::Tensor& x, const EvaluationBatch& batch, Compute compute);

/// nllFrom summed in fp64 over each sequence. Error(Numeric) naming `subject` if a sum is not finite.
std::vector<double> nllPerSequence(const CausalLM& model, const at::Tensor& x, const EvaluationBatch& batch, Compute compute,
                                   const std::string& subject);

}  // namespace lorashear
