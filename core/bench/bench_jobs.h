#pragma once

#include "core/base/error.h"
#include "core/bench/bench_spec.h"
#include "core/run/recipe.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace lorashear {

/// One run of a bench: a recipe, and where in the spec it comes from.
struct BenchJob {
    enum class Kind { AdaptedDense, Pruned } kind = Kind::Pruned;
    std::string name;                                        ///< of its folder: "stories260k.flap.20.1"
    std::size_t model = 0, method = 0, ratio = 0, seed = 0;  ///< places in the spec's lists; method and ratio: of Pruned
    Recipe recipe;
    std::int64_t steps = 0;  ///< that the recipe announces
};

/// A spec with all that follows from it.
struct Bench {
    BenchSpec spec;
    std::vector<BenchJob>
        jobs;  ///< in the table's order: by model, the adapted original first, then by ratio, method and seed
    std::vector<std::string> warnings;  ///< of what is trained on, chosen on and reported (core/run/shared_sources.h)
};

/// Reads a spec and its recipe and derives every job. Error(BadRecipe, pointer into the spec) for what a recipe refuses, with the job in the
/// message; Error(BadInput) for files that are not there.
Bench openBench(const std::filesystem::path& file);

std::vector<BenchJob> benchJobs(const BenchSpec& spec, const Recipe& base);

std::string rowName(const BenchSpec& spec, const BenchJob& job);   ///< "FLAP", "adapted dense"
std::string jobTitle(const BenchSpec& spec, const BenchJob& job);  ///< "FLAP at 20 % of stories260K, seed 1"
std::string percentText(double ratio);                             ///< "20", "12.5"

/// What was refused in a job's recipe, in terms of the spec: the pointer of the ratio, method or change that it comes from.
Error inTermsOf(const BenchSpec& spec, const BenchJob& job, const Error& error);

}  // namespace lorashear
