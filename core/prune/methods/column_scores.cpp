#include "core/prune/methods/column_scores.h"

#include "core/base/error.h"
#include "core/plan/unit_table.h"

#include <ATen/ATen.h>

namespace lorashear {

std::vector<double> columnScores(const CausalLM& model, const NodeGroup& nodeGroup,
                                 const std::function<at::Tensor(const Linear&)>& values) {
    std::vector<double> scores;
    for (const auto& member : weightMembers(model, nodeGroup)) {
        if (!member.columns) continue;
        const auto own = sumsPerGroup(member.slice, nodeGroup.count, values(*member.linear));
        scores.resize(own.size(), 0.0);
        for (std::size_t j = 0; j < own.size(); ++j) scores[j] += own[j];
    }
    if (const Unit* unit = unitOf(nodeGroup); scores.empty() && unit && !unit->fades)
        return std::vector<double>(static_cast<std::size_t>(nodeGroup.count),
                                   0.0);  // they go at once, by scores of their own
    if (scores.empty())
        throw Error(ErrorCode::Unsupported, nodeGroup.name,
                    "no linear reads what these groups make, so inputs cannot rank them",
                    "Choose another method, or protect it in the plan.");
    return scores;
}

}  // namespace lorashear
