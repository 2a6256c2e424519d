#pragma once

#include "core/prune/kept_blocks.h"
#include "core/prune/methods/cut_times.h"
#include "core/settings/field_kinds.h"

namespace lorashear {

/// What every method is asked that scores groups once, removes the lowest and leaves the rest to training: when, on what, how scores of
/// different blocks are compared, how their readers make good for the loss.
struct ScoredOptions {
    enum class Ranking { Local, Global, Standardised };
    enum class Compensation { None, Bias, Scale, LeastSquares };
    int warmupSteps = 0;
    int cuts = 1;
    int cutSteps = 0;
    int settleSteps = 10;
    int rateWarmup = 10;
    int calibrationSequences = 64;
    Ranking ranking = Ranking::Local;
    int keepFirstBlocks = 0, keepLastBlocks = 0;
    Compensation compensation = Compensation::None;
    double damping = 0.01;

    CutTimes times() const { return {warmupSteps, cuts, cutSteps, settleSteps}; }
    KeptBlocks keptBlocks() const { return {keepFirstBlocks, keepLastBlocks}; }
};

inline settings::Table<ScoredOptions> scoredTable() {
    using O = ScoredOptions;
    using namespace settings;
    return {
        integer("calibration_sequences", &O::calibrationSequences, {1, 4096}, "sequences",
                "Training sequences, drawn by the run's seed, that scores and compensation look at."),
        enumeration(
            "ranking", &O::ranking,
            {{O::Ranking::Local, "local"}, {O::Ranking::Global, "global"}, {O::Ranking::Standardised, "standardised"}},
            "Local: every block loses the same share of each kind. Global: scores of all blocks are compared as they are. "
            "Standardised: after each block's were brought to mean 0 and variance 1. How many go in all is the plan's matter."),
        integer("keep_first_blocks", &O::keepFirstBlocks, {0, 10000}, "blocks",
                "So many blocks at the beginning stay whole; the others lose what the plan wants."),
        integer("keep_last_blocks", &O::keepLastBlocks, {0, 10000}, "blocks", "The same at the end."),
        enumeration(
            "compensation", &O::compensation,
            {{O::Compensation::None, "none"},
             {O::Compensation::Bias, "bias"},
             {O::Compensation::Scale, "scale"},
             {O::Compensation::LeastSquares, "least-squares"}},
            "How linears make good for inputs that go. Bias: their mean becomes a bias (FLAP); where the model has no place for one, least "
            "squares. Scale: each output gets the factor that fits best, and a bias where there is a place (SlimLLM). Least squares: the "
            "other inputs take over what they can."),
        number("damping", &O::damping, {1e-6, 1.0}, "", "Ridge of least squares, as a share of the inputs' mean square."),
        integer("warmup_steps", &O::warmupSteps, {0, 1e6}, "steps",
                "Training of the adapters before groups are scored and zeroed."),
        integer("cuts", &O::cuts, {1, 1000}, "cuts",
                "Groups go in so many equal parts, each scored on what the part before has left."),
        integer("cut_steps", &O::cutSteps, {0, 1e6}, "steps", "Training between one cut and the next."),
        integer("settle_steps", &O::settleSteps, {0, 1e6}, "steps",
                "Training after the last cut, before the model is compacted."),
        integer("rate_warmup", &O::rateWarmup, {0, 100000}, "steps",
                "Steps over which the learning rate rises to its full value."),
    };
}

}  // namespace lorashear
