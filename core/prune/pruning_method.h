#pragma once

#include "core/plan/plan.h"
#include "core/plan/unit_scores.h"
#include "core/prune/method_table.h"
#include "core/prune/projection_report.h"
#include "core/train/trainer.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace lorashear {

/// Everything a method works with. References outlive the session.
struct PruningTask {
    CausalLM& model;  ///< with adapters attached
    const Structure& structure;
    const PruningPlan& plan;
    Trainer& trainer;
    const std::vector<Sequence>& calibration;  ///< what training draws from, for saliencies that need data
    const Control& control;
};

/// A pruning run in the making: one step() is one optimizer step. Between steps it can be saved and, in a new process, loaded: the rest then is
/// bit-equal to an uninterrupted run.
class PruningSession {
public:
    virtual ~PruningSession() = default;
    virtual std::int64_t totalSteps() const = 0;
    virtual bool done() const = 0;
    virtual StepReport step() = 0;                            ///< precondition: !done()
    virtual const std::vector<GroupRef>& chosen() const = 0;  ///< picked so far; all exactly zero once done()
    /// Whether the steps from here on keep what their half-space test sees. Changes nothing of what they do.
    virtual void watchProjection(bool) {}
    /// Of the last step. No groups: it was not watched, or the method has no such test.
    virtual ProjectionReport projection() const { return {}; }
    virtual void save(Archive& archive) const = 0;  ///< own state only, not the trainer's
    virtual void load(const Archive& archive) = 0;
};

/// How a method sees the groups of a model before anything has been trained.
struct MethodRanking {
    GroupSaliency scores;          ///< by its own measure
    std::vector<GroupRef> groups;  ///< that it would take first, as many as the plan wants
};

/// The ranking of the method `id`; nothing of a method that has none without training. Changes nothing in the model. Errors as makePruning().
std::optional<MethodRanking> rankingOf(const std::string& id, const std::string& options, const PruningTask& task);

/// What a method with a plan of its own (MethodInfo::plan) makes it from.
struct PlanningTask {
    CausalLM& model;
    const PlanRequest& request;
    const ScoringText& text;
    const Control& control;
};

/// That plan with what the method measures on the text first; nothing of other methods. Changes nothing in the model. Errors as MethodInfo::plan;
/// Error(Numeric) where a loss or an input is not finite.
std::optional<PruningPlan> measuredPlan(const std::string& id, const std::string& options, const PlanningTask& task);

/// Begins the method `id` of methodTable() with these options (an object as JSON text; "{}": all defaults).
/// Error(BadRecipe) at /method/id or /method/options/….
std::unique_ptr<PruningSession> makePruning(const std::string& id, const std::string& options, PruningTask task);

}  // namespace lorashear
