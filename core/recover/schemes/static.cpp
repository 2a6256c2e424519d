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
        return fixedShares(m_options.shares == SourceShares::Even);
    }
    bool keeps(const RecoveryRound&, const std::optional<double>&) override { return true; }

    StaticOptions m_options;
};

}  // namespace

std::unique_ptr<RecoverySession> StaticRecovery::make(RecoveryTask task, const Options& options) {
    return std::make_unique<StaticSession>(std::move(task), options);
}

}  // namespace lorashear
