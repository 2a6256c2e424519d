#include "core/recover/schemes/dynamic.h"

#include "core/recover/phased_recovery.h"

namespace lorashear {

namespace {

class DynamicSession : public PhasedRecovery {
public:
    DynamicSession(RecoveryTask task, const DynamicOptions& options) : PhasedRecovery(std::move(task)), m_options(options) {}

private:
    std::int64_t roundSteps() const override { return phase().stepsPerRound; }
    /// By the distance of every source's loss to the original's.
    std::vector<double> shares(const RecoveryRound& measured, const std::vector<double>& previous) override {
        return samplingWeights(m_options.weighting, measured.nll, measured.reference, previous, m_options.floor,
                               m_options.temperature);
    }
    bool keeps(const RecoveryRound& measured, const std::optional<double>& best) override {
        if (best) m_stall = measured.objective > *best * (1 - m_options.minGain) ? m_stall + 1 : 0;
        return !best || measured.objective < *best;
    }
    bool endsEarly() const override { return m_stall >= m_options.patience; }
    void beginPhase() override { m_stall = 0; }
    void saveOwn(Archive& archive) const override { archive.values["recovery.stall"] = m_stall; }
    void loadOwn(const Archive& archive) override { m_stall = archive.value("recovery.stall").get<int>(); }

    DynamicOptions m_options;
    int m_stall = 0;  ///< rounds without gain
};

}  // namespace

std::unique_ptr<RecoverySession> DynamicRecovery::make(RecoveryTask task, const Options& options) {
    return std::make_unique<DynamicSession>(std::move(task), options);
}

}  // namespace lorashear
