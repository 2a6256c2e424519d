#pragma once

#include "core/recover/scheme_table.h"
#include "core/recover/schemes/common_options.h"
#include "core/settings/field_kinds.h"

#include <memory>

namespace lorashear {

struct RecoveryTask;
class RecoverySession;

struct DynamicBatchOptions {
    int interval = 10;
    SourceShares start = SourceShares::BySize;
    double rate = 1;
    double floor = 0.02;
    bool clip = true;
    KeptState keep = KeptState::Last;
};

/// Dynamic batch loading (Sheared-LLaMA, arXiv 2310.06694 section 3.2): every few steps the sampling weights are multiplied by the exponential of what each
/// source's loss has in excess of its reference, the original model's loss.
struct DynamicBatchRecovery {
    static constexpr const char* kId = "dynamic-batch";
    static constexpr const char* kTitle = "Dynamic batch loading (Sheared-LLaMA)";
    static constexpr const char* kHelp =
        "Every few steps each text's share of the batches is multiplied by exp(loss - the original model's loss), so that all texts come back "
        "together. Shares accumulate over the whole phase.";
    static constexpr bool kNeedsDense = false;

    using Options = DynamicBatchOptions;
    static settings::Table<Options> options() {
        using namespace settings;
        using O = DynamicBatchOptions;
        return {
            integer(
                "interval", &O::interval, {1, 1e6}, "steps",
                "Steps between two measurements, each of which changes the shares. The original has 50 while pruning, 400 afterwards."),
            enumeration(
                "start", &O::start, {{SourceShares::BySize, "by-size"}, {SourceShares::Even, "even"}},
                "Shares before the first change. by-size: every sequence of a phase is as likely as any other; even: every text is."),
            number("rate", &O::rate, {0, 100}, "", "What the excess is multiplied by in the exponent; 0: the shares stay."),
            number(
                "floor", &O::floor, {0, 1}, "",
                "Part of the shares that is always spread evenly, so that no text falls silent. The original has 0.0001, and one text can "
                "swallow the mixture."),
            flag(
                "clip", &O::clip,
                "Whether a text that is better than it was counts as even, as the paper says; the original's code lets it lose its share."),
            keptStateField(&O::keep,
                           "Which adapters stay at the end of a phase: those of the best measurement, or the last."),
        };
    }

    static std::vector<SchedulePhase> schedule(const std::vector<PhaseRequest>& phases, const Options&) {
        return phaseBySteps(phases);
    }

    static std::unique_ptr<RecoverySession> make(RecoveryTask task, const Options& options);
};

}  // namespace lorashear
