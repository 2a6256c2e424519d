#include "app/cli/cli_commands.h"
#include "app/cli/engine_call.h"
#include "app/cli/progress_line.h"
#include "app/cli/result_table.h"
#include "core/run/recipe.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <ostream>

namespace lorashear::app {

namespace {

void print(CliContext& context, const nlohmann::json& result, const std::string& folder) {
    if (context.json)
        context.out << result.dump() << "\n";
    else
        printResultTable(context.out, result, folder);
}

class RunCommand : public CliCommand {
public:
    std::string name() const override { return "run"; }
    std::string help() const override { return "Carry out a recipe: analyse, prune, recover, measure, export"; }
    void configure(CLI::App& app) override {
        app.add_option("recipe", m_recipe, "Recipe file (lorashear recipe new makes one)")->required();
        app.add_option("--out", m_out, "New folder of the run")->required();
    }
    void run(CliContext& context) override {
        Recipe recipe = loadRecipe(m_recipe);
        for (const std::string& note : recipe.notes) ProgressLine().say("  " + m_recipe + ": " + note);
        if (context.threads > 0) recipe.threads = context.threads;
        print(context, callEngine(context, command::StartRun{recipe, m_out}), m_out);
    }

private:
    std::string m_recipe, m_out;
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
