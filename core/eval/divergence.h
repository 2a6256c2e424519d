#pragma once

#include <cstddef>
#include <vector>

namespace lorashear {

class CausalLM;

/// How far what a model says next is from what a reference says, for each of some tokens of one text.
struct Divergence {
    std::vector<double> kl;        ///< KL(reference || model) of the distributions that the token was predicted by, in nats
    std::vector<bool> sameChoice;  ///< both hold the same token likeliest (the lowest id among equals)
};

/// Of the tokens ids[from], ids[from + 1] …: two forward passes over the whole text, in fp32, with sums in fp64. Of the logits no more than those of
/// some dozen positions are held at a time. Error(BadInput) where the vocabularies' sizes differ, or for a `from` of 0 or behind the end,
/// Error(Numeric) for logits that are not finite.
Divergence divergence(const CausalLM& model, const CausalLM& reference, const std::vector<int>& ids, std::size_t from = 1);

}  // namespace lorashear
