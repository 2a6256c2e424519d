#pragma once

#include "core/bench/bench_spec.h"
#include "core/run/recipe.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace lorashear {

/// A grid over one recipe: every method at every ratio with every seed.
struct Sweep {
    std::vector<std::string> methods;  ///< ids of methodTable()
    std::vector<double> ratios;
    std::vector<std::uint64_t> seeds;
    bool adaptedDense = true;  ///< and the original trained as long, once a seed
};

std::int64_t jobsOf(const Sweep& sweep);

/// What a sweep is on the disk: a bench's spec with its recipe beside it, and a script that has a batch system carry it out.
struct SweepFiles {
    std::filesystem::path spec, recipe, script, results;
};
SweepFiles sweepFiles(const std::filesystem::path& folder);

/// Writes it, once openBench() takes it; what was written there before is replaced. example: text of resources/bench/slurm-array.sh, whose paths and number
/// of tasks are filled in. Errors as openBench(); Error(Io).
SweepFiles writeSweep(const std::filesystem::path& folder, const Recipe& recipe, const Sweep& sweep,
                      const std::string& example);

}  // namespace lorashear
