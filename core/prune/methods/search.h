#pragma once

#include "core/prune/methods/scored_options.h"

#include <algorithm>
#include <memory>

namespace lorashear {

struct PruningTask;
class PruningSession;

struct SearchOptions : ScoredOptions {
    enum class Score { Wanda, Taylor, Magnitude };
    Score score = Score::Wanda;
    int population = 16, generations = 10;
    double mutation = 0.2;
    int evaluationSequences = 16;
    int recoverySteps = 0;
    SearchOptions() { compensation = Compensation::LeastSquares; }
};

/// Search for efficient large language models (Shen et al., arXiv 2409.17372): evolution of how much every block loses of each kind, judged by the loss on
/// calibration text, then reformation by least squares. Unlike there which groups of a block go follows from a fixed score, every profile
/// meets the budget by itself, and the reformation is the exact answer instead of ADMM's.
struct Search {
    static constexpr const char* kId = "search";
    static constexpr const char* kTitle = "Searched layer profile";
    static constexpr const char* kHelp =
        "How much each block loses is found by evolution, judged by the loss; which groups go is a score's matter; least squares make good.";

    using Options = SearchOptions;
    static settings::Table<Options> options() {
        using namespace settings;
        using O = SearchOptions;
        using S = O::Score;
        Table<O> table = {
            enumeration(
                "score", &O::score, {{S::Wanda, "wanda"}, {S::Taylor, "taylor"}, {S::Magnitude, "magnitude"}},
                "Which groups of a block go first. Wanda: activations times the weights that read them. Taylor: |weight times gradient|. "
                "Magnitude: squares of weights."),
            integer("population", &O::population, {2, 10000}, "profiles",
                    "Profiles in a generation; the better half are the next one's parents."),
            integer("generations", &O::generations, {0, 10000}, "generations",
                    "So many follow the first one, which begins with what local, standardised and global rankings take."),
            number("mutation", &O::mutation, {0.0, 1.0}, "",
                   "How much one change moves from a block to another at most, as a share of what blocks lose on average."),
            integer("evaluation_sequences", &O::evaluationSequences, {1, 4096}, "sequences",
                    "Of the calibration sequences, by whose loss profiles are judged."),
            integer("recovery_steps", &O::recoverySteps, {0, 10000}, "steps",
                    "Training of the adapters before a profile is judged, undone afterwards. 0: right after the cut."),
        };
        inherit(table, scoredTable());
        std::erase_if(table, [](const auto& field) { return field.about.key == "ranking"; });  // what is searched for
        return table;
    }

    static std::vector<SchedulePhase> schedule(const Options& options) { return scheduleOf(options.times()); }
    static std::unique_ptr<PruningSession> make(PruningTask task, const Options& options);
};

}  // namespace lorashear
