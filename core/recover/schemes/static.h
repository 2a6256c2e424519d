#pragma once

#include "core/recover/scheme_table.h"
#include "core/recover/schemes/common_options.h"
#include "core/settings/field_kinds.h"

#include <memory>

namespace lorashear {

struct RecoveryTask;
class RecoverySession;

struct StaticOptions {
    SourceShares shares = SourceShares::BySize;
};

/// What most pruners do after the cut, and what dynamic recovery has to win against: all steps of a phase in one round, texts in fixed
/// proportions, the last adapters kept. Losses are measured before and after, and steer nothing.
struct StaticRecovery {
    static constexpr const char* kId = "static";
    static constexpr const char* kTitle = "Static";
    static constexpr const char* kHelp =
        "All steps of a phase in one round, with the texts in fixed proportions; the last adapters are kept. For comparison, and for one text.";
    static constexpr bool kNeedsDense = false;

    using Options = StaticOptions;
    static settings::Table<Options> options() {
        using namespace settings;
        using O = StaticOptions;
        return {
            sourceSharesField(&O::shares),
        };
    }

    static std::vector<SchedulePhase> schedule(const std::vector<PhaseRequest>& phases, const Options&) {
        return phaseBySteps(phases);
    }

    static std::unique_ptr<RecoverySession> make(RecoveryTask task, const Options& options);
};

}  // namespace lorashear
