#include "app/cli/command.h"
#include "app/cli/progress_line.h"
#include "app/cli/setting_option.h"
#include "app/cli/unknown_words.h"
#include "app/guarded_output.h"
#include "app/interrupt.h"
#include "app/reexec.h"
#include "core/base/error.h"
#include "core/base/mapping_guard.h"
#include "core/io/strict_json.h"
#include "core/run/event_json.h"
#include "core/run/machine_report.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <iostream>
#include <new>

namespace {

using namespace lorashear;

constexpr const char* kFooter =
    "Exit codes:\n"
    "   0  done\n"
    "   1  internal error (a defect of this program)\n"
    "   2  wrong command line\n"
    "   3  a file, model or text that cannot be used\n"
    "   4  well-formed but unsupported\n"
    "   5  a recipe with unknown keys or bad values\n"
    "   6  a request that no plan can meet\n"
    "   7  reading or writing failed, or what is to be written exists already\n"
    "   8  NaN or infinity\n"
    "   9  two things that must agree do not\n"
    "  10  stopped on request; a run can be resumed\n"
    "Results go to standard output, progress to standard error. With --json an error is one object {code, subject, message, hint}.\n"
    "The manual: help/README.md beside the bundled models and recipes (in /usr/share/lorashear with the packages, in resources\n"
    "otherwise). The window shows it with F1.";

int report(const Error& error, bool json) {
    if (json) std::cout << jsonText(errorToJson(error)) << std::endl;
    std::cerr << "lorashear: " << (error.subject().empty() ? "" : error.subject() + ": ") << error.message() << "\n";
    if (!error.hint().empty()) std::cerr << "  " << error.hint() << "\n";
    return exitCode(error.code());
}

/// LibTorch's messages carry a backtrace from the second line on.
std::string firstLines(std::string text) {
    const auto trace = text.find("\nException raised from");
    return trace == std::string::npos ? text : text.substr(0, trace);
}

struct Registered {
    std::unique_ptr<app::CliCommand> command;
    CLI::App* parser = nullptr;
};

int runCommand(Registered& chosen, bool json, int threads) {
    app::Interrupt interrupt;
    app::ProgressLine line;
    Control control;
    control.stop = interrupt.token();
    control.onProgress = [&line](const Progress& progress) { line.show(progress); };
    useThreads(threads);
    app::GuardedOutput guarded(std::cout.rdbuf(), !json);
    std::ostream out(&guarded);
    app::CliContext context{out, json, control, threads};
    chosen.command->run(context);
    out.flush();
    requireNoDamageSince(0);
    return 0;
}

bool asksForJson(int argc, char** argv) {
    return std::any_of(argv, argv + argc, [](const char* argument) { return std::string(argument) == "--json"; });
}

}  // namespace

int main(int argc, char** argv) {
    app::reexecWithPassiveWaits(argv);
    CLI::App parser{"LoRAShear Studio on the command line: prune a language model and let it recover."};
    parser.footer(kFooter);
    parser.set_version_flag("--version", "lorashear " LORASHEAR_VERSION);
    parser.require_subcommand(1);
    const bool asked = asksForJson(argc, argv);  // known before parsing, and whichever sub-command the flag stands behind
    bool json = false;
    int threads = 0;
    std::vector<Registered> all;
    for (const auto& make : app::commandTable()) {
        Registered entry{make(), nullptr};
        entry.parser = parser.add_subcommand(entry.command->name(), entry.command->help());
        entry.parser->add_flag("--json", json, "Print one JSON object instead of text");
        entry.parser->add_option("--threads", threads, "Threads of the arithmetic; 0: all cores")
            ->check(app::within("/threads"));
        entry.command->configure(*entry.parser);
        all.push_back(std::move(entry));
    }
    try {
        parser.parse(argc, argv);
        for (Registered& entry : all)
            if (entry.parser->parsed()) return runCommand(entry, json, threads);
    } catch (const CLI::ParseError& error) {
        if (error.get_exit_code() == 0) return parser.exit(error);
        return report(app::wordsFor(parser, error), asked);
    } catch (const Error& error) {
        return report(error, asked);
    } catch (const std::bad_alloc&) {
        return report(Error(ErrorCode::Internal, "memory", "there is not enough memory", "use a smaller batch or window"),
                      asked);
    } catch (const std::exception& error) {
        return report(Error(ErrorCode::Internal, "program", firstLines(error.what())), asked);
    }
    return exitCode(ErrorCode::Usage);
}
