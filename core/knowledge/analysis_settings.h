#pragma once

#include <string>
#include <vector>

namespace lorashear {

/// What is asked of an analysis of knowledge. Bounds and words: core/knowledge/analysis_fields.cpp.
struct AnalysisSettings {
    std::vector<double> ratios = {0.5};  ///< of each node group that probes mask; one of analysisPresets(), or others
    std::string proxy = "activation";    ///< id of a SaliencyProxy: which groups a probe masks
    double unprunableShare = 0.19;       ///< of the prunable-by-type node groups
    double confidence = 0;  ///< at which a node group's place counts as settled (settled_places.h); 0: none does
};

}  // namespace lorashear
