#pragma once

#include "core/train/trainer.h"

#include <vector>

namespace lorashear {

/// What a method that never goes backward can minimise.
enum class ForwardLoss {
    Nll,          ///< mean token nll in nats
    Kl,           ///< mean KL divergence from what the model said before, in nats
    WrongTokens,  ///< share of counted tokens that are not the most probable
    WrongAnswers,  ///< share of sequences with a counted token that is not: of instruction data, answers not given word for word
};

/// What a batch gives under the masks that are on.
struct ForwardLosses {
    double nll = 0;   ///< mean token nll, whatever is minimised
    double loss = 0;  ///< of the kind asked for
};

/// Normalised hidden states of every part, without gradients: what Kl compares with. Empty for other kinds.
std::vector<at::Tensor> referenceStates(const CausalLM& model, const std::vector<PaddedBatch>& parts, ForwardLoss kind,
                                        Compute compute);

/// Without gradients, forward passes only.
ForwardLosses forwardLosses(const CausalLM& model, const std::vector<PaddedBatch>& parts, ForwardLoss kind,
                            const std::vector<at::Tensor>& reference, Compute compute);

}  // namespace lorashear
