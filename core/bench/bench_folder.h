#pragma once

#include "core/bench/bench_jobs.h"
#include "core/bench/bench_result.h"

#include <filesystem>
#include <map>
#include <optional>
#include <string>

namespace lorashear {

struct BenchTable;

/// A bench on the disk, a folder of plain files that any number of processes may work in:
///
///   session.json   threads of every job            jobs/<job>/     an ordinary run folder (lorashear resume, the window)
///   results/       one file a finished job         times/          seconds and memory of each, apart because they differ
///   failures/      why a job could not be done     table.*, times.*, pareto.svg   written again whenever a job ends
class BenchFolder {
public:
    /// Makes the folder or opens what is there. threads: of every job; 0: as the session has it, or for a new one the number given by `otherwise`.
    /// Error(BadInput) for a folder that holds something else, Error(Usage) for another number than the session's.
    static BenchFolder open(const std::filesystem::path& folder, int threads, int otherwise);
    /// The same answers and errors of a folder that is only looked at: nothing is made or written, and the number of threads is not settled by it.
    static BenchFolder look(const std::filesystem::path& folder, int threads, int otherwise);

    const std::filesystem::path& path() const { return m_path; }
    int threads() const { return m_threads; }
    std::filesystem::path jobFolder(const BenchJob& job) const { return m_path / "jobs" / job.name; }

    /// With the session's threads, as the run gets it.
    Recipe recipeOf(const BenchJob& job) const;
    /// What a job is asked: its recipe and by whose tokens perplexities are counted.
    std::string requestOf(const BenchJob& job, const std::string& countedBy) const;
    /// Error(BadInput) if a job's folder or result was made from another recipe than today's.
    void requireSame(const BenchJob& job, const std::string& countedBy) const;

    bool finished(const BenchJob& job) const;
    std::optional<BenchResult> result(const BenchJob& job) const;
    std::optional<BenchCosts> costs(const BenchJob& job) const;
    std::string failure(const BenchJob& job) const;  ///< "" if there is none

    void saveResult(const BenchJob& job, const BenchResult& result) const;
    void saveCosts(const BenchJob& job, const BenchCosts& costs) const;
    void saveFailure(const BenchJob& job, const Error& error) const;
    void forgetFailure(const BenchJob& job) const;

    /// Weights and checkpoints of a finished job go, recipe, events and result stay.
    void dropModels(const BenchJob& job) const;
    /// table.json, .csv, .md, .tex, times.json, times.csv, pareto.svg. The same results give the same bytes of all but the times.
    void writeTables(const BenchTable& table) const;

private:
    void readSession(int threads);
    std::filesystem::path fileOf(const char* folder, const BenchJob& job) const {
        return m_path / folder / (job.name + ".json");
    }

    std::filesystem::path m_path;
    int m_threads = 0;
};

}  // namespace lorashear
