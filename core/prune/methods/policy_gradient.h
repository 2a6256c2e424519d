#pragma once

#include "core/settings/field_kinds.h"
#include "core/train/schedule.h"

#include <memory>
#include <string>

namespace lorashear {

struct PruningTask;
class PruningSession;

struct PolicyGradientOptions {
    int steps = 200;
    int pairs = 1;
    std::string loss = "nll";
    std::string start = "activation_square";
    int calibrationSequences = 64;
    double rate = 0.02;
    double baselineDecay = 0.8;
    double exploration = 0.01;
    bool preconditioned = true;
    int settleSteps = 0;
    int rateWarmup = 10;
};

/// Bypass back-propagation (arXiv 2406.10576): every group has a probability of being kept; the losses of models drawn from these move them.
struct PolicyGradient {
    static constexpr const char* kId = "policy-gradient";
    static constexpr const char* kTitle = "Policy gradient";
    static constexpr const char* kHelp =
        "Searches which groups to keep with forward passes alone: models are drawn at random, and what they lose moves the probability of "
        "every group. With thousands of groups it needs thousands of steps, but it can minimise what has no gradient.";

    using Options = PolicyGradientOptions;
    static settings::Table<Options> options() {
        using namespace settings;
        using O = PolicyGradientOptions;
        return {
            integer("steps", &O::steps, {1, 1e6}, "steps",
                    "Batches of the search; each is looked at by every model of its pairs. The original has 15,000."),
            integer(
                "pairs", &O::pairs, {1, 64}, "pairs",
                "Models drawn for a batch, two at a time: one, and its mirror image, which keeps where the other is likely to drop."),
            choice(
                "loss", &O::loss, {"nll", "kl", "wrong-tokens", "wrong-answers"},
                "What is minimised: the loss on the text; the divergence from what the whole model says (varies less from batch to "
                "batch); the share of tokens, or of whole responses of instruction data, that are not predicted right."),
            choice("start", &O::start, {"even", "magnitude", "activation", "activation_square"},
                   "What the probabilities begin with: all alike, or by this proxy, standardised within every node group."),
            integer("calibration_sequences", &O::calibrationSequences, {1, 4096}, "sequences",
                    "Training sequences, spread over the texts, that the beginning looks at."),
            number(
                "rate", &O::rate, {0, 10, true, false}, "",
                "Step of the probabilities, in units of the losses' usual distance from their average; falls to 0 along a cosine. Not the "
                "recipe's learning rate, which is that of settling."),
            number("baseline_decay", &O::baselineDecay, {0, 0.9999}, "",
                   "Of the moving averages of losses, and of their distance from it, over the batches before."),
            number(
                "exploration", &O::exploration, {0, 0.25}, "",
                "Probabilities keep this distance from 0 and 1, so that nothing is decided before the end; less where the plan needs it."),
            flag(
                "preconditioned", &O::preconditioned,
                "Whether every coordinate is multiplied by its standard deviation, as in the original; without it the estimate is the plain "
                "gradient, which is wild near 0 and 1."),
            integer("settle_steps", &O::settleSteps, {0, 1e6}, "steps",
                    "Training of the adapters after the groups have gone."),
            integer("rate_warmup", &O::rateWarmup, {0, 1e5}, "steps",
                    "Steps of settling over which the learning rate rises to its full value."),
        };
    }

    static std::vector<SchedulePhase> schedule(const Options& options) {
        using Kind = SchedulePhase::Kind;
        return {{"search", options.steps, Kind::Prune, true, "/method/options/steps"},
                {"settling", options.settleSteps, Kind::Settle, false, "/method/options/settle_steps"}};
    }

    static std::unique_ptr<PruningSession> make(PruningTask task, const Options& options);
};

}  // namespace lorashear
