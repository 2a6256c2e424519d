#include "core/run/stages/trimmed_vocabulary.h"

#include "core/edits/apply.h"
#include "core/plan/plan_options.h"
#include "core/text/token_choice.h"
#include "core/text/token_closure.h"

#include <algorithm>

namespace lorashear {

namespace {

void countInto(TokenCounts& counts, const std::vector<Sequence>& sequences) {
    for (const Sequence& sequence : sequences)
        for (const int id : sequence.ids) {
            ++counts.perToken.at(static_cast<std::size_t>(id));
            ++counts.total;
        }
}

}  // namespace

bool takesTokens(const PlanOptions& options) {
    return std::any_of(unitTable().begin(), unitTable().end(), [&](const Unit& unit) {
        return unit.sort == Unit::Sort::Tokens && takesAtOnce(unit, options.units);
    });
}

std::optional<TokenLimits> tokenLimits(const OpenedFolder& opened, const PlanOptions& options,
                                       const std::vector<const std::vector<Sequence>*>& texts) {
    if (!takesTokens(options)) return std::nullopt;
    const TokenClosure closure(opened.checkpoint.folder(), opened.config.vocabulary);
    TokenLimits limits;
    limits.required.assign(static_cast<std::size_t>(closure.rows()), false);
    for (const int id : closure.required()) limits.required[static_cast<std::size_t>(id)] = true;
    if (texts.empty()) return limits;
    TokenCounts counts;
    counts.perToken.resize(static_cast<std::size_t>(closure.rows()));
    for (const auto* sequences : texts) countInto(counts, *sequences);
    limits.ranks = rankTokens(closure, counts);
    return limits;
}

std::unique_ptr<TrimmedVocabulary> TrimmedVocabulary::of(const OpenedModel& dense, const Structure& structure,
                                                         const Edits& edits) {
    const auto trim = std::find_if(edits.begin(), edits.end(),
                                   [](const Edit& edit) { return std::holds_alternative<TrimVocabulary>(edit); });
    if (trim == edits.end()) return nullptr;
    const Blueprint blueprint = blueprintOf(dense.config, structure, {*trim});
    auto trimmed = std::make_unique<TrimmedVocabulary>();
    trimmed->files = std::make_unique<EditedTokenizer>(dense.checkpoint.folder(), dense.config.vocabulary, blueprint);
    trimmed->tokenizer = Tokenizer::open(trimmed->files->path());
    trimmed->original = applyEdits(*dense.model, blueprint);
    return trimmed;
}

}  // namespace lorashear
