#include "core/run/recipe.h"

#include "core/base/error.h"
#include "core/eval/presets.h"
#include "core/export/formats.h"
#include "core/io/atomic_file.h"
#include "core/prune/method_table.h"
#include "core/recover/scheme_table.h"
#include "core/run/recipe_fields.h"
#include "core/run/recipe_help.h"
#include "core/run/versioned_document.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <sstream>

namespace lorashear {

namespace fs = std::filesystem;
using nlohmann::json;
using nlohmann::ordered_json;

namespace {

constexpr const char* kVersionKey = "version";

/// Keys that stand elsewhere today.
struct Moved {
    const char *from, *to;
};
constexpr Moved kMoved[] = {
    {"/recovery/weighting", "/recovery/options/weighting"},
    {"/recovery/floor", "/recovery/options/floor"},
    {"/recovery/temperature", "/recovery/options/temperature"},
    {"/recovery/patience", "/recovery/options/patience"},
    {"/recovery/min_gain", "/recovery/options/min_gain"},
    {"/plan/attention_share", "/plan/units/attention/share"},
    {"/plan/attention_keep", "/plan/units/attention/keep"},
    {"/plan/min_attention", "/plan/units/attention/minimum"},
    {"/plan/attention_divisor", "/plan/units/attention/divisor"},
    {"/plan/min_mlp", "/plan/units/mlp/minimum"},
    {"/plan/mlp_divisor", "/plan/units/mlp/divisor"},
};

/// Puts them where they stand today. Returns those that were there.
std::vector<Moved> moveFormerKeys(json& document, std::vector<std::string>& notes) {
    std::vector<Moved> found;
    for (const Moved& moved : kMoved) {
        const json::json_pointer from(moved.from), to(moved.to);
        if (!document.contains(from)) continue;
        if (document.contains(to))
            settings::fail(moved.from, std::string("is the former place of ") + moved.to + ", which is there too",
                           "remove one of them");
        if (document.contains(to.parent_pointer()) && !document.at(to.parent_pointer()).is_object())
            settings::fail(to.parent_pointer().to_string(), "must be an object");
        document[to] = document.at(from);
        document.at(from.parent_pointer()).erase(from.back());
        notes.push_back(std::string(moved.from) + " is " + moved.to + " now");
        found.push_back(moved);
    }
    return found;
}

/// Errors name the place where a person wrote the value.
[[noreturn]] void failAsWritten(const Error& error, const std::vector<Moved>& moved) {
    for (const Moved& key : moved)
        if (error.subject() == key.to) throw Error(error.code(), key.from, error.message(), error.hint());
    throw error;
}

void checkNames(const Recipe& recipe) {
    for (std::size_t p = 0; p < recipe.recovery.phases.size(); ++p) {
        const auto& sources = recipe.recovery.phases[p].sources;
        const std::string pointer = "/recovery/phases/" + std::to_string(p) + "/sources";
        if (sources.empty()) settings::fail(pointer, "must not be empty");
        for (std::size_t i = 0; i < sources.size(); ++i)
            for (std::size_t j = 0; j < i; ++j)
                if (sources[i].name == sources[j].name)
                    settings::fail(pointer + "/" + std::to_string(i) + "/name",
                                   "is used twice in one phase: " + sources[i].name);
    }
    for (std::size_t i = 0; i < recipe.evaluation.texts.size(); ++i)
        if (recipe.evaluation.texts[i].path.empty())
            settings::fail("/evaluation/texts/" + std::to_string(i) + "/path", "is missing");
    for (std::size_t i = 0; i < recipe.exports.size(); ++i) {
        const auto& dtypes = exportFormat(recipe.exports[i].format).dtypes;
        if (std::find(dtypes.begin(), dtypes.end(), recipe.exports[i].dtype) == dtypes.end())
            settings::fail("/exports/" + std::to_string(i) + "/dtype", "is \"" + recipe.exports[i].dtype + "\", " +
                                                                           recipe.exports[i].format + " stores " +
                                                                           settings::joined(dtypes));
    }
}

/// What is asked for twice is written once, and that is said.
void dropRepeatedExports(Recipe& recipe) {
    std::vector<Recipe::Export> once;
    for (std::size_t i = 0; i < recipe.exports.size(); ++i) {
        const auto same = std::find(recipe.exports.begin(), recipe.exports.end(), recipe.exports[i]);
        const auto first = static_cast<std::size_t>(same - recipe.exports.begin());
        if (first == i)
            once.push_back(recipe.exports[i]);
        else
            recipe.notes.push_back("/exports/" + std::to_string(i) + " is the same as /exports/" + std::to_string(first) +
                                   " and is written once");
    }
    recipe.exports = once;
}

/// "~/x" as shells read it; without a home it stays as it is.
std::string atHome(const std::string& path) {
    const char* home = std::getenv("HOME");
    return home && path.starts_with("~/") ? home + path.substr(1) : path;
}

/// Calls visit(path, pointer) for every path that a recipe names.
template <class R, class F>
void forEachPath(R& recipe, F visit) {
    visit(recipe.model.path, "/model/path");
    visit(recipe.model.adapter, "/model/adapter");
    visit(recipe.analysis.text.path, "/analysis/text/path");
    const auto sources = [&](auto& list, const std::string& pointer) {
        for (std::size_t i = 0; i < list.size(); ++i) visit(list[i].path, pointer + "/" + std::to_string(i) + "/path");
    };
    sources(recipe.training.sources, "/training/sources");
    for (std::size_t p = 0; p < recipe.recovery.phases.size(); ++p)
        sources(recipe.recovery.phases[p].sources, "/recovery/phases/" + std::to_string(p) + "/sources");
    sources(recipe.evaluation.texts, "/evaluation/texts");
    visit(recipe.evaluation.tasks, "/evaluation/tasks");
}

}  // namespace

namespace {

/// What a text says otherwise than the preset does not count, and that is said: both may have been meant.
void usePreset(Recipe::Evaluation& evaluation, const json& document, std::vector<std::string>& notes) {
    const EvaluationPreset* preset = evaluationPreset(evaluation.preset);
    if (!preset) return;
    for (std::size_t i = 0; i < evaluation.texts.size(); ++i) {
        const auto fix = [&](const char* key, auto& value, auto fixed) {
            const std::string pointer = "/evaluation/texts/" + std::to_string(i) + "/" + key;
            if (value != fixed && document.contains(json::json_pointer(pointer)))
                notes.push_back(pointer + " is " + json(fixed).dump() + ", as " + preset->id + " has it, and not " +
                                json(value).dump());
            value = fixed;
        };
        RecipeText& text = evaluation.texts[i];
        fix("window", text.window, preset->window);
        fix("stride", text.stride, 0);
        if (preset->bos) fix("bos", text.bos, *preset->bos);
    }
}

}  // namespace

Recipe parseRecipe(const std::string& text, const std::string& subject) {
    json document =
        versionedDocument(text, subject, "is not a recipe: the file must hold one JSON object", Recipe::kVersion);
    Recipe result;
    const std::vector<Moved> moved = moveFormerKeys(document, result.notes);
    try {
        settings::readObject(recipe::recipeTable(), result, document, Place({}, &result.notes));
    } catch (const Error& error) {
        failAsWritten(error, moved);
    }
    if (result.model.path.empty()) settings::fail("/model/path", "is missing", "the folder of the model to prune");
    if (result.device != "cpu" && result.device.rfind("cuda", 0) != 0)
        settings::fail("/device", "is \"" + result.device + "\", allowed is cpu, cuda or cuda:N");
    checkNames(result);
    dropRepeatedExports(result);
    usePreset(result.evaluation, document, result.notes);
    return result;
}

std::string recipeText(const Recipe& recipe) {
    ordered_json document = ordered_json::object();
    document[kVersionKey] = Recipe::kVersion;
    document.update(settings::writeObject(recipe::recipeTable(), recipe));
    return document.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

std::string absolutePath(const std::string& path, const fs::path& folder) {
    return path.empty() ? path : (folder / atHome(path)).lexically_normal().string();
}

void makePathsAbsolute(Recipe& recipe, const fs::path& folder) {
    forEachPath(recipe, [&](std::string& path, const std::string&) { path = absolutePath(path, folder); });
}

Recipe loadRecipe(const fs::path& file) {
    Recipe result = parseRecipe(readFile(file), file.string());
    makePathsAbsolute(result, fs::absolute(file).parent_path());
    return result;
}

double learningRateFor(std::int64_t parameters) {
    constexpr double kSmallest = 260000, kExponent = 0.45;
    return std::clamp(1e-2 * std::pow(kSmallest / static_cast<double>(std::max<std::int64_t>(parameters, 1)), kExponent),
                      1e-4, 1e-2);
}

void requireConsistent(const Recipe& recipe) {
    checkOptions(recipe.plan);
    methodInfo(recipe.method.id).schedule(recipe.method.optionsJson);
}

void requireFiles(const Recipe& recipe) {
    forEachPath(recipe, [](const std::string& path, const std::string& pointer) {
        std::error_code ignored;
        if (!path.empty() && !fs::exists(path, ignored))
            throw Error(ErrorCode::BadInput, path, "does not exist", "the recipe names it at " + pointer);
    });
}

RecoveryPhase pretrainingPhase(const RecipeSource& source) {
    RecoveryPhase phase;
    phase.name = "pretraining";
    phase.sources = {source};
    return phase;
}

Recipe::Export fittingExport(const PlanOptions& plan) {
    return {plan.uniform || !plan.enabled ? "huggingface" : "padded", Recipe::Export{}.dtype};
}

Recipe newRecipe(const std::string& model, const std::string& trainingText, const std::string& evaluationText) {
    Recipe recipe;
    recipe.model.path = model;
    const RecipeSource source{fs::path(trainingText).stem().string(), trainingText, SourceFormat::Auto};
    recipe.training.sources = {source};
    recipe.recovery.phases = {pretrainingPhase(source)};
    recipe.training.shortestDocument = 64;
    recipe.analysis.text = {"held out", "", 256, 0, 32, true};
    recipe.evaluation.texts = {{fs::path(evaluationText).stem().string(), evaluationText, 512, 0, 200, true}};
    recipe.exports = {fittingExport(recipe.plan)};
    recipe.method.optionsJson = methodInfo(recipe.method.id).options.complete("{}", "/method/options");
    recipe.recovery.optionsJson = schemeInfo(recipe.recovery.scheme).options.complete("{}", "/recovery/options");
    return recipe;
}

namespace {

void describeRow(std::ostream& out, const std::string& name, const Setting& setting) {
    out << setting.markdownRow(name) << "\n";
}

/// A method or a scheme.
template <class Entry>
void describeEntry(std::ostream& out, const Entry& entry) {
    out << "\n### `" << entry.id << "`: " << entry.title << "\n\n"
        << entry.help << "\n\n"
        << "| option | type | allowed | default | unit | what it does |\n|---|---|---|---|---|---|\n";
    for (const Setting& option : entry.options.settings) describeRow(out, option.key, option);
}

std::vector<Setting> allSettings() {
    std::vector<Setting> all;
    settings::describeObject(recipe::recipeTable(), all, "");
    return all;
}

}  // namespace

std::string recipeHelp() {
    std::ostringstream out;
    out << "# Recipes\n\n"
           "A recipe is one JSON file that describes a whole experiment; the window writes it, `lorashear run` repeats it. The\n"
           "same recipe, threads and machine give the same bytes. Keys that are left out take their default; unknown keys,\n"
           "keys given twice and values out of range are refused by JSON pointer. `version` is "
        << Recipe::kVersion
        << " and always there;\na newer version is refused. Relative paths count from the recipe's folder.\n"
           "A complete file: `lorashear recipe new MODEL`. This page is made from the table that parses recipes\n"
           "(`lorashear recipe doc`).\n\n"
           "| pointer | type | allowed | default | unit | what it says |\n|---|---|---|---|---|---|\n";
    for (const Setting& setting : allSettings()) describeRow(out, setting.pointer, setting);
    out << "\n## Methods\n";
    for (const MethodInfo& method : methodTable()) describeEntry(out, method);
    out << "\n## Schemes of recovery\n";
    for (const SchemeInfo& scheme : schemeTable()) describeEntry(out, scheme);
    return out.str();
}

const Setting& recipeSetting(const std::string& pointer) {
    static const std::vector<Setting> kAll = allSettings();
    const auto found =
        std::find_if(kAll.begin(), kAll.end(), [&](const Setting& setting) { return setting.pointer == pointer; });
    if (found == kAll.end()) throw Error(ErrorCode::Internal, pointer, "is no setting of a recipe");
    return *found;
}

std::string recipeFieldHelp(const std::string& pointer) {
    return recipeSetting(pointer).help;
}

}  // namespace lorashear
