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

SequenceSplit split(std::vector<Sequence> sequences, const Recipe& recipe, const RecipeSource& source) {
    return splitSequences(std::move(sequences), recipe.recovery.validationSequences, recipe.seed, source.name);
}

/// The recovery's source that is cut from the same file into the same windows; null: none.
const RecipeSource* recoverySourceOf(const Recipe& recipe, const RecipeSource& source) {
    if (!recipe.recovery.enabled || recipe.recovery.window != recipe.training.window) return nullptr;
    for (const RecoveryPhase& phase : recipe.recovery.phases)
        for (const RecipeSource& other : phase.sources)
            if (other.path == source.path && other.format == source.format) return &other;
    return nullptr;
}

}  // namespace

std::vector<Sequence> trainingSequences(const Tokenizer& tokenizer, const Recipe& recipe) {
    std::vector<Sequence> result;
    for (const RecipeSource& source : recipe.training.sources) {
        auto sequences = sequencesOf(tokenizer, source, recipe.training.window, recipe.training.shortestDocument);
        if (const RecipeSource* same = recoverySourceOf(recipe, source))
            sequences = split(std::move(sequences), recipe, *same).training;
        std::move(sequences.begin(), sequences.end(), std::back_inserter(result));
    }
    return result;
}

std::vector<RecoveryPhasePlan> recoveryPhases(const Tokenizer& tokenizer, const Recipe& recipe) {
    std::vector<RecoveryPhasePlan> phases;
    for (const RecoveryPhase& phase : recipe.recovery.phases) {
        RecoveryPhasePlan plan{phase.name, {}, phase.maxRounds, phase.stepsPerRound};
        for (const RecipeSource& source : phase.sources) {
            auto parts = split(sequencesOf(tokenizer, source, recipe.recovery.window, recipe.training.shortestDocument), recipe, source);
            plan.sources.push_back({source.name, std::move(parts.training), std::move(parts.validation), 0});
        }
        phases.push_back(std::move(plan));
    }
    return phases;
}

LoraOptions loraOptions(const Recipe& recipe) {
    return {recipe.lora.rank, recipe.lora.alpha, recipe.lora.dropout, recipe.lora.rankStabilised, recipe.lora.targets};
}

TrainerOptions pruningTraining(const Recipe& recipe, Compute compute) {
    TrainerOptions options;
    options.optimizer.learningRate = recipe.training.learningRate;
    options.batch = recipe.training.batch;
    options.distillation = recipe.training.distillation;
    options.compute = compute;
    options.seed = recipe.seed;
    return options;
}

RecoveryOptions recoveryOptions(const Recipe& recipe, Compute compute) {
    const Recipe::Recovery& wanted = recipe.recovery;
    RecoveryOptions options;
    options.lora = loraOptions(recipe);
    options.training.optimizer.learningRate = wanted.learningRate;
    options.training.batch = wanted.batch;
    options.training.distillation = wanted.distillation;
    options.training.compute = compute;
    options.training.seed = recipe.seed;
    options.weighting = wanted.weighting;
    options.floor = wanted.floor;
    options.temperature = wanted.temperature;
    options.patience = wanted.patience;
    options.minGain = wanted.minGain;
    options.repeat = wanted.repeat;
    options.seed = recipe.seed;
    return options;
}

}  // namespace lorashear
