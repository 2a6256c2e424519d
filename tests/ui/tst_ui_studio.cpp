#include "tests/ui/ui_support/answering_dialogs.h"
#include "tests/ui/ui_support/sample_session.h"
#include "tests/ui/ui_support/scripted_engine.h"
#include "ui/controller/lineup.h"
#include "ui/controller/studio.h"

#include "core/io/atomic_file.h"
#include "core/run/event_log.h"
#include "core/run/run_folder.h"

#include <QDir>
#include <QFile>
#include <QRegularExpression>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <atomic>
#include <chrono>
#include <thread>

namespace tst_ui_studio {

using namespace lorashear;
using namespace lorashear::ui;
using namespace lorashear::testing;

namespace {

/// The recipe that a copied command names.
std::string namedRecipe(const QString& command) {
    return QRegularExpression(QStringLiteral("^lorashear run (\\S+) --out ")).match(command).captured(1).toStdString();
}

event::ModelOpened modelNamed(const std::string& path, const std::string& identity) {
    event::ModelOpened opened = sampleModel(path);
    opened.identity = identity;
    return opened;
}

}  // namespace

/// What the window does with files, models and runs, without the window.
class TestUiStudio : public QObject {
    Q_OBJECT
    using Stage = lorashear::testing::Stage;  // run_folder.h brings the stages of a run

private Q_SLOTS:
    void init() {
        m_dir = std::make_unique<QTemporaryDir>();
        qputenv("XDG_STATE_HOME", m_dir->path().toUtf8());
        m_settings = std::make_unique<Settings>(m_dir->filePath(QStringLiteral("settings.ini")));
        m_errors.clear();
        start(usualScript());
    }

    void copiedCommandNeverWritesARunsRecord() {
        const QString folder = makeRun(5);
        const std::string record = readFile((folder + QStringLiteral("/recipe.json")).toStdString());
        m_studio->open(folder);
        QVERIFY(m_studio->commandLine().contains(QStringLiteral("lorashear run ")));
        m_studio->session().edit(QStringLiteral("ratio"), [](Recipe& r) { r.plan.ratio = 0.61; });
        QString written;
        const QString command = m_studio->commandLine(&written);
        QCOMPARE(readFile((folder + QStringLiteral("/recipe.json")).toStdString()), record);
        QCOMPARE(loadRecipe(namedRecipe(command)).plan.ratio, 0.61);
        QCOMPARE(namedRecipe(command), written.toStdString());
        QString again;
        QCOMPARE(namedRecipe(m_studio->commandLine(&again)), written.toStdString());
        QVERIFY(again.isEmpty());                                       // it holds what is wanted already
        m_studio->saveRecipe(folder + QStringLiteral("/recipe.json"));  // not by Save either
        QCOMPARE(m_errors.size(), std::size_t(1));
        QCOMPARE(readFile((folder + QStringLiteral("/recipe.json")).toStdString()), record);
    }

    void copiedCommandNeverWritesAnOpenedRecipe() {
        const QString file = makeRecipe(bundledModel(), 0.25);
        const std::string before = readFile(file.toStdString());
        m_studio->open(file);
        QTRY_VERIFY(!m_studio->engine().busy());
        QCOMPARE(namedRecipe(m_studio->commandLine()), file.toStdString());  // unchanged: the file itself
        m_studio->session().edit(QStringLiteral("ratio"), [](Recipe& r) { r.plan.ratio = 0.44; });
        const std::string named = namedRecipe(m_studio->commandLine());
        QVERIFY(named != file.toStdString());
        QCOMPARE(loadRecipe(named).plan.ratio, 0.44);
        QCOMPARE(readFile(file.toStdString()), before);
        m_studio->session().undoStack().undo();
        QCOMPARE(namedRecipe(m_studio->commandLine()), file.toStdString());
        writeFile(file.toStdString(), recipeText(Recipe{}));  // changed behind our back: it is not what is shown
        QVERIFY(namedRecipe(m_studio->commandLine()) != file.toStdString());
    }

    void copiedCommandThatCannotBeWrittenIsAnError() {
        m_studio->open(bundledModel());
        QTRY_VERIFY(!m_studio->engine().busy());
        qputenv("XDG_STATE_HOME", "/dev/null/nowhere");
        QVERIFY(m_studio->commandLine().isEmpty());
        QCOMPARE(m_errors.size(), std::size_t(1));
        QCOMPARE(m_errors[0].code(), ErrorCode::Io);
    }

    void refusedEditSaysWhyAndChangesNothing() {
        Session session;
        session.setRecipe(startingRecipe(bundledModel()));
        std::string why;
        QString key;
        connect(&session, &Session::editRefused, this,
                [&](const Error& error, const QString& of) { why = error.message(), key = of; });
        const std::string before = recipeText(session.recipe());
        session.edit(
            QStringLiteral("mix"), [](Recipe& r) { r.method.optionsJson = R"({"mix": {"magnitude": 0}})"; },
            QStringLiteral("option_mix"));
        QVERIFY2(why.find("at least one weight") != std::string::npos, why.c_str());
        QCOMPARE(key, QStringLiteral("option_mix"));
        QCOMPARE(recipeText(session.recipe()), before);
        QCOMPARE(session.undoStack().count(), 0);
    }

    void anotherModelForgetsTheFormerOnesRun() {
        Session session;
        const Command run = command::StartRun{{}, "/runs/a"};
        session.beginCommand(run);
        session.apply(modelNamed("/models/a", "a"), run);
        session.apply(event::GroupsZero{{{1, 0}, {1, 1}}}, run);
        session.apply(event::Finished{}, run);
        const Command same = command::OpenModel{"/models/a"}, other = command::OpenModel{"/models/b"};
        session.beginCommand(same);
        session.apply(modelNamed("/models/a", "a"), same);
        QCOMPARE(session.run().zeroCount(1), 2);
        session.beginCommand(other);
        session.apply(modelNamed("/models/b", "b"), other);
        session.apply(event::Finished{}, other);
        session.flush();
        QCOMPARE(session.run().zeroCount(1), 0);
        QVERIFY(session.run().folder.empty() && !session.run().started);
    }

    void runOfAnotherModelForgetsTheOpenOne() {
        m_studio->open(bundledModel());
        QTRY_VERIFY(!m_studio->engine().busy());
        Recipe recipe = startingRecipe(bundledModel());
        recipe.model.path = "/models/elsewhere";
        const QString folder = m_dir->filePath(QStringLiteral("early"));
        EventLog(RunFolder::create(folder.toStdString(), recipe).eventsFile()).append(event::StageChanged{"open", ""});
        m_studio->open(folder);  // cut short before its model was opened
        QVERIFY(!m_studio->session().structure());
        QVERIFY(!m_studio->session().model());
    }

    void runIsRememberedUnderOneName() {
        const QString folder = makeRun(2);
        m_studio->open(folder + QLatin1Char('/'));
        m_studio->open(folder);
        QCOMPARE(m_settings->recentRuns(), QStringList{folder});
        QCOMPARE(m_studio->session().run().folder, folder.toStdString());
    }

    void knowledgeOfAnOpenedRunIsNotStale() {
        Recipe recipe = startingRecipe(bundledModel());
        recipe.analysis.ratios = {0.125};
        const QString folder = m_dir->filePath(QStringLiteral("measured"));
        {
            EventLog log(RunFolder::create(folder.toStdString(), recipe).eventsFile());
            log.append(sampleModel(bundledModel().toStdString()));
            log.append(event::StructureFound{sampleStructure()});
            log.append(event::KnowledgeFinished{sampleKnowledge()});
        }
        m_studio->open(folder);
        QVERIFY(m_studio->session().knowledge());
        QVERIFY(!m_studio->session().knowledgeStale());
        QCOMPARE(m_studio->session().recipe().analysis.ratios, recipe.analysis.ratios);
        m_studio->session().edit(QStringLiteral("ratios"), [](Recipe& r) { r.analysis.ratios = {0.5}; });
        QVERIFY(m_studio->session().knowledgeStale());
    }

    void recipeOfABrokenModelIsForgotten() {
        start([play = usualScript()](const Command& command, testing::Stage& stage) {
            const auto* open = std::get_if<command::OpenModel>(&command);
            if (open && open->folder.ends_with("broken"))
                return stage.failed(Error(ErrorCode::BadInput, open->folder, "is broken"));
            play(command, stage);
        });
        const QString broken = m_dir->filePath(QStringLiteral("broken"));
        QVERIFY(QDir().mkpath(broken));
        const QString file = makeRecipe(broken, 0.77);
        m_studio->open(file);
        QTRY_VERIFY(!m_studio->engine().busy());
        QCOMPARE(m_errors.size(), std::size_t(1));
        QVERIFY(m_studio->recipeFile().isEmpty());
        m_studio->open(bundledModel());
        QTRY_VERIFY(!m_studio->engine().busy());
        QCOMPARE(m_studio->session().recipe().model.path, bundledModel().toStdString());
        QVERIFY(m_studio->session().recipe().plan.ratio != 0.77);
    }

    void textsComeFromTheRunsOwnModels() {
        const QString folder = makeRun(3, QStringLiteral("/adapters/mine"));
        QVERIFY(QDir().mkpath(folder + QStringLiteral("/model")));
        QVERIFY(QDir().mkpath(folder + QStringLiteral("/stages/pruned")));
        m_studio->open(folder);
        const Recipe recipe = RunFolder::open(folder.toStdString()).recipe();
        const auto shown = std::make_shared<const RunFigures>(figuresOf(m_studio->session().run(), recipe));
        const auto entries = lineup(shown, {});
        QCOMPARE(entries.size(), std::size_t(3));
        QCOMPARE(entries[0].model.path, bundledModel().toStdString());
        QCOMPARE(entries[0].model.adapter, std::string("/adapters/mine"));
        QCOMPARE(entries[1].model.path, folder.toStdString());
        QVERIFY(entries[1].model.beforeRecovery);
        QCOMPARE(entries[2].model.path, (folder + QStringLiteral("/model")).toStdString());
        QVERIFY(entries[2].model.adapter.empty() && !entries[2].model.beforeRecovery);
    }

    void cancelStopsAllTexts() {
        std::atomic<int> begun = 0;
        start([&](const Command& command, testing::Stage& stage) {
            if (!std::holds_alternative<command::WriteTexts>(command)) return stage.completed();
            ++begun;
            while (stage.goOn()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
            stage.cancelled();
        });
        const ComparedModel model{"original", bundledModel().toStdString()};
        m_studio->writeTexts({model, {model, {"gone"}}, "Once"});
        QTRY_COMPARE(begun.load(), 1);
        m_studio->cancel();
        QTRY_VERIFY(!m_studio->engine().busy());
        QCOMPARE(begun.load(), 1);
        QVERIFY(m_errors.empty());
        m_studio->writeTexts({model, {{"gone"}}, "Once"});  // of models that are not on the disk there is nothing to write
        QCOMPARE(m_errors.size(), std::size_t(1));
        QVERIFY(!m_studio->engine().busy());
    }

    void textsAndFiguresStandWithTheModelsTheyAreOf() {
        SideBySide known;
        const ComparedModel a{"original", "/a"}, b{"original", "/b"}, run{"run:/r", "/r/model"},
            other{"run:/r b", "/r b/model"};
        known.begin({}, 0);
        known.hear(event::Written{"original", "Once", "Once", {" a"}, {}}, command::WriteTexts{a, {a}, "Once"});
        QVERIFY(known.text(a, a, {}, 0));
        QVERIFY(!known.text(b, b, {}, 0));  // another model under the same name
        Recipe recipe, elsewhere;
        recipe.evaluation.texts.resize(1), elsewhere.evaluation.texts.resize(1);
        recipe.evaluation.texts.front().path = "/stories", elsewhere.evaluation.texts.front().path = "/wiki";
        const command::MeasureDivergence measure{recipe, a, {run, other}};
        known.hear(event::Measurement{"run:/r", "kl", "nats/token", 0.1, 0, false, "p"}, measure);
        QCOMPARE(known.divergence(run, a, recipe).size(), std::size_t(1));
        QVERIFY(known.divergence(run, a, elsewhere).empty() && known.divergence(run, b, recipe).empty());
        known.hear(event::Note{"warning", "run:/r b was left out: it is gone"}, measure);
        QCOMPARE(known.whyNoDivergence(other, a, recipe), std::string("was left out: it is gone"));
        QVERIFY(known.whyNoDivergence(run, a, recipe).empty());
    }

    /// A run that goes on in its folder writes another model under the same name.
    void textsAndFiguresGoWithTheWeights() {
        QTemporaryDir folder;
        const std::string weights = folder.filePath(QStringLiteral("model.safetensors")).toStdString();
        writeFile(weights, "one");
        SideBySide known;
        const ComparedModel a{"original", "/a"}, run{"run:/r", folder.path().toStdString()};
        Recipe recipe;
        recipe.evaluation.texts.resize(1);
        known.begin({}, 0);
        known.hear(event::Written{"run:/r", "Once", "Once", {" a"}, {}}, command::WriteTexts{a, {run}, "Once"});
        known.hear(event::Measurement{"run:/r", "kl", "nats/token", 0.1, 0, false, "p"},
                   command::MeasureDivergence{recipe, a, {run}});
        QVERIFY(known.text(run, a, {}, 0) && known.divergence(run, a, recipe).size() == 1);
        writeFile(folder.filePath(QStringLiteral("notes.json")).toStdString(), "{}");
        QVERIFY(known.text(run, a, {}, 0) && known.divergence(run, a, recipe).size() == 1);
        writeFile(weights, "another");
        QVERIFY(!known.text(run, a, {}, 0) && known.divergence(run, a, recipe).empty());
    }

    void whatIsSaidOfColumnsStandsInNoRunsLog() {
        start([](const Command&, testing::Stage& stage) {
            stage.send(event::Note{"warning", "run:/r was left out: it is gone"});
            stage.completed();
        });
        QSignalSpy noticed(m_studio.get(), &Studio::noticed);
        const ComparedModel original{"original", bundledModel().toStdString()}, run{"run:/r", "/r/model"};
        const std::size_t before = m_studio->session().run().log.size();
        m_studio->measureDivergence({m_studio->session().recipe(), original, {run}});
        QTRY_COMPARE(noticed.count(), 1);
        QTRY_VERIFY(!m_studio->engine().busy());
        QCOMPARE(m_studio->session().run().log.size(), before);
        QVERIFY(!m_studio->sideBySide().whyNoDivergence(run, original, m_studio->session().recipe()).empty());
    }

    /// How far it is belongs to what was asked for: the run in sight has its own progress.
    void whatIsMeasuredOfColumnsIsNoProgressOfARun() {
        start([](const Command&, testing::Stage& stage) {
            stage.send(event::StageChanged{"evaluate", "Measuring"});
            stage.send(event::ProgressChanged{{"evaluate", "window 3 of 4", 3, 4, 9}});
            stage.completed();
        });
        std::vector<double> heard;
        QStringList words;
        connect(&m_studio->sideBySide(), &SideBySide::progressChanged, this, [&] {
            const auto& progress = m_studio->sideBySide().progress();
            heard.push_back(progress ? progress->done : -1);
            words << comparisonWord(m_studio->engine().current());
        });
        const ComparedModel original{"original", bundledModel().toStdString()}, run{"run:/r", "/r/model"};
        m_studio->measureDivergence({m_studio->session().recipe(), original, {run}});
        QTRY_VERIFY(!m_studio->engine().busy());
        QCOMPARE(heard, (std::vector<double>{3, -1}));
        QCOMPARE(words.front(), QStringLiteral("Measuring KL"));
        QVERIFY(m_studio->session().run().stage.empty());
        QCOMPARE(m_studio->session().run().progress.total, 0.0);
        QCOMPARE(comparisonWord(m_studio->engine().current()), QString());
    }

    void longLogIsReadWhileTheWindowGoesOn() {
        const QString folder = makeRun(6000);
        QVERIFY(logSize(folder) > kReadAtOnce);
        QSignalSpy progress(m_studio.get(), &Studio::readingChanged);
        m_studio->open(folder);
        QVERIFY(m_studio->reader().reading());  // the call has come back before the log was read
        QVERIFY(m_studio->session().run().steps.empty());
        QVERIFY(m_studio->busy() && !m_studio->canStart());
        m_studio->open(bundledModel());  // refused, so that nothing is mixed
        QCOMPARE(m_errors.size(), std::size_t(1));
        QTRY_VERIFY(!m_studio->reader().reading());
        QCOMPARE(m_studio->session().run().steps.size(), std::size_t(6000));
        QCOMPARE(m_studio->session().run().folder, folder.toStdString());
        QVERIFY(progress.count() > 3);
        QVERIFY(m_studio->canResume());
    }

    void readingCanBeCancelled() {
        const QString folder = makeRun(6000);
        m_studio->open(folder);
        m_studio->cancel();
        QVERIFY(!m_studio->busy());
        QTest::qWait(100);
        QVERIFY(m_studio->session().run().steps.empty());
        QVERIFY(m_errors.empty());
    }

    void damagedLongLogIsAnError() {
        const QString folder = makeRun(6000);
        QFile log(folder + QStringLiteral("/events.jsonl"));
        QVERIFY(log.open(QIODevice::Append));
        log.write("not json\n");
        log.close();
        m_studio->open(folder);
        QTRY_VERIFY(!m_studio->reader().reading());
        QCOMPARE(m_errors.size(), std::size_t(1));
        QVERIFY(m_errors[0].message().find("damaged") != std::string::npos);
    }

private:
    void start(Script script) {
        m_studio = std::make_unique<Studio>(scriptedEngine(std::move(script)), m_dialogs, *m_settings);
        connect(m_studio.get(), &Studio::failed, this, [this](const Error& error) { m_errors.push_back(error); });
    }
    QString makeRecipe(const QString& model, double ratio) {
        Recipe recipe = startingRecipe(bundledModel());
        recipe.model.path = model.toStdString();
        recipe.plan.ratio = ratio;
        const QString file = m_dir->filePath(QStringLiteral("mine.json"));
        writeFile(file.toStdString(), recipeText(recipe));
        return file;
    }
    QString makeRun(int steps, const QString& adapter = {}) {
        const QString folder = m_dir->filePath(QStringLiteral("run%1").arg(++m_runs));
        Recipe recipe = startingRecipe(bundledModel());
        recipe.model.adapter = adapter.toStdString();
        const RunFolder run = RunFolder::create(folder.toStdString(), recipe);
        EventLog log(run.eventsFile());
        log.append(sampleModel(bundledModel().toStdString()));
        event::Step step;
        step.stage = "prune";
        for (int i = 1; i <= steps; ++i) step.step = i, step.loss = 2.0 - i * 1e-5, log.append(step);
        return folder;
    }

    std::unique_ptr<QTemporaryDir> m_dir;
    AnsweringDialogs m_dialogs;
    std::unique_ptr<Settings> m_settings;
    std::unique_ptr<Studio> m_studio;
    std::vector<Error> m_errors;
    int m_runs = 0;
};

}  // namespace tst_ui_studio

QTEST_GUILESS_MAIN(tst_ui_studio::TestUiStudio)
#include "tst_ui_studio.moc"
