#include "core/run/stages/run_state.h"

namespace lorashear {

namespace {

using StageFunction = void (*)(RunState&);

/// A run, in order. Structure comes before the reference values so that an impossible request is refused in the first second.
constexpr StageFunction kStages[] = {
    openStage,  structureStage, referenceStage, analyseStage,  planStage,  reduceStage,
    pruneStage, compactStage,   recoverStage,   evaluateStage, adaptStage, exportStage,
};

}  // namespace

nlohmann::json runPipeline(RunState& state) {
    for (const StageFunction stage : kStages) stage(state);
    return state.result;
}

}  // namespace lorashear
