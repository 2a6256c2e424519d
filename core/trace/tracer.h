#pragma once

#include "core/trace/structure.h"

namespace lorashear {

class CausalLM;
struct ModelConfig;

/// Runs one forward pass of T tokens with plain operators and records it. Works on the meta device: shapes suffice.
TraceGraph traceForward(const CausalLM& model, int tokens = 8);

/// Trace graph, node groups, groups, flags. With adapters attached, a node group none of whose tensors carries one is not prunable
/// ("no LoRA adapter …"); without any adapter in the model that rule is off.
Structure traceStructure(const CausalLM& model);

/// The structure of a config alone: no weights in memory.
Structure traceStructure(const ModelConfig& config);

}  // namespace lorashear
