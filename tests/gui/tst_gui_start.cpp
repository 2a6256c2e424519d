#include "core/run/recipe.h"
#include "tests/ui/ui_support/window_fixture.h"
#include "ui/plots/curve_plot.h"
#include "ui/widgets/bar_list.h"
#include "ui/widgets/error_strip.h"
#include "ui/widgets/limit_slider.h"

#include <QAction>
#include <QApplication>
#include <QDoubleSpinBox>
#include <QLineEdit>
#include <QMenu>
#include <QTabWidget>

namespace tst_gui_start {

using namespace lorashear;
using namespace lorashear::ui;
using namespace lorashear::testing;

/// When a run starts and when not, what is said about it, and where the keyboard is afterwards.
class TestGuiStart : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void cleanup() { m.close(); }

    void nothingStartsWhileAFieldIsWrong_data() {
        QTest::addColumn<QString>("field");
        QTest::addColumn<QString>("entry");
        QTest::addColumn<QString>("label");
        QTest::addColumn<bool>("entered");  // or still being typed when the run is asked for
        for (const bool entered : {true, false}) {
            const char* how = entered ? "entered" : "typed";
            QTest::addRow("seed %s", how) << "runSeed"
                                          << "abc-99"
                                          << "Seed" << entered;
            QTest::addRow("device %s", how) << "device"
                                            << "banana"
                                            << "Device" << entered;
            QTest::addRow("file %s", how) << "phasePath"
                                          << "/nowhere/at/all.txt"
                                          << "File" << entered;
        }
    }
    void nothingStartsWhileAFieldIsWrong() {
        QFETCH(QString, field);
        QFETCH(QString, entry);
        QFETCH(QString, label);
        QFETCH(bool, entered);
        // What was asked for by hand; what an idle engine measures by itself is no start. Shared: the engine outlives a failed test.
        const auto heard = std::make_shared<std::vector<Command>>();
        QVERIFY(m.openBundled([heard, play = usualScript()](const Command& command, testing::Stage& stage) {
            if (std::holds_alternative<command::StartRun>(command) ||
                std::holds_alternative<command::AnalyseKnowledge>(command))
                heard->push_back(command);
            play(command, stage);
        }));
        QTRY_VERIFY(!m.studio->engine().busy());
        heard->clear();
        m.window->showPage(QStringLiteral("plan"));
        auto* line = m.window->findChild<QLineEdit*>(field);
        line->setText(entry);
        if (entered) {
            QTest::keyClick(line, Qt::Key_Return);
            QVERIFY(!m.find<QPushButton>("startFromPlan")->isEnabled());
            QVERIFY2(m.label("startRefusal")->text().contains(label), qPrintable(m.label("startRefusal")->text()));
            QVERIFY(!m.label("startRefusal")->isHidden());
        }
        m.window->showPage(QStringLiteral("graph"));
        QTest::keyClick(m.window.get(), Qt::Key_Return, Qt::ControlModifier);
        QTest::keyClick(m.window.get(), Qt::Key_K, Qt::ControlModifier);  // an analysis neither
        QTRY_VERIFY(!m.studio->engine().busy());
        QVERIFY(heard->empty());
        const auto* strip = m.find<ErrorStrip>("errorStrip");
        QVERIFY(!strip->isHidden());
        QVERIFY2(strip->text().contains(label + QStringLiteral(": ")), qPrintable(strip->text()));
        QVERIFY(strip->text().contains(QStringLiteral("Escape")));
        // led to the field, wherever it lies
        QCOMPARE(m.window->currentPage(), QStringLiteral("plan"));
        QVERIFY(line->isVisible());
        QTRY_VERIFY(line->hasFocus());
        QTest::keyClick(line, Qt::Key_Escape);
        QVERIFY(m.label("startRefusal")->isHidden() && m.find<QPushButton>("startFromPlan")->isEnabled());
        QTest::keyClick(m.window.get(), Qt::Key_Return, Qt::ControlModifier);
        QTRY_VERIFY(!heard->empty());
        QVERIFY(std::holds_alternative<command::StartRun>(heard->front()));
        QTRY_VERIFY_WITH_TIMEOUT(!m.studio->engine().busy(), 20000);
    }

    void aLoadedRecipeTakesWrongEntriesAway() {
        QVERIFY(m.openBundled());
        auto* line = m.find<QLineEdit>("runSeed");
        line->setText(QStringLiteral("abc"));
        QTest::keyClick(line, Qt::Key_Return);
        QCOMPARE(m.studio->session().problems().size(), std::size_t(1));
        m.studio->session().loadRecipe(m.studio->session().recipe(), QStringLiteral("load"));
        QVERIFY(m.studio->session().problems().empty());
        QVERIFY(m.studio->canStart());
    }

    void aPlanThatCannotBeMetSaysSoBesideTheButton() {
        QVERIFY(m.openBundled());
        m.window->showPage(QStringLiteral("plan"));
        m.find<QDoubleSpinBox>("ratio")->setValue(98);
        QVERIFY(!m.label("startRefusal")->isHidden() &&
                m.label("startRefusal")->text().contains(QStringLiteral("cannot start")));
        QVERIFY2(m.label("planReach")->text().contains(QStringLiteral("at most")), qPrintable(m.label("planReach")->text()));
        m.window->showPage(QStringLiteral("run"));
        QVERIFY(!m.label("runRefusal")->isHidden());
    }

    void theSliderMarksItsLimit() {
        QVERIFY(m.openBundled());
        m.window->showPage(QStringLiteral("plan"));
        auto* slider = m.find<LimitSlider>("ratioSlider");
        const double largest = m.studio->session().plan().plan->largestRatio;
        QVERIFY(qAbs(slider->limit() - int(largest * 1000)) <= 1);
        QVERIFY(slider->limitPosition() > slider->width() / 3 && slider->limitPosition() < slider->width());
        const QImage image = slider->grab().toImage();
        const int x = int(slider->limitPosition() * image.devicePixelRatio());
        slider->setValue(slider->maximum());  // passes it: the mark stays, and so does the sentence
        QVERIFY(!m.studio->session().plan().plan);
        QVERIFY(qAbs(slider->limit() - int(largest * 1000)) <= 1);
        QVERIFY(slider->accessibleDescription().contains(QStringLiteral("at most")));
        slider->setLimit(-1, {});
        const QImage without = slider->grab().toImage();
        QVERIFY(image.pixelColor(x, 2) != without.pixelColor(x, 2));
        // protections move it
        m.studio->session().undoStack().undo();
        m.studio->session().setOverride(1, Override::Protect);
        QVERIFY(slider->limit() < int(largest * 1000));
    }

    void startLeavesTheKeyboardOffCancel_data() {
        QTest::addColumn<QString>("page");
        QTest::addColumn<QString>("button");
        QTest::newRow("plan") << "plan"
                              << "startFromPlan";
        QTest::newRow("run") << "run"
                             << "start";
    }
    void startLeavesTheKeyboardOffCancel() {
        QFETCH(QString, page);
        QFETCH(QString, button);
        QVERIFY(m.openBundled(usualScript(5)));
        m.window->showPage(page);
        auto* start = m.window->findChild<QPushButton*>(button);
        start->setFocus();
        QTRY_VERIFY(start->hasFocus());
        QTest::keyClick(start, Qt::Key_Space);
        QTRY_VERIFY(m.studio->session().run().steps.size() > 2);
        const QWidget* at = QApplication::focusWidget();
        QVERIFY(at && at != m.find<QPushButton>("cancel") && at != m.find<QPushButton>("pause"));
        QCOMPARE(at->objectName(), QStringLiteral("lossPlot"));
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Space);  // once too often: nothing is cancelled
        QCOMPARE(m.studio->engine().state(), EngineController::State::Running);
        m.studio->cancel();
        QTRY_VERIFY(!m.studio->engine().busy());
    }

    void dismissedMessagesCanBeReadAgain() {
        QVERIFY(m.openBundled());
        QVERIFY(m.find<QPushButton>("statusMessages")->isHidden());
        m.studio->reportProblem(QStringLiteral("first thing"), QStringLiteral("here"), QStringLiteral("hint"));
        m.studio->reportProblem(QStringLiteral("second thing"), QStringLiteral("there"), {});
        auto* strip = m.find<ErrorStrip>("errorStrip");
        m.click("errorDismiss");
        QVERIFY(strip->isHidden());
        auto* messages = m.find<QPushButton>("statusMessages");
        QVERIFY(messages->isVisible());
        QCOMPARE(messages->text(), QStringLiteral("2 messages"));
        m.click("statusMessages");
        auto* menu = m.find<QMenu>("messagesMenu");
        QVERIFY(menu);
        QCOMPARE(menu->actions().size(), 2);
        QVERIFY(menu->actions().at(1)->text().contains(QStringLiteral("first thing")));
        menu->actions().at(1)->trigger();
        QVERIFY(!strip->isHidden());
        QCOMPARE(strip->text(), QStringLiteral("here\nfirst thing\nhint"));
        menu->close();
    }

private:
    WindowFixture m;
};

}  // namespace tst_gui_start

QTEST_MAIN(tst_gui_start::TestGuiStart)
#include "tst_gui_start.moc"
