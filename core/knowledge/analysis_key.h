#pragma once

#include "core/knowledge/analyse.h"
#include "core/knowledge/probe_targets.h"

#include <string>
#include <vector>

namespace lorashear {

/// Identity of the measurements: everything that changes a number in them. The share of marks does so only where places are settled.
std::string analysisKey(const CausalLM& model, const std::vector<ProbeTarget>& targets,
                        const std::vector<Sequence>& sequences, const AnalysisOptions& options);

}  // namespace lorashear
