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

struct LoraMoeOptions {
    int experts = 4, worldExperts = 2;
    int rank = 0;  ///< 0: the recipe's shared out
    std::vector<std::string> task;
    double balance = 0.1, delta = 0.1;
    int mergeSequences = 16;
    SourceShares shares = SourceShares::BySize;
    KeptState keep = KeptState::Best;
};

/// LoRAMoE (arXiv 2312.09979): several adapters a linear and a router between them, against forgetting; localized balancing keeps some of them for world
/// knowledge and some for tasks. At the end of a phase they are merged by their mean routing weights, because no export holds a router.
struct LoraMoeRecovery {
    static constexpr const char* kId = "loramoe";
    static constexpr const char* kTitle = "Routed adapters (LoRAMoE)";
    static constexpr const char* kHelp =
        "Every linear gets several adapters and a router that mixes them token by token, some for world knowledge, some for tasks, so that learning one "
        "does not wear away the other. No export format holds a router, so a phase ends by merging the adapters with their mean routing weights; its last "
        "measurement is of the merged model, and with keep best a merge that has not lowered the loss since the phase began is thrown away. What merging costs is "
        "measured on the held-out text and stands in the result (merged: perplexity routed and merged). The recipe's dropout is not used.";
    static constexpr bool kNeedsDense = false;

    using Options = LoraMoeOptions;
    static settings::Table<Options> options() {
        using namespace settings;
        using O = LoraMoeOptions;
        return {
            integer("experts", &O::experts, {2, 64}, "adapters", "Adapters on every linear. The original has 8."),
            integer("world_experts", &O::worldExperts, {1, 63}, "adapters",
                    "How many of them are for world knowledge; fewer than experts. The others are for tasks."),
            integer("rank", &O::rank, {0, 4096}, "",
                    "Rank of each adapter; 0: the recipe's rank shared out among them, at least 1. The original has 4."),
            textList(
                "task", &O::task,
                "Names of the texts that are tasks; the others are world knowledge. Empty: the texts of phases called instruct."),
            number(
                "balance", &O::balance, {0, 100}, "",
                "Weight of the balancing loss, which shares the work out evenly on each side. 0, as in the original's script: none."),
            number(
                "delta", &O::delta, {0, 1, false, true}, "",
                "How far apart the sides are kept: balanced, an adapter works (1 + delta) / (1 - delta) times as much for texts of its own "
                "side. 0, as in the original's script: no sides."),
            integer("merge_sequences", &O::mergeSequences, {1, 1e6}, "sequences",
                    "Training sequences of every text that the mean routing weights are taken over, at most."),
            sourceSharesField(&O::shares),
            keptStateField(
                &O::keep,
                "Which adapters and routers are merged at the end of a phase: those of the best measurement, or the last."),
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
