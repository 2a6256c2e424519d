#pragma once

#include "core/settings/field_kinds.h"
#include "core/train/schedule.h"

#include <memory>

namespace lorashear {

struct PruningTask;
class PruningSession;

struct ShearedLlamaOptions {
    int gateSteps = 150;
    int settleSteps = 50;
    double gateRate = 0.1;
    double multiplierRate = 0.1;
    double start = 3;
    double ramp = 0.2;
    int rateWarmup = 10;
};

/// Sheared-LLaMA's targeted pruning (arXiv 2310.06694 section 3.1) with a frozen base and adapters, as Compresso (2310.05015) does it: random
/// gates on the groups are learnt together with the adapters, held to the plan's counts by Lagrange multipliers.
struct ShearedLlama {
    static constexpr const char* kId = "sheared-llama";
    static constexpr const char* kTitle = "Sheared-LLaMA (frozen base)";
    static constexpr const char* kHelp =
        "Every group gets a random gate that is learnt together with the adapters; Lagrange multipliers bring the expected number of closed "
        "gates to the plan's. Then the least open ones are closed for good.";

    using Options = ShearedLlamaOptions;
    static settings::Table<Options> options() {
        using namespace settings;
        using O = ShearedLlamaOptions;
        return {
            integer(
                "gate_steps", &O::gateSteps, {1, 1e6}, "steps",
                "Training of gates and adapters together. The original has 3,200; below about 100 the gates hardly get to know anything."),
            integer("settle_steps", &O::settleSteps, {0, 1e6}, "steps", "Training after the gates have been decided."),
            number(
                "gate_rate", &O::gateRate, {0, 10, true, false}, "",
                "Adam's rate for the gates: how far log alpha, between -4.6 and 4.6, moves in a step. The original has 1, Compresso 0.1."),
            number(
                "multiplier_rate", &O::multiplierRate, {0, 10, true, false}, "",
                "Adam's rate for the multipliers, upwards. The original has 1; larger ones meet the target sooner and drown the loss."),
            number(
                "start", &O::start, {-4.6, 4.6}, "",
                "Log alpha at the beginning. At 3 a gate is closed with a chance of 1 in 100; the original's 5 is cut to 4.6."),
            number("ramp", &O::ramp, {0, 1}, "",
                   "Share of the gate steps over which the target rises from nothing to the plan's."),
            integer("rate_warmup", &O::rateWarmup, {0, 1e5}, "steps",
                    "Steps over which the adapters' learning rate rises to its full value."),
        };
    }

    static std::vector<SchedulePhase> schedule(const Options& options) {
        using Kind = SchedulePhase::Kind;
        return {{"gates", options.gateSteps, Kind::Prune, true, "/method/options/gate_steps"},
                {"settling", options.settleSteps, Kind::Settle, false, "/method/options/settle_steps"}};
    }

    static std::unique_ptr<PruningSession> make(PruningTask task, const Options& options);
};

}  // namespace lorashear
