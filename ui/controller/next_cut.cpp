#include "ui/controller/next_cut.h"

#include "ui/controller/session.h"
#include "ui/theme/format.h"
#include "ui/theme/tr.h"

#include <QStringList>

#include <algorithm>
#include <set>

namespace lorashear::ui {

namespace {

constexpr int kNamed = 3;  ///< node groups that are named; the others are counted
constexpr int kTries = 6;  ///< a step that the plan rounds away is tried twice as far, so many times

/// Parameters of one step of every unit that takes part, the finest first.
std::vector<double> stepsOf(const Structure& structure, const PlanOptions& options) {
    std::set<double> steps;
    for (const Unit& unit : unitTable()) {
        const auto settings = options.units.find(unit.id);
        if (!unit.fades || settings == options.units.end() || !settings->second.take) continue;
        double cost = 0;
        int places = 0;
        for (const NodeGroup& group : structure.nodeGroups)
            if (unitOf(group) == &unit && group.prunable) {
                cost = std::max(cost, double(group.parametersPerGroup));
                ++places;
            }
        if (places > 0) steps.insert(cost * std::max(1, settings->second.divisor) * (options.uniform ? places : 1));
    }
    return {steps.begin(), steps.end()};
}

/// What goes besides, by node group; what comes back is said, too.
QString difference(const Structure& structure, const std::vector<int>& before, const std::vector<int>& after) {
    QStringList goes, back;
    int more = 0;
    for (const NodeGroup& group : structure.nodeGroups) {
        const auto id = std::size_t(group.id);
        const int change = id < before.size() && id < after.size() ? after[id] - before[id] : 0;
        const Unit* unit = unitOf(group);
        if (change == 0 || !unit || !unit->fades) continue;
        const QString words =
            tr("%1 %2 of %3")
                .arg(formatInteger(std::abs(change)), coreText(std::abs(change) == 1 ? unit->one : unit->many),
                     QString::fromStdString(group.name));
        QStringList& list = change > 0 ? goes : back;
        list.size() < kNamed ? void(list << words) : void(++more);
    }
    QString words = goes.join(QStringLiteral(", "));
    if (!back.isEmpty()) words += tr(" (and back: %1)").arg(back.join(QStringLiteral(", ")));
    return more > 0 ? tr("%1 and of %2 more node groups").arg(words, formatInteger(more)) : words;
}

}  // namespace

NextCut cheapestNextCut(const Session& session, const WhatIf& whatIf) {
    NextCut best;
    best.why = whatIf.refusal();
    if (!best.why.isEmpty()) return best;
    const Structure& structure = *session.structure();
    const double all = double(structure.parameters), baseline = whatIf.baseline();
    PlanOptions options = session.recipe().plan;
    const WhatIf::Size now = whatIf.sizeOf(options);
    const double gone = now.ratio * all;
    for (const double step : stepsOf(structure, options))
        for (int reach = 1, tries = 0; tries < kTries; ++tries, reach *= 2) {
            options.ratio = (gone + step * reach) / all;
            if (options.ratio > 1) break;
            WhatIf::Size next = whatIf.sizeOf(options);
            if (next.removed.empty()) break;         // out of reach
            if (next.ratio * all <= gone) continue;  // rounded away
            const PlanPrice price = priceOf(now, next, baseline);
            const bool first = !best.possible;
            if (first || (price.known != PlanPrice::Known::Nothing && price.perParameter() < best.price.perParameter()))
                best = {true, {}, options.ratio, now, std::move(next), price, {}};
            break;
        }
    best.price = asShown(best.price, now, whatIf);
    if (best.possible)
        best.takes = difference(structure, best.now.removed, best.next.removed);
    else
        best.why = tr("Nothing more can go within these limits.");
    return best;
}

}  // namespace lorashear::ui
