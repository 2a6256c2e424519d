#pragma once

#include "core/recover/scheme_table.h"
#include "core/recover/schemes/common_options.h"
#include "core/settings/field_kinds.h"

#include <memory>

namespace lorashear {

struct RecoveryTask;
class RecoverySession;

struct BlockwiseOptions {
    enum class Inputs { Own, Dense };
    double localShare = 0.5;
    Inputs inputs = Inputs::Own;
    SourceShares shares = SourceShares::BySize;
};

/// Block-wise local distillation before training as a whole: every block learns to make what the dense model's block makes. Both parts are links of a chain
/// (PhasedRecovery), and each is kept only if the mean loss on what is held out has fallen.
struct BlockwiseRecovery {
    static constexpr const char* kId = "blockwise";
    static constexpr const char* kTitle = "Block-wise distillation";
    static constexpr const char* kHelp =
        "A phase begins by bringing what every block makes near what the dense model's block makes, each by itself, and goes on with ordinary "
        "training. A part that does not lower the mean loss on what is held out is thrown away.";
    static constexpr bool kNeedsDense = true;

    using Options = BlockwiseOptions;
    static settings::Table<Options> options() {
        using namespace settings;
        using O = BlockwiseOptions;
        return {
            number("local_share", &O::localShare, {0, 1}, "",
                   "Share of a phase's steps that train the blocks by themselves."),
            enumeration(
                "inputs", &O::inputs, {{O::Inputs::Own, "own"}, {O::Inputs::Dense, "dense"}},
                "What a block gets to see. own: what the blocks before it make now, so that it also makes good for them; dense: what "
                "they make in the dense model."),
            sourceSharesField(&O::shares),
        };
    }

    static std::vector<SchedulePhase> schedule(const std::vector<PhaseRequest>& phases, const Options&) {
        return phaseBySteps(phases);
    }

    /// Error(Unsupported) unless both have equally many blocks and channels.
    static void requireStream(const StreamShape& left, const StreamShape& dense);

    static std::unique_ptr<RecoverySession> make(RecoveryTask task, const Options& options);
};

}  // namespace lorashear
