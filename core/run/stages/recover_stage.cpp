#include "core/recover/recovery.h"
#include "core/run/stages/measure.h"
#include "core/run/stages/run_state.h"
#include "core/run/stages/step_event.h"

namespace lorashear {

using nlohmann::json;

namespace {

RecoveryOptions optionsOf(const RunState& state) {
    const Recipe& recipe = state.recipe;
    const Recipe::Recovery& wanted = recipe.recovery;
    RecoveryOptions options;
    options.lora = {recipe.lora.rank, recipe.lora.alpha, recipe.lora.dropout, recipe.lora.rankStabilised, recipe.lora.targets};
    options.training.optimizer.learningRate = wanted.learningRate;
    options.training.batch = wanted.batch;
    options.training.distillation = wanted.distillation;
    options.training.compute = state.compute();
    options.training.seed = recipe.seed;
    options.weighting = wanted.weighting;
    options.floor = wanted.floor;
    options.temperature = wanted.temperature;
    options.patience = wanted.patience;
    options.minGain = wanted.minGain;
    options.seed = recipe.seed;
    return options;
}

void saveCheckpoint(RunState& state, const RecoverySession& session, bool stageEnd) {
    Archive archive;
    session.save(archive);
    state.saveCheckpoint("recover", std::move(archive), stageEnd);
}

void trainUntilDone(RunState& state, RecoverySession& session, std::int64_t stepsBefore) {
    const MeasureContext context{state.recipe, *state.dense, state.report, state.control};
    ProgressMeter progress(state.control, "recover", static_cast<double>(session.totalSteps()));
    while (!session.done()) {
        if (state.control.stop.stop_requested() && session.stepsDone() > 0) saveCheckpoint(state, session, false);
        state.control.poll();
        const StepReport report = session.step();
        state.steps = stepsBefore + session.stepsDone();
        state.report.emit(stepEvent("recover", report, state.steps));
        progress.update(static_cast<double>(session.stepsDone()), report.phase);
        if (state.steps % state.recipe.checkpointSteps != 0 || session.done()) continue;
        measureCheckpoint(context, *state.model, state.steps);
        saveCheckpoint(state, session, false);
    }
    measureCheckpoint(context, *state.model, state.steps);
    saveCheckpoint(state, session, true);
}

bool wanted(const Recipe& recipe) { return recipe.recovery.enabled && !recipe.recovery.phases.empty(); }

}  // namespace

void recoverStage(RunState& state) {
    if (!wanted(state.recipe)) return;
    if (!state.begin("recover", "Recovering what was lost")) {
        state.steps = state.finished("recover").at("steps").get<std::int64_t>();
        state.model = loadStageModel(state.folder, "recovered");
        return;
    }
    const std::int64_t stepsBefore = state.finished("prune").at("steps").get<std::int64_t>();
    const CausalLM* teacher = state.recipe.recovery.distillation > 0 ? &state.denseModel() : nullptr;
    RecoverySession session(*state.model, std::move(state.phases), optionsOf(state), teacher, state.control);
    session.onRound = [&state](const RecoveryRound& round) {
        state.report.emit(event::SourceDegradation{round.phase, round.round, round.sources, round.nll, round.reference, round.weights});
    };
    if (const auto archive = state.newestCheckpoint("recover")) session.load(*archive);
    if (!session.done()) trainUntilDone(state, session, stepsBefore);
    saveStageModel(state.folder, "recovered", *state.model);
    state.model = loadStageModel(state.folder, "recovered");
    state.finish("recover", {{"steps", state.steps}});
}

}  // namespace lorashear
