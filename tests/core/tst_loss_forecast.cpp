#include "core/plan/loss_forecast.h"

#include <QTest>

#include <cmath>

namespace tst_loss_forecast {

using namespace lorashear;

namespace {

/// Two node groups of the hand-made structure, measured at the shares given.
KnowledgeDistribution measured(const std::vector<double>& ratios, const std::vector<double>& first,
                               const std::vector<double>& second) {
    KnowledgeDistribution knowledge;
    knowledge.baselineNll = 1.5;
    knowledge.ratios = ratios;
    const auto mean = [](const std::vector<double>& v) {
        double sum = 0;
        for (double x : v) sum += x;
        return sum / double(v.size());
    };
    knowledge.nodeGroups = {{0, mean(first), 0.01, first, true, false}, {1, mean(second), 0.02, second, true, false}};
    return knowledge;
}

Structure twoGroups() {
    Structure structure;
    for (int id : {0, 1}) {
        NodeGroup group;
        group.id = id;
        group.count = 100;
        group.prunable = true;
        structure.nodeGroups.push_back(group);
    }
    return structure;
}

bool near(double a, double b) {
    return std::abs(a - b) <= 1e-12 * std::max(1.0, std::abs(b));
}

}  // namespace

class TestLossForecast : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void whatWasProbedIsForetoldExactly() {
        const Structure structure = twoGroups();
        const LossForecast forecast(structure, measured({0.25, 0.5, 0.75}, {0.1, 0.3, 1.1}, {0.02, 0.01, 0.4}));
        QVERIFY(near(forecast.added({25, 0}).added, 0.1));
        QVERIFY(near(forecast.added({50, 0}).added, 0.3));
        QVERIFY(near(forecast.added({0, 75}).added, 0.4));
        QVERIFY(near(forecast.added({50, 75}).added, 0.7));  // a sum over node groups
        QCOMPARE(forecast.added({0, 0}).added, 0.0);
        QCOMPARE(forecast.added({}).added, 0.0);
    }

    void betweenAndBeyondItRisesSteadily() {
        const Structure structure = twoGroups();
        for (const auto& knowledge :
             {measured({0.5}, {0.3}, {0.3}), measured({0.25, 0.5, 0.75}, {0.1, 0.3, 1.1}, {0.1, 0.3, 1.1})}) {
            const LossForecast forecast(structure, knowledge);
            double before = 0;
            for (int removed = 1; removed < 100; ++removed) {
                const double now = forecast.added({removed, 0}).added;
                QVERIFY2(now > before, qPrintable(QString::number(removed)));
                before = now;
            }
        }
        // a power law is met exactly, whichever exponent between the two ends it has
        const LossForecast cubic(structure, measured({0.25, 0.5}, {std::pow(0.25, 3), std::pow(0.5, 3)}, {1, 1}));
        QVERIFY(near(cubic.added({40, 0}).added, std::pow(0.4, 3)));
        QVERIFY(near(cubic.added({80, 0}).added, std::pow(0.8, 3)));
    }

    void aLossThatFellIsNoNumberOfItsOwn() {
        const Structure structure = twoGroups();
        const LossForecast forecast(structure, measured({0.25, 0.5}, {-0.02, 0.1}, {0.1, 0.1}));
        QVERIFY(near(forecast.added({25, 0}).added, -0.02));
        for (int removed = 1; removed < 100; ++removed) QVERIFY(std::isfinite(forecast.added({removed, 0}).added));
        const ForecastLoss point = calibrated(0.1, {-0.02, 0.01}, {});
        QVERIFY(point.low < point.added && point.added < point.high);
    }

    void errorsAddAsSquares() {
        const Structure structure = twoGroups();
        const LossForecast forecast(structure, measured({0.5}, {0.3}, {0.4}));
        const auto sum = forecast.added({50, 50});
        QVERIFY(near(sum.spread, std::hypot(0.01, 0.02)));
    }

    void withoutMeasurementsItIsAFactorOfTwo() {
        const ForecastLoss point = calibrated(0.2, {0.3, 0}, {});
        QVERIFY(near(point.added, 0.3) && near(point.low, 0.15) && near(point.high, 0.6));
    }

    void aMeasurementIsMetAndTheBandOpensFromIt() {
        const std::vector<MeasuredLoss> measured = {{0.4, 1.0, 0.5, 0.001}, {0.2, 0.3, 0.24, 0.001}, {0, 0, 0, 0.001}};
        const ForecastLoss at = calibrated(0.2, {0.3, 0.05}, measured);
        QVERIFY(near(at.added, 0.24));
        QVERIFY(at.high / at.low < 1.02);
        double widest = at.high / at.low;
        for (const double ratio : {0.22, 0.25, 0.28}) {
            const ForecastLoss between = calibrated(ratio, {0.5, 0.05}, measured);
            QVERIFY(between.high / between.low > widest);
            widest = between.high / between.low;
            QVERIFY(between.added / 0.5 < 0.24 / 0.3 && between.added / 0.5 > 0.5);  // the factor lies between the two
        }
        const ForecastLoss beyond = calibrated(0.6, {2.0, 0.05}, measured);
        QVERIFY(near(beyond.added, 1.0));  // the factor of the nearest
        QVERIFY(beyond.high / beyond.low > 2);
        // two that disagree leave more open than two that agree
        const std::vector<MeasuredLoss> agreeing = {{0.4, 1.0, 0.8, 0.001}, {0.2, 0.3, 0.24, 0.001}};
        const ForecastLoss a = calibrated(0.3, {0.5, 0.05}, agreeing), b = calibrated(0.3, {0.5, 0.05}, measured);
        QVERIFY(a.high / a.low < b.high / b.low);
    }

    void nothingRemovedAddsNothing() {
        const ForecastLoss point = calibrated(0, {0, 0}, {{0.2, 0.3, 0.24, 0.001}});
        QCOMPARE(point.added, 0.0);
        QCOMPARE(point.high, 0.0);
    }
};

}  // namespace tst_loss_forecast

QTEST_APPLESS_MAIN(tst_loss_forecast::TestLossForecast)
#include "tst_loss_forecast.moc"
