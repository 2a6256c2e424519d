#include "core/recover/schemes/prunelora.h"

#include "core/compact/group_masks.h"
#include "core/recover/phased_recovery.h"
#include "core/recover/unlearning.h"
#include "core/trace/tracer.h"

#include <algorithm>

namespace lorashear {

namespace {

struct ForgetAndRetain {
    RecoveryTask task;                                 ///< its phases hold what stays
    std::vector<std::vector<RecoverySource>> forgets;  ///< by phase
};

ForgetAndRetain apart(RecoveryTask given, const std::vector<std::string>& names) {
    std::vector<std::vector<RecoverySource>> forgets;
    for (RecoveryPhasePlan& phase : given.phases) {
        auto& out = forgets.emplace_back();
        std::vector<RecoverySource> stay;
        for (RecoverySource& source : phase.sources) {
            const bool goes = std::find(names.begin(), names.end(), source.name) != names.end();
            (goes ? out : stay).push_back(std::move(source));
        }
        phase.sources = std::move(stay);
    }
    return {std::move(given), std::move(forgets)};
}

class PruneLoraSession : public PhasedRecovery {
public:
    PruneLoraSession(ForgetAndRetain sets, const PruneLoraOptions& options)
        : PhasedRecovery(std::move(sets.task)), m_options(options), m_forgets(std::move(sets.forgets)) {}

    bool adaptersTellAll() const override { return m_options.share == 0 && PhasedRecovery::adaptersTellAll(); }

private:
    std::int64_t roundSteps() const override { return phase().stepsPerRound; }
    std::vector<double> shares(const RecoveryRound&, const std::vector<double>&) override {
        return fixedShares(m_options.shares == SourceShares::Even);
    }
    bool keeps(const RecoveryRound& measured, const std::optional<double>& best) override {
        return m_options.keep == KeptState::Last || !best || measured.objective < *best;
    }
    void alsoMeasure(RecoveryRound& round) const override {
        for (const RecoverySource& source : m_forgets[phaseIndex()]) {
            round.sources.push_back(source.name);
            round.nll.push_back(heldOutNll(source));
            round.reference.push_back(source.reference);
            round.weights.push_back(0);
        }
    }

    bool continuesAdapters() const override { return false; }
    // Once, on the model as it came, before its first adapters.
    void attach(std::uint64_t seed) override {
        if (!m_chosen) choose();
        PhasedRecovery::attach(seed);
    }
    void choose() {
        std::vector<Sequence> forget, retain;
        for (std::size_t p = 0; p < task().phases.size(); ++p) {
            for (const RecoverySource& source : m_forgets[p]) take(source, forget);
            for (const RecoverySource& source : task().phases[p].sources) take(source, retain);
        }
        const auto structure = traceStructure(task().model);
        const TrainerOptions& training = task().training.training;
        const bool second = m_options.importance == PruneLoraOptions::Importance::Second;
        if (m_options.share > 0)
            m_removed = groupsToForget(
                {task().model, structure, forget, retain, second, training.batch, training.compute, task().control},
                m_options.share);
        applyMasks(task().model, structure, m_removed);
        m_chosen = true;
    }
    void take(const RecoverySource& source, std::vector<Sequence>& into) const {
        const auto count = std::min(source.training.size(), static_cast<std::size_t>(m_options.calibrationSequences));
        into.insert(into.end(), source.training.begin(), source.training.begin() + static_cast<std::ptrdiff_t>(count));
    }

    // Masks hold the zeros while adapters train; what leaves the phase has them in its weights.
    void afterPhase() override {
        foldMasks(task().model);
        if (phaseIndex() + 1 == task().phases.size()) clearMasks();
    }
    void clearMasks() const {
        for (auto* linear : task().model.linears()) linear->mask = at::Tensor();
    }

    void saveOwn(Archive& archive) const override {
        archive.values["prunelora.chosen"] = m_chosen;
        auto& removed = archive.values["prunelora.removed"] = nlohmann::json::array();
        for (const GroupRef& group : m_removed) removed.push_back({group.nodeGroup, group.index});
    }
    void loadOwn(const Archive& archive) override {
        m_chosen = archive.value("prunelora.chosen").get<bool>();
        m_removed.clear();
        for (const auto& group : archive.value("prunelora.removed"))
            m_removed.push_back({group.at(0).get<int>(), group.at(1).get<int>()});
        applyMasks(task().model, traceStructure(task().model), m_removed);
        if (!done()) return;
        foldMasks(task().model);
        clearMasks();
    }

    PruneLoraOptions m_options;
    std::vector<std::vector<RecoverySource>> m_forgets;
    bool m_chosen = false;
    std::vector<GroupRef> m_removed;
};

}  // namespace

std::unique_ptr<RecoverySession> PruneLoraRecovery::make(RecoveryTask task, const Options& options) {
    return std::make_unique<PruneLoraSession>(apart(std::move(task), options.forget), options);
}

}  // namespace lorashear
