#pragma once

#include "core/recover/scheme_table.h"
#include "core/recover/schemes/common_options.h"
#include "core/settings/field_kinds.h"

#include <memory>
#include <string>
#include <vector>

namespace lorashear {

struct RecoveryTask;
class RecoverySession;

struct PruneLoraOptions {
    enum class Importance { First, Second };
    std::vector<std::string> forget;
    double share = 0.05;
    Importance importance = Importance::First;
    int calibrationSequences = 16;
    SourceShares shares = SourceShares::BySize;
    KeptState keep = KeptState::Best;
};

/// PruneLoRA (arXiv 2411.11907): units that matter for the forget set and little for the retain set are zeroed, then adapters are trained on the retain
/// set alone. The original is of vision models and zeroes by norms; here LLM-Pruner's importance on both sets decides.
struct PruneLoraRecovery {
    static constexpr const char* kId = "prunelora";
    static constexpr const char* kTitle = "Unlearning (PruneLoRA)";
    static constexpr const char* kHelp =
        "Makes the model forget some texts: the neurons and KV groups that they need most, compared with the other texts, are set to zero before the "
        "first step and stay there; then training mends the model on the other texts alone. The loss is measured on both. The model's size stays.";
    static constexpr bool kNeedsDense = false;

    using Options = PruneLoraOptions;
    static settings::Table<Options> options() {
        using namespace settings;
        using O = PruneLoraOptions;
        return {
            textList(
                "forget", &O::forget,
                "Names of the texts to forget, among the sources of the phases; at least one. They choose what is zeroed and are "
                "measured, never trained on. What the texts that stay have in common with them comes back."),
            number("share", &O::share, {0, 0.9}, "",
                   "Share of all neurons and KV groups that are set to zero; 0: none, the forget texts are only watched."),
            enumeration(
                "importance", &O::importance, {{O::Importance::First, "first"}, {O::Importance::Second, "second"}},
                "How a unit's weight for a text is estimated. first: sum of |weight * gradient|; second: by the Fisher diagonal."),
            integer("calibration_sequences", &O::calibrationSequences, {1, 1e6}, "sequences",
                    "Training sequences of every text that the importance is measured on, at most."),
            sourceSharesField(&O::shares),
            keptStateField(
                &O::keep,
                "Which adapters stay at the end of a phase: those of the best measurement on the texts that stay, or the last."),
        };
    }

    static std::vector<SchedulePhase> schedule(const std::vector<PhaseRequest>& phases, const Options&) {
        return phaseBySteps(phases);
    }

    /// Error(BadRecipe), see SchemeInfo.
    static void requireSources(const std::vector<PhaseSources>& phases, const Options& options);

    static std::unique_ptr<RecoverySession> make(RecoveryTask task, const Options& options);
};

}  // namespace lorashear
