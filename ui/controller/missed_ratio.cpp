#include "ui/controller/missed_ratio.h"

#include "core/plan/closer_plan.h"
#include "core/prune/method_table.h"
#include "ui/controller/session.h"
#include "ui/theme/format.h"
#include "ui/theme/tr.h"

namespace lorashear::ui {

namespace {

constexpr int kDecimals = 2;  ///< what differs by half a per cent differs in them

QString closest(const CloserPlan& plan) {
    const QString goes = formatPercent(plan.ratio, kDecimals);
    switch (plan.change) {
        case CloserPlan::Change::Uneven: return tr("closest would be unequal counts in the blocks, with %1").arg(goes);
        case CloserPlan::Change::Steps:
            return tr("closest would be steps of one for the %1, with %2").arg(coreText(unitById(plan.unit).many), goes);
        case CloserPlan::Change::TakesPart:
            return tr("closest would be to let %1 go too, with %2").arg(coreText(unitById(plan.unit).many), goes);
        case CloserPlan::Change::Ratio: break;
    }
    return tr("no other step or unit comes closer than %1").arg(goes);
}

}  // namespace

QString missedRatioWords(const Session& session) {
    const auto& plan = session.plan().plan;
    if (!plan || !session.structure() || !missesRatio(*plan)) return {};
    const Recipe& recipe = session.recipe();
    const PlanRequest request{*session.structure(), recipe.plan, session.knowledge().get(),
                              session.model() ? &session.model()->config : nullptr};
    const CloserPlan closer = closerPlan(request, *plan, [&](const PlanRequest& other) {
        return planUnder(recipe.method.id, recipe.method.optionsJson, other);
    });
    return tr("%1 goes, not the %2 asked for: the steps of what takes part allow nothing closer; %3.")
        .arg(formatPercent(plan->expectedRatio, kDecimals), formatPercent(recipe.plan.ratio, kDecimals), closest(closer));
}

}  // namespace lorashear::ui
