#include "core/adapters/adapter_folder.h"
#include "core/base/text_passes.h"
#include "core/io/pending_folder.h"
#include "core/recover/recovery.h"
#include "core/recover/scheme_table.h"
#include "core/run/machine_memory.h"
#include "core/run/stages/archive_folder.h"
#include "core/run/stages/curve_points.h"
#include "core/run/stages/step_event.h"
#include "core/run/stages/training_data.h"

#include <cmath>
#include <cstdio>

namespace lorashear {

namespace {

void saveCheckpoint(RunState& state, const RecoverySession& session, const TextPasses& passes,
                    RunState::CheckpointKind kind) {
    Archive archive;
    session.save(archive);
    archive.values["text_passes"] = passes.parts();
    archive.values["merged"] = toJson(state.recovered.merged);
    state.saveCheckpoint(Stage::Recover, std::move(archive), kind);
}

StepReport counted(RecoverySession& session, TextPasses& passes) {
    const TextPasses::Counting counting(passes);
    return session.step();
}

void trainUntilDone(RunState& state, RecoverySession& session, TextPasses& passes, std::int64_t stepsBefore) {
    const CurvePoints curve(state);
    ProgressMeter progress(state.control, stageName(Stage::Recover), static_cast<double>(session.totalSteps()));
    progress.skip(static_cast<double>(session.stepsDone()));
    while (!session.done()) {
        if (state.control.stop.stop_requested() && session.stepsDone() > 0)
            saveCheckpoint(state, session, passes, RunState::CheckpointKind::Periodic);
        state.control.poll();
        const StepReport report = counted(session, passes);
        state.steps = stepsBefore + session.stepsDone();
        state.report.emit(stepEvent(Stage::Recover, report, state.steps));
        progress.update(static_cast<double>(session.stepsDone()), report.phase);
        const auto due = state.checkpointDue();
        if (!due || session.done()) continue;
        if (curve.at(state.steps)) sampleCheckpoint(state.measuring(), *state.model);
        saveCheckpoint(state, session, passes, *due);
    }
    curve.always(state.steps);
    saveCheckpoint(state, session, passes, RunState::CheckpointKind::StageEnd);
}

/// What recovery learned, apart from the weights it is merged into: `lorashear adapter recovery` exports it.
void keepAdapter(const RunState& state, int phase, const CausalLM& model) {
    const auto folder = state.folder.stageFolder("adapter-" + std::to_string(phase));
    std::error_code ignored;
    std::filesystem::remove_all(folder, ignored);  // of a run that was killed between this and its next checkpoint
    PendingPath::sweep(folder, "partial");
    // Later phases train on what earlier ones merged, but their sum belongs on the pruned model.
    writeAdapter(adapterOf(model), folder,
                 {roleName(ModelRole::Pruned),
                  "LoRA of recovery phase " + std::to_string(phase + 1) + ", to be put on the pruned model."},
                 *loadStageModel(state.folder, ModelRole::Pruned, "cpu"));
}

/// On the device of the model; none where recovery begins afresh.
NamedTensors pruningAdapters(const RunState& state) {
    if (state.recipe.recovery.adapters != kContinuedAdapters) return {};
    NamedTensors adapters = loadArchive(state.folder.stageFolder(kPruningAdapters)).tensors;
    for (auto& [name, tensor] : adapters) tensor = tensor.to(state.model->device());
    return adapters;
}

std::unique_ptr<RecoverySession> begun(RunState& state, const CausalLM* teacher, TextPasses& passes) {
    const TextPasses::Counting counting(passes);
    return makeRecovery(
        state.recipe.recovery.scheme, state.recipe.recovery.optionsJson,
        {*state.model, std::move(state.phases), recoveryTraining(state.recipe, state.compute(), state.pruned.steps), teacher,
         state.control, pruningAdapters(state), availableMemory()});
}

/// Perplexities of held-out text with the routers that were trained and without, of every source.
void sayMerged(RunState& state, const MergePrice& price) {
    const auto& phases = state.recipe.recovery.phases;
    const std::string& phase = phases.at(static_cast<std::size_t>(price.phase)).name;
    for (std::size_t i = 0; i < price.sources.size(); ++i) {
        const MergedSource one{price.phase, price.sources[i], std::exp(price.routed[i]), std::exp(price.merged[i]),
                               price.kept};
        state.recovered.merged.push_back(one);
        char figures[160];
        std::snprintf(figures, sizeof figures, "perplexity %.3f routed, %.3f merged (%+.1f %%)", one.routed, one.merged,
                      100 * (one.merged / one.routed - 1));
        state.report.note("info", "phase " + phase + ", held-out text of " + one.source + ": " + figures +
                                      (price.kept ? "" : "; not kept, for it was better before the phase"));
    }
}

}  // namespace

void recoverStage(RunState& state) {
    if (!state.recovers()) return;
    if (const auto stored = state.begin<RecoverResult>("Recovering what was lost")) {
        state.recovered = *stored;
        state.steps = stored->steps;
        state.model = loadStageModel(state.folder, ModelRole::Recovered, state.recipe.device);
        return;
    }
    const bool dense = state.recipe.recovery.distillation > 0 || schemeInfo(state.recipe.recovery.scheme).needsDense;
    const CausalLM* teacher = dense ? &state.teacher() : nullptr;
    TextPasses passes;  // what is read beside steps
    const auto session = begun(state, teacher, passes);
    session->onRound = [&state](const RecoveryRound& round) {
        state.report.emit(
            event::SourceDegradation{round.phase, round.round, round.sources, round.nll, round.reference, round.weights});
    };
    if (session->adaptersTellAll())
        session->onPhaseEnd = [&state](int phase, const CausalLM& model) { keepAdapter(state, phase, model); };
    session->onMerge = [&state](const MergePrice& price) { sayMerged(state, price); };
    if (const auto archive = state.newestCheckpoint(Stage::Recover)) {
        session->load(*archive);
        if (archive->values.contains("text_passes")) passes.restore(archive->values.at("text_passes").get<std::int64_t>());
        if (archive->values.contains("merged")) state.recovered.merged = mergedFromJson(archive->values.at("merged"));
    }
    if (!session->done()) trainUntilDone(state, *session, passes, state.pruned.steps);
    saveStageModel(state.folder, ModelRole::Recovered, *state.model);
    state.model = loadStageModel(state.folder, ModelRole::Recovered, state.recipe.device);
    state.recovered.steps = state.steps;
    state.recovered.calibrationTokens = passes.tokens();
    state.finish(state.recovered);
}

}  // namespace lorashear
