#include "app/cli/cli_commands.h"
#include "app/cli/engine_call.h"
#include "app/cli/progress_line.h"
#include "app/cli/result_table.h"
#include "core/base/error.h"
#include "core/io/strict_json.h"
#include "core/run/recipe.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <cstdio>
#include <ostream>

namespace lorashear::app {

namespace {

void print(CliContext& context, const nlohmann::json& result, const std::string& folder) {
    if (context.json)
        context.out << jsonText(result) << "\n";
    else
        printResultTable(context.out, result, folder);
}

void printForeseen(CliContext& context, const nlohmann::json& foreseen) {
    if (context.json) {
        context.out << jsonText(foreseen) << "\n";
        return;
    }
    const auto row = [&context](const std::string& name, const nlohmann::json& bytes) {
        char text[96];
        std::snprintf(text, sizeof text, "  %-28s %10.1f MB\n", name.c_str(), bytes.get<double>() / 1e6);
        context.out << text;
    };
    const auto& memory = foreseen.at("memory");
    row("memory needed, about", memory.at("bytes"));
    for (const auto& [name, bytes] : memory.at("terms").items()) row("  " + name, bytes);
    if (foreseen.at("available_bytes") >= 0) row("memory available", foreseen.at("available_bytes"));
    context.out << "  needed most in the stage \"" << memory.at("stage").get<std::string>() << "\"; nothing was begun\n";
    for (const auto& note : foreseen.at("notes")) context.out << "  " << note.get<std::string>() << "\n";
}

class RunCommand : public CliCommand {
public:
    std::string name() const override { return "run"; }
    std::string help() const override { return "Carry out a recipe: analyse, prune, recover, measure, export"; }
    void configure(CLI::App& app) override {
        app.add_option("recipe", m_recipe, "Recipe file (lorashear recipe new makes one)")->required();
        app.add_option("--out", m_out, "New folder of the run (needed unless --dry-run is given)");
        app.add_flag("--dry-run", m_dry,
                     "Only check the recipe against its model and texts, and say how much memory it will need");
    }
    void run(CliContext& context) override {
        if (m_out.empty() && !m_dry)
            throw Error(ErrorCode::Usage, "--out", "is required", "name a new folder for the run, or ask with --dry-run");
        Recipe recipe = loadRecipe(m_recipe);
        for (const std::string& note : recipe.notes) ProgressLine().say("  " + m_recipe + ": " + note);
        if (context.threads > 0) recipe.threads = context.threads;
        if (m_dry)
            printForeseen(context, callEngine(context, command::CheckRun{recipe}));
        else
            print(context, callEngine(context, command::StartRun{recipe, m_out}), m_out);
    }

private:
    std::string m_recipe, m_out;
    bool m_dry = false;
};

class ResumeCommand : public CliCommand {
public:
    std::string name() const override { return "resume"; }
    std::string help() const override { return "Go on with a run that was stopped or killed"; }
    void configure(CLI::App& app) override { app.add_option("run", m_folder, "Folder of the run")->required(); }
    void run(CliContext& context) override { print(context, callEngine(context, command::ResumeRun{m_folder}), m_folder); }

private:
    std::string m_folder;
};

}  // namespace

std::unique_ptr<CliCommand> makeRunCommand() {
    return std::make_unique<RunCommand>();
}
std::unique_ptr<CliCommand> makeResumeCommand() {
    return std::make_unique<ResumeCommand>();
}

}  // namespace lorashear::app
