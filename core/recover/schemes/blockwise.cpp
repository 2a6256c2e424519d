#include "core/recover/schemes/blockwise.h"

#include "core/base/error.h"
#include "core/recover/block_distillation.h"
#include "core/recover/phased_recovery.h"

#include <cmath>

namespace lorashear {

namespace {

StreamShape streamOf(const CausalLM& model) {
    return {model.blocks(), model.config().hidden};
}

class BlockwiseSession : public PhasedRecovery {
public:
    BlockwiseSession(RecoveryTask given, const BlockwiseOptions& options)
        : PhasedRecovery(std::move(given)), m_options(options) {
        if (!task().teacher) throw Error(ErrorCode::Internal, "blockwise", "block-wise distillation needs the dense model");
        BlockwiseRecovery::requireStream(streamOf(task().model), streamOf(*task().teacher));
    }

private:
    std::int64_t localSteps() const { return std::llround(m_options.localShare * static_cast<double>(phaseSteps())); }
    bool local() const { return link() == 0 && localSteps() > 0; }
    std::int64_t roundSteps() const override { return linkSteps(); }
    std::int64_t linkSteps() const override { return local() ? localSteps() : phaseSteps() - localSteps(); }
    std::vector<double> shares(const RecoveryRound&, const std::vector<double>&) override {
        return fixedShares(m_options.shares == SourceShares::Even);
    }
    bool keeps(const RecoveryRound& measured, const std::optional<double>& best) override {
        return !best || measured.objective < *best;
    }
    StepReport trainStep(Trainer& trainer, double rate) override {
        if (!local()) return trainer.step(rate);
        const auto inputs = m_options.inputs == BlockwiseOptions::Inputs::Own ? BlockInputs::Own : BlockInputs::Dense;
        return trainer.stepOn(
            [&](const PaddedBatch& part, std::int64_t counted, const ForwardContext& context) {
                return distilBlocks(task().model, *task().teacher, inputs, part, counted, context);
            },
            rate);
    }

    BlockwiseOptions m_options;
};

}  // namespace

std::unique_ptr<RecoverySession> BlockwiseRecovery::make(RecoveryTask task, const Options& options) {
    return std::make_unique<BlockwiseSession>(std::move(task), options);
}

}  // namespace lorashear
