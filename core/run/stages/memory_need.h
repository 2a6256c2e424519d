#pragma once

#include "core/base/stage.h"
#include "core/run/recipe.h"
#include "core/trace/structure.h"

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace lorashear {

class CausalLM;
struct OpenedFolder;

/// One thing that memory goes to.
struct MemoryTerm {
    std::string name;  ///< "weights", "adapters", "optimizer", "activations", "teacher", …
    std::int64_t bytes = 0;
};

/// What a run holds at most, and in which stage. An estimate: sizes of what the stages keep, from shapes alone.
struct MemoryNeed {
    Stage stage = Stage::Prune;
    std::vector<MemoryTerm> terms;
    std::int64_t mapped = 0;  ///< of them weights in mapped files, which the system can drop and read again
    std::int64_t bytes() const;
    std::string inWords() const;  ///< "0.41 GB while pruning (program 0.25 GB, activations 0.13 GB, …)", largest first
    nlohmann::json toJson() const;
};

/// Of the stage that holds most. adapted: the model's shapes (metaModel) with the recipe's adapters; structure: its trace.
///
/// - program: what is resident now and what of LibTorch comes in with the first training step (measured)
/// - weights: as the files store them, mapped, and the compact model's fp32 copies; in mixed arithmetic their bf16 copies
/// - adapters: values and gradients; optimizer: AdamW's two moments
/// - activations: what a backward pass reads again, batch times window tokens of it, one stretch of logits, and the gradients on their way
/// - teacher: a pass of the dense model and its logits, where the loss distils
/// - method: moments and inverses of group_choice's curvature, fp64, of all consumers at once (core/prune/curvature.cpp)
/// - texts: their tokens, and while the longest is cut into them what that takes
MemoryNeed memoryNeed(const Recipe& recipe, const OpenedFolder& opened, const CausalLM& adapted, const Structure& structure);

/// Error(Impossible) at the batch of the stage that holds most if more is needed than `available` bytes (availableMemory(); negative: not
/// known), with the largest batch that fits. What is resident already counts as there. Mapped weights do not count: without room for
/// them a run is slow, not dead. On other devices than the processor's nothing is refused.
void requireMemory(const Recipe& recipe, const OpenedFolder& opened, const CausalLM& adapted, const Structure& structure,
                   std::int64_t available);

}  // namespace lorashear
