#include "core/bench/sweep.h"

#include "core/base/error.h"
#include "core/bench/bench_jobs.h"
#include "core/io/atomic_file.h"

#include <nlohmann/json.hpp>

#include <unistd.h>

#include <algorithm>

namespace lorashear {

namespace fs = std::filesystem;

namespace {

constexpr std::int64_t kMostTasks = 8;  ///< of the array: each takes jobs until none is left

/// For a POSIX shell.
std::string quoted(const std::string& text) {
    std::string word = "'";
    for (const char c : text) c == '\'' ? word += "'\\''" : word += c;
    return word + "'";
}

void replaceOnce(std::string& text, const std::string& what, const std::string& with) {
    const auto at = text.find(what);
    if (at == std::string::npos)
        throw Error(ErrorCode::Internal, "slurm-array.sh", "has no \"" + what + "\" to be filled in");
    text.replace(at, what.size(), with);
}

std::string scriptOf(std::string example, const SweepFiles& files, std::int64_t jobs) {
    replaceOnce(example, "SPEC=comparison.json OUT=/a/folder/that/all/nodes/see sbatch slurm-array.sh",
                "sbatch " + quoted(files.script.string()));
    replaceOnce(example, "--array=0-7", "--array=0-" + std::to_string(std::min(jobs, kMostTasks) - 1));
    replaceOnce(
        example, ": \"${SPEC:?the spec, a JSON file}\" \"${OUT:?a folder that all nodes see}\"",
        "SPEC=" + quoted(files.spec.string()) + "\nOUT=" + quoted(files.results.string()) + "  # all nodes must see it");
    return example;
}

std::string specText(const Recipe& recipe, const Sweep& sweep, const SweepFiles& files) {
    nlohmann::ordered_json methods = nlohmann::ordered_json::array();
    for (const std::string& id : sweep.methods) methods.push_back({{"id", id}});
    const nlohmann::ordered_json spec{{"version", BenchSpec::kVersion},
                                      {"note", "Made from the recipe of " + fs::path(recipe.model.path).filename().string()},
                                      {"recipe", files.recipe.filename().string()},
                                      {"methods", methods},
                                      {"ratios", sweep.ratios},
                                      {"seeds", sweep.seeds},
                                      {"adapted_dense", sweep.adaptedDense}};
    return spec.dump(2) + "\n";
}

/// A folder of its own, gone with it.
class Trial {
public:
    Trial() : m_path(fs::temp_directory_path() / ("lorashear-sweep-" + std::to_string(::getpid()))) {
        fs::remove_all(m_path);
        fs::create_directories(m_path);
    }
    ~Trial() {
        std::error_code ignored;
        fs::remove_all(m_path, ignored);
    }
    Trial(const Trial&) = delete;
    Trial& operator=(const Trial&) = delete;
    const fs::path& path() const { return m_path; }

private:
    fs::path m_path;
};

void writeInto(const SweepFiles& files, const Recipe& recipe, const Sweep& sweep) {
    writeFile(files.recipe, recipeText(recipe));
    writeFile(files.spec, specText(recipe, sweep, files));
}

}  // namespace

std::int64_t jobsOf(const Sweep& sweep) {
    const auto seeds = static_cast<std::int64_t>(sweep.seeds.size());
    return static_cast<std::int64_t>(sweep.methods.size() * sweep.ratios.size()) * seeds + (sweep.adaptedDense ? seeds : 0);
}

SweepFiles sweepFiles(const fs::path& folder) {
    const fs::path place = fs::absolute(folder).lexically_normal();
    return {place / "sweep.json", place / "recipe.json", place / "slurm-array.sh", place / "results"};
}

SweepFiles writeSweep(const fs::path& folder, const Recipe& recipe, const Sweep& sweep, const std::string& example) {
    {
        const Trial trial;  // what is refused leaves nothing where the person wants it
        const SweepFiles tried = sweepFiles(trial.path());
        writeInto(tried, recipe, sweep);
        openBench(tried.spec);
    }
    const SweepFiles files = sweepFiles(folder);
    const std::string script = scriptOf(example, files, jobsOf(sweep));
    std::error_code error;
    fs::create_directories(files.spec.parent_path(), error);
    if (error) throw Error(ErrorCode::Io, folder.string(), "cannot be made: " + error.message());
    writeInto(files, recipe, sweep);
    writeFile(files.script, script);
    fs::permissions(files.script, fs::perms::owner_exec, fs::perm_options::add, error);
    return files;
}

}  // namespace lorashear
