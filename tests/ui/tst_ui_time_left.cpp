#include "ui/controller/time_left.h"

#include "tests/ui/ui_support/sample_session.h"
#include "ui/controller/places.h"

#include <QTest>

#include <cmath>

namespace tst_ui_time_left {

using namespace lorashear;
using namespace lorashear::ui;
using namespace lorashear::testing;

namespace {

/// Plays a run whose speeds are known: the clock is the test's.
class Play {
public:
    Play(double judged, int pruneSteps, int recoverSteps)
        : m_pruneSteps(pruneSteps), m_recoverSteps(recoverSteps), m_judged(judged) {
        left.begin({{Stage::Dense, judged, 0},
                    {Stage::Prune, 3000.0 * pruneSteps, double(pruneSteps)},
                    {Stage::Compact, judged, 0},
                    {Stage::Recover, 3000.0 * recoverSteps, double(recoverSteps)},
                    {Stage::Evaluate, judged, 0}},
                   now);
    }
    void stage(const char* name) { left.apply(event::StageChanged{name, {}}, now); }
    void judge(const char* name) {
        stage(name);
        for (int i = 1; i <= 10; ++i) {
            now += m_judged * kRead / 10;
            left.apply(event::ProgressChanged{{name, {}, double(i), 10, 0}}, now);
        }
    }
    void step(const char* name, int number, double seconds = kStep) {
        now += seconds;
        event::Step step;
        step.stage = name;
        step.step = number;
        left.apply(step, now);
    }
    /// What really is left when so many steps of pruning are done.
    double really(int pruned) const { return (m_pruneSteps - pruned + m_recoverSteps) * kStep + 2 * m_judged * kRead; }

    static constexpr double kRead = 1e-4, kStep = 0.5;
    TimeLeft left;
    double now = 100;

private:
    int m_pruneSteps, m_recoverSteps;
    double m_judged;
};

bool near(double value, double wanted, double share) {
    return std::abs(value - wanted) <= share * wanted;
}

}  // namespace

class TestUiTimeLeft : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void nothingIsSaidBeforeAnythingIsMeasured() {
        Play play(20000, 60, 90);
        play.stage("open");
        QCOMPARE(play.left.estimate().seconds, -1.0);
        QVERIFY(timeLeftWords(play.left.estimate()).contains(QStringLiteral("not known")));
    }

    /// At the end of pruning most of the run is ahead: the number is the run's and not the stage's.
    void theWholeRunIsForetoldAndNotTheStage() {
        Play play(20000, 60, 90);
        play.judge("dense");
        play.stage("prune");
        for (int i = 1; i <= 60; ++i) {
            play.step("prune", i);
            if (i < 10) continue;
            const TimeEstimate estimate = play.left.estimate();
            QVERIFY2(near(estimate.seconds, play.really(i), 0.1),
                     qPrintable(QStringLiteral("step %1: %2, really %3").arg(i).arg(estimate.seconds).arg(play.really(i))));
        }
        QVERIFY(play.left.estimate().seconds > 40);  // 90 steps of half a second and more are to come
        QVERIFY(play.left.estimate().share < 0.6);
    }

    void uncertaintyIsSaidAtFirstAndShrinks() {
        Play play(20000, 60, 90);
        play.judge("dense");
        play.stage("prune");
        const TimeEstimate first = play.left.estimate();
        QVERIFY(first.seconds > 0 && first.high > 1.4 * first.low);
        QVERIFY2(timeLeftWords(first).contains(QStringLiteral(" to ")), qPrintable(timeLeftWords(first)));
        double before = 1e9;
        for (int i = 1; i <= 50; ++i) {
            play.step("prune", i);
            if (i % 10) continue;
            const TimeEstimate estimate = play.left.estimate();
            QVERIFY(estimate.low <= play.really(i) && play.really(i) <= estimate.high);
            QVERIFY(estimate.high - estimate.low < before);
            before = estimate.high - estimate.low;
        }
        QVERIFY(timeLeftWords(play.left.estimate()).startsWith(QStringLiteral("about ")));
    }

    void pausesDoNotCount() {
        Play play(20000, 60, 90);
        play.judge("dense");
        play.stage("prune");
        for (int i = 1; i <= 20; ++i) play.step("prune", i);
        const double before = play.left.estimate().seconds;
        play.left.setPaused(true, play.now);
        play.now += 1000;
        QVERIFY(near(play.left.estimate().seconds, before, 1e-9));
        play.left.setPaused(false, play.now);
        for (int i = 21; i <= 24; ++i) play.step("prune", i);
        QVERIFY2(near(play.left.estimate().seconds, play.really(24), 0.1),
                 qPrintable(QString::number(play.left.estimate().seconds)));
    }

    /// What a resumed run says again comes in a moment and is no speed.
    void whatIsToldAgainIsNoSpeed() {
        Play play(20000, 60, 90);
        play.stage("prune");
        for (int i = 1; i <= 40; ++i) play.step("prune", i, 0);
        QCOMPARE(play.left.estimate().seconds, -1.0);
        for (int i = 41; i <= 50; ++i) play.step("prune", i);
        const double steps = (10 + 90) * Play::kStep;
        QVERIFY(play.left.estimate().seconds > steps && play.left.estimate().seconds < 3 * steps);
    }

    void shareGrowsToTheEnd() {
        Play play(20000, 30, 30);
        double before = -1;
        const auto grown = [&] {
            const double share = play.left.estimate().share;
            const bool ok = share >= before;
            before = share;
            return ok;
        };
        play.judge("dense");
        QVERIFY(grown());
        play.stage("prune");
        for (int i = 1; i <= 30; ++i) {
            play.step("prune", i);
            QVERIFY(grown());
        }
        play.judge("compact");
        QVERIFY(grown());
        play.stage("recover");
        for (int i = 1; i <= 30; ++i) {
            play.step("recover", 30 + i);
            QVERIFY(grown());
        }
        play.judge("evaluate");
        QVERIFY(grown() && before > 0.99);
        QVERIFY(play.left.estimate().seconds < 1);
    }

    /// What is over is over, whichever stage runs now, also one that the recipe foresees no work for.
    void noStageBringsFinishedOnesBack() {
        for (std::size_t i = std::size_t(Stage::Dense) + 1; i < kStageNames.size(); ++i) {
            Play play(20000, 60, 90);
            play.judge("dense");
            const double before = play.left.estimate().share;
            QVERIFY(before > 0);
            play.stage(kStageNames[i]);
            QVERIFY2(play.left.estimate().share >= before, kStageNames[i]);
        }
    }

    void recipesSayWhatThereIsToDo() {
        const Recipe recipe = startingRecipe(bundledModel());
        const auto stages = workOf(recipe, sampleStructure().get());
        const auto named = [&](Stage name) {
            for (const StageWork& stage : stages)
                if (stage.stage == name) return stage;
            return StageWork{};
        };
        QVERIFY(named(Stage::Prune).steps > 0 && named(Stage::Recover).steps > 0);
        QCOMPARE(named(Stage::Prune).work, named(Stage::Prune).steps * recipe.training.batch * recipe.training.window * 3);
        QVERIFY(named(Stage::Dense).work > 0);
        Recipe without = recipe;
        without.recovery.enabled = false;
        for (const StageWork& stage : workOf(without, nullptr)) QVERIFY(stage.stage != Stage::Recover);
    }
};

}  // namespace tst_ui_time_left

QTEST_GUILESS_MAIN(tst_ui_time_left::TestUiTimeLeft)
#include "tst_ui_time_left.moc"
