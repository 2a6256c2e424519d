#pragma once

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace lorashear {

/// What masking part of one node group did to the loss (algorithm.md 3).
struct NodeGroupKnowledge {
    int nodeGroup = 0;
    double deviation = 0;  ///< mean over ratios of (nll masked - nll intact), nats per token = ln(PPL / PPL0)
    double spread = 0;     ///< standard error of deviation over evaluation batches (over sequences if there is one batch)
    std::vector<double> perRatio;  ///< one deviation per probed ratio
    bool measured = false;
    bool protectedByRank = false;  ///< among the top share: marked unprunable
    bool settled = false;  ///< its place is, at KnowledgeDistribution::confidence; it was measured on no more of them then
    int windows = 0;       ///< of text on which it was measured; 0 in files that do not say
};

/// Measured knowledge per node group. Immutable value; JSON for caching and the window.
struct KnowledgeDistribution {
    double baselineNll = 0;   ///< nats per token of the intact model on the same tokens
    std::int64_t tokens = 0;  ///< predicted tokens per evaluation
    std::vector<double> ratios;
    std::string proxy;
    double unprunableShare = 0;
    std::string cacheKey;                        ///< SHA-256 over weights, text and what else changes a measurement
    std::vector<NodeGroupKnowledge> nodeGroups;  ///< prunable-by-type node groups, in network order
    double confidence = 0;  ///< at which places were settled before all windows were read; 0: all were, by everyone
    int windows = 0;        ///< of text; 0 in files that do not say
};

/// What the probes read, in tokens that go through a whole model: each goes on from its node group's block, and an intact pass comes before. layers: the
/// block of every node group of the structure.
std::int64_t tokensRead(const KnowledgeDistribution& knowledge, const std::vector<int>& layers, int blocks);

nlohmann::json toJson(const KnowledgeDistribution& knowledge);
KnowledgeDistribution knowledgeFromJson(const nlohmann::json& json);

/// Named sets of probed ratios: `analyse --preset`, and words for /analysis/ratios.
struct AnalysisPreset {
    const char* id;
    std::vector<double> ratios;
};
const std::vector<AnalysisPreset>& analysisPresets();

/// Per-group saliency for display and ranking: one vector per node group, lower goes first.
struct GroupSaliency {
    std::string proxy;
    std::vector<std::vector<double>> scores;  ///< [node group][group]; empty for node groups without linears
};

}  // namespace lorashear
