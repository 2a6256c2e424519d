#include "ui/controller/standing.h"

#include "ui/controller/session.h"
#include "ui/theme/format.h"
#include "ui/theme/tr.h"

#include <algorithm>

namespace lorashear::ui {

namespace {

const NodeGroup* groupOf(const Session& session, int id) {
    const auto& structure = session.structure();
    return structure && id >= 0 && id < int(structure->nodeGroups.size()) ? &structure->nodeGroups[std::size_t(id)]
                                                                          : nullptr;
}

/// A reason of the engine as a sentence.
QString asSentence(const std::string& reason) {
    QString text = QString::fromStdString(reason);
    if (text.isEmpty()) return text;
    text[0] = text[0].toUpper();
    return text.endsWith(QLatin1Char('.')) ? text : text + QLatin1Char('.');
}

/// What follows for a prunable node group from the analysis, the person's word and the plan.
QString consequence(const Session& session, const NodeGroup& group, bool marked) {
    const Override mine = session.overrideOf(group.id);
    if (mine == Override::Protect) return tr("kept whole because you protect it");
    if (mine == Override::Allow) return tr("may be pruned because you allow it");
    const QString top = formatPercent(session.recipe().analysis.unprunableShare, 0), why = whyKeptWhole(session, group.id);
    if (!marked) return why.isEmpty() ? tr("may be pruned") : tr("kept whole: %1").arg(why.chopped(1));
    if (session.recipe().plan.uniform)
        return tr("among the %1 that tell most, but a plan with equal counts takes from every block").arg(top);
    if (!session.recipe().plan.useKnowledge)
        return tr("among the %1 that tell most, but this plan does not respect the analysis").arg(top);
    return tr("kept whole: among the %1 that tell most").arg(top);
}

/// What stood where the plan's counts are now, until they moved without an edit.
QString beforeWords(const PlanOutcome& now) {
    using Ranking = PlanOutcome::Ranking;
    const QString by = QString::fromStdString(now.before->rankedBy);
    if (now.before->ranking == now.ranking && now.before->rankedBy == now.rankedBy)
        return tr("Before: the same with other marks of the analysis.");
    switch (now.before->ranking) {
        case Ranking::Measured: return tr("Before: what %1 took first then.").arg(by);
        case Ranking::Stale: return tr("Before: by %1, stale.").arg(by);
        case Ranking::Estimate: return tr("Before: an estimate by %1.").arg(by);
        case Ranking::Even: break;
    }
    return tr("Before: even shares.");
}

}  // namespace

QString whyKeptWhole(const Session& session, int nodeGroup) {
    const NodeGroup* group = groupOf(session, nodeGroup);
    if (!group) return {};
    const Unit* unit = unitOf(*group);
    if (unit && group->cuttable && takesAtOnce(*unit, session.recipe().plan.units))
        return session.overrideOf(nodeGroup) == Override::Protect ? tr("You protect it.") : QString();
    if (!group->prunable) return asSentence(group->reason);
    if (session.overrideOf(nodeGroup) == Override::Protect) return tr("You protect it.");
    const auto& plan = session.plan().plan;
    if (!plan) return {};
    const NodeGroupBudget& budget = plan->budgets[std::size_t(nodeGroup)];
    return budget.prunable ? QString() : asSentence(budget.reason);
}

QString planWords(const Session& session, int nodeGroup) {
    const NodeGroup* group = groupOf(session, nodeGroup);
    if (!group) return {};
    const QString name = QString::fromStdString(group->name), why = whyKeptWhole(session, nodeGroup);
    const std::vector<int>& removed = session.plan().removed;
    if (session.plan().plan && group->count > 0 && removed[std::size_t(nodeGroup)] == group->count)
        return tr("%1 goes with the block, sub-layer or expert that it belongs to.").arg(name);
    if (!why.isEmpty()) return tr("%1 keeps all %2. %3").arg(name, formatInteger(group->count), why);
    const PlanOutcome& outcome = session.plan();
    if (!outcome.plan) return {};
    const QString goes = tr("%1: %2 of %3 %4 go, each %5 parameters.")
                             .arg(name, formatInteger(outcome.removed[std::size_t(nodeGroup)]), formatInteger(group->count),
                                  unitWord(int(group->unit)), formatInteger(group->parametersPerGroup));
    const QString note =
        asSentence(outcome.plan->budgets[std::size_t(nodeGroup)].reason);  // a mark that a uniform plan passed over
    return note.isEmpty() ? goes : goes + QLatin1Char(' ') + note;
}

QString rankingWords(const Session& session) {
    using Ranking = PlanOutcome::Ranking;
    const PlanOutcome& outcome = session.plan();
    if (!outcome.plan) return {};
    QString words;
    switch (outcome.ranking) {
        case Ranking::Measured:
            words = tr("Measured: these are the groups that %1 takes first from the model as it is.")
                        .arg(QString::fromStdString(session.recipe().method.id));
            break;
        case Ranking::Stale: words = tr("Stale: measured for other settings than today's."); break;
        case Ranking::Estimate:
            words = tr("Estimate: ranked by %1 alone, not by the method.").arg(QString::fromStdString(outcome.rankedBy));
            break;
        case Ranking::Even: words = tr("Estimate: even shares of every block, nothing is ranked yet."); break;
    }
    if (outcome.before) words += QLatin1Char(' ') + beforeWords(outcome);
    words += QLatin1Char(' ') + tr("The run measures again while it trains and decides.");
    if (!session.run().zero.empty()) words += QLatin1Char(' ') + tr("Behind the plan's counts: what the run shown kept.");
    return words;
}

QString whatMoved(const Session& session) {
    return session.plan().before ? tr("The counts moved without an edit.") + QLatin1Char(' ') + beforeWords(session.plan())
                                 : QString();
}

int keptByRun(const Session& session, int nodeGroup) {
    const NodeGroup* group = groupOf(session, nodeGroup);
    return group && !session.run().zero.empty() ? group->count - session.run().zeroCount(nodeGroup) : -1;
}

QString whereTheyDisagree(const Session& session) {
    const PlanOutcome& outcome = session.plan();
    if (!session.knowledge() || !outcome.plan) return {};
    int marks = 0, taken = 0, worst = -1;
    double most = 0;
    for (const NodeGroupKnowledge& entry : session.knowledgeEntries()) {
        const NodeGroup* group = groupOf(session, entry.nodeGroup);
        if (!entry.protectedByRank || !group || session.overrideOf(entry.nodeGroup) == Override::Allow) continue;
        ++marks;
        const int goes = outcome.removed[std::size_t(entry.nodeGroup)];
        if (goes == 0 || group->count == 0) continue;
        ++taken;
        const double share = double(goes) / group->count;
        if (share > most) most = share, worst = entry.nodeGroup;
    }
    if (taken == 0) return {};
    const QString why =
        session.recipe().plan.uniform ? tr("it keeps equal counts in every block") : tr("it does not respect the analysis");
    if (marks == 1)
        return tr("The analysis marks %1 as most telling, and this plan takes %2 of it, because %3.")
            .arg(QString::fromStdString(groupOf(session, worst)->name), formatPercent(most, 0), why);
    return tr("Of %1 node groups that the analysis marks as most telling this plan takes from %2 (most from %3: %4), because %5.")
        .arg(QString::number(marks), QString::number(taken), QString::fromStdString(groupOf(session, worst)->name),
             formatPercent(most, 0), why);
}

QString knowledgeWords(const Session& session, int nodeGroup) {
    const NodeGroup* group = groupOf(session, nodeGroup);
    if (!group) return {};
    const auto& entries = session.knowledgeEntries();
    const auto found =
        std::find_if(entries.begin(), entries.end(), [&](const NodeGroupKnowledge& k) { return k.nodeGroup == nodeGroup; });
    const bool measured = found != entries.end() && found->measured;
    QString fact =
        measured ? tr("masking adds %1 ± %2 nats per token").arg(formatNumber(found->deviation), formatNumber(found->spread))
                 : tr("not measured yet");
    if (measured && found->settled && session.knowledge() && found->windows < session.knowledge()->windows)
        fact += tr(", its place settled after %1 of %2 windows")
                    .arg(formatInteger(found->windows), formatInteger(session.knowledge()->windows));
    if (!group->prunable) return tr("not prunable. %1").arg(whyKeptWhole(session, nodeGroup));
    return QStringLiteral("%1; %2.").arg(fact,
                                         consequence(session, *group, found != entries.end() && found->protectedByRank));
}

}  // namespace lorashear::ui
