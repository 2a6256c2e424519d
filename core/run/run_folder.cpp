#include "core/run/run_folder.h"

#include "core/base/error.h"
#include "core/io/atomic_file.h"
#include "core/io/strict_json.h"
#include "core/io/taken.h"
#include "core/run/run_lock.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <limits>

namespace lorashear {

namespace fs = std::filesystem;
using nlohmann::json;

namespace {

constexpr const char* kRecipe = "recipe.json";
constexpr const char* kValues = "values.json";
constexpr const char* kStages = "stages";
constexpr const char* kCheckpoints = "checkpoints";
constexpr const char* kAdapting = "adapting-";
constexpr const char* kWriting = "writing-";  ///< of saveArchive, before it renames

void makeFolder(const fs::path& folder) {
    std::error_code error;
    fs::create_directories(folder, error);
    if (error)
        throw Error(ErrorCode::Io, folder.string(), "cannot be made: " + error.message(),
                    "choose a folder that can be written");
}

/// What is in a folder, one that is not there being empty. Error(Io) if it cannot be told: taken for empty, a run would begin anew.
std::vector<fs::path> entriesOf(const fs::path& folder) {
    std::vector<fs::path> entries;
    std::error_code problem;
    fs::directory_iterator at(folder, problem);
    for (; !problem && at != fs::directory_iterator(); at.increment(problem)) entries.push_back(at->path());
    if (problem && problem != std::errc::no_such_file_or_directory)
        throw Error(ErrorCode::Io, folder.string(), "cannot be looked into: " + problem.message(),
                    "check the disk and the permissions");
    return entries;
}

bool isCheckpoint(const fs::path& entry) {
    return entry.filename().string().starts_with("step-");
}

/// 4 as "000004", so that names sort by step.
std::string stepDigits(std::int64_t step) {
    std::string digits = std::to_string(step);
    return digits.insert(0, digits.size() < 6 ? 6 - digits.size() : 0, '0');
}

[[noreturn]] void damaged(const fs::path& file, const std::string& how) {
    throw Error(ErrorCode::BadInput, file.string(), "is damaged: " + how,
                "remove what it belongs to, and the run goes on from what came before it");
}

CheckpointInfo checkpointAt(const fs::path& folder, const json& values) {
    const fs::path file = folder / kValues;
    try {
        const json& about = values.at("run");
        const auto name = about.at("stage").get<std::string>();
        const auto stage = stageNamed(name);
        if (!stage)
            throw Error(ErrorCode::BadInput, file.string(),
                        "belongs to a stage called \"" + name + "\", which is not known here",
                        "the run may come from a newer program");
        return {folder,
                *stage,
                about.at("step").get<std::int64_t>(),
                about.at("events").get<std::int64_t>(),
                about.at("stage_end").get<bool>(),
                about.value("asked", false)};
    } catch (const json::exception& problem) {
        damaged(file, problem.what());
    }
}

/// What create() leaves when its process is killed, or its disk is full, before there is a recipe.
bool begunOnly(const fs::path& entry) {
    std::error_code ignored;
    const std::string name = entry.filename().string();
    if (name == kStages || name == kCheckpoints) return fs::is_directory(entry, ignored) && fs::is_empty(entry, ignored);
    if (name == kRunLockFile) return fs::is_regular_file(entry, ignored);
    return isTemporaryName(name) && name.find(kRecipe) != std::string::npos;
}

}  // namespace

void RunFolder::requireFree(const fs::path& folder) {
    std::error_code ignored;
    if (!fs::exists(folder, ignored)) return;
    bool free = fs::is_directory(folder, ignored);
    if (free)
        for (const fs::path& entry : entriesOf(folder)) free = free && begunOnly(entry);
    if (!free)
        refuseTaken(folder,
                    fs::exists(folder / kRecipe, ignored) ? "holds a run already"
                    : fs::is_directory(folder, ignored)   ? "is not empty"
                                                          : "exists already and is not a folder",
                    fs::exists(folder / kRecipe, ignored)
                        ? "choose a new folder, or `lorashear resume` the run that is there"
                        : "choose a new folder; nothing is ever overwritten");
}

RunFolder RunFolder::create(const fs::path& folder, const Recipe& recipe) {
    requireFree(folder);
    makeFolder(folder);
    const RunLock lock(folder);  // of two that begin at once one finds the other's recipe, or the lock taken
    requireFree(folder);
    makeFolder(folder / kStages);
    makeFolder(folder / kCheckpoints);
    sweepTemporaries(folder);
    RunFolder result(fs::absolute(folder).lexically_normal());
    result.saveRecipe(recipe);
    return result;
}

RunFolder RunFolder::open(const fs::path& folder) {
    std::error_code ignored;
    if (!fs::exists(folder / kRecipe, ignored))
        throw Error(ErrorCode::BadInput, folder.string(), "is not the folder of a run: it has no recipe.json");
    return RunFolder(fs::absolute(folder).lexically_normal());
}

fs::path RunFolder::checkpointFolder(std::int64_t step) const {
    return m_path / kCheckpoints / ("step-" + stepDigits(step));
}

Recipe RunFolder::recipe() const {
    return loadRecipe(m_path / kRecipe);
}

void RunFolder::saveRecipe(const Recipe& recipe) const {
    writeFile(m_path / kRecipe, recipeText(recipe));
}

std::optional<json> RunFolder::stage(Stage stage) const {
    std::error_code ignored;
    const fs::path file = stageFile(stage);
    if (!fs::exists(file, ignored)) return std::nullopt;
    json stored = parseStrictJson(readFile(file), file.string(), JsonFrom::Program);
    if (!stored.is_object() || !stored.contains("events") || !stored.at("events").is_number_integer())
        damaged(file, "does not say how many events it stands for");
    return stored;
}

void RunFolder::saveStage(Stage stage, const json& result) const {
    writeFile(stageFile(stage), result.dump(1, ' ', false, json::error_handler_t::replace) + "\n");
}

std::vector<CheckpointInfo> RunFolder::checkpoints() const {
    std::vector<CheckpointInfo> result;
    std::error_code ignored;
    for (const fs::path& entry : entriesOf(m_path / kCheckpoints)) {
        const fs::path values = entry / kValues;
        if (!isCheckpoint(entry) || !fs::exists(values, ignored)) continue;
        result.push_back(checkpointAt(entry, parseStrictJson(readFile(values), values.string(), JsonFrom::Program)));
    }
    std::sort(result.begin(), result.end(), [](const auto& a, const auto& b) { return a.step < b.step; });
    return result;
}

void RunFolder::tidyCheckpoints(int keep) const {
    std::error_code ignored;
    for (const fs::path& entry : entriesOf(m_path / kCheckpoints))
        if (!isCheckpoint(entry)) fs::remove_all(entry, ignored);
    auto all = checkpoints();
    std::erase_if(all, [](const CheckpointInfo& info) { return info.stageEnd || info.asked; });
    for (std::size_t i = 0; i + static_cast<std::size_t>(keep) < all.size(); ++i) fs::remove_all(all[i].path, ignored);
}

fs::path RunFolder::adaptingFolder(std::int64_t step) const {
    return m_path / kStages / (kAdapting + stepDigits(step));
}

std::vector<fs::path> RunFolder::adaptings() const {
    std::vector<fs::path> found;
    std::error_code ignored;
    for (const fs::path& entry : entriesOf(m_path / kStages))
        if (entry.filename().string().starts_with(kAdapting) && fs::exists(entry / kValues, ignored) &&
            fs::exists(entry / "tensors.safetensors", ignored))
            found.push_back(entry);
    const auto age = [](const fs::path& entry) {  // by number: from the millionth step on names are longer
        const std::string name = entry.filename().string();
        return std::pair(name.size(), name);
    };
    std::sort(found.begin(), found.end(), [&](const fs::path& a, const fs::path& b) { return age(a) < age(b); });
    return found;
}

void RunFolder::tidyAdaptings() const {
    std::error_code ignored;
    const auto whole = adaptings();
    const bool needed = !whole.empty() && !fs::exists(stageFile(Stage::Adapt), ignored);
    for (const fs::path& entry : entriesOf(m_path / kStages))
        if (entry.filename().string().starts_with(kAdapting) && !(needed && entry == whole.back()))
            fs::remove_all(entry, ignored);
}

std::vector<Stage> RunFolder::finishedStages() const {
    std::vector<Stage> found;
    for (const fs::path& entry : entriesOf(m_path / kStages))
        if (const auto stage = stageNamed(entry.stem().string()); stage && entry == stageFile(*stage))
            found.push_back(*stage);
    return found;
}

void RunFolder::sweep() const {
    for (const fs::path& folder : {m_path, m_path / kStages}) sweepTemporaries(folder);
    std::error_code ignored;
    for (const fs::path& entry : entriesOf(m_path / kStages))
        if (entry.filename().string().starts_with(kWriting)) fs::remove_all(entry, ignored);
    tidyAdaptings();
    tidyCheckpoints(std::numeric_limits<int>::max());
}

}  // namespace lorashear
