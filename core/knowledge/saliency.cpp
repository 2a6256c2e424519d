#include "core/knowledge/saliency.h"

#include "core/base/error.h"
#include "core/knowledge/group_features.h"
#include "core/model/causal_lm.h"

#include <algorithm>
#include <cmath>

namespace lorashear {

namespace {

constexpr double kTiny = 1e-8;

/// How a proxy of the table in saliency_proxies.cpp scores, and what it reads.
struct Rule {
    const char* id;
    FeatureChoice reads;
    double (*score)(const GroupFeatures&);
};

double cosine(const GroupFeatures& g) {
    const double norms = std::sqrt(g.weightSquare) * std::sqrt(g.deltaSquare);
    return norms > 0 ? g.product / norms + 1 : 1;
}

const std::vector<Rule>& rules() {
    constexpr FeatureChoice kRows{true, false, false}, kColumns{false, true, false}, kGates{false, false, true};
    static const std::vector<Rule> table = {
        {"magnitude", kRows, [](const GroupFeatures& g) { return std::sqrt(g.weightSquare); }},
        {"avg_magnitude", kRows,
         [](const GroupFeatures& g) { return std::sqrt(g.weightSquare) / std::max(g.elements, 1.0); }},
        {"cosine_similarity", kRows, cosine},
        {"taylor_first_order", kRows, [](const GroupFeatures& g) { return std::abs(g.product); }},
        {"taylor_second_order", kRows, [](const GroupFeatures& g) { return 0.5 * g.product * g.product; }},
        {"activation", kColumns, [](const GroupFeatures& g) { return g.activation; }},
        {"activation_square", kColumns, [](const GroupFeatures& g) { return std::sqrt(g.energy); }},
        {"gate_taylor", kGates, [](const GroupFeatures& g) { return std::abs(g.gate); }},
        {"fisher", kGates, [](const GroupFeatures& g) { return g.gateSquare; }},
    };
    return table;
}

const Rule& ruleOf(const std::string& id) {
    for (const auto& rule : rules())
        if (rule.id == id) return rule;
    std::string known;
    for (const auto& rule : rules()) known += (known.empty() ? "" : ", ") + std::string(rule.id);
    throw Error(ErrorCode::BadRecipe, id, "there is no such saliency proxy", "Known are " + known + ".");
}

std::vector<double> scoresOf(const Rule& rule, const std::vector<GroupFeatures>& features) {
    std::vector<double> scores;
    scores.reserve(features.size());
    for (const auto& group : features) scores.push_back(rule.score(group));
    return scores;
}

FeatureChoice united(const std::vector<const Rule*>& wanted) {
    FeatureChoice choice;
    for (const auto* rule : wanted) {
        choice.rows |= rule->reads.rows;
        choice.columns |= rule->reads.columns;
        choice.gates |= rule->reads.gates;
    }
    return choice;
}

/// Norm of one proxy over the prunable groups of each unit kind.
std::vector<double> clusterNorms(const Structure& structure, const std::vector<std::vector<double>>& scores) {
    std::vector<double> squares(static_cast<std::size_t>(UnitKind::Other) + 1, 0.0);
    for (std::size_t n = 0; n < scores.size(); ++n) {
        const auto& group = structure.nodeGroups[n];
        if (!group.prunable) continue;
        for (const double s : scores[n]) squares[static_cast<std::size_t>(group.unit)] += s * s;
    }
    for (auto& value : squares) value = std::sqrt(value);
    return squares;
}

void addNormalised(const Structure& structure, const std::vector<std::vector<double>>& scores, double weight,
                   std::vector<std::vector<double>>& sum) {
    const auto norms = clusterNorms(structure, scores);
    for (std::size_t n = 0; n < scores.size(); ++n) {
        const double factor = weight / (norms[static_cast<std::size_t>(structure.nodeGroups[n].unit)] + kTiny);
        sum[n].resize(scores[n].size(), 0.0);
        for (std::size_t j = 0; j < scores[n].size(); ++j) sum[n][j] += factor * scores[n][j];
    }
}

}  // namespace

GroupSaliency saliencyOf(const CausalLM& model, const Structure& structure, const std::string& proxy) {
    const auto& rule = ruleOf(proxy);
    GroupSaliency saliency{proxy, {}};
    for (const auto& group : structure.nodeGroups)
        saliency.scores.push_back(scoresOf(rule, featuresOf(model, group, rule.reads)));
    return saliency;
}

GroupSaliency mixedSaliency(const CausalLM& model, const Structure& structure,
                            const std::map<std::string, double>& weights) {
    std::vector<const Rule*> wanted;
    std::vector<double> shares;
    for (const auto& [id, weight] : weights) {
        if (!kSaliencyWeights.holds(weight))
            throw Error(ErrorCode::BadRecipe, id, "a saliency weight must be a number, " + kSaliencyWeights.text());
        if (weight == 0) continue;
        wanted.push_back(&ruleOf(id));
        shares.push_back(weight);
    }
    if (wanted.empty()) throw Error(ErrorCode::BadRecipe, "saliency", "at least one proxy needs a weight above 0");

    const auto choice = united(wanted);
    std::vector<std::vector<std::vector<double>>> scores(wanted.size());  // [proxy][node group][group]
    for (const auto& group : structure.nodeGroups) {
        const auto features = featuresOf(model, group, choice);
        for (std::size_t p = 0; p < wanted.size(); ++p) scores[p].push_back(scoresOf(*wanted[p], features));
    }
    GroupSaliency saliency{"mix", std::vector<std::vector<double>>(structure.nodeGroups.size())};
    for (std::size_t p = 0; p < wanted.size(); ++p) addNormalised(structure, scores[p], shares[p], saliency.scores);
    return saliency;
}

}  // namespace lorashear
