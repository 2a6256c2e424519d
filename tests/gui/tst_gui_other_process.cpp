#include "core/run/event_log.h"
#include "core/run/run_folder.h"
#include "tests/ui/ui_support/sample_session.h"
#include "tests/ui/ui_support/window_fixture.h"
#include "ui/plots/curve_plot.h"
#include "ui/widgets/error_strip.h"
#include "ui/widgets/stage_rail.h"

#include <QComboBox>
#include <QProcess>

namespace tst_gui_other_process {

using namespace lorashear;
using namespace lorashear::ui;
using namespace lorashear::testing;

namespace {

/// The log of a run as another process writes it, and its lock, held by a program that does nothing else.
class OtherProcess {
public:
    explicit OtherProcess(const QString& folder) : m_folder(folder) {
        Recipe recipe = startingRecipe(bundledModel());
        const RunFolder run = RunFolder::create(folder.toStdString(), recipe);
        m_log = std::make_unique<EventLog>(run.eventsFile());
        m_log->append(event::StageChanged{"open", ""});
        m_log->append(sampleModel(bundledModel().toStdString()));
        m_log->append(event::StructureFound{sampleStructure()});
        m_log->append(event::StageChanged{"prune", ""});
    }
    ~OtherProcess() { letGo(); }

    /// True once the lock is held and named.
    bool hold() {
        m_program.start(QStringLiteral("flock"), {QStringLiteral("--no-fork"), m_folder + QStringLiteral("/lock"),
                                                  QStringLiteral("sleep"), QStringLiteral("600")});
        if (!m_program.waitForStarted()) return false;
        const bool held = QTest::qWaitFor([this] { return runHolder(m_folder.toStdString()).has_value(); }, 10000);
        QFile file(m_folder + QStringLiteral("/lock"));
        if (!held || !file.open(QIODevice::WriteOnly)) return false;
        return file.write(QStringLiteral("%1\n\nlorashear\n").arg(m_program.processId()).toUtf8()) > 0;
    }
    void letGo() {
        if (m_program.state() == QProcess::NotRunning) return;
        m_program.terminate();
        m_program.waitForFinished();
    }
    void step(int number) {
        event::Step step;
        step.stage = "prune";
        step.step = number;
        step.loss = 2 - number * 0.01;
        m_log->append(step);
    }
    EventLog& log() { return *m_log; }
    qint64 id() const { return m_program.processId(); }

private:
    QString m_folder;
    std::unique_ptr<EventLog> m_log;
    QProcess m_program;
};

}  // namespace

/// A run that another process is working on is watched as it goes on, and nothing is offered that would be in its way.
class TestGuiOtherProcess : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void cleanup() { m.close(); }

    void isWatchedLiveAndNamed() {
        const QString folder = m.dir.filePath(QStringLiteral("elsewhere"));
        OtherProcess other(folder);
        for (int i = 1; i <= 3; ++i) other.step(i);
        other.log().append(event::CheckpointSaved{"checkpoints/step-000003", 3});
        QVERIFY(QDir(folder).mkpath(QStringLiteral("checkpoints/step-000003")));
        QVERIFY(other.hold());
        QVERIFY(m.start(scriptedEngine(usualScript())));
        m.studio->open(folder);
        QVERIFY(m.studio->follower().following());
        QCOMPARE(m.window->currentPage(), QStringLiteral("run"));
        QCOMPARE(m.find<StageRail>("stageRail")->state(4), StageState::Running);
        QVERIFY(m.label("runHolder")->isVisible());
        QVERIFY2(m.label("runHolder")->text().contains(QStringLiteral("lorashear, process %1").arg(other.id())),
                 qPrintable(m.label("runHolder")->text()));
        QVERIFY(!m.label("runStage")->text().contains(QStringLiteral("Interrupted")));
        for (const char* name : {"resumeRun", "branch", "pause", "cancel"})
            QVERIFY2(!m.find<QPushButton>(name)->isVisible(), name);
        QVERIFY(!m.find<QComboBox>("checkpoints")->isVisible());
        QVERIFY(!m.studio->canResume());
        // what it writes is seen without a press
        auto* loss = m.find<CurvePlot>("lossPlot");
        QCOMPARE(loss->pointCount(0), 3);
        for (int i = 4; i <= 9; ++i) other.step(i);
        QTRY_COMPARE_WITH_TIMEOUT(loss->pointCount(0), 9, 10000);
        // a process that goes back to a checkpoint takes its steps back
        other.log().rewind(5);
        other.step(2);
        QTRY_COMPARE_WITH_TIMEOUT(loss->pointCount(0), 2, 10000);
        QVERIFY(m.find<ErrorStrip>("errorStrip")->isHidden());
        // it dies: now the run is interrupted, keeps its curves, and can be gone on with
        other.letGo();
        QTRY_VERIFY_WITH_TIMEOUT(!m.studio->follower().following(), 10000);
        QVERIFY(m.label("runHolder")->isHidden());
        QVERIFY(m.label("runStage")->text().contains(QStringLiteral("Interrupted")));
        QVERIFY(m.find<QPushButton>("resumeRun")->isVisible());
        QCOMPARE(loss->pointCount(0), 2);
    }

    void itsEndIsSeen() {
        const QString folder = m.dir.filePath(QStringLiteral("ending"));
        OtherProcess other(folder);
        other.step(1);
        QVERIFY(other.hold());
        QVERIFY(m.start(scriptedEngine(usualScript())));
        m.studio->open(folder);
        other.log().append(event::Finished{event::Finished::Outcome::Completed, {}, "{}"});
        other.letGo();
        QTRY_VERIFY_WITH_TIMEOUT(!m.studio->follower().following(), 10000);
        QCOMPARE(m.label("runStage")->text(), QStringLiteral("Finished"));
        QVERIFY(!m.studio->canResume());
    }

    /// The lock is taken between looking and pressing: the press attaches.
    void resumingWhatAnotherProcessTookAttaches() {
        const QString folder = m.dir.filePath(QStringLiteral("taken"));
        OtherProcess other(folder);
        for (int i = 1; i <= 4; ++i) other.step(i);
        QVERIFY(m.start(scriptedEngine(usualScript())));
        m.studio->open(folder);
        QVERIFY(m.studio->canResume());
        QVERIFY(other.hold());
        m.click("resumeRun");
        QVERIFY(m.studio->follower().following() && !m.studio->engine().busy());
        QCOMPARE(m.find<CurvePlot>("lossPlot")->pointCount(0), 4);
    }

    /// Whatever stops a run from being gone on with: it stays in sight.
    void aRefusedResumeKeepsTheCurves() {
        const QString folder = m.dir.filePath(QStringLiteral("refused"));
        {
            OtherProcess other(folder);
            for (int i = 1; i <= 4; ++i) other.step(i);
        }
        QVERIFY(m.start(scriptedEngine([](const Command&, lorashear::testing::Stage& stage) {
            stage.failed(Error(ErrorCode::Io, "run", "another process is working on this run"));
        })));
        m.studio->open(folder);
        m.click("resumeRun");
        QTRY_VERIFY(!m.studio->engine().busy());
        QVERIFY(!m.find<ErrorStrip>("errorStrip")->isHidden());
        QCOMPARE(m.find<CurvePlot>("lossPlot")->pointCount(0), 4);
        QVERIFY(m.find<QPushButton>("resumeRun")->isVisible());
        QVERIFY(m.label("runStage")->text().contains(QStringLiteral("Interrupted")));
    }

private:
    WindowFixture m;
};

}  // namespace tst_gui_other_process

QTEST_MAIN(tst_gui_other_process::TestGuiOtherProcess)
#include "tst_gui_other_process.moc"
