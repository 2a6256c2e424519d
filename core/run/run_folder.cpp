#include "core/run/run_folder.h"

#include "core/base/error.h"
#include "core/io/atomic_file.h"
#include "core/io/strict_json.h"

#include <nlohmann/json.hpp>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>

namespace lorashear {

namespace fs = std::filesystem;
using nlohmann::json;

namespace {

constexpr const char* kRecipe = "recipe.json";
constexpr const char* kValues = "values.json";

void makeFolder(const fs::path& folder) {
    std::error_code error;
    fs::create_directories(folder, error);
    if (error)
        throw Error(ErrorCode::Io, folder.string(), "cannot be made: " + error.message(),
                    "choose a folder that can be written");
}

}  // namespace

void RunFolder::requireFree(const fs::path& folder) {
    std::error_code ignored;
    if (fs::exists(folder, ignored) && !(fs::is_directory(folder, ignored) && fs::is_empty(folder, ignored)))
        throw Error(ErrorCode::BadInput, folder.string(),
                    fs::exists(folder / kRecipe, ignored) ? "holds a run already" : "is not empty",
                    "choose a new folder, or `lorashear resume` the run that is there");
}

RunFolder RunFolder::create(const fs::path& folder, const Recipe& recipe) {
    requireFree(folder);
    makeFolder(folder / "stages");
    makeFolder(folder / "checkpoints");
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
    std::string digits = std::to_string(step);
    digits.insert(0, digits.size() < 6 ? 6 - digits.size() : 0, '0');
    return m_path / "checkpoints" / ("step-" + digits);
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
    return parseStrictJson(readFile(file), file.string());
}

void RunFolder::saveStage(Stage stage, const json& result) const {
    writeFile(stageFile(stage), result.dump(1, ' ', false, json::error_handler_t::replace) + "\n");
}

std::vector<CheckpointInfo> RunFolder::checkpoints() const {
    std::vector<CheckpointInfo> result;
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(m_path / "checkpoints", ignored)) {
        const fs::path values = entry.path() / kValues;
        if (entry.path().filename().string().rfind("step-", 0) != 0 || !fs::exists(values, ignored)) continue;
        const json about = parseStrictJson(readFile(values), values.string()).at("run");
        const auto name = about.at("stage").get<std::string>();
        const auto stage = stageNamed(name);
        if (!stage)
            throw Error(ErrorCode::BadInput, values.string(),
                        "belongs to a stage called \"" + name + "\", which is not known here",
                        "the run may come from a newer program");
        result.push_back({entry.path(), *stage, about.at("step").get<std::int64_t>(), about.at("events").get<std::int64_t>(),
                          about.at("stage_end").get<bool>()});
    }
    std::sort(result.begin(), result.end(), [](const auto& a, const auto& b) { return a.step < b.step; });
    return result;
}

void RunFolder::tidyCheckpoints(int keep) const {
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(m_path / "checkpoints", ignored))
        if (entry.path().filename().string().rfind("step-", 0) != 0) fs::remove_all(entry.path(), ignored);
    auto all = checkpoints();
    std::erase_if(all, [](const CheckpointInfo& info) { return info.stageEnd; });
    for (std::size_t i = 0; i + static_cast<std::size_t>(keep) < all.size(); ++i) fs::remove_all(all[i].path, ignored);
}

RunLock::RunLock(const fs::path& folder) {
    const fs::path file = folder / "lock";
    m_descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (m_descriptor < 0) throw Error(ErrorCode::Io, file.string(), "cannot be opened", "the run's folder must be writable");
    if (::flock(m_descriptor, LOCK_EX | LOCK_NB) != 0) {
        ::close(m_descriptor);
        throw Error(ErrorCode::Io, folder.string(), "another process is working on this run",
                    "wait for it, or stop it first");
    }
}

RunLock::~RunLock() {
    ::close(m_descriptor);
}

}  // namespace lorashear
