#include "core/adapters/adapter_folder.h"
#include "core/recover/recovery.h"
#include "core/run/stages/measure.h"
#include "core/run/stages/run_state.h"
#include "core/run/stages/step_event.h"
#include "core/run/stages/training_data.h"

namespace lorashear {

using nlohmann::json;

namespace {

void saveCheckpoint(RunState& state, const RecoverySession& session, bool stageEnd) {
    Archive archive;
    session.save(archive);
    state.saveCheckpoint("recover", std::move(archive), stageEnd);
}

void trainUntilDone(RunState& state, RecoverySession& session, std::int64_t stepsBefore) {
    const MeasureContext context{state.recipe, *state.dense, state.report, state.control};
    ProgressMeter progress(state.control, "recover", static_cast<double>(session.totalSteps()));
    progress.skip(static_cast<double>(session.stepsDone()));
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

/// What recovery learned, apart from the weights it is merged into: `lorashear adapter recovery` exports it.
void keepAdapter(const RunState& state, int phase, const CausalLM& model) {
    const auto folder = state.folder.stageFolder("adapter-" + std::to_string(phase));
    std::error_code ignored;
    std::filesystem::remove_all(folder, ignored);  // of a run that was killed between this and its next checkpoint
    // Later phases train on what earlier ones merged, but their sum belongs on the pruned model.
    writeAdapter(adapterOf(model), folder,
                 {"pruned", "LoRA of recovery phase " + std::to_string(phase + 1) + ", to be put on the pruned model."},
                 *loadStageModel(state.folder, "pruned", "cpu"));
}

}  // namespace

void recoverStage(RunState& state) {
    if (!state.recovers()) return;
    if (!state.begin("recover", "Recovering what was lost")) {
        state.steps = state.finished("recover").at("steps").get<std::int64_t>();
        state.model = loadStageModel(state.folder, "recovered", state.recipe.device);
        return;
    }
    const std::int64_t stepsBefore = state.finished("prune").at("steps").get<std::int64_t>();
    const CausalLM* teacher = state.recipe.recovery.distillation > 0 ? &state.denseModel() : nullptr;
    RecoverySession session(*state.model, std::move(state.phases), recoveryOptions(state.recipe, state.compute()), teacher,
                            state.control);
    session.onRound = [&state](const RecoveryRound& round) {
        state.report.emit(
            event::SourceDegradation{round.phase, round.round, round.sources, round.nll, round.reference, round.weights});
    };
    session.onPhaseEnd = [&state](int phase, const CausalLM& model) { keepAdapter(state, phase, model); };
    if (const auto archive = state.newestCheckpoint("recover")) session.load(*archive);
    if (!session.done()) trainUntilDone(state, session, stepsBefore);
    saveStageModel(state.folder, "recovered", *state.model);
    state.model = loadStageModel(state.folder, "recovered", state.recipe.device);
    state.finish("recover", {{"steps", state.steps}});
}

}  // namespace lorashear
