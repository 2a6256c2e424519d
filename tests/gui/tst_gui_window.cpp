#include "tests/ui/ui_support/answering_dialogs.h"
#include "tests/ui/ui_support/sample_session.h"
#include "tests/ui/ui_support/scripted_engine.h"
#include "ui/controller/studio.h"
#include "ui/graph/graph_view.h"
#include "ui/main_window.h"
#include "ui/pages/graph_page.h"
#include "ui/pages/page.h"
#include "ui/plots/curve_plot.h"
#include "ui/widgets/bar_list.h"
#include "ui/widgets/error_strip.h"
#include "ui/widgets/stage_rail.h"

#include <QCheckBox>
#include <QClipboard>
#include <QDir>
#include <QDragEnterEvent>
#include <QDropEvent>
#include <QGuiApplication>
#include <QLabel>
#include <QLineEdit>
#include <QMimeData>
#include <QPlainTextEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QSpinBox>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>

#include <cmath>
#include <thread>

namespace tst_gui_window {

using namespace lorashear;
using namespace lorashear::ui;
using namespace lorashear::testing;

class TestGuiWindow : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { qputenv("XDG_STATE_HOME", m_dir.path().toUtf8()); }

    void cleanup() {
        m_window.reset();
        m_studio.reset();
    }

    void windowIsThereBeforeTheEngine() {
        bool made = false;
        start([&]() -> std::unique_ptr<Engine> {
            made = true;
            return scriptedEngine(usualScript())();
        });
        QVERIFY(m_window->isVisible());
        QVERIFY(!made);
        QCOMPARE(rail(1), StageState::Locked);
    }

    void bundledModelOpensAndUnlocksTheStages() {
        openBundled(usualScript());
        QCOMPARE(text("modelParameters"), QStringLiteral("260 K"));
        QCOMPARE(table("layerTable")->model()->rowCount(), 5);
        QCOMPARE(rail(0), StageState::Done);
        QCOMPARE(rail(1), StageState::Done);
        QCOMPARE(rail(3), StageState::Done);
        QCOMPARE(rail(7), StageState::Locked);
    }

    void droppedFolderOpens() {
        start(scriptedEngine(usualScript()));
        QMimeData data;
        data.setUrls({QUrl::fromLocalFile(bundledModel())});
        QDragEnterEvent enter(QPoint(300, 300), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(m_window.get(), &enter);
        QVERIFY(enter.isAccepted());
        QDropEvent drop(QPointF(300, 300), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(m_window.get(), &drop);
        QTRY_VERIFY(m_studio->session().structure() != nullptr);
    }

    void keysGoThroughTheStages() {
        openBundled(usualScript());
        for (int i = 6; i >= 0; --i) {
            QTest::keyClick(m_window.get(), Qt::Key(Qt::Key_1 + i), Qt::ControlModifier);
            QCOMPARE(m_window->currentPage(), builtinPages()[std::size_t(i)].id);
        }
    }

    void selectedTensorLightsUpItsGroup() {
        openBundled(usualScript());
        m_window->showPage(QStringLiteral("graph"));
        auto* page = static_cast<GraphPage*>(m_window->page(QStringLiteral("graph")));
        page->view()->selectNode(page->view()->search(QStringLiteral("layers.2.mlp.gate_proj")).front());
        QCOMPARE(table("inspectorGroups")->model()->index(0, 0).data().toString(), QStringLiteral("layers.2.mlp"));
        QCOMPARE(table("inspectorSlices")->model()->rowCount(), 3);
        // the unprunable group that crosses the tensor is listed too, with its reason
        QCOMPARE(table("inspectorGroups")->model()->rowCount(), 2);
        table("inspectorGroups")->selectRow(1);
        QVERIFY(text("inspectorReason").contains(QStringLiteral("residual stream")));
        QVERIFY(!page->view()->grab().isNull());
    }

    void analysisFillsBarsAndProtects() {
        openBundled(usualScript());
        m_window->showPage(QStringLiteral("knowledge"));
        QVERIFY(bars("knowledgeBars")->rows().empty());
        click("analyse");
        QTRY_COMPARE(rail(2), StageState::Done);
        const auto rows = bars("knowledgeBars")->rows();
        QCOMPARE(rows.size(), std::size_t(10));
        QVERIFY(rows[0].marked && rows[1].marked && !rows[2].marked);
        QVERIFY(rows[2].value > 0 && rows[2].spread > 0);
        QCOMPARE(table("knowledgeTable")->model()->rowCount(), 10);
        // protecting one more is an undoable edit of the plan
        QTest::keyClick(bars("knowledgeBars"), Qt::Key_Home);
        QTest::keyClick(bars("knowledgeBars"), Qt::Key_Down);
        QTest::keyClick(bars("knowledgeBars"), Qt::Key_Down);
        QTest::keyClick(bars("knowledgeBars"), Qt::Key_Space);
        QCOMPARE(m_studio->session().recipe().plan.protect, std::vector<std::string>{"layers.1.attention"});
        QTest::keyClick(m_window.get(), Qt::Key_Z, Qt::ControlModifier);
        QVERIFY(m_studio->session().recipe().plan.protect.empty());
    }

    void ratioIsAnsweredAtOnceAndImpossibleOnesInPlace() {
        openBundled(usualScript());
        m_window->showPage(QStringLiteral("plan"));
        auto* ratio = m_window->findChild<QDoubleSpinBox*>(QStringLiteral("ratio"));
        ratio->setValue(30);
        QVERIFY(text("planRatio").startsWith(QStringLiteral("30.")) || text("planRatio").startsWith(QStringLiteral("29.")));
        double kept = 0;
        for (const BarRow& row : bars("planBars")->rows()) kept += row.value;
        QVERIFY(kept < 10);
        ratio->setValue(98);
        auto* strip = m_window->page(QStringLiteral("plan"))->findChild<ErrorStrip*>(QStringLiteral("planError"));
        QVERIFY(!strip->isHidden());
        QVERIFY(strip->text().contains(QRegularExpression(QStringLiteral("\\d"))));
        QVERIFY(!button("startFromPlan")->isEnabled());
        QCOMPARE(rail(3), StageState::Stale);
        click("planUndo");
        QVERIFY(strip->isHidden());
        QVERIFY(button("startFromPlan")->isEnabled());
    }

    void runGoesToItsEnd() {
        openBundled(usualScript(1));
        m_studio->session().edit(QStringLiteral("r"), [](Recipe& r) { r.plan.ratio = 0.2; });
        QTest::keyClick(m_window.get(), Qt::Key_Return, Qt::ControlModifier);
        QCOMPARE(m_window->currentPage(), QStringLiteral("run"));
        QCOMPARE(rail(4), StageState::Running);
        QTRY_COMPARE_WITH_TIMEOUT(rail(4), StageState::Done, 20000);
        const auto* loss = m_window->findChild<CurvePlot*>(QStringLiteral("lossPlot"));
        QCOMPARE(loss->pointCount(0), 60);
        QVERIFY(loss->replotCount() < 60);
        double zero = 0;
        for (const BarRow& row : bars("runBars")->rows()) zero += row.full - row.value;
        QVERIFY(zero > 1);
        m_window->showPage(QStringLiteral("compare"));
        QCOMPARE(table("compareTable")->model()->rowCount(), 6);  // two of them of KL, not measured yet
        QVERIFY(m_window->findChild<QPlainTextEdit*>(QStringLiteral("story3"))
                    ->toPlainText()
                    .contains(QStringLiteral("red ball")));
        click("copyMarkdown");
        QVERIFY(QGuiApplication::clipboard()->text().contains(QStringLiteral("| Parameters | 260,032 |")));
        m_window->showPage(QStringLiteral("export"));
        m_window->findChild<QLineEdit*>(QStringLiteral("exportDestination"))->setText(m_dir.filePath(QStringLiteral("out")));
        click("export");
        QTRY_COMPARE(rail(7), StageState::Done);
        QVERIFY(text("certificateVerdict").contains(QStringLiteral("Passed")));
    }

    /// On where the model's template can be used, off and saying why where not.
    void chatFollowsTheModelsTemplate_data() {
        QTest::addColumn<QString>("chatTemplate");
        QTest::addColumn<QString>("refusal");
        QTest::newRow("simple") << QStringLiteral("{% for m in messages %}{{ m.role }}: {{ m.content }}{% endfor %}")
                                << QString();
        QTest::newRow("call") << QStringLiteral("{% call f() %}{% endcall %}") << QStringLiteral("call");
        QTest::newRow("none") << QString() << QStringLiteral("no chat template");
    }
    void chatFollowsTheModelsTemplate() {
        QFETCH(QString, chatTemplate);
        QFETCH(QString, refusal);
        const QString folder = m_dir.filePath(QStringLiteral("chat-%1").arg(QString::fromLatin1(QTest::currentDataTag())));
        QVERIFY(QDir().mkpath(folder));
        for (const QFileInfo& file : QDir(bundledModel()).entryInfoList(QDir::Files))
            QVERIFY(QFile::copy(file.filePath(), folder + QLatin1Char('/') + file.fileName()));
        QFile::remove(folder + QStringLiteral("/chat_template.jinja"));
        if (!chatTemplate.isEmpty()) {
            QFile file(folder + QStringLiteral("/chat_template.jinja"));
            QVERIFY(file.open(QIODevice::WriteOnly));
            file.write(chatTemplate.toUtf8());
        }
        std::vector<bool> chats;
        start(scriptedEngine([&, play = usualScript()](const Command& command, testing::Stage& stage) {
            if (const auto* write = std::get_if<command::WriteTexts>(&command)) chats.push_back(write->chat);
            play(command, stage);
        }));
        m_studio->open(folder);
        QTRY_VERIFY(m_studio->session().structure() && !m_studio->engine().busy());
        m_window->showPage(QStringLiteral("compare"));
        const auto* box = m_window->findChild<QCheckBox*>(QStringLiteral("chat"));
        QCOMPARE(box->isEnabled(), refusal.isEmpty());
        QCOMPARE(box->isChecked(), refusal.isEmpty());
        QVERIFY2(box->toolTip().contains(refusal), qPrintable(box->toolTip()));
        click("writeBoth");
        QTRY_VERIFY(!m_studio->engine().busy());
        QCOMPARE(chats, std::vector<bool>{refusal.isEmpty()});
    }

    void pauseAndCancelWorkFromTheWindow() {
        openBundled(usualScript(5));
        m_studio->startRun();
        QTRY_VERIFY(m_studio->session().run().steps.size() > 2);
        click("pause");
        QCOMPARE(button("pause")->text(), QStringLiteral("Resume"));
        QTest::qWait(100);
        const std::size_t held = m_studio->session().run().steps.size();
        QTest::qWait(150);
        QCOMPARE(m_studio->session().run().steps.size(), held);
        click("pause");
        QTRY_VERIFY(m_studio->session().run().steps.size() > held);
        click("cancel");
        QTRY_COMPARE(m_studio->engine().state(), EngineController::State::Idle);
        QVERIFY(text("runStage").contains(QStringLiteral("Cancelled")));
        QVERIFY(m_window->findChild<ErrorStrip*>(QStringLiteral("errorStrip"))->isHidden());  // cancelling is no error
        QVERIFY(button("resumeRun")->isVisible());
    }

    void oneStepAtATimeAndInSlowMotion() {
        openBundled(usualScript(10));
        m_window->showPage(QStringLiteral("run"));
        QVERIFY(!action("actionStep")->isEnabled() && !action("actionCheckpoint")->isEnabled());
        m_studio->startRun();
        QTRY_VERIFY(m_studio->session().run().steps.size() > 2);
        QVERIFY(!button("step")->isVisible());
        click("pause");
        QTest::qWait(100);
        for (int i = 0; i < 2; ++i) {
            const std::size_t held = m_studio->session().run().steps.size();
            click("step");
            QTRY_COMPARE(m_studio->session().run().steps.size(), held + 1);
            QTRY_COMPARE(m_studio->engine().state(), EngineController::State::Paused);
            QTest::qWait(60);
            QCOMPARE(m_studio->session().run().steps.size(), held + 1);
            QCOMPARE(button("pause")->text(), QStringLiteral("Resume"));
        }
        action("pace_1")->trigger();
        QVERIFY(action("pace_1")->isChecked() && !action("pace_0")->isChecked());
        const std::size_t slow = m_studio->session().run().steps.size();
        click("pause");
        QTRY_VERIFY(text("runFacts").contains(QStringLiteral("slow motion")));
        QTest::qWait(200);
        QVERIFY(m_studio->session().run().steps.size() <= slow + 2);
        action("pace_0")->trigger();
        QTRY_COMPARE(m_studio->engine().state(), EngineController::State::Idle);
        QVERIFY(!button("step")->isVisible());
    }

    void failureIsShownWithWhatWhereAndWhatToDo() {
        openBundled([](const Command& command, testing::Stage& stage) {
            if (!std::holds_alternative<command::StartRun>(command)) return usualScript()(command, stage);
            event::Step step;
            step.stage = "prune";
            step.step = 1;
            step.loss = std::nan("");
            stage.send(step);
            stage.failed(Error(ErrorCode::Numeric, "step 1", "the loss is not a finite number", "lower the learning rate"));
        });
        m_studio->startRun();
        auto* strip = m_window->findChild<ErrorStrip*>(QStringLiteral("errorStrip"));
        QTRY_VERIFY(!strip->isHidden());
        QCOMPARE(strip->text(), QStringLiteral("step 1\nthe loss is not a finite number\nlower the learning rate"));
        QCOMPARE(text("runStage"), QStringLiteral("Failed"));
        QCOMPARE(m_window->findChild<CurvePlot*>(QStringLiteral("lossPlot"))->markCount(), 1);
        QCOMPARE(rail(4), StageState::Stale);
    }

    void closingWhileRunningAsksCancelsAndCloses() {
        openBundled(usualScript(10));
        m_studio->startRun();
        QTRY_VERIFY(m_studio->session().run().steps.size() > 1);
        m_dialogs.answer = false;
        m_window->close();
        QVERIFY(m_window->isVisible());
        QVERIFY(m_studio->engine().busy());
        m_dialogs.answer = true;
        m_window->close();
        QVERIFY(m_window->isVisible());  // waits for the engine's last word without blocking
        QTRY_VERIFY(!m_window->isVisible());
        QVERIFY(!m_studio->engine().busy());
        QCOMPARE(m_dialogs.asked.size(), 2);
    }

    void closingWhilePausedWorksToo() {
        openBundled(usualScript(10));
        m_studio->startRun();
        QTRY_VERIFY(m_studio->session().run().steps.size() > 1);
        m_studio->engine().pause();
        m_dialogs.answer = true;
        m_window->close();
        QTRY_VERIFY(!m_window->isVisible());
    }

    void windowStaysLivelyUnderManyEvents() {
        openBundled([](const Command& command, testing::Stage& stage) {
            if (!std::holds_alternative<command::StartRun>(command)) return usualScript()(command, stage);
            event::Step step;
            step.stage = "prune";
            for (int i = 1; i <= 20000 && stage.goOn(); ++i) {
                step.step = i;
                step.loss = 2 + std::sin(i * 0.01);
                stage.send(step);
                if (i % 100 == 0) std::this_thread::sleep_for(std::chrono::milliseconds(2));
            }
            stage.completed();
        });
        m_studio->startRun();
        int beats = 0;
        QTimer heart;
        heart.setInterval(20);
        connect(&heart, &QTimer::timeout, this, [&] { ++beats; });
        heart.start();
        QTRY_COMPARE_WITH_TIMEOUT(m_studio->session().run().steps.size(), std::size_t(20000), 30000);
        QVERIFY(beats > 5);
        QVERIFY(m_window->findChild<CurvePlot*>(QStringLiteral("lossPlot"))->replotCount() < 500);
    }

private:
    void start(Worker::Factory factory) {
        m_dialogs = AnsweringDialogs{};
        m_settings = std::make_unique<Settings>(m_dir.filePath(QStringLiteral("settings%1.ini").arg(++m_count)));
        m_studio = std::make_unique<Studio>(std::move(factory), m_dialogs, *m_settings);
        m_window = std::make_unique<MainWindow>(*m_studio);
        m_window->resize(1280, 800);
        m_window->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
    }
    void openBundled(Script script) {
        start(scriptedEngine(std::move(script)));
        click("openBundled");
        QTRY_VERIFY(m_studio->session().plan().plan.has_value());
        QTRY_VERIFY(!m_studio->engine().busy());
    }
    QAction* action(const char* name) const { return m_window->findChild<QAction*>(QString::fromLatin1(name)); }
    QPushButton* button(const char* name) const { return m_window->findChild<QPushButton*>(QString::fromLatin1(name)); }
    void click(const char* name) { QTest::mouseClick(button(name), Qt::LeftButton); }
    QString text(const char* name) const { return m_window->findChild<QLabel*>(QString::fromLatin1(name))->text(); }
    QTableView* table(const char* name) const { return m_window->findChild<QTableView*>(QString::fromLatin1(name)); }
    BarList* bars(const char* name) const { return m_window->findChild<BarList*>(QString::fromLatin1(name)); }
    StageState rail(int index) const { return m_window->findChild<StageRail*>()->state(index); }

    QTemporaryDir m_dir;
    AnsweringDialogs m_dialogs;
    std::unique_ptr<Settings> m_settings;
    std::unique_ptr<Studio> m_studio;
    std::unique_ptr<MainWindow> m_window;
    int m_count = 0;
};

}  // namespace tst_gui_window

QTEST_MAIN(tst_gui_window::TestGuiWindow)
#include "tst_gui_window.moc"
