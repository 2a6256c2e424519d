#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace lorashear {

class CausalLM;

/// LoRA on any set of linears (algorithm.md 4.7 for the defaults).
struct LoraOptions {
    int rank = 8;
    double alpha = 16;
    double dropout = 0.05;
    bool rankStabilised = false;  ///< scale alpha / sqrt(rank) instead of alpha / rank
    std::vector<std::string>
        targets;  ///< last path components ("q_proj"); of a factored linear both parts; empty: every linear of the blocks
};

/// Attaches fresh adapters: A Kaiming-uniform with a = sqrt(5), i.e. U(-1/sqrt(in), 1/sqrt(in)), B zero; replaces old ones. A pure function of seed and
/// the linears' names. Error(BadRecipe) if a target matches no linear or a number is out of range.
void attachLora(CausalLM& model, const LoraOptions& options, std::uint64_t seed);
void detachLora(CausalLM& model);  ///< drops A and B without merging

}  // namespace lorashear
