#pragma once

#include "core/base/control.h"
#include "core/edits/edit.h"
#include "core/trace/structure.h"

#include <cstddef>
#include <functional>
#include <vector>

namespace lorashear {

class CausalLM;

/// What a model says next behind a text, held against the original there.
struct TokenVoice {
    double kl = 0;              ///< KL(original || model) of the next token's distribution, in nats
    double logProbability = 0;  ///< of the token that the original holds likeliest, in nats
    int likeliest = -1;         ///< the token that it holds likeliest itself (the lowest id among equals)
};

/// A part of what was removed that is back while all the rest stays masked.
struct PutBack {
    Edit part;
    int round =
        0;  ///< 0: all that is gone of a node group, a sub-layer or a block; then parts of the strongest of the round before
    TokenVoice voice;
};

/// Why the next token is another one. `removed` minus a part's kl is what that part explains; parts need not add up, since they work together.
struct TokenCauses {
    TokenVoice original, removed;  ///< nothing masked; everything masked
    std::vector<PutBack> parts;    ///< in the order of measuring, round after round
};

inline constexpr std::size_t kMostPartsAtOnce = 64;

/// Masks everything that the edits remove in `model` (masks alone change, and are cleared again) and puts one edit back at a time; then, as long as the
/// part of a round that leaves the least kl can be divided, its single groups. Where those are more than `most`, so many runs of neighbours, of which the
/// strongest is divided again. A part costs the blocks from its own on. heard: after `removed` and after every part. fp32, logarithms in fp64.
/// Error(Unsupported) for an edit that has no mask (whyNoMask), Error(BadInput) for an empty text or ids that the model does not have,
/// Error(Impossible) without edits, Error(Numeric) for logits that are not finite.
TokenCauses explainToken(const CausalLM& model, const Structure& structure, const Edits& edits, const std::vector<int>& ids,
                         const Control& control = {}, const std::function<void(const TokenCauses&)>& heard = {},
                         std::size_t most = kMostPartsAtOnce);

}  // namespace lorashear
