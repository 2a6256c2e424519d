#include "app/cli/cli_commands.h"
#include "app/cli/engine_call.h"
#include "app/cli/meeting.h"
#include "app/cli/setting_option.h"
#include "app/cli/worker_processes.h"
#include "core/base/error.h"
#include "core/bench/store_shares.h"
#include "core/io/strict_json.h"
#include "core/run/recipe.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <limits>
#include <memory>
#include <optional>
#include <ostream>

namespace lorashear::app {

namespace {

using nlohmann::json;

constexpr const char* kAnalyseFooter =
    "What was measured is kept: the same command again goes on where it was stopped. Several processes share one analysis:\n"
    "with --workers on one machine, started by torchrun (RANK, WORLD_SIZE, MASTER_ADDR, MASTER_PORT), or with --shared\n"
    "FOLDER as often and wherever you like. The result is that of one process with the same threads.";

class AnalyseCommand : public CliCommand {
public:
    std::string name() const override { return "analyse"; }
    std::string help() const override { return "Measure how knowledge is spread over the node groups of a model"; }

    void configure(CLI::App& app) override {
        Recipe::Analysis& analysis = m_recipe.analysis;
        analysis.text = {"text", "", 256, 0, 32, true};
        auto* model = app.add_option("model", m_recipe.model.path, "Hugging Face folder of the model");
        auto* text =
            app.add_option("--text", analysis.text.path, "Text whose loss is measured: neither trained on nor a test text");
        app.add_option("--recipe", m_recipeFile,
                       "Take the model, the text and all settings from a recipe, as the window does")
            ->excludes(model)
            ->excludes(text);
        app.add_option("--window", analysis.text.window, "Tokens of one window, BOS included")
            ->capture_default_str()
            ->check(within("/analysis/text/window"));
        app.add_option("--max-windows", analysis.text.maxWindows,
                       "Windows from the beginning, or behind those skipped; 0: all")
            ->capture_default_str()
            ->check(within("/analysis/text/max_windows"));
        app.add_option("--skip-windows", analysis.text.skipWindows, "Leave out so many windows at the beginning")
            ->capture_default_str()
            ->check(within("/analysis/text/skip_windows"));
        app.add_flag("!--no-bos", analysis.text.bos,
                     "Windows without the BOS token (default: with it where the tokenizer has one)");
        auto* ratios = app.add_option("--ratio", analysis.ratios, "Shares of a node group that are masked");
        ratios->capture_default_str()->check(within("/analysis/ratios"));
        std::vector<std::string> presets;
        for (const AnalysisPreset& preset : analysisPresets()) presets.emplace_back(preset.id);
        app.add_option("--preset", m_preset,
                       "quick: half of every node group is masked; full: a quarter, a half and three quarters")
            ->check(CLI::IsMember(presets))
            ->excludes(ratios);
        app.add_option("--proxy", analysis.proxy, "Saliency that says what is masked first")
            ->capture_default_str()
            ->check(within("/analysis/proxy"));
        app.add_option("--protect", analysis.unprunableShare, "Share of node groups to protect")
            ->capture_default_str()
            ->check(within("/analysis/unprunable_share"));
        app.add_option(
               "--confidence", analysis.confidence,
               "Measure a node group no further once its place is settled at this confidence (0.95); 0: all on all windows")
            ->capture_default_str()
            ->check(within("/analysis/confidence"));
        app.add_option("--adapter", m_recipe.model.adapter,
                       "Folder of a PEFT LoRA adapter that is merged into the model first");
        app.add_option("--device", m_recipe.device, "cpu, cuda or cuda:N")->capture_default_str();
        app.add_option("--targets", m_recipe.lora.targets,
                       "Linears that would carry adapters, e.g. q_proj,v_proj (default: all)")
            ->delimiter(',');
        app.add_option(
               "--workers", m_workers,
               "So many processes on this machine share the work; the threads of each are --threads, or its part of the cores")
            ->check(aboveZero());
        app.add_option("--shared", m_shared,
                       "This is one of several processes, on any machines, that meet in this folder and share the work");
        app.add_option("--lease", m_lease,
                       "Seconds without a sign of life after which a worker counts as dead and its part is another's")
            ->capture_default_str()
            ->check(within(Range{0, std::numeric_limits<double>::infinity(), true, true}, false));
        app.add_flag("--work-only", m_workOnly, "Take part, but print no result (what --workers starts)");
        app.footer(kAnalyseFooter);
    }

    void run(CliContext& context) override {
        for (const AnalysisPreset& preset : analysisPresets())
            if (m_preset == preset.id) m_recipe.analysis.ratios = preset.ratios;
        if (!m_recipeFile.empty()) m_recipe = loadRecipe(m_recipeFile);
        if (m_recipe.model.path.empty() || (m_recipeFile.empty() && m_recipe.analysis.text.path.empty()))
            throw Error(ErrorCode::Usage, "analyse", "needs a model and --text, or --recipe",
                        "lorashear analyse MODEL --text FILE, or lorashear analyse --recipe FILE");
        const Rendezvous where = rendezvousFromEnvironment();
        requireOneWay("analyse", m_workers > 0, !m_shared.empty(), where);
        const json result = m_workers > 1       ? measuredInProcesses(context)
                            : where.several()   ? measuredTogether(context, where)
                            : !m_shared.empty() ? measuredInFolder(context)
                                                : callEngine(context, command::AnalyseKnowledge{m_recipe});
        if (m_workOnly || where.rank > 0) return;
        if (context.json)
            context.out << jsonText(result) << "\n";
        else
            print(context.out, result);
    }

private:
    json measured(CliContext& context, KeyStore& store) const {
        return callEngine(context,
                          command::AnalyseKnowledge{m_recipe, std::make_shared<StoreShares>(store, workerName(), m_lease)},
                          m_workOnly);
    }

    /// This process is one of them.
    json measuredInProcesses(CliContext& context) const {
        Rendezvous where;
        const auto store = localStore(where);
        if (context.threads == 0) context.threads = std::max(1, coresOfThisMachine() / m_workers);
        auto arguments = ownArguments({"--workers", "--threads"});
        for (const std::string& more :
             {std::string("--threads"), std::to_string(context.threads), std::string("--work-only")})
            arguments.push_back(more);
        WorkerProcesses others(m_workers - 1, where, arguments);
        json result = measured(context, *store);
        others.wait(context.control, [] {});
        return result;
    }

    /// By the variables of torchrun.
    json measuredTogether(CliContext& context, const Rendezvous& where) const {
        const auto store = tcpStore(where);
        store->add("joined", 1);
        json result = measured(context, *store);
        leave(*store, where.rank == 0 && !where.hosted, m_lease, context.control);
        return result;
    }

    json measuredInFolder(CliContext& context) const {
        std::error_code error;
        std::filesystem::create_directories(m_shared, error);
        if (error)
            throw Error(ErrorCode::Io, m_shared, "cannot be made: " + error.message(), "Name a folder that you may write.");
        const auto store = fileStore(std::filesystem::path(m_shared) / "queue");
        return measured(context, *store);
    }

    static void print(std::ostream& out, const json& result) {
        char line[160];
        std::snprintf(
            line, sizeof line, "loss of the intact model: %.4f nats a token over %ld tokens\n\n  %-28s %12s %10s\n",
            result.at("baseline_nll").get<double>(), result.at("tokens").get<long>(), "node group", "loss rises", "spread");
        out << line;
        json rows = result.at("node_groups");
        std::stable_sort(rows.begin(), rows.end(),
                         [](const json& a, const json& b) { return a.at("deviation") > b.at("deviation"); });
        for (const json& row : rows) {
            std::snprintf(line, sizeof line, "  %-28s %12.4f %10.4f  %s\n", row.at("name").get<std::string>().c_str(),
                          row.at("deviation").get<double>(), row.at("spread").get<double>(),
                          row.at("prunable").get<bool>() ? "" : "protected");
            out << line;
        }
        if (result.at("confidence").get<double>() > 0) printSettled(out, result);
    }

    static void printSettled(std::ostream& out, const json& result) {
        const long all = result.at("windows").get<long>();
        long settled = 0, read = 0;
        for (const json& row : result.at("node_groups")) {
            settled += row.at("settled").get<bool>();
            read += row.at("windows").get<long>();
        }
        const auto rows = static_cast<long>(result.at("node_groups").size());
        char line[200];
        std::snprintf(line, sizeof line,
                      "\n%ld of %ld places settled at %.4g %% confidence; %ld of %ld windows were enough for that\n",
                      settled, rows, 100 * result.at("confidence").get<double>(), read, rows * all);
        out << line;
    }

    Recipe m_recipe;
    std::string m_preset, m_recipeFile, m_shared;
    int m_workers = 0;
    double m_lease = 30;
    bool m_workOnly = false;
};

}  // namespace

std::unique_ptr<CliCommand> makeAnalyseCommand() {
    return std::make_unique<AnalyseCommand>();
}

}  // namespace lorashear::app
