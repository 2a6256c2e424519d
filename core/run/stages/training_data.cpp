#include "core/run/stages/training_data.h"

#include "core/recover/training_text.h"
#include "core/text/tokenizer.h"

#include <algorithm>
#include <iterator>

namespace lorashear {

namespace {

std::vector<Sequence> sequencesOf(const Tokenizer& tokenizer, const RecipeSource& source, int window, int shortest) {
    return trainingSequences(readDocuments(source.path, source.format), tokenizer, window, shortest, source.path);
}

}  // namespace

std::vector<Sequence> trainingSequences(const Tokenizer& tokenizer, const Recipe::Training& training) {
    std::vector<Sequence> result;
    for (const RecipeSource& source : training.sources) {
        auto sequences = sequencesOf(tokenizer, source, training.window, training.shortestDocument);
        std::move(sequences.begin(), sequences.end(), std::back_inserter(result));
    }
    return result;
}

std::vector<RecoveryPhasePlan> recoveryPhases(const Tokenizer& tokenizer, const Recipe& recipe) {
    std::vector<RecoveryPhasePlan> phases;
    for (const RecoveryPhase& phase : recipe.recovery.phases) {
        RecoveryPhasePlan plan{phase.name, {}, phase.maxRounds, phase.stepsPerRound};
        for (const RecipeSource& source : phase.sources) {
            auto split = splitSequences(sequencesOf(tokenizer, source, recipe.recovery.window, recipe.training.shortestDocument),
                                        recipe.recovery.validationSequences, recipe.seed, source.name);
            plan.sources.push_back({source.name, std::move(split.training), std::move(split.validation), 0});
        }
        phases.push_back(std::move(plan));
    }
    return phases;
}

}  // namespace lorashear
