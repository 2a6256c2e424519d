// Stages before training: open, reference values of the dense model, structure, analysis, plan.

#include "core/base/error.h"
#include "core/base/text_passes.h"
#include "core/eval/few_tokens.h"
#include "core/eval/perplexity.h"
#include "core/kernels/product.h"
#include "core/knowledge/analyse.h"
#include "core/knowledge/saliency.h"
#include "core/model/lora.h"
#include "core/plan/unit_scores.h"
#include "core/prune/pruning_method.h"
#include "core/run/shared_sources.h"
#include "core/run/stages/cache_folder.h"
#include "core/run/stages/dense_cache.h"
#include "core/run/stages/knowledge_measuring.h"
#include "core/run/stages/measure.h"
#include "core/run/stages/plan_trials.h"
#include "core/run/stages/preflight.h"
#include "core/run/stages/run_state.h"
#include "core/run/stages/training_data.h"
#include "core/trace/tracer.h"

#include <algorithm>

namespace lorashear {

namespace {

/// What a run has opened before tells what it is that changed.
[[noreturn]] void refuseOtherModel(const RunState& state) {
    const auto stored = state.folder.stage(Stage::Open);
    const bool sameWeights = stored && resultFromJson<OpenResult>(*stored).weights == state.dense->weightsHash();
    throw Error(
        ErrorCode::BadInput, state.recipe.model.path,
        sameWeights
            ? "has the weights that this run began with, but its config or the adapter at /model/adapter has changed"
            : "is another model than the recipe was made for: its weights, its config or the adapter at /model/adapter differ",
        "use the right model, or clear /model/hash in the recipe (this one's is " + state.dense->modelHash() + ")");
}

}  // namespace

void openStage(RunState& state) {
    const bool fresh = !state.begin<OpenResult>("Opening the model");
    requireFiles(state.recipe);
    state.dense = openModel(state.recipe.model.path, state.recipe.device, state.recipe.model.adapter);
    const std::string& hash = state.dense->modelHash();
    const std::string& wanted = state.recipe.model.hash;
    if (!wanted.empty() && wanted != hash && wanted != state.dense->weightsHash()) refuseOtherModel(state);
    if (!fresh) return;
    state.recipe.model.hash = hash;
    for (double* rate : {&state.recipe.training.learningRate, &state.recipe.recovery.learningRate})
        if (*rate == 0) *rate = learningRateFor(state.denseModel().parameterCount());
    state.folder.saveRecipe(state.recipe);
    state.report.emit(state.dense->asEvent());
    for (const auto& note : state.dense->notes()) state.report.note("warning", note);
    for (const auto& warning : sharedSources({&state.recipe}, {}, state.control)) state.report.note("warning", warning);
    if (state.compute() == Compute::Mixed && state.recipe.device == "cpu" && !ops::mixedPays())
        state.report.note(
            "warning",
            "compute \"mixed\" does not pay on this processor: measured now, products in bf16 gain less than 30 % over "
            "fp32, and are less exact; \"fp32\" suits it better");
    state.finish(OpenResult{hash, state.dense->weightsHash()});
}

/// Impossible requests were refused before the run had a folder (preflight.h); asked again here, of the model itself.
void structureStage(RunState& state) {
    const bool fresh = !state.begin<TraceResult>("Tracing one forward pass");
    state.model = cloneModel(state.denseModel());
    attachLora(*state.model, loraOptions(state.recipe), state.recipe.seed);
    state.structure = std::make_shared<const Structure>(traceStructure(*state.model));
    if (!fresh) return;
    state.report.emit(event::StructureFound{state.structure});
    const std::string unknown = requirePossiblePlan(state.recipe, *state.structure, *state.dense);
    if (!unknown.empty()) state.report.note("warning", unknown);
    state.finish(TraceResult{});
}

namespace {

/// visit(source, its number among all, its phase)
template <class F>
void forEachSource(std::vector<RecoveryPhasePlan>& phases, F visit) {
    std::size_t at = 0;
    for (std::size_t p = 0; p < phases.size(); ++p)
        for (RecoverySource& source : phases[p].sources) visit(source, at++, static_cast<int>(p));
}

}  // namespace

/// Of one machine: what a graphics processor is called is not asked, so nothing measured there is kept.
DenseCache denseCache(const RunState& state) {
    const bool kept = state.recipe.device == "cpu";
    return DenseCache(kept ? cacheFolder("dense", state.folder.path() / "cache") : std::filesystem::path());
}

/// The dense model under every protocol that the result will be measured with, and on every recovery source.
void referenceStage(RunState& state) {
    auto stored = state.begin<DenseResult>("Measuring the original model");
    if (state.recipe.recovery.enabled) state.phases = recoveryPhases(*state.dense->tokenizer, state.recipe, state.control);
    if (stored) {
        state.original = std::move(*stored);
        forEachSource(state.phases, [&](RecoverySource& source, std::size_t at, int phase) {
            source.reference = state.original.reference(at, phase, source.name);
        });
        return;
    }
    state.original.measured = measureDense(state.measuring(), denseCache(state));
    for (const std::string& warning : fewTokensWarnings(state.original.measured)) state.report.note("warning", warning);
    forEachSource(state.phases, [&](RecoverySource& source, std::size_t, int phase) {
        source.reference =
            meanNll(state.denseModel(), source.validation, state.recipe.recovery.batch, state.compute(), state.control);
        state.original.references.push_back({phase, source.name, source.reference});
    });
    state.finish(state.original);
}

void analyseStage(RunState& state) {
    auto stored = state.begin<AnalyseResult>("Measuring where knowledge lies");
    state.calibration = calibrationSequences(state.tokenizer(), state.dense->config, state.recipe, state.control);
    if (stored) {
        state.knowledge = std::move(stored->knowledge);
        return;
    }
    if (state.recipe.analysis.enabled)
        state.knowledge = measureKnowledge(*state.dense, *state.model, *state.structure, state.calibration, state.recipe,
                                           state.report, state.control, analysisCache(state.folder.path() / "cache"));
    else
        state.report.emit(event::SaliencyMeasured{
            measureSaliency(*state.model, *state.structure, state.calibration, state.recipe, state.control)});
    state.finish(AnalyseResult{state.knowledge});
}

namespace {

/// Groups as the method of the recipe sees them before it trains; where it does not, by the second-order loss of gates.
GroupSaliency fadingScores(RunState& state, const PruningPlan& plan) {
    const Recipe& recipe = state.recipe;
    const auto texts = trainingSequences(state.tokenizer(), recipe, state.control);
    const auto source = shuffledSource(texts, recipe.seed, "training");
    Trainer trainer(*state.model, *source, pruningTraining(recipe, state.compute()), state.dense->model.get());
    auto ranking = rankingOf(recipe.method.id, recipe.method.optionsJson,
                             {*state.model, *state.structure, plan, trainer, texts, state.control});
    if (ranking) return std::move(ranking->scores);
    Recipe second = recipe;
    second.analysis.proxy = "fisher";
    return *measureSaliency(*state.model, *state.structure, state.scoringSequences(), second, state.control);
}

std::string describe(const MeasuredShares& found) {
    std::string text = "shares measured with " + std::to_string(found.trials) + " models:";
    for (const auto& [unit, amount] : found.amounts) text += " " + unitById(unit).many + " " + flooredPercent(amount) + ",";
    text.back() = ' ';
    return text + "of all parameters" + (found.even ? "; one common fraction loses less" : "");
}

/// Text for measuring shares: behind what scores were measured on, if there is more.
TextSpan sharesText(const RunState& state, const std::vector<Sequence>& scored) {
    constexpr std::size_t kWindows = 16;
    std::vector<Sequence> windows(state.calibration.begin() + static_cast<std::ptrdiff_t>(scored.size()),
                                  state.calibration.end());
    if (windows.size() < kWindows) windows.insert(windows.end(), scored.begin(), scored.end());
    return spanOf(state.tokenizer(), windows, kWindows);
}

/// The request's options with shares for what is open, by what raises the loss least. training: of the recipe, where tokens take part; what no text uses
/// costs nothing on that text, so tokens are counted there alone.
PlanOptions withMeasuredShares(RunState& state, PlanRequest request, UnitScores scores, const PruningPlan& even,
                               const std::vector<Sequence>& training) {
    if (const auto tokens = tokenLimits(*state.dense, request.options, {&training}))
        for (const Unit& unit : unitTable())
            if (unit.sort == Unit::Sort::Tokens) scores[unit.id] = {tokens->ranks};
    request.scores = &scores;
    const auto scored = state.scoringSequences();
    const auto fades = [](const auto& unit) { return unit.second.take && unitById(unit.first).fades; };
    const auto& units = request.options.units;
    const bool anyFades = std::any_of(units.begin(), units.end(), fades);
    const GroupSaliency saliency = anyFades ? fadingScores(state, even) : GroupSaliency{};
    const auto& first = scored.front().ids;
    const TextProtocol protocol{static_cast<int>(first.size()), 0, 0, first.front() == state.tokenizer().bosId()};
    const MeasuredShares found =
        measuredShares(request, {*state.dense, *state.structure, saliency, sharesText(state, scored), protocol,
                                 state.recipe.training.batch, state.control});
    if (request.knowledge == state.knowledge.get()) state.report.note("info", describe(found));
    return found.options;
}

/// With what is cut at once chosen by what it does to calibration text. knowledge: null for a plan without marks.
PruningPlan planWithScores(RunState& state, const KnowledgeDistribution* knowledge) {
    const PlanOptions& options = state.recipe.plan;
    std::vector<Sequence> training;
    if (takesTokens(options)) training = trainingSequences(state.tokenizer(), state.recipe, state.control);
    const auto tokens = tokenLimits(*state.dense, options, {&training, &state.calibration});
    const auto* required = tokens ? &tokens->required : nullptr;
    PlanRequest request{*state.structure, options, knowledge, &state.denseModel().config(), nullptr, required};
    const std::string &method = state.recipe.method.id, &methodOptions = state.recipe.method.optionsJson;
    const bool ownPlan = options.enabled && methodInfo(method).plan;
    PruningPlan plan = planUnder(method, methodOptions, request);
    const bool measures = !ownPlan && options.enabled && options.shares == kMeasuredShares && openUnits(options) > 1;
    if (!ownPlan && !measures && !takesAnyAtOnce(options)) return plan;
    const auto sequences = state.scoringSequences();
    const ScoringText text{sequences, state.recipe.training.batch, state.compute(), tokens ? &tokens->ranks : nullptr,
                           required};
    if (ownPlan && options.shares == kMeasuredShares && knowledge == state.knowledge.get())
        state.report.note("warning", "shares are not measured: " + method + " makes a plan of its own");
    if (ownPlan) return *measuredPlan(method, methodOptions, {*state.model, request, text, state.control});
    const UnitScores scores = measureUnitScores(*state.model, request, plan, text, state.control);
    request.scores = &scores;
    if (!measures) return makePlan(request);
    const PlanOptions shared = withMeasuredShares(state, request, scores, plan, training);
    return makePlan({request.structure, shared, request.knowledge, request.config, request.scores, request.requiredTokens});
}

/// What is cut at once is chosen now: a method that leaves blocks whole must find enough in the others, before anything is cut and trained.
void requireRoom(const RunState& state, const KnowledgeDistribution* knowledge, const PruningPlan& plan) {
    const PlanRequest request{*state.structure, plan.options, knowledge, &state.denseModel().config()};
    requireRoomFor(state.recipe.method.id, state.recipe.method.optionsJson, request, plan, true);
}

PruningPlan possiblePlan(RunState& state, const KnowledgeDistribution* knowledge) {
    PruningPlan plan = planWithScores(state, knowledge);
    requireRoom(state, knowledge, plan);
    return plan;
}

/// Asked of a plan that was refused: made once more, since what is cut at once decides too.
bool marksAreInTheWay(RunState& state) {
    try {
        possiblePlan(state, nullptr);
        return true;
    } catch (const Error& error) {
        if (error.code() == ErrorCode::Cancelled) throw;
        return false;
    }
}

PruningPlan planAfterAnalysis(RunState& state) {
    try {
        return possiblePlan(state, state.knowledge.get());
    } catch (const Error& error) {
        const bool refused = error.code() == ErrorCode::Impossible || error.code() == ErrorCode::Unsupported;
        if (!refused || !state.knowledge) throw;
        throw Error(
            error.code(), error.subject(),
            error.message() + (marksAreInTheWay(state) ? " with what the analysis protects" : ""),
            error.hint() +
                " The analysis is kept: a new run of a recipe that asks for less reads it instead of measuring again.");
    }
}

}  // namespace

void planStage(RunState& state) {
    if (auto stored = state.begin<PlanResult>("Planning what goes")) {
        state.plan = std::move(stored->plan);
        state.planned = stored->calibrationTokens;
        return;
    }
    TextPasses passes;
    {
        const TextPasses::Counting counting(passes);
        state.plan = planAfterAnalysis(state);
    }
    state.planned = passes.tokens();
    state.report.emit(event::PlanMade{std::make_shared<const PruningPlan>(state.plan)});
    state.finish(PlanResult{state.plan, state.planned});
}

}  // namespace lorashear
