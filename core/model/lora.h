#pragma once

#include "core/model/lora_options.h"

#include <cstdint>

namespace lorashear {

class CausalLM;

/// Attaches fresh adapters: A Kaiming-uniform with a = sqrt(5), i.e. U(-1/sqrt(in), 1/sqrt(in)), B zero; replaces old ones. A pure function of seed and
/// the linears' names. Error(BadRecipe) if a target matches no linear or a number is out of range.
void attachLora(CausalLM& model, const LoraOptions& options, std::uint64_t seed);
void detachLora(CausalLM& model);  ///< drops A and B without merging

}  // namespace lorashear
