#pragma once

#include "core/plan/plan.h"

#include <map>
#include <string>
#include <vector>

namespace lorashear {

/// Which linears a plan of ranks is about: those of the blocks that are whole and that no protection, no mark of the analysis keeps; no routers.
struct RankRequest {
    bool attention = true, mlp = true;  ///< which sub-layers
    int blocks = 1;                     ///< Factor::blocks
    int minimum = 1;                    ///< lowest rank
    int keepFirst = 0, keepLast = 0;    ///< so many blocks at the ends of the network stay whole
};

/// By linear: what it loses at rank 0, 1, … up to the largest that saves something; falling. All in one unit of measure.
using RankLosses = std::map<std::string, std::vector<double>>;

/// A linear that two thin ones may replace.
struct RankCandidate {
    std::string linear;
    std::int64_t size = 0;    ///< weights
    std::int64_t cost = 0;    ///< weights of one rank
    int least = 1, most = 1;  ///< ranks that save something
};

/// Sorted by name. Error(Unsupported) for a uniform plan, which thin linears cannot keep ordinary; Error(BadRecipe) if a unit takes part that
/// is cut at once: the whole budget goes into ranks.
std::vector<RankCandidate> rankCandidates(const PlanRequest& request, const RankRequest& ranks);

/// Spends the whole budget on ranks: FactorLinear edits and no groups. With losses those ranks that lose least in all, by one price per parameter for all
/// linears (Lagrange's condition), and a linear whose ranks are dear stays whole; without, about the same share of every linear, as an example.
/// Meets the request within one rank of the narrowest linear. Error(Impossible) at /plan/ratio with the largest reachable ratio.
PruningPlan planRanks(const PlanRequest& request, const RankRequest& ranks, const RankLosses* losses = nullptr);

}  // namespace lorashear
