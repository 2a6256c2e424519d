#include "core/compact/removed_indices.h"
#include "core/edits/apply.h"
#include "core/model/causal_lm.h"

#include <ATen/ATen.h>

namespace lorashear {

std::unique_ptr<CausalLM> sliceModel(const CausalLM& model, const Structure& structure,
                                     const std::vector<GroupRef>& removed) {
    removedPerNodeGroup(structure, removed);
    if (!structure.tensors.empty()) return applyEdits(model, structure, editsOf(structure, removed));
    Structure known = structure;  // of an older program's files: without the tensors' shapes
    for (const auto& [name, tensor] : model.tensors()) known.tensors[name] = tensor.sizes().vec();
    return applyEdits(model, known, editsOf(known, removed));
}

}  // namespace lorashear
