#pragma once

#include "core/edits/apply.h"
#include "core/export/hf_folder.h"
#include "core/knowledge/knowledge_distribution.h"
#include "core/trace/structure.h"

#include <vector>

namespace lorashear {

class Checkpoint;

/// Sums of squares of every prunable group's weights, tensor by tensor from the file: what ranks groups when no data may be read and no
/// model fits into memory. The root of it is the group's norm.
GroupSaliency streamedMagnitude(const Checkpoint& checkpoint, const Structure& structure, const Control& control);

/// The copy of a checkpoint that edits make of it, one tensor in memory at a time; types as stored unless options.dtype says otherwise. The copy
/// is read back and every tensor compared byte for byte with a second making from the original, thin linears with the hash of what was made
/// (Error(Verification)). Where the vocabulary is trimmed, so are the tokenizer's files, and every token id in the others is renumbered (errors as
/// EditedTokenizer). Returns its config. moments: of linears that are factored (FactorFitter); the record gets what they lose at "factors".
ModelConfig writeEditedCopy(const Checkpoint& checkpoint, const Blueprint& blueprint,
                            const std::filesystem::path& destination, const ExportOptions& options,
                            const PruningRecord& record, const Control& control, const InputMoments& moments = {});

}  // namespace lorashear
