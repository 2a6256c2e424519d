#pragma once

#include "core/recover/scheme_table.h"
#include "core/recover/weighting.h"
#include "core/settings/field_kinds.h"

#include <memory>

namespace lorashear {

struct RecoveryTask;
class RecoverySession;

struct DynamicOptions {
    std::string weighting = "proportional";  ///< id in samplingRules()
    double floor = 0.3, temperature = 0.1;
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
        std::vector<std::string> rules;
        for (const SamplingRule& rule : samplingRules()) rules.push_back(rule.id);
        return {
            choice("weighting", &O::weighting, rules, "How a source's loss becomes its share of the next round."),
            number("floor", &O::floor, {0, 1}, "", "Part of the shares that is always spread evenly."),
            number("temperature", &O::temperature, {0, 1e3, true, false}, "", "Of the softmax weighting."),
            integer("patience", &O::patience, {1, 10000}, "rounds", "Rounds without gain before a phase ends."),
            number("min_gain", &O::minGain, {0, 1, false, true}, "",
                   "Relative fall of the mean loss that counts as a gain."),
        };
    }

    static std::vector<SchedulePhase> schedule(const std::vector<PhaseRequest>& phases, const Options&) {
        return phaseBySteps(phases);
    }

    static std::unique_ptr<RecoverySession> make(RecoveryTask task, const Options& options);
};

}  // namespace lorashear
