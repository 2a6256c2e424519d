// Pruning quality on the bundled model: what the shipped recipes reach, beside one-shot pruning under the same budget of training steps.
//
//   lorashear-quality [--seeds N] [--only TEXT] [--patch JSON] [--recipe FILE] [--list]
//
// Every row is the recipe of its ratio with a JSON merge patch (RFC 7396); the protocol is the recipe's first evaluation text. Settings
// were chosen on its first windows, so two texts that nothing was chosen on stand beside it: as many windows after those, and
// resources/data/wikipedia_valid.txt.

#include "app/reexec.h"
#include "core/compact/group_masks.h"
#include "core/eval/perplexity.h"
#include "core/knowledge/saliency.h"
#include "core/model/lora.h"
#include "core/prune/pruning_method.h"
#include "core/recover/recovery.h"
#include "core/run/recipe.h"
#include "core/run/stages/opened_model.h"
#include "core/run/stages/training_data.h"
#include "core/trace/tracer.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <sstream>

using namespace lorashear;
using nlohmann::json;

namespace {

struct Row {
    std::string name, recipe;
    json patch;
};

json oneShot(json options, int recoveryRounds) {
    options["warmup_steps"] = 0;
    json patch;
    patch["method"] = {{"id", "one-shot"}, {"options", nullptr}};
    patch["oneShotOptions"] = std::move(options);
    patch["recoveryRounds"] = recoveryRounds;
    return patch;
}

// nulls in a merge patch delete, so options of another method go and the new ones are put in their place.
json patched(json recipe, json patch) {
    const auto options = patch.value("oneShotOptions", json());
    const auto rounds = patch.value("recoveryRounds", 0);
    patch.erase("oneShotOptions");
    patch.erase("recoveryRounds");
    recipe.merge_patch(patch);
    if (!options.is_null()) recipe["method"]["options"] = options;
    if (rounds > 0) recipe["recovery"]["phases"][0]["max_rounds"] = rounds;
    return recipe;
}

std::vector<Row> rowsOfTable() {
    std::vector<Row> rows;
    for (const char* recipe : {"quick", "strong"}) {
        rows.push_back({"LHSPG, as shipped", recipe, json::object()});
        const int otherAlpha = recipe == std::string("quick") ? 32 : 16;
        rows.push_back({"LHSPG, alpha " + std::to_string(otherAlpha), recipe, {{"lora", {{"alpha", otherAlpha}}}}});
        rows.push_back({"LHSPG, rank 8", recipe, {{"lora", {{"rank", 8}, {"alpha", 16}}}}});
        rows.push_back({"LHSPG, rank 8, no distillation",
                        recipe,
                        {{"lora", {{"rank", 8}, {"alpha", 16}}},
                         {"training", {{"distillation", 0}}},
                         {"recovery", {{"distillation", 0}}}}});
        rows.push_back({"one-shot, curvature and repair", recipe, oneShot(json::object(), 10)});
        rows.push_back(
            {"one-shot, activation, no repair", recipe, oneShot({{"saliency", "activation"}, {"compensation", false}}, 10)});
    }
    return rows;
}

/// Perplexities of one model.
struct Scores {
    double chosenOn = 0;  ///< the recipe's protocol
    double heldOut = 0;   ///< as many windows of the same text after those
    double wikipedia = 0;
};

struct Outcome {
    Scores recovered;
    double pruned = 0, ratio = 0, seconds = 0;
    double plainStep = 0, pruningStep = 0;  ///< medians, seconds
    std::int64_t steps = 0;
};

double median(std::vector<double> values) {
    if (values.empty()) return 0;
    std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2), values.end());
    return values[values.size() / 2];
}

json recipeJson(const std::filesystem::path& file) {
    return json::parse(recipeText(loadRecipe(file)));  // with absolute paths
}

class Bench {
public:
    explicit Bench(const Recipe& recipe) : m_recipe(recipe), m_opened(openModel(recipe.model.path)) {}

    Scores dense() { return scores(*m_opened.model); }

    Outcome run() {
        Outcome outcome;
        const double begin = monotonicSeconds();
        auto phases = recoveryPhases(*m_opened.tokenizer, m_recipe);
        for (auto& phase : phases)
            for (auto& source : phase.sources)
                source.reference =
                    meanNll(*m_opened.model, source.validation, m_recipe.recovery.batch, Compute::Fp32, m_control);
        auto model = cloneModel(*m_opened.model);
        attachLora(*model, loraOptions(m_recipe), m_recipe.seed);
        const auto structure = traceStructure(*model);
        const auto plan = makePlan(structure, m_recipe.plan);
        outcome.ratio = plan.expectedRatio;
        const auto chosen = prune(*model, structure, plan, outcome);
        auto compact = mergeAdapters(*sliceModel(*model, structure, chosen));
        outcome.pruned = perplexity(*compact);
        recover(*compact, std::move(phases), outcome);
        outcome.seconds = monotonicSeconds() - begin;
        outcome.recovered = scores(*compact);
        return outcome;
    }

private:
    std::vector<GroupRef> prune(CausalLM& model, const Structure& structure, const PruningPlan& plan, Outcome& outcome) {
        const auto training = trainingSequences(*m_opened.tokenizer, m_recipe);
        const auto source = shuffledSource(training, m_recipe.seed, "training");
        Trainer trainer(model, *source, pruningTraining(m_recipe, Compute::Fp32), m_opened.model.get());
        const auto session = makePruning(m_recipe.method.id, m_recipe.method.optionsJson,
                                         {model, structure, plan, trainer, training, m_control});
        std::vector<double> seconds;
        while (!session->done()) {
            const double begin = monotonicSeconds();
            session->step();
            seconds.push_back(monotonicSeconds() - begin);
            ++outcome.steps;
        }
        outcome.pruningStep = median(seconds);
        return session->chosen();
    }

    void recover(CausalLM& model, std::vector<RecoveryPhasePlan> phases, Outcome& outcome) {
        const auto session = makeRecovery(
            m_recipe.recovery.scheme, m_recipe.recovery.optionsJson,
            {model, std::move(phases), recoveryTraining(m_recipe, Compute::Fp32), m_opened.model.get(), m_control});
        std::vector<double> seconds;
        while (!session->done()) seconds.push_back(session->step().seconds);
        outcome.steps += session->stepsDone();
        outcome.plainStep = median(seconds);
    }

    TextScore score(const CausalLM& model, const std::string& path, int windows) {
        const auto& text = m_recipe.evaluation.texts.front();
        return scoreText(model, *m_opened.tokenizer, readWholeText(path), {text.window, text.stride, windows, text.bos},
                         m_control);
    }

    double perplexity(const CausalLM& model) {
        const auto& text = m_recipe.evaluation.texts.front();
        return score(model, text.path, text.maxWindows).perplexity;
    }

    Scores scores(const CausalLM& model) {
        const auto& text = m_recipe.evaluation.texts.front();
        const auto first = score(model, text.path, text.maxWindows), both = score(model, text.path, 2 * text.maxWindows);
        const double tokens = static_cast<double>(both.tokens - first.tokens);
        const double after = both.nll * static_cast<double>(both.tokens) - first.nll * static_cast<double>(first.tokens);
        return {first.perplexity, std::exp(after / tokens),
                score(model, std::string(LORASHEAR_SOURCE_DIR) + "/resources/data/wikipedia_valid.txt", 0).perplexity};
    }

    Recipe m_recipe;
    OpenedModel m_opened;
    Control m_control;
};

void printHead(const Recipe& recipe) {
    const auto& text = recipe.evaluation.texts.front();
    const TextProtocol protocol{text.window, text.stride, text.maxWindows, text.bos};
    const auto dense = Bench(recipe).dense();
    std::printf("%s, %s; dense perplexity %.4f, the windows after those %.4f, wikipedia %.2f\n",
                std::filesystem::path(text.path).filename().c_str(), protocol.describe().c_str(), dense.chosenOn,
                dense.heldOut, dense.wikipedia);
    std::printf("%-34s %6s %6s %9s %28s %9s %9s %9s %8s %8s\n", "method", "ratio", "steps", "pruned", "recovered (by seed)",
                "mean", "held out", "wikipedia", "s/run", "overhead");
    std::fflush(stdout);
}

void runRow(const Row& row, const json& base, const json& more, int seeds) {
    double sum = 0, heldOut = 0, wikipedia = 0, pruned = 0, seconds = 0, overhead = 0, ratio = 0;
    std::string bySeed;
    std::int64_t steps = 0;
    for (int seed = 1; seed <= seeds; ++seed) {
        auto text = patched(base, row.patch);
        text.merge_patch(more);
        text["seed"] = seed;
        const auto outcome = Bench(parseRecipe(text.dump(), row.recipe)).run();
        char figure[32];
        std::snprintf(figure, sizeof figure, "%.4f ", outcome.recovered.chosenOn);
        bySeed += figure;
        sum += outcome.recovered.chosenOn;
        heldOut += outcome.recovered.heldOut;
        wikipedia += outcome.recovered.wikipedia;
        pruned += outcome.pruned;
        seconds += outcome.seconds;
        overhead += outcome.plainStep > 0 && outcome.pruningStep > 0 ? outcome.pruningStep / outcome.plainStep : 0;
        steps = outcome.steps;
        ratio = outcome.ratio;
    }
    std::printf("%-34s %6.4f %6lld %9.3f %28s %9.4f %9.4f %9.2f %8.0f %8.2f\n", row.name.c_str(), ratio,
                static_cast<long long>(steps), pruned / seeds, bySeed.c_str(), sum / seeds, heldOut / seeds,
                wikipedia / seeds, seconds / seeds, overhead / seeds);
    std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
    app::reexecWithPassiveWaits(argv);
    CLI::App arguments{"Prints the pruning-quality table of the shipped recipes."};
    int seeds = 3;
    std::string only, patch = "{}", folder = std::string(LORASHEAR_SOURCE_DIR) + "/resources/recipes";
    bool list = false;
    arguments.add_option("--seeds", seeds, "runs per row")->check(CLI::PositiveNumber);
    arguments.add_option("--only", only, "rows whose \"recipe: name\" contains this");
    arguments.add_option("--patch", patch, "JSON merge patch on every recipe");
    arguments.add_option("--recipes", folder, "folder with quick.json and strong.json");
    arguments.add_flag("--list", list, "only print the rows' names");
    CLI11_PARSE(arguments, argc, argv);
    try {
        const auto more = json::parse(patch);
        bool head = !list;
        for (const auto& row : rowsOfTable()) {
            const auto name = row.recipe + ": " + row.name;
            if (name.find(only) == std::string::npos) continue;
            if (list) {
                std::printf("%s\n", name.c_str());
                continue;
            }
            const auto base = recipeJson(std::filesystem::path(folder) / (row.recipe + ".json"));
            if (head) printHead(parseRecipe(base.dump(), row.recipe));
            head = false;
            runRow(row, base, more, seeds);
        }
    } catch (const std::exception& error) {
        std::cerr << error.what() << "\n";
        return 1;
    }
    return 0;
}
