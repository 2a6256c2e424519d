#pragma once

#include "core/recover/scheme_table.h"
#include "core/recover/schemes/common_options.h"
#include "core/settings/field_kinds.h"

#include <memory>

namespace lorashear {

struct RecoveryTask;
class RecoverySession;

struct ColaOptions {
    int links = 3;
    SourceShares shares = SourceShares::BySize;
    KeptState keep = KeptState::Best;
};

/// Chain of LoRA (arXiv 2401.04151): train, merge, begin afresh. The sum of n links of rank r has rank up to n r, for the memory of one.
struct ColaRecovery {
    static constexpr const char* kId = "cola";
    static constexpr const char* kTitle = "Chain of LoRA";
    static constexpr const char* kHelp =
        "A phase is a chain: adapters are trained, merged, and fresh ones begin with the learning rate anew. The sum of the links has their "
        "summed rank, for the memory of one.";
    static constexpr bool kNeedsDense = false;

    using Options = ColaOptions;
    static settings::Table<Options> options() {
        using namespace settings;
        using O = ColaOptions;
        return {
            integer("links", &O::links, {1, 100}, "links",
                    "Adapters that a phase trains one after another; its steps are shared out evenly."),
            sourceSharesField(&O::shares),
            keptStateField(
                &O::keep,
                "best: a link after which the mean loss on what is held out has not fallen is thrown away; last: every link is merged."),
        };
    }

    static std::vector<SchedulePhase> schedule(const std::vector<PhaseRequest>& phases, const Options&) {
        return phaseBySteps(phases);
    }

    static std::unique_ptr<RecoverySession> make(RecoveryTask task, const Options& options);
};

}  // namespace lorashear
