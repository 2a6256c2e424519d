#include "core/compact/removed_indices.h"
#include "core/edits/apply.h"
#include "core/model/causal_lm.h"

namespace lorashear {

std::unique_ptr<CausalLM> sliceModel(const CausalLM& model, const Structure& structure,
                                     const std::vector<GroupRef>& removed) {
    removedPerNodeGroup(structure, removed);
    return applyEdits(model, structure, editsOf(structure, removed));
}

}  // namespace lorashear
