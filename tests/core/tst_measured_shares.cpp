// One budget over several units, split by measured losses. Losses here are functions of the parameters that each unit loses, so that the best split is known.
#include "core/base/error.h"
#include "core/plan/measured_shares.h"
#include "tests/core/whole_structure.h"

#include <QTest>

#include <algorithm>
#include <cmath>

namespace tst_measured_shares {

using namespace lorashear;
using handmade::configOf;
using handmade::Shape;
using handmade::whole;

namespace {

using Amounts = std::map<std::string, double>;

PlanOptions taking(double ratio, const std::vector<std::string>& units) {
    PlanOptions options;
    options.ratio = ratio;
    options.shares = kMeasuredShares;
    for (auto& [id, settings] : options.units) settings.take = std::find(units.begin(), units.end(), id) != units.end();
    return options;
}

/// Parameters over all that the plan takes from each unit, from its counts.
Amounts amountsOf(const PruningPlan& plan, const Structure& structure) {
    const auto all = static_cast<double>(structure.parameters);
    const auto price = [&](const std::string& id) {
        double parameters = 0;
        for (const NodeGroup& group : structure.nodeGroups)
            if (unitOf(group) && unitOf(group)->id == id) parameters = static_cast<double>(group.parametersPerGroup);
        return parameters;
    };
    const BlockParts& parts = structure.parts.front();
    Amounts amounts;
    for (const auto& [id, count] : plan.remove)
        amounts[id] = count *
                      (id == "blocks" ? static_cast<double>(parts.attention.parameters + parts.mlp.parameters) : price(id)) /
                      all;
    return amounts;
}

class Subject {
public:
    explicit Subject(const Shape& shape = {256, 4, 4, 64, 700, 8, 3000, false})
        : structure(whole(shape)), config(configOf(shape)) {}
    PlanRequest request(const PlanOptions& options) const { return {structure, options, nullptr, &config}; }
    /// cost: of the amounts, nats.
    PlanLoss loss(const std::function<double(const Amounts&)>& cost) {
        return [this, cost](const PlanOptions& options) -> std::optional<double> {
            ++asked;
            return 3 + (options.enabled ? cost(amountsOf(makePlan(request(options)), structure)) : 0);
        };
    }

    const Structure structure;
    const ModelConfig config;
    int asked = 0;
};

double at(const Amounts& amounts, const std::string& id) {
    const auto found = amounts.find(id);
    return found == amounts.end() ? 0 : found->second;
}

}  // namespace

class MeasuredSharesTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theCheaperUnitTakesAll() {
        Subject subject;
        const auto options = taking(0.2, {"attention", "mlp"});
        const auto found =
            measureShares(subject.request(options), 8,
                          subject.loss([](const Amounts& a) { return 50 * at(a, "attention") + 1 * at(a, "mlp"); }));
        QCOMPARE(at(found.amounts, "attention"), 0.0);
        QVERIFY(std::abs(at(found.amounts, "mlp") - 0.2) < 0.2 / 8);
        const auto plan = makePlan(subject.request(found.options));
        QVERIFY(plan.removed("attention") <= 1);
        QVERIFY(std::abs(plan.expectedRatio - 0.2) < 1e-3);
    }

    /// Quadratic losses c x^2 are best split so that c x is equal: 1/c each, normed.
    void convexLossesAreSplitByTheirSlopes() {
        Subject subject;
        const auto options = taking(0.3, {"attention", "mlp"});
        constexpr int kSteps = 12;
        const auto found = measureShares(subject.request(options), kSteps, subject.loss([](const Amounts& a) {
            return 60 * std::pow(at(a, "attention"), 2) + 20 * std::pow(at(a, "mlp"), 2);
        }));
        const double best = 0.3 * (1.0 / 60) / (1.0 / 60 + 1.0 / 20);
        QVERIFY2(std::abs(at(found.amounts, "attention") - best) <= 0.3 / kSteps * 1.5,
                 qPrintable(QString::number(at(found.amounts, "attention"))));
        const auto plan = makePlan(subject.request(found.options));
        const auto got = amountsOf(plan, subject.structure);
        QVERIFY(std::abs(at(got, "attention") - at(found.amounts, "attention")) < 0.02);
        QVERIFY(std::abs(plan.expectedRatio - 0.3) < 1e-3);
    }

    /// A block is eight times the step: it goes whole or not at all, and what is left over falls to the neurons.
    void coarseThingsGoWhole() {
        Subject subject;
        const auto options = taking(0.25, {"mlp", "blocks"});
        const auto found =
            measureShares(subject.request(options), 12,
                          subject.loss([](const Amounts& a) { return 1 * at(a, "blocks") + 30 * at(a, "mlp"); }));
        const auto plan = makePlan(subject.request(found.options));
        QVERIFY(plan.removed("blocks") >= 2);
        QVERIFY(at(found.amounts, "mlp") > 0);
        QVERIFY(std::abs(plan.expectedRatio - 0.25) < 1e-3);
        QVERIFY(std::abs(at(amountsOf(plan, subject.structure), "blocks") - at(found.amounts, "blocks")) < 0.25 / 12);
    }

    void pricesThatRiseAreMeasuredAgain() {
        Subject subject;
        const auto options = taking(0.3, {"attention", "mlp"});
        // Cheap at first, a cliff behind 10 %.
        const auto found = measureShares(subject.request(options), 12, subject.loss([](const Amounts& a) {
            return at(a, "attention") + 1000 * std::max(0.0, at(a, "attention") - 0.1) + 10 * at(a, "mlp");
        }));
        QVERIFY2(at(found.amounts, "attention") > 0.05 && at(found.amounts, "attention") < 0.12,
                 qPrintable(QString::number(at(found.amounts, "attention"))));
        QVERIFY2(found.trials <= 12 + 2 * 2 + 3, qPrintable(QString::number(found.trials)));
        QCOMPARE(found.trials, subject.asked);
    }

    /// The last step of a coarse unit may go a little beyond the budget.
    void sharesNeverExceedTheWhole_data() {
        QTest::addColumn<double>("ratio");
        for (int i = 0; i < 12; ++i) QTest::addRow("%d", i) << 0.1 + 0.03 * i;
    }
    void sharesNeverExceedTheWhole() {
        QFETCH(double, ratio);
        Subject subject;
        const auto options = taking(ratio, {"mlp", "blocks", "attention"});
        const auto found = measureShares(subject.request(options), 8, subject.loss([](const Amounts& a) {
            return 1 * at(a, "blocks") + 2 * at(a, "attention") + 30 * at(a, "mlp");
        }));
        double sum = 0;
        for (const auto& [id, settings] : found.options.units) sum += settings.take ? settings.share.value_or(0) : 0;
        QVERIFY2(sum <= 1 + 1e-9, qPrintable(QString::number(sum, 'g', 12)));
        const auto plan = makePlan(subject.request(found.options));
        QVERIFY(std::abs(plan.expectedRatio - ratio) < 1e-3);
    }

    /// Each alone is cheap at first and both together are cheap throughout: who goes step by step is led astray.
    void theCommonFractionIsTriedToo() {
        Subject subject;
        const auto options = taking(0.3, {"attention", "mlp"});
        const auto even = amountsOf(makePlan(subject.request(options)), subject.structure);
        const auto cost = [&](const Amounts& a) {
            const bool asEven = std::abs(at(a, "attention") - at(even, "attention")) < 0.01;
            return asEven && at(a, "mlp") > at(even, "mlp") / 2 ? 0.01 : 3 * at(a, "attention") + 5 * at(a, "mlp");
        };
        const auto found = measureShares(subject.request(options), 8, subject.loss(cost));
        QVERIFY(found.even);
        QVERIFY(found.options.units == options.units);
    }

    void givenSharesStay() {
        Subject subject;
        auto options = taking(0.2, {"attention", "mlp", "blocks"});
        options.units.at("attention").share = 0.25;
        const auto found = measureShares(subject.request(options), 8, subject.loss([](const Amounts& a) {
            return at(a, "attention") + at(a, "mlp") + 40 * at(a, "blocks");
        }));
        QVERIFY(!found.amounts.count("attention"));
        QCOMPARE(found.options.units.at("attention").share, options.units.at("attention").share);
        const auto got = amountsOf(makePlan(subject.request(found.options)), subject.structure);
        QVERIFY(std::abs(at(got, "attention") - 0.05) < 0.01);
        QCOMPARE(at(got, "blocks"), 0.0);
    }

    void nothingIsMeasuredWithoutAChoice() {
        Subject subject;
        const auto options = taking(0.2, {"mlp"});
        const auto found = measureShares(subject.request(options), 8, subject.loss([](const Amounts&) { return 0.0; }));
        QCOMPARE(found.trials, 0);
        QCOMPARE(subject.asked, 0);
        QVERIFY(found.options.units == options.units);
    }

    void countsOfTheirOwnAreRefused() {
        Subject subject;
        auto options = taking(0.2, {"attention", "mlp", "blocks"});
        options.units.at("blocks").keep = 7;
        try {
            measureShares(subject.request(options), 8, subject.loss([](const Amounts&) { return 0.0; }));
            QFAIL("accepted");
        } catch (const Error& error) {
            QCOMPARE(error.code(), ErrorCode::BadRecipe);
            QCOMPARE(error.subject(), std::string("/plan/shares"));
        }
    }

    /// Where losses say nothing the budget is still met, up to what is reachable.
    void everyReachableRatioIsMet_data() {
        QTest::addColumn<double>("ratio");
        for (const double ratio : {0.02, 0.1, 0.35, 0.55}) QTest::addRow("%g", ratio) << ratio;
    }
    void everyReachableRatioIsMet() {
        QFETCH(double, ratio);
        Subject subject(handmade::stories260K());
        const auto options = taking(ratio, {"attention", "mlp", "query_heads", "hidden", "blocks"});
        const auto found = measureShares(subject.request(options), 8, subject.loss([](const Amounts& a) {
            double sum = 0;
            for (const auto& [id, amount] : a) sum += amount * static_cast<double>(id.size());
            return sum;
        }));
        const auto plan = makePlan(subject.request(found.options));
        QVERIFY2(std::abs(plan.expectedRatio - ratio) * static_cast<double>(subject.structure.parameters) <= 3.0 * 64,
                 qPrintable(QString::number(plan.expectedRatio)));
    }
};

}  // namespace tst_measured_shares

QTEST_GUILESS_MAIN(tst_measured_shares::MeasuredSharesTest)
#include "tst_measured_shares.moc"
