#include "core/prune/methods/lhspg.h"

#include "core/base/error.h"
#include "core/prune/dense_refit.h"
#include "core/prune/methods/fading_groups.h"
#include "core/prune/methods/group_choice.h"
#include "core/prune/methods/half_space.h"
#include "core/prune/pruning_method.h"
#include "core/prune/weight_edits.h"
#include "core/trace/group_list.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <cmath>

// LHSPG, from the paper's Algorithm 4 to what runs here.
//
// After a warm-up of the adapters, P periods follow. A period picks the K/P groups that matter least (the paper prints K/T_p, which
// would not add up to K) and drives their rows x_g to exact zero over T_p training steps, while A and the B rows of everything else
// learn to do without them: that is how knowledge moves. The paper's step is
//
//   x~ = x + s B A - lambda_g x / ||x||          (Eq. 2)
//
// followed by the half-space projection, which sets x~ to zero if <x~, x> < epsilon ||x||^2.
//
// lambda_g is only said to be "selected upon the length of the period". The one choice that depends on nothing else and arrives
// at zero exactly is lambda_g = ||x^|| / (T_p - t), with x^ = x + s B A the effective rows: then
//
//   x~ = x^ (T_p - t - 1) / (T_p - t),
//
// and the norm falls linearly to zero at t = T_p - 1. Since W x + s B A x is what the rows do, multiplying x^ by q is the same
// as multiplying a scale c on the rows of W and the rows of B by q. So base weights are never written: they may be mapped from
// disk or shared with the dense model. Rows at zero stay there: their gradients are cleared before each update and their
// moments forgotten ("dead").
//
// Two things go beyond the paper, both optional. Groups are picked by curvature (core/prune/curvature.cpp), and while a
// group fades, its consumer's other columns receive their share of the least-squares repair in equal parts, one a step. The
// consumer then has an fp32 weight of its own (WeightEdits); everything else works as before.
//
// The periods' choices need not be made on what the cuts before have left. A model that has been cut and has not recovered ranks its groups by what hurts
// now, and that is not what will hurt once it has recovered; nor does its output tell what a consumer should give out. Three options go by the
// model as it was before the first step (algorithm.md 4.8): `order` ranks once, `repair_from` takes compensation from there, so that the periods'
// shares add up to what one cut would get, and `refit` fits consumers to the dense outputs when groups have gone.
//
// Nor need the ranking have the last word. With `over_selection` more groups start to fade than go, and in the middle of the period the half-space test decides
// (half_space.h): whose rows training has moved furthest from where they pointed goes on to zero, the others grow back as they faded.
//
// "literal" is Eq. 2 by its letter, for comparisons: rows of W in fp32 copies absorb s B A, lose 1/(T_p - t) of their former
// value, B rows are zeroed each step, the last step forces zero (the linear schedule alone leaves s B A behind), and live
// rows are merged when the period ends.
//
// Merging keeps A and the moments of B (function and A are unchanged, so is B's gradient) and clears the moments of A. Groups
// of the next period are picked before the merge: right after it B = 0, and every score made of B A would be constant.

namespace lorashear {

namespace {

class LhspgSession : public PruningSession {
public:
    LhspgSession(PruningTask task, const LhspgOptions& options)
        : m_task(std::move(task)),
          m_options(options),
          m_groups(m_task.model, m_task.structure, m_task.trainer.optimizer()),
          m_warmup(options.warmupSteps),
          m_periods(options.periods),
          m_length(options.periodSteps),
          m_literal(options.realisation == LhspgOptions::Realisation::Literal),
          m_merge(m_literal || options.mergePeriods) {
        requireConsistent(options);
        if (options.looksAtDense()) m_dense = frozenCopy(m_task.model);
    }

    std::int64_t totalSteps() const override { return m_warmup + m_periods * m_length; }
    bool done() const override { return m_step >= totalSteps(); }
    const std::vector<GroupRef>& chosen() const override { return m_chosen; }
    StepReport step() override;
    void watchProjection(bool on) override { m_watched = on; }
    ProjectionReport projection() const override { return m_seen; }
    void save(Archive& archive) const override;
    void load(const Archive& archive) override;

private:
    /// A linear's rows before the optimizer's step, for the half-space test.
    std::vector<RowState> rowStates() const;
    void pick(std::int64_t period);
    void choose(double fraction);
    double fractionAfter(std::int64_t period) const {
        return static_cast<double>(period + 1) / static_cast<double>(m_periods);
    }
    const GroupSaliency& denseOrderScores();
    void findRepairs(const GroupRequest& request);
    void letFade(std::int64_t period);
    void decide(std::int64_t period);
    void growBack(std::int64_t t);
    PruningTask denseTask() const {
        return {*m_dense, m_task.structure, m_task.plan, m_task.trainer, m_task.calibration, m_task.control};
    }
    void shrink(std::int64_t t, const std::vector<RowState>& before);
    std::vector<double> factors(double q, const std::vector<GroupRef>& fading, const RowProducts& products) const;
    void literalShrink(std::int64_t t);
    double growth(std::int64_t t) const;
    void reportReturning(std::int64_t t, const RowProducts& seen);
    void repairShare(std::int64_t t);
    void endPeriod(std::int64_t period);
    void refit();
    void mergeLive();
    std::vector<GroupRef> stillFading() const;

    PruningTask m_task;
    LhspgOptions m_options;
    FadingGroups m_groups;
    WeightEdits m_edits;
    std::int64_t m_warmup, m_periods, m_length;
    bool m_literal, m_merge;
    std::unique_ptr<CausalLM> m_dense;  ///< the model before the first step; null where no option asks for it
    std::int64_t m_step = 0;
    std::int64_t m_picked = 0;       ///< periods whose groups have been picked
    std::vector<GroupRef> m_chosen;  ///< all picked so far
    GroupChoice m_now;               ///< of the period at hand
    HalfSpaceChoice m_test;          ///< of the period at hand, where more fade than go
    GroupSaliency m_order;           ///< of the dense model, once it has been ranked
    bool m_watched = false;
    bool m_undecided = false;  ///< more fade than go, and the test has not been made: nobody goes early
    ProjectionReport m_seen;
};

StepReport LhspgSession::step() {
    m_task.control.poll();
    const bool warm = m_step < m_warmup;
    const auto period = warm ? -1 : (m_step - m_warmup) / m_length;
    const auto t = warm ? 0 : (m_step - m_warmup) % m_length;
    if (!warm && m_picked <= period) pick(period);
    const bool tests = m_options.epsilon > 0 || m_watched;
    m_undecided = m_test.open() && t < m_length / 2;
    const auto before = !warm && tests && !m_literal ? rowStates() : std::vector<RowState>();
    m_seen = {};

    auto report = m_task.trainer.step(pruningRate(m_task, m_options.rateWarmup, m_step), [this] { m_groups.holdDead(); });
    report.phase = warm ? "warmup" : "period " + std::to_string(period + 1) + "/" + std::to_string(m_periods);
    if (!warm) {
        m_literal ? literalShrink(t) : shrink(t, before);
        growBack(t);
        repairShare(t);
        if (m_test.open() && t + 1 == m_length / 2) decide(period);
    }
    ++m_step;
    if (!warm && t == m_length - 1) endPeriod(period);
    m_groups.tell(report, m_task.plan);
    return report;
}

void LhspgSession::pick(std::int64_t period) {
    m_picked = period + 1;
    if (m_options.overSelects()) return letFade(period);
    choose(fractionAfter(period));
    m_chosen.insert(m_chosen.end(), m_now.groups.begin(), m_now.groups.end());
    m_groups.startFading(m_now.groups);
}

// Fills m_now with what takes the groups chosen so far to this fraction of the quotas, and with its repairs.
void LhspgSession::choose(double fraction) {
    const bool denseOrder = m_options.order == LhspgOptions::Order::Dense;
    const bool denseRepair = m_options.repairFrom == LhspgOptions::RepairFrom::Dense;
    const GroupRequest request{m_chosen, fraction, m_length};
    if (!denseOrder) {
        GroupChoiceOptions options = m_options;
        options.compensation = options.compensation && !denseRepair;
        m_now = chooseGroups(m_task, options, request);
        if (denseRepair) findRepairs(request);
        return;
    }
    m_now = {selectGroups(m_task.plan, m_task.structure, denseOrderScores(), m_chosen, fraction), {}, {}};
    findRepairs(request);
}

const GroupSaliency& LhspgSession::denseOrderScores() {
    if (m_order.scores.empty()) m_order = orderGroups(denseTask(), m_options, m_options.periods, m_periods * m_length).order;
    return m_order;
}

// Of the groups in m_now.
void LhspgSession::findRepairs(const GroupRequest& request) {
    const bool dense = m_options.repairFrom == LhspgOptions::RepairFrom::Dense;
    if (m_options.compensation)
        m_now.repairs = repairsOf(dense ? denseTask() : m_task, m_options, request, m_now.groups, dense);
}

// The candidates of a period; who of them goes is not known yet.
void LhspgSession::letFade(std::int64_t period) {
    const double times = (static_cast<double>(period) + m_options.overSelection) / static_cast<double>(m_periods);
    const auto more = withMore(m_task.plan, m_task.structure, times);
    const bool dense = m_options.order == LhspgOptions::Order::Dense;
    GroupChoiceOptions options = m_options;
    options.compensation = false;
    PruningTask task{m_task.model, m_task.structure, more, m_task.trainer, m_task.calibration, m_task.control};
    auto candidates = dense ? selectGroups(more, m_task.structure, denseOrderScores(), m_chosen, 1.0)
                            : chooseGroups(task, options, {m_chosen, 1.0, m_length}).groups;
    m_groups.startFading(candidates);
    m_now = {candidates, {}, {}};
    m_test.begin(std::move(candidates), m_groups);
}

void LhspgSession::decide(std::int64_t period) {
    m_now = {m_test.decide(m_groups, m_task.plan, m_task.structure, m_chosen, fractionAfter(period)), {}, {}};
    findRepairs({m_chosen, fractionAfter(period), m_length});
    m_chosen.insert(m_chosen.end(), m_now.groups.begin(), m_now.groups.end());
}

// Factor of one step on the rows of groups that return.
double LhspgSession::growth(std::int64_t t) const {
    const auto length = static_cast<double>(m_length), half = static_cast<double>(m_length / 2);
    const double start = 1 - half / length, step = (1 - start) / (length - half);
    const double now = start + step * (static_cast<double>(t) - half);
    return (now + step) / now;
}

// Beside those that go, for who watches: the test is no longer about them.
void LhspgSession::reportReturning(std::int64_t t, const RowProducts& seen) {
    const auto& returning = m_test.returning();
    if (returning.empty()) return;
    const double factor = growth(t);
    const std::vector<double> after(returning.size(), factor);
    const auto back = reportOf(m_groups, returning, seen, {m_options.epsilon, factor, false}, after);
    const auto append = [](auto& to, const auto& more) { to.insert(to.end(), more.begin(), more.end()); };
    append(m_seen.groups, back.groups), append(m_seen.before, back.before), append(m_seen.cosine, back.cosine);
    append(m_seen.along, back.along), append(m_seen.norm, back.norm);
    m_seen.returning.resize(m_seen.groups.size(), 1);
}

// As they faded, so that nothing jumps: over what is left of the period, linearly to 1.
void LhspgSession::growBack(std::int64_t t) {
    const auto& returning = m_test.returning();
    if (returning.empty()) return;
    m_groups.scale(returning, std::vector<double>(returning.size(), growth(t)));
    if (t + 1 == m_length) m_groups.revive(returning);
}

std::vector<RowState> LhspgSession::rowStates() const {
    std::vector<RowState> states;
    for (const auto& member : m_groups.members()) states.push_back(copyOf(rowState(*member.linear)));
    return states;
}

std::vector<GroupRef> LhspgSession::stillFading() const {
    std::vector<GroupRef> fading;
    for (const auto& group : m_now.groups)
        if (!m_groups.dead(group)) fading.push_back(group);
    return fading;
}

// q for every group, 0 where the half-space test says that the group may go at once: <q x^, x> < epsilon ||x||^2.
std::vector<double> LhspgSession::factors(double q, const std::vector<GroupRef>& fading, const RowProducts& seen) const {
    std::vector<double> result(fading.size(), q);
    if (m_options.epsilon <= 0 || m_undecided) return result;
    for (std::size_t g = 0; g < fading.size(); ++g) {
        const auto n = m_groups.number(fading[g]);
        if (q * seen.across.data_ptr<double>()[n] < m_options.epsilon * seen.old.data_ptr<double>()[n]) result[g] = 0;
    }
    return result;
}

void LhspgSession::shrink(std::int64_t t, const std::vector<RowState>& before) {
    const auto left = static_cast<double>(m_length - t);
    const auto fading = stillFading();
    const RowProducts seen = before.empty() ? RowProducts() : rowProducts(m_groups, before, m_watched);
    const auto q = factors((left - 1) / left, fading, seen);
    if (m_watched) {
        m_seen = reportOf(m_groups, fading, seen, {m_options.epsilon, (left - 1) / left, t == m_length - 1}, q);
        reportReturning(t, seen);
    }
    m_groups.scale(fading, q);
    std::vector<GroupRef> gone;
    for (std::size_t g = 0; g < fading.size(); ++g)
        if (q[g] == 0) gone.push_back(fading[g]);
    if (!gone.empty()) m_groups.kill(gone);
}

void LhspgSession::literalShrink(std::int64_t t) {
    at::NoGradGuard guard;
    const auto left = static_cast<double>(m_length - t);
    const auto fading = stillFading();
    auto mark = at::zeros({m_groups.groupNumbers() + 1}, at::kBool);
    for (const auto& group : fading) mark.data_ptr<bool>()[m_groups.number(group)] = true;

    std::vector<at::Tensor> across, old, now;
    for (const auto& member : m_groups.members()) {
        auto& linear = *member.linear;
        const auto rows = mark.to(member.group.device()).index_select(0, member.group);
        across.push_back(at::zeros({linear.out()}, at::kFloat));
        old.push_back(at::zeros({linear.out()}, at::kFloat));
        now.push_back(at::zeros({linear.out()}, at::kFloat));
        if (!rows.any().item<bool>()) continue;
        const auto index = rows.nonzero().squeeze(1);
        auto& weight = m_edits.own(linear);
        const auto x = weight.index_select(0, index);
        auto next = x * (1 - 1 / left);
        if (linear.hasAdapter()) {
            next.addmm_(linear.b.detach().index_select(0, index), linear.a.detach(), 1, linear.scale);
            linear.b.detach().masked_fill_(rows.unsqueeze(1), 0);
        }
        weight.index_copy_(0, index, next);
        across.back().index_copy_(0, index.cpu(), (next * x).sum(1).cpu());
        old.back().index_copy_(0, index.cpu(), (x * x).sum(1).cpu());
        if (m_watched) now.back().index_copy_(0, index.cpu(), (next * next).sum(1).cpu());
    }
    const RowProducts seen{m_groups.sumByGroup(across), m_groups.sumByGroup(old), m_groups.sumByGroup(now)};
    std::vector<GroupRef> gone;
    std::vector<double> after;
    for (const auto& group : fading) {
        const auto n = m_groups.number(group);
        const bool goes =
            t == m_length - 1 || seen.across.data_ptr<double>()[n] < m_options.epsilon * seen.old.data_ptr<double>()[n];
        if (goes) gone.push_back(group);
        after.push_back(goes ? 0 : 1);
    }
    if (m_watched) m_seen = reportOf(m_groups, fading, seen, {m_options.epsilon, 1, t == m_length - 1}, after);
    if (!gone.empty()) m_groups.kill(gone);
}

void LhspgSession::repairShare(std::int64_t t) {
    at::NoGradGuard guard;
    const bool atDeath = m_options.repairAt == LhspgOptions::RepairAt::Death;
    if (atDeath && t + 1 < m_length) return;
    const auto steps = m_test.open() ? m_length - m_length / 2 : m_length;  // after the decision
    for (const auto& [name, change] : m_now.repairs)
        m_edits.own(*m_task.model.linear(name)).add_(change, atDeath ? 1.0 : 1.0 / static_cast<double>(steps));
}

void LhspgSession::endPeriod(std::int64_t period) {
    for (const auto& group : m_now.groups)
        if (!m_groups.dead(group))
            throw Error(ErrorCode::Internal, "lhspg", "a group has not reached zero at the end of its period");
    m_now = {};
    m_test.end();
    if (period + 1 == m_periods && static_cast<int>(m_chosen.size()) != m_task.plan.removed())
        throw Error(ErrorCode::Internal, "lhspg", "as many groups as the plan takes away have not gone");
    using Refit = LhspgOptions::Refit;
    if (m_options.refit == Refit::Death || (m_options.refit == Refit::End && period + 1 == m_periods)) refit();
    if (!m_merge) return;
    // The rows of the next period start fading only with its first step; they are merged like the others.
    if (period + 1 < m_periods) pick(period + 1);
    mergeLive();
}

void LhspgSession::refit() {
    const auto& training = m_task.trainer.options();
    const auto calibration = calibrationFor(m_task, m_options, m_length);
    refitToDense({m_task.model, *m_dense, m_task.structure, calibration, m_options.damping, training.batch, training.compute,
                  m_task.control},
                 m_chosen, m_edits);
}

void LhspgSession::mergeLive() {
    at::NoGradGuard guard;
    for (auto* linear : m_task.model.linears()) {
        if (!linear->hasAdapter()) continue;
        m_edits.own(*linear).addmm_(linear->b.detach(), linear->a.detach(), 1, linear->scale);
        linear->b.detach().zero_();
        m_task.trainer.optimizer().forgetRows(linear->a, 0, linear->a.size(0));
    }
}

void LhspgSession::save(Archive& archive) const {
    archive.values["lhspg.step"] = m_step;
    archive.values["lhspg.picked"] = m_picked;
    archive.values["lhspg.chosen"] = groupsToJson(m_chosen);
    archive.values["lhspg.now"] = groupsToJson(m_now.groups);
    archive.values["lhspg.order"] = m_order.scores;
    auto repaired = nlohmann::json::array();
    for (const auto& [name, change] : m_now.repairs) {
        repaired.push_back(name);
        archive.put("lhspg.repair." + name, change);
    }
    archive.values["lhspg.repaired"] = repaired;
    m_groups.save(archive, "lhspg.");
    m_test.save(archive, "lhspg.test.", m_groups);
    m_edits.save(m_task.model, archive, "lhspg.");
}

void LhspgSession::load(const Archive& archive) {
    m_step = archive.value("lhspg.step").get<std::int64_t>();
    m_picked = archive.value("lhspg.picked").get<std::int64_t>();
    m_chosen = groupsFromJson(archive.value("lhspg.chosen"));
    m_now = {};
    m_now.groups = groupsFromJson(archive.value("lhspg.now"));
    for (const auto& name : archive.value("lhspg.repaired"))
        m_now.repairs[name.get<std::string>()] =
            archive.tensor("lhspg.repair." + name.get<std::string>()).to(m_task.model.device());
    if (archive.values.contains("lhspg.order"))  // not written by an older program
        m_order.scores = archive.value("lhspg.order").get<std::vector<std::vector<double>>>();
    m_groups.load(archive, "lhspg.");
    m_test.load(archive, "lhspg.test.", m_groups);
    m_edits.load(m_task.model, archive, "lhspg.");
}

}  // namespace

std::unique_ptr<PruningSession> Lhspg::make(PruningTask task, const Options& options) {
    return std::make_unique<LhspgSession>(std::move(task), options);
}

MethodRanking Lhspg::rank(const PruningTask& task, const Options& options) {
    requireConsistent(options);
    if (options.order != LhspgOptions::Order::Dense) return rankGroups(task, options, options.periodSteps);
    const std::int64_t steps = std::int64_t{options.periods} * options.periodSteps;
    GroupOrder ranked = orderGroups(task, options, options.periods, steps);
    auto groups = selectGroups(task.plan, task.structure, ranked.order, {}, 1.0);
    return {std::move(ranked.scores), std::move(groups)};
}

}  // namespace lorashear
