#pragma once

#include "core/model/lora.h"
#include "core/recover/sampling.h"
#include "core/train/trainer.h"

#include <functional>
#include <memory>
#include <optional>
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
    int maxRounds = 2, stepsPerRound = 20;

    /// maxRounds * stepsPerRound, or fewer if nothing may come twice and the texts are used up before; at least 1.
    std::int64_t steps(int batch, bool repeat) const;
};

struct RecoveryOptions {
    LoraOptions lora;         ///< fresh adapters in every phase
    TrainerOptions training;  ///< its learning rate is the highest; it falls along a cosine to zero over the phase
    int rateWarmup = 10;      ///< steps
    std::string weighting = "proportional";  ///< id in samplingRules()
    double floor = 0.3, temperature = 0.1;
    int patience = 2;        ///< rounds without gain that end a phase
    double minGain = 0.005;  ///< relative fall of the objective that counts as gain
    bool repeat = false;     ///< sequences come again once all came; otherwise a phase ends when its texts are used up
    std::uint64_t seed = 1;
};

/// What was measured between two rounds; round 0 comes before the first step of a phase.
struct RecoveryRound {
    int phase = 0, round = 0;
    std::vector<std::string> sources;
    std::vector<double> nll, reference, weights;  ///< weights: for the round that follows
    double objective = 0;                         ///< mean of nll with fixed equal weights: what the stop rule watches
    bool best = false;
};

/// Dynamic knowledge recovery (LoRAShear section 3.5, Algorithm 5; algorithm.md 6). One step() is one optimizer step. Rounds end with a
/// measurement per source, which sets the next round's sampling weights; a phase ends after maxRounds or when the objective stalls, with its
/// best adapters restored and merged. Saved between steps and loaded in a new process, the rest is bit-equal.
class RecoverySession {
public:
    /// model: compact, adapters merged; it is changed. References outlive the session. teacher: the dense model for distillation, or null.
    /// Error(BadRecipe) with subject "/recovery/…" for options out of range, Error(BadInput) for a source without sequences.
    RecoverySession(CausalLM& model, std::vector<RecoveryPhasePlan> phases, const RecoveryOptions& options,
                    const CausalLM* teacher, const Control& control);

    std::int64_t totalSteps() const;  ///< at most
    std::int64_t stepsDone() const { return m_stepsDone; }
    bool done() const { return m_phase == m_phases.size(); }
    StepReport step();  ///< precondition: !done()
    std::function<void(const RecoveryRound&)> onRound;
    /// Hears the adapters of a phase just before they are merged (best ones, attached to the model).
    std::function<void(int phase, const CausalLM& model)> onPhaseEnd;

    void save(Archive& archive) const;  ///< everything, the trainer's state and merged weights included
    void load(const Archive& archive);

private:
    const RecoveryPhasePlan& phase() const { return m_phases[m_phase]; }
    std::int64_t phaseSteps() const { return phase().steps(m_options.training.batch, m_options.repeat); }
    void attach();
    void startPhase();
    void measure();
    void finishPhase();
    double rate() const;
    bool stalled() const { return m_stall >= m_options.patience; }

    CausalLM& m_model;
    std::vector<RecoveryPhasePlan> m_phases;
    RecoveryOptions m_options;
    const CausalLM* m_teacher;
    const Control& m_control;
    std::unique_ptr<WeightedSource> m_source;
    std::unique_ptr<Trainer> m_trainer;  ///< null between phases
    std::size_t m_phase = 0;
    int m_round = 0, m_stepInRound = 0, m_stall = 0;
    std::int64_t m_stepsDone = 0;
    std::optional<double> m_bestObjective;
    NamedTensors m_best;  ///< adapters at the best measurement
};

}  // namespace lorashear
