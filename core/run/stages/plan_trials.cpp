#include "core/run/stages/plan_trials.h"

#include "core/base/stage.h"

#include <ATen/core/grad_mode.h>

#include <algorithm>

namespace lorashear {

namespace {

/// Enough for blocks of a model of thirty to come one by one, few enough for a minute on a model of 135 million parameters.
constexpr int kShareSteps = 8;

}  // namespace

EditedModel editedModel(const OpenedModel& opened, const Structure& structure, const Edits& edits,
                        const InputMoments& moments) {
    const Blueprint blueprint = blueprintOf(opened.config, structure, edits);
    EditedModel made;
    made.model = applyEdits(*opened.model, blueprint, moments);
    if (blueprint.tokens.empty()) return made;
    made.files = std::make_unique<EditedTokenizer>(opened.checkpoint.folder(), opened.config.vocabulary, blueprint);
    made.trimmed = Tokenizer::open(made.files->path());
    return made;
}

Edits wholeEdits(const PruningPlan& plan, const Structure& structure, const GroupSaliency& saliency) {
    Edits edits = plan.edits;
    if (plan.removed() == 0) return edits;
    const Edits fading = editsOf(structure, selectGroups(plan, structure, saliency, {}, 1.0));
    edits.insert(edits.end(), fading.begin(), fading.end());
    return edits;
}

MeasuredShares measuredShares(const PlanRequest& request, const PlanTrials& trials) {
    const at::NoGradGuard noGradients;
    const int units = openUnits(request.options);
    ProgressMeter meter(trials.control, stageName(Stage::Plan), kShareSteps + 2 * units);
    int done = 0;
    const auto loss = [&](const PlanOptions& options) -> std::optional<double> {
        trials.control.poll();
        PlanRequest asked{request.structure, options,        request.knowledge,
                          request.config,    request.scores, request.requiredTokens};
        const Edits edits = options.enabled ? wholeEdits(makePlan(asked), trials.structure, trials.saliency) : Edits{};
        const EditedModel made = editedModel(trials.opened, trials.structure, edits);
        Control quiet = trials.control;
        quiet.onProgress = nullptr;
        const auto& tokenizer = made.trimmed ? *made.trimmed : *trials.opened.tokenizer;
        const SpanScore score = scoreSpan(*made.model, tokenizer, trials.span, trials.protocol, quiet, trials.batch);
        meter.update(std::min(++done, kShareSteps + 2 * units), "what each unit costs");
        return score.nll / static_cast<double>(std::max<std::int64_t>(1, score.originalTokens));
    };
    return measureShares(request, kShareSteps, loss);
}

TextSpan spanOf(const Tokenizer& tokenizer, const std::vector<Sequence>& sequences, std::size_t most) {
    TextSpan span;
    for (std::size_t i = 0; i < std::min(most, sequences.size()); ++i) {
        auto ids = sequences[i].ids;
        if (!ids.empty() && ids.front() == tokenizer.bosId()) ids.erase(ids.begin());
        span.text += tokenizer.decode(ids);
    }
    span.originalTokens = static_cast<std::int64_t>(tokenizer.encode(span.text).size());
    return span;
}

}  // namespace lorashear
