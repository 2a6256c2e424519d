#pragma once

#include "core/recover/recovery.h"
#include "core/recover/sampling.h"

#include <optional>

namespace lorashear {

/// What schemes share that train fresh adapters phase by phase: rounds between two measurements, the learning rate's way over a phase, which
/// adapters are kept, merging, saving. A scheme says how long a round is, what follows from a measurement, and when a phase ends.
class PhasedRecovery : public RecoverySession {
public:
    explicit PhasedRecovery(RecoveryTask task);

    std::int64_t totalSteps() const override;
    std::int64_t stepsDone() const override { return m_stepsDone; }
    bool done() const override { return m_phase == m_task.phases.size(); }
    StepReport step() override;
    void save(Archive& archive) const override;
    void load(const Archive& archive) override;

protected:
    const RecoveryPhasePlan& phase() const { return m_task.phases[m_phase]; }
    /// Of the phase at hand; fewer than asked for when nothing may come twice and the texts are used up before.
    std::int64_t phaseSteps() const { return phase().steps(m_task.training.training.batch, m_task.training.repeat); }

    virtual std::int64_t roundSteps() const = 0;
    /// Shares of the sources in the round that follows. measured.nll, reference and objective are there; previous: empty before the first round.
    virtual std::vector<double> shares(const RecoveryRound& measured, const std::vector<double>& previous) = 0;
    /// Whether the adapters as they are now are those to keep. best: the objective of those kept so far.
    virtual bool keeps(const RecoveryRound& measured, const std::optional<double>& best) = 0;
    virtual bool endsEarly() const { return false; }
    virtual void beginPhase() {}
    virtual void saveOwn(Archive&) const {}
    virtual void loadOwn(const Archive&) {}

private:
    void attach();
    void startPhase();
    void measure();
    void finishPhase();
    double rate() const;

    RecoveryTask m_task;
    std::unique_ptr<WeightedSource> m_source;
    std::unique_ptr<Trainer> m_trainer;  ///< null between phases
    std::size_t m_phase = 0;
    int m_round = 0, m_stepInRound = 0;
    std::int64_t m_stepsDone = 0;
    std::optional<double> m_keptObjective;
    NamedTensors m_kept;  ///< adapters
};

}  // namespace lorashear
