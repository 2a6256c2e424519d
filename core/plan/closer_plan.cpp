#include "core/plan/closer_plan.h"

#include "core/base/error.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace lorashear {

namespace {

using Change = CloserPlan::Change;

constexpr double kFar = 0.005, kNearer = 0.0005;  ///< of all parameters

/// All single changes, those that ask for least first.
std::vector<std::pair<CloserPlan, PlanOptions>> changesOf(const PlanOptions& options) {
    std::vector<std::pair<CloserPlan, PlanOptions>> all;
    const auto add = [&](Change change, const std::string& unit, auto&& act) {
        all.emplace_back(CloserPlan{change, unit}, options);
        act(all.back().second);
    };
    if (options.uniform) add(Change::Uneven, {}, [](PlanOptions& o) { o.uniform = false; });
    for (const auto& [id, settings] : options.units)
        if (settings.take && settings.divisor > 1)
            add(Change::Steps, id, [&id = id](PlanOptions& o) { o.units[id].divisor = 1; });
    for (const Unit& unit : unitTable())  // what is cut at once is another kind of pruning, and no small change
        if (unit.fades && !options.units.at(unit.id).take)
            add(Change::TakesPart, unit.id, [&](PlanOptions& o) { o.units[unit.id].take = true; });
    return all;
}

}  // namespace

bool missesRatio(const PruningPlan& plan) {
    return plan.options.enabled && std::abs(plan.expectedRatio - plan.options.ratio) > kFar;
}

CloserPlan closerPlan(const PlanRequest& request, const PruningPlan& plan, const PlanMaker& make) {
    const double asked = request.options.ratio;
    CloserPlan best{Change::Ratio, {}, plan.expectedRatio};
    const auto away = [asked](double ratio) { return std::abs(ratio - asked); };
    for (auto& [change, options] : changesOf(request.options)) {
        if (best.change != change.change && best.change != Change::Ratio && away(best.ratio) <= kFar) break;
        try {
            change.ratio =
                make({request.structure, options, request.knowledge, request.config, request.scores, request.requiredTokens})
                    .expectedRatio;
        } catch (const Error&) {
            continue;  // not possible so
        }
        if (away(change.ratio) < away(best.ratio) - kNearer) best = change;
    }
    return best;
}

}  // namespace lorashear
