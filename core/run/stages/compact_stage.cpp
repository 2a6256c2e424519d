#include "core/edits/blueprint.h"
#include "core/export/certificate.h"
#include "core/run/stages/archive_folder.h"
#include "core/run/stages/measure.h"
#include "core/run/stages/run_state.h"
#include "core/train/own_weights.h"

#include <cstdio>

namespace lorashear {

namespace {

constexpr double kTolerance = 1e-4;  ///< of the largest logit, in fp32
constexpr std::size_t kComparedSequences = 8;

std::string scientific(double value) {
    char text[32];
    std::snprintf(text, sizeof text, "%.2e", value);
    return text;
}

/// The compact model must say what the masked one says, on real text; otherwise the run is not called done.
double requireEqual(RunState& state, const CausalLM& compact) {
    std::vector<Sequence> sequences(
        state.calibration.begin(),
        state.calibration.begin() + static_cast<std::ptrdiff_t>(std::min(state.calibration.size(), kComparedSequences)));
    const LogitComparison found = compareLogits(compact, *state.model, sequences, state.control);
    if (!found.within(kTolerance))
        throw Error(ErrorCode::Verification, state.folder.path().string(),
                    "the compact model differs from the masked one by " + scientific(found.maxDifference) +
                        " (largest logit " + scientific(found.maxLogit) + ")",
                    "this is a defect of the program; the run's checkpoints are kept");
    state.report.note("info", "compact and masked model agree: largest logit difference " + scientific(found.maxDifference) +
                                  " of " + scientific(found.maxLogit));
    return found.maxDifference;
}

/// What recovery goes on with: the merged weights and these give back the weights below them.
void keepAdapters(const RunState& state, const CausalLM& sliced) {
    if (!state.recovers() || state.recipe.recovery.adapters != kContinuedAdapters) return;
    Archive archive;
    for (const auto& [name, tensor] : adapterTensors(sliced)) archive.put(name, tensor.detach());
    saveArchive(state.folder.stageFolder(kPruningAdapters), archive);
}

/// Of the tensors that the edits lead to: biases that a method gave to linears (core/model/added_biases.h) are not among them.
std::int64_t recordedParameters(const CausalLM& compact, const Blueprint& blueprint) {
    std::int64_t count = 0;
    for (const auto& [name, tensor] : compact.tensors())
        if (blueprint.tensors.count(name)) count += tensor.numel();
    return count;
}

/// The edits that pruning.json will hold lead from the original to these shapes.
void requireAsRecorded(const RunState& state, const CausalLM& compact) {
    const Blueprint blueprint = blueprintOf(state.denseModel().config(), *state.structure, state.allEdits());
    const std::int64_t parameters = recordedParameters(compact, blueprint);
    if (blueprint.config.layers != compact.config().layers || blueprint.config.hidden != compact.config().hidden ||
        blueprint.parameters() != parameters)
        throw Error(ErrorCode::Verification, state.folder.path().string(),
                    "the compact model has " + std::to_string(parameters) + " parameters, the recorded edits leave " +
                        std::to_string(blueprint.parameters()),
                    "this is a defect of the program; the run's checkpoints are kept");
}

}  // namespace

void compactStage(RunState& state) {
    if (auto stored = state.begin<CompactResult>("Building the compact model")) {
        state.compact = std::move(*stored);
        state.model = loadStageModel(state.folder, ModelRole::Pruned, state.recipe.device);
        return;
    }
    const auto sliced = sliceModel(*state.model, *state.working, state.inWorking(state.pruned.removed));
    const std::unique_ptr<CausalLM> compact = mergeAdapters(*sliced, true);
    requireAsRecorded(state, *compact);
    state.compact.maxLogitDifference = requireEqual(state, *compact);
    saveStageModel(state.folder, ModelRole::Pruned, *compact);
    keepAdapters(state, *sliced);
    // From here on always the stored copy: products take the same path whether a run was interrupted or not.
    state.model = loadStageModel(state.folder, ModelRole::Pruned, state.recipe.device);
    const MeasureContext context = state.measuring();
    const char* label = roleName(ModelRole::Pruned);
    state.compact.texts = measurePerplexity(context, *state.model, label, state.steps);
    if (state.recovers()) measureSizes(context, *state.model, label);  // otherwise the last stage measures everything
    state.compact.parameters = state.model->parameterCount();
    state.finish(state.compact);
}

}  // namespace lorashear
