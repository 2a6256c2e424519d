#include "core/base/random.h"
#include "core/eval/paired.h"

#include <QtTest>

#include <cmath>

namespace tst_paired {

using namespace lorashear;

namespace {

bool near(double value, double expected, double tolerance = 1e-6) {
    return std::abs(value - expected) <= tolerance * std::max(1.0, std::abs(expected));
}

}  // namespace

class TestPaired : public QObject {
    Q_OBJECT

private Q_SLOTS:
    // Differences 1, 1, 3 over ten tokens each: D = 5 / 30; departures -2/3, -2/3, 4/3 with squares 8/3 in all; s = sqrt(3/2 * 8/3) / 30 = 2 / 30; t(2) = 4.30265.
    void equalWindowsByHand() {
        const auto found = pairedDifference({{10, 21, 33}, {10, 10, 10}}, {{9, 20, 30}, {10, 10, 10}});
        QCOMPARE(found.windows, 3);
        QVERIFY(near(found.mean, 1.0 / 6));
        QVERIFY(near(found.standardError, 1.0 / 15));
        QVERIFY(near(found.low, 1.0 / 6 - 4.302652729911275 / 15));
        QVERIFY(near(found.high, 1.0 / 6 + 4.302652729911275 / 15));
    }

    // Differences 2, 1, 1 over 10, 20, 10 tokens: D = 4 / 40; departures 1, -1, 0; s = sqrt(3/2 * 2) / 40.
    void unequalWindowsByHand() {
        const auto found = pairedDifference({{12, 31, 8}, {10, 20, 10}}, {{10, 30, 7}, {10, 20, 10}});
        QVERIFY(near(found.mean, 0.1));
        QVERIFY(near(found.standardError, std::sqrt(3.0) / 40));
    }

    void studentsTable() {
        const std::pair<int, double> table[] = {{1, 12.7062047}, {2, 4.3026527},  {4, 2.7764451}, {5, 2.5705818},
                                                {9, 2.2621572},  {29, 2.0452296}, {99, 1.9842169}};
        for (const auto& [n, value] : table) QVERIFY2(near(studentQuantile(n), value, 5e-4), qPrintable(QString::number(n)));
        QVERIFY(near(studentQuantile(3), 3.1824463, 1.5e-3));
        QVERIFY(std::isnan(studentQuantile(0)));
    }

    // Of 4000 true differences 19 in 20 lie inside: 95 % -+ three of its own standard errors (0.34 %).
    void intervalsCoverWhatTheyPromise() {
        Random random(3, "paired");
        int inside = 0;
        const int trials = 4000, windows = 8;
        for (int trial = 0; trial < trials; ++trial) {
            WindowLosses model, reference;
            for (int i = 0; i < windows; ++i) {
                const double hard = 300 + 60 * random.normal();
                reference.nll.push_back(hard), reference.tokens.push_back(100);
                model.nll.push_back(hard + 20 + 5 * random.normal()), model.tokens.push_back(100);
            }
            const auto found = pairedDifference(model, reference);
            inside += found.low <= 0.2 && 0.2 <= found.high ? 1 : 0;
            QVERIFY(found.standardError < 0.06);  // unpaired it would be 0.3: 60 sqrt(2) / sqrt(8) / 100
        }
        QVERIFY2(std::abs(inside - 0.95 * trials) < 0.0103 * trials, qPrintable(QString::number(inside)));
    }

    void whatDoesNotPairIsSaid() {
        const WindowLosses three{{1, 2, 3}, {10, 10, 10}};
        QCOMPARE(pairedDifference(three, {{1, 2, 3}, {10, 11, 10}}).windows, 0);
        QVERIFY(std::isnan(pairedDifference(three, {{1, 2, 3}, {10, 11, 10}}).mean));
        QVERIFY(std::isnan(pairedDifference(three, {}).mean));
        const auto first = pairedDifference({{2}, {10}}, three);  // only the first window is common
        QCOMPARE(first.windows, 1);
        QVERIFY(near(first.mean, 0.1));
        QVERIFY(std::isnan(first.standardError) && std::isnan(first.low));
    }
};

}  // namespace tst_paired

QTEST_GUILESS_MAIN(tst_paired::TestPaired)
#include "tst_paired.moc"
