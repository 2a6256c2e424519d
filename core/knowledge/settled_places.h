#pragma once

#include "core/knowledge/measurements.h"

#include <cstddef>
#include <vector>

namespace lorashear {

/// When a node group need not be measured further: how sure one has to be, and behind which places it matters who stands before and who behind.
struct SettleRule {
    double confidence = 0.95;             ///< one-sided, of each comparison; 0.5 <= x < 1
    std::vector<std::size_t> boundaries;  ///< rising; 0 < boundary < node groups
};

/// Behind the first fifth, before the last fifth, and behind what such a share marks; none of it twice, and none that parts nothing.
std::vector<std::size_t> placeBoundaries(double share, std::size_t count);

/// Which side of every boundary each node group is on, as far as that is known. Node groups are taken from the race one after the other, once
/// and for all (settled_places.cpp).
class SettledPlaces {
public:
    SettledPlaces() = default;
    SettledPlaces(std::size_t nodeGroups, SettleRule rule);

    bool isOpen(std::size_t nodeGroup) const { return m_sections[nodeGroup] < 0; }
    bool anyOpen() const;
    /// Looks at sequences [0, end), on which every open node group is measured, and settles what it can. Returns who was settled.
    std::vector<std::size_t> look(const Measurements& measured, std::size_t ratios, std::size_t end);
    /// Between which two boundaries each node group stands (0: before the first): what is open by its mean, where places are left.
    std::vector<int> sections(const Measurements& measured, std::size_t ratios) const;

private:
    std::vector<std::size_t> openByMean(const Measurements& measured, std::size_t ratios, std::size_t end) const;
    std::size_t settledBefore(std::size_t boundary) const;

    SettleRule m_rule;
    std::vector<int> m_sections;  ///< -1: open
};

/// The value that Student's t with so many degrees of freedom stays below with that probability. 0.5 <= probability < 1.
double studentQuantile(double probability, std::size_t freedom);

}  // namespace lorashear
