#include "tests/ui/ui_support/answering_dialogs.h"
#include "tests/ui/ui_support/sample_session.h"
#include "tests/ui/ui_support/scripted_engine.h"
#include "ui/controller/studio.h"

#include "core/run/event_log.h"
#include "core/run/run_folder.h"

#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

namespace tst_ui_session {

using namespace lorashear;
using namespace lorashear::ui;
using namespace lorashear::testing;

namespace {

/// A session with the sample model open, without an engine.
void openSample(Session& session) {
    const Command command = command::OpenModel{"/models/sample"};
    session.beginCommand(command);
    session.apply(sampleModel("/models/sample"), command);
    session.apply(event::StructureFound{sampleStructure()}, command);
    session.flush();
}

}  // namespace

class TestUiSession : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() {
        QVERIFY(m_state.isValid());
        qputenv("XDG_STATE_HOME", m_state.path().toUtf8());
    }

    void manyEventsGiveOneSignal() {
        Session session;
        openSample(session);
        const Command command = command::AnalyseKnowledge{};
        session.beginCommand(command);
        QSignalSpy knowledge(&session, &Session::knowledgeChanged);
        for (const NodeGroupKnowledge& entry : sampleKnowledge()->nodeGroups)
            session.apply(event::KnowledgeMeasured{entry}, command);
        QCOMPARE(knowledge.count(), 0);
        session.flush();
        QCOMPARE(knowledge.count(), 1);
        QCOMPARE(session.knowledgeEntries().size(), std::size_t(10));
    }

    void editsAreUndoneAndDraggingIsOneStep() {
        Session session;
        openSample(session);
        const double before = session.recipe().plan.ratio;
        for (int i = 0; i < 50; ++i)
            session.edit(
                QStringLiteral("ratio"), [&](Recipe& r) { r.plan.ratio = 0.3 + i * 0.001; }, QStringLiteral("ratio"));
        session.edit(QStringLiteral("uniform"), [](Recipe& r) { r.plan.uniform = true; });
        QCOMPARE(session.undoStack().count(), 2);
        session.undoStack().undo();
        QVERIFY(!session.recipe().plan.uniform);
        QCOMPARE(session.recipe().plan.ratio, 0.349);
        session.undoStack().undo();
        QCOMPARE(session.recipe().plan.ratio, before);
        session.undoStack().redo();
        QCOMPARE(session.recipe().plan.ratio, 0.349);
    }

    void editThatChangesNothingIsNoStep() {
        Session session;
        session.edit(QStringLiteral("nothing"), [](Recipe&) {});
        QCOMPARE(session.undoStack().count(), 0);
    }

    void planFollowsEveryEdit() {
        Session session;
        openSample(session);
        QVERIFY(session.plan().plan);
        session.edit(QStringLiteral("ratio"), [](Recipe& r) { r.plan.ratio = 0.98; });
        QVERIFY(!session.plan().plan);
        QCOMPARE(session.plan().error->code(), ErrorCode::Impossible);
        session.undoStack().undo();
        QVERIFY(session.plan().plan);
    }

    void padlocksWriteThePlan() {
        Session session;
        openSample(session);
        QSignalSpy plans(&session, &Session::planChanged);
        session.setOverride(2, Override::Protect);
        QCOMPARE(session.recipe().plan.protect, std::vector<std::string>{"layers.1.attention"});
        QCOMPARE(session.overrideOf(2), Override::Protect);
        QVERIFY(!session.plan().plan->budgets[2].prunable);
        session.setOverride(2, Override::Allow);
        QVERIFY(session.recipe().plan.protect.empty());
        QCOMPARE(session.recipe().plan.allow.size(), std::size_t(1));
        session.undoStack().undo();
        QCOMPARE(session.overrideOf(2), Override::Protect);
        QCOMPARE(plans.count(), 3);
    }

    void knowledgeGoesStaleWhenItsSettingsChange() {
        Session session;
        openSample(session);
        session.apply(event::KnowledgeFinished{sampleKnowledge()}, command::AnalyseKnowledge{});
        session.flush();
        QVERIFY(!session.knowledgeStale());
        session.edit(QStringLiteral("rank"), [](Recipe& r) { r.lora.rank = 4; });
        QVERIFY(!session.knowledgeStale());
        session.edit(QStringLiteral("share"), [](Recipe& r) { r.analysis.unprunableShare = 0.4; });
        QVERIFY(session.knowledgeStale());
    }

    void anotherModelForgetsWhatWasMeasured() {
        Session session;
        openSample(session);
        session.apply(event::KnowledgeFinished{sampleKnowledge()}, command::AnalyseKnowledge{});
        session.flush();
        auto other = sampleModel("/models/other");
        other.identity = "other";
        session.apply(other, command::OpenModel{"/models/other"});
        session.flush();
        QVERIFY(!session.knowledge());
        QVERIFY(!session.structure());
        QVERIFY(!session.plan().plan);
    }

    void exportEndsWithoutEndingTheRun() {
        Session session;
        openSample(session);
        session.beginCommand(command::StartRun{{}, "/runs/a"});
        session.apply(event::Finished{event::Finished::Outcome::Completed, {}, "{}"}, command::StartRun{{}, "/runs/a"});
        session.beginCommand(command::ExportModel{});
        session.apply(event::Finished{event::Finished::Outcome::Failed, Error(ErrorCode::Io, "/x", "no room"), {}},
                      command::ExportModel{});
        session.flush();
        QCOMPARE(session.run().finished->outcome, event::Finished::Outcome::Completed);
        QCOMPARE(session.run().folder, std::string("/runs/a"));
        QVERIFY(session.lastFinished()->error);
    }

    void pathsAreToldApartByContent() {
        QTemporaryDir dir;
        QCOMPARE(kindOf(dir.path()), PathKind::Unknown);
        const auto touch = [&](const char* name) {
            QFile file(dir.filePath(QString::fromLatin1(name)));
            QVERIFY(file.open(QIODevice::WriteOnly));
        };
        touch("config.json");
        QCOMPARE(kindOf(dir.path()), PathKind::Model);
        touch("events.jsonl");
        QCOMPARE(kindOf(dir.path()), PathKind::Run);
        touch("mine.json");
        QCOMPARE(kindOf(dir.filePath(QStringLiteral("mine.json"))), PathKind::Recipe);
        touch("picture.png");
        QCOMPARE(kindOf(dir.filePath(QStringLiteral("picture.png"))), PathKind::Unknown);
    }

    void openingRubbishSaysWhatItMayBe() {
        QTemporaryDir dir;
        Settings settings(dir.filePath(QStringLiteral("settings.ini")));
        AnsweringDialogs dialogs;
        Studio studio(scriptedEngine(usualScript()), dialogs, settings);
        std::optional<Error> error;
        connect(&studio, &Studio::failed, this, [&](const Error& e) { error = e; });
        studio.open(dir.path());
        QVERIFY(error);
        QCOMPARE(error->subject(), dir.path().toStdString());
        QVERIFY(!error->hint().empty());
        QVERIFY(!studio.engine().busy());
    }

    void bundledModelStartsFromItsRecipe() {
        QVERIFY(!bundledModel().isEmpty());
        const Recipe recipe = startingRecipe(bundledModel());
        QCOMPARE(recipe.model.path, bundledModel().toStdString());
        requireFiles(recipe);
        QVERIFY(!recipe.evaluation.texts.empty());
        QVERIFY(!recipe.training.sources.empty());
        QCOMPARE(recipeText(parseRecipe(recipeText(recipe), "recipe")), recipeText(recipe));
    }

    void recipeSurvivesSavingAndTheCommandNamesIt() {
        QTemporaryDir dir;
        Settings settings(dir.filePath(QStringLiteral("settings.ini")));
        AnsweringDialogs dialogs;
        Studio studio(scriptedEngine(usualScript()), dialogs, settings);
        studio.open(bundledModel());
        QTRY_VERIFY(studio.session().plan().plan.has_value());
        studio.session().edit(QStringLiteral("ratio"), [](Recipe& r) { r.plan.ratio = 0.37; });
        const QString file = dir.filePath(QStringLiteral("my recipe.json"));
        studio.saveRecipe(file);
        QCOMPARE(loadRecipe(file.toStdString()).plan.ratio, 0.37);
        QVERIFY(studio.commandLine().startsWith(QStringLiteral("lorashear run '") + file + QStringLiteral("' --out ")));
        studio.session().undoStack().undo();
        QVERIFY(studio.session().recipe().plan.ratio != 0.37);
        studio.openRecipe(file);
        QTRY_VERIFY(!studio.engine().busy());
        QCOMPARE(studio.session().recipe().plan.ratio, 0.37);
        QCOMPARE(settings.recentModels().value(0), bundledModel());
    }

    void runFolderIsShownWithoutTheEngine() {
        QTemporaryDir dir;
        const std::string folder = dir.filePath(QStringLiteral("run")).toStdString();
        Recipe recipe = startingRecipe(bundledModel());
        const RunFolder run = RunFolder::create(folder, recipe);
        {
            EventLog log(run.eventsFile());
            log.append(sampleModel(bundledModel().toStdString()));
            event::Step step;
            step.stage = "prune";
            for (int i = 1; i <= 5; ++i) step.step = i, step.loss = 2.0 - i * 0.1, log.append(step);
            log.append(event::CheckpointSaved{"checkpoints/step-000005", 5});
        }
        Settings settings(dir.filePath(QStringLiteral("settings.ini")));
        AnsweringDialogs dialogs;
        Studio studio([]() -> std::unique_ptr<Engine> { throw Error(ErrorCode::Io, "engine", "not there"); }, dialogs,
                      settings);
        QSignalSpy failures(&studio, &Studio::failed);
        studio.open(QString::fromStdString(folder));
        QCOMPARE(failures.count(), 0);
        QCOMPARE(studio.session().run().steps.size(), std::size_t(5));
        QVERIFY(studio.canResume());  // it has no end: killed, or still going on elsewhere
        QCOMPARE(settings.recentRuns().value(0), QString::fromStdString(folder));
    }

private:
    QTemporaryDir m_state;
};

}  // namespace tst_ui_session

QTEST_GUILESS_MAIN(tst_ui_session::TestUiSession)
#include "tst_ui_session.moc"
