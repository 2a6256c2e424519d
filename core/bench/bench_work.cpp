#include "core/bench/bench_work.h"

#include "core/bench/heartbeat.h"
#include "core/bench/peak_memory.h"
#include "core/bench/span_figures.h"
#include "core/run/run_lock.h"
#include "core/run/stages/preflight.h"
#include "core/run/stages/stage_results.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>
#include <tuple>

namespace lorashear {

namespace fs = std::filesystem;

namespace {

/// A folder that no run can go on from makes place: one that was being made when its process was killed, and one whose weights were dropped but
/// whose result is gone.
void clearUseless(const fs::path& folder) {
    std::error_code ignored;
    const bool halfMade = fs::exists(folder, ignored) && !fs::exists(folder / "recipe.json", ignored);
    const bool dropped = fs::exists(folder / "result.json", ignored) && !fs::exists(folder / "model", ignored);
    if (halfMade || dropped) fs::remove_all(folder, ignored);
}

/// Whether another process, of this bench or not, has the run open.
bool inOtherHands(const fs::path& folder) {
    std::error_code ignored;
    if (!fs::exists(folder / "recipe.json", ignored)) return false;
    try {
        const RunLock lock(folder);
        return false;
    } catch (const Error&) {
        return true;
    }
}

class JobRun {
public:
    JobRun(const BenchWork& work, const BenchJob& job, const BenchListener& listener)
        : m_work(work), m_job(job), m_listener(listener) {}

    /// Error of the run; Error(Cancelled).
    void carryOut(std::stop_token stop) {
        const BenchFolder& folder = m_work.folder;
        const fs::path place = folder.jobFolder(m_job);
        clearUseless(place);
        folder.forgetFailure(m_job);
        forgetPeak();
        const event::Finished end = execute(place, stop);
        BenchCosts costs = folder.costs(m_job).value_or(BenchCosts{});
        costs.peakBytes = std::max(costs.peakBytes, peakBytes());
        const bool done = end.outcome == event::Finished::Outcome::Completed;
        const nlohmann::json result = done ? nlohmann::json::parse(end.resultJson) : nlohmann::json();
        if (done) costs.seconds = result.at("seconds").get<double>();
        folder.saveCosts(m_job, costs);
        if (end.outcome == event::Finished::Outcome::Cancelled) throw Error(ErrorCode::Cancelled, {}, "stopped on request");
        if (!done) throw *end.error;
        save(result, RunFolder::open(place), stop);
    }

private:
    template <class Result>
    static WindowLosses windowsOf(const RunFolder& run, const std::string& text) {
        const auto stored = run.stage(Result::kStage);
        if (!stored) return {};
        const auto texts = resultFromJson<Result>(*stored).measured.texts;
        const auto found = texts.find(text);
        return found == texts.end() ? WindowLosses() : found->second.windows;
    }

    event::Finished execute(const fs::path& place, std::stop_token stop) {
        event::Finished end;
        const auto listen = [&](RunEvent event) {
            if (const auto* finished = std::get_if<event::Finished>(&event)) end = *finished;
            if (m_listener.hears) m_listener.hears(m_job, event);
        };
        std::error_code ignored;
        Command command = command::ResumeRun{place.string()};
        if (!fs::exists(place / "recipe.json", ignored))
            command = command::StartRun{m_work.folder.recipeOf(m_job), place.string()};
        m_work.engine.execute(command, listen, std::move(stop), nullptr);
        return end;
    }

    void save(const nlohmann::json& result, const RunFolder& run, std::stop_token stop) {
        const auto& texts = m_job.recipe.evaluation.texts;
        BenchResult row = benchResultOf(result, run.eventsFile(), texts.empty() ? "" : texts.front().name);
        if (!texts.empty() && m_work.countedBy.empty()) {
            row.denseWindows = windowsOf<DenseResult>(run, texts.front().name);
            row.lastWindows = windowsOf<EvaluateResult>(run, texts.front().name);
        }
        row.request = m_work.folder.requestOf(m_job, m_work.countedBy);
        if (!m_work.countedBy.empty()) {
            Control control;
            control.stop = std::move(stop);
            countByTokensOf(m_work.countedBy, run, row, control);
        }
        m_work.folder.saveResult(m_job, row);
        if (!m_work.bench.spec.keepModels) m_work.folder.dropModels(m_job);
    }

    const BenchWork& m_work;
    const BenchJob& m_job;
    const BenchListener& m_listener;
};

/// Error's own copy, so that a job's end is told after its lease has ended.
JobQueue::End workOn(const BenchWork& work, std::size_t number, JobQueue& queue, const BenchListener& listener,
                     const Control& control, std::optional<Error>& problem) {
    const BenchJob& job = work.bench.jobs[number];
    std::stop_source stop;
    const std::stop_callback pass(control.stop, [&] { stop.request_stop(); });
    Heartbeat heartbeat(queue, number, stop);
    try {
        JobRun(work, job, listener).carryOut(stop.get_token());
        return JobQueue::End::Done;
    } catch (const Error& error) {
        problem = error;
    } catch (const std::exception& error) {
        problem = Error(ErrorCode::Internal, "bench", error.what());
    }
    heartbeat.rest();
    if (problem->code() != ErrorCode::Cancelled) return JobQueue::End::Failed;
    return heartbeat.lost() ? JobQueue::End::Elsewhere : JobQueue::End::GivenBack;
}

}  // namespace

void requirePossibleJobs(const Bench& bench, const BenchFolder& folder, const Control& control) {
    std::set<std::tuple<bool, std::size_t, std::size_t, std::size_t>> asked;
    for (const BenchJob& job : bench.jobs) {
        const bool adapted = job.kind == BenchJob::Kind::AdaptedDense;
        if (!asked.insert({adapted, job.model, job.method, job.ratio}).second || folder.finished(job)) continue;
        try {
            requirePossible(job.recipe, control);
        } catch (const Error& error) {
            if (error.code() == ErrorCode::Cancelled) throw;
            throw inTermsOf(bench.spec, job, error);
        }
    }
}

void workOnJobs(const BenchWork& work, JobQueue& queue, const BenchListener& listener, const Control& control) {
    while (const auto number = queue.take(control)) {
        const BenchJob& job = work.bench.jobs[*number];
        if (inOtherHands(work.folder.jobFolder(job))) {
            if (queue.heartbeat() > 0) {
                queue.end(*number, JobQueue::End::Elsewhere);
                continue;
            }
            throw Error(ErrorCode::Io, work.folder.jobFolder(job).string(), "another process is working on this job",
                        "wait for it, or stop it first");
        }
        if (listener.begins) listener.begins(job);
        std::optional<Error> problem;
        const JobQueue::End how = workOn(work, *number, queue, listener, control, problem);
        if (how == JobQueue::End::Failed) work.folder.saveFailure(job, *problem);
        queue.end(*number, how);
        if (how == JobQueue::End::GivenBack) throw *problem;
        if (how != JobQueue::End::Elsewhere && listener.ended) listener.ended(job, problem ? &*problem : nullptr);
    }
}

}  // namespace lorashear
