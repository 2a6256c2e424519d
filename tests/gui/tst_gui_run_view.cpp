#include "tests/ui/ui_support/sample_runs.h"
#include "tests/ui/ui_support/window_fixture.h"
#include "ui/plots/checkpoint_plot.h"
#include "ui/plots/half_space_plot.h"
#include "ui/widgets/bar_list.h"
#include "ui/widgets/timeline_view.h"

#include <QAction>
#include <QContextMenuEvent>
#include <QLabel>
#include <QMenu>
#include <QPlainTextEdit>
#include <QSlider>
#include <QSpinBox>
#include <QTabWidget>
#include <QTableView>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

namespace tst_gui_run_view {

using namespace lorashear;
using namespace lorashear::ui;
using namespace lorashear::testing;

/// A run in time, in the real window: its half-space, the step that is looked at, its schedule and its events.
class TestGuiRunView : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void cleanup() { m.close(); }

    void theHalfSpaceShowsTheGroupsOfTheStep() {
        openFinishedRun();
        HalfSpacePlot* plot = halfSpace();
        slider()->setValue(15);  // of the first period's ten, the fifth; the script's boundary is crossed at the sixth
        QCOMPARE(plot->drawn(HalfSpacePlot::Fate::Fading), kPeriodGroups);
        QCOMPARE(plot->drawn(HalfSpacePlot::Fate::Projected), 0);
        QCOMPARE(plot->boundaryDrawn(), 0.1);
        for (const auto& point : plot->points()) {
            QVERIFY(point.along > plot->boundaryDrawn() && point.along < 1 && point.norm > 0);
            QVERIFY2(plot->shown().contains(QPointF(point.along, point.norm)), "a point lies outside");
        }
        QVERIFY(m.label("halfSpaceSummary")->text().contains(QStringLiteral("Step 15")));
        slider()->setValue(16);
        QCOMPARE(plot->drawn(HalfSpacePlot::Fate::Projected), 1);
        QVERIFY(m.label("halfSpaceSummary")->text().contains(QStringLiteral("1 crossed")));
        slider()->setValue(17);  // and is no longer asked about
        QCOMPARE(plot->drawn(HalfSpacePlot::Fate::Fading), kPeriodGroups - 1);
        slider()->setValue(20);
        QCOMPARE(plot->drawn(HalfSpacePlot::Fate::Faded), kPeriodGroups - 1);
        QVERIFY(plot->accessibleDescription().contains(QStringLiteral("boundary 0.1")));
    }

    void aGroupIsChosenThereAndEverywhere() {
        openFinishedRun();
        HalfSpacePlot* plot = halfSpace();
        slider()->setValue(15);
        plot->setFocus();
        QTest::keyClick(plot, Qt::Key_Right);
        const Selection chosen = m.studio->session().selection();
        QVERIFY(chosen.nodeGroup >= 0 && chosen.group >= 0);
        const QString name =
            QString::fromStdString(m.studio->session().structure()->nodeGroups[std::size_t(chosen.nodeGroup)].name);
        QVERIFY2(plot->cursorWords().startsWith(QStringLiteral("%1, group %2: norm").arg(name).arg(chosen.group)),
                 qPrintable(plot->cursorWords()));
        QVERIFY(plot->cursorWords().contains(QStringLiteral("angle")) &&
                plot->cursorWords().contains(QStringLiteral("along")));
        QCOMPARE(plot->pathLength(), 5);  // where it came from, step by step
        QCOMPARE(m.find<BarList>("runBars")->current(), chosen.nodeGroup);
        m.click("halfSpaceAsTable");
        auto* table = m.find<QTableView>("halfSpaceTable");
        QVERIFY(table->isVisible() && !plot->isVisible());
        QCOMPARE(table->model()->rowCount(), int(plot->points().size()));
        QCOMPARE(table->currentIndex().siblingAtColumn(0).data().toString(), name);
        QCOMPARE(table->currentIndex().siblingAtColumn(1).data().toString(), QString::number(chosen.group));
        table->setFocus();
        QTest::keyClick(table, Qt::Key_Down);
        QVERIFY(!(m.studio->session().selection() == chosen));
        QVERIFY(m.studio->session().selection().group >= 0);
    }

    void theScrubberMovesEverything() {
        openFinishedRun();
        auto* bars = m.find<BarList>("runBars");
        const auto kept = [&] {
            double sum = 0;
            for (const BarRow& row : bars->rows()) sum += row.value;
            return sum;
        };
        const double end = kept();
        auto* told = m.find<QTabWidget>("runTold");
        told->setCurrentIndex(1);
        auto* text = m.find<QPlainTextEdit>("momentText");
        QVERIFY(!m.find<QPushButton>("runNewest")->isVisible());
        slider()->setValue(25);
        QVERIFY(kept() > end);
        QVERIFY(m.label("runBarsTitle")->text().contains(QStringLiteral("25")));
        QVERIFY2(m.label("runMoment")->text().startsWith(QStringLiteral("step 25 of 60 · period 2/5")),
                 qPrintable(m.label("runMoment")->text()));
        QCOMPARE(text->toPlainText(), QStringLiteral("Once upon a time, at step 20"));
        QCOMPARE(m.find<TimelineView>("runTimeline")->position(), std::optional(25.0));
        QCOMPARE(m.find<CurvePlot>("lossPlot")->moment(), std::optional(25.0));
        slider()->setValue(5);
        QCOMPARE(kept(), double(bars->rows().size()));
        QVERIFY(text->toPlainText().contains(QStringLiteral("Lily")));  // the original's
        m.click("runNewest");
        QCOMPARE(kept(), end);
        QCOMPARE(slider()->value(), 60);
        QVERIFY(!m.find<CurvePlot>("lossPlot")->moment());
        slider()->setFocus();
        QTest::keyClick(slider(), Qt::Key_Left);
        QCOMPARE(m.studio->session().lookedAt(), std::optional(59.0));
        QTest::keyClick(slider(), Qt::Key_End);
        QVERIFY(!m.studio->session().lookedAt());
        QTest::keyClick(slider(), Qt::Key_PageUp);  // to the event before
        QVERIFY(m.studio->session().lookedAt());
        QVERIFY(slider()->accessibleDescription().startsWith(QStringLiteral("step")));
    }

    /// The newest step is followed until an earlier one is looked at, and that one stays while the run goes on.
    void aLiveRunIsFollowedUntilAStepIsChosen() {
        Door door;
        const Script usual = usualScript();
        QVERIFY(m.openBundled([&door, usual](const Command& command, testing::Stage& stage) {
            if (!std::holds_alternative<command::StartRun>(command)) return usual(command, stage);
            for (int step = 1; step <= 30; ++step) {
                if (step == 13) door.wait();
                event::Step s;
                s.stage = "prune";
                s.phase = "warmup";
                s.step = step;
                s.loss = 2;
                stage.send(s);
            }
            stage.completed();
        }));
        m.studio->startRun();
        m.window->showPage(QStringLiteral("run"));
        const RunState& run = m.studio->session().run();
        QTRY_COMPARE(run.lastStep(), 12.0);
        QTRY_COMPARE(slider()->value(), 12);
        slider()->setValue(80);  // has not come yet
        QCOMPARE(slider()->value(), 12);
        QVERIFY(!m.studio->session().lookedAt());
        slider()->setValue(11);
        door.open();
        QTRY_VERIFY(!m.studio->engine().busy());
        QCOMPARE(run.lastStep(), 30.0);
        QCOMPARE(slider()->value(), 11);
        QVERIFY(m.label("runMoment")->text().startsWith(QStringLiteral("step 11 of 30")));
        m.click("runNewest");
        QCOMPARE(slider()->value(), 30);
    }

    /// With over-selection: more fade than go, and the test of the period's middle decides.
    void groupsThatGrowBackAreTheirOwnKind() {
        QVERIFY(m.openBundled([play = usualScript()](const Command& command, testing::Stage& stage) {
            if (!std::holds_alternative<command::StartRun>(command)) return play(command, stage);
            event::Step step;
            step.stage = "prune", step.step = 1, step.loss = 1;
            stage.send(step);
            event::HalfSpace seen{1,
                                  0.1,
                                  false,
                                  4,
                                  sampleRemoved(0, 4),
                                  {1, 1, 1, 1},
                                  {1, 1, 1, 1},
                                  {0.8, 0.8, 1.1, 1.1},
                                  {0.8, 0.8, 1.1, 1.1}};
            seen.returning = {0, 0, 1, 1};
            stage.send(seen);
            stage.completed();
        }));
        m.window->showPage(QStringLiteral("run"));
        m.studio->startRun();
        QTRY_VERIFY(!m.studio->engine().busy());
        showHalfSpace();
        QTRY_COMPARE(halfSpace()->drawn(HalfSpacePlot::Fate::Returning), 2);
        QCOMPARE(halfSpace()->drawn(HalfSpacePlot::Fate::Fading), 2);
        const QString words = m.label("halfSpaceSummary")->text();
        QVERIFY2(words.contains(QStringLiteral("of 4 groups 2 grow back")), qPrintable(words));
        QVERIFY(halfSpace()->accessibleDescription().contains(QStringLiteral("2 grow back")));
        QVERIFY(halfSpace()->points()[2].words.endsWith(QStringLiteral("grows back")));
    }

    void aPastRunShowsTheSame() {
        openFinishedRun();
        m.studio->session().lookAt(33);
        const auto points = halfSpace()->points();
        QVERIFY(!points.empty());
        const QString folder = m.dir.filePath(QStringLiteral("past"));
        {
            const RunFolder written = RunFolder::create(folder.toStdString(), m.studio->session().recipe());
            EventLog log(written.eventsFile());
            for (const RunEvent& event : m_heard) log.append(event);
        }
        QVERIFY(m.start(scriptedEngine(usualScript())));
        m.studio->openRun(folder);
        QTRY_COMPARE(m.studio->session().run().lastStep(), 60.0);
        m.window->showPage(QStringLiteral("run"));
        showHalfSpace();
        slider()->setValue(33);
        QCOMPARE(halfSpace()->points().size(), points.size());
        for (std::size_t i = 0; i < points.size(); ++i) {
            QVERIFY(halfSpace()->points()[i].group == points[i].group);
            QCOMPARE(halfSpace()->points()[i].along, points[i].along);
            QCOMPARE(halfSpace()->points()[i].norm, points[i].norm);
        }
        QVERIFY(!m.find<TimelineView>("runTimeline")->parts().empty());
    }

    void draggingAnEndOnThePlanEditsTheRecipe() {
        QVERIFY(m.openBundled());
        m.window->showPage(QStringLiteral("plan"));
        auto* view = m.find<TimelineView>("scheduleTimeline");
        showTabOf(view);
        m.find<QSpinBox>("option_warmup_steps")->setValue(10);  // the bundled recipe has none
        const auto stepsOf = [&](int phase) { return view->parts()[std::size_t(phase)].steps; };
        const double warmup = stepsOf(0), period = stepsOf(1);
        const int before = m.studio->session().undoStack().count();
        dragEnd(view, 1, 6);  // the end of the first period
        QCOMPARE(stepsOf(1), period + 6);
        QCOMPARE(stepsOf(2), period + 6);  // all periods hang on one setting
        QCOMPARE(m.find<QSpinBox>("option_period_steps")->value(), int(period) + 6);
        QCOMPARE(m.studio->session().undoStack().count(), before + 1);
        dragEnd(view, 0, -1000);  // further than there is room: the bound holds
        QCOMPARE(m.find<QSpinBox>("option_warmup_steps")->value(), 0);
        QCOMPARE(view->parts().front().phase, 1);
        m.studio->session().undoStack().undo();
        QCOMPARE(stepsOf(0), warmup);
        QCOMPARE(stepsOf(1), period + 6);
        m.studio->session().undoStack().undo();
        QCOMPARE(stepsOf(1), period);
        view->setFocus();
        QTest::keyClick(view, Qt::Key_Left);  // the first end of all
        QTest::keyClick(view, Qt::Key_Up);
        QCOMPARE(stepsOf(0), warmup + 1);
        QVERIFY(view->accessibleDescription().contains(QStringLiteral("Up and Down move it")));
    }

    /// Undo or another page in the middle of a drag would leave it hanging: keys wait, and Escape takes the drag back.
    void whileAnEndIsDraggedTheKeyboardIsItsAlone() {
        QVERIFY(m.openBundled());
        m.window->showPage(QStringLiteral("plan"));
        auto* view = m.find<TimelineView>("scheduleTimeline");
        showTabOf(view);
        const double period = view->parts()[1].steps, end = view->parts()[0].steps + period;
        const int y = view->fontMetrics().height() + 10;
        const auto at = [&](double step) { return QPoint(int(std::lround(view->xOf(step))), y); };
        const int part = view->boundaryAt(at(end).x());
        QVERIFY(part >= 0);
        const auto steps = [&] { return view->parts()[std::size_t(part)].steps; };
        const double before = steps();
        QTest::mousePress(view, Qt::LeftButton, {}, at(end));
        QTest::mouseMove(view, at(end + 5));
        QTest::mouseMove(view, at(end + 8));
        const double dragged = steps();
        QVERIFY(dragged > before);
        QTest::keyClick(view, Qt::Key_Z, Qt::ControlModifier);
        QTest::keyClick(view, Qt::Key_1, Qt::ControlModifier);
        QTest::keyClick(view, Qt::Key_Up);
        QCOMPARE(steps(), dragged);
        QCOMPARE(m.window->currentPage(), QStringLiteral("plan"));
        QTest::keyClick(view, Qt::Key_Escape);
        QCOMPARE(steps(), before);
        QTest::mouseMove(view, at(end + 12));  // the button is still down
        QTest::mouseRelease(view, Qt::LeftButton, {}, at(end + 12));
        QCOMPARE(steps(), before);
        QTest::keyClick(view, Qt::Key_1, Qt::ControlModifier);
        QCOMPARE(m.window->currentPage(), QStringLiteral("model"));
    }

    void roundsOfRecoveryAreDraggedToo() {
        QVERIFY(m.openBundled());
        m.window->showPage(QStringLiteral("plan"));
        auto* view = m.find<TimelineView>("scheduleTimeline");
        showTabOf(view);
        const Recipe::Recovery& recovery = m.studio->session().recipe().recovery;
        if (!recovery.enabled)
            m.studio->session().edit(QStringLiteral("recover"), [](Recipe& r) { r.recovery.enabled = true; });
        QVERIFY(!recovery.phases.empty());
        const int rounds = recovery.phases.back().maxRounds, each = recovery.phases.back().stepsPerRound;
        dragEnd(view, int(view->parts().size()) - 1, 2 * each);
        QCOMPARE(m.studio->session().recipe().recovery.phases.back().maxRounds, rounds + 2);
    }

    /// A run that was announced cannot be changed any more.
    void theScheduleOfARunStaysAsItWas() {
        openFinishedRun();
        auto* view = m.find<TimelineView>("runTimeline");
        const auto steps = view->parts().at(1).steps;
        for (const TimelinePart& part : view->parts()) QVERIFY(!part.movable);
        m.studio->session().edit(QStringLiteral("longer"),
                                 [](Recipe& r) { r.method.optionsJson = R"({"period_steps": 77})"; });
        QCOMPARE(view->parts().at(1).steps, steps);
    }

    void whatIsNoNumberIsAMarkInTheLane() {
        const Script usual = usualScript();
        QVERIFY(m.openBundled([usual](const Command& command, testing::Stage& stage) {
            if (!std::holds_alternative<command::StartRun>(command)) return usual(command, stage);
            for (int step = 1; step <= 6; ++step) {
                event::Step s;
                s.stage = "prune";
                s.phase = "warmup";
                s.step = step;
                s.loss = step == 4 ? std::numeric_limits<double>::quiet_NaN() : 2.0 - 0.1 * step;
                s.learningRate = 0.001 * step;
                stage.send(s);
            }
            stage.completed();
        }));
        m.studio->startRun();
        QTRY_VERIFY(m.studio->session().run().finished.has_value());
        m.window->showPage(QStringLiteral("run"));
        auto* view = m.find<TimelineView>("runTimeline");
        QCOMPARE(view->marks().size(), std::size_t{1});
        QVERIFY(view->marks().front().kind == TimelineMark::Kind::Problem);
        QCOMPARE(view->marks().front().step, 4.0);
        const QPoint there(int(view->xOf(4)), view->height() - 6);
        QVERIFY2(view->wordsAt(there).contains(QStringLiteral("Step 4")), qPrintable(view->wordsAt(there)));
        QCOMPARE(m.find<CurvePlot>("lossPlot")->markCount(), 1);
        // What was set is drawn as it was set.
        showTabOf(m.find<CurvePlot>("ratePlot"));
        const auto rates = m.find<CurvePlot>("ratePlot")->points(0);
        QCOMPARE(rates.size(), 6);
        for (int i = 0; i < 6; ++i) QCOMPARE(rates[i], QPointF(i + 1, 0.001 * (i + 1)));
    }

    /// On the same windows, where perplexities of two texts say nothing of each other.
    void howFarItIsAboveTheOriginalIsDrawnWithItsError() {
        openFinishedRun();
        auto* plot = m.find<CurvePlot>("abovePlot");
        showTabOf(plot);
        QCOMPARE(plot->points(0), (QList<QPointF>{{20, 0.02}, {40, 0.04}, {60, 0.06}}));
        QCOMPARE(plot->points(1)[0].y(), 0.02 - 1.96 * 0.005);
        QCOMPARE(plot->points(2)[2].y(), 0.06 + 1.96 * 0.005);
        const auto& log = m.studio->session().run().log;
        QVERIFY(std::any_of(log.begin(), log.end(), [](const RunState::LogLine& line) {
            return line.text.endsWith(
                QStringLiteral("; on the same windows 0.0400 ± 0.0050 nats a token above the original"));
        }));
        plot->grab();
    }

    void aClickInACurveLooksAtItsStep() {
        openFinishedRun();
        auto* plot = m.find<CurvePlot>("lossPlot");
        showTabOf(plot);
        auto* canvas = m.find<QWidget>("lossPlot_canvas");
        QTest::mouseClick(canvas, Qt::LeftButton, {}, QPoint(canvas->width() / 2, canvas->height() / 2));
        QTRY_VERIFY(m.studio->session().lookedAt());
        QVERIFY(*m.studio->session().lookedAt() > 15 && *m.studio->session().lookedAt() < 45);
        QVERIFY(plot->following());  // the axes stay
    }

    void whatAStepTakesIsDrawnAndRead() {
        openFinishedRun();
        auto* time = m.find<CurvePlot>("stepTimePlot");
        showTabOf(time);
        QCOMPARE(time->pointCount(0), 60);
        QVERIFY(std::abs(time->points(0).last().y() - 1e3 * 2048 / 11800) < 1e-6);
        QCOMPARE(m.find<CurvePlot>("memoryPlot")->points(0).last(), QPointF(60, 316));  // MB
        QVERIFY(m.find<CurvePlot>("speedPlot")->isVisible());
        QVERIFY2(m.label("runFacts")->text().endsWith(QStringLiteral("174 ms a step")),
                 qPrintable(m.label("runFacts")->text()));
        QVERIFY2(time->valuesAt(30).contains(QStringLiteral("173.6")), qPrintable(time->valuesAt(30)));
    }

    /// In the smallest window the facts give way to the buttons, whole ones at a time.
    void factsOfARunAreNeverCut() {
        openFinishedRun();
        lookAgain();
        m.window->resize(m.window->minimumSize());
        QTRY_COMPARE(m.window->width(), 1024);
        QLabel* facts = m.label("runFacts");
        QTRY_VERIFY(facts->fontMetrics().horizontalAdvance(facts->text()) <= facts->width());
        QVERIFY2(facts->text().endsWith(QStringLiteral("174 ms a step")), qPrintable(facts->text()));
        QVERIFY(facts->toolTip().contains(QStringLiteral("step 60")));
        m.window->resize(1920, 1080);
        QTRY_COMPARE(facts->text(), facts->toolTip());
    }

    void aClickOnACheckpointOffersToBranchFromIt() {
        int branched = -1;
        openFinishedRun([&](const Command& command, testing::Stage& stage) {
            const auto* branch = std::get_if<command::BranchRun>(&command);
            if (!branch) return false;
            branched = QString::fromStdString(branch->checkpoint).section(QLatin1Char('-'), -1).toInt();
            stage.completed();
            return true;
        });
        auto* plot = m.find<CheckpointPlot>("perplexityPlot");
        showTabOf(plot);
        lookAgain();
        QCOMPARE(plot->ringSteps(), (std::vector<double>{20, 40, 60}));
        auto* canvas = m.find<QWidget>("perplexityPlot_canvas");
        QCoreApplication::processEvents();
        canvas->grab();
        QTest::mouseClick(canvas, Qt::LeftButton, {}, *plot->ringPlace(40));
        QTRY_VERIFY(offered());
        QCOMPARE(offered()->text(), QStringLiteral("Branch from step 40"));
        QCOMPARE(branched, -1);  // until it is chosen
        QCOMPARE(m.studio->session().lookedAt(), std::optional(40.0));
        offered()->trigger();
        QTRY_VERIFY(!m.studio->engine().busy());
        QCOMPARE(branched, 40);
    }

    void checkpointsAreWalkedAndBranchedFromWithTheKeyboard() {
        openFinishedRun();
        auto* plot = m.find<CheckpointPlot>("perplexityPlot");
        showTabOf(plot);
        lookAgain();
        plot->setFocus();
        QTest::keyClick(plot, Qt::Key_BracketLeft);  // from the newest step, which is a checkpoint itself
        QTRY_COMPARE(m.studio->session().lookedAt(), std::optional(40.0));
        QTest::keyClick(plot, Qt::Key_Return);
        QTRY_VERIFY(offered());
        QCOMPARE(offered()->text(), QStringLiteral("Branch from step 40"));
        offered()->parent()->deleteLater();
        QContextMenuEvent wanted(QContextMenuEvent::Keyboard, QPoint(), plot->mapToGlobal(QPoint()));
        QCoreApplication::sendEvent(plot, &wanted);
        auto* menu = plot->findChild<QMenu*>(QStringLiteral("perplexityPlot_menu"));
        QVERIFY(menu && menu->findChild<QAction*>(QStringLiteral("branch_20")));
        menu->close();
        QVERIFY2(plot->accessibleDescription().contains(QStringLiteral("steps 20, 40, 60")),
                 qPrintable(plot->accessibleDescription()));
    }

    void theHalfSpaceStandsBesideTheCurvesWhereThereIsRoom() {
        openFinishedRun();
        QVERIFY(!m.find<CurvePlot>("lossPlot")->isVisible());  // behind it, as tabs
        m.window->resize(1920, 1080);
        QTRY_VERIFY(m.find<CurvePlot>("lossPlot")->isVisible() && halfSpace()->isVisible());
    }

private:
    static constexpr int kPeriodGroups = 42;  ///< 213 groups in five periods; the first takes 42

    void openFinishedRun(std::function<bool(const Command&, testing::Stage&)> otherwise = {}) {
        QVERIFY(m.openBundled([play = usualScript(), otherwise](const Command& command, testing::Stage& stage) {
            if (!otherwise || !otherwise(command, stage)) play(command, stage);
        }));
        m_heard.clear();
        connect(&m.studio->engine(), &EngineController::eventReceived, this, [this](const RunEvent& event) {
            if (m_heard.empty() || !std::holds_alternative<event::Finished>(m_heard.back())) m_heard.push_back(event);
        });
        m.window->showPage(QStringLiteral("run"));
        QVERIFY(m.runToTheEnd());
        showHalfSpace();
    }
    /// What the script's test files are is seen when the page is filled anew.
    void lookAgain() {
        m.window->showPage(QStringLiteral("plan"));
        m.studio->session().edit(QStringLiteral("seed"), [](Recipe& r) { ++r.seed; });
        m.window->showPage(QStringLiteral("run"));
        QCoreApplication::processEvents();
    }
    /// What the menu at a ring offers; null: there is none.
    QAction* offered() const {
        auto* menu = m.window->findChild<QMenu*>(QStringLiteral("perplexityPlot_ring"));
        return menu && menu->isVisible() ? menu->actions().value(0) : nullptr;
    }
    HalfSpacePlot* halfSpace() const { return m.find<HalfSpacePlot>("halfSpacePlot"); }
    QSlider* slider() const { return m.find<QSlider>("runScrubber"); }
    void showHalfSpace() { showTabOf(halfSpace()); }
    /// The tab that holds it comes forward, as when a person clicks it.
    void showTabOf(QWidget* inside) {
        for (QWidget* w = inside; w; w = w->parentWidget())
            for (QWidget* t = w->parentWidget(); t; t = t->parentWidget())
                if (auto* tabs = qobject_cast<QTabWidget*>(t); tabs && tabs->indexOf(w) >= 0) tabs->setCurrentWidget(w);
        QTRY_VERIFY(inside->isVisible());
    }
    static void dragEnd(TimelineView* view, int part, double bySteps) {
        double end = 0;
        for (int i = 0; i <= part; ++i) end += view->parts()[std::size_t(i)].steps;
        const int y = view->fontMetrics().height() + 10;
        const QPoint from(int(std::lround(view->xOf(end))), y), to(int(std::lround(view->xOf(end + bySteps))), y);
        QVERIFY(view->boundaryAt(from.x()) == part);
        QTest::mousePress(view, Qt::LeftButton, {}, from);
        QTest::mouseMove(view, (from + to) / 2);
        QTest::mouseMove(view, to);
        QTest::mouseRelease(view, Qt::LeftButton, {}, to);
    }

    WindowFixture m;
    std::vector<RunEvent> m_heard;
};

}  // namespace tst_gui_run_view

QTEST_MAIN(tst_gui_run_view::TestGuiRunView)
#include "tst_gui_run_view.moc"
