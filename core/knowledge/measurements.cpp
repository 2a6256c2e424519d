#include "core/knowledge/measurements.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace lorashear {

namespace {

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

/// Standard error of the mean; 0 for fewer than two values.
double standardError(const std::vector<double>& values) {
    if (values.size() < 2) return 0;
    const auto n = static_cast<double>(values.size());
    const double mean = std::accumulate(values.begin(), values.end(), 0.0) / n;
    double squares = 0;
    for (const double value : values) squares += (value - mean) * (value - mean);
    return std::sqrt(squares / (n - 1) / n);
}

/// Deviations in nats per token of parts (batches or sequences) [begin, end).
struct Parts {
    std::vector<double> sums, deviations;  ///< sums per ratio over everything; mean deviation per part
    double tokens = 0;
};

void addPart(const Measurements& m, std::size_t probe, std::size_t ratios, std::size_t begin, std::size_t end,
             Parts& parts) {
    double tokens = 0, all = 0;
    parts.sums.resize(ratios, 0.0);
    for (std::size_t s = begin; s < end; ++s) {
        for (std::size_t r = 0; r < ratios; ++r)
            if (!m.measured(probe + r, s)) return;
        tokens += static_cast<double>(m.counted[s]);
    }
    if (tokens == 0) return;
    for (std::size_t r = 0; r < ratios; ++r)
        for (std::size_t s = begin; s < end; ++s) {
            const double excess = m.probes[probe + r][s] - m.baseline[s];
            parts.sums[r] += excess;
            all += excess;
        }
    parts.tokens += tokens;
    parts.deviations.push_back(all / tokens / static_cast<double>(ratios));
}

}  // namespace

Measurements::Measurements(std::vector<std::size_t> batchStarts, std::vector<std::int64_t> counts, std::size_t probeCount)
    : batches(std::move(batchStarts)),
      counted(std::move(counts)),
      baseline(counted.size(), kUnknown),
      probes(probeCount, std::vector<double>(counted.size(), kUnknown)) {}

bool Measurements::measured(std::size_t probe, std::size_t sequence) const {
    return !std::isnan(probes[probe][sequence]);
}

bool Measurements::baselineMeasured() const {
    return std::none_of(baseline.begin(), baseline.end(), [](double v) { return std::isnan(v); });
}

std::int64_t Measurements::tokens() const {
    return std::accumulate(counted.begin(), counted.end(), std::int64_t{0});
}

double Measurements::baselineNll() const {
    return std::accumulate(baseline.begin(), baseline.end(), 0.0) / static_cast<double>(tokens());
}

NodeGroupKnowledge Measurements::knowledgeOf(std::size_t nodeGroup, std::size_t ratios) const {
    NodeGroupKnowledge knowledge;
    const std::size_t probe = nodeGroup * ratios;
    Parts parts;
    for (std::size_t b = 0; b < batches.size(); ++b)
        addPart(*this, probe, ratios, batches[b], b + 1 < batches.size() ? batches[b + 1] : counted.size(), parts);
    if (parts.tokens == 0) return knowledge;
    for (const double sum : parts.sums) knowledge.perRatio.push_back(sum / parts.tokens);
    knowledge.deviation =
        std::accumulate(knowledge.perRatio.begin(), knowledge.perRatio.end(), 0.0) / static_cast<double>(ratios);
    knowledge.measured = true;
    Parts perSequence;
    for (std::size_t s = 0; s < counted.size(); ++s) addPart(*this, probe, ratios, s, s + 1, perSequence);
    knowledge.windows = static_cast<int>(perSequence.deviations.size());
    const bool overSequences = errorsOverSequences || parts.deviations.size() == 1;
    knowledge.spread = standardError((overSequences ? perSequence : parts).deviations);
    return knowledge;
}

std::size_t marksFor(double share, std::size_t count) {
    // A share like 0.19 * 100 must not lose a node group to binary rounding.
    return static_cast<std::size_t>(std::floor(share * static_cast<double>(count) + 1e-9));
}

void markMostSensitive(std::vector<NodeGroupKnowledge>& nodeGroups, double share, const std::vector<int>& sections) {
    std::vector<std::size_t> order(nodeGroups.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::erase_if(order, [&](std::size_t i) { return !nodeGroups[i].measured; });
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        if (!sections.empty() && sections[a] != sections[b]) return sections[a] < sections[b];
        return nodeGroups[a].deviation > nodeGroups[b].deviation;
    });
    const auto marks = marksFor(share, nodeGroups.size());
    for (auto& entry : nodeGroups) entry.protectedByRank = false;
    for (std::size_t i = 0; i < std::min(marks, order.size()); ++i) nodeGroups[order[i]].protectedByRank = true;
}

}  // namespace lorashear
