// Stages after training: final evaluation, result, export with certificate.

#include "core/base/stage.h"
#include "core/eval/presets.h"
#include "core/eval/retention.h"
#include "core/export/export.h"
#include "core/io/atomic_file.h"
#include "core/io/gguf_parts.h"
#include "core/io/pending_folder.h"
#include "core/run/paired_json.h"
#include "core/run/stages/certificate_event.h"
#include "core/run/stages/measure.h"
#include "core/run/stages/pruning_record.h"
#include "core/run/stages/run_state.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace lorashear {

namespace fs = std::filesystem;
using nlohmann::json;

namespace {

/// What went by unit: of those that fade and that the model has, and of those that took part and were cut at once.
json groupsRemoved(const RunState& state) {
    std::map<std::string, std::int64_t> counts;
    for (const NodeGroup& group : state.structure->nodeGroups)
        if (const Unit* unit = unitOf(group); unit && unit->fades) counts[unit->id];
    for (const GroupRef& group : state.pruned.removed)
        ++counts[unitName(state.structure->nodeGroups.at(static_cast<std::size_t>(group.nodeGroup)).unit)];
    for (const auto& [id, count] : state.plan.remove)
        if (!unitById(id).fades) counts[id] = count;
    return counts;
}

/// The perplexity of the text that stands for all; null without texts.
json headline(const RunState& state, const std::map<std::string, TextResult>& texts) {
    if (state.recipe.evaluation.texts.empty()) return nullptr;
    return texts.at(state.recipe.evaluation.texts.front().name).perplexity;
}

/// Sizes, measured with the model's other figures, and speeds, measured at the end.
json costs(const Measured& figures, const EvaluateResult& last, const char* label) {
    auto rows = figures.costs;
    const auto speeds = last.speeds.find(label);
    if (speeds != last.speeds.end()) rows.insert(rows.end(), speeds->second.begin(), speeds->second.end());
    return toJson(rows);
}

/// What is left of the original, from numbers of the result: {perplexity: {text: …}, tasks, task_mean, costs: {name: …}}; nothing of what was not
/// measured.
json retentionOf(const json& result, const char* model) {
    json kept = json::object();
    const auto& texts = result.at("texts");
    for (const auto& [text, dense] : texts.at(roleName(ModelRole::Dense)).items())
        kept["perplexity"][text] = retainedPerplexity(texts.at(model).at(text).at("perplexity").get<double>(),
                                                      dense.at("perplexity").get<double>());
    if (!result.at("costs").contains(model)) return kept;
    kept.update(retainedTasks(result.at("tasks").at(model), result.at("tasks").at(roleName(ModelRole::Dense))));
    for (const json& before : result.at("costs").at(roleName(ModelRole::Dense)))
        for (const json& now : result.at("costs").at(model))
            if (now.at("name") == before.at("name"))
                kept["costs"][before.at("name").get<std::string>()] =
                    retained(now.at("value").get<double>(), before.at("value").get<double>());
    return kept;
}

/// Losses per token above the original's on the same windows, with their 95 % interval, by text; nothing of texts whose windows do not pair.
json pairedWith(const std::map<std::string, TextResult>& dense, const std::map<std::string, TextResult>& texts) {
    json result = json::object();
    for (const auto& [name, text] : texts) {
        const auto original = dense.find(name);
        if (original == dense.end()) continue;
        const PairedDifference paired = pairedDifference(text.windows, original->second.windows);
        if (paired.windows > 1) result[name] = toJson(paired);
    }
    return result;
}

/// The average that publications give of the seven tasks; null unless all are there.
json taskMean(const std::map<std::string, TaskResult>& tasks) {
    std::map<std::string, double> accuracy, normalised;
    for (const auto& [name, task] : tasks) accuracy[name] = task.accuracy, normalised[name] = task.normalisedAccuracy;
    const double mean = sevenTaskMean(accuracy, normalised);
    return std::isfinite(mean) ? json(mean) : json();
}

/// What was read beside training and measuring: by the analysis, and by every stage that chose or repaired. Null where a stage of a run of before did not say.
json calibrationTokens(const RunState& state) {
    std::int64_t sum = 0;
    if (state.knowledge) {
        std::vector<int> layers;
        for (const NodeGroup& group : state.structure->nodeGroups) layers.push_back(group.layer);
        sum = tokensRead(*state.knowledge, layers, state.denseModel().blocks());
    }
    std::vector<std::int64_t> stages{state.planned, state.pruned.calibrationTokens};
    if (!state.plan.edits.empty()) stages.push_back(state.reduced.calibrationTokens);
    if (state.recovers()) stages.push_back(state.recovered.calibrationTokens);
    for (const std::int64_t tokens : stages) {
        if (tokens == kNotCounted) return nullptr;
        sum += tokens;
    }
    return sum;
}

json resultOf(const RunState& state) {
    const Measured &dense = state.original.measured, &last = state.last.measured;
    const char* name = roleName(state.finalRole());
    const auto before = state.denseModel().parameterCount();
    const auto after = state.model->parameterCount();
    json result;
    result["parameters_before"] = before;
    result["parameters_after"] = after;
    result["ratio"] = 1.0 - static_cast<double>(after) / static_cast<double>(before);
    result["perplexity"] = {{roleName(ModelRole::Dense), headline(state, dense.texts)},
                            {roleName(ModelRole::Pruned), headline(state, state.compact.texts)},
                            {roleName(ModelRole::Recovered), state.recovers() ? headline(state, last.texts) : json()}};
    result["groups_removed"] = groupsRemoved(state);
    result["max_logit_difference"] = state.compact.maxLogitDifference;
    result["texts"] = {{roleName(ModelRole::Dense), toJson(dense.texts)},
                       {roleName(ModelRole::Pruned), toJson(state.compact.texts)},
                       {roleName(ModelRole::Recovered), state.recovers() ? toJson(last.texts) : json()}};
    result["tasks"] = {{roleName(ModelRole::Dense), toJson(dense.tasks)}, {name, toJson(last.tasks)}};
    result["costs"] = {{roleName(ModelRole::Dense), costs(dense, state.last, roleName(ModelRole::Dense))},
                       {name, costs(last, state.last, name)}};
    result["samples"] = {{roleName(ModelRole::Dense), dense.sample}, {name, last.sample}};
    result["retention"] = {{roleName(ModelRole::Pruned), retentionOf(result, roleName(ModelRole::Pruned))}};
    if (state.recovers())
        result["retention"][roleName(ModelRole::Recovered)] = retentionOf(result, roleName(ModelRole::Recovered));
    result["above_dense"] = {{roleName(ModelRole::Pruned), pairedWith(dense.texts, state.compact.texts)}};
    if (state.recovers()) result["above_dense"][roleName(ModelRole::Recovered)] = pairedWith(dense.texts, last.texts);
    if (!state.recovered.merged.empty()) result["merged"] = toJson(state.recovered.merged);
    result["preset"] = state.recipe.evaluation.preset;
    result["seven_task_mean"] = {{roleName(ModelRole::Dense), taskMean(dense.tasks)}, {name, taskMean(last.tasks)}};
    if (!state.plan.edits.empty())
        result[roleName(ModelRole::Reduced)] = {{"parameters", state.reduced.parameters},
                                                {"texts", toJson(state.reduced.texts)}};
    result["steps"] = state.steps;
    result["calibration_tokens"] = calibrationTokens(state);
    result["warnings"] = windowWarnings(state.recipe, state.denseModel().config());
    for (const std::string& few : fewTokensWarnings(dense)) result["warnings"].push_back(few);
    return result;
}

/// Writes one export, reads it back from the disk and says how far it is from the model in memory.
json writeOne(RunState& state, const fs::path& destination, const Recipe::Export& wanted) {
    std::error_code ignored;
    fs::remove_all(destination, ignored);  // of an export that was cut off
    if (destination.extension() == ".gguf")
        for (const auto& part : ggufPartsBeside(destination)) fs::remove(part, ignored);
    for (const char* mark : {"uncertified", "partial"}) PendingPath::sweep(destination, mark);
    const PruningRecord record = pruningRecord(state);
    const ExportJob job{*state.model, state.companions(), record, wanted.dtype};
    const auto count = static_cast<std::ptrdiff_t>(std::min<std::size_t>(state.calibration.size(), 8));
    const std::vector<Sequence> read(state.calibration.begin(), state.calibration.begin() + count);
    const LogitComparison found = writeExport(wanted.format, job, destination, read, state.control,
                                              certificateEvent(state.report, destination.string(), "the model in memory"));
    for (const auto& note : found.notes) state.report.note("info", destination.filename().string() + ": " + note);
    json written = {{"path", destination.string()},
                    {"format", wanted.format},
                    {"dtype", wanted.dtype},
                    {"max_abs_logit_difference", found.maxDifference},
                    {"kl", found.kl},
                    {"greedy_agreement", found.greedyAgreement}};
    if (!found.notes.empty()) written["notes"] = found.notes;
    if (found.perplexityAfter > 0)
        written["perplexity"] = {
            {"before", found.perplexityBefore},
            {"after", found.perplexityAfter},
            {"protocol", describeSequences(read, state.tokenizer().bosId()) + " of the calibration text"}};
    return written;
}

/// The run's own folder: what most programs open for these shapes, in the type of the first export.
Recipe::Export ownExport(const RunState& state) {
    Recipe::Export own{plainestFormat(state.model->config()), "source"};
    if (state.recipe.exports.empty()) return own;
    const auto& types = exportFormat(own.format).dtypes;
    const auto& asked = state.recipe.exports.front().dtype;
    if (std::find(types.begin(), types.end(), asked) != types.end()) own.dtype = asked;
    return own;
}

/// In words; runs of before kept no hint.
std::string notExported(const json& refused) {
    const std::string hint = refused.value("hint", std::string());
    return "not exported as " + refused.at("format").get<std::string>() + ": " + refused.at("refused").get<std::string>() +
           (hint.empty() ? "" : ". " + hint);
}

/// A shape that a format cannot hold does not end a run that is all but done: it is said and written down.
json tryExport(RunState& state, const Recipe::Export& wanted) {
    const auto folder = state.folder.path() / "exports";
    std::error_code problem;
    fs::create_directories(folder, problem);
    if (problem) throw Error(ErrorCode::Io, folder.string(), "cannot be made: " + problem.message());
    auto destination = folder / (wanted.format + "-" + wanted.dtype);
    destination += exportFormat(wanted.format).ending;
    try {
        return writeOne(state, destination, wanted);
    } catch (const Error& error) {
        if (error.code() != ErrorCode::Unsupported) throw;
        const json refused{
            {"format", wanted.format}, {"dtype", wanted.dtype}, {"refused", error.message()}, {"hint", error.hint()}};
        state.report.note("warning", notExported(refused));
        return refused;
    }
}

}  // namespace

void evaluateStage(RunState& state) {
    if (auto stored = state.begin<EvaluateResult>("Measuring the result")) {
        state.last = std::move(*stored);
    } else {
        const MeasureContext context = state.measuring();
        const char* name = roleName(state.finalRole());
        state.last.measured = measureAll(context, *state.model, name);
        state.last.speeds =
            measureSpeed(context, {{roleName(ModelRole::Dense), &state.denseModel()}, {name, state.model.get()}});
        state.finish(state.last);
    }
    state.result = resultOf(state);
}

void addAdapted(RunState& state, const AdaptResult& adapted) {
    json& result = state.result;
    if (!adapted.problem.empty()) {
        result[roleName(ModelRole::Adapted)] = nullptr;
        result["warnings"].push_back(adapted.problem);
        return;
    }
    const auto& texts = adapted.measured.texts;
    result["perplexity"][roleName(ModelRole::Adapted)] = headline(state, texts);
    result[roleName(ModelRole::Adapted)] = {{"steps", adapted.steps},
                                            {"tokens", adapted.tokens},
                                            {"texts", toJson(texts)},
                                            {"tasks", toJson(adapted.measured.tasks)},
                                            {"above_dense", pairedWith(state.original.measured.texts, texts)}};
    result["above_adapted"] = {{roleName(state.finalRole()), pairedWith(texts, state.last.measured.texts)}};
}

void exportStage(RunState& state) {
    auto written = state.begin<ExportResult>("Writing the model");
    if (!written) {
        written.emplace();
        written->exports = json::array();
        const auto& wanted = state.recipe.exports;
        const Recipe::Export own = ownExport(state);
        written->exports.push_back(writeOne(state, state.folder.modelFolder(), own));
        for (std::size_t i = 0; i < wanted.size(); ++i)
            if (wanted[i].format != own.format || wanted[i].dtype != own.dtype)
                written->exports.push_back(tryExport(state, wanted[i]));
        const FormatChoice simplest = simplestFormat(*state.model);
        written->simplest = simplest.format, written->because = simplest.reason;
        written->seconds = state.log.seconds();
        state.finish(*written);
    }
    state.result["exports"] = written->exports;
    for (const json& one : written->exports)
        if (one.contains("refused")) state.result["warnings"].push_back(notExported(one));
    state.result["simplest_export"] =
        written->simplest.empty() ? json() : json{{"format", written->simplest}, {"reason", written->because}};
    state.result["seconds"] = written->seconds;
    writeFile(state.folder.resultFile(), state.result.dump(2, ' ', false, json::error_handler_t::replace) + "\n");
}

}  // namespace lorashear
