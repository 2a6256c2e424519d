#include "tests/ui/ui_support/window_fixture.h"
#include "ui/pages/page.h"
#include "ui/plots/curve_plot.h"
#include "ui/studio_program.h"
#include "ui/theme/theme.h"
#include "ui/widgets/bar_list.h"
#include "ui/widgets/error_strip.h"
#include "ui/widgets/stage_rail.h"
#include "ui/workspaces.h"

#include <QAbstractButton>
#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QCommandLineParser>
#include <QContextMenuEvent>
#include <QDialog>
#include <QDockWidget>
#include <QFileInfo>
#include <QLineEdit>
#include <QListWidget>
#include <QMenu>
#include <QMenuBar>
#include <QScreen>
#include <QScrollArea>
#include <QScrollBar>
#include <QTabBar>
#include <QTableView>
#include <QToolButton>

#include <algorithm>
#include <cstdlib>
#include <vector>

namespace tst_gui_sizes {

using namespace lorashear;
using namespace lorashear::ui;
using namespace lorashear::testing;

/// The window at its least size, in both appearances, and what every program of its kind has: menus where one expects them, and help.
class TestGuiSizes : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void cleanup() {
        m.close();
        applyTypeScale(*qApp, 1);
        applyAppearance(*qApp, Appearance::Light);
    }

    void planIsWholeAtTheLeastSize() {
        QVERIFY(m.openBundled());
        m.window->showPage(QStringLiteral("plan"));
        m.window->resize(m.window->minimumSize());
        QApplication::processEvents();
        QCOMPARE(m.window->size(), QSize(1024, 640));
        QWidget* page = m.window->page(QStringLiteral("plan"));
        const QRect room = page->rect();
        int figures = 0;
        for (QLabel* label : page->findChildren<QLabel*>()) {
            const bool figure = label->property("role") == QLatin1String("number");
            const bool caption = label->objectName().endsWith(QLatin1String("_caption"));
            if (!label->isVisible() || (!figure && !caption)) continue;
            ++figures;
            QVERIFY2(label->width() >= label->sizeHint().width(), qPrintable(label->objectName()));
            QVERIFY2(room.contains(QRect(label->mapTo(page, QPoint(0, 0)), label->size())), qPrintable(label->objectName()));
        }
        QVERIFY(figures >= 8);
        const QLabel* marks = m.label("loadabilityMarks");
        QVERIFY(marks->height() >= marks->heightForWidth(marks->width()));
        QVERIFY2(!marks->text().contains(QStringLiteral("·")), "a line would begin or end with it");
    }

    void oneGroupIsNotGroups() {
        QVERIFY(m.openBundled());
        m.window->showPage(QStringLiteral("plan"));
        Session& session = m.studio->session();
        for (const double ratio : {0.02, 0.05, 0.1, 0.2, 0.3}) {
            session.edit(QStringLiteral("ratio"), [&](Recipe& r) { r.plan.ratio = ratio; });
            const int goes = session.plan().plan->removed("attention");
            const QString said = m.label("planGoes")->text();
            if (goes == 0) continue;
            QVERIFY2(said.contains(QStringLiteral("%1 KV group").arg(goes)), qPrintable(said));
            QCOMPARE(said.contains(QStringLiteral("KV groups")), goes != 1);
        }
    }

    void opensNoLargerThanTheScreen() {
        m.dialogs = {};
        Settings settings(m.dir.filePath(QStringLiteral("fresh.ini")));
        Studio studio(scriptedEngine(usualScript()), m.dialogs, settings);
        MainWindow window(studio);
        const QSize room = window.screen()->availableGeometry().size();
        QVERIFY(window.width() <= std::max(1280, window.minimumWidth()));
        if (room.width() > window.minimumWidth()) QVERIFY(window.width() < room.width());
        if (room.height() > window.minimumHeight()) QVERIFY(window.height() < room.height());
    }

    void aChangeOfAppearanceReachesStripAndBars() {
        applyAppearance(*qApp, Appearance::Light);
        QVERIFY(m.openBundled());
        m.window->showPage(QStringLiteral("plan"));
        const QString light = m.label("loadabilityMarks")->text();
        const auto has = [this](const char* list, const QColor& ink) {
            const QImage image = m.find<BarList>(list)->grab().toImage();
            for (int y = 0; y < image.height(); ++y)
                for (int x = 0; x < image.width(); ++x)
                    if (image.pixelColor(x, y) == ink) return true;
            return false;
        };
        QVERIFY(has("planBars", unitColor(UnitKind::Attention, false)));
        applyAppearance(*qApp, Appearance::Dark);
        QApplication::processEvents();
        const QString dark = m.label("loadabilityMarks")->text();
        QVERIFY(dark != light);
        const Colors c = colorsFor(true);
        QVERIFY(dark.contains(c.good.name()) || dark.contains(c.warn.name()) || dark.contains(c.bad.name()));
        QVERIFY(has("planBars", unitColor(UnitKind::Attention, true)));
        QVERIFY(!has("planBars", unitColor(UnitKind::Attention, false)));
        m.window->showPage(QStringLiteral("run"));  // hidden at the change
        QVERIFY(has("runBars", unitColor(UnitKind::Attention, true)));
    }

    void oneStageLooksChosen() {
        QVERIFY(m.openBundled());
        auto* first = m.find<QAbstractButton>("stage_model");
        QTest::mouseClick(first, Qt::LeftButton);
        first->setFocus(Qt::MouseFocusReason);
        QVERIFY(first->hasFocus() && first->isChecked());
        QTest::keyClick(m.window.get(), Qt::Key_4, Qt::ControlModifier);
        auto* plan = m.find<QAbstractButton>("stage_plan");
        QVERIFY(plan->isChecked() && !first->isChecked());
        QVERIFY(!first->hasFocus() && plan->hasFocus());
        const auto framed = [](QWidget* stage) {  // where the keyboard is
            const QImage image = stage->grab().toImage();
            const QColor accent = colors(stage->palette()).accent;
            for (int x = image.width() / 4; x < image.width() * 3 / 4; ++x)
                if (image.pixelColor(x, 3) == accent) return true;
            return false;
        };
        QVERIFY2(!framed(plan), "no key was used in the rail");
        QTest::keyClick(plan, Qt::Key_Down);
        auto* run = m.find<QAbstractButton>("stage_run");
        QVERIFY(run->hasFocus() && framed(run) && run->isChecked() && !framed(plan));
        QTest::mouseClick(plan, Qt::LeftButton);
        plan->setFocus(Qt::MouseFocusReason);
        QVERIFY(plan->hasFocus() && !framed(plan) && !framed(run));
    }

    /// At the start the keyboard is where the work is, whatever page comes first, and the rail has one mark.
    void theKeyboardBeginsOnThePage() {
        QVERIFY(m.start(scriptedEngine(usualScript())));
        QCOMPARE(QApplication::focusWidget(), m.find<QWidget>("openBundled"));
        for (const PageEntry& entry : builtinPages()) {
            QTest::keyClick(m.window.get(), Qt::Key(Qt::Key_1 + (&entry - builtinPages().data())), Qt::ControlModifier);
            QCOMPARE(m.window->currentPage(), entry.id);
            QVERIFY2(m.window->page(entry.id)->isAncestorOf(QApplication::focusWidget()), qPrintable(entry.id));
        }
        m.dialogs = {};
        MainWindow late(*m.studio);
        late.showPage(QStringLiteral("plan"));  // as --page does
        late.show();
        late.activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&late));
        QVERIFY(late.page(QStringLiteral("plan"))->isAncestorOf(QApplication::focusWidget()));
    }

    void rightButtonOffersWhatCanBeDone() {
        QVERIFY(m.openBundled());
        m.window->showPage(QStringLiteral("plan"));
        auto* bars = m.find<BarList>("planBars");
        const QPoint row(60, 8);
        QContextMenuEvent ask(QContextMenuEvent::Mouse, row, bars->viewport()->mapToGlobal(row));
        QApplication::sendEvent(bars->viewport(), &ask);
        QMenu* menu = nullptr;
        QTRY_VERIFY((menu = m.window->findChild<QMenu*>(QStringLiteral("nodeGroupMenu"))));
        QCOMPARE(m.studio->session().selection().nodeGroup, bars->rows()[0].id);
        QAction* protect = nullptr;
        for (QAction* action : menu->actions())
            if (action->text().contains(QStringLiteral("Protect"))) protect = action;
        QVERIFY(protect);
        protect->trigger();
        QCOMPARE(m.studio->session().overrideOf(bars->rows()[0].id), Override::Protect);
        menu->close();
        // a table and a plot too
        m.window->showPage(QStringLiteral("model"));
        auto* table = m.find<QTableView>("layerTable");
        Q_EMIT table->customContextMenuRequested(QPoint(10, 10));
        menu = table->findChild<QMenu*>(QStringLiteral("layerTable_menu"));
        QVERIFY(menu && menu->actions().size() == 2);
        menu->actions().at(1)->trigger();
        QCOMPARE(QApplication::clipboard()->text().count(QLatin1Char('\n')), 5);  // titles and five blocks
        menu->close();
        m.window->showPage(QStringLiteral("run"));
        auto* plot = m.find<CurvePlot>("lossPlot");
        QContextMenuEvent onPlot(QContextMenuEvent::Mouse, QPoint(40, 40), plot->mapToGlobal(QPoint(40, 40)));
        QApplication::sendEvent(plot, &onPlot);
        QVERIFY(plot->findChild<QMenu*>(QStringLiteral("lossPlot_menu")));
    }

    void thePaletteDoesWhatTheMenusAndThePageDo() {
        QVERIFY(m.openBundled());
        m.window->showPage(QStringLiteral("plan"));
        const auto open = [&] {
            m.window->activateWindow();
            [[maybe_unused]] const bool active = QTest::qWaitForWindowActive(m.window.get());
            QTest::keyClick(m.window.get(), Qt::Key_P, Qt::ControlModifier | Qt::ShiftModifier);
            return m.find<QDialog>("commandPalette");
        };
        QDialog* palette = open();
        QVERIFY(palette && palette->isVisible());
        auto* list = palette->findChild<QListWidget*>(QStringLiteral("paletteList"));
        auto* line = palette->findChild<QLineEdit*>(QStringLiteral("paletteSearch"));
        QVERIFY(list->count() > 15);
        line->setText(QStringLiteral("runs go"));
        QCOMPARE(list->count(), 1);
        QTest::keyClick(line, Qt::Key_Return);
        QTRY_COMPARE(m.window->currentPage(), QStringLiteral("runs"));
        m.window->showPage(QStringLiteral("plan"));
        QTRY_VERIFY(!m.find<QDialog>("commandPalette"));
        palette = open();
        QVERIFY(palette);
        line = palette->findChild<QLineEdit*>(QStringLiteral("paletteSearch"));
        line->setText(QStringLiteral("copy command"));
        QApplication::clipboard()->clear();
        QTest::keyClick(line, Qt::Key_Return);
        QTRY_VERIFY(QApplication::clipboard()->text().startsWith(QStringLiteral("lorashear run ")));
    }

    void workspacesFillBothScreens() {
        QVERIFY(m.openBundled());
        for (const QSize& size : {QSize(1280, 800), QSize(1920, 1080)})
            for (const WorkspaceRow& row : workspaces()) {
                m.window->resize(size);
                m.window->workspaces().choose(row.id);
                // Larger type may leave no room beside the pages of a laptop's screen: then there is nothing beside them.
                const bool small = m.window->workspaces().room() == Workspaces::Room::Small;
                QTRY_COMPARE(shownPanels(), size.width() > 1500 ? namesOf(row.wide)
                                            : small             ? QStringList()
                                                                : namesOf(row.narrow));
                QCOMPARE(m.window->size(), size);
                QCOMPARE(typeScale(), row.type);
                QCOMPARE(m.window->currentPage(), row.page);
                for (const PageEntry& entry : builtinPages()) {
                    m.window->showPage(entry.id);
                    QApplication::processEvents();
                    const int least = m.window->page(entry.id)->minimumSizeHint().width();
                    const int room = m.window->page(entry.id)->width();
                    QVERIFY2(least <= room, qPrintable(QStringLiteral("%1, %2 at %3: needs %4 of %5")
                                                           .arg(row.id, entry.id)
                                                           .arg(size.width())
                                                           .arg(least)
                                                           .arg(room)));
                }
                if (size.width() > 1500) continue;
                makeNarrow();
                QTRY_COMPARE(shownPanels(), namesOf(row.narrow));
            }
    }

    /// Titles of panels behind each other are read whole: where they have no room, the bar scrolls.
    void titlesOfPanelsAreNotCut() {
        QVERIFY(m.openBundled());
        int bars = 0;
        for (const WorkspaceRow& row : workspaces()) {
            m.window->resize(1280, 800);
            m.window->workspaces().choose(row.id);
            QApplication::processEvents();
            for (QTabBar* bar : m.window->findChildren<QTabBar*>(QString(), Qt::FindDirectChildrenOnly)) {
                if (!bar->isVisible() || bar->count() == 0) continue;
                ++bars;
                QVERIFY(bar->elideMode() == Qt::ElideNone && bar->usesScrollButtons());
                for (int i = 0; i < bar->count(); ++i)
                    QVERIFY2(bar->tabRect(i).width() > bar->fontMetrics().horizontalAdvance(bar->tabText(i)),
                             qPrintable(bar->tabText(i)));
                QVERIFY2(currentIsInSight(bar), qPrintable(bar->tabText(bar->currentIndex())));  // as it was arranged
                for (int i = 0; i < bar->count(); ++i) {
                    bar->setCurrentIndex(i);
                    QApplication::processEvents();
                    QVERIFY2(currentIsInSight(bar), qPrintable(bar->tabText(i)));
                }
            }
        }
        QVERIFY(bars > 0);
    }

    /// The log below the pages leaves them the room, and says in words that there is nothing in it yet.
    void anEmptyLogIsNoEmptyBox() {
        QVERIFY(m.start(scriptedEngine(usualScript())));  // opens nothing, which the log would tell
        m.window->resize(1920, 1080);
        m.window->workspaces().choose(QStringLiteral("tune"));
        QTRY_VERIFY(m.window->workspaces().dock(QStringLiteral("log"))->isVisible());
        QApplication::processEvents();
        const int height = m.window->workspaces().dock(QStringLiteral("log"))->height();
        QVERIFY2(height < m.window->height() / 6, qPrintable(QString::number(height)));
        auto* table = m.find<QTableView>("logTable");
        QWidget* panel = m.find<QWidget>("logPanel");
        QCOMPARE(table->model()->rowCount(), 0);
        QLabel* words = m.label("logWords");
        QVERIFY(!table->isVisible() && words->isVisible());
        const auto framed = [words] {  // where the keyboard is, one sees
            const QImage image = words->grab().toImage();
            const QColor corner = image.pixelColor(image.width() / 2, 0);
            return corner == colors(words->palette()).accent;
        };
        QVERIFY(!framed());
        panel->setFocus(Qt::TabFocusReason);
        QVERIFY(words->hasFocus());
        QVERIFY(framed());
        Q_EMIT m.studio->noticed(QStringLiteral("something happened"));
        QVERIFY(table->isVisible() && table->model()->rowCount() > 0);
        panel->setFocus(Qt::TabFocusReason);
        QVERIFY(table->hasFocus());
    }

    /// A page that needs less brings nothing back, and what a person opens stays: only another size of window or type goes up.
    void aPanelThatIsOpenedStaysWhereAPageNeedsLess() {
        QVERIFY(m.openBundled());
        Workspaces& spaces = m.window->workspaces();
        spaces.choose(QStringLiteral("inspect"));
        m.window->showPage(QStringLiteral("compare"));
        makeNarrow();
        QApplication::processEvents();
        QCOMPARE(shownPanels(), QStringList());
        QWidget* page = m.window->page(QStringLiteral("compare"));
        const int before = page->minimumWidth();
        page->setMinimumWidth(m.window->width() - 100);
        QTRY_COMPARE(spaces.room(), Workspaces::Room::Small);
        QApplication::processEvents();
        page->setMinimumWidth(before);
        QTRY_COMPARE(spaces.room(), Workspaces::Room::Narrow);
        QApplication::processEvents();
        m.find<QAction>("panel_log")->trigger();
        QTest::qWait(50);
        QCOMPARE(shownPanels(), QStringList{QStringLiteral("log")});
        m.window->resize(m.window->width() + 1, m.window->height());  // what was arranged for this room: nothing
        QTRY_COMPARE(shownPanels(), QStringList());
        // One that is not arranged takes no room from those that are, and one that is opened without room for it stays.
        QWidget* log = spaces.dock(QStringLiteral("log"))->widget();
        log->setMinimumWidth(m.window->width());
        QApplication::processEvents();
        QCOMPARE(spaces.room(), Workspaces::Room::Narrow);
        m.window->resize(m.window->width() + 1, m.window->height());
        QApplication::processEvents();
        m.find<QAction>("panel_log")->trigger();
        QTest::qWait(50);
        QCOMPARE(spaces.room(), Workspaces::Room::Small);
        QCOMPARE(shownPanels(), QStringList{QStringLiteral("log")});
        log->setMinimumWidth(0);
    }

    /// Words that are longer than the window is high are scrolled by keyboard, and one sees that they can be.
    void theWelcomeIsReadByKeyboard() {
        QVERIFY(m.start(scriptedEngine(usualScript())));
        m.window->workspaces().choose(QStringLiteral("teach"));
        m.window->resize(m.window->minimumSize());
        applyTypeScale(*qApp, 1.6);
        auto* welcome = m.find<QScrollArea>("welcome");
        QTRY_VERIFY(welcome->isVisible() && welcome->verticalScrollBar()->maximum() > 0);
        QVERIFY(!welcome->accessibleName().isEmpty() && welcome->focusPolicy() == Qt::StrongFocus);
        const auto side = [welcome] { return welcome->grab().toImage().pixelColor(0, welcome->height() / 2); };
        const QColor before = side();
        welcome->setFocus(Qt::TabFocusReason);
        QVERIFY(welcome->hasFocus());
        QVERIFY(side() == colors(m.window->palette()).accent && side() != before);
        QTest::keyClick(welcome, Qt::Key_PageDown);
        QVERIFY(welcome->verticalScrollBar()->value() > 0);
        // beside it, a scroll bar takes no width from what one chooses from
        auto* choices = m.find<QWidget>("openBundled")->parentWidget();
        while (choices && !qobject_cast<QScrollArea*>(choices)) choices = choices->parentWidget();
        QVERIFY(choices);
        auto* area = qobject_cast<QScrollArea*>(choices);
        QTRY_VERIFY(area->verticalScrollBar()->isVisible());
        QVERIFY2(area->viewport()->width() >= 46 * area->fontMetrics().averageCharWidth(),
                 qPrintable(QString::number(area->viewport()->width())));
        applyTypeScale(*qApp, 0.5);
        m.window->resize(1920, 1080);
        QTRY_COMPARE(welcome->verticalScrollBar()->maximum(), 0);
        QCOMPARE(welcome->focusPolicy(), Qt::NoFocus);  // no stop of the keyboard where nothing moves
    }

    void aWorkspaceIsRememberedAsItWasLeft() {
        QVERIFY(m.openBundled());
        m.window->resize(1920, 1080);
        Workspaces& spaces = m.window->workspaces();
        spaces.choose(QStringLiteral("tune"));
        QTRY_VERIFY(shownPanels().contains(QStringLiteral("log")));
        m.find<QAction>("panel_log")->trigger();
        m.find<QAction>("panel_manual")->trigger();
        const QStringList left = shownPanels();
        QVERIFY(!left.contains(QStringLiteral("log")) && left.contains(QStringLiteral("manual")));
        spaces.choose(QStringLiteral("tune"));  // the one in force
        QCOMPARE(shownPanels(), left);
        spaces.choose(QStringLiteral("inspect"));
        QVERIFY(shownPanels() != left);
        m.window->resize(1280, 800);  // another width has an arrangement of its own
        QTRY_COMPARE(shownPanels(), namesOf(workspaceOf(spaces.current()).narrow));
        m.window->resize(1920, 1080);
        QTRY_COMPARE(shownPanels(), namesOf(workspaceOf(spaces.current()).wide));
        spaces.choose(QStringLiteral("tune"));
        QCOMPARE(shownPanels(), left);
        QApplication::processEvents();
        const int across =
            spaces.dock(QStringLiteral("selection"))->width();  // in sight: one behind another keeps any width
        makeNarrow();
        QTRY_COMPARE(shownPanels(), namesOf(workspaceOf(QStringLiteral("tune")).narrow));
        m.window->resize(1920, 1080);
        QTRY_COMPARE(shownPanels(), left);
        // as broad as it was, and not as Qt had squeezed it on the way
        QTRY_VERIFY(std::abs(spaces.dock(QStringLiteral("selection"))->width() - across) <= 4);
        m.window->close();
        QTRY_VERIFY(!m.window->isVisible());
        openedAgain(*m.settings, left);
        m.settings->setArrangement(QStringLiteral("tune_wide"), "of another version");
        openedAgain(*m.settings, namesOf(workspaceOf(QStringLiteral("tune")).wide));
        Settings safe(m.dir.filePath(QStringLiteral("safe.ini")));  // what safe mode begins with
        openedAgain(safe, namesOf(workspaces().front().wide));
        openedAgain(safe, namesOf(workspaceOf(QStringLiteral("tune")).wide), QStringLiteral("tune"));
        openedAgain(safe, namesOf(workspaces().front().wide));  // what the command line asked for was for once
    }

    void resettingBringsThePanelsBack() {
        QVERIFY(m.openBundled());
        m.window->resize(1920, 1080);
        m.window->workspaces().choose(QStringLiteral("tune"));
        QTRY_VERIFY(shownPanels().contains(QStringLiteral("log")));
        for (QDockWidget* dock : m.window->findChildren<QDockWidget*>()) dock->hide();
        m.window->workspaces().dock(QStringLiteral("history"))->setFloating(true);
        m.find<QAction>("actionResetWorkspace")->trigger();
        QCOMPARE(shownPanels(), namesOf(workspaceOf(QStringLiteral("tune")).wide));
        QVERIFY(!m.window->workspaces().dock(QStringLiteral("history"))->isFloating());
        QVERIFY(m.settings->arrangement(QStringLiteral("tune_wide")).isEmpty());
    }

    void keysChangeTheWorkspaceAndWalkThePanels() {
        QVERIFY(m.openBundled());
        m.window->resize(1920, 1080);
        QTest::keyClick(m.window.get(), Qt::Key_3, Qt::ControlModifier | Qt::AltModifier);
        QCOMPARE(m.window->workspaces().current(), QStringLiteral("tune"));
        QCOMPARE(m.window->currentPage(), QStringLiteral("plan"));
        QVERIFY(m.find<QAction>("workspace_tune")->isChecked() && !m.find<QAction>("workspace_inspect")->isChecked());
        const double before = qApp->font().pointSizeF();
        QTest::keyClick(m.window.get(), Qt::Key_2, Qt::ControlModifier | Qt::AltModifier);
        QVERIFY(qApp->font().pointSizeF() > before);
        QTest::keyClick(m.window.get(), Qt::Key_3, Qt::ControlModifier | Qt::AltModifier);
        QCOMPARE(qApp->font().pointSizeF(), before);
        m.studio->session().select({{}, -1, 3});
        m.find<BarList>("planBars")->setFocus();
        QSet<QString> visited;
        for (int i = 0; i < 5; ++i) {
            QTest::keyClick(QApplication::focusWidget(), Qt::Key_F6);
            if (i == 3) QCOMPARE(QApplication::focusWidget(), m.find<QWidget>("stage_plan"));
            for (QDockWidget* dock : m.window->findChildren<QDockWidget*>())
                if (dock->isAncestorOf(QApplication::focusWidget())) visited.insert(dock->objectName());
        }
        QCOMPARE(visited, (QSet<QString>{"dock_selection", "dock_history", "dock_log"}));
        QCOMPARE(QApplication::focusWidget(), m.find<BarList>("planBars"));
        m.studio->reportProblem(QStringLiteral("what"), QStringLiteral("where"), QStringLiteral("hint"));
        for (const char* pane : {"stage_plan", "statusMessages"}) {
            QTest::keyClick(QApplication::focusWidget(), Qt::Key_F6, Qt::ShiftModifier);
            QCOMPARE(QApplication::focusWidget(), m.find<QWidget>(pane));
        }
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_F6, Qt::ShiftModifier);
        m.find<QAction>("panelToLeft")->trigger();
        QCOMPARE(m.window->dockWidgetArea(m.window->workspaces().dock(QStringLiteral("log"))), Qt::LeftDockWidgetArea);
    }

    void theKeyboardGoesIntoAPanelThatFloatsAndOut() {
        QVERIFY(m.openBundled());
        m.window->resize(1920, 1080);
        m.window->workspaces().choose(QStringLiteral("tune"));
        QTRY_COMPARE(shownPanels(), namesOf(workspaceOf(QStringLiteral("tune")).wide));
        m.studio->session().select({{}, -1, 3});
        m.window->workspaces().dock(QStringLiteral("history"))->setFloating(true);
        m.window->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(m.window.get()));
        m.find<BarList>("planBars")->setFocus();
        QSet<QString> visited;
        for (int i = 0; i < 5; ++i) {
            QWidget* before = QApplication::focusWidget();
            QTest::keyClick(before, Qt::Key_F6);
            QTRY_VERIFY(QApplication::focusWidget() && QApplication::focusWidget() != before);
            for (QDockWidget* dock : m.window->findChildren<QDockWidget*>())
                if (dock == QApplication::focusWidget() || dock->isAncestorOf(QApplication::focusWidget()))
                    visited.insert(dock->objectName());
        }
        QCOMPARE(visited, (QSet<QString>{"dock_selection", "dock_history", "dock_log"}));
        QTRY_COMPARE(QApplication::focusWidget(), m.find<BarList>("planBars"));
    }

    /// What the window cannot follow it refuses in words, as the command line does, and does not open as if nothing had been said.
    void aCommandLineThatCannotBeFollowedIsRefused_data() {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QString>("says");
        QTest::newRow("unknown option") << QStringList{"--frob"} << "--frob: is no option";
        QTest::newRow("no value") << QStringList{"--page"} << "Missing value";
        QTest::newRow("page") << QStringList{"--page", "plam"} << "--page: is \"plam\", allowed is";
        QTest::newRow("appearance") << QStringList{"--appearance", "pink"} << "light";
        QTest::newRow("two paths") << QStringList{"a", "b"} << "b: is one word too many";
    }
    void aCommandLineThatCannotBeFollowedIsRefused() {
        QFETCH(QStringList, arguments);
        QFETCH(QString, says);
        QCommandLineParser parser;
        describeOptions(parser);
        const auto problem = usageProblem(parser, QStringList{"lorashear-studio"} + arguments);
        QVERIFY(problem && problem->code() == ErrorCode::Usage);
        QVERIFY2(QString::fromUtf8(problem->what()).contains(says), problem->what());
        QCommandLineParser other;
        describeOptions(other);
        QVERIFY(other.helpText().contains(QStringLiteral("--safe-mode")));
        QVERIFY(!usageProblem(other, {"lorashear-studio", "--page", "plan", "--appearance", "dark", "some where"}));
    }

    void aPathThatIsNotThereIsSaid() {
        QVERIFY(m.openBundled());
        m.studio->open(m.dir.filePath(QStringLiteral("no such thing")));
        const auto* strip = m.find<ErrorStrip>("errorStrip");
        QVERIFY(!strip->isHidden());
        QVERIFY2(strip->text().contains(QStringLiteral("no such thing\nThere is no such file or folder.")),
                 qPrintable(strip->text()));
    }

    void openingBeginsWhereOneWasLast() {
        QVERIFY(m.openBundled());
        m.find<QAction>("actionOpen")->trigger();
        QCOMPARE(m.dialogs.starts.last(), QFileInfo(bundledModel()).absolutePath());
    }

private:
    QStringList shownPanels(const MainWindow* window = nullptr) const {
        QStringList names;
        for (const QDockWidget* dock : (window ? window : m.window.get())->findChildren<QDockWidget*>())
            if (!dock->isHidden()) names << dock->objectName().mid(5);
        names.sort();
        return names;
    }
    /// Whole, and not below the buttons that scroll.
    static bool currentIsInSight(const QTabBar* bar) {
        const QRect tab = bar->tabRect(bar->currentIndex());
        bool whole = bar->rect().contains(tab);
        for (const QToolButton* button : bar->findChildren<QToolButton*>())
            if (button->isVisible() && button->geometry().intersects(tab)) whole = false;
        return whole;
    }
    static QStringList namesOf(const std::vector<PanelPlace>& places) {
        QStringList names;
        for (const PanelPlace& place : places) names << QString::fromLatin1(place.panel);
        names.sort();
        return names;
    }
    /// The window with room for a slim column beside the pages, and for no more.
    void makeNarrow() {
        const Workspaces& spaces = m.window->workspaces();
        m.window->resize(1280, 800);
        for (int width = 1300; spaces.room() == Workspaces::Room::Small && width < 1900; width += 20)
            m.window->resize(width, 800);
        QCOMPARE(spaces.room(), Workspaces::Room::Narrow);
    }
    /// The panels of a window that is opened after this one.
    void openedAgain(Settings& settings, const QStringList& panels, const QString& workspace = {}) {
        Studio studio(scriptedEngine(usualScript()), m.dialogs, settings);
        MainWindow window(studio, workspace);
        window.resize(1920, 1080);
        window.show();
        QVERIFY(QTest::qWaitForWindowExposed(&window));
        QTRY_COMPARE(shownPanels(&window), panels);
    }

    WindowFixture m;
};

}  // namespace tst_gui_sizes

QTEST_MAIN(tst_gui_sizes::TestGuiSizes)
#include "tst_gui_sizes.moc"
