#pragma once

#include "core/recover/recovery.h"
#include "core/recover/sampling.h"

#include <map>
#include <optional>

namespace lorashear {

/// What schemes share that train fresh adapters phase by phase: rounds between two measurements, the learning rate's way over a phase, which
/// adapters are kept, merging, saving. A scheme says how long a round is, what follows from a measurement, and when a phase ends.
///
/// A phase may be a chain of links (COLA, arXiv 2401.04151): after each the adapters kept are merged, and fresh ones begin with fresh moments and the
/// learning rate's way anew. Sampling goes on. Whoever hears the end of the phase sees the links as one adapter of the summed ranks.
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

    int link() const { return m_link; }  ///< of the phase at hand, from 0

    /// Of the round at hand; the end of a link or of the phase ends it too.
    virtual std::int64_t roundSteps() const = 0;
    /// Of the link at hand.
    virtual std::int64_t linkSteps() const { return phaseSteps(); }
    virtual StepReport trainStep(Trainer& trainer, double rate) { return trainer.step(rate); }
    /// Shares of the sources in the round that follows. measured.nll, reference and objective are there; previous: empty before the first round.
    virtual std::vector<double> shares(const RecoveryRound& measured, const std::vector<double>& previous) = 0;
    /// Whether the adapters as they are now are those to keep. best: the objective of those kept so far.
    virtual bool keeps(const RecoveryRound& measured, const std::optional<double>& best) = 0;
    /// Of the sources of the phase at hand: all alike, or every sequence as likely as any other.
    std::vector<double> fixedShares(bool even) const;
    virtual bool endsEarly() const { return false; }
    virtual void beginPhase() {}
    virtual void saveOwn(Archive&) const {}
    virtual void loadOwn(const Archive&) {}

    const RecoveryTask& task() const { return m_task; }

private:
    /// A link that is merged already: (scale * B) A on a linear.
    struct Knot {
        at::Tensor a, b;
    };
    void openSource();
    void attach();
    void startPhase();
    void measure();
    void putBackKept();
    void tieKnot();
    void joinKnots();
    void finishPhase();
    double rate() const;
    const at::Tensor& weightBefore(const Linear& linear) const;  ///< the phase's links
    void loadLinks(const Archive& archive);

    RecoveryTask m_task;
    std::unique_ptr<WeightedSource> m_source;
    std::unique_ptr<Trainer> m_trainer;  ///< null between phases
    std::size_t m_phase = 0;
    int m_round = 0, m_link = 0;
    std::int64_t m_stepInRound = 0, m_stepInLink = 0, m_stepInPhase = 0;
    std::int64_t m_stepsDone = 0;
    std::optional<double> m_keptObjective;
    NamedTensors m_kept;     ///< adapters
    NamedTensors m_weights;  ///< by linear, from before the phase's first knot
    std::vector<std::map<std::string, Knot>> m_knots;
};

}  // namespace lorashear
