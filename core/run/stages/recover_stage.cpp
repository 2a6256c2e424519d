#include "core/run/stages/run_state.h"

namespace lorashear {

void recoverStage(RunState& state) {
    if (!state.recipe.recovery.enabled || state.recipe.recovery.phases.empty()) return;
}

}  // namespace lorashear
