#pragma once

#include "core/base/control.h"
#include "core/knowledge/analysis_settings.h"
#include "core/knowledge/block_inputs.h"
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
class SharedWork;

struct AnalysisOptions : AnalysisSettings {
    static constexpr int kBatch = 8;
    int batch = kBatch;  ///< sequences per forward pass
    Compute compute = Compute::Fp32;
    std::size_t keptBytes = BlockInputs::kMostBytes;  ///< of what enters blocks, at most; changes no figure
    std::filesystem::path cacheFolder;                ///< partial and whole results by cacheKey; empty: none
    SharedWork* shared = nullptr;     ///< with which other processes measure the same; null: this one measures all
    std::string modelHash, textHash;  ///< parts of the key, from the caller: weights, config and adapter; the text

    static constexpr int kWindowsBetweenLooks =
        4;  ///< at least, at whether places are settled; probes take no more at a time then
};

/// Alg. 3 of the paper (algorithm.md 3.3). Masks, measures, restores to the bit; a probe in block l starts from the input of block l, of which as much is
/// kept as keptBytes allows. onResult is called for each node group in each batch that it is probed in, with the figures so far: the last
/// call for a node group is final, marks aside. onSaliency hears the scores by which probes mask, before the first of them. Cancelled, failed or killed, what
/// was measured is in the cache, all but the part of a batch that was under way, and a later call goes on from there; a complete
/// cache answers at once, saliency included (onResult is not called then), with other marks if only unprunableShare changed.
/// Where work is shared, every process reads the text itself, node groups of a batch are dealt out, and all processes return the same.
/// Without cacheFolder or modelHash nothing is cached. Error(BadRecipe) with subject "/analysis/…"; Error(Numeric) for a loss that is no number.
KnowledgeDistribution analyseKnowledge(CausalLM& model, const Structure& structure, const std::vector<Sequence>& sequences,
                                       const AnalysisOptions& options, const Control& control,
                                       const std::function<void(const NodeGroupKnowledge&)>& onResult = {},
                                       const std::function<void(const GroupSaliency&)>& onSaliency = {});

}  // namespace lorashear
