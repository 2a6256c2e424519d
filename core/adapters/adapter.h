#pragma once

#include "core/edits/pruning_record.h"
#include "core/model/causal_lm.h"

#include <map>
#include <string>
#include <vector>

namespace lorashear {

/// LoRA of one linear.
struct AdapterPart {
    at::Tensor a, b;  ///< [rank, in] and [out, rank], fp32
    double scale = 1;
};

/// LoRA of a model: by the linear's name (module path in the base model).
using Adapter = std::map<std::string, AdapterPart>;

Adapter adapterOf(const CausalLM& model);  ///< what is attached; empty without

/// Attaches it, replacing what is there. Error(BadInput) naming the tensor and both shapes if it does not fit.
void attachAdapter(CausalLM& model, const Adapter& adapter);

/// The exact sum of adapters of the same base: ranks add up, scales go into B.
Adapter stacked(const std::vector<Adapter>& adapters);

/// For the pruned model whose pruning.json this is: columns of A and rows of B that were kept, under the names that the linears have there (blocks and
/// experts move up); what went as a whole is left out. Error(BadInput) if the record is of another model or nothing is left, Error(Unsupported) for
/// linears that were factored.
Adapter slicedAdapter(const Adapter& adapter, const PruningRecord& record, const CausalLM& original);

/// For the original of the pruned model: zeros in the removed columns of A and rows of B (LoRAM, core/algorithm.md 7). Errors likewise.
Adapter expandedAdapter(const Adapter& adapter, const PruningRecord& record, const CausalLM& original);

}  // namespace lorashear
