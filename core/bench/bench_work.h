#pragma once

#include "core/bench/bench_folder.h"
#include "core/bench/job_queue.h"
#include "core/run/engine.h"

#include <functional>
#include <string>

namespace lorashear {

/// Refuses what can be known before the first job begins, as the engine would in each: ratios that a model cannot lose, texts that cannot be
/// read, windows beyond a model's context. Error in terms of the spec (inTermsOf). Jobs that are done are not asked again.
void requirePossibleJobs(const Bench& bench, const BenchFolder& folder, const Control& control = {});

/// Everything a worker needs.
struct BenchWork {
    const Bench& bench;
    const BenchFolder& folder;
    std::string countedBy;  ///< countingModel()
    Engine& engine;
};

/// What a worker says.
struct BenchListener {
    std::function<void(const BenchJob&)> begins;
    std::function<void(const BenchJob&, const RunEvent&)> hears;
    std::function<void(const BenchJob&, const Error* problem)> ended;  ///< problem: null if it is done
};

/// Takes jobs until there is none left: each begins, or goes on from where a process before left it. A job that fails is written down and the next
/// one taken. Error(Cancelled) when stopped; the job at hand is given back and goes on from there another time.
void workOnJobs(const BenchWork& work, JobQueue& queue, const BenchListener& listener, const Control& control);

}  // namespace lorashear
