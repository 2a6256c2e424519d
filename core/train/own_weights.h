#pragma once

#include "core/model/causal_lm.h"

#include <string>
#include <utility>
#include <vector>

namespace lorashear {

/// Tensors of the model itself that are trained, beside adapters or instead of them.
struct OwnWeights {
    bool norms = false;      ///< gains and biases of all norms
    bool embedding = false;  ///< the word embedding, and the head where it has a matrix or a bias of its own
    bool all = false;        ///< every tensor of the model
    bool any() const { return norms || embedding || all; }
};

/// Leaves that an optimizer moves, with names that checkpoints know them by.
using Trainables = std::vector<std::pair<std::string, at::Tensor>>;

/// Those tensors as the model holds them, by checkpoint name; a linear's weight always as [out, in].
Trainables ownWeights(const CausalLM& model, const OwnWeights& which);

/// Gives the model memory of its own for them, in fp32, and lets gradients in; those that have them already stay as they are. Other models made of
/// the same tensors keep the old values.
void openOwnWeights(CausalLM& model, const OwnWeights& which);

/// Gradients come no longer; the values stay.
void closeOwnWeights(CausalLM& model, const OwnWeights& which);

/// A and B of every adapter, by linear's name and ".lora_A", ".lora_B"; not scaled, memory shared.
NamedTensors adapterTensors(const CausalLM& model);

/// All that training moves in a model: the adapters, then its own tensors that gradients reach.
Trainables trainablesOf(const CausalLM& model);

}  // namespace lorashear
