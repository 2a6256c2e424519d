#pragma once

#include "core/model/forward_context.h"

#include <string>

namespace lorashear::bench {

/// What the knowledge analysis costs beside one full evaluation per node group, and what stopping early leaves of the places it finds: two lines for
/// the bundled model, and for one in `model` where it is named. Full: every node group on every window, in fp32. Settled: at 95 %, in `compute`.
void printKnowledgeAnalysis(int windows, const std::string& model, Compute compute);

}  // namespace lorashear::bench
