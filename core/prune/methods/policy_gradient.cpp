#include "core/prune/methods/policy_gradient.h"

#include "core/base/error.h"
#include "core/base/random.h"
#include "core/compact/group_masks.h"
#include "core/knowledge/saliency.h"
#include "core/prune/methods/fading_groups.h"
#include "core/prune/methods/forward_loss.h"
#include "core/prune/methods/group_choice.h"
#include "core/prune/methods/group_pools.h"
#include "core/prune/methods/keep_probabilities.h"
#include "core/prune/methods/training_rate.h"
#include "core/prune/pruning_method.h"
#include "core/trace/group_list.h"

#include <ATen/ATen.h>

#include <cmath>
#include <map>
#include <numbers>
#include <numeric>

// The search. A step draws masks m ~ Bernoulli(p), one model and its mirror image, runs them forward on one batch, and moves p against
// policyGradient() of their losses; then p is brought back to the plan: in every pool the probabilities sum to what is to be kept. In the end
// the groups with the lowest probabilities go.
//
// Three things differ from the original, so that the estimate is what it is called:
//
//  - Its baseline already contains the losses of the step at hand, and it divides by K - 1, which belongs to a leave-one-out baseline: its
//    steps are K / (K - 1) times too long. Here the baseline is made of the steps before (the first step only sets it), and K divides.
//  - It projects only from above (mean(p) <= rate), so that the search drifts to sparser models than asked for. Here the sum is met exactly.
//  - A draw whose loss is not a number vanishes from its sum but not from its divisor. Here that is an error.
//
// Steps are measured in units of the losses' usual distance from the baseline, known from the steps before too: so one rate fits all losses.

namespace lorashear {

namespace {

const std::map<std::string, ForwardLoss>& forwardLossNames() {
    static const std::map<std::string, ForwardLoss> names = {{"nll", ForwardLoss::Nll},
                                                             {"kl", ForwardLoss::Kl},
                                                             {"wrong-tokens", ForwardLoss::WrongTokens},
                                                             {"wrong-answers", ForwardLoss::WrongAnswers}};
    return names;
}

/// Takes the masks off again, whatever happens.
class MaskScope {
public:
    explicit MaskScope(const PruningTask& task) : m_task(task) {}
    ~MaskScope() { applyMasks(m_task.model, m_task.structure, {}); }
    MaskScope(const MaskScope&) = delete;
    MaskScope& operator=(const MaskScope&) = delete;

private:
    const PruningTask& m_task;
};

class PolicyGradientSession : public PruningSession {
public:
    PolicyGradientSession(PruningTask task, const PolicyGradientOptions& options)
        : m_task(std::move(task)),
          m_options(options),
          m_loss(forwardLossNames().at(options.loss)),
          m_groups(m_task.model, m_task.structure, m_task.trainer.optimizer()),
          m_pools(poolsOf(m_task.plan, m_task.structure)) {}

    std::int64_t totalSteps() const override { return std::int64_t{m_options.steps} + m_options.settleSteps; }
    bool done() const override { return m_step >= totalSteps(); }
    const std::vector<GroupRef>& chosen() const override { return m_chosen; }
    StepReport step() override;
    void save(Archive& archive) const override;
    void load(const Archive& archive) override;

private:
    void start();
    void project();
    std::vector<double> draw(std::int64_t pair) const;
    double searchStep(const std::vector<PaddedBatch>& parts);
    MaskSample lossUnder(const std::vector<bool>& kept, const std::vector<PaddedBatch>& parts,
                         const std::vector<at::Tensor>& reference, double& nll) const;
    void move(const std::vector<MaskSample>& samples);
    void learnBaseline(const std::vector<MaskSample>& samples);
    void choose();
    std::vector<double> flat() const;

    PruningTask m_task;
    PolicyGradientOptions m_options;
    ForwardLoss m_loss;
    FadingGroups m_groups;
    std::vector<GroupPool> m_pools;
    PoolValues m_keep;  ///< probabilities; empty before the first step
    double m_baseline = 0, m_spread = 0;
    std::int64_t m_step = 0;
    std::vector<GroupRef> m_chosen;
};

/// (x - mean) / deviation of each node group's groups in the pool; 0 where all are alike.
std::vector<double> standardised(const GroupPool& pool, const GroupSaliency& saliency) {
    std::map<int, std::pair<double, double>> moments;  // mean, deviation
    for (const GroupRef& group : pool.groups) {
        if (moments.count(group.nodeGroup)) continue;
        const auto& all = saliency.scores.at(static_cast<std::size_t>(group.nodeGroup));
        const double n = static_cast<double>(all.size()), mean = std::accumulate(all.begin(), all.end(), 0.0) / n;
        double square = 0;
        for (const double x : all) square += (x - mean) * (x - mean) / n;
        moments[group.nodeGroup] = {mean, std::sqrt(square)};
    }
    std::vector<double> result;
    for (const GroupRef& group : pool.groups) {
        const auto [mean, deviation] = moments.at(group.nodeGroup);
        const double x = saliency.scores[static_cast<std::size_t>(group.nodeGroup)][static_cast<std::size_t>(group.index)];
        result.push_back(deviation > 0 ? (x - mean) / deviation : 0.0);
    }
    return result;
}

void PolicyGradientSession::start() {
    m_keep = poolValues(m_pools, 0.5);
    if (m_options.start != "even") {
        const bool data = m_options.start != "magnitude";
        if (data)
            collectStatistics(m_task.model, spreadSequences(m_task.calibration, m_options.calibrationSequences), false,
                              m_task.trainer.options().batch, m_task.trainer.options().compute, m_task.control);
        const auto saliency = saliencyOf(m_task.model, m_task.structure, m_options.start);
        if (data) clearStatistics(m_task.model);
        for (std::size_t p = 0; p < m_pools.size(); ++p) {
            m_keep[p] = standardised(m_pools[p], saliency);
            for (double& value : m_keep[p]) value = 1 / (1 + std::exp(-value));
        }
    }
    project();
}

void PolicyGradientSession::project() {
    for (std::size_t p = 0; p < m_pools.size(); ++p) {
        const double share = m_pools[p].toKeep() / static_cast<double>(m_pools[p].groups.size());
        projectToSum(m_keep[p], m_pools[p].toKeep(), std::min({m_options.exploration, share / 2, (1 - share) / 2}));
    }
}

std::vector<double> PolicyGradientSession::flat() const {
    std::vector<double> all;
    for (const auto& pool : m_keep) all.insert(all.end(), pool.begin(), pool.end());
    return all;
}

// A pure function of seed, step and pair.
std::vector<double> PolicyGradientSession::draw(std::int64_t pair) const {
    const auto groups = flat().size();
    Random random(m_task.trainer.options().seed, "policy-gradient");
    random.seek(static_cast<std::uint64_t>(m_step * m_options.pairs + pair) * groups);
    std::vector<double> u;
    for (std::size_t i = 0; i < groups; ++i) u.push_back(random.uniform());
    return u;
}

MaskSample PolicyGradientSession::lossUnder(const std::vector<bool>& kept, const std::vector<PaddedBatch>& parts,
                                            const std::vector<at::Tensor>& reference, double& nll) const {
    std::vector<GroupRef> gone;
    std::size_t i = 0;
    for (const GroupPool& pool : m_pools)
        for (const GroupRef& group : pool.groups)
            if (!kept[i++]) gone.push_back(group);
    const MaskScope scope(m_task);
    applyMasks(m_task.model, m_task.structure, gone);
    const auto losses = forwardLosses(m_task.model, parts, m_loss, reference, m_task.trainer.options().compute);
    if (!std::isfinite(losses.loss) || !std::isfinite(losses.nll))
        throw Error(ErrorCode::Numeric, "step " + std::to_string(m_step + 1), "the loss of a model drawn is not finite",
                    "Look for NaN or infinity in the weights.");
    nll += losses.nll;
    return {kept, losses.loss};
}

void PolicyGradientSession::move(const std::vector<MaskSample>& samples) {
    const auto gradient = policyGradient(flat(), samples, m_baseline, m_options.preconditioned);
    const double at = static_cast<double>(m_step) / m_options.steps;
    const double rate = m_options.rate * 0.5 * (1 + std::cos(std::numbers::pi * at)) / m_spread;
    std::size_t i = 0;
    for (auto& pool : m_keep)
        for (double& p : pool) p -= rate * gradient[i++];
    project();
}

void PolicyGradientSession::learnBaseline(const std::vector<MaskSample>& samples) {
    const double n = static_cast<double>(samples.size());
    double mean = 0, spread = 0;
    for (const MaskSample& sample : samples) mean += sample.loss / n;
    const double from = m_step == 0 ? mean : m_baseline;
    for (const MaskSample& sample : samples) spread += std::abs(sample.loss - from) / n;
    const double stays = m_step == 0 ? 0 : m_options.baselineDecay;
    m_baseline = stays * m_baseline + (1 - stays) * mean;
    m_spread = stays * m_spread + (1 - stays) * spread;
}

/// Mean token nll of the models drawn.
double PolicyGradientSession::searchStep(const std::vector<PaddedBatch>& parts) {
    const auto reference = referenceStates(m_task.model, parts, m_loss, m_task.trainer.options().compute);
    const auto p = flat();
    std::vector<MaskSample> samples;
    double nll = 0;
    for (int pair = 0; pair < m_options.pairs; ++pair) {
        const auto u = draw(pair);
        for (const bool mirrored : {false, true})
            samples.push_back(lossUnder(keptBy(p, u, mirrored), parts, reference, nll));
    }
    if (m_step > 0 && m_spread > 0) move(samples);
    learnBaseline(samples);
    return nll / static_cast<double>(samples.size());
}

void PolicyGradientSession::choose() {
    m_chosen = selectGroups(m_task.plan, m_task.structure, poolSaliency(m_task.structure, m_pools, m_keep), {}, 1);
    m_groups.kill(m_chosen);
}

StepReport PolicyGradientSession::step() {
    m_task.control.poll();
    const bool searching = m_step < m_options.steps;
    if (searching && m_keep.empty()) start();
    auto report = searching
                      ? m_task.trainer.look([this](const std::vector<PaddedBatch>& parts) { return searchStep(parts); })
                      : m_task.trainer.step(risenRate(m_task.trainer, m_options.rateWarmup, m_step - m_options.steps),
                                            [this] { m_groups.holdDead(); });
    report.phase = searching ? "search" : "settle";
    if (++m_step == m_options.steps) choose();
    m_groups.tell(report, m_task.plan);
    return report;
}

void PolicyGradientSession::save(Archive& archive) const {
    archive.values["policy-gradient.step"] = m_step;
    archive.values["policy-gradient.keep"] = m_keep;
    archive.values["policy-gradient.baseline"] = m_baseline;
    archive.values["policy-gradient.spread"] = m_spread;
    archive.values["policy-gradient.chosen"] = groupsToJson(m_chosen);
    m_groups.save(archive, "policy-gradient.");
}

void PolicyGradientSession::load(const Archive& archive) {
    m_step = archive.value("policy-gradient.step").get<std::int64_t>();
    m_keep = archive.value("policy-gradient.keep").get<PoolValues>();
    m_baseline = archive.value("policy-gradient.baseline").get<double>();
    m_spread = archive.value("policy-gradient.spread").get<double>();
    m_chosen = groupsFromJson(archive.value("policy-gradient.chosen"));
    m_groups.load(archive, "policy-gradient.");
}

}  // namespace

std::unique_ptr<PruningSession> PolicyGradient::make(PruningTask task, const Options& options) {
    return std::make_unique<PolicyGradientSession>(std::move(task), options);
}

}  // namespace lorashear
