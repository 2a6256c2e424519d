#pragma once

#include "core/io/atomic_file.h"
#include "core/run/event_log.h"
#include "core/run/run_folder.h"
#include "tests/ui/ui_support/sample_session.h"
#include "ui/controller/places.h"

#include <QString>

#include <cmath>
#include <optional>

namespace lorashear::testing {

struct SampleRun {
    double ratio = 0.2, perplexity = 5.3;
    const char* method = "lhspg";
    const char* protocol = "BOS + 511 tokens";
    std::optional<event::Finished::Outcome> end = event::Finished::Outcome::Completed;
    int steps = 40;
    bool adapted = false;        ///< trained the original and cut nothing
    std::int64_t tokens = 2048;  ///< that went into a step
    const char* windows =
        nullptr;  ///< losses by window that the folder keeps of the result, over two windows of 100 tokens; the original's: 150, 151
    std::string model = ui::bundledModel().toStdString();
};

/// A run's folder with its recipe and its log, as the engine leaves it.
inline QString writeSampleRun(const QString& folder, const SampleRun& run = {}) {
    Recipe recipe = ui::startingRecipe(ui::bundledModel());
    if (!run.adapted) recipe.plan.ratio = run.ratio;
    recipe.plan.enabled = !run.adapted;
    recipe.model.path = run.model;
    if (recipe.method.id != run.method) recipe.method = {run.method, "{}"};
    const RunFolder written = RunFolder::create(folder.toStdString(), recipe);
    EventLog log(written.eventsFile());
    const auto perplexity = [&](const char* model, double value, int step, int tokens) {
        log.append(event::Perplexity{"TinyStories", model, step, std::log(value), value, tokens, run.protocol});
    };
    log.append(event::Measurement{"dense", "parameters", "", 260032, 0, false, {}});
    perplexity("dense", 4.507, 0, 20440);
    for (int step = 1; step <= run.steps; ++step) {
        event::Step s;
        s.stage = "prune";
        s.step = step;
        s.tokens = run.tokens;
        s.loss = 1.5 + run.ratio + 0.3 / step;
        log.append(s);
        if (step % 20 == 0) perplexity("checkpoint", run.perplexity + (step == 20 ? -0.2 : 0.1), step, 4088);
    }
    if (run.windows) {
        const auto keep = [&](const char* stage, const std::string& losses) {
            writeFile(written.path() / "stages" / stage, R"({"events":1,"perplexity":{"TinyStories":{"protocol":")" +
                                                             std::string(run.protocol) + R"(","windows":{"nll":[)" + losses +
                                                             R"(],"tokens":[100,100]}}}})");
        };
        std::filesystem::create_directories(written.path() / "stages");
        keep("dense.json", "150,151");
        keep("evaluate.json", run.windows);
    }
    if (!run.end) return folder;
    event::Finished finished;
    finished.outcome = *run.end;
    if (*run.end == event::Finished::Outcome::Failed)
        finished.error = Error(ErrorCode::Io, "/full", "there is no room on the disk");
    if (*run.end == event::Finished::Outcome::Completed) {
        log.append(event::Measurement{"recovered", "parameters", "", std::round(260032 * (1 - run.ratio)), 0, false, {}});
        perplexity("pruned", run.perplexity + 1, 0, 20440);
        perplexity("recovered", run.perplexity, 0, 20440);
        finished.resultJson = "{}";
    }
    log.append(finished);
    return folder;
}

}  // namespace lorashear::testing
