#include "core/plan/closer_plan.h"

#include "tests/core/hand_structure.h"

#include <QTest>

#include <cmath>
#include <optional>

namespace tst_closer_plan {

using namespace lorashear;

namespace {

PlanOptions ratio(double value) {
    PlanOptions options;
    options.ratio = value;
    return options;
}

}  // namespace

class TestCloserPlan : public QObject {
    Q_OBJECT
private Q_SLOTS:
    /// Of several ways to come closer the one that asks for least: unequal counts before finer steps before another unit.
    void aMissedRatioNamesWhatWouldComeClosest() {
        using Change = CloserPlan::Change;
        const auto structure = handmade::make(handmade::stories260K());
        const auto closest = [&](const PlanOptions& options) {
            const PlanRequest request{structure, options};
            const auto plan = makePlan(request);
            return missesRatio(plan)
                       ? std::optional(closerPlan(request, plan, [](const PlanRequest& r) { return makePlan(r); }))
                       : std::nullopt;
        };
        auto options = ratio(0.2);
        QVERIFY(!closest(options));
        options.units["attention"].take = false;
        options.units["mlp"].divisor = 64;
        auto closer = closest(options);
        QVERIFY(closer && closer->change == Change::Steps && closer->unit == "mlp");
        QVERIFY(std::abs(closer->ratio - 0.2) < 0.001);
        options = ratio(2.5 * 3072 / 260032);  // between two and three KV groups
        options.units["mlp"].take = false;
        closer = closest(options);
        QVERIFY(closer && closer->change == Change::TakesPart && closer->unit == "mlp");
        QVERIFY(std::abs(closer->ratio - options.ratio) < 0.001);
        options.units["attention"].divisor = 2;  // too coarse again, and one by one it is no better: the other unit is
        closer = closest(options);
        QVERIFY(closer && closer->change == Change::TakesPart);
        options = ratio(0.15);
        options.units["attention"].take = false;
        options.units["mlp"].divisor = 32;
        options.uniform = true;
        closer = closest(options);
        QVERIFY(closer && closer->change != Change::Ratio && std::abs(closer->ratio - 0.15) <= 0.005);
    }
};

}  // namespace tst_closer_plan

QTEST_APPLESS_MAIN(tst_closer_plan::TestCloserPlan)
#include "tst_closer_plan.moc"
