#pragma once

#include <cstdint>
#include <functional>
#include <vector>

namespace lorashear {

/// A place that can lose things, and the counts that it may lose: least, least + step … up to most.
struct ProfileLane {
    int cluster = 0;  ///< lanes of one cluster share a total
    int least = 0, most = 0, step = 1;
};

/// How many things every lane loses.
using LayerProfile = std::vector<int>;

struct Evolution {
    int population = 16;    ///< profiles in a generation; the better half are parents of the next
    int generations = 10;   ///< after the first
    double mutation = 0.2;  ///< share of a cluster's mean count that one change moves at most
};

/// The best profile met. starts: at least one, each within its lanes' limits and with the same total in every cluster; children keep these.
/// loss: asked once for every profile. Best of all: the lowest, among equals the first. Which are met is a pure function of seed and losses.
LayerProfile evolveProfiles(const std::vector<ProfileLane>& lanes, const std::vector<LayerProfile>& starts,
                            const Evolution& evolution, std::uint64_t seed,
                            const std::function<double(const LayerProfile&)>& loss);

}  // namespace lorashear
