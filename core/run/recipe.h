#pragma once

#include "core/knowledge/analysis_settings.h"
#include "core/model/lora_options.h"
#include "core/plan/plan.h"
#include "core/prune/reconstruction_options.h"
#include "core/text/text_source.h"
#include "core/train/step_settings.h"

#include <nlohmann/json_fwd.hpp>

#include <filesystem>
#include <string>
#include <vector>

namespace lorashear {

/// A text to train, calibrate or evaluate on. Paths are relative to the recipe file's folder or absolute.
struct RecipeSource {
    std::string name;
    std::string path;
    SourceFormat format = SourceFormat::Auto;
};

struct RecipeText {  ///< a perplexity protocol
    std::string name, path;
    int window = 512;    ///< tokens, BOS included
    int stride = 0;      ///< 0: = window (no overlap)
    int maxWindows = 0;  ///< 0: all
    bool bos = true;     ///< where the tokenizer has a BOS token
    int skipWindows = 0;
};

struct RecoveryPhase {
    std::string name;  ///< "pretraining", "instruct"
    std::vector<RecipeSource> sources;
    int maxRounds = 2;
    int stepsPerRound = 20;
};
RecoveryPhase pretrainingPhase(const RecipeSource& source);  ///< what a recipe begins with

inline constexpr const char* kContinuedAdapters = "continue";  ///< of Recipe::Recovery::adapters; the other is "fresh"
inline constexpr const char* kContinuedSchedule = "continue";  ///< of Recipe::Recovery::schedule; the other is "fresh"

/// The whole experiment: what the window writes and `lorashear run` repeats to the bit. Field docs and ranges: resources/help/recipe.md,
/// made from the same table that parses (core/run/recipe_fields.cpp).
struct Recipe {
    struct Model {
        std::string path, hash, adapter{};
    } model;  ///< hash: OpenedModel::modelHash, "" = not checked
    LoraOptions lora;
    struct Analysis : AnalysisSettings {
        bool enabled = true;
        RecipeText text;  ///< without a path: what is held out of the training texts (run/stages/training_data.h)
    } analysis;
    PlanOptions plan;
    struct Method {
        std::string id = "lhspg";
        std::string optionsJson = "{}";  ///< checked against the method's table
        ReconstructionOptions reconstruction{};
    } method;
    struct Training : StepSettings {
        std::vector<RecipeSource> sources;  ///< of the pruning stage
        double learningRate = 0;            ///< 0, null in the file: learningRateFor(the model's parameters)
        int window = 256;
        int shortestDocument = 0;  ///< tokens; only paragraphs of more are kept (the paper: 64); 0: all
    } training;
    struct Recovery : StepSettings {
        bool enabled = true;
        std::vector<RecoveryPhase> phases;
        double learningRate = 0;  ///< as in Training
        int window = 256;
        std::string scheme = "dynamic";  ///< id in schemeTable()
        std::string optionsJson = "{}";  ///< checked against the scheme's table
        int validationSequences = 32;    ///< per source
        bool repeat = false;
        std::string adapters = "fresh";                   ///< or kContinuedAdapters
        std::string schedule = "fresh";                   ///< or kContinuedSchedule
        bool trainNorms = false, trainEmbedding = false;  ///< beside the adapters, whatever the scheme
    } recovery;
    struct Evaluation {
        std::string preset =
            "none";  ///< id in evaluationPresets(), or none; parsing puts its window, stride and BOS into texts
        std::vector<RecipeText> texts;
        std::string tasks;    ///< folder of task files; "" = none
        int taskLimit = 100;  ///< questions per task; 0: all
        bool speed = true;
        bool adaptedDense = false;
        std::string prompt = "Once upon a time";
        int sampleTokens = 80;
    } evaluation;
    struct Export {
        std::string format = "huggingface", dtype = "source";
        bool operator==(const Export&) const = default;
    };
    std::vector<Export> exports;
    std::uint64_t seed = 1;
    int threads = 0;  ///< 0: all cores; written out as the number used
    std::string compute = "fp32";
    std::string device = "cpu";
    int checkpointSteps = 25;
    std::string note;                ///< free text
    std::vector<std::string> notes;  ///< what parseRecipe found under a former name; no part of the file

    static constexpr int kVersion = 1;
};

/// Error(BadRecipe) with the JSON pointer as subject: unknown keys, wrong types, values out of range, a newer version (naming both).
Recipe parseRecipe(const std::string& text, const std::string& subject);
std::string recipeText(const Recipe& recipe);          ///< pretty JSON, all keys, stable order
Recipe loadRecipe(const std::filesystem::path& file);  ///< also makes relative paths absolute
std::string absolutePath(const std::string& path, const std::filesystem::path& folder);  ///< "~/x" is in the home; "" stays
void makePathsAbsolute(Recipe& recipe, const std::filesystem::path& folder);
/// What each value allows for itself and all together do not: a plan in which nothing takes part, shares that do not add up, options of the method that
/// exclude each other. Error(BadRecipe) with the pointer. Apart from parseRecipe: half-finished work is to open.
void requireConsistent(const Recipe& recipe);
void requireFiles(const Recipe& recipe);  ///< Error(BadInput) for the first path that is not there
/// The format for stock programs that holds what such a plan leaves: without equal counts, layers of different size.
Recipe::Export fittingExport(const PlanOptions& plan);
/// A complete recipe with defaults for a model folder and two texts. What of the training text is held out of training is analysed.
Recipe newRecipe(const std::string& model, const std::string& trainingText, const std::string& evaluationText);
/// AdamW's learning rate for adapters on a model of so many parameters: 0.01 (260,000 / parameters)^0.45, between 1e-4 and 1e-2. The law
/// through two points: 1e-2 for stories260K (found by search here), 1e-4 for 7B models (LLM-Pruner's recovery, used by its successors).
double learningRateFor(std::int64_t parameters);
std::string recipeHelp();  ///< resources/help/recipe.md

}  // namespace lorashear
