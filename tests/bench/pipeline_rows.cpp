#include "tests/bench/pipeline_rows.h"

#include "core/model/lora.h"
#include "core/prune/pruning_method.h"
#include "core/run/recipe.h"
#include "core/run/stages/opened_model.h"
#include "core/run/stages/training_data.h"
#include "core/trace/tracer.h"

#include <nlohmann/json.hpp>

#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

namespace lorashear::bench {

namespace {

const std::string kResources = std::string(LORASHEAR_SOURCE_DIR) + "/resources";

double median(std::vector<double> values) {
    std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2), values.end());
    return values[values.size() / 2];
}

/// The bundled model with the quick recipe's adapters and texts.
struct Bundled {
    Recipe recipe = loadRecipe(kResources + "/recipes/quick.json");
    OpenedModel opened = openModel(recipe.model.path);
    std::unique_ptr<CausalLM> model = cloneModel(*opened.model);
    std::vector<Sequence> texts = trainingSequences(*opened.tokenizer, recipe);
    Control control;
    Structure structure;

    Bundled() {
        attachLora(*model, loraOptions(recipe), recipe.seed);
        structure = traceStructure(*model);
    }
};

struct Finished {
    double seconds = 0, megabytes = 0;
    bool good = false;
};

Finished finished(std::vector<std::string> command) {
    std::vector<char*> arguments;
    for (auto& word : command) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    for (const int stream : {STDOUT_FILENO, STDERR_FILENO})
        posix_spawn_file_actions_addopen(&files, stream, "/dev/null", O_WRONLY, 0);
    const double begin = monotonicSeconds();
    pid_t process = 0;
    const bool started = posix_spawn(&process, arguments.front(), &files, nullptr, arguments.data(), environ) == 0;
    posix_spawn_file_actions_destroy(&files);
    if (!started) return {};
    int status = 0;
    rusage used{};
    wait4(process, &status, 0, &used);
    return {monotonicSeconds() - begin, static_cast<double>(used.ru_maxrss) / 1024,
            WIFEXITED(status) && WEXITSTATUS(status) == 0};
}

}  // namespace

// Both in one process, step by step in turn, so that the machine's load touches both alike.
void printPruningOverhead(bool quick) {
    Bundled pruned, plain;
    const auto source = shuffledSource(pruned.texts, 1, "pruned"), other = shuffledSource(plain.texts, 1, "plain");
    const auto options = pruningTraining(pruned.recipe, Compute::Fp32);
    Trainer trainer(*pruned.model, *source, options, pruned.opened.model.get());
    Trainer reference(*plain.model, *other, options, plain.opened.model.get());
    const auto plan = makePlan(pruned.structure, pruned.recipe.plan);
    const auto session = makePruning("lhspg", pruned.recipe.method.optionsJson,
                                     {*pruned.model, pruned.structure, plan, trainer, pruned.texts, pruned.control});
    std::vector<double> with, without;
    double whole = 0;
    while (!session->done() && (!quick || with.size() < 20)) {
        double begin = monotonicSeconds();
        session->step();
        with.push_back(monotonicSeconds() - begin);
        whole += with.back();
        begin = monotonicSeconds();
        reference.step(pruned.recipe.training.learningRate);
        without.push_back(monotonicSeconds() - begin);
    }
    double all = 0;
    for (const double seconds : without) all += seconds;
    std::printf("%-26s %-20s %9.2f x a plain step (median), %.2f x with the ranking rounds, %zu steps\n", "LHSPG step",
                "stories260K", median(with) / median(without), whole / all, with.size());
    std::fflush(stdout);
}

void printStartup(bool quick) {
    const std::string folder = LORASHEAR_PROGRAM_DIR, model = kResources + "/models/stories260K";
    setenv("QT_QPA_PLATFORM", "offscreen", 1);
    const std::vector<std::pair<const char*, std::vector<std::string>>> cases = {
        {"lorashear --version", {folder + "/lorashear", "--version"}},
        {"lorashear inspect", {folder + "/lorashear", "inspect", model, "--json"}},
        {"lorashear-studio, painted", {folder + "/lorashear-studio", "--exit-when-shown"}},
    };
    for (const auto& [name, command] : cases) {
        std::vector<double> seconds;
        Finished last;
        for (int i = 0; i < (quick ? 3 : 9); ++i) seconds.push_back((last = finished(command)).seconds);
        if (last.good)
            std::printf("%-26s %-20s %9.2f s (median of %zu) %57.0f MB peak\n", "start-up", name, median(seconds),
                        seconds.size(), last.megabytes);
        else
            std::printf("%-26s %-20s does not run from %s\n", "start-up", name, folder.c_str());
        std::fflush(stdout);
    }
}

}  // namespace lorashear::bench
