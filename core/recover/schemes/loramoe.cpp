#include "core/recover/schemes/loramoe.h"

#include "core/recover/phased_recovery.h"
#include "core/recover/routed_adapters.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>

namespace lorashear {

namespace {

class LoraMoeSession : public PhasedRecovery {
public:
    LoraMoeSession(RecoveryTask given, const LoraMoeOptions& options)
        : PhasedRecovery(std::move(given)), m_options(options) {}

private:
    bool isTask(const RecoverySource& source) const {
        const auto& names = m_options.task;
        return names.empty() ? phase().name == "instruct"
                             : std::find(names.begin(), names.end(), source.name) != names.end();
    }

    std::int64_t roundSteps() const override { return phase().stepsPerRound; }
    std::vector<double> shares(const RecoveryRound&, const std::vector<double>&) override {
        return fixedShares(m_options.shares == SourceShares::Even);
    }
    bool keeps(const RecoveryRound& measured, const std::optional<double>& best) override {
        if (!best) begins(measured.objective);
        return m_options.keep == KeptState::Last || !best || measured.objective < *best;
    }

    void begins(double objective) {
        m_start = objective;
        m_before.clear();
        for (const auto& [name, tensor] : ownWeights(task().model, openedWeights()))
            m_before[name] = tensor.detach().clone();
    }

    bool continuesAdapters() const override { return false; }
    void attach(std::uint64_t seed) override {
        LoraOptions each = task().training.lora;
        each.rank = m_options.rank > 0 ? m_options.rank : std::max(1, each.rank / m_options.experts);
        m_routed.reset();
        m_routed = std::make_unique<RoutedAdapters>(task().model, each, m_options.experts, seed);
    }
    Trainables alsoTrained() const override { return m_routed->routers(); }

    StepReport trainStep(Trainer& trainer, double rate) override {
        if (m_options.balance == 0) return trainer.step(rate);
        m_routed->keepGates(true);
        std::size_t row = 0;
        const auto report =
            trainer.stepBeside([&](const PaddedBatch& part, std::int64_t) { return balance(part, row); }, rate);
        m_routed->keepGates(false);
        return report;
    }
    /// The portion's share of the weighted balancing loss. row: of its first sequence in the batch; moves on.
    at::Tensor balance(const PaddedBatch& part, std::size_t& row) {
        const auto rows = static_cast<std::size_t>(part.ids.size(0));
        const auto& drawn = source().lastSources();
        std::vector<bool> ofTask;
        for (std::size_t i = 0; i < rows; ++i) ofTask.push_back(isTask(phase().sources[drawn[row + i]]));
        row += rows;
        const auto factors =
            sideFactors(ofTask, m_options.experts, m_options.worldExperts, m_options.delta).to(part.ids.device());
        const auto counts = part.targets.ge(0);
        at::Tensor sum = at::zeros({}, factors.options());
        int linears = 0;
        for (const auto& gates : m_routed->takeGates()) {
            // experts of a mixture of experts see tokens without their places, or none
            if (!gates.defined() || gates.dim() != 3 || gates.size(0) != counts.size(0) || gates.size(1) != counts.size(1))
                continue;
            sum = sum + balanceLoss(gates, counts, factors);
            ++linears;
        }
        const double share = static_cast<double>(rows) / static_cast<double>(drawn.size());
        return sum * (m_options.balance * share / std::max(1, linears));
    }

    void settle() override {
        std::vector<Sequence> seen;
        for (const RecoverySource& source : phase().sources) {
            const auto count = std::min(source.training.size(), static_cast<std::size_t>(m_options.mergeSequences));
            seen.insert(seen.end(), source.training.begin(), source.training.begin() + static_cast<std::ptrdiff_t>(count));
        }
        const std::vector<double> routed = measured(round()).nll;  // of those kept, which need not be the last
        m_routed->settle(m_routed->meanGates(seen, task().training.training.compute));
        m_routed.reset();
        RecoveryRound merged = measured(round() + 1);
        merged.weights = source().weights();
        merged.best = m_options.keep == KeptState::Last || merged.objective < m_start;
        if (onRound) onRound(merged);
        if (onMerge) onMerge({merged.phase, merged.sources, routed, merged.nll, merged.best});
        if (!merged.best) takeBack();
    }
    void takeBack() const {
        const at::NoGradGuard guard;
        for (auto* linear : task().model.linears())
            if (linear->hasAdapter()) linear->b.zero_();
        for (const auto& [name, tensor] : ownWeights(task().model, openedWeights())) tensor.copy_(m_before.at(name));
    }

    void saveOwn(Archive& archive) const override {
        archive.values["loramoe.start"] = m_start;
        for (const auto& [name, tensor] : m_before) archive.put("loramoe.before." + name, tensor);
    }
    void loadOwn(const Archive& archive) override {
        m_start = archive.value("loramoe.start").get<double>();
        m_before.clear();
        for (const auto& [name, tensor] : ownWeights(task().model, openedWeights()))
            if (archive.has("loramoe.before." + name))
                m_before[name] = archive.tensor("loramoe.before." + name).clone().to(tensor.device());
    }

    LoraMoeOptions m_options;
    double m_start = 0;     ///< the mean loss when the phase began
    NamedTensors m_before;  ///< tensors of the model that are trained too, from then
    std::unique_ptr<RoutedAdapters> m_routed;
};

}  // namespace

std::unique_ptr<RecoverySession> LoraMoeRecovery::make(RecoveryTask task, const Options& options) {
    return std::make_unique<LoraMoeSession>(std::move(task), options);
}

}  // namespace lorashear
