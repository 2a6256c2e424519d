#pragma once

#include "core/plan/plan.h"
#include "core/prune/dropped_parts.h"
#include "core/prune/methods/settling.h"

namespace lorashear {

struct PlanningTask;

struct BlockDropOptions : SettlingOptions {
    enum class Parts { Blocks, SubLayers, Attention, Mlp };
    enum class Score { Unit, Influence, Perplexity, Greedy, Taylor };
    Parts parts = Parts::Blocks;
    Score score = Score::Unit;
};

/// Whole decoder blocks or sub-layers go, before training: by ShortGPT's block influence (arXiv 2403.03853), by the loss without them once or again
/// after each (SLEB, arXiv 2402.09025), or by the Taylor score of their weights (Shortened LLaMA, arXiv 2402.02834). A layer that may
/// not go is a pattern of the plan's `protect`; how many stay at least, and what else is cut at once, the plan's units say.
struct BlockDrop {
    static constexpr const char* kId = "block-drop";
    static constexpr const char* kTitle = "Block drop";
    static constexpr const char* kHelp =
        "Whole blocks or sub-layers go that matter least, as many as come nearest to the ratio; an ordinary checkpoint with fewer layers.";

    using Options = BlockDropOptions;
    static settings::Table<Options> options() {
        using namespace settings;
        using O = BlockDropOptions;
        using P = O::Parts;
        using S = O::Score;
        Table<O> table = {
            enumeration(
                "parts", &O::parts,
                {{P::Blocks, "blocks"}, {P::SubLayers, "sub-layers"}, {P::Attention, "attention"}, {P::Mlp, "mlp"}},
                "What goes: whole blocks; attention and MLP sub-layers, the same share of both; or those of one kind alone."),
            enumeration(
                "score", &O::score,
                {{S::Unit, "unit"},
                 {S::Influence, "influence"},
                 {S::Perplexity, "perplexity"},
                 {S::Greedy, "greedy"},
                 {S::Taylor, "taylor"}},
                "What tells which matter least. Unit: what the plan's unit says, by itself influence for blocks and perplexity for "
                "sub-layers, which influence misjudges. Influence: the angle between what goes in and what comes out (ShortGPT). Perplexity: the "
                "loss without it. Greedy: the same, measured again after each that goes (SLEB). Taylor: sum of |weight times gradient| "
                "over its linears (Shortened LLaMA)."),
        };
        inherit(table, settlingTable());
        return table;
    }

    static std::vector<SchedulePhase> schedule(const Options& options) { return scheduleOf(options); }

    /// Units that are chosen here, and no groups that fade. Other units that are cut at once stay as the person set them.
    static UnitMap units(UnitMap units, const Options& options) {
        static constexpr const char* kScores[] = {nullptr, "influence", "perplexity", "greedy",
                                                  "influence"};  // Taylor is measured here
        const auto take = [&](const char* id, bool takes) {
            units[id].take = takes;
            if (const char* score = kScores[static_cast<int>(options.score)]) units[id].score = score;
        };
        using P = Options::Parts;
        for (const Unit& unit : unitTable())
            if (unit.fades) units[unit.id].take = false;
        take("blocks", options.parts == P::Blocks);
        take("attention_layers", options.parts == P::SubLayers || options.parts == P::Attention);
        take("mlp_layers", options.parts == P::SubLayers || options.parts == P::Mlp);
        return units;
    }
    static PruningPlan plan(const PlanRequest& request, const Options& options) {
        PlanOptions wanted = request.options;
        wanted.units = units(wanted.units, options);
        return planDrops(
            {request.structure, wanted, request.knowledge, request.config, request.scores, request.requiredTokens});
    }
    static PruningPlan plan(const PlanningTask& task, const Options& options);
    static std::unique_ptr<PruningSession> make(PruningTask task, const Options& options);
};

}  // namespace lorashear
