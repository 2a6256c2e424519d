#pragma once

#include "core/recover/recovery.h"
#include "core/recover/sampling.h"

#include <map>
#include <optional>

namespace lorashear {

/// What schemes share that train phase by phase: rounds between two measurements, the learning rate's way over a phase, which state of what is
/// trained is kept, merging, saving. A scheme says what is trained (fresh adapters unless it says otherwise), how long a round is, what follows from
/// a measurement, and when a phase ends.
///
/// A phase may be a chain of links (COLA, arXiv 2401.04151): after each the adapters kept are merged, and fresh ones begin with fresh moments and the
/// learning rate's way anew. Sampling goes on. Whoever hears the end of the phase sees the links as one adapter of the summed ranks.
///
/// The first phase may go on with the adapters of pruning instead: they are taken out of the weights (as a knot with the opposite sign) and trained further at
/// the full rate, so that what they had begun to learn is no finished lump below a new start.
class PhasedRecovery : public RecoverySession {
public:
    explicit PhasedRecovery(RecoveryTask task);

    std::int64_t totalSteps() const override;
    std::int64_t stepsDone() const override { return m_stepsDone; }
    bool done() const override { return m_phase == m_task.phases.size(); }
    StepReport step() override;
    void save(Archive& archive) const override;
    void load(const Archive& archive) override;
    bool adaptersTellAll() const override { return !openedWeights().any(); }

protected:
    const RecoveryPhasePlan& phase() const { return m_task.phases[m_phase]; }
    std::size_t phaseIndex() const { return m_phase; }
    /// Of the phase at hand; fewer than asked for when nothing may come twice and the texts are used up before.
    std::int64_t phaseSteps() const { return phase().steps(m_task.training.training.batch, m_task.training.repeat); }

    int link() const { return m_link; }    ///< of the phase at hand, from 0
    int round() const { return m_round; }  ///< of the last measurement in the phase at hand

    /// Of the round at hand; the end of a link or of the phase ends it too.
    virtual std::int64_t roundSteps() const = 0;
    /// Of the link at hand.
    virtual std::int64_t linkSteps() const { return phaseSteps(); }
    virtual StepReport trainStep(Trainer& trainer, double rate) { return trainer.step(rate); }
    /// Whether what it trains in the first phase can be the adapters that pruning left (RecoveryTask::adapters).
    virtual bool continuesAdapters() const { return true; }
    /// Puts fresh adapters on the model, at the beginning of a phase and of every link; a pure function of the seed.
    virtual void attach(std::uint64_t seed) { attachLora(m_task.model, m_task.training.lora, seed); }
    /// What the scheme trains that is no part of the model; asked after attach().
    virtual Trainables alsoTrained() const { return {}; }
    /// Tensors of the model that are trained; the same in all phases.
    virtual OwnWeights openedWeights() const { return m_task.training.also; }
    /// At the end of a phase, with what is kept in place: leaves plain adapters.
    virtual void settle() {}
    /// At the end of a phase, when its adapters are in the weights.
    virtual void afterPhase() {}
    /// Shares of the sources in the round that follows. measured.nll, reference and objective are there; previous: empty before the first round.
    virtual std::vector<double> shares(const RecoveryRound& measured, const std::vector<double>& previous) = 0;
    /// Whether the adapters as they are now are those to keep. best: the objective of those kept so far.
    virtual bool keeps(const RecoveryRound& measured, const std::optional<double>& best) = 0;
    /// Of the sources of the phase at hand: all alike, or every sequence as likely as any other.
    std::vector<double> fixedShares(bool even) const;
    /// May add what is only watched, with weight 0.
    virtual void alsoMeasure(RecoveryRound&) const {}
    virtual bool endsEarly() const { return false; }
    virtual void beginPhase() {}
    virtual void saveOwn(Archive&) const {}
    virtual void loadOwn(const Archive&) {}

    const RecoveryTask& task() const { return m_task; }
    const WeightedSource& source() const { return *m_source; }
    double heldOutNll(const RecoverySource& source) const;  ///< of the model as it is now
    RecoveryRound measured(int round) const;                ///< losses of the phase's sources and their mean

private:
    /// A link that is merged already: (scale * B) A on a linear.
    struct Knot {
        at::Tensor a, b;
    };
    bool continues() const { return m_phase == 0 && !m_task.adapters.empty() && continuesAdapters(); }
    void takeUpAdapters();
    void openSource();
    void openLink();
    void startPhase();
    void measure();
    NamedTensors trainedCopies() const;
    void putBackKept();
    void tieKnot();
    void joinKnots();
    void finishPhase();
    std::int64_t stepsOfPhases(std::size_t count) const;  ///< of the first ones, at most
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
    NamedTensors m_kept;     ///< of what is trained
    NamedTensors m_weights;  ///< by linear, from before the phase's first knot
    std::vector<std::map<std::string, Knot>> m_knots;
};

}  // namespace lorashear
