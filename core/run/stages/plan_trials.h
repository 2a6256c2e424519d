#pragma once

#include "core/edits/apply.h"
#include "core/eval/text_span.h"
#include "core/export/edited_tokenizer.h"
#include "core/plan/measured_shares.h"
#include "core/run/stages/opened_model.h"
#include "core/text/text_source.h"
#include "core/trace/structure.h"

#include <memory>
#include <vector>

namespace lorashear {

/// What edits leave of a model, made in memory, with the tokenizer that fits it.
struct EditedModel {
    std::unique_ptr<CausalLM> model;
    std::unique_ptr<EditedTokenizer> files;
    std::unique_ptr<Tokenizer> trimmed;  ///< null: the original's
};
/// moments: of linears that edits factor (applyEdits).
EditedModel editedModel(const OpenedModel& opened, const Structure& structure, const Edits& edits,
                        const InputMoments& moments = {});

/// Everything that a plan takes away: what is cut at once, and the lowest-scored groups of what fades.
Edits wholeEdits(const PruningPlan& plan, const Structure& structure, const GroupSaliency& saliency);

/// What the shares of a plan are measured with. References outlive the call.
struct PlanTrials {
    const OpenedModel& opened;
    const Structure& structure;
    const GroupSaliency& saliency;  ///< of the units that fade
    TextSpan span;
    TextProtocol protocol;
    int batch = 8;
    const Control& control;
};

/// measureShares() with every candidate cut in memory, as it comes, without repair or training: nats per token of the original's tokenizer. The request's
/// scores must be there if a unit is cut at once. Reports progress as Stage::Plan.
MeasuredShares measuredShares(const PlanRequest& request, const PlanTrials& trials);

/// The beginning of these sequences as text.
TextSpan spanOf(const Tokenizer& tokenizer, const std::vector<Sequence>& sequences, std::size_t most);

}  // namespace lorashear
