#pragma once

#include "core/model/lora.h"
#include "core/train/trainer.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace lorashear {

/// One source of a recovery phase.
struct RecoverySource {
    std::string name;
    std::vector<Sequence> training;
    std::vector<Sequence> validation;  ///< never trained on
    double reference = 0;  ///< mean token nll of the original model on validation, measured before pruning (meanNll)
};

struct RecoveryPhasePlan {
    std::string name;  ///< "pretraining", "instruct"
    std::vector<RecoverySource> sources;
    int maxRounds = 0, stepsPerRound = 0;  ///< as the recipe's phase has them

    /// maxRounds * stepsPerRound, or fewer if nothing may come twice and the texts are used up before; at least 1.
    std::int64_t steps(int batch, bool repeat) const;
};

/// What every scheme trains with.
struct RecoveryTraining {
    LoraOptions lora;         ///< fresh adapters in every phase
    OwnWeights also;          ///< tensors of the model that are trained beside them
    TrainerOptions training;  ///< its learning rate is the highest; it falls along a cosine to zero over the phase
    int rateWarmup = 10;      ///< steps
    /// Steps of pruning that the learning rate has fallen over already: one cosine goes over them and all phases. -1: one for each phase.
    std::int64_t stepsBefore = -1;
    bool repeat = false;  ///< sequences come again once all came; otherwise a phase ends when its texts are used up
    std::uint64_t seed = 1;
};

/// Everything a scheme works with. References outlive the session.
struct RecoveryTask {
    CausalLM& model;  ///< compact, adapters merged; it is changed
    std::vector<RecoveryPhasePlan> phases;
    RecoveryTraining training;
    const CausalLM* teacher;  ///< the dense model for distillation, or null
    const Control& control;
    NamedTensors adapters =
        {};  ///< adapterTensors() of pruning that the model's weights hold merged: the first phase goes on with them; empty: afresh
    std::int64_t memory = -1;  ///< bytes that training may take beside what is there; -1: nobody says
};

/// What was measured between two rounds; round 0 comes before the first step of a phase.
struct RecoveryRound {
    int phase = 0, round = 0;
    std::vector<std::string> sources;
    std::vector<double> nll, reference, weights;  ///< weights: for the round that follows
    double objective = 0;                         ///< mean of nll with fixed equal weights: what the stop rule watches
    bool best = false;
};

/// What a phase's model was before and after it became one that files can hold, where a scheme trains what none can (routers): mean token nll of each source's
/// held-out text.
struct MergePrice {
    int phase = 0;
    std::vector<std::string> sources;
    std::vector<double> routed, merged;
    bool kept = true;  ///< the merged model is what comes out; otherwise the phase was taken back
};

/// Recovery in the making: one step() is one optimizer step. Saved between steps and loaded in a new process, the rest is bit-equal to an
/// uninterrupted run. Ends with all that was learned in the model's own weights.
class RecoverySession {
public:
    virtual ~RecoverySession() = default;
    virtual std::int64_t totalSteps() const = 0;  ///< at most
    virtual std::int64_t stepsDone() const = 0;
    virtual bool done() const = 0;
    virtual StepReport step() = 0;  ///< precondition: !done()
    std::function<void(const RecoveryRound&)> onRound;
    std::function<void(const MergePrice&)> onMerge;
    /// Hears the adapters of a phase just before they are merged (those that are kept, attached to the model).
    std::function<void(int phase, const CausalLM& model)> onPhaseEnd;
    /// Whether those adapters are all that a phase changes in the model.
    virtual bool adaptersTellAll() const { return true; }

    virtual void save(Archive& archive) const = 0;  ///< everything, the trainer's state and merged weights included
    virtual void load(const Archive& archive) = 0;
};

/// Begins the scheme `id` of schemeTable() with these options (an object as JSON text; "{}": all defaults). Error(BadRecipe) with subject
/// "/recovery/…" for options and phases out of range, Error(BadInput) for a source without sequences.
std::unique_ptr<RecoverySession> makeRecovery(const std::string& id, const std::string& options, RecoveryTask task);

}  // namespace lorashear
