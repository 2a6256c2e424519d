#include "core/recover/schemes/static.h"

#include "core/recover/phased_recovery.h"

namespace lorashear {

namespace {

class StaticSession : public PhasedRecovery {
public:
    StaticSession(RecoveryTask task, const StaticOptions& options) : PhasedRecovery(std::move(task)), m_options(options) {}

private:
    std::int64_t roundSteps() const override { return phaseSteps(); }
    std::vector<double> shares(const RecoveryRound&, const std::vector<double>&) override {
        const bool even = m_options.shares == StaticOptions::Shares::Even;
        std::vector<double> shares;
        double sum = 0;
        for (const RecoverySource& source : phase().sources)
            sum += shares.emplace_back(even ? 1.0 : static_cast<double>(source.training.size()));
        for (double& share : shares) share /= sum;
        return shares;
    }
    bool keeps(const RecoveryRound&, const std::optional<double>&) override { return true; }

    StaticOptions m_options;
};

}  // namespace

std::unique_ptr<RecoverySession> StaticRecovery::make(RecoveryTask task, const Options& options) {
    return std::make_unique<StaticSession>(std::move(task), options);
}

}  // namespace lorashear
