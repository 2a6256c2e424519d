#pragma once

#include "core/plan/plan.h"
#include "core/prune/curvature_use.h"
#include "core/prune/kept_blocks.h"
#include "core/settings/option_set.h"
#include "core/train/schedule.h"

#include <nlohmann/json_fwd.hpp>

#include <functional>
#include <string>
#include <vector>

namespace lorashear {

/// A pruning method as recipes and windows know it, without the engine behind it.
struct MethodInfo {
    std::string id;     ///< "lhspg", "one-shot"
    std::string title;  ///< "LHSPG (LoRAShear)"
    std::string help;
    OptionSet options;
    /// What the method will do with these options (an object as JSON text). Error(BadRecipe) at /method/options/….
    std::function<std::vector<SchedulePhase>(const std::string& options)> schedule;
    /// Of a method that says itself what a request's budget is spent on and cuts all of it at once, before it trains: its plan as far as it is known
    /// before anything is measured. Empty: plans are makePlan()'s. Errors as there, and at /method/options/….
    std::function<PruningPlan(const PlanRequest& request, const std::string& options)> plan;
    /// Of a method that its options tell to leave blocks whole: how many. Empty: it takes from all.
    std::function<KeptBlocks(const std::string& options)> keptBlocks;
    /// Of a method that ranks or repairs by curvature: what it does of it with these options. Empty: nothing.
    std::function<CurvatureUse(const std::string& options)> curvatureUse;
};

/// The methods of core/prune/methods/builtin_methods.h, in order; the first is the default.
const std::vector<MethodInfo>& methodTable();
/// Error(BadRecipe) at /method/id.
const MethodInfo& methodInfo(const std::string& id);

/// The plan of a request under this method: its own, or makePlan()'s. Options that are not enabled give a plan in which nothing goes.
PruningPlan planUnder(const std::string& method, const std::string& options, const PlanRequest& request);

/// Error(Impossible) if this plan of the request is not one that the method can carry out with these options: requireRoomBetween().
void requireRoomFor(const std::string& method, const std::string& options, const PlanRequest& request,
                    const PruningPlan& plan, bool chosen);

/// Every option, checked, with defaults filled in. Error(BadRecipe) with subject pointer + "/" + key.
nlohmann::json checkedOptions(const MethodInfo& method, const nlohmann::json& given, const std::string& pointer);

}  // namespace lorashear
