#pragma once

#include "core/bench/bench_jobs.h"

namespace lorashear {

/// One sentence for each file that is reported and was trained or calibrated on, looked at by the analysis or chosen on as well, and for each that
/// the analysis looks at although it is trained on. Files are the same if their content is, whatever they are called; parts of files are not
/// compared.
std::vector<std::string> sharedSources(const BenchSpec& spec, const std::vector<BenchJob>& jobs);

}  // namespace lorashear
