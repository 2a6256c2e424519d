#pragma once

#include "core/base/control.h"
#include "core/knowledge/knowledge_distribution.h"
#include "core/model/forward_context.h"
#include "core/text/text_source.h"
#include "core/trace/structure.h"

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace lorashear {

class CausalLM;

struct AnalysisOptions {
    std::vector<double> ratios = {0.5};  ///< quick; full: 0.25, 0.5, 0.75
    std::string proxy = "activation";    ///< id of a SaliencyProxy: which groups a probe masks
    double unprunableShare = 0.19;       ///< of the prunable-by-type node groups
    int batch = 8;                       ///< sequences per forward pass
    Compute compute = Compute::Fp32;
    std::filesystem::path cacheFolder;   ///< partial and whole results by cacheKey; empty: none
    std::string weightsHash, textHash;   ///< parts of the key, from the caller
};

/// Alg. 3 of the paper (lorashear.md 3.3). Masks, measures, restores exactly; a probe in block l reuses the stored input of block l.
/// onResult is called after each node group. Cancel leaves the cache so that a later call goes on from there.
KnowledgeDistribution analyseKnowledge(CausalLM& model, const Structure& structure, const std::vector<Sequence>& sequences,
                                       const AnalysisOptions& options, const Control& control,
                                       const std::function<void(const NodeGroupKnowledge&)>& onResult = {});

}  // namespace lorashear
