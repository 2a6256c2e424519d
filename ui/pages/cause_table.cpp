#include "ui/pages/cause_table.h"

#include "ui/theme/format.h"

#include <algorithm>
#include <cmath>
#include <tuple>

namespace lorashear::ui {

namespace {

QString partName(const event::TokenCause& part, const NodeGroup* group) {
    if (part.nodeGroup.empty())
        return part.dropped == "attention" ? CauseTable::tr("Block %1: attention").arg(part.layer)
               : part.dropped == "mlp"     ? CauseTable::tr("Block %1: MLP").arg(part.layer)
                                           : CauseTable::tr("Block %1 as a whole").arg(part.layer);
    const QString name = QString::fromStdString(part.nodeGroup);
    const qint64 count = qint64(part.groups.size());
    const QString word = countWord(group ? unitWord(int(group->unit)) : CauseTable::tr("groups"), count);
    if (count == 1) return CauseTable::tr("%1: %2 %3").arg(name, word).arg(part.groups.front());
    if (part.round == 0) return CauseTable::tr("%1: all %2 removed %3").arg(name, formatInteger(count), word);
    return CauseTable::tr("%1: %2 %3 from %4 to %5")
        .arg(name, formatInteger(count), word)
        .arg(part.groups.front())
        .arg(part.groups.back());
}

QString shareText(double share) {
    return std::isfinite(share) ? formatPercent(share) : QString();
}

QString natsText(double nats) {
    return (nats > 0 ? QStringLiteral("+") : QString()) + formatNumber(nats, 3);
}

}  // namespace

bool isSamePart(const event::TokenCause& a, const event::TokenCause& b) {
    const auto key = [](const event::TokenCause& part) {
        return std::tie(part.nodeGroup, part.groups, part.layer, part.dropped, part.round);
    };
    return key(a) == key(b);
}

std::vector<CauseRow> causeRows(const Explanation& explanation, const Structure* structure) {
    std::vector<CauseRow> rows;
    const double all = explanation.removed ? explanation.removed->kl : 0;
    for (const event::TokenCause& part : explanation.parts) {
        const NodeGroup* group = structure && !part.nodeGroup.empty() ? structure->find(part.nodeGroup) : nullptr;
        const double nats = explanation.explains(part);
        rows.push_back(
            {part, group ? group->id : -1, partName(part, group), nats, nats / all, std::exp(part.logProbability)});
    }
    std::stable_sort(rows.begin(), rows.end(), [](const CauseRow& a, const CauseRow& b) { return a.explains > b.explains; });
    return rows;
}

CauseTable::CauseTable(QObject* parent)
    : RowTable<CauseRow>(
          {{tr("Put back"), [](const CauseRow& r) { return r.name; }, false,
            [](const CauseRow& r) {
                QStringList groups;
                for (const int group : r.part.groups) groups << QString::number(group);
                return groups.isEmpty() ? r.name : tr("%1. Groups: %2").arg(r.name, groups.join(QStringLiteral(", ")));
            }},
           {tr("Explains, nats"), [](const CauseRow& r) { return natsText(r.explains); }, true,
            [](const CauseRow& r) {
                return tr("With it back the KL from the original at this token is lower by so much; %1 nats are left")
                    .arg(formatNumber(r.part.kl, 3));
            },
            [](const CauseRow& r) { return r.explains; }},
           {tr("Share"), [](const CauseRow& r) { return shareText(r.share); }, true,
            [](const CauseRow&) {
                return tr("Of the KL with all removed groups masked; parts work together, so shares need not add up");
            },
            [](const CauseRow& r) { return r.share; }},
           {tr("KL left, nats"),
            [](const CauseRow& r) { return formatNumber(r.part.kl, 3); },
            true,
            {},
            [](const CauseRow& r) { return r.part.kl; }},
           {tr("Probability"), [](const CauseRow& r) { return formatPercent(r.probability); }, true,
            [](const CauseRow& r) {
                return tr("Of the token that the original holds likeliest; log-probability %1 nats")
                    .arg(formatNumber(r.part.logProbability, 4));
            },
            [](const CauseRow& r) { return r.probability; }},
           {tr("Likeliest token then"),
            [](const CauseRow& r) { return tr("“%1”").arg(tokenWord(QString::fromStdString(r.part.likeliest))); }}},
          parent) {}

}  // namespace lorashear::ui
