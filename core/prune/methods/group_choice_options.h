#pragma once

#include "core/knowledge/saliency_proxies.h"
#include "core/prune/curvature_use.h"
#include "core/settings/field_kinds.h"

#include <map>
#include <string>
#include <vector>

namespace lorashear {

/// What every method that chooses groups is asked: how they are ranked, what makes good for their loss, how training begins.
struct GroupChoiceOptions {
    std::string saliency = "curvature";
    std::map<std::string, double> mix = {{"magnitude", 0.2},
                                         {"avg_magnitude", 0.2},
                                         {"cosine_similarity", 0.2},
                                         {"taylor_first_order", 0.2},
                                         {"taylor_second_order", 0.2}};
    int calibrationSequences = 0;
    int rankingRounds = 8;
    bool compensation = true;
    double damping = 0.01;
    int rateWarmup = 10;
    CurvatureUse curvatureUse() const { return {saliency == "curvature", compensation}; }
};

inline std::vector<std::string> saliencyChoices() {
    std::vector<std::string> choices{"curvature", "mix"};
    for (const std::string& id : saliencyProxyIds()) choices.push_back(id);
    return choices;
}

inline settings::Table<GroupChoiceOptions> groupChoiceTable() {
    using O = GroupChoiceOptions;
    using namespace settings;
    return {
        choice(
            "saliency", &O::saliency, saliencyChoices(),
            "What ranks the groups, lowest first: the expected rise of the loss after the best repair (curvature), the weighted mix of "
            "LoRA proxies below, or one proxy alone."),
        weights("mix", &O::mix, saliencyProxyIds(), kSaliencyWeights,
                "Weights of the proxies when saliency is \"mix\"; those left out count 0."),
        integer(
            "calibration_sequences", &O::calibrationSequences, {0, 4096}, "sequences",
            "Training sequences, spread over the texts, that every pick's saliencies and compensation look at; 0: a third of what "
            "training reads until the next pick, at least 16 and at most 64 (one-shot: 64).")
            .formerly("calibrationSequences"),
        integer("ranking_rounds", &O::rankingRounds, {1, 64}, "rounds",
                "With curvature: a selection is made in so many parts, each ranked after the repair of those before.")
            .formerly("rankingRounds"),
        flag("compensation", &O::compensation,
             "Whether the columns that stay take over what a dying group gave, by least squares on the calibration inputs."),
        number("damping", &O::damping, {1e-6, 1.0}, "",
               "Ridge of that least squares, as a share of the inputs' mean square."),
        integer("rate_warmup", &O::rateWarmup, {0, 100000}, "steps",
                "Steps over which the learning rate rises to its full value.")
            .formerly("rateWarmup"),
    };
}

}  // namespace lorashear
