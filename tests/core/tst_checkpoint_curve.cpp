#include "core/run/checkpoint_curve.h"
#include "core/run/recipe.h"
#include "core/run/recipe_schedule.h"

#include <QtTest>

namespace tst_checkpoint_curve {

using namespace lorashear;

namespace {

Recipe bundled(const char* name) {
    return loadRecipe(std::string(LORASHEAR_SOURCE_DIR) + "/resources/recipes/" + name);
}

/// Windows that a run measures in all: beginning, ends of both stages, and points between.
std::int64_t windowsMeasured(const Recipe& recipe, const CheckpointCurve& curve) {
    std::int64_t points = 3;
    for (std::int64_t step = 1; step < totalSteps(recipeSchedule(recipe)); ++step)
        if (step % recipe.checkpointSteps == 0 && curve.at(step)) ++points;
    return points * curve.windows;
}

/// Tokens that all steps train on.
std::int64_t trained(const Recipe& recipe) {
    std::int64_t tokens = 0;
    for (const SchedulePhase& phase : recipeSchedule(recipe))
        tokens += phase.steps * (phase.kind == SchedulePhase::Kind::Recover
                                     ? std::int64_t{recipe.recovery.batch} * recipe.recovery.window
                                     : std::int64_t{recipe.training.batch} * recipe.training.window);
    return tokens;
}

}  // namespace

class TestCheckpointCurve : public QObject {
    Q_OBJECT

private Q_SLOTS:
    // In tokens of forward passes, three to a token that is trained with a teacher, two without.
    void measuringTakesATwentieth_data() {
        QTest::addColumn<QString>("recipe");
        QTest::addColumn<int>("checkpointSteps");
        for (const char* name : {"quick.json", "strong.json", "smollm2.json", "paper.json"})
            for (const int steps : {1, 5, 10, 25, 1000}) QTest::addRow("%s, %d", name, steps) << name << steps;
    }
    void measuringTakesATwentieth() {
        QFETCH(QString, recipe);
        QFETCH(int, checkpointSteps);
        Recipe asked = bundled(qPrintable(recipe));
        asked.checkpointSteps = checkpointSteps;
        for (const int window : {128, 512}) {
            const CheckpointCurve curve = checkpointCurve(asked, window);
            const double share = double(windowsMeasured(asked, curve) * window) / (3.0 * double(trained(asked)));
            QVERIFY2(share <= 0.05, qPrintable(QString::number(share)));
            QVERIFY(curve.windows >= 2 && curve.windows <= 8);
            QVERIFY(curve.everySteps % checkpointSteps == 0);
        }
    }

    void muchTrainingAffordsEveryPoint() {
        Recipe recipe = bundled("quick.json");
        recipe.recovery.phases.front().maxRounds = 90;
        const CheckpointCurve curve = checkpointCurve(recipe, 128);
        QCOMPARE(curve.windows, 8);
        QCOMPARE(curve.everySteps, std::int64_t(recipe.checkpointSteps));
        QVERIFY(curve.at(50) && !curve.at(51));
    }

    void littleTrainingAffordsTheEndsAlone() {
        Recipe recipe = bundled("quick.json");
        recipe.recovery.enabled = false;
        const CheckpointCurve curve = checkpointCurve(recipe, 2048);
        QCOMPARE(curve.windows, 2);
        QCOMPARE(curve.everySteps, std::int64_t(0));
        QVERIFY(!curve.at(25));
    }

    // Without a teacher a step is worth less, and so is what may be measured.
    void aTeacherCounts() {
        Recipe recipe = bundled("smollm2.json");
        recipe.checkpointSteps = 4;
        recipe.recovery.distillation = 0.5;
        const auto with = windowsMeasured(recipe, checkpointCurve(recipe, 256));
        recipe.recovery.distillation = 0;
        QVERIFY(windowsMeasured(recipe, checkpointCurve(recipe, 256)) < with);
    }
};

}  // namespace tst_checkpoint_curve

QTEST_GUILESS_MAIN(tst_checkpoint_curve::TestCheckpointCurve)
#include "tst_checkpoint_curve.moc"
