#include "tests/bench/unit_trials.h"

#include "core/base/error.h"
#include "core/knowledge/input_moments.h"
#include "core/knowledge/saliency.h"
#include "core/plan/unit_scores.h"
#include "core/prune/method_table.h"
#include "core/prune/pruning_method.h"
#include "core/run/stages/measure.h"
#include "core/run/stages/plan_trials.h"
#include "core/run/stages/trimmed_vocabulary.h"
#include "core/text/shared_paragraphs.h"
#include "core/trace/tracer.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <cmath>
#include <functional>

namespace lorashear::bench {

namespace {

/// Scores that have seen the reported text would flatter.
void requireApart(const std::string& calibration, const std::string& reported, const TrialSetting& setting) {
    const int shared = sharedParagraphs(calibration, reported);
    if (shared > kParagraphsByChance)
        throw Error(ErrorCode::BadInput, setting.calibration,
                    "holds " + std::to_string(shared) + " paragraphs of " + setting.text + ", which the figures are about",
                    "Choose another text with --calibration.");
}

/// Refusals are outcomes, one that asked for too much with the most there is.
TrialOutcome orRefused(const std::function<TrialOutcome()>& work, const std::function<double()>& largest) {
    try {
        return work();
    } catch (const Error& error) {
        const ErrorCode code = error.code();
        if (code != ErrorCode::Impossible && code != ErrorCode::Unsupported && code != ErrorCode::Numeric) throw;
        TrialOutcome outcome;
        outcome.refused = error.message();
        if (code == ErrorCode::Impossible) outcome.largestRatio = largest();
        return outcome;
    }
}

PlanOptions optionsFor(const std::vector<std::string>& units, double ratio) {
    PlanOptions options;
    options.ratio = ratio;
    for (auto& [id, settings] : options.units) settings.take = std::find(units.begin(), units.end(), id) != units.end();
    return options;
}

}  // namespace

UnitTrials::UnitTrials(TrialSetting setting)
    : m_setting(std::move(setting)), m_opened(openModel(m_setting.model)), m_structure(traceStructure(*m_opened.model)) {
    const Tokenizer& tokenizer = *m_opened.tokenizer;
    const int longest = m_opened.config.maxPositions;
    if (longest > 0) {
        m_setting.protocol.window = std::min(m_setting.protocol.window, longest);
        m_setting.calibrationWindow = std::min(m_setting.calibrationWindow, longest);
    }
    m_setting.protocol.bos = tokenizer.addsBos() && tokenizer.bosId() >= 0;
    const std::string reported = readWholeText(m_setting.text), calibration = readWholeText(m_setting.calibration);
    m_span = spanOf(tokenizer, reported, m_setting.protocol);
    requireApart(calibration, m_span.text, m_setting);
    m_calibration =
        windowsOf(tokenizer, calibration, m_setting.calibrationWindow, m_setting.protocol.bos, m_setting.calibrationWindows);
    m_counted = windowsOf(tokenizer, calibration, m_setting.calibrationWindow, m_setting.protocol.bos, 0);
    // Tokens that a text does not use cost nothing on that text, so shares are measured where none were counted.
    const bool measures = m_setting.shares == kMeasuredShares;
    const auto apart = measures ? std::min(m_counted.size() / 4, static_cast<std::size_t>(m_setting.shareWindows)) : 0;
    m_shares.assign(m_counted.end() - static_cast<std::ptrdiff_t>(apart), m_counted.end());
    m_counted.resize(m_counted.size() - apart);
}

TrialOutcome UnitTrials::whole() {
    return measured({});
}

std::vector<std::string> UnitTrials::available() const {
    std::vector<std::string> units;
    for (const Unit& unit : unitTable()) {
        try {
            if (largest(optionsFor({unit.id}, 0.1)) > 0) units.push_back(unit.id);
        } catch (const Error& error) {
            if (error.code() != ErrorCode::Unsupported) throw;
        }
    }
    return units;
}

TrialOutcome UnitTrials::without(const std::vector<std::string>& units, double ratio) {
    return orRefused([&] { return tried(units, ratio); }, [&] { return largest(optionsFor(units, ratio)); });
}

TrialOutcome UnitTrials::byMethod(const std::string& method, double ratio) {
    constexpr double kLittle = 0.05;  // a request that nothing refuses, to hear how far it can go
    PlanOptions options;
    const PlanRequest request{m_structure, options, nullptr, &m_opened.config};
    const auto work = [&] {
        options.ratio = ratio;
        const ScoringText text{m_calibration, m_setting.batch};
        const auto plan = measuredPlan(method, "{}", {*m_opened.model, request, text, m_control}).value();
        std::vector<std::string> linears;
        for (const Edit& edit : plan.edits) linears.push_back(std::get<FactorLinear>(edit).linear);
        TrialOutcome outcome = measured(plan.edits, collectInputMoments(*m_opened.model, linears, m_calibration,
                                                                        m_setting.batch, Compute::Fp32, m_control));
        outcome.removed = {{"factored_linears", static_cast<int>(linears.size())}};
        return outcome;
    };
    return orRefused(work, [&] {
        options.ratio = kLittle;
        return planUnder(method, "{}", request).largestRatio;
    });
}

TrialOutcome UnitTrials::tried(const std::vector<std::string>& units, double ratio) {
    const PruningPlan plan = planned(optionsFor(units, ratio));
    TrialOutcome outcome = measured(wholeEdits(plan, m_structure, plan.removed() > 0 ? saliency() : GroupSaliency{}));
    outcome.removed = plan.remove;
    return outcome;
}

double UnitTrials::largest(const PlanOptions& options) const {
    const auto tokens = tokenLimits(m_opened, options);
    return largestRatio({m_structure, options, nullptr, &m_opened.config, nullptr, tokens ? &tokens->required : nullptr});
}

/// Amounts, and of what is cut at once which, by scores on the calibration text.
PruningPlan UnitTrials::planned(const PlanOptions& options) {
    const auto tokens = tokenLimits(m_opened, options, {&m_counted});
    const auto* required = tokens ? &tokens->required : nullptr;
    PlanRequest request{m_structure, options, nullptr, &m_opened.config, nullptr, required};
    const PruningPlan plan = makePlan(request);
    const bool measures = m_setting.shares == kMeasuredShares && openUnits(options) > 1;
    if (!takesAnyAtOnce(options) && !measures) return plan;
    const ScoringText text{m_calibration, m_setting.batch, Compute::Fp32, tokens ? &tokens->ranks : nullptr, required};
    const UnitScores scores = measureUnitScores(*m_opened.model, request, plan, text, m_control);
    request.scores = &scores;
    if (!measures) return makePlan(request);
    const PlanTrials trials{m_opened,
                            m_structure,
                            saliency(),
                            spanOf(*m_opened.tokenizer, m_shares, m_shares.size()),
                            {m_setting.calibrationWindow, 0, 0, m_setting.protocol.bos},
                            m_setting.batch,
                            m_control};
    const PlanOptions shared = measuredShares(request, trials).options;
    return makePlan({m_structure, shared, nullptr, &m_opened.config, &scores, required});
}

TrialOutcome UnitTrials::measured(const Edits& edits, const InputMoments& moments) {
    const at::NoGradGuard noGradients;
    const EditedModel made = editedModel(m_opened, m_structure, edits, moments);
    TrialOutcome outcome;
    outcome.parameters = made.model->parameterCount();
    outcome.ratio = 1 - static_cast<double>(outcome.parameters) / static_cast<double>(m_structure.parameters);
    outcome.weightBytes = storedBytes(*made.model, m_opened.checkpoint);
    const Tokenizer& tokenizer = made.trimmed ? *made.trimmed : *m_opened.tokenizer;
    outcome.score = scoreSpan(*made.model, tokenizer, m_span, m_setting.protocol, m_control, m_setting.batch);
    return outcome;
}

const GroupSaliency& UnitTrials::saliency() {
    if (m_saliency) return *m_saliency;
    const auto& all = saliencyProxies();
    const auto proxy = std::find_if(all.begin(), all.end(), [&](const auto& one) { return one.id == m_setting.proxy; });
    if (proxy == all.end() || proxy->needsAdapter)
        throw Error(ErrorCode::Usage, "--proxy",
                    "\"" + m_setting.proxy + "\" cannot rank groups of a model without adapters");
    if (proxy->needsData || proxy->needsGradient)
        collectStatistics(*m_opened.model, m_calibration, proxy->needsGradient, m_setting.batch, Compute::Fp32, m_control);
    m_saliency = saliencyOf(*m_opened.model, m_structure, proxy->id);
    clearStatistics(*m_opened.model);
    return *m_saliency;
}

}  // namespace lorashear::bench
