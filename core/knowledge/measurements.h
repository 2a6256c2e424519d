#pragma once

#include "core/knowledge/knowledge_distribution.h"

#include <cstddef>
#include <vector>

namespace lorashear {

/// Sums of nll per sequence as they are measured: the whole state of an analysis, from which every result follows. NaN: not
/// measured yet. Sequences are grouped by batch; batches[b] is the first sequence of batch b.
struct Measurements {
    std::vector<std::size_t> batches;
    std::vector<std::int64_t> counted;        ///< predictions per sequence
    std::vector<double> baseline;             ///< [sequence]
    std::vector<std::vector<double>> probes;  ///< [node group * ratios + ratio][sequence]
    bool errorsOverSequences = false;         ///< standard errors are over sequences also where there are several batches

    Measurements() = default;
    Measurements(std::vector<std::size_t> batches, std::vector<std::int64_t> counted, std::size_t probes);

    bool measured(std::size_t probe, std::size_t sequence) const;
    bool baselineMeasured() const;
    double baselineNll() const;  ///< nats per token over all sequences
    std::int64_t tokens() const;

    /// Deviation, standard error and per-ratio deviations of one node group over the batches in which all its ratios are measured.
    /// The standard error is over batches, or over sequences while there is only one batch or where asked for; 0 if there is only one.
    NodeGroupKnowledge knowledgeOf(std::size_t nodeGroup, std::size_t ratios) const;
};

/// How many of `count` node groups such a share marks: floor(share * count).
std::size_t marksFor(double share, std::size_t count);

/// Marks the floor(share * count) measured node groups with the largest deviation; ties go to the earlier one. Sections (one per node group, where
/// there are any) come before deviations: who was settled before a boundary is not put behind it by figures from other windows.
void markMostSensitive(std::vector<NodeGroupKnowledge>& nodeGroups, double share, const std::vector<int>& sections = {});

}  // namespace lorashear
