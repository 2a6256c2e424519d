#include "ui/controller/lock_prices.h"

#include "core/plan/glob.h"
#include "ui/controller/session.h"
#include "ui/theme/format.h"
#include "ui/theme/tr.h"

#include <algorithm>
#include <cmath>

namespace lorashear::ui {

namespace {

constexpr int kPadlockRestMilliseconds = 150;  ///< a slider that moves asks for no prices

bool anyMatches(const std::vector<std::string>& patterns, const std::string& name) {
    return std::any_of(patterns.begin(), patterns.end(), [&](const auto& pattern) { return globMatches(pattern, name); });
}

/// Rules that close others as well go on closing those.
void openPadlock(PlanOptions& options, const Structure& structure, const NodeGroup& one) {
    std::vector<std::string> kept;
    for (const std::string& rule : options.protect) {
        if (!globMatches(rule, one.name)) {
            kept.push_back(rule);
            continue;
        }
        for (const NodeGroup& group : structure.nodeGroups)
            if (group.id != one.id && globMatches(rule, group.name)) kept.push_back(group.name);
    }
    options.protect = std::move(kept);
    if (!anyMatches(options.allow, one.name)) options.allow.push_back(one.name);
}

void shutPadlock(PlanOptions& options, const NodeGroup& one) {
    std::erase(options.allow, one.name);
    options.protect.push_back(one.name);
}

/// Parameters that go from what is closed in one plan and not in the other.
double heldBack(const Structure& structure, const WhatIf::Size& opened, const WhatIf::Size& closed,
                const std::vector<int>& nodeGroups) {
    double held = 0;
    for (const int id : nodeGroups)
        held += double(opened.removed[std::size_t(id)] - closed.removed[std::size_t(id)]) *
                double(structure.nodeGroups[std::size_t(id)].parametersPerGroup);
    return held;
}

QString signedNumber(double value) {
    return (value < 0 ? QStringLiteral("−") : QStringLiteral("+")) + formatNumber(std::abs(value), 2);
}

}  // namespace

LockPrices::LockPrices(const Session& session, const WhatIf& whatIf, QObject* parent)
    : QObject(parent), m_session(session), m_whatIf(whatIf) {
    m_rest.setSingleShot(true);
    m_rest.setInterval(kPadlockRestMilliseconds);
    m_work.setInterval(0);
    connect(&m_rest, &QTimer::timeout, this, &LockPrices::begin);
    connect(&m_work, &QTimer::timeout, this, &LockPrices::work);
    connect(&session, &Session::planChanged, this, &LockPrices::restart);
    connect(&whatIf, &WhatIf::changed, this, [this] {  // the same plans, foretold better
        if (m_wanted) m_rest.start();
    });
}

void LockPrices::setWanted(bool wanted) {
    if (m_wanted == wanted) return;
    m_wanted = wanted;
    restart();
}

const LockPrice* LockPrices::of(int nodeGroup) const {
    const auto at = m_ofGroup.find(nodeGroup);
    return at == m_ofGroup.end() ? nullptr : &at->second;
}

const LockPrice* LockPrices::ofRule(const std::string& rule) const {
    const auto at = m_ofRule.find(rule);
    return at == m_ofRule.end() ? nullptr : &at->second;
}

void LockPrices::restart() {
    m_work.stop();
    m_jobs.clear();
    m_ofGroup.clear();
    m_ofRule.clear();
    if (m_wanted)
        m_rest.start();
    else
        m_rest.stop();
}

void LockPrices::begin() {
    m_jobs.clear();
    const auto& plan = m_session.plan().plan;
    if (!plan || !plan->edits.empty()) return;  // what is cut at once has no masks to foretell by
    const PlanOptions& options = m_session.recipe().plan;
    m_now = m_whatIf.sizeOf(options);
    for (const NodeGroup& group : m_session.structure()->nodeGroups) {
        const Unit* unit = unitOf(group);
        const auto settings = unit ? options.units.find(unit->id) : options.units.end();
        if (group.prunable && unit && unit->fades && settings != options.units.end() && settings->second.take)
            m_jobs.push_back({group.id});
    }
    for (const std::string& rule : options.protect) m_jobs.push_back({-1, rule});
    m_work.start();
}

void LockPrices::work() {
    if (m_jobs.empty()) {
        m_work.stop();
        Q_EMIT changed();
        return;
    }
    const Job job = m_jobs.back();
    m_jobs.pop_back();
    LockPrice price = priceOf(job);
    if (job.nodeGroup >= 0)
        m_ofGroup[job.nodeGroup] = std::move(price);
    else
        m_ofRule[job.rule] = std::move(price);
}

LockPrice LockPrices::priceOf(const Job& job) const {
    const Structure& structure = *m_session.structure();
    PlanOptions other = m_session.recipe().plan;
    LockPrice result;
    std::vector<int> closed;
    if (job.nodeGroup >= 0) {
        const NodeGroup& one = structure.nodeGroups[std::size_t(job.nodeGroup)];
        const NodeGroupBudget& budget = m_session.plan().plan->budgets[std::size_t(job.nodeGroup)];
        result.shut = anyMatches(other.protect, one.name) || !budget.prunable;
        result.shut ? openPadlock(other, structure, one) : shutPadlock(other, one);
        closed = {one.id};
    } else {
        result.shut = true;
        std::erase(other.protect, job.rule);
        for (const NodeGroup& group : structure.nodeGroups)
            if (globMatches(job.rule, group.name)) closed.push_back(group.id);
    }
    const WhatIf::Size there = m_whatIf.sizeOf(other);
    result.possible = !there.removed.empty() && !m_now.removed.empty();
    if (!result.possible) return result;
    const WhatIf::Size &opened = result.shut ? there : m_now, &shutSize = result.shut ? m_now : there;
    result.price = asShown(lorashear::ui::priceOf(opened, shutSize, m_whatIf.baseline()), m_now, m_whatIf, result.shut);
    result.parameters = heldBack(structure, opened, shutSize, closed);
    if (m_session.model())
        result.bytes = result.parameters * double(m_session.model()->weightBytes) / double(structure.parameters);
    return result;
}

QString lockNote(const LockPrice& price) {
    if (!price.shut || !price.possible || price.price.known == PlanPrice::Known::Nothing) return {};
    const QString mark = price.price.known == PlanPrice::Known::Estimate ? QStringLiteral("≈ ") : QString();
    return tr("lock %1").arg(mark + signedNumber(price.price.after - price.price.before));
}

QString lockFigures(const LockPrice& price) {
    const QString held = tr("≈ %1 parameters, %2").arg(formatCount(price.parameters), formatBytes(price.bytes));
    const QString change = perplexityChange(price.price);
    return change.isEmpty() ? held : tr("%1; perplexity %2").arg(held, change);
}

QString lockWords(const LockPrice& price) {
    if (!price.possible) return price.shut ? QString() : tr("With a padlock here the ratio could not be met.");
    const QString held = tr("≈ %1 parameters, %2").arg(formatCount(price.parameters), formatBytes(price.bytes));
    const QString change = perplexityChange(price.price);
    if (price.shut)
        return change.isEmpty()
                   ? tr("The padlock holds back %1; an analysis tells what that costs.").arg(held)
                   : tr("The padlock holds back %1; perplexity at this ratio without and with it: %2.").arg(held, change);
    return change.isEmpty()
               ? tr("A padlock would hold back %1.").arg(held)
               : tr("A padlock would hold back %1; perplexity at this ratio without and with it: %2.").arg(held, change);
}

}  // namespace lorashear::ui
