#include "app/cli/cli_commands.h"
#include "app/cli/meeting.h"
#include "app/cli/progress_line.h"
#include "app/cli/setting_option.h"
#include "app/cli/worker_processes.h"
#include "core/bench/bench_counting.h"
#include "core/bench/bench_folder.h"
#include "core/bench/bench_table.h"
#include "core/bench/bench_work.h"
#include "core/bench/c10d_store.h"
#include "core/bench/table_texts.h"
#include "core/io/strict_json.h"
#include "core/run/run_folder.h"
#include "core/run/run_lock.h"
#include "core/run/training_budget.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <ostream>

namespace lorashear::app {

namespace {

constexpr const char* kBenchHelp =
    "Compare pruning methods: methods x ratios x seeds x models under one budget of training tokens";
constexpr const char* kBenchFooter =
    "The same command again goes on where a bench was stopped or killed; more seeds, ratios or methods in SPEC only add\n"
    "jobs. Several processes work on one --out folder, which all must see: with --workers on one machine, started by\n"
    "torchrun (RANK, WORLD_SIZE, MASTER_ADDR, MASTER_PORT), or with --shared as often and wherever you like. Jobs are\n"
    "handed out through c10d's TCPStore or, with --shared, its FileStore. More: resources/help/bench.md";

/// What a person hears: a line when a job begins and ends, the stage's progress in between.
class BenchVoice {
public:
    BenchVoice(const Bench& bench, const BenchFolder& folder, std::string prefix, bool progress)
        : m_bench(bench), m_folder(folder), m_prefix(std::move(prefix)), m_progress(progress) {}

    BenchListener listener() {
        return {[this](const BenchJob& job) { say("* " + place(job) + jobTitle(m_bench.spec, job)); },
                [this](const BenchJob&, const RunEvent& event) { hear(event); },
                [this](const BenchJob& job, const Error* problem) { tellEnd(job, problem); }};
    }
    void say(const std::string& text) { m_line.say(m_prefix + text); }

private:
    std::string place(const BenchJob& job) const {
        const auto number = static_cast<std::size_t>(&job - m_bench.jobs.data()) + 1;
        return "[" + std::to_string(number) + "/" + std::to_string(m_bench.jobs.size()) + "] ";
    }
    void hear(const RunEvent& event) {
        if (const auto* note = std::get_if<event::Note>(&event); note && note->level == "warning") say("  " + note->text);
        if (const auto* now = std::get_if<event::ProgressChanged>(&event); now && m_progress) m_line.show(now->progress);
    }
    void tellEnd(const BenchJob& job, const Error* problem) {
        if (problem) return say("  failed: " + place(job) + problem->subject() + ": " + problem->message());
        const auto result = m_folder.result(job);
        const auto costs = m_folder.costs(job);
        const auto& texts = job.recipe.evaluation.texts;
        std::string figure;
        if (result && !texts.empty())
            figure = ", perplexity " + std::to_string(result->last.texts.at(texts.front().name).perplexity);
        say("  done: " + place(job) + durationText(costs ? costs->seconds : 0) + figure);
    }

    const Bench& m_bench;
    const BenchFolder& m_folder;
    std::string m_prefix;
    bool m_progress;
    ProgressLine m_line;
};

class BenchCommand : public CliCommand {
public:
    std::string name() const override { return "bench"; }
    std::string help() const override { return kBenchHelp; }

    void configure(CLI::App& app) override {
        app.footer(kBenchFooter);
        app.add_option("spec", m_spec, "What to compare: a JSON file (--settings explains every key)");
        app.add_option("--out", m_out, "Folder of the bench; where one is there already, it goes on");
        app.add_flag("--check", m_check, "Only refuse what is refused before the first job, and list the jobs");
        app.add_flag("--settings", m_settings, "Print what every key of a spec means, as Markdown");
        app.add_option(
               "--workers", m_workers,
               "So many processes on this machine; the threads of each are --threads, the recipe's, or its part of the cores")
            ->check(aboveZero());
        app.add_flag("--shared", m_shared, "This is one of several processes, on any machines, with one --out folder");
        app.add_option("--lease", m_lease,
                       "Seconds without a sign of life after which a worker counts as dead and its job is another's")
            ->capture_default_str()
            ->check(within(Range{0, std::numeric_limits<double>::infinity(), true, true}, false));
        app.add_flag("--work-only", m_workOnly, "Take jobs, but write and print no table (what --workers starts)");
    }

    void run(CliContext& context) override {
        if (m_settings) return printSettings(context);
        requireArguments();
        const Rendezvous where = rendezvousFromEnvironment();
        const bool several = m_workers > 0 || m_shared || where.several();
        requireOneWay("bench", m_workers > 0, m_shared, where);
        const Bench bench = openBench(m_spec);
        const std::string countedBy = countingModel(bench.spec);
        const int wanted = bench.jobs.front().recipe.threads;
        const int otherwise = wanted > 0 ? wanted : std::max(1, coresOfThisMachine() / std::max(1, m_workers));
        BenchFolder folder = BenchFolder::look(m_out, context.threads, otherwise);  // what is refused leaves nothing behind
        for (const BenchJob& job : bench.jobs) folder.requireSame(job, countedBy);
        if (!m_workOnly) requirePossibleJobs(bench, folder, context.control);
        if (m_check) return list(context, bench, folder);
        folder = BenchFolder::open(m_out, context.threads, otherwise);
        std::optional<RunLock> lock;
        if (!several) lock.emplace(folder.path());
        for (const BenchJob& job : bench.jobs) folder.requireSame(job, countedBy);  // what another process did meanwhile
        if (!m_workOnly)
            for (const std::string& warning : bench.warnings) ProgressLine().say("warning: " + warning);
        work(context, bench, folder, countedBy, where);
    }

private:
    void requireArguments() const {
        if (m_spec.empty()) throw Error(ErrorCode::Usage, "bench", "spec is required", "lorashear bench SPEC --out FOLDER");
        if (m_out.empty()) throw Error(ErrorCode::Usage, "bench", "--out is required", "lorashear bench SPEC --out FOLDER");
    }

    static void printSettings(CliContext& context) {
        if (context.json)
            context.out << jsonText(nlohmann::json{{"markdown", benchSettingsTable()}}) << "\n";
        else
            context.out << benchSettingsTable();
    }

    static void list(CliContext& context, const Bench& bench, const BenchFolder& folder) {
        nlohmann::json jobs = nlohmann::json::array();
        for (const BenchJob& job : bench.jobs) {
            jobs.push_back({{"name", job.name},
                            {"title", jobTitle(bench.spec, job)},
                            {"steps", job.steps},
                            {"tokens", tokensOf(job.recipe)},
                            {"done", folder.finished(job)}});
            if (!context.json)
                context.out << jobTitle(bench.spec, job) << ": " << job.steps << " steps, " << tokensOf(job.recipe)
                            << " tokens at most" << (folder.finished(job) ? ", done" : "") << "\n";
        }
        if (context.json)
            context.out << jsonText(
                               nlohmann::json{{"jobs", jobs}, {"warnings", bench.warnings}, {"threads", folder.threads()}})
                        << "\n";
        else
            for (const std::string& warning : bench.warnings) context.out << "warning: " << warning << "\n";
    }

    void work(CliContext& context, const Bench& bench, const BenchFolder& folder, const std::string& countedBy,
              const Rendezvous& where) {
        const bool tables = !m_workOnly && (m_shared || where.rank == 0);
        const auto write = [&] {
            if (tables) folder.writeTables(benchTable(bench, folder, countedBy));
        };
        try {
            if (m_workers > 0)
                workInProcesses(context.control, bench, folder, write);
            else
                workHere(context.control, bench, folder, countedBy, where, write);
        } catch (const Error& error) {
            write();
            if (error.code() != ErrorCode::Cancelled) throw;
            throw Error(ErrorCode::Cancelled, {}, "stopped on request", "the same command goes on where it stopped");
        }
        write();
        if (tables) print(context, bench, folder, countedBy);
    }

    void workHere(const Control& control, const Bench& bench, const BenchFolder& folder, const std::string& countedBy,
                  const Rendezvous& where, const std::function<void()>& write) {
        const auto finished = [&](std::size_t job) { return folder.finished(bench.jobs[job]); };
        const std::unique_ptr<KeyStore> store = where.several() ? tcpStore(where)
                                                : m_shared      ? fileStore(folder.path() / "queue")
                                                                : nullptr;
        std::unique_ptr<JobQueue> queue = std::make_unique<OwnQueue>(bench.jobs.size(), finished);
        if (store) queue = leased(*store, bench, folder);
        BenchVoice voice(bench, folder, where.several() ? "[" + std::to_string(where.rank) + "] " : "", !m_workOnly);
        BenchListener listener = voice.listener();
        listener.ended = [&, tell = listener.ended](const BenchJob& job, const Error* problem) {
            tell(job, problem);
            write();
        };
        const std::unique_ptr<Engine> engine = makeEngine(folder.threads());
        const bool keeps = where.several() && where.rank == 0 && !where.hosted;
        if (where.several()) store->add("joined", 1);
        workOnJobs({bench, folder, countedBy, *engine}, *queue, listener, control);
        if (where.several()) leave(*store, keeps, m_lease, control);
    }

    std::unique_ptr<LeasedQueue> leased(KeyStore& store, const Bench& bench, const BenchFolder& folder) const {
        std::vector<std::string> keys;
        for (const BenchJob& job : bench.jobs) keys.push_back("job/" + job.name);
        return std::make_unique<LeasedQueue>(
            store, std::move(keys), [&](std::size_t job) { return folder.finished(bench.jobs[job]); },
            LeasedQueue::Options{workerName(), m_lease, monotonicSeconds, {}});
    }

    void workInProcesses(const Control& control, const Bench& bench, const BenchFolder& folder,
                         const std::function<void()>& write) {
        const RunLock lock(folder.path());
        Rendezvous where;
        const auto store = localStore(where);
        WorkerProcesses workers(m_workers, where,
                                {"bench", m_spec, "--out", m_out, "--threads", std::to_string(folder.threads()), "--lease",
                                 std::to_string(m_lease), "--work-only"});
        const auto finished = [&] {
            return std::count_if(bench.jobs.begin(), bench.jobs.end(),
                                 [&](const auto& job) { return folder.finished(job); });
        };
        auto before = finished();
        workers.wait(control, [&] {
            if (const auto now = finished(); now != before) {
                before = now;
                write();
            }
        });
        control.poll();
        const bool open = std::any_of(bench.jobs.begin(), bench.jobs.end(), [&](const BenchJob& job) {
            return !folder.finished(job) && folder.failure(job).empty();
        });
        if (open)
            throw Error(ErrorCode::Io, folder.path().string(),
                        std::to_string(workers.died()) + " of " + std::to_string(m_workers) +
                            " workers ended before all jobs were done",
                        "the same command goes on where they stopped");
    }

    static void print(CliContext& context, const Bench& bench, const BenchFolder& folder, const std::string& countedBy) {
        const BenchTable table = benchTable(bench, folder, countedBy);
        std::string first;
        for (const BenchJob& job : bench.jobs)
            if (first.empty()) first = folder.failure(job);
        if (!context.json)
            context.out << tablePlain(table) << "\ntables and pareto.svg in " << folder.path().string() << "\n";
        if (!table.missing.empty())
            throw Error(ErrorCode::Verification, folder.path().string(),
                        std::to_string(table.missing.size()) + " of " + std::to_string(bench.jobs.size()) +
                            " jobs have no result; the first failure: " + first,
                        table.missing.size() < bench.jobs.size() ? "table.json has the others; the same command tries again"
                                                                 : "the same command tries again");
        if (context.json) context.out << jsonText(wholeJson(table)) << "\n";
    }

    std::string m_spec, m_out;
    bool m_check = false, m_settings = false, m_shared = false, m_workOnly = false;
    int m_workers = 0;
    double m_lease = 30;
};

}  // namespace

std::unique_ptr<CliCommand> makeBenchCommand() {
    return std::make_unique<BenchCommand>();
}

}  // namespace lorashear::app
