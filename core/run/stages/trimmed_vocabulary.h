#pragma once

#include "core/export/edited_tokenizer.h"
#include "core/run/stages/opened_model.h"
#include "core/text/text_source.h"
#include "core/trace/structure.h"

#include <memory>
#include <optional>
#include <vector>

namespace lorashear {

struct PlanOptions;

bool takesTokens(const PlanOptions& options);  ///< the vocabulary takes part in the plan

/// What a plan that takes tokens away must know of the model's tokenizer.
struct TokenLimits {
    std::vector<bool> required;  ///< CoarseTask::requiredTokens
    std::vector<double> ranks;   ///< ScoringText::tokenRanks; empty without texts
};

/// Nothing where the vocabulary takes no part. texts: sequences whose tokens are counted; null: only what must stay is asked for.
/// Error(Unsupported) for a tokenizer whose tokens cannot be taken away.
std::optional<TokenLimits> tokenLimits(const OpenedFolder& opened, const PlanOptions& options,
                                       const std::vector<const std::vector<Sequence>*>& texts = {});

/// What a run goes on with once its plan has trimmed the vocabulary: the smaller tokenizer, and the original with the rows that stay, whose logits of
/// them are the original's. It is teacher and reference, since losses per token compare only where texts are cut alike.
struct TrimmedVocabulary {
    std::unique_ptr<EditedTokenizer> files;
    std::unique_ptr<Tokenizer> tokenizer;
    std::unique_ptr<CausalLM> original;

    /// edits: of a plan for this model. Null: they leave the vocabulary whole.
    static std::unique_ptr<TrimmedVocabulary> of(const OpenedModel& dense, const Structure& structure, const Edits& edits);
};

}  // namespace lorashear
