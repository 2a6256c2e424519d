#include "core/recover/schemes/dynamic_batch.h"

#include "core/recover/phased_recovery.h"
#include "core/recover/weighting.h"

#include <algorithm>

namespace lorashear {

namespace {

class DynamicBatchSession : public PhasedRecovery {
public:
    DynamicBatchSession(RecoveryTask task, const DynamicBatchOptions& options)
        : PhasedRecovery(std::move(task)), m_options(options) {}

private:
    std::int64_t roundSteps() const override { return m_options.interval; }
    std::vector<double> shares(const RecoveryRound& measured, const std::vector<double>& previous) override {
        if (previous.empty()) return fixedShares(m_options.start == SourceShares::Even);
        std::vector<double> excess;
        for (std::size_t i = 0; i < measured.nll.size(); ++i) {
            const double rise = measured.nll[i] - measured.reference[i];
            excess.push_back(m_options.clip ? std::max(0.0, rise) : rise);
        }
        return exponentiatedWeights(previous, excess, m_options.rate, m_options.floor);
    }
    bool keeps(const RecoveryRound& measured, const std::optional<double>& best) override {
        return m_options.keep == KeptState::Last || !best || measured.objective < *best;
    }

    DynamicBatchOptions m_options;
};

}  // namespace

std::unique_ptr<RecoverySession> DynamicBatchRecovery::make(RecoveryTask task, const Options& options) {
    return std::make_unique<DynamicBatchSession>(std::move(task), options);
}

}  // namespace lorashear
