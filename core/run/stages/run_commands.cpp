// StartRun, CheckRun, ResumeRun, BranchRun: the pipeline on a run's folder.

#include "core/run/branch_record.h"
#include "core/run/event_json.h"
#include "core/run/machine_memory.h"
#include "core/run/run_lock.h"
#include "core/run/stages/commands.h"
#include "core/run/stages/preflight.h"
#include "core/run/stages/run_state.h"
#include "core/run/stages/training_data.h"

#include <ATen/Parallel.h>

#include <algorithm>

namespace lorashear {

namespace fs = std::filesystem;
using nlohmann::json;

namespace {

/// Stages whose results a branch takes along when it starts from a checkpoint.
constexpr Stage kEarlyStages[] = {Stage::Open, Stage::Trace,  Stage::Dense, Stage::Analyse,
                                  Stage::Plan, Stage::Reduce, Stage::Prune, Stage::Compact};

/// The newest thing that was stored: events after it will be sent again.
std::int64_t eventsThatCount(const RunFolder& folder) {
    std::int64_t keep = 0;
    for (const Stage stage : folder.finishedStages())
        if (const auto stored = folder.stage(stage)) keep = std::max(keep, stored->at("events").get<std::int64_t>());
    for (const CheckpointInfo& checkpoint : folder.checkpoints()) keep = std::max(keep, checkpoint.events);
    return keep;
}

/// Events of a run so far, without an earlier process's farewell.
void replay(const RunFolder& folder, const EventSink& sink) {
    for (const LoggedEvent& logged : readEvents(folder.eventsFile()))
        if (!std::holds_alternative<event::Finished>(logged.event)) sink(logged.event);
}

/// A run that failed says why, not that its log could not be told so too: often the same full disk.
void logEnd(EventLog& log, const event::Finished& finished) {
    try {
        log.append(finished);
        log.sync();
    } catch (const Error&) {
        if (finished.outcome == event::Finished::Outcome::Completed) throw;
    }
}

/// What a new run says before it begins.
struct FirstWords {
    std::string memory;
    std::vector<std::string> warnings;
};

event::Finished goOn(const RunFolder& folder, const CommandContext& context, const FirstWords& first = {}) {
    EventLog log(folder.eventsFile());
    folder.sweep();
    log.rewind(eventsThatCount(folder));
    replay(folder, context.sink);
    Reporter report(context.sink, &log);
    if (!first.memory.empty()) report.note("info", first.memory);
    for (const std::string& warning : first.warnings) report.note("warning", warning);
    event::Finished finished = outcomeOf([&] {
        RunState state(folder, log, report, report.control(context.stop, context.pause));
        at::set_num_threads(state.recipe.threads);
        return runPipeline(state).dump();
    });
    logEnd(log, finished);
    return finished;
}

/// Before there is anything to report to: a stop is heard.
Control stoppable(const CommandContext& context) {
    Control control;
    control.stop = context.stop;
    return control;
}

/// A recipe's part by JSON pointer.
json partOf(const Recipe& recipe, const std::string& pointer) {
    return json::parse(recipeText(recipe)).at(json::json_pointer(pointer));
}

/// What a branch may change is what comes after its checkpoint.
void requireSameBeginning(const Recipe& before, const Recipe& after, bool pruned) {
    std::vector<std::string> fixed{"/model", "/lora", "/analysis", "/plan", "/method", "/seed", "/compute", "/device"};
    if (pruned)
        fixed.insert(fixed.end(),
                     {"/training", "/evaluation", "/recovery/phases", "/recovery/adapters", "/recovery/schedule"});
    if (pruned && before.recovery.schedule == kContinuedSchedule)  // pruning's rate fell over recovery's steps too
        fixed.insert(fixed.end(), {"/recovery/enabled", "/recovery/batch", "/recovery/repeat", "/recovery/window",
                                   "/recovery/validation_sequences"});
    for (const std::string& pointer : fixed)
        if (partOf(before, pointer) != partOf(after, pointer))
            throw Error(ErrorCode::BadRecipe, pointer, "differs from the run that the branch starts from",
                        "a branch can change only what comes after its checkpoint; start a new run instead");
}

/// Whether a stage's stored result still answers the new recipe's questions.
bool stillHolds(Stage stage, const Recipe& before, const Recipe& after) {
    std::vector<std::string> asked;
    if (stage == Stage::Dense || stage == Stage::Reduce || stage == Stage::Compact) asked = {"/evaluation"};
    if (stage == Stage::Dense || (stage == Stage::Reduce && takesTokens(before.plan)))  // losses on recovery's sources
        asked.insert(asked.end(), {"/recovery/phases", "/recovery/enabled", "/recovery/window",
                                   "/recovery/validation_sequences", "/training/shortest_document"});
    return std::all_of(asked.begin(), asked.end(),
                       [&](const std::string& pointer) { return partOf(before, pointer) == partOf(after, pointer); });
}

void copyInto(const fs::path& from, const fs::path& to) {
    std::error_code error;
    if (!fs::exists(from, error)) return;
    fs::copy(from, to, fs::copy_options::recursive | fs::copy_options::overwrite_existing, error);
    if (error) throw Error(ErrorCode::Io, to.string(), "cannot be written: " + error.message());
}

CheckpointInfo checkpointOf(const RunFolder& folder, const std::string& name) {
    for (const CheckpointInfo& info : folder.checkpoints())
        if (info.path == fs::path(name) || info.path.filename() == fs::path(name).filename()) return info;
    throw Error(ErrorCode::BadInput, name, "is not a checkpoint of " + folder.path().string());
}

/// Copies everything up to a checkpoint into a new run.
RunFolder branch(const command::BranchRun& command, const CommandContext& context) {
    const RunFolder old = RunFolder::open(command.folder);
    const CheckpointInfo checkpoint = checkpointOf(old, command.checkpoint);
    Recipe recipe = command.recipe;
    const Recipe before = old.recipe();
    if (recipe.threads == 0) recipe.threads = context.threads;
    if (recipe.model.hash.empty()) recipe.model.hash = before.model.hash;
    requireSameBeginning(before, recipe, checkpoint.stage != Stage::Prune);
    requireSameHeldOut(before, recipe);
    requirePossible(recipe, stoppable(context));
    const RunFolder fresh = RunFolder::create(command.newFolder, recipe);
    saveBranchRecord(fresh.path(), {old.path(), checkpoint.step});
    for (const Stage id : kEarlyStages) {
        const auto stage = old.stage(id);
        if (!stage || stage->at("events").get<std::int64_t>() > checkpoint.events || !stillHolds(id, before, recipe))
            continue;
        copyInto(old.stageFile(id), fresh.stageFile(id));
        if (id == Stage::Compact)
            for (const char* folder : {roleName(ModelRole::Pruned), kPruningAdapters})
                copyInto(old.stageFolder(folder), fresh.stageFolder(folder));
    }
    copyInto(checkpoint.path, fresh.checkpointFolder(checkpoint.step));
    EventLog log(fresh.eventsFile());
    std::int64_t left = checkpoint.events;
    for (const LoggedEvent& logged : readEvents(old.eventsFile()))
        if (left-- > 0) log.append(logged.event);
    return fresh;
}

/// Of a run that was refused before it had measured anything: the corrected one may have the folder.
void clear(const RunFolder& folder) {
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(folder.path(), ignored)) fs::remove_all(entry.path(), ignored);
}

}  // namespace

event::Finished execute(const command::StartRun& command, const CommandContext& context) {
    Recipe recipe = command.recipe;
    if (recipe.threads == 0) recipe.threads = context.threads;
    RunFolder::requireFree(command.folder);
    const Foreseen foreseen = requirePossible(recipe, stoppable(context));
    const RunFolder folder = RunFolder::create(command.folder, recipe);
    const RunLock lock(folder.path());
    event::Finished finished =
        goOn(folder, context, {"needs about " + foreseen.memory.inWords() + " of memory", foreseen.notes});
    if (finished.outcome == event::Finished::Outcome::Failed && !folder.stage(Stage::Open)) clear(folder);
    return finished;
}

event::Finished execute(const command::CheckRun& command, const CommandContext& context) {
    const Foreseen foreseen = requirePossible(command.recipe, stoppable(context));
    json found{{"memory", foreseen.memory.toJson()}, {"available_bytes", availableMemory()}, {"notes", foreseen.notes}};
    if (!foreseen.undecided.empty()) found["notes"].push_back(foreseen.undecided);
    return {event::Finished::Outcome::Completed, {}, found.dump()};
}

event::Finished execute(const command::ResumeRun& command, const CommandContext& context) {
    const RunFolder folder = RunFolder::open(command.folder);
    const RunLock lock(folder.path());
    return goOn(folder, context);
}

event::Finished execute(const command::BranchRun& command, const CommandContext& context) {
    const RunFolder folder = branch(command, context);
    const RunLock lock(folder.path());
    return goOn(folder, context);
}

}  // namespace lorashear
