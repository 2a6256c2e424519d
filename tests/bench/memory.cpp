// What runs were said to hold beside what they then held at most.
//
//   lorashear-memory [RECIPE …]
//
// Each recipe is run as it is and with a few changes, in a process of its own; the estimate is that of `lorashear run --dry-run`, the peak what the
// system says of the process (VmHWM, by wait4). Training is cut short: a run holds as much after one period and one round as after many.

#include "core/base/error.h"
#include "core/io/atomic_file.h"
#include "core/io/scratch_folder.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <iostream>
#include <string>
#include <vector>

using namespace lorashear;
using nlohmann::json;

namespace {

namespace fs = std::filesystem;

/// One change of a recipe (RFC 7396, JSON merge patch).
struct Change {
    const char *title, *patch;
};
constexpr Change kChanges[] = {
    {"as it is", "{}"},
    {"batch 32", R"({"training": {"batch": 32}, "recovery": {"batch": 32}})"},
    {"batch 96", R"({"training": {"batch": 96}, "recovery": {"batch": 96}})"},
    {"no teacher", R"({"training": {"batch": 32, "distillation": 0}, "recovery": {"batch": 32, "distillation": 0}})"},
    {"dropout", R"({"training": {"batch": 32}, "recovery": {"batch": 32}, "lora": {"dropout": 0.1}})"},
    {"mixed", R"({"training": {"batch": 32}, "recovery": {"batch": 32}, "compute": "mixed"})"},
};

struct Ran {
    int status = -1;
    std::int64_t peak = 0;  ///< bytes
};

Ran runProgram(const std::vector<std::string>& arguments, const fs::path& output) {
    const pid_t child = ::fork();
    if (child == 0) {
        std::vector<char*> words{const_cast<char*>(LORASHEAR_CLI)};
        for (const std::string& argument : arguments) words.push_back(const_cast<char*>(argument.c_str()));
        words.push_back(nullptr);
        if (std::freopen(output.c_str(), "w", stdout) == nullptr || std::freopen("/dev/null", "w", stderr) == nullptr)
            _exit(127);
        ::setenv("LORASHEAR_DATA", LORASHEAR_SOURCE_DIR "/resources", 1);
        ::execv(LORASHEAR_CLI, words.data());
        _exit(127);
    }
    Ran ran;
    struct rusage usage {};
    int status = 0;
    if (child < 0 || ::wait4(child, &status, 0, &usage) != child) return ran;
    ran.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    ran.peak = static_cast<std::int64_t>(usage.ru_maxrss) * 1024;
    return ran;
}

json shortened(json recipe) {
    recipe["analysis"]["enabled"] = false;
    recipe["method"]["options"]["periods"] = 1;
    recipe["method"]["options"]["warmup_steps"] = 2;
    for (json& phase : recipe["recovery"]["phases"]) phase["max_rounds"] = 1, phase["steps_per_round"] = 4;
    recipe["evaluation"]["speed"] = false;
    recipe["checkpoint_steps"] = 100;
    return recipe;
}

void absolute(json& value, const fs::path& folder) {
    if (value.is_structured())
        for (auto& [key, entry] : value.items()) {
            if (key == "path" && entry.is_string())
                entry = fs::weakly_canonical(folder / entry.get<std::string>()).string();
            else
                absolute(entry, folder);
        }
}

void row(const std::string& title, const json& recipe) {
    const ScratchFolder scratch;
    const fs::path file = scratch.path() / "recipe.json", output = scratch.path() / "output";
    ::setenv("XDG_CACHE_HOME", scratch.path().c_str(), 1);
    writeFile(file, recipe.dump());
    if (runProgram({"run", file.string(), "--dry-run", "--json"}, output).status != 0)
        throw Error(ErrorCode::BadInput, title, readFile(output));
    const json memory = json::parse(readFile(output)).at("memory");
    const Ran ran = runProgram({"run", file.string(), "--out", (scratch.path() / "run").string(), "--json"}, output);
    if (ran.status != 0) throw Error(ErrorCode::Internal, title, readFile(output));
    const double estimate = memory.at("bytes").get<double>(), peak = static_cast<double>(ran.peak);
    std::printf("| %s | %.0f | %.0f | %+.0f %% | %s |\n", title.c_str(), estimate / 1e6, peak / 1e6,
                100 * (estimate / peak - 1), memory.at("stage").get<std::string>().c_str());
    for (const auto& [name, bytes] : memory.at("terms").items())
        std::fprintf(stderr, "    %-14s %8.1f MB\n", name.c_str(), bytes.get<double>() / 1e6);
    std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app("What runs were said to hold beside what they held at most");
    std::vector<std::string> recipes{LORASHEAR_SOURCE_DIR "/resources/recipes/quick.json"};
    app.add_option("recipes", recipes, "Recipe files");
    CLI11_PARSE(app, argc, argv);
    try {
        std::printf("| recipe | estimate, MB | peak, MB | off by | in stage |\n|---|---|---|---|---|\n");
        for (const std::string& file : recipes) {
            json recipe = json::parse(readFile(file));
            absolute(recipe, fs::absolute(file).parent_path());
            for (const Change& change : kChanges) {
                json changed = recipe;
                changed.merge_patch(json::parse(change.patch));
                row(fs::path(file).stem().string() + ", " + change.title, shortened(changed));
            }
        }
    } catch (const std::exception& error) {
        std::cerr << error.what() << "\n";
        return 1;
    }
    return 0;
}
