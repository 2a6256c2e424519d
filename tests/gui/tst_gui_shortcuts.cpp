#include "tests/ui/ui_support/window_fixture.h"
#include "ui/shortcuts.h"

#include <QAction>
#include <QKeySequenceEdit>
#include <QLineEdit>
#include <QSignalSpy>
#include <QTableView>

namespace tst_gui_shortcuts {

using namespace lorashear;
using namespace lorashear::ui;
using namespace lorashear::testing;

/// Keys of the window's commands, changed by the person.
class TestGuiShortcuts : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() {
        QVERIFY(m.openBundled());
        m.find<QAction>("actionShortcuts")->trigger();
        QTRY_VERIFY(m.find<QWidget>("shortcutsDialog"));
    }
    void cleanup() { m.close(); }

    void everyCommandOfTheMenusIsInTheTable() {
        QVERIFY(table()->model()->rowCount() > 40);
        QCOMPARE(keysOf("Start run"), QStringLiteral("Ctrl+Return"));
        QCOMPARE(keysOf("Redo"), QStringLiteral("Ctrl+Shift+Z; Ctrl+Y"));
        QCOMPARE(keysOf("Make a sweep…"), QStringLiteral("–"));
        m.find<QLineEdit>("shortcutsSearch")->setText(QStringLiteral("ctrl+k"));
        QCOMPARE(table()->model()->rowCount(), 1);
    }

    void newKeysWorkAndTipsSayThem() {
        choose("Plan");
        type(Qt::Key_F8);
        m.click("shortcutsSet");
        QCOMPARE(keysOf("Plan"), QStringLiteral("F8"));
        m.click("shortcutsClose");
        QTRY_VERIFY(!m.find<QWidget>("shortcutsDialog"));
        m.window->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(m.window.get()));
        QCOMPARE(m.window->currentPage(), QStringLiteral("model"));
        QTest::keyClick(m.window.get(), Qt::Key_4, Qt::ControlModifier);
        QCOMPARE(m.window->currentPage(), QStringLiteral("model"));  // the former keys do nothing
        QTest::keyClick(m.window.get(), Qt::Key_F8);
        QCOMPARE(m.window->currentPage(), QStringLiteral("plan"));
        auto* stage = m.find<QWidget>("stage_plan");
        QVERIFY2(stage->toolTip().endsWith(QStringLiteral("(F8)")), qPrintable(stage->toolTip()));
        // kept: the next window has them
        QCOMPARE(m.settings->keys(QStringLiteral("actionGo_plan")), std::optional(QStringLiteral("F8")));
        MainWindow next(*m.studio);
        QCOMPARE(next.findChild<QAction*>(QStringLiteral("actionGo_plan"))->shortcut(), QKeySequence(Qt::Key_F8));
    }

    void keysThatAreTakenSayWhoHasThem() {
        choose("Analyse knowledge");
        type(Qt::Key_Return, Qt::ControlModifier);
        QCOMPARE(note()->text(), QStringLiteral("Ctrl+Return already does: Start run."));
        QVERIFY(note()->isVisible());
        QCOMPARE(keysOf("Start run"), QStringLiteral("Ctrl+Return"));  // nothing is done yet
        QVERIFY(set()->text().contains(QStringLiteral("take them away")));
        set()->click();
        QCOMPARE(keysOf("Analyse knowledge"), QStringLiteral("Ctrl+Return"));
        QCOMPARE(keysOf("Start run"), QStringLiteral("–"));
        QVERIFY2(!m.find<QWidget>("start")->toolTip().contains(QStringLiteral("Ctrl")),
                 "tells of keys that do something else");
        // defaults, of all
        m.click("shortcutsResetAll");
        QCOMPARE(keysOf("Start run"), QStringLiteral("Ctrl+Return"));
        QCOMPARE(keysOf("Analyse knowledge"), QStringLiteral("Ctrl+K"));
        QVERIFY(m.find<QWidget>("start")->toolTip().contains(QStringLiteral("(Ctrl+Return)")));
        QVERIFY(!m.find<QPushButton>("shortcutsResetAll")->isEnabled());
    }

    void aKeyThatTypesALetterOrBelongsToAPageIsRefused() {
        choose("Plan");
        type(Qt::Key_P);
        QVERIFY(!set()->isEnabled() && note()->isVisible());
        type(Qt::Key_F, Qt::ControlModifier);  // searches on the page Graph
        QVERIFY2(!set()->isEnabled() && note()->text().startsWith(QStringLiteral("Ctrl+F")), qPrintable(note()->text()));
        QCOMPARE(keysOf("Plan"), QStringLiteral("Ctrl+4"));
    }

    void keysAreTakenAwayAndComeBack() {
        choose("Plan");
        m.click("shortcutsNone");
        QCOMPARE(keysOf("Plan"), QStringLiteral("–"));
        m.click("shortcutsReset");
        QCOMPARE(keysOf("Plan"), QStringLiteral("Ctrl+4"));
        QVERIFY(!m.settings->keys(QStringLiteral("actionGo_plan")));
    }

private:
    QTableView* table() const { return m.find<QTableView>("shortcutsTable"); }
    QLabel* note() const { return m.label("shortcutsNote"); }
    QPushButton* set() const { return m.find<QPushButton>("shortcutsSet"); }
    int rowOf(const char* command) const {
        for (int row = 0; row < table()->model()->rowCount(); ++row)
            if (table()->model()->index(row, 0).data().toString() == QString::fromUtf8(command)) return row;
        return -1;
    }
    QString keysOf(const char* command) const { return table()->model()->index(rowOf(command), 2).data().toString(); }
    void choose(const char* command) const {
        QVERIFY2(rowOf(command) >= 0, command);
        table()->setCurrentIndex(table()->model()->index(rowOf(command), 0));
    }
    void type(Qt::Key key, Qt::KeyboardModifiers modifiers = {}) const {
        auto* edit = m.find<QKeySequenceEdit>("shortcutsKeys");
        edit->clear();
        edit->setFocus();
        QSignalSpy taken(edit, &QKeySequenceEdit::keySequenceChanged);  // a moment later: more keys might follow
        QTest::keyClick(edit, key, modifiers);
        QVERIFY(taken.wait(5000));
    }

    WindowFixture m;
};

}  // namespace tst_gui_shortcuts

QTEST_MAIN(tst_gui_shortcuts::TestGuiShortcuts)
#include "tst_gui_shortcuts.moc"
