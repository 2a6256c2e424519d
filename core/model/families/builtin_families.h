#pragma once

#include "core/model/family.h"

namespace lorashear {

/// Llama 1 to 3.x and everything of that shape (TinyLlama, SmolLM2): RMSNorm, half-split RoPE, grouped-query attention, SwiGLU,
/// optional biases.
Family llamaFamily();

/// Llama with a window over all blocks.
Family mistralFamily();

/// Qwen 2 and 2.5: biases on queries, keys and values; the later blocks may have a window.
Family qwen2Family();

/// Norms over the heads of queries and keys; the size of a head is apart from hidden / heads.
Family qwen3Family();

/// Norms by 1 + weight before and behind each branch, GeGLU, scaled embeddings, soft caps, a window in every other block.
Family gemma2Family();

/// The text model of Gemma 3: Gemma 2 without caps, with norms over heads and rotary positions of its own where blocks have a window.
Family gemma3Family();

/// Queries, keys and values in one linear, gate and up in another; rotary positions may turn a part of each head only.
Family phi3Family();

/// Pythia and GPT-NeoX: layer norms, queries, keys and values of a head side by side in one linear, attention and MLP both from
/// the block's input, rotary positions over a part of each head.
Family gptNeoxFamily();

/// GPT-2: weights stored [in, out], learned positions.
Family gpt2Family();

/// Mistral with a routed MLP in every block.
Family mixtralFamily();

/// Qwen 3 with routed MLPs, in all blocks or in some.
Family qwen3MoeFamily();

/// A routed MLP in every block, norms over all queries and all keys of a block, which may be cut off at a size.
Family olmoeFamily();

/// Llama without rotary positions in every fourth block.
Family smollm3Family();

/// Llama 3 of IBM: embeddings, scores, branches and logits are multiplied by numbers of its own.
Family graniteFamily();

/// Norms behind each branch and none before it, and over all queries and all keys of a block.
Family olmo2Family();

/// OLMo 2 with a window in three of four blocks, which scale positions of their own.
Family olmo3Family();

/// Mistral whose blocks say by their type whether they have a window.
Family ministralFamily();

/// GLM-4 of 2024: gate and up in one linear, neighbouring features of the first half of each head turned together.
Family glmFamily();

/// GLM-4 of 2025: the same with norms before and behind each branch.
Family glm4Family();

/// Phi 1, 1.5 and 2: one layer norm for both branches, a bias on the head.
Family phiFamily();

/// Llama with layer norms, positions over a quarter of each head; branches may be parallel.
Family stablelmFamily();

/// Layer norms, biases, MLPs without a gate, shared keys and values.
Family starcoder2Family();

/// Layer norms by 1 + weight, squared ReLU.
Family nemotronFamily();

/// Parallel branches behind one norm without bias, a window and rotary positions in three of four blocks, scaled logits.
Family cohere2Family();

/// Parallel branches behind one norm or two; queries, keys and values of a group side by side in one linear.
Family falconFamily();

/// OPT: learned positions behind two spare rows, norms before or behind each branch, word embeddings that may be narrower.
Family optFamily();

}  // namespace lorashear
