#include "core/knowledge/knowledge_distribution.h"

#include "core/knowledge/analysis_settings.h"

#include "core/base/error.h"

#include <nlohmann/json.hpp>

#include <cmath>

namespace lorashear {

namespace {

nlohmann::json entryToJson(const NodeGroupKnowledge& entry) {
    return {{"id", entry.nodeGroup},       {"deviation", entry.deviation}, {"spread", entry.spread},
            {"per_ratio", entry.perRatio}, {"measured", entry.measured},   {"protected", entry.protectedByRank},
            {"windows", entry.windows},    {"settled", entry.settled}};
}

NodeGroupKnowledge entryFromJson(const nlohmann::json& json) {
    NodeGroupKnowledge entry;
    json.at("id").get_to(entry.nodeGroup);
    json.at("deviation").get_to(entry.deviation);
    json.at("spread").get_to(entry.spread);
    json.at("per_ratio").get_to(entry.perRatio);
    json.at("measured").get_to(entry.measured);
    json.at("protected").get_to(entry.protectedByRank);
    entry.windows = json.value("windows", 0);
    entry.settled = json.value("settled", false);
    return entry;
}

}  // namespace

const std::vector<AnalysisPreset>& analysisPresets() {
    static const std::vector<AnalysisPreset> presets{{"quick", AnalysisSettings().ratios}, {"full", {0.25, 0.5, 0.75}}};
    return presets;
}

std::int64_t tokensRead(const KnowledgeDistribution& knowledge, const std::vector<int>& layers, int blocks) {
    double passes = 1;
    for (const NodeGroupKnowledge& one : knowledge.nodeGroups) {
        if (!one.measured || one.nodeGroup < 0 || one.nodeGroup >= static_cast<int>(layers.size())) continue;
        const double share =
            knowledge.windows > 0 && one.windows > 0 ? static_cast<double>(one.windows) / knowledge.windows : 1;
        const double rest =
            blocks > 0 ? 1 - static_cast<double>(layers[static_cast<std::size_t>(one.nodeGroup)]) / blocks : 1;
        passes += share * rest * static_cast<double>(knowledge.ratios.size());
    }
    return std::llround(passes * static_cast<double>(knowledge.tokens));
}

nlohmann::json toJson(const KnowledgeDistribution& knowledge) {
    auto groups = nlohmann::json::array();
    for (const auto& entry : knowledge.nodeGroups) groups.push_back(entryToJson(entry));
    return {{"baseline_nll", knowledge.baselineNll},
            {"tokens", knowledge.tokens},
            {"ratios", knowledge.ratios},
            {"proxy", knowledge.proxy},
            {"unprunable_share", knowledge.unprunableShare},
            {"confidence", knowledge.confidence},
            {"windows", knowledge.windows},
            {"cache_key", knowledge.cacheKey},
            {"node_groups", std::move(groups)}};
}

KnowledgeDistribution knowledgeFromJson(const nlohmann::json& json) {
    try {
        KnowledgeDistribution knowledge;
        json.at("baseline_nll").get_to(knowledge.baselineNll);
        json.at("tokens").get_to(knowledge.tokens);
        json.at("ratios").get_to(knowledge.ratios);
        json.at("proxy").get_to(knowledge.proxy);
        json.at("unprunable_share").get_to(knowledge.unprunableShare);
        knowledge.confidence = json.value("confidence", 0.0);
        knowledge.windows = json.value("windows", 0);
        json.at("cache_key").get_to(knowledge.cacheKey);
        for (const auto& entry : json.at("node_groups")) knowledge.nodeGroups.push_back(entryFromJson(entry));
        return knowledge;
    } catch (const nlohmann::json::exception& e) {
        throw Error(ErrorCode::BadInput, "knowledge distribution", std::string("it cannot be read: ") + e.what(),
                    "Run the analysis again.");
    }
}

}  // namespace lorashear
