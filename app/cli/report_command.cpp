#include "app/cli/cli_commands.h"
#include "app/cli/output_file.h"

#include "core/io/strict_json.h"
#include "core/report/run_report.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <ostream>

namespace lorashear::app {

namespace {

namespace fs = std::filesystem;

/// A run as one file that any browser opens.
class ReportCommand : public CliCommand {
public:
    std::string name() const override { return "report"; }
    std::string help() const override {
        return "Write a run as one HTML file: recipe, figures with intervals, curves, what went, certificates";
    }

    void configure(CLI::App& app) override {
        app.add_option("run", m_run, "Run folder, finished or not")->required();
        m_out.add(app, "--out", "The file (without: report.html in the run's folder, written anew)");
    }

    void run(CliContext& context) override {
        const fs::path file = m_out.asked() ? fs::path(m_out.path()) : fs::path(m_run) / "report.html";
        if (m_out.asked()) {
            requireNoRunRecord(file);
            m_out.requireFree();
            m_out.write(runReport(m_run));
        } else {
            writeRunReport(m_run, file);
        }
        if (context.json)
            context.out << jsonText(nlohmann::json{{"report", file.string()}}) << "\n";
        else
            context.out << file.string() << "\n";
    }

private:
    std::string m_run;
    OutputFile m_out;
};

}  // namespace

std::unique_ptr<CliCommand> makeReportCommand() {
    return std::make_unique<ReportCommand>();
}

}  // namespace lorashear::app
