// What experiments are made of: recipes, edits, logs, run folders.

#include "core/base/error.h"
#include "core/edits/edit_json.h"
#include "core/run/event_log.h"
#include "core/run/recipe.h"
#include "core/run/run_folder.h"
#include "core/run/stages/archive_folder.h"
#include "core/run/stages/stage_results.h"
#include "tests/fuzz/parts.h"
#include "tests/fuzz/targets.h"

#include <nlohmann/json.hpp>

namespace lorashear::fuzz {

namespace {

template <class Result>
void readStage(const RunFolder& run) {
    if (const auto stored = run.stage(Result::kStage)) resultFromJson<Result>(*stored);
}

/// Each by itself: an error in one must not hide the others.
template <class Work>
void apart(const Work& work) {
    try {
        work();
    } catch (const Error&) {
        return;
    }
}

}  // namespace

void readRecipe(const std::string& bytes) {
    const std::string text = recipeText(parseRecipe(bytes, "input"));
    if (recipeText(parseRecipe(text, "written")) != text) defect("a written recipe is read as another one");
}

void readEdits(const std::string& bytes) {
    const std::string text = editsText(parseEdits(bytes, "input"));
    if (editsText(parseEdits(text, "written")) != text) defect("written edits are read as others");
}

void readEventLog(const std::string& bytes) {
    const ScratchFolder folder;
    const auto file = written(folder, bytes);
    const auto events = readEvents(file);
    EventLog log(file);
    if (log.count() != static_cast<std::int64_t>(events.size())) defect("the log counts other events than it holds");
    log.append(event::Note{"info", "appended"});
    if (readEvents(file).size() != events.size() + 1) defect("what is appended is not read");
}

void readRunFolder(const std::string& bytes) {
    const ScratchFolder folder;
    std::vector<std::string> names{"recipe.json", "events.jsonl", "checkpoints/step-000001/values.json",
                                   "checkpoints/step-000001/tensors.safetensors"};
    for (const char* stage : kStageNames) names.push_back(std::string("stages/") + stage + ".json");
    writeParts(partsOf(bytes), folder.path(), names);
    const RunFolder run = RunFolder::open(folder.path());
    apart([&] { run.recipe(); });
    apart([&] { readStage<OpenResult>(run); });
    apart([&] { readStage<DenseResult>(run); });
    apart([&] { readStage<AnalyseResult>(run); });
    apart([&] { readStage<PlanResult>(run); });
    apart([&] { readStage<ReduceResult>(run); });
    apart([&] { readStage<PruneResult>(run); });
    apart([&] { readStage<CompactResult>(run); });
    apart([&] { readStage<RecoverResult>(run); });
    apart([&] { readStage<EvaluateResult>(run); });
    apart([&] { readStage<ExportResult>(run); });
    apart([&] { readEvents(run.eventsFile()); });
    apart([&] {
        for (const CheckpointInfo& checkpoint : run.checkpoints()) loadArchive(checkpoint.path);
    });
}

}  // namespace lorashear::fuzz
