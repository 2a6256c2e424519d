#pragma once

#include "core/edits/pruning_record.h"

namespace lorashear {

class CausalLM;

/// What a model computes on a fixed sequence of tokens, small enough to travel in pruning.json: per position the most likely token, its logit
/// and the logarithm of the sum of all exponentials. `lorashear verify` repeats it on any machine without the original.
Fingerprint fingerprintOf(const CausalLM& model);

/// How far a model is from a fingerprint.
struct FingerprintComparison {
    double maxDifference = 0;  ///< over logits and log-sums, in the logits' units
    double maxLogit = 0;       ///< the scale of the tolerance
    int positions = 0, sameToken = 0;
    bool within(double relative = 1e-4) const { return positions > 0 && maxDifference <= relative * maxLogit; }
};

/// Error(BadInput) if it is not of this vocabulary.
FingerprintComparison compareFingerprint(const CausalLM& model, const Fingerprint& fingerprint);

}  // namespace lorashear
