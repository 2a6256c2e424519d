#pragma once

#include "core/recover/scheme_table.h"
#include "core/recover/schemes/common_options.h"
#include "core/settings/field_kinds.h"

#include <cstdint>
#include <memory>

namespace lorashear {

struct RecoveryTask;
class RecoverySession;

struct FullOptions {
    double rateScale = 0.1;
    double memoryLimit = 0;  ///< GiB; 0: what is free
    SourceShares shares = SourceShares::BySize;
    KeptState keep = KeptState::Best;
};

/// Full fine-tuning: every weight of the model moves, no adapters. In fp32, with plain operators.
struct FullRecovery {
    static constexpr const char* kId = "full";
    static constexpr const char* kTitle = "Full fine-tuning";
    static constexpr const char* kHelp =
        "Every weight is trained, embeddings and norms included, and no adapters. Takes 20 bytes of memory for each weight (value, gradient, two "
        "moments, the best state, all in fp32) and what the activations need on top; a run that has not got them is refused before it begins. There is "
        "no recovery adapter afterwards.";
    static constexpr bool kNeedsDense = false;

    using Options = FullOptions;
    static settings::Table<Options> options() {
        using namespace settings;
        using O = FullOptions;
        return {
            number(
                "rate_scale", &O::rateScale, {0, 1, true, false}, "",
                "The learning rate is the recipe's times this: all weights at once bear less than adapters do. Too high a rate, or "
                "instructions alone, wear away what the model knew; a low rate and plain text beside them keep it."),
            number("memory_limit", &O::memoryLimit, {0, 1e6}, "GiB",
                   "Memory that training may take; 0: what is free on this machine when the run begins."),
            sourceSharesField(&O::shares),
            keptStateField(&O::keep,
                           "Which weights stay at the end of a phase: those of the best measurement, or the last."),
        };
    }

    static std::vector<SchedulePhase> schedule(const std::vector<PhaseRequest>& phases, const Options&) {
        return phaseBySteps(phases);
    }

    /// Error(Impossible) unless a model of so many parameters can be trained in the bytes that are available (-1: nobody says).
    static void requireRoom(std::int64_t parameters, const Options& options, std::int64_t available);

    static std::unique_ptr<RecoverySession> make(RecoveryTask task, const Options& options);
};

}  // namespace lorashear
