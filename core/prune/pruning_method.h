#pragma once

#include "core/plan/plan.h"
#include "core/prune/option_spec.h"
#include "core/train/trainer.h"

#include <functional>
#include <memory>
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
    nlohmann::json options;                    ///< checked
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
    virtual void save(Archive& archive) const = 0;            ///< own state only, not the trainer's
    virtual void load(const Archive& archive) = 0;
};

using MethodFactory = std::function<std::unique_ptr<PruningSession>(PruningTask)>;

/// Engine side of methodTable(): the same ids. core/prune/methods/builtin_methods.cpp is its one place.
const MethodFactory& methodFactory(const std::string& id);

}  // namespace lorashear
