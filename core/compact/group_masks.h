#pragma once

#include "core/edits/edit.h"
#include "core/trace/structure.h"

#include <memory>
#include <string>
#include <vector>

namespace lorashear {

class CausalLM;
class Linear;

/// The rows of a linear that belong to a group.
struct GroupRows {
    Linear* linear = nullptr;
    std::int64_t begin = 0, length = 0;
};

/// Rows (primary dimension) of all linears in the group. Embedding and norm slices (hidden groups) are not linears and not listed.
std::vector<GroupRows> rowsOf(const CausalLM& model, const NodeGroup& nodeGroup, int index);

/// Preview: sets Linear::mask to 0 on the rows of these groups and 1 elsewhere; clears masks not needed. Instant, exact to undo
/// (pass an empty list). Weights and adapters are untouched.
void applyMasks(const CausalLM& model, const Structure& structure, const std::vector<GroupRef>& removed);

/// The same for edits: query heads are masked where they are read (Linear::inputMask), sub-layers and blocks where they add to the
/// residual stream. Error(Unsupported) for what has no mask: hidden channels, kinds with EditKind::noPreview.
void previewEdits(const CausalLM& model, const Structure& structure, const Edits& edits);

/// Why previewEdits has no mask for this edit, in words; "": it has one.
std::string whyNoMask(const CausalLM& model, const Structure& structure, const Edit& edit);

/// Apply: the physically smaller model. Cuts primary rows, then secondary columns (index_select into fresh storage, both passes), adapters, row scales
/// and biases too. Node groups must keep at least one group each (Error(Impossible) otherwise). Works for every node group
/// kind, hidden channels included (norm gains repaired by sqrt(d/d'), eps by d/d', algorithm.md 2.7).
std::unique_ptr<CausalLM> sliceModel(const CausalLM& model, const Structure& structure,
                                     const std::vector<GroupRef>& removed);

/// Writes W <- rowScale * W + scale * B A in fp32 with one rounding to the storage type (or to fp32 if keepFloat), drops adapters and row scales.
std::unique_ptr<CausalLM> mergeAdapters(const CausalLM& model, bool keepFloat = true);

/// Indices along `dim` of a tensor that survive the removal, in order; the record that pruning.json keeps.
std::vector<std::int64_t> keptIndices(const Structure& structure, const std::string& tensor, int dim, std::int64_t size,
                                      const std::vector<GroupRef>& removed);

}  // namespace lorashear
