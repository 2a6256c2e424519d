// Stages before training: open, reference values of the dense model, structure, analysis, plan.

#include "core/eval/perplexity.h"
#include "core/knowledge/analyse.h"
#include "core/knowledge/saliency.h"
#include "core/model/lora.h"
#include "core/run/event_json.h"
#include "core/run/stages/knowledge_measuring.h"
#include "core/run/stages/measure.h"
#include "core/run/stages/run_state.h"
#include "core/run/stages/training_data.h"
#include "core/trace/tracer.h"

namespace lorashear {

using nlohmann::json;

void openStage(RunState& state) {
    const bool fresh = state.begin("open", "Opening the model");
    requireFiles(state.recipe);
    if (state.recipe.training.sources.empty())
        throw Error(ErrorCode::BadRecipe, "/training/sources", "must not be empty", "pruning trains while it removes: name a text");
    state.dense = openModel(state.recipe.model.path, state.recipe.device, state.recipe.model.adapter);
    const std::string& hash = state.dense->weightsHash();
    if (!state.recipe.model.hash.empty() && state.recipe.model.hash != hash)
        throw Error(ErrorCode::BadInput, state.recipe.model.path, "holds other weights than the recipe was made for (hash " + hash + ")",
                    "use the right model, or clear /model/hash in the recipe");
    if (!fresh) return;
    state.recipe.model.hash = hash;
    for (double* rate : {&state.recipe.training.learningRate, &state.recipe.recovery.learningRate})
        if (*rate == 0) *rate = learningRateFor(state.denseModel().parameterCount());
    state.folder.saveRecipe(state.recipe);
    state.report.emit(state.dense->asEvent());
    state.finish("open", {{"hash", hash}});
}

/// Impossible requests are refused here, before anything expensive starts.
void structureStage(RunState& state) {
    const bool fresh = state.begin("trace", "Tracing one forward pass");
    state.model = cloneModel(state.denseModel());
    attachLora(*state.model, loraOptions(state.recipe), state.recipe.seed);
    state.structure = std::make_shared<const Structure>(traceStructure(*state.model));
    if (!fresh) return;
    state.report.emit(event::StructureFound{state.structure});
    requireProxy(state.recipe);
    makePlan(*state.structure, state.recipe.plan, nullptr);
    state.finish("trace", json::object());
}

/// The dense model under every protocol that the result will be measured with, and on every recovery source.
void referenceStage(RunState& state) {
    const bool fresh = state.begin("dense", "Measuring the original model");
    if (state.recipe.recovery.enabled) state.phases = recoveryPhases(*state.dense->tokenizer, state.recipe);
    if (!fresh) {
        const json stored = state.finished("dense").at("references");
        std::size_t next = 0;
        for (auto& phase : state.phases)
            for (auto& source : phase.sources) source.reference = stored.at(next++).get<double>();
        return;
    }
    const MeasureContext context{state.recipe, *state.dense, state.report, state.control};
    json result = measureAll(context, state.denseModel(), "dense");
    result["references"] = json::array();
    for (auto& phase : state.phases)
        for (auto& source : phase.sources) {
            source.reference = meanNll(state.denseModel(), source.validation, state.recipe.recovery.batch, state.compute(), state.control);
            result["references"].push_back(source.reference);
        }
    state.finish("dense", result);
}

void analyseStage(RunState& state) {
    const bool fresh = state.begin("analyse", "Measuring where knowledge lies");
    state.calibration = calibrationSequences(*state.dense, state.recipe);
    if (!fresh) {
        const json stored = state.finished("analyse");
        if (!stored.at("knowledge").is_null())
            state.knowledge = std::make_shared<const KnowledgeDistribution>(knowledgeFromJson(stored.at("knowledge")));
        return;
    }
    state.report.emit(event::SaliencyMeasured{measureSaliency(*state.model, *state.structure, state.calibration, state.recipe, state.control)});
    json stored{{"knowledge", nullptr}};
    if (state.recipe.analysis.enabled) {
        state.knowledge = measureKnowledge(*state.dense, *state.model, *state.structure, state.calibration, state.recipe, state.report,
                                           state.control, state.folder.path() / "cache");
        stored["knowledge"] = toJson(*state.knowledge);
    }
    state.finish("analyse", stored);
}

void planStage(RunState& state) {
    if (!state.begin("plan", "Planning what goes")) {
        state.plan = planFromJson(state.finished("plan").at("plan"));
        return;
    }
    state.plan = makePlan(*state.structure, state.recipe.plan, state.knowledge.get());
    state.report.emit(event::PlanMade{std::make_shared<const PruningPlan>(state.plan)});
    state.finish("plan", {{"plan", planToJson(state.plan)}});
}

}  // namespace lorashear
