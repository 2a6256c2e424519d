#pragma once

#include "core/base/error.h"
#include "core/plan/plan.h"

#include <QtGlobal>

#include <optional>
#include <string>
#include <vector>

namespace lorashear::ui {

/// What the recipe's plan comes to for the open model: a plan, or why there is none.
struct PlanOutcome {
    std::optional<PruningPlan> plan;
    std::optional<Error> error;
    std::vector<int> removed;      ///< groups that go, by node group id
    std::vector<GroupRef> ranked;  ///< which they are by `saliency()`; empty without one
    /// Where `removed` comes from: an even share of every node group's limit, a saliency that is not the method's, the method's own ranking
    /// for other settings than today's, the method's first choice for today's.
    enum class Ranking { Even, Estimate, Stale, Measured } ranking = Ranking::Even;
    std::string rankedBy;  ///< the saliency's proxy; "" with Even
    /// Where `removed` became another one without an edit: what stood there until then.
    struct Before {
        Ranking ranking = Ranking::Even;
        std::string rankedBy;
    };
    std::optional<Before> before;
    bool exactCounts() const { return ranking == Ranking::Measured || (plan && plan->options.uniform); }
    double largest = -1;           ///< ratio that limits and protections leave reachable; -1: not known
    qint64 removedParameters = 0;  ///< exact for `removed`
};

}  // namespace lorashear::ui
