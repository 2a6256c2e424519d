#include "core/run/branch_record.h"
#include "tests/ui/ui_support/sample_runs.h"
#include "tests/ui/ui_support/window_fixture.h"
#include "ui/pages/runs_table.h"
#include "ui/plots/curve_plot.h"
#include "ui/plots/parallel_plot.h"
#include "ui/plots/point_plot.h"
#include "ui/theme/theme.h"

#include <QApplication>
#include <QClipboard>
#include <QLineEdit>
#include <QMenu>
#include <QScopeGuard>
#include <QScrollBar>
#include <QTabWidget>
#include <QTableView>

namespace tst_gui_runs {

using namespace lorashear;
using namespace lorashear::ui;
using namespace lorashear::testing;

/// All runs beside each other, in the real window.
class TestGuiRuns : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() {
        const QString runs = runsFolder();
        writeSampleRun(runs + QStringLiteral("/small"), {0.4, 7.0});
        writeSampleRun(runs + QStringLiteral("/middle"), {0.25, 5.5, "magnitude"});
        writeSampleRun(runs + QStringLiteral("/beaten"), {0.2, 6.0});
        writeSampleRun(runs + QStringLiteral("/other-text"), {0.2, 3.0, "lhspg", "BOS + 255 tokens"});
        writeSampleRun(runs + QStringLiteral("/broken"), {.end = event::Finished::Outcome::Failed});
    }
    void init() {
        QVERIFY(m.start(scriptedEngine(usualScript())));
        m.window->showPage(QStringLiteral("runs"));
        table = m.find<QTableView>("runsTable");
        QTRY_COMPARE(table->model()->rowCount(), 5);
        QTRY_COMPARE(m.label("runsSummary")->text(), QStringLiteral("5 runs"));
    }
    void cleanup() {
        m.close();
        applyAppearance(*qApp, Appearance::Light);
    }

    void everyRunIsARowWithItsFigures() {
        const int row = rowOf("middle");
        QVERIFY(cell(row, "Status").contains(QStringLiteral("complete")));
        QCOMPARE(cell(row, "Method"), QStringLiteral("magnitude"));
        QCOMPARE(cell(row, "Removed"), QStringLiteral("25.0 %"));
        QCOMPARE(cell(row, "Parameters"), QStringLiteral("195 K"));
        QCOMPARE(cell(row, "Perplexity"), QStringLiteral("5.500"));
        QCOMPARE(cell(row, "Best checkpoint"), QStringLiteral("5.300"));
        QCOMPARE(cell(row, "Last checkpoint"), QStringLiteral("5.600"));
        QVERIFY(cell(rowOf("broken"), "Status").contains(QStringLiteral("failed")));
        QVERIFY(cell(rowOf("broken"), "Removed").contains(QStringLiteral("asked for")));
        QCOMPARE(cell(rowOf("other-text"), "Perplexity"), QStringLiteral("–"));  // under another protocol
    }

    void theTableIsAsWideAsThePage() {
        for (const QSize& size : {QSize(1280, 800), QSize(1920, 1080)}) {
            m.window->resize(size);
            QTRY_COMPARE(m.window->size(), size);
            QTRY_COMPARE(table->horizontalScrollBar()->maximum(), 0);
            QVERIFY(table->columnWidth(1) >= 150);
        }
        for (int c = 0; c < table->model()->columnCount(); ++c)
            QCOMPARE(table->isColumnHidden(c), c == RunsTable::kBranch);  // of which there is none
        m.window->resize(1280, 800);
    }

    void sizesShowOneProtocolAndWhoIsLeftOut() {
        auto* plot = m.find<PointPlot>("runsSizes");
        QCOMPARE(plot->points(2).size(), 3);
        QCOMPARE(plot->points(1).size(), 2);  // beaten by none: small and middle
        QVERIFY(plot->drawnFilled(2) && !plot->drawnFilled(0));
        QCOMPARE(plot->points(0), (QList<QPointF>{{260032, 4.507}}));
        QVERIFY(m.label("runsNote")->isVisible() && m.label("runsNote")->text().startsWith(QStringLiteral("2 runs")));
        QVERIFY(plot->accessibleDescription().contains(QStringLiteral("3 points")));
        m.choose("runsText", 1);
        QCOMPARE(plot->points(2).size(), 1);
        QCOMPARE(cell(rowOf("other-text"), "Perplexity"), QStringLiteral("3.000"));
    }

    void aRunIsPickedFromThePlotByKeyAndByMouse() {
        auto* plot = m.find<PointPlot>("runsSizes");
        plot->setFocus();
        QTest::keyClick(plot, Qt::Key_Right);  // none is current but the one the page began with
        QStringList seen;
        for (int i = 0; i < 4; ++i) QTest::keyClick(plot, Qt::Key_Left);
        QCOMPARE(current(), QStringLiteral("small"));
        seen << current();
        for (int i = 0; i < 2; ++i) {
            QTest::keyClick(plot, Qt::Key_Right);
            seen << current();
        }
        QCOMPARE(seen, (QStringList{QStringLiteral("small"), QStringLiteral("middle"), QStringLiteral("beaten")}));
        QVERIFY2(plot->cursorWords().contains(QStringLiteral("beaten")), qPrintable(plot->cursorWords()));
        QCOMPARE(m.find<CurvePlot>("runsLoss")->pointCount(0), 40);
        QTest::keyClick(plot, Qt::Key_Return);
        QCOMPARE(m.window->currentPage(), QStringLiteral("run"));
        QVERIFY(m.studio->session().run().folder.ends_with("/beaten"));
    }

    void chosenRunsLieOverEachOther() {
        table->clearSelection();
        for (const char* name : {"small", "middle", "beaten"})
            table->selectionModel()->select(table->model()->index(rowOf(name), 0),
                                            QItemSelectionModel::Select | QItemSelectionModel::Rows);
        auto* loss = m.find<CurvePlot>("runsLoss");
        for (int i = 0; i < 3; ++i) QCOMPARE(loss->pointCount(i), 40);
        QCOMPARE(loss->pointCount(3), 0);
        QStringList numbers;
        for (int row = 0; row < table->model()->rowCount(); ++row)
            if (!cell(row, "No.").isEmpty()) numbers << cell(row, "No.");
        numbers.sort();
        QCOMPARE(numbers, (QStringList{QStringLiteral("1"), QStringLiteral("2"), QStringLiteral("3")}));
        // searching hides rows and brings back what was chosen
        m.find<QLineEdit>("runsSearch")->setText(QStringLiteral("magnitude"));
        QCOMPARE(table->model()->rowCount(), 1);
        QCOMPARE(m.label("runsSummary")->text(), QStringLiteral("1 of 5 runs"));
        m.find<QLineEdit>("runsSearch")->clear();
        QCOMPARE(table->selectionModel()->selectedRows().size(), 3);
    }

    void whatIsCopiedIsWhatIsShown() {
        m.find<QLineEdit>("runsSearch")->setText(QStringLiteral("magnitude"));
        m.click("runsMarkdown");
        const QString markdown = QApplication::clipboard()->text();
        QCOMPARE(markdown.count(QLatin1Char('\n')), 3);
        QVERIFY2(markdown.contains(QStringLiteral("| middle |")) && markdown.contains(QStringLiteral("25.0 %")),
                 qPrintable(markdown));
        m.click("runsCsv");
        const QString csv = QApplication::clipboard()->text();
        QVERIFY2(csv.contains(QStringLiteral("195024")) && csv.contains(QStringLiteral("0.25")), qPrintable(csv));
        m.find<QLineEdit>("runsSearch")->clear();
    }

    void theMenuSortsForWhoHasNoMouse() {
        Q_EMIT table->customContextMenuRequested(QPoint(20, 20));
        auto* menu = table->findChild<QMenu*>(QStringLiteral("runsTable_menu"));
        QVERIFY(menu);
        QAction* parameters = nullptr;
        for (QMenu* sub : menu->findChildren<QMenu*>())
            for (QAction* action : sub->actions())
                if (action->text() == QLatin1String("Parameters")) parameters = action;
        QVERIFY(parameters);
        parameters->trigger();
        QCOMPARE(cell(0, "Run"), QStringLiteral("small"));
        menu->close();
    }

    void aReportIsSavedFromTheMenu() {
        m.dialogs.path = m.dir.filePath(QStringLiteral("report.html"));
        table->setCurrentIndex(table->model()->index(0, 1));
        Q_EMIT table->customContextMenuRequested(QPoint(20, 20));
        auto* menu = table->findChild<QMenu*>(QStringLiteral("runsTable_menu"));
        for (QAction* action : menu->actions())
            if (action->text() == QStringLiteral("Save report…")) action->trigger();
        menu->close();
        QTRY_VERIFY(QFile::exists(m.dialogs.path));
        QFile file(m.dialogs.path);
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray html = file.readAll();
        QVERIFY(html.contains("<svg") && html.contains(cell(0, "Run").toUtf8()));
        // of the run shown, from the File menu; here none is
        m.dialogs.path = m.dir.filePath(QStringLiteral("none.html"));
        const std::size_t before = m.studio->problems().size();
        m.window->findChild<QAction*>(QStringLiteral("actionSaveReport"))->trigger();
        QCOMPARE(m.studio->problems().size(), before + 1);
        QVERIFY(!QFile::exists(m.dialogs.path));
        m.dialogs.path.clear();
    }

    void aBranchStandsBelowItsParentWithWhatDiffers() {
        const QString folder = writeSampleRun(runsFolder() + QStringLiteral("/tuned"), {0.25, 5.4, "magnitude"});
        const RunFolder run = RunFolder::open(folder.toStdString());
        Recipe recipe = run.recipe();
        recipe.seed += 1;
        const int rounds = recipe.recovery.phases.back().maxRounds += 2;
        run.saveRecipe(recipe);
        saveBranchRecord(run.path(), {(runsFolder() + QStringLiteral("/middle")).toStdString(), 20});
        const auto gone = qScopeGuard([&] { QDir(folder).removeRecursively(); });
        Q_EMIT m.studio->session().commandFinished();  // as after the branch's run
        QTRY_COMPARE(table->model()->rowCount(), 6);
        QTRY_COMPARE(m.label("runsSummary")->text(), QStringLiteral("6 runs"));
        const char* branch = "└ tuned";
        QVERIFY(!table->isColumnHidden(RunsTable::kBranch));
        QCOMPARE(cell(rowOf(branch), "Branched at"), QStringLiteral("step 20: max rounds %1 → %2, seed %3 → %4")
                                                         .arg(rounds - 2)
                                                         .arg(rounds)
                                                         .arg(recipe.seed - 1)
                                                         .arg(recipe.seed));
        m.window->resize(1024, 640);
        QTRY_COMPARE(m.window->width(), 1024);
        QTRY_VERIFY(table->columnWidth(RunsTable::kName) >= 120 && table->columnWidth(RunsTable::kBranch) >= 150);
        for (const auto& [column, order] : {std::pair(-1, Qt::AscendingOrder), std::pair(8, Qt::AscendingOrder),
                                            std::pair(8, Qt::DescendingOrder), std::pair(12, Qt::DescendingOrder)}) {
            table->sortByColumn(column, order);
            QCOMPARE(rowOf(branch), rowOf("middle") + 1);
        }
        table->sortByColumn(8, Qt::AscendingOrder);  // what is not below a parent is in the order asked for
        QVERIFY(rowOf("middle") < rowOf("beaten") && rowOf("beaten") < rowOf("small"));
        table->sortByColumn(-1, Qt::AscendingOrder);
    }

    void aRunIsPickedFromOverlaidCurves() {
        table->clearSelection();
        for (const char* name : {"small", "beaten"})
            table->selectionModel()->select(table->model()->index(rowOf(name), 0),
                                            QItemSelectionModel::Select | QItemSelectionModel::Rows);
        table->selectionModel()->setCurrentIndex(table->model()->index(rowOf("middle"), 1), QItemSelectionModel::NoUpdate);
        auto* canvas = m.find<QWidget>("runsLoss_canvas");
        canvas->grab();
        QStringList seen;
        for (int y = 8; y < canvas->height(); y += 6) {
            QTest::mouseClick(canvas, Qt::LeftButton, {}, QPoint(canvas->width() * 2 / 3, y));
            if (current() != QLatin1String("middle") && !seen.contains(current())) seen << current();
        }
        QCOMPARE(seen, (QStringList{QStringLiteral("small"), QStringLiteral("beaten")}));  // the larger loss lies above
        QCOMPARE(table->selectionModel()->selectedRows().size(), 2);                       // both stay
        QVERIFY(m.find<PointPlot>("runsSizes")->current().endsWith(QStringLiteral("/beaten")));
    }

    void allFiguresStandOnParallelAxes() {
        auto* plot = m.find<ParallelPlot>("runsFigures");
        m.find<QTabWidget>("runsCurves")->setCurrentWidget(plot);
        QCOMPARE(plot->lines().size(), std::size_t{5});
        plot->grab();
        auto* canvas = m.find<QWidget>("runsFigures_canvas");
        const QString beaten = runsFolder() + QStringLiteral("/beaten");
        QTest::mouseClick(canvas, Qt::LeftButton, {}, plot->placeOf(beaten, 2));
        QCOMPARE(plot->current(), beaten);
        QCOMPARE(current(), QStringLiteral("beaten"));  // its row is lit too
        QVERIFY2(
            plot->cursorWords().contains(QStringLiteral("beaten: removed 20.0 % · parameters 208 K · perplexity 6.000")),
            qPrintable(plot->cursorWords()));
        QVERIFY2(plot->accessibleDescription().contains(QStringLiteral("perplexity from 5.500 to 7.000")),
                 qPrintable(plot->accessibleDescription()));
        const FigureTable numbers = plot->figureTable();
        QCOMPARE(numbers.columns.size(), std::size_t{6});
        QCOMPARE(numbers.rows.size(), std::size_t{5});
        plot->setFocus();
        QTest::keyClick(plot, Qt::Key_Up);
        QVERIFY(plot->current() != beaten);
        QTest::keyClick(plot, Qt::Key_Return);
        QTRY_COMPARE(m.window->currentPage(), QStringLiteral("run"));
    }

    void openingGoesToTheRun() {
        table->setFocus();
        table->setCurrentIndex(table->model()->index(rowOf("middle"), 1));
        QTest::keyClick(table, Qt::Key_Return);
        QTRY_COMPARE(m.window->currentPage(), QStringLiteral("run"));
        QVERIFY(m.studio->session().run().folder.ends_with("/middle"));
        // back: it is still the one that is chosen
        m.window->showPage(QStringLiteral("runs"));
        QCOMPARE(current(), QStringLiteral("middle"));
    }

    void bothAppearancesAndTheLeastSizeAreWhole() {
        for (Appearance appearance : {Appearance::Dark, Appearance::Light}) {
            applyAppearance(*qApp, appearance);
            for (const QSize size : {QSize(1024, 640), QSize(1280, 800), QSize(1920, 1080)}) {
                m.window->resize(size);
                QApplication::processEvents();
                const QWidget* page = m.window->findChild<QWidget*>(QStringLiteral("page_runs"));
                for (const char* name : {"runsTable", "runsLoss", "runsSizes", "runsText", "runsOpen"}) {
                    const auto* part = m.find<QWidget>(name);
                    const QRect place(part->mapTo(page, QPoint(0, 0)), part->size());
                    QVERIFY2(page->rect().contains(place), name);
                    QVERIFY2(part->width() >= part->minimumSizeHint().width(), name);
                }
                QVERIFY(table->height() >= 4 * table->rowHeight(0));
            }
        }
    }

private:
    QString cell(int row, const char* title) const {
        const auto* model = table->model();
        for (int c = 0; c < model->columnCount(); ++c)
            if (model->headerData(c, Qt::Horizontal).toString().replace(QLatin1Char('\n'), QLatin1Char(' ')) ==
                QLatin1String(title))
                return model->index(row, c).data().toString();
        return QStringLiteral("no column ") + QLatin1String(title);
    }
    int rowOf(const char* name) const {
        for (int row = 0; row < table->model()->rowCount(); ++row)
            if (cell(row, "Run") == QString::fromUtf8(name)) return row;
        return -1;
    }
    QString current() const {
        return table->currentIndex().isValid() ? cell(table->currentIndex().row(), "Run") : QString();
    }

    WindowFixture m;
    QTableView* table = nullptr;
};

}  // namespace tst_gui_runs

QTEST_MAIN(tst_gui_runs::TestGuiRuns)
#include "tst_gui_runs.moc"
