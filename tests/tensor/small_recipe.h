#pragma once

#include "core/run/recipe.h"

#include <string>

/// A recipe on the bundled model that runs through every stage in seconds: six pruning and four recovery steps.
inline lorashear::Recipe smallRecipe() {
    const std::string resources = LORASHEAR_SOURCE_DIR "/resources";
    lorashear::Recipe recipe = lorashear::newRecipe(resources + "/models/stories260K", resources + "/data/train_excerpt.txt",
                                                    resources + "/data/valid.txt");
    recipe.analysis.text.window = 64;
    recipe.analysis.text.maxWindows = 4;
    recipe.plan.units["mlp"].minimum = 1;
    recipe.method.optionsJson =
        R"({"warmup_steps": 2, "periods": 2, "period_steps": 2, "calibration_sequences": 4, "ranking_rounds": 1, "rate_warmup": 1})";
    recipe.training.learningRate = 0.005;
    recipe.training.batch = 2;
    recipe.training.window = 64;
    recipe.training.distillation = 0.5;
    recipe.lora.dropout = 0.1;
    recipe.recovery.phases.front().maxRounds = 2;
    recipe.recovery.phases.front().stepsPerRound = 2;
    recipe.recovery.learningRate = 0.005;
    recipe.recovery.batch = 2;
    recipe.recovery.window = 64;
    recipe.recovery.validationSequences = 2;
    recipe.evaluation.texts.front().window = 64;
    recipe.evaluation.texts.front().maxWindows = 4;
    recipe.evaluation.speed = false;
    recipe.evaluation.sampleTokens = 8;
    recipe.checkpointSteps = 2;
    recipe.threads = 1;
    return recipe;
}
