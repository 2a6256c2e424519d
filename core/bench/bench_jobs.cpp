#include "core/bench/bench_jobs.h"

#include "core/io/folder_name.h"
#include "core/run/recipe_fields.h"
#include "core/run/shared_sources.h"
#include "core/run/training_budget.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <set>

namespace lorashear {

using nlohmann::json;

namespace {

json methodOptions(const Recipe& base, const BenchMethod& method) {
    json options = method.id == base.method.id ? json::parse(base.method.optionsJson) : json::object();
    options.update(json::parse(method.optionsJson));
    return options;
}

Recipe derivedRecipe(const BenchSpec& spec, const json& base, const Recipe& baseRecipe, const BenchJob& job) {
    const bool pruned = job.kind == BenchJob::Kind::Pruned;
    json recipe = base;
    recipe.merge_patch(json::parse(spec.changesJson));
    if (pruned) {
        const BenchMethod& method = spec.methods[job.method];
        recipe.merge_patch(json::parse(method.changesJson));
        recipe["method"] = {{"id", method.id}, {"options", methodOptions(baseRecipe, method)}};
        recipe["plan"]["ratio"] = spec.ratios[job.ratio];
    }
    const BenchModel& model = spec.models[job.model];
    recipe["model"] = {{"path", model.path}, {"adapter", model.adapter}};
    recipe["seed"] = spec.seeds[job.seed];
    recipe["exports"] = json::array();
    recipe["evaluation"]["speed"] = false;
    recipe["evaluation"]["adapted_dense"] = false;  // the spec has rows of its own for it
    return parseRecipe(recipe.dump(), spec.recipe);
}

/// Small letters, digits and dashes.
std::string asFileName(const std::string& text) {
    std::string result;
    for (const char c : text) {
        const bool plain = std::isalnum(static_cast<unsigned char>(c)) != 0;
        if (plain)
            result += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
        else if (!result.empty() && result.back() != '-')
            result += '-';
    }
    while (!result.empty() && result.back() == '-') result.pop_back();
    return result.empty() ? "x" : result;
}

std::string folderOf(const BenchSpec& spec, const BenchJob& job) {
    std::string name = asFileName(spec.models[job.model].name) + "." + asFileName(rowName(spec, job));
    if (job.kind == BenchJob::Kind::Pruned) name += "." + asFileName(percentText(spec.ratios[job.ratio]));
    return name + "." + std::to_string(spec.seeds[job.seed]);
}

bool isRecipePointer(const std::string& subject) {
    for (const auto& field : recipe::recipeTable()) {
        const std::string key = "/" + field.about.key;
        if (subject == key || subject.starts_with(key + "/")) return true;
    }
    return false;
}

bool changesIt(const std::string& changes, const std::string& pointer) {
    return json::parse(changes).contains(json::json_pointer(pointer));
}

/// Where in the spec a recipe's value comes from.
std::string originOf(const BenchSpec& spec, const BenchJob& job, const std::string& pointer) {
    const bool pruned = job.kind == BenchJob::Kind::Pruned;
    const std::string method = "/methods/" + std::to_string(job.method);
    const struct {
        std::string from, to;
        bool holds;
    } places[] = {
        {"/plan/ratio", "/ratios/" + std::to_string(job.ratio), pruned},
        {"/method", method, pruned},
        {"/model", "/models/" + std::to_string(job.model), true},
    };
    for (const auto& place : places)
        if (place.holds && pointer.starts_with(place.from)) return place.to + pointer.substr(place.from.size());
    if (pruned && changesIt(spec.methods[job.method].changesJson, pointer)) return method + "/changes" + pointer;
    if (changesIt(spec.changesJson, pointer)) return "/changes" + pointer;
    return {};
}

BenchJob finished(const BenchSpec& spec, const json& base, const Recipe& baseRecipe, BenchJob job) {
    job.name = folderOf(spec, job);
    try {
        job.recipe = derivedRecipe(spec, base, baseRecipe, job);
        if (job.kind == BenchJob::Kind::AdaptedDense)
            job.recipe = adaptedDense(job.recipe, spec.trainingTokens, "/adapted_dense");
        else if (spec.trainingTokens > 0)
            spendTokens(job.recipe, spec.trainingTokens);
        job.steps = trainingSteps(job.recipe);
    } catch (const Error& error) {
        throw inTermsOf(spec, job, error);
    }
    makePathsAbsolute(job.recipe, std::filesystem::path(spec.recipe).parent_path());
    return job;
}

void requireOwnNames(const std::vector<BenchJob>& jobs) {
    std::set<std::string> seen;
    for (const BenchJob& job : jobs)
        if (!seen.insert(job.name).second)
            throw Error(ErrorCode::BadRecipe, "/methods", "two rows would have the folder \"" + job.name + "\"",
                        "give models and methods names that differ in letters or digits");
}

void requireChosenOn(const BenchSpec& spec) {
    std::error_code ignored;
    for (std::size_t i = 0; i < spec.chosenOn.size(); ++i)
        if (!std::filesystem::is_regular_file(spec.chosenOn[i], ignored))
            throw Error(ErrorCode::BadInput, spec.chosenOn[i], "is not a file",
                        "the spec names it at /chosen_on/" + std::to_string(i));
}

}  // namespace

std::string percentText(double ratio) {
    char text[32];
    std::snprintf(text, sizeof text, "%.10g", ratio * 100);
    return text;
}

std::string rowName(const BenchSpec& spec, const BenchJob& job) {
    return job.kind == BenchJob::Kind::AdaptedDense ? kAdaptedRow : spec.methods[job.method].name;
}

std::string jobTitle(const BenchSpec& spec, const BenchJob& job) {
    const std::string of = spec.models[job.model].name + ", seed " + std::to_string(spec.seeds[job.seed]);
    if (job.kind == BenchJob::Kind::AdaptedDense) return rowName(spec, job) + " of " + of;
    return rowName(spec, job) + " at " + percentText(spec.ratios[job.ratio]) + " % of " + of;
}

Error inTermsOf(const BenchSpec& spec, const BenchJob& job, const Error& error) {
    const std::string about = " (" + jobTitle(spec, job) + ")";
    const bool pointed = error.code() == ErrorCode::BadRecipe || error.code() == ErrorCode::Impossible;
    if (!pointed || !isRecipePointer(error.subject()))
        return {error.code(), error.subject(), error.message() + about, error.hint()};
    const std::string origin = originOf(spec, job, error.subject());
    if (!origin.empty()) return {error.code(), origin, error.message() + about, error.hint()};
    return {error.code(), "/recipe", error.subject() + " of the recipe " + error.message() + about, error.hint()};
}

namespace {

bool leavesOut(const BenchMethod& method, double ratio) {
    return std::find(method.withoutRatios.begin(), method.withoutRatios.end(), ratio) != method.withoutRatios.end();
}

}  // namespace

std::vector<BenchJob> benchJobs(const BenchSpec& spec, const Recipe& base) {
    const json document = json::parse(recipeText(base));
    std::vector<BenchJob> jobs;
    const auto add = [&](BenchJob job) { jobs.push_back(finished(spec, document, base, std::move(job))); };
    for (std::size_t model = 0; model < spec.models.size(); ++model) {
        if (spec.adaptedDense)
            for (std::size_t seed = 0; seed < spec.seeds.size(); ++seed)
                add({BenchJob::Kind::AdaptedDense, {}, model, 0, 0, seed, {}, 0});
        for (std::size_t ratio = 0; ratio < spec.ratios.size(); ++ratio)
            for (std::size_t method = 0; method < spec.methods.size(); ++method) {
                if (leavesOut(spec.methods[method], spec.ratios[ratio])) continue;
                for (std::size_t seed = 0; seed < spec.seeds.size(); ++seed)
                    add({BenchJob::Kind::Pruned, {}, model, method, ratio, seed, {}, 0});
            }
    }
    requireOwnNames(jobs);
    return jobs;
}

Bench openBench(const std::filesystem::path& file) {
    Bench bench{loadBenchSpec(file), {}, {}};
    const Recipe base = loadRecipe(bench.spec.recipe);
    if (bench.spec.models.empty()) bench.spec.models = {{ownName(base.model.path), base.model.path, base.model.adapter}};
    requireChosenOn(bench.spec);
    bench.jobs = benchJobs(bench.spec, base);
    for (const BenchJob& job : bench.jobs) {
        try {
            requireConsistent(job.recipe);
            requireFiles(job.recipe);
        } catch (const Error& error) {
            throw inTermsOf(bench.spec, job, error);
        }
    }
    std::vector<const Recipe*> recipes;
    for (const BenchJob& job : bench.jobs) recipes.push_back(&job.recipe);
    bench.warnings = sharedSources(recipes, bench.spec.chosenOn);
    return bench;
}

}  // namespace lorashear
