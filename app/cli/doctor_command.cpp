#include "app/cli/bug_report.h"
#include "app/cli/cli_commands.h"
#include "app/cli/output_file.h"
#include "core/io/strict_json.h"
#include "core/run/machine_report.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <cmath>
#include <iomanip>
#include <ostream>

namespace lorashear::app {

namespace {

using nlohmann::json;

constexpr double kMixedPays =
    1.3;  ///< bf16 over fp32 from which `mixed` is worth offering; a run warns below it too (ops::mixedPays)

json asJson(const MachineReport& report) {
    return {{"version", LORASHEAR_VERSION},
            {"libtorch", {{"version", report.torchVersion}, {"library", report.torchLibrary}}},
            {"gflops", {{"fp32", report.fp32Gflops}, {"bf16", report.bf16Gflops}}},
            {"mixed_pays", report.bf16Gflops > kMixedPays * report.fp32Gflops},
            {"cores", report.cores},
            {"threads", report.threads},
            {"wait_policy", report.waitPolicy},
            {"openmp", report.openmp},
            {"memory_bytes", report.memoryBytes},
            {"available_bytes", report.availableBytes},
            {"processor", report.processor},
            {"device", report.device},
            {"complaints", report.complaints}};
}

void print(std::ostream& out, const MachineReport& report) {
    const auto line = [&out](const char* name) -> std::ostream& {
        return out << "  " << std::left << std::setw(18) << name;
    };
    out << std::fixed << std::setprecision(0);
    line("LoRAShear Studio") << LORASHEAR_VERSION << "\n";
    line("LibTorch") << report.torchVersion << ", " << report.torchLibrary << "\n";
    line("processor") << (report.processor.empty() ? "unknown" : report.processor) << "\n";
    line("device") << report.device << "\n";
    line("cores, threads") << report.cores << ", " << report.threads << "\n";
    line("fp32") << report.fp32Gflops << " GFLOPS (measured)\n";
    line("bf16") << report.bf16Gflops << " GFLOPS (measured): compute \"mixed\" "
                 << (report.bf16Gflops > kMixedPays * report.fp32Gflops ? "pays here" : "does not pay here") << "\n";
    line("wait policy") << (report.waitPolicy.empty() ? "not set" : report.waitPolicy) << "\n";
    for (const std::string& runtime : report.openmp) line("OpenMP runtime") << runtime << "\n";
    line("memory") << static_cast<double>(report.memoryBytes) / 1e9 << " GB, "
                   << static_cast<double>(report.availableBytes) / 1e9 << " GB free\n";
    if (report.complaints.empty()) out << "\n  Nothing to complain about.\n";
    for (const std::string& complaint : report.complaints) out << "\n  ! " << complaint << "\n";
}

class DoctorCommand : public CliCommand {
public:
    std::string name() const override { return "doctor"; }
    std::string help() const override { return "Say what this machine and its LibTorch can do, and what makes them slow"; }
    void configure(CLI::App& app) override {
        m_report.add(app, "--report", "Also write a file with what a bug report needs, without names of people");
    }
    void run(CliContext& context) override {
        m_report.requireFree();
        const MachineReport report = measureMachine(context.threads);
        m_report.write(bugReport(report, LORASHEAR_VERSION));
        if (context.json)
            context.out << jsonText(asJson(report)) << "\n";
        else
            print(context.out, report);
        if (!context.json && m_report.asked())
            context.out << "\n  " << m_report.path() << " is written: read it before you send it.\n";
    }

private:
    OutputFile m_report;
};

}  // namespace

std::unique_ptr<CliCommand> makeDoctorCommand() {
    return std::make_unique<DoctorCommand>();
}

}  // namespace lorashear::app
