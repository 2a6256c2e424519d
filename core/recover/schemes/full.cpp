#include "core/recover/schemes/full.h"

#include "core/kernels/ops.h"
#include "core/recover/phased_recovery.h"

namespace lorashear {

namespace {

class FullSession : public PhasedRecovery {
public:
    FullSession(RecoveryTask task, const FullOptions& options) : PhasedRecovery(std::move(task)), m_options(options) {}

private:
    bool continuesAdapters() const override { return false; }
    void attach(std::uint64_t) override { detachLora(task().model); }
    OwnWeights openedWeights() const override { return {.norms = true, .embedding = true, .all = true}; }
    std::int64_t roundSteps() const override { return phase().stepsPerRound; }
    std::vector<double> shares(const RecoveryRound&, const std::vector<double>&) override {
        return fixedShares(m_options.shares == SourceShares::Even);
    }
    bool keeps(const RecoveryRound& measured, const std::optional<double>& best) override {
        return m_options.keep == KeptState::Last || !best || measured.objective < *best;
    }
    // The fused operators know no gradients of frozen weights; the plain ones know all.
    StepReport trainStep(Trainer& trainer, double rate) override {
        const ops::PlainScope plain;
        return trainer.step(rate * m_options.rateScale);
    }

    FullOptions m_options;
};

}  // namespace

std::unique_ptr<RecoverySession> FullRecovery::make(RecoveryTask task, const Options& options) {
    task.training.training.compute = Compute::Fp32;
    return std::make_unique<FullSession>(std::move(task), options);
}

}  // namespace lorashear
