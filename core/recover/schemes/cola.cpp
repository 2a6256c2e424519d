#include "core/recover/schemes/cola.h"

#include "core/recover/phased_recovery.h"

namespace lorashear {

namespace {

class ColaSession : public PhasedRecovery {
public:
    ColaSession(RecoveryTask task, const ColaOptions& options) : PhasedRecovery(std::move(task)), m_options(options) {}

private:
    std::int64_t roundSteps() const override { return linkSteps(); }
    std::int64_t linkSteps() const override { return (phaseSteps() + m_options.links - 1) / m_options.links; }
    std::vector<double> shares(const RecoveryRound&, const std::vector<double>&) override {
        return fixedShares(m_options.shares == SourceShares::Even);
    }
    bool keeps(const RecoveryRound& measured, const std::optional<double>& best) override {
        return m_options.keep == KeptState::Last || !best || measured.objective < *best;
    }

    ColaOptions m_options;
};

}  // namespace

std::unique_ptr<RecoverySession> ColaRecovery::make(RecoveryTask task, const Options& options) {
    return std::make_unique<ColaSession>(std::move(task), options);
}

}  // namespace lorashear
