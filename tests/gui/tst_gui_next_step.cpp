#include "tests/ui/ui_support/window_fixture.h"
#include "ui/pages/page.h"

#include <QRegularExpression>
#include <QStatusBar>

namespace tst_gui_next_step {

using namespace lorashear;
using namespace lorashear::ui;
using namespace lorashear::testing;

/// The one button that stands out is what comes next, on every page; and what the status bar says of the machine.
class TestGuiNextStep : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void cleanup() { m.close(); }

    void withoutAModelTheFirstStepIsOpeningOne() {
        QVERIFY(m.start(scriptedEngine(usualScript())));
        QCOMPARE(primary("model"), QStringLiteral("Open the bundled model"));
        QCOMPARE(primary("runs"), QStringLiteral("Open run"));
    }

    void everyPageLeadsToTheNext() {
        QVERIFY(m.openBundled());
        QCOMPARE(primary("model"), QStringLiteral("Look at the graph"));
        QCOMPARE(follow("graph"), QStringLiteral("knowledge"));
        QCOMPARE(primary("knowledge"), QStringLiteral("Analyse"));
        m.click("analyse");
        QTRY_VERIFY(m.studio->session().knowledge() && !m.studio->engine().working());
        QCOMPARE(primary("knowledge"), QStringLiteral("Next: Plan"));
        QCOMPARE(follow("knowledge"), QStringLiteral("plan"));
        QCOMPARE(primary("plan"), QStringLiteral("Start run"));
        QCOMPARE(primary("run"), QStringLiteral("Start run"));
        QCOMPARE(primary("compare"), QStringLiteral("Next: Run"));
        QCOMPARE(primary("export"), QStringLiteral("Next: Run"));
    }

    void afterARunCompareComesNextAndNotTheSameRunAgain() {
        QVERIFY(m.openBundled() && m.runToTheEnd());
        QCOMPARE(primary("plan"), QStringLiteral("Next: Compare"));
        QCOMPARE(primary("run"), QStringLiteral("Next: Compare"));
        auto* start = m.find<QPushButton>("start");
        QVERIFY(start->isVisible() && start->isEnabled());  // second, not gone
        QCOMPARE(follow("run"), QStringLiteral("compare"));
        QCOMPARE(follow("compare"), QStringLiteral("export"));
        QCOMPARE(follow("recover"), QStringLiteral("export"));
        // another plan: another run comes next, until it is taken back
        m.studio->session().edit(QStringLiteral("ratio"), [](Recipe& recipe) { recipe.plan.ratio = 0.3; });
        QCOMPARE(primary("run"), QStringLiteral("Start run"));
        QCOMPARE(primary("plan"), QStringLiteral("Start run"));
        m.studio->session().undoStack().undo();
        QCOMPARE(primary("run"), QStringLiteral("Next: Compare"));
    }

    void whileARunGoesOnNothingComesNext() {
        QVERIFY(m.openBundled(usualScript(20)));
        m.studio->startRun();
        QTRY_VERIFY(m.studio->runIsActive());
        QCOMPARE(primary("run"), QString());
        QCOMPARE(follow("plan"), QStringLiteral("run"));
        m.studio->cancel();
        QTRY_VERIFY(!m.studio->engine().working());
        QCOMPARE(primary("run"), QStringLiteral("Resume run"));
    }

    void theKeyboardStaysOnThePageWhenTheNextStepGoes() {
        QVERIFY(m.openBundled() && m.runToTheEnd());
        m.window->showPage(QStringLiteral("run"));
        m.find<QPushButton>("next_run")->setFocus();
        m.studio->session().edit(QStringLiteral("ratio"), [](Recipe& recipe) { recipe.plan.ratio = 0.3; });
        QVERIFY(!m.find<QPushButton>("next_run")->isVisible());
        QWidget* now = m.window->focusWidget();
        QVERIFY(now && now->isVisible() && now->objectName() != QStringLiteral("cancel"));
    }

    void theStatusBarSaysMemoryAndThreads() {
        QVERIFY(m.openBundled());
        const QString memory = m.label("statusMemory")->text();
        QVERIFY2(QRegularExpression(QStringLiteral("^[0-9.]+ [MGT]B of [0-9.]+ [MGT]B$")).match(memory).hasMatch(),
                 qPrintable(memory));
        QVERIFY(m.label("statusMemory")->isVisible() && !m.label("statusMemory")->toolTip().isEmpty());
        m.studio->session().edit(QStringLiteral("threads"), [](Recipe& recipe) { recipe.threads = 3; });
        QCOMPARE(m.label("statusThreads")->text(), QStringLiteral("3 threads"));
        m.studio->session().edit(QStringLiteral("threads"), [](Recipe& recipe) { recipe.threads = 1; });
        QCOMPARE(m.label("statusThreads")->text(), QStringLiteral("1 thread"));
        // nothing of the bar is cut off in the smallest window
        m.window->resize(m.window->minimumSize());
        QTRY_COMPARE(m.window->width(), 1024);
        for (const QLabel* label : m.window->statusBar()->findChildren<QLabel*>())
            if (label->isVisible() && !label->text().isEmpty())
                QVERIFY2(label->width() >= label->fontMetrics().horizontalAdvance(label->text()),
                         qPrintable(label->objectName()));
    }

private:
    /// The text of what stands out on a page; "" where nothing does. More than one is an error.
    QString primary(const char* page) {
        m.window->showPage(QString::fromLatin1(page));
        QStringList found;
        for (const QPushButton* button : m.window->page(QString::fromLatin1(page))->findChildren<QPushButton*>())
            if (button->isVisible() && button->property("primary").toBool()) found << button->text();
        return found.join(QStringLiteral(" and "));
    }
    /// The page that the way on leads to.
    QString follow(const char* page) {
        m.window->showPage(QString::fromLatin1(page));
        m.click((QByteArray("next_") + page).constData());
        return m.window->currentPage();
    }

    WindowFixture m;
};

}  // namespace tst_gui_next_step

QTEST_MAIN(tst_gui_next_step::TestGuiNextStep)
#include "tst_gui_next_step.moc"
