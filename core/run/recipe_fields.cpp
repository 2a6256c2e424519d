#include "core/run/recipe_fields.h"

#include "core/eval/presets.h"
#include "core/export/formats.h"
#include "core/knowledge/analysis_fields.h"
#include "core/model/model_fields.h"
#include "core/plan/plan_fields.h"
#include "core/prune/method_table.h"
#include "core/recover/scheme_table.h"
#include "core/settings/field_kinds.h"
#include "core/train/step_fields.h"

#include <algorithm>

namespace lorashear::recipe {

using namespace settings;

namespace {

constexpr Range kShare{0, 1, false, true};
constexpr Range kRate{0, 10, true, false};
constexpr Range kCount{1, 1e9};
constexpr Range kCountOrAll{0, 1e9};

const Table<RecipeSource>& sourceTable() {
    static const Table<RecipeSource> table{
        text("name", &RecipeSource::name, "Name in charts and events.", true),
        text("path", &RecipeSource::path, "File, relative to the recipe's folder or absolute.", true),
        enumeration("format", &RecipeSource::format,
                    {{SourceFormat::Auto, "auto"},
                     {SourceFormat::Text, "text"},
                     {SourceFormat::JsonLines, "jsonl"},
                     {SourceFormat::Alpaca, "alpaca"}},
                    "How the file is read; auto goes by its ending (.txt, .jsonl, .json)."),
    };
    return table;
}

const Table<RecipeText>& textTable() {
    static const Table<RecipeText> table{
        text("name", &RecipeText::name, "Name in tables and events."),
        text("path", &RecipeText::path, "Text file, relative to the recipe's folder or absolute."),
        integer("window", &RecipeText::window, {2, 1 << 20}, "tokens",
                "Length of one window, the BOS token included; at most the model's context."),
        integer("stride", &RecipeText::stride, {0, 1 << 20}, "tokens",
                "Distance of two windows' beginnings; 0: no overlap."),
        integer("max_windows", &RecipeText::maxWindows, kCountOrAll, "windows",
                "How many windows from the beginning, or behind those skipped; 0: all."),
        integer("skip_windows", &RecipeText::skipWindows, kCountOrAll, "windows",
                "Windows at the beginning that are left out: settings chosen on the first are reported on the next."),
        flag("bos", &RecipeText::bos, "Whether every window begins with the BOS token, where the tokenizer has one."),
    };
    return table;
}

const Table<Recipe::Model>& modelTable() {
    static const Table<Recipe::Model> table{
        text("path", &Recipe::Model::path,
             "Hugging Face folder or GGUF file of the model, relative to the recipe's folder or absolute.", true),
        text("adapter", &Recipe::Model::adapter,
             "Folder of a PEFT LoRA adapter that is merged into the model first; empty: none."),
        text(
            "hash", &Recipe::Model::hash,
            "SHA-256 of weights, config and adapter; empty: not checked (older recipes: of the weights alone). A run writes it into its own copy of the recipe."),
    };
    return table;
}

const Table<Recipe::Analysis>& analysisTable() {
    static const Table<Recipe::Analysis> table = [] {
        Table<Recipe::Analysis> all{flag("enabled", &Recipe::Analysis::enabled,
                                         "Measure how knowledge is spread over the node groups before planning.")};
        inherit(all, analysisFields());
        all.push_back(object(
            "text", &Recipe::Analysis::text, textTable,
            "Text whose loss is measured and whose activations calibrate; should be neither trained on nor a test text. Without a path: what is held out of the training texts, by recovery for its stop rule or, where that reads none of them, as much for the analysis."));
        return all;
    }();
    return table;
}

template <class Entry>
std::vector<std::string> idsOf(const std::vector<Entry>& table) {
    std::vector<std::string> ids;
    ids.reserve(table.size());
    for (const Entry& entry : table) ids.push_back(entry.id);
    return ids;
}

/// Options of the entry of a table that `id` names: what may stand there depends on it, so it is read first.
template <class T, class Entry>
Field<T> optionsField(std::string T::*id, std::string T::*options, const std::vector<Entry>& table, std::string pointer,
                      const char* help) {
    const auto entry = [=, &table](const T& t) -> const Entry& {
        const auto found = std::find_if(table.begin(), table.end(), [&](const Entry& e) { return e.id == t.*id; });
        if (found == table.end())
            fail(pointer, "names \"" + t.*id + "\", which is not known here", "known: " + joined(idsOf(table)));
        return *found;
    };
    return {settingOf("options", SettingType::Object, "", help),
            [=](T& t, const json& value, const Place& place) {
                if (!value.is_object()) fail(place, "must be an object");
                t.*options = entry(t).options.complete(value.dump(), place);
            },
            [=](const T& t) { return ordered_json::parse(entry(t).options.complete(t.*options, pointer)); },
            [](std::vector<Setting>&, const std::string&) {}};
}

const Table<ReconstructionOptions>& reconstructionTable() {
    using O = ReconstructionOptions;
    static const Table<O> table{
        integer(
            "steps", &O::steps, {0, 1e6}, "steps",
            "Steps of Adam for every attention and every MLP that lost groups; all of them together cost about as many training steps with "
            "distillation. 0: none."),
        number("learning_rate", &O::learningRate, kShare, "",
               "How far a step moves a weight, as a share of its matrix's root mean square; falls along half a cosine."),
        enumeration(
            "inputs", &O::inputs, {{O::Inputs::Dense, "dense"}, {O::Inputs::Own, "own"}},
            "What the sub-blocks read meanwhile. dense: what they read before the method began, each for itself. own: what the blocks before "
            "them, reconstructed already, give out."),
        integer("calibration_sequences", &O::calibrationSequences, {1, 4096}, "sequences",
                "Training sequences, spread over the texts, whose outputs are to be met."),
    };
    return table;
}

const Table<Recipe::Method>& methodFields() {
    static const Table<Recipe::Method> table{
        choice("id", &Recipe::Method::id, idsOf(methodTable()), "The pruning method."),
        optionsField(&Recipe::Method::id, &Recipe::Method::optionsJson, methodTable(), "/method/options",
                     "The method's own options; see below."),
        object(
            "reconstruction", &Recipe::Method::reconstruction, reconstructionTable,
            "After any method: attention as a whole and MLP as a whole, where groups have gone, are brought back to what they gave out before it began. "
            "What a plan cuts at once has no part in it."),
    };
    return table;
}

/// A rate that may be left to the model's size.
template <class T>
Field<T> rateField(double T::*member, const char* help) {
    Setting about = settingOf("learning_rate", SettingType::Number, kRate, "", help);
    about.nullable = true;
    return {about,
            [=](T& t, const json& value, const Place& place) {
                t.*member = value.is_null() ? 0 : readNumber(value, kRate, place);
            },
            [=](const T& t) { return t.*member > 0 ? ordered_json(t.*member) : ordered_json(nullptr); }};
}

const Table<Recipe::Training>& trainingTable() {
    static const Table<Recipe::Training> table{
        list(
            "sources", &Recipe::Training::sources, sourceTable,
            "Texts that the pruning stage trains and calibrates on, without what recovery holds out of them, under whatever name and window it reads them."),
        rateField(
            &Recipe::Training::learningRate,
            "AdamW's learning rate after warm-up; null: by the model's size, 0.01 * (260,000 / parameters)^0.45 between 0.0001 and 0.01 "
            "(0.01 was best for stories260K, 0.0001 is usual at 7B). A run writes the number into its own copy of the recipe."),
        batchField<Recipe::Training>(),
        integer("window", &Recipe::Training::window, {2, 1 << 20}, "tokens",
                "Length of one sequence, the BOS token included; at most the model's context."),
        distillationField<Recipe::Training>(),
        integer(
            "shortest_document", &Recipe::Training::shortestDocument, {0, 1e6}, "tokens",
            "Only paragraphs of more tokens are kept, cleaned of irregular characters, as in the paper (64); 0: all, as they are."),
    };
    return table;
}

const Table<RecoveryPhase>& phaseTable() {
    static const Table<RecoveryPhase> table{
        text("name", &RecoveryPhase::name, "Name of the phase, e.g. pretraining or instruct.", true),
        list("sources", &RecoveryPhase::sources, sourceTable, "Texts that are mixed by how much was lost on each."),
        integer("max_rounds", &RecoveryPhase::maxRounds, {1, 10000}, "rounds",
                "Rounds at most; fewer when the loss stops falling."),
        integer("steps_per_round", &RecoveryPhase::stepsPerRound, {1, 1e7}, "steps",
                "Optimizer steps between two evaluations."),
    };
    return table;
}

const Table<Recipe::Recovery>& recoveryTable() {
    static const Table<Recipe::Recovery> table{
        flag("enabled", &Recipe::Recovery::enabled, "Train the compact model after pruning."),
        list(
            "phases", &Recipe::Recovery::phases, phaseTable,
            "Phases one after another: pretraining texts, then instructions. Instructions teach how to answer, not what the model has "
            "forgotten: knowledge that pruning cost comes back with pretraining texts, and the more is pruned the more of them it takes."),
        rateField(&Recipe::Recovery::learningRate,
                  "Highest learning rate of a phase; null: by the model's size, as in training."),
        batchField<Recipe::Recovery>(),
        integer("window", &Recipe::Recovery::window, {2, 1 << 20}, "tokens",
                "Length of one sequence, the BOS token included; at most the model's context."),
        choice("scheme", &Recipe::Recovery::scheme, idsOf(schemeTable()), "How recovery goes about its phases."),
        optionsField(&Recipe::Recovery::scheme, &Recipe::Recovery::optionsJson, schemeTable(), "/recovery/options",
                     "The scheme's own options; see below."),
        integer("validation_sequences", &Recipe::Recovery::validationSequences, kCount, "sequences",
                "Of each source, kept apart from all training: at most so many, and at most a fifth."),
        distillationField<Recipe::Recovery>(),
        flag(
            "repeat", &Recipe::Recovery::repeat,
            "Go through the texts again once they are used up; otherwise the phase ends there, and no document is used twice. Few instructions gone over again and again teach their wording, not more skill."),
        choice(
            "adapters", &Recipe::Recovery::adapters, {"fresh", kContinuedAdapters},
            "What the first phase trains. fresh: new adapters on the pruned model, whose weights hold those of pruning. continue: those of pruning, "
            "further; schemes that train something else begin afresh."),
        choice(
            "schedule", &Recipe::Recovery::schedule, {"fresh", kContinuedSchedule},
            "What the learning rate does. fresh: rises to a constant while pruning, then rises and falls along half a cosine in every phase. continue: one "
            "cosine from the first step of pruning to the last of recovery (of pruning, where none follows); what begins with fresh adapters still rises."),
        flag(
            "train_norms", &Recipe::Recovery::trainNorms,
            "Train the gains and biases of all norms beside the adapters. What is learned is no adapter alone then, and none is kept for export."),
        flag(
            "train_embedding", &Recipe::Recovery::trainEmbedding,
            "Train the word embedding, and the head, beside the adapters: for texts with other words than the model knows. Holds a step's logits "
            "in memory at once, and 20 bytes for each weight. As with norms, no adapter is kept for export."),
    };
    return table;
}

const Table<Recipe::Evaluation>& evaluationTable() {
    static const Table<Recipe::Evaluation> table{
        choice(
            "preset", &Recipe::Evaluation::preset, presetNames(),
            "A published protocol, whose windows and BOS take the place of those of all texts, and whose way with BOS before questions; none: as the texts say. Numbers compare within one only."),
        list("texts", &Recipe::Evaluation::texts, textTable,
             "Texts whose perplexity is measured before and after; the first is the headline."),
        text("tasks", &Recipe::Evaluation::tasks, "Folder of zero-shot task files; empty: none."),
        integer("task_limit", &Recipe::Evaluation::taskLimit, kCountOrAll, "questions", "Per task; 0: all."),
        flag("speed", &Recipe::Evaluation::speed, "Measure prefill and decode speed."),
        flag(
            "adapted_dense", &Recipe::Evaluation::adaptedDense,
            "Train the original too, once the result is measured: nothing removed, on as many tokens as pruning and recovery together, by the same recovery and "
            "seed; and measure it. What the texts teach by themselves can be told from what pruning costs then. Takes about as long as the run's training."),
        text("prompt", &Recipe::Evaluation::prompt, "Beginning of the sample texts."),
        integer("sample_tokens", &Recipe::Evaluation::sampleTokens, {0, generationSetting("max_tokens").range.most},
                "tokens", "Length of the sample texts; 0: none."),
    };
    return table;
}

const Table<Recipe::Export>& exportTable() {
    static const Table<Recipe::Export> table{
        choice("format", &Recipe::Export::format, exportFormatIds(), "File format of the result."),
        choice("dtype", &Recipe::Export::dtype, exportDtypes(), "Storage type; source: as the original."),
    };
    return table;
}

Field<Recipe> seedField() {
    Setting about = settingOf("seed", SettingType::Integer, "", "Seed of every random stream.");
    about.allowed = "0 <= x";
    return {about, [](Recipe& recipe, const json& value, const Place& place) { recipe.seed = readSeed(value, place); },
            [](const Recipe& recipe) { return ordered_json(recipe.seed); }};
}

}  // namespace

const Table<Recipe>& recipeTable() {
    static const Table<Recipe> table{
        text("note", &Recipe::note, "Free text."),
        object("model", &Recipe::model, modelTable, "The model to prune."),
        object("lora", &Recipe::lora, loraFields, "Adapters that pruning and recovery train."),
        object("analysis", &Recipe::analysis, analysisTable, "Knowledge analysis."),
        object("plan", &Recipe::plan, planTable, "How much is removed, and from where."),
        object("method", &Recipe::method, methodFields, "How it is removed."),
        object("training", &Recipe::training, trainingTable, "Training while pruning."),
        object("recovery", &Recipe::recovery, recoveryTable, "Training after pruning."),
        object("evaluation", &Recipe::evaluation, evaluationTable, "What is measured before and after."),
        list("exports", &Recipe::exports, exportTable, "What is written at the end besides the run's own model folder."),
        seedField(),
        integer("threads", &Recipe::threads, {0, 1024}, "",
                "Threads of the arithmetic; 0: all cores. Results repeat to the bit for the same number."),
        choice(
            "compute", &Recipe::compute, {"fp32", "mixed"},
            "mixed: products with frozen weights in bf16 with fp32 sums; takes 4 bytes more for each weight of a small model."),
        text("device", &Recipe::device, "cpu, cuda or cuda:N."),
        integer("checkpoint_steps", &Recipe::checkpointSteps, kCount, "steps", "Optimizer steps between two checkpoints."),
    };
    return table;
}

}  // namespace lorashear::recipe
