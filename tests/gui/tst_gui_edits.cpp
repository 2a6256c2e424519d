#include "tests/ui/ui_support/sample_session.h"
#include "tests/ui/ui_support/window_fixture.h"
#include "ui/graph/graph_view.h"
#include "ui/pages/graph_page.h"
#include "ui/pages/page.h"
#include "ui/plots/curve_plot.h"
#include "ui/widgets/bar_list.h"

#include "core/io/atomic_file.h"
#include "core/run/recipe.h"

#include <QAbstractButton>
#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QDir>
#include <QDoubleSpinBox>
#include <QListView>
#include <QSpinBox>
#include <QTableView>

namespace tst_gui_edits {

using namespace lorashear;
using namespace lorashear::ui;
using namespace lorashear::testing;

/// Edits of the plan: nothing changes without a word, nothing is lost without a question, and all pages speak of the same.
class TestGuiEdits : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() { QVERIFY(m.openBundled()); }
    void cleanup() { m.close(); }

    void snappingUnderAPadlockTellsWhatItCosts() {
        Session& session = m.studio->session();
        m.window->showPage(QStringLiteral("plan"));
        session.edit(QStringLiteral("much"), [](Recipe& r) { r.plan.ratio = 0.5; });
        session.setOverride(3, Override::Protect);  // layers.1.mlp
        const double before = session.plan().plan->expectedRatio;
        m.click("planSnap");
        const double after = session.plan().plan->expectedRatio;
        QVERIFY(after < before - 0.05);
        const auto* note = m.label("snapNote");
        QVERIFY(note->isVisible());
        QVERIFY2(
            note->text().contains(QStringLiteral("instead of")) && note->text().contains(QStringLiteral("layers.1.mlp")),
            qPrintable(note->text()));
        session.undoStack().undo();
        QCOMPARE(session.plan().plan->expectedRatio, before);
        QVERIFY(!note->isVisible());
    }

    void closingAsksAboutEditsThatAreInNoFile() {
        m.studio->session().edit(QStringLiteral("ratio"), [](Recipe& r) { r.plan.ratio = 0.33; });
        QVERIFY(m.window->isWindowModified());
        m.dialogs.keep = Dialogs::Keep::Stay;
        m.window->close();
        QApplication::processEvents();
        QVERIFY(m.window->isVisible());
        QCOMPARE(m.dialogs.asked.size(), 1);
        m.dialogs.keep = Dialogs::Keep::Save;
        m.dialogs.path = m.dir.filePath(QStringLiteral("kept.json"));
        m.window->close();
        QTRY_VERIFY(!m.window->isVisible());
        QCOMPARE(loadRecipe(m.dialogs.path.toStdString()).plan.ratio, 0.33);
    }

    void closingAsksNothingWhenNothingWouldBeLost() {
        m.studio->session().edit(QStringLiteral("ratio"), [](Recipe& r) { r.plan.ratio = 0.33; });
        m.studio->session().undoStack().undo();
        QVERIFY(!m.window->isWindowModified());
        m.window->close();
        QTRY_VERIFY(!m.window->isVisible());
        QVERIFY(m.dialogs.asked.isEmpty());
    }

    void discardingClosesAndAnotherModelAsksToo() {
        m.studio->session().edit(QStringLiteral("ratio"), [](Recipe& r) { r.plan.ratio = 0.33; });
        m.dialogs.keep = Dialogs::Keep::Stay;
        m.studio->open(bundledModel());
        QVERIFY(!m.studio->engine().busy());
        QCOMPARE(m.studio->session().recipe().plan.ratio, 0.33);
        m.dialogs.keep = Dialogs::Keep::Discard;
        m.window->close();
        QTRY_VERIFY(!m.window->isVisible());
    }

    void loadingIsOneEditThatUndoTakesBack() {
        Session& session = m.studio->session();
        session.edit(QStringLiteral("ratio"), [](Recipe& r) { r.plan.ratio = 0.33; });
        Recipe other = session.recipe();
        other.plan.ratio = 0.44, other.seed = 9;
        const QString file = m.dir.filePath(QStringLiteral("other.json"));
        writeFile(file.toStdString(), recipeText(other));
        m.dialogs.path = file;
        m.window->showPage(QStringLiteral("plan"));
        m.click("loadRecipe");
        QTRY_COMPARE(session.recipe().plan.ratio, 0.44);
        QCOMPARE(session.undoStack().count(), 2);
        QVERIFY(session.undoStack().undoText().contains(QStringLiteral("other.json")));
        QVERIFY(!session.edited());  // it is in that file
        m.click("planUndo");
        QCOMPARE(session.recipe().plan.ratio, 0.33);
        QVERIFY(session.edited());
        m.click("planUndo");
        m.click("planRedo");
        m.click("planRedo");
        QCOMPARE(session.recipe().plan.ratio, 0.44);
    }

    void theHistoryGoesToAnyStateAndThePlanShowsIt() {
        m.window->showPage(QStringLiteral("plan"));
        auto* ratio = m.find<QDoubleSpinBox>("ratio");
        const double opened = ratio->value();
        m.find<QAction>("panel_history")->trigger();
        auto* list = m.find<QListView>("historyList");
        QTRY_VERIFY(list->isVisible());
        const auto lines = [&] {
            QStringList all;
            for (int i = 0; i < list->model()->rowCount(); ++i) all << list->model()->index(i, 0).data().toString();
            return all;
        };
        QCOMPARE(lines(), QStringList{"as opened"});
        ratio->setValue(33);
        ratio->setValue(35);  // a value that is being looked for is one edit
        m.find<QSpinBox>("batch")->setValue(3);
        m.studio->session().setOverride(3, Override::Protect);
        QCOMPARE(lines().size(), 4);
        QVERIFY2(lines()[1].endsWith(QStringLiteral("0.35")) && !lines()[1].contains(QStringLiteral("0.33")),
                 qPrintable(lines()[1]));
        QVERIFY2(lines()[2].startsWith(QStringLiteral("batch: ")) && lines()[2].endsWith(QStringLiteral(" → 3")),
                 qPrintable(lines()[2]));
        QCOMPARE(lines()[3], QStringLiteral("protect layers.1.mlp"));
        const QString kept = m.label("planKept")->text();
        const auto click = [&](int row) {
            QTest::mouseClick(list->viewport(), Qt::LeftButton, {}, list->visualRect(list->model()->index(row, 0)).center());
        };
        click(0);
        QCOMPARE(ratio->value(), opened);
        QVERIFY(m.label("planKept")->text() != kept);
        QVERIFY(!m.studio->session().edited());
        click(1);
        QCOMPARE(ratio->value(), 35.0);
        QVERIFY(m.find<QSpinBox>("batch")->value() != 3);
        QVERIFY(m.label("historyWords")->text().startsWith(QStringLiteral("1 of 3")));
        QTest::keyClick(list, Qt::Key_Down);
        QTest::keyClick(list, Qt::Key_Down);
        QCOMPARE(m.studio->session().undoStack().index(), 3);
        QCOMPARE(m.label("planKept")->text(), kept);
    }

    void theSelectionPanelSaysWhatEveryPageKnows() {
        Session& session = m.studio->session();
        m.find<QAction>("panel_selection")->trigger();
        QTRY_COMPARE(m.label("selectionTitle")->text(), QStringLiteral("Nothing selected"));
        session.select({{}, -1, 3});
        QCOMPARE(m.label("selectionTitle")->text(), QStringLiteral("layers.1.mlp"));
        QVERIFY(m.label("selectionPlan")->text().contains(QStringLiteral("layers.1.mlp")));
        QVERIFY(!m.label("selectionRun")->isVisible());
        m.find<QAbstractButton>("selectionWord1")->click();
        QCOMPARE(session.overrideOf(3), Override::Protect);
        QVERIFY(m.label("selectionPlan")->text().contains(QStringLiteral("You protect it.")));
        session.undoStack().undo();
        QVERIFY(m.find<QAbstractButton>("selectionWord0")->isChecked());
        QVERIFY(m.runToTheEnd());
        QVERIFY(m.label("selectionRun")->isVisible());
        QVERIFY(m.label("selectionRun")->text().startsWith(QStringLiteral("At step 60: ")));
    }

    void whatIsSaidCanBeReadAgain() {
        m.find<QAction>("panel_log")->trigger();
        auto* table = m.find<QTableView>("logTable");
        QCOMPARE(table->model()->rowCount(), 0);
        Q_EMIT m.studio->noticed(QStringLiteral("a passing word"));
        m.studio->reportProblem(QStringLiteral("what"), QStringLiteral("where"), QStringLiteral("hint"));
        QCOMPARE(table->model()->rowCount(), 2);
        QCOMPARE(table->model()->index(1, 1).data().toString(), QStringLiteral("Error: where · what · hint"));
        table->selectRow(1);
        m.click("logCopy");
        QCOMPARE(QApplication::clipboard()->text(), QStringLiteral("where · what · hint"));
        QVERIFY(m.runToTheEnd());
        QStringList all;
        for (int i = 0; i < table->model()->rowCount(); ++i) all << table->model()->index(i, 1).data().toString();
        for (const int step : {40, 60})  // the last words too, which come together with the end
            QCOMPARE(all.count(QStringLiteral("Checkpoint saved at step %1").arg(step)), 1);
        QCOMPARE(table->currentIndex().row(), 1);  // what is read stays
    }

    void aRunsErrorIsSaidOnce() {
        m.close();
        QVERIFY(m.openBundled([play = usualScript()](const Command& command, testing::Stage& stage) {
            if (!std::holds_alternative<command::StartRun>(command)) return play(command, stage);
            stage.send(event::Note{"info", "a word before"});
            stage.failed(Error(ErrorCode::BadInput, "where", "no room left", "hint"));
        }));
        m.studio->startRun();
        QTRY_VERIFY(!m.studio->engine().busy());
        QStringList all;
        const auto* lines = m.find<QTableView>("logTable")->model();
        for (int i = 0; i < lines->rowCount(); ++i) all << lines->index(i, 1).data().toString();
        QCOMPARE(all.filter(QStringLiteral("no room left")), QStringList{"Error: where · no room left · hint"});
        QVERIFY(all.indexOf(QStringLiteral("a word before")) >= 0);
        QVERIFY(all.indexOf(QStringLiteral("a word before")) < all.indexOf(all.filter(QStringLiteral("no room left"))[0]));
    }

    void whatIsReadStaysWhenTheLogIsFull() {
        m.find<QAction>("panel_log")->trigger();
        auto* table = m.find<QTableView>("logTable");
        for (int i = 0; i < 500; ++i) Q_EMIT m.studio->noticed(QStringLiteral("word %1").arg(i));
        QCOMPARE(table->model()->rowCount(), 500);
        const auto chosen = [&] { return table->currentIndex().siblingAtColumn(1).data().toString(); };
        table->selectRow(1);
        QCOMPARE(chosen(), QStringLiteral("word 1"));
        Q_EMIT m.studio->noticed(QStringLiteral("one more"));
        QCOMPARE(table->model()->rowCount(), 500);
        QCOMPARE(chosen(), QStringLiteral("word 1"));
        QCOMPARE(m.label("logWords")->text(), QStringLiteral("word 1"));
        Q_EMIT m.studio->noticed(QStringLiteral("and one more"));  // what was read goes
        QVERIFY(!table->currentIndex().isValid());
        QVERIFY(!table->selectionModel()->hasSelection());
    }

    void oneSelectionEverywhere() {
        Session& session = m.studio->session();
        m.window->showPage(QStringLiteral("graph"));
        auto* view = static_cast<GraphPage*>(m.window->page(QStringLiteral("graph")))->view();
        // chosen elsewhere: the graph goes there, and its title is of the same block
        m.window->showPage(QStringLiteral("plan"));
        auto* bars = m.find<BarList>("planBars");
        QTest::keyClick(bars, Qt::Key_Home);
        for (int i = 0; i < 3; ++i) QTest::keyClick(bars, Qt::Key_Down);
        const int mlp1 = session.structure()->find("layers.1.mlp")->id;
        QCOMPARE(session.selection().nodeGroup, mlp1);
        m.window->showPage(QStringLiteral("graph"));
        QCOMPARE(view->folded().boxes[std::size_t(view->currentBox())].title, std::string("Block 1"));
        QVERIFY2(m.label("inspectorTitle")->text().contains(QStringLiteral("layers.1")),
                 qPrintable(m.label("inspectorTitle")->text()));
        auto* groups = m.find<QTableView>("inspectorGroups");
        const auto chosen = [&] { return groups->model()->index(groups->currentIndex().row(), 0).data().toString(); };
        QCOMPARE(chosen(), QStringLiteral("layers.1.mlp"));
        // chosen in the graph: every list has it
        view->selectNode(view->search(QStringLiteral("layers.3.self_attn.q_proj")).front());
        const int attention3 = session.structure()->find("layers.3.attention")->id;
        QCOMPARE(session.selection().nodeGroup, attention3);
        QCOMPARE(chosen(), QStringLiteral("layers.3.attention"));
        for (const auto& [page, list] : {std::pair{"plan", "planBars"}, {"run", "runBars"}}) {
            m.window->showPage(QString::fromLatin1(page));
            QCOMPARE(m.find<BarList>(list)->current(), attention3);
        }
        m.window->showPage(QStringLiteral("knowledge"));
        QCOMPARE(m.find<QComboBox>("groupNode")->currentData().toInt(), attention3);
        // and back: another bar, and no part of the graph page stays behind
        session.select({{}, -1, 0});
        m.window->showPage(QStringLiteral("graph"));
        QCOMPARE(chosen(), QStringLiteral("layers.0.attention"));
        QVERIFY(m.label("inspectorTitle")->text().contains(QStringLiteral("layers.0")));
    }

    void plotAndListOfferTheSameCheckpoints() {
        QVERIFY(m.runToTheEnd());  // 20, 40 and 60 are there
        const QString folder = QString::fromStdString(m.studio->session().run().folder);
        lookAgain();
        check(3);
        QVERIFY(QDir(folder + QStringLiteral("/checkpoints/step-20")).removeRecursively());  // tidied away
        lookAgain();
        check(2);
        QCOMPARE(m.find<CurvePlot>("perplexityPlot")->pointCount(0), 3);  // what was measured stays
    }

    void aBranchKeepsItsParentsCurves() {
        m.close();
        QVERIFY(m.openBundled([play = usualScript()](const Command& command, testing::Stage& stage) {
            if (!std::holds_alternative<command::BranchRun>(command)) return play(command, stage);
            event::Step step;
            step.stage = "prune";
            for (int i = 1; i <= 25; ++i) step.step = i, step.loss = 1, stage.send(step);
            stage.completed();
        }));
        QVERIFY(m.runToTheEnd());
        lookAgain();
        auto* loss = m.find<CurvePlot>("lossPlot");
        QCOMPARE(loss->pointCount(2), 0);
        const QList<QPointF> parent = loss->points(1);
        m.click("branch");
        QTRY_VERIFY(!m.studio->engine().busy());
        QCOMPARE(loss->pointCount(0), 25);
        QCOMPARE(loss->points(2), parent);
    }

private:
    /// What the script's test files are is seen when the page is filled anew.
    void lookAgain() {
        m.window->showPage(QStringLiteral("plan"));
        m.studio->session().edit(QStringLiteral("seed"), [](Recipe& r) { ++r.seed; });
        m.window->showPage(QStringLiteral("run"));
    }
    void check(int count) {
        const auto* list = m.find<QComboBox>("checkpoints");
        const auto* plot = m.find<CurvePlot>("perplexityPlot");
        QCOMPARE(list->count(), count);
        QCOMPARE(plot->pointCount(2), count);
        for (int i = 0; i < count; ++i) QCOMPARE(list->itemText(i), QStringLiteral("step %1").arg(plot->points(2)[i].x()));
    }

    WindowFixture m;
};

}  // namespace tst_gui_edits

QTEST_MAIN(tst_gui_edits::TestGuiEdits)
#include "tst_gui_edits.moc"
