#pragma once

#include "core/plan/plan.h"

#include <functional>
#include <map>
#include <optional>
#include <string>

namespace lorashear {

/// Loss of the model that a plan with these options leaves, nats per token; nothing where there is no such plan.
using PlanLoss = std::function<std::optional<double>(const PlanOptions&)>;

/// What one budget costs least when it is spent on several units.
struct MeasuredShares {
    PlanOptions options;  ///< those asked for, with a share for every open unit but the finest, which takes the rest
    std::map<std::string, double> amounts;  ///< parameters that each open unit loses over all parameters of the original
    bool even = false;  ///< one common fraction was better than all of them: the options are those asked for
    int trials = 0;     ///< models that were measured
};

/// How many of the units that take part have neither a share nor a count of their own.
int openUnits(const PlanOptions& options);

/// Splits what shares leave of the ratio among the open units, in steps of ratio / steps, each to the unit that then raises the loss
/// least per parameter, unless one common fraction turns out better. An essay stands in the source. Options as given where fewer than two units
/// are open. Asks for about steps + 2 x units losses. Errors of makePlan() but Impossible and Unsupported; what `loss`
/// throws.
MeasuredShares measureShares(const PlanRequest& request, int steps, const PlanLoss& loss);

}  // namespace lorashear
