#include "core/bench/bench_folder.h"

#include "core/base/hash.h"
#include "core/bench/bench_table.h"
#include "core/bench/pareto_svg.h"
#include "core/bench/table_texts.h"
#include "core/io/atomic_file.h"
#include "core/io/strict_json.h"
#include "core/io/taken.h"
#include "core/run/run_folder.h"

#include <nlohmann/json.hpp>

#include <unistd.h>

#include <algorithm>
#include <system_error>

namespace lorashear {

namespace fs = std::filesystem;
using nlohmann::json;

namespace {

constexpr const char* kSession = "session.json";

void requireUsable(const fs::path& folder) {
    std::error_code ignored;
    if (!fs::exists(folder, ignored) || fs::exists(folder / kSession, ignored)) return;
    // Another process may be beginning it at this moment: its own session file is there, the one of all is not yet.
    const auto begins = [](const fs::directory_entry& entry) {
        return entry.path().filename().string().rfind(kSession, 0) == 0;
    };
    if (fs::is_directory(folder, ignored)) {
        const fs::directory_iterator entries(folder, ignored);
        if (std::all_of(begin(entries), end(entries), begins)) return;
        if (fs::exists(folder / kSession, ignored)) return;  // it was begun, and more, while this looked
    }
    refuseTaken(folder, "exists already and is no bench's folder",
                "choose a new folder, or that of a bench to go on with it");
}

/// Of several processes that begin at once the first one decides: a link, unlike a renamed file, never replaces what is there.
void beginSession(const fs::path& folder, int threads) {
    std::error_code error;
    fs::create_directories(folder, error);
    if (error)
        throw Error(ErrorCode::Io, folder.string(), "cannot be made: " + error.message(),
                    "choose a folder that can be written");
    const fs::path own = folder / (std::string(kSession) + "." + std::to_string(::getpid()));
    writeFile(own, json{{"version", 1}, {"threads", threads}}.dump() + "\n");
    fs::create_hard_link(own, folder / kSession, error);
    if (error && !fs::exists(folder / kSession)) fs::rename(own, folder / kSession, error);  // no links on this file system
    fs::remove(own, error);
}

json storedAt(const fs::path& file) {
    return parseStrictJson(readFile(file), file.string(), JsonFrom::Program);
}

void saveAt(const fs::path& file, const json& value) {
    std::error_code ignored;
    fs::create_directories(file.parent_path(), ignored);
    writeFile(file, value.dump(1, ' ', false, json::error_handler_t::replace) + "\n");
}

[[noreturn]] void refuseOther(const fs::path& place) {
    throw Error(ErrorCode::BadInput, place.string(), "was made from other settings than the spec has now",
                "choose another --out, or remove it to have that job done again");
}

/// What recipes got after benches had been begun counts only where it says something: their results are still answers.
std::string withoutLaterKeys(std::string recipe) {
    for (const std::string silent : {"    \"adapted_dense\": false,\n"})
        if (const auto at = recipe.find(silent); at != std::string::npos) recipe.erase(at, silent.size());
    return recipe;
}

/// A run fills in its copy of the recipe what was left to it.
bool asksTheSame(Recipe stored, Recipe wanted) {
    if (wanted.model.hash.empty()) wanted.model.hash = stored.model.hash;
    if (wanted.training.learningRate == 0) wanted.training.learningRate = stored.training.learningRate;
    if (wanted.recovery.learningRate == 0) wanted.recovery.learningRate = stored.recovery.learningRate;
    return recipeText(stored) == recipeText(wanted);
}

}  // namespace

BenchFolder BenchFolder::open(const fs::path& folder, int threads, int otherwise) {
    BenchFolder result = look(folder, threads, otherwise);
    std::error_code ignored;
    if (!fs::exists(folder / kSession, ignored)) beginSession(folder, result.m_threads);
    result.readSession(threads);  // of several that begin at once, the first one's
    return result;
}

BenchFolder BenchFolder::look(const fs::path& folder, int threads, int otherwise) {
    requireUsable(folder);
    BenchFolder result;
    result.m_path = fs::absolute(folder).lexically_normal();
    result.m_threads = threads > 0 ? threads : otherwise;
    std::error_code ignored;
    if (fs::exists(folder / kSession, ignored)) result.readSession(threads);
    return result;
}

void BenchFolder::readSession(int threads) {
    const json session = storedAt(m_path / kSession);
    if (session.at("version").get<int>() != 1)
        throw Error(ErrorCode::BadInput, m_path.string(), "comes from a newer program", "update this one");
    m_threads = session.at("threads").get<int>();
    if (threads > 0 && threads != m_threads)
        throw Error(ErrorCode::Usage, "--threads",
                    "is " + std::to_string(threads) + ", this bench was begun with " + std::to_string(m_threads) +
                        ", and results depend on it",
                    "leave it out, or choose another --out");
}

Recipe BenchFolder::recipeOf(const BenchJob& job) const {
    Recipe recipe = job.recipe;
    recipe.threads = m_threads;
    return recipe;
}

std::string BenchFolder::requestOf(const BenchJob& job, const std::string& countedBy) const {
    return sha256(withoutLaterKeys(recipeText(recipeOf(job))) + countedBy);
}

void BenchFolder::requireSame(const BenchJob& job, const std::string& countedBy) const {
    if (const auto stored = result(job); stored && stored->request != requestOf(job, countedBy))
        refuseOther(fileOf("results", job));
    std::error_code ignored;
    if (fs::exists(jobFolder(job) / "recipe.json", ignored) &&
        !asksTheSame(RunFolder::open(jobFolder(job)).recipe(), recipeOf(job)))
        refuseOther(jobFolder(job));
}

bool BenchFolder::finished(const BenchJob& job) const {
    std::error_code ignored;
    return fs::exists(fileOf("results", job), ignored);
}

std::optional<BenchResult> BenchFolder::result(const BenchJob& job) const {
    if (!finished(job)) return std::nullopt;
    return benchResultFromJson(storedAt(fileOf("results", job)));
}

std::optional<BenchCosts> BenchFolder::costs(const BenchJob& job) const {
    std::error_code ignored;
    if (!fs::exists(fileOf("times", job), ignored)) return std::nullopt;
    return benchCostsFromJson(storedAt(fileOf("times", job)));
}

std::string BenchFolder::failure(const BenchJob& job) const {
    std::error_code ignored;
    if (finished(job) || !fs::exists(fileOf("failures", job), ignored)) return {};
    const json stored = storedAt(fileOf("failures", job));
    const auto subject = stored.at("subject").get<std::string>();
    return (subject.empty() ? "" : subject + ": ") + stored.at("message").get<std::string>();
}

void BenchFolder::saveResult(const BenchJob& job, const BenchResult& result) const {
    saveAt(fileOf("results", job), benchResultToJson(result));
}

void BenchFolder::saveCosts(const BenchJob& job, const BenchCosts& costs) const {
    saveAt(fileOf("times", job), benchCostsToJson(costs));
}

void BenchFolder::saveFailure(const BenchJob& job, const Error& error) const {
    saveAt(fileOf("failures", job),
           {{"code", errorCodeName(error.code())}, {"subject", error.subject()}, {"message", error.message()}});
}

void BenchFolder::forgetFailure(const BenchJob& job) const {
    std::error_code ignored;
    fs::remove(fileOf("failures", job), ignored);
}

void BenchFolder::dropModels(const BenchJob& job) const {
    std::error_code ignored;
    const fs::path folder = jobFolder(job);
    for (const char* heavy : {"model", "checkpoints", "exports", "cache"}) fs::remove_all(folder / heavy, ignored);
    for (const auto& entry : fs::directory_iterator(folder / "stages", ignored))
        if (entry.is_directory(ignored)) fs::remove_all(entry.path(), ignored);
}

void BenchFolder::writeTables(const BenchTable& table) const {
    const auto write = [&](const char* name, const std::string& text) { writeFile(m_path / name, text); };
    write("table.json", tableJson(table).dump(1, ' ', false, json::error_handler_t::replace) + "\n");
    write("table.csv", tableCsv(table));
    write("table.md", tableMarkdown(table));
    write("table.tex", tableLatex(table));
    write("times.json", timesJson(table).dump(1, ' ', false, json::error_handler_t::replace) + "\n");
    write("times.csv", timesCsv(table));
    write("pareto.svg", paretoSvg(table));
}

}  // namespace lorashear
