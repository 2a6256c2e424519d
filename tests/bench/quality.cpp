// Pruning quality on the bundled model: what the shipped recipes reach, beside one-shot pruning under the same budget of training steps.
//
//   lorashear-quality [--seeds N] [--only TEXT ...] [--steps N] [--patch JSON] [--recipes FOLDER] [--list]
//
// Every row is the recipe of its ratio with a JSON merge patch (RFC 7396); the protocol is the recipe's first evaluation text. Settings
// were chosen on its first windows, so two texts that nothing was chosen on stand beside it: as many windows after those, and
// resources/data/wikipedia_valid.txt. All rows have as many training steps in all: what pruning does not use, recovery gets.

#include "app/reexec.h"
#include "core/compact/group_masks.h"
#include "core/eval/perplexity.h"
#include "core/knowledge/saliency.h"
#include "core/model/lora.h"
#include "core/prune/dense_refit.h"
#include "core/prune/method_table.h"
#include "core/prune/methods/group_choice.h"
#include "core/prune/pruning_method.h"
#include "core/prune/reconstruction.h"
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
    json patch;          ///< RFC 7396
    json method;         ///< id and options in the place of the recipe's; null: the recipe's
    bool prunes = true;  ///< false: the dense model with the same training
};

json oneShot(json options) {
    options["warmup_steps"] = 0;
    return {{"id", "one-shot"}, {"options", std::move(options)}};
}

json lhspg(int warmup, int periods, int periodSteps, json more) {
    more["warmup_steps"] = warmup;
    more["periods"] = periods;
    more["period_steps"] = periodSteps;
    more["calibration_sequences"] = 64;
    return {{"id", "lhspg"}, {"options", std::move(more)}};
}

/// The paper's letter, and LHSPG with what goes beyond it, thirty steps each.
void addLeadRows(const char* recipe, std::vector<Row>& rows) {
    const auto add = [&](const char* name, int warmup, int periods, int periodSteps, json more) {
        rows.push_back(
            {std::string("lead, ") + name, recipe, json::object(), lhspg(warmup, periods, periodSteps, std::move(more))});
    };
    const json order = {{"order", "dense"}};
    const auto with = [](json options, const json& more) {
        options.update(more);
        return options;
    };
    const json fading = with(order, {{"repair_from", "dense"}}), death = with(fading, {{"repair_at", "death"}});
    add("paper's letter, 10 + 5 x 4", 10, 5, 4, {{"saliency", "mix"}, {"compensation", false}, {"realisation", "literal"}});
    add("1 x 30, as today", 0, 1, 30, json::object());
    add("1 x 30, dense repair at death", 0, 1, 30, death);
    add("1 x 30, that and a refit", 0, 1, 30, with(death, {{"refit", "end"}}));
    add("1 x 30, half-space test of 1.3", 0, 1, 30, with(death, {{"over_selection", 1.3}}));
    add("1 x 30, of 1.3, and a refit", 0, 1, 30, with(death, {{"over_selection", 1.3}, {"refit", "end"}}));
    add("5 x 6, as today", 0, 5, 6, json::object());
    add("5 x 6, dense order", 0, 5, 6, order);
    add("5 x 6, dense order and repair", 0, 5, 6, fading);
    add("5 x 6, dense repair at death", 0, 5, 6, death);
    add("5 x 6, that and a last refit", 0, 5, 6, with(death, {{"refit", "end"}}));
    add("5 x 6, half-space test of 1.3", 0, 5, 6, with(death, {{"over_selection", 1.3}}));
    add("5 x 6, that, refits at death", 0, 5, 6, with(death, {{"refit", "death"}}));
}

/// What scores alone leave before any training, equal counts in every block.
void addRowsBeforeRecovery(std::vector<Row>& rows) {
    const json even = {{"plan", {{"uniform", true}}}, {"recovery", {{"enabled", false}}}};
    const auto add = [&](const char* name, const char* method, json options, bool scored = true) {
        if (scored) options.update({{"ranking", "local"}});
        options["settle_steps"] = 0;
        rows.push_back({std::string("at once, ") + name, "quick", even, {{"id", method}, {"options", std::move(options)}}});
    };
    add("random", "random", json::object());
    add("magnitude, L2", "magnitude", {{"norm", "l2"}});
    add("Taylor", "llm-pruner", {{"importance", "first"}});
    add("Wanda-sp", "wanda-sp", json::object());
    add("FLAP without its bias", "flap", {{"compensation", "none"}});
    add("FLAP", "flap", json::object());
    add("Wanda-sp, least squares", "wanda-sp", {{"compensation", "least-squares"}});
    add("curvature and repair", "one-shot", {{"warmup_steps", 0}}, false);
}

std::vector<Row> rowsOfTable() {
    std::vector<Row> rows;
    addRowsBeforeRecovery(rows);
    for (const char* recipe : {"quick", "strong"}) {
        rows.push_back({"adapted dense", recipe, json::object(), json(), false});
        rows.push_back({"LHSPG, as shipped", recipe, json::object(), json()});
        const int otherAlpha = recipe == std::string("quick") ? 32 : 16;
        rows.push_back({"LHSPG, alpha " + std::to_string(otherAlpha), recipe, {{"lora", {{"alpha", otherAlpha}}}}, json()});
        rows.push_back({"LHSPG, rank 8", recipe, {{"lora", {{"rank", 8}, {"alpha", 16}}}}, json()});
        rows.push_back({"LHSPG, rank 8, no distillation",
                        recipe,
                        {{"lora", {{"rank", 8}, {"alpha", 16}}},
                         {"training", {{"distillation", 0}}},
                         {"recovery", {{"distillation", 0}}}},
                        json()});
        rows.push_back({"one-shot, curvature and repair", recipe, json::object(), oneShot(json::object())});
        rows.push_back({"one-shot, activation, no repair", recipe, json::object(),
                        oneShot({{"saliency", "activation"}, {"compensation", false}})});
        addLeadRows(recipe, rows);
    }
    return rows;
}

/// The recipe of a row for one seed: `steps` training steps in all, in whole rounds of recovery after what the method takes.
Recipe recipeOf(const Row& row, json base, const json& more, int seed, std::int64_t steps) {
    if (!row.method.is_null()) base["method"] = row.method;
    base.merge_patch(row.patch);
    base.merge_patch(more);
    base["seed"] = seed;
    const auto& method = base.at("method");
    const auto pruning =
        row.prunes
            ? totalSteps(
                  methodInfo(method.at("id").get<std::string>()).schedule(method.value("options", json::object()).dump()))
            : 0;
    auto& phase = base.at("recovery").at("phases").at(0);
    phase["max_rounds"] = std::max<std::int64_t>(1, (steps - pruning) / phase.at("steps_per_round").get<std::int64_t>());
    return parseRecipe(base.dump(), row.recipe);
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

    /// prunes: false leaves the model whole and only trains it.
    Outcome run(bool prunes) {
        Outcome outcome;
        const double begin = monotonicSeconds();
        std::vector<RecoveryPhasePlan> phases;
        if (m_recipe.recovery.enabled) phases = recoveryPhases(*m_opened.tokenizer, m_recipe);
        for (auto& phase : phases)
            for (auto& source : phase.sources)
                source.reference =
                    meanNll(*m_opened.model, source.validation, m_recipe.recovery.batch, Compute::Fp32, m_control);
        auto compact = prunes ? pruned(outcome, phases) : cloneModel(*m_opened.model);
        outcome.pruned = perplexity(*compact);
        if (m_recipe.recovery.enabled) recover(*compact, std::move(phases), outcome);
        outcome.seconds = monotonicSeconds() - begin;
        outcome.recovered = scores(*compact);
        return outcome;
    }

private:
    std::unique_ptr<CausalLM> pruned(Outcome& outcome, const std::vector<RecoveryPhasePlan>& phases) {
        auto model = cloneModel(*m_opened.model);
        attachLora(*model, loraOptions(m_recipe), m_recipe.seed);
        const auto structure = traceStructure(*model);
        const auto plan = makePlan(structure, m_recipe.plan);
        outcome.ratio = plan.expectedRatio;
        const auto chosen = prune(*model, structure, plan, phases, outcome);
        const auto sliced = sliceModel(*model, structure, chosen);
        if (m_recipe.recovery.adapters == kContinuedAdapters)
            for (const auto& [name, tensor] : adapterTensors(*sliced)) m_adapters[name] = tensor.detach().clone();
        return mergeAdapters(*sliced);
    }

    std::vector<GroupRef> prune(CausalLM& model, const Structure& structure, const PruningPlan& plan,
                                const std::vector<RecoveryPhasePlan>& phases, Outcome& outcome) {
        const auto before = frozenCopy(model);
        const auto training = trainingSequences(*m_opened.tokenizer, m_recipe);
        const auto source = shuffledSource(training, m_recipe.seed, "training");
        Trainer trainer(model, *source, pruningTraining(m_recipe, Compute::Fp32, phases), m_opened.model.get());
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
        WeightEdits edits;
        const auto& wanted = m_recipe.method.reconstruction;
        const auto calibration = spreadSequences(training, wanted.calibrationSequences);
        reconstruct({model, *before, structure, calibration, wanted, m_recipe.training.batch, Compute::Fp32, m_control},
                    session->chosen(), edits);
        return session->chosen();
    }

    void recover(CausalLM& model, std::vector<RecoveryPhasePlan> phases, Outcome& outcome) {
        const auto session =
            makeRecovery(m_recipe.recovery.scheme, m_recipe.recovery.optionsJson,
                         {model, std::move(phases), recoveryTraining(m_recipe, Compute::Fp32, outcome.steps),
                          m_opened.model.get(), m_control, m_adapters});
        std::vector<double> seconds;
        while (!session->done()) seconds.push_back(session->step().seconds);
        outcome.steps += session->stepsDone();
        outcome.plainStep = median(seconds);
    }

    TextScore score(const CausalLM& model, const std::string& path, int windows) {
        const auto& text = m_recipe.evaluation.texts.front();
        return scoreText(model, *m_opened.tokenizer, readWholeText(path),
                         {text.window, text.stride, windows, text.bos, path == text.path ? text.skipWindows : 0}, m_control);
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
    NamedTensors m_adapters;  ///< of pruning, where recovery goes on with them
    Control m_control;
};

void printHead(const Recipe& recipe) {
    const auto& text = recipe.evaluation.texts.front();
    const TextProtocol protocol{text.window, text.stride, text.maxWindows, text.bos, text.skipWindows};
    const auto dense = Bench(recipe).dense();
    std::printf("%s, %s; dense perplexity %.4f, the windows after those %.4f, wikipedia %.2f\n",
                std::filesystem::path(text.path).filename().c_str(), protocol.describe().c_str(), dense.chosenOn,
                dense.heldOut, dense.wikipedia);
    std::printf("%-34s %6s %6s %9s %28s %9s %9s %9s %8s %8s\n", "method", "ratio", "steps", "pruned", "recovered (by seed)",
                "mean", "held out", "wikipedia", "s/run", "overhead");
    std::fflush(stdout);
}

void runRow(const Row& row, const json& base, const json& more, int seeds, std::int64_t wanted) {
    double sum = 0, heldOut = 0, wikipedia = 0, pruned = 0, seconds = 0, overhead = 0, ratio = 0;
    std::string bySeed;
    std::int64_t steps = 0;
    for (int seed = 1; seed <= seeds; ++seed) {
        const auto outcome = Bench(recipeOf(row, base, more, seed, wanted)).run(row.prunes);
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
    int seeds = 3, steps = 300;
    std::vector<std::string> only;
    std::string patch = "{}", folder = std::string(LORASHEAR_SOURCE_DIR) + "/resources/recipes";
    bool list = false;
    arguments.add_option("--seeds", seeds, "runs per row")->check(CLI::PositiveNumber);
    arguments.add_option("--only", only, "rows whose \"recipe: name\" contains one of these");
    arguments.add_option("--steps", steps, "training steps of every row in all")->check(CLI::PositiveNumber);
    arguments.add_option("--patch", patch, "JSON merge patch on every recipe");
    arguments.add_option("--recipes", folder, "folder with quick.json and strong.json");
    arguments.add_flag("--list", list, "only print the rows' names");
    CLI11_PARSE(arguments, argc, argv);
    try {
        const auto more = json::parse(patch);
        bool head = !list;
        for (const auto& row : rowsOfTable()) {
            const auto name = row.recipe + ": " + row.name;
            const auto wanted = [&](const std::string& part) { return name.find(part) != std::string::npos; };
            if (!only.empty() && std::none_of(only.begin(), only.end(), wanted)) continue;
            if (list) {
                std::printf("%s\n", name.c_str());
                continue;
            }
            const auto base = recipeJson(std::filesystem::path(folder) / (row.recipe + ".json"));
            if (head) printHead(parseRecipe(base.dump(), row.recipe));
            head = false;
            runRow(row, base, more, seeds, steps);
        }
    } catch (const std::exception& error) {
        std::cerr << error.what() << "\n";
        return 1;
    }
    return 0;
}
