#pragma once

#include "core/recover/scheme_table.h"
#include "core/recover/weighting_fields.h"

#include <memory>

namespace lorashear {

struct RecoveryTask;
class RecoverySession;

struct DynamicOptions : WeightingSettings {
    int patience = 2;        ///< rounds without gain that end a phase
    double minGain = 0.005;  ///< relative fall of the objective that counts as gain
};

/// Dynamic knowledge recovery (LoRAShear section 3.5, Algorithm 5): rounds end with a measurement per source, which sets the next round's
/// sampling weights; a phase ends after its rounds or when the objective stalls, with its best adapters restored.
struct DynamicRecovery {
    static constexpr const char* kId = "dynamic";
    static constexpr const char* kTitle = "Dynamic (LoRAShear)";
    static constexpr const char* kHelp =
        "Every round draws most from the texts on which most was lost, and the best adapters of a phase are kept (paper section 3.5).";
    static constexpr bool kNeedsDense = false;

    using Options = DynamicOptions;
    static settings::Table<Options> options() {
        using namespace settings;
        using O = DynamicOptions;
        Table<O> table;
        inherit(table, weightingFields());
        table.push_back(integer("patience", &O::patience, {1, 10000}, "rounds", "Rounds without gain before a phase ends."));
        table.push_back(number("min_gain", &O::minGain, {0, 1, false, true}, "",
                               "Relative fall of the mean loss that counts as a gain."));
        return table;
    }

    static std::vector<SchedulePhase> schedule(const std::vector<PhaseRequest>& phases, const Options&) {
        return phaseBySteps(phases);
    }

    static std::unique_ptr<RecoverySession> make(RecoveryTask task, const Options& options);
};

}  // namespace lorashear
