// The original with nothing removed, trained as long as the run: what of a difference is the training's.

#include "core/compact/group_masks.h"
#include "core/model/lora.h"
#include "core/recover/scheme_table.h"
#include "core/run/machine_memory.h"
#include "core/run/stages/archive_folder.h"
#include "core/run/stages/commands.h"
#include "core/run/stages/run_state.h"
#include "core/run/stages/training_data.h"
#include "core/run/training_budget.h"
#include "core/train/own_weights.h"

#include <utility>

namespace lorashear {

namespace {

/// What the run's own model was trained on.
std::int64_t tokensSeen(const RunState& state) {
    return tokensOf(state.recipe, state.pruned.steps, state.recovered.steps - state.pruned.steps);
}

class AdaptedDense {
public:
    explicit AdaptedDense(RunState& state)
        : m_state(state), m_recipe(adaptedDense(state.recipe, tokensSeen(state), "/evaluation/adapted_dense")) {
        const auto adapters = makeModel();
        m_session = makeRecovery(m_recipe.recovery.scheme, m_recipe.recovery.optionsJson,
                                 {*m_model, phases(), recoveryTraining(m_recipe, state.compute(), 0), teacher(),
                                  state.control, adapters, availableMemory()});
        restore();
    }

    AdaptResult run() {
        ProgressMeter progress(m_state.control, stageName(Stage::Adapt), static_cast<double>(m_session->totalSteps()));
        progress.skip(static_cast<double>(m_session->stepsDone()));
        while (!m_session->done()) {
            if (m_state.control.stop.stop_requested() && m_session->stepsDone() > 0) store();
            m_state.control.poll();
            const StepReport report = m_session->step();
            m_tokens += report.tokens;
            if (m_state.control.pause) m_state.control.pause->stepDone();
            progress.update(static_cast<double>(m_session->stepsDone()), report.phase);
            if (m_session->stepsDone() % m_recipe.checkpointSteps == 0 && !m_session->done()) store();
        }
        const MeasureContext context{m_state.recipe, *m_state.dense, m_state.report, m_state.control};
        return {measureAll(context, *m_model, roleName(ModelRole::Adapted)), m_session->stepsDone(), m_tokens, {}};
    }

private:
    /// As a run that removes nothing leaves it to recovery, with the adapters that such a run would go on with.
    NamedTensors makeModel() {
        const std::unique_ptr<CausalLM> original = cloneModel(m_state.denseModel());
        attachLora(*original, loraOptions(m_recipe), m_recipe.seed);
        NamedTensors adapters;
        if (m_recipe.recovery.adapters == kContinuedAdapters)
            for (const auto& [name, tensor] : adapterTensors(*original)) adapters[name] = tensor.detach().clone();
        m_model = mergeAdapters(*original, true);
        return adapters;
    }
    const CausalLM* teacher() const {
        const bool needed = m_recipe.recovery.distillation > 0 || schemeInfo(m_recipe.recovery.scheme).needsDense;
        return needed ? &m_state.denseModel() : nullptr;
    }
    /// In the original's tokens, whatever the run has trimmed.
    std::vector<RecoveryPhasePlan> phases() const {
        auto all = recoveryPhases(*m_state.dense->tokenizer, m_recipe, m_state.control);
        std::size_t at = 0;
        for (std::size_t p = 0; p < all.size(); ++p)
            for (RecoverySource& source : all[p].sources)
                source.reference = m_state.original.reference(at++, static_cast<int>(p), source.name);
        return all;
    }

    /// Beside what was stored before, which goes only then: killed at any moment there is one to go on from.
    void store() {
        const std::int64_t steps = m_session->stepsDone();
        if (steps == std::exchange(m_stored, steps)) return;  // it is never written over, not even by its like
        Archive archive;
        m_session->save(archive);
        archive.values["tokens"] = m_tokens;
        saveArchive(m_state.folder.adaptingFolder(steps), archive);
        m_state.folder.tidyAdaptings();
    }
    void restore() {
        const auto stored = m_state.folder.adaptings();
        if (stored.empty()) return;
        const Archive archive = loadArchive(stored.back());
        m_session->load(archive);
        m_tokens = archive.value("tokens").get<std::int64_t>();
        m_stored = m_session->stepsDone();
    }

    RunState& m_state;
    const Recipe m_recipe;
    std::unique_ptr<CausalLM> m_model;
    std::unique_ptr<RecoverySession> m_session;
    std::int64_t m_tokens = 0, m_stored = 0;  ///< m_stored: the step that lies on the disk
};

/// The run's own model is trained and measured: what fails here does not take it away. It is written down, so that no resume fails at it again. A disk that
/// cannot be written is another matter: there the run stops, and goes on once it can.
AdaptResult trainedAsLong(RunState& state) {
    AdaptResult result;
    const event::Finished end = outcomeOf([&] {
        result = AdaptedDense(state).run();
        return std::string();
    });
    if (end.outcome == event::Finished::Outcome::Cancelled) throw Error(ErrorCode::Cancelled, {}, "stopped on request");
    if (!end.error) return result;
    const Error& error = *end.error;
    if (error.code() == ErrorCode::Io) throw error;
    result = {};
    result.problem = "the original could not be trained as long: " + error.subject() + ": " + error.message();
    state.report.note("warning", result.problem + (error.hint().empty() ? "" : " (" + error.hint() + ")"));
    return result;
}

}  // namespace

void adaptStage(RunState& state) {
    if (!state.recipe.evaluation.adaptedDense || !state.recipe.plan.enabled) return;
    auto stored = state.begin<AdaptResult>("Training the original as long");
    if (!stored) {
        state.model.reset();  // there need not be room for both
        stored = trainedAsLong(state);
        state.finish(*stored);
        state.model = loadStageModel(state.folder, state.finalRole(), state.recipe.device);
    }
    state.folder.tidyAdaptings();
    addAdapted(state, *stored);
}

}  // namespace lorashear
