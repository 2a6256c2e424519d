#include "tests/ui/ui_support/answering_dialogs.h"
#include "ui/controller/studio.h"
#include "ui/main_window.h"
#include "ui/models/row_table.h"
#include "ui/plots/curve_plot.h"
#include "ui/widgets/bar_list.h"
#include "ui/widgets/error_strip.h"
#include "ui/widgets/rank_chart.h"
#include "ui/widgets/token_ribbon.h"

#include "core/run/engine.h"

#include <QComboBox>
#include <QDir>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QTabWidget>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>
#include <QTimer>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

namespace tst_gui_real_engine {

using namespace lorashear;
using namespace lorashear::ui;
using namespace lorashear::testing;

/// One way through the whole window with the real engine and the bundled model: open, look, analyse, plan, run, compare, export.
class TestGuiRealEngine : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() {
        for (const char* name : {"XDG_CACHE_HOME", "XDG_STATE_HOME"}) qputenv(name, m_dir.path().toUtf8());
        m_settings = std::make_unique<Settings>(m_dir.filePath(QStringLiteral("settings.ini")));
        m_studio = std::make_unique<Studio>([] { return loadEngine(); }, m_dialogs, *m_settings);
        m_window = std::make_unique<MainWindow>(*m_studio);
        m_window->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
        connect(m_studio.get(), &Studio::failed, this, [](const Error& error) {
            qWarning("%s: %s (%s)", error.subject().c_str(), error.message().c_str(), error.hint().c_str());
        });
    }

    void cleanupTestCase() {
        m_window.reset();
        m_studio.reset();
    }

    void opensAndTraces() {
        m_studio->open(bundledModel());
        QTRY_VERIFY_WITH_TIMEOUT(m_studio->session().structure() != nullptr, kPatience);
        QTRY_VERIFY_WITH_TIMEOUT(!m_studio->engine().busy(), kPatience);
        QVERIFY(noError());
        QCOMPARE(m_studio->session().structure()->groupCount(UnitKind::Attention), std::int64_t(20));
        QCOMPARE(m_studio->session().structure()->groupCount(UnitKind::Mlp), std::int64_t(860));
        QCOMPARE(m_studio->session().structure()->parameters, std::int64_t(260032));
        m_window->showPage(QStringLiteral("graph"));
        QVERIFY(!m_window->grab().isNull());
    }

    void analyses() {
        m_studio->session().edit(QStringLiteral("short"), [](Recipe& r) {
            r.analysis.ratios = {0.5};
            r.analysis.text.maxWindows = 4;
            r.analysis.text.window = 128;
        });
        m_window->showPage(QStringLiteral("knowledge"));
        m_studio->analyse();
        QTRY_VERIFY_WITH_TIMEOUT(!m_studio->engine().busy(), kPatience);
        QVERIFY(noError());
        QVERIFY(m_studio->session().knowledge() != nullptr);
        int marked = 0;
        for (const BarRow& row : m_window->findChild<BarList*>(QStringLiteral("knowledgeBars"))->rows())
            marked += row.marked;
        QVERIFY(marked >= 1);
    }

    void ranksWhatItMeasured() {
        auto* chart = m_window->findChild<RankChart*>(QStringLiteral("rankChart"));
        QCOMPARE(chart->points().size(), std::size_t{10});
        const auto marked =
            std::find_if(m_studio->session().knowledgeEntries().begin(), m_studio->session().knowledgeEntries().end(),
                         [&](const NodeGroupKnowledge& k) { return k.nodeGroup == chart->points()[0].id; });
        QVERIFY(marked->protectedByRank && marked->deviation == chart->points()[0].value && chart->points()[0].spread > 0);
        const std::string name = m_studio->session().structure()->nodeGroups[std::size_t(marked->nodeGroup)].name;
        QTest::mouseClick(m_window->findChild<QPushButton*>(QStringLiteral("protectTop")), Qt::LeftButton);
        QCOMPARE(m_studio->session().recipe().plan.protect, std::vector<std::string>{name});
        m_studio->session().undoStack().undo();
    }

    void runsAndCompares() {
        m_studio->session().edit(QStringLiteral("short"), [](Recipe& r) { shorten(r); });
        m_studio->startRun();
        int beats = 0;
        QTimer heart;
        connect(&heart, &QTimer::timeout, this, [&] { ++beats; });
        heart.start(20);
        QTRY_VERIFY_WITH_TIMEOUT(!m_studio->engine().busy(), kPatience);
        QVERIFY(noError());
        QVERIFY(beats > 3);
        const RunState& run = m_studio->session().run();
        QVERIFY(run.finished && run.finished->outcome == event::Finished::Outcome::Completed);
        QVERIFY(run.steps.size() >= 8);
        QVERIFY(run.notFinite.empty());
        const PruningPlan& plan = *m_studio->session().plan().plan;
        QCOMPARE(int(run.zero.size()), plan.removed());
        const std::int64_t removed = removedParameters(*m_studio->session().structure(), {run.zero.begin(), run.zero.end()});
        QVERIFY(std::abs(double(removed) / 260032 - 0.2) < 192.0 / 260032);
        m_window->showPage(QStringLiteral("compare"));
        QVERIFY(m_window->findChild<QTableView*>(QStringLiteral("compareTable"))->model()->rowCount() >= 5);
        QVERIFY(!m_window->findChild<QPlainTextEdit*>(QStringLiteral("story1"))->toPlainText().isEmpty());
        QVERIFY(!m_window->findChild<QPlainTextEdit*>(QStringLiteral("story3"))->toPlainText().isEmpty());
    }

    void recoveryIsShownAsItWasMeasured() {
        m_window->showPage(QStringLiteral("recover"));
        const RunState& run = m_studio->session().run();
        QVERIFY(run.rounds.size() >= 2);  // before the first step, and after a round
        const event::SourceDegradation& last = run.rounds.back().measured;
        const auto& bars = m_window->findChild<BarList*>(QStringLiteral("recoverBars"))->rows();
        QCOMPARE(bars.size(), last.sources.size());
        for (std::size_t i = 0; i < bars.size(); ++i) {
            QCOMPARE(bars[i].label.toStdString(), last.sources[i]);
            QCOMPARE(bars[i].value, std::exp(last.nll[i] - last.reference[i]) - 1);
        }
        double sum = 0;
        for (const double weight : last.weights) sum += weight;
        QVERIFY(std::abs(sum - 1) < 1e-9);
        const auto lost = m_window->findChild<CurvePlot*>(QStringLiteral("lostPlot"))->points(0);
        QCOMPARE(lost.first().x(), 0.0);
        QVERIFY(lost.last().x() > 0);
        const auto losses = m_window->findChild<CurvePlot*>(QStringLiteral("recoveryLossPlot"))->points(0);
        QCOMPARE(losses.last().x(), lost.last().x());  // the last round lies behind the last step
        auto* texts = m_window->findChild<QTableView*>(QStringLiteral("recoverTexts"));
        bool counted = false;
        QTRY_VERIFY((QLocale().toLongLong(texts->model()->index(0, 2).data().toString(), &counted) > 1000 && counted));
    }

    void writesAllTextsAndHoldsEveryTokenAgainstTheOriginal() {
        m_window->showPage(QStringLiteral("compare"));
        m_window->findChild<QLineEdit*>(QStringLiteral("prompt"))->setText(QStringLiteral("One day"));
        m_window->findChild<QSpinBox*>(QStringLiteral("promptTokens"))->setValue(8);
        m_window->findChild<QPushButton*>(QStringLiteral("writeBoth"))->click();
        QTRY_VERIFY_WITH_TIMEOUT(!m_studio->engine().busy(), kPatience);
        QVERIFY(noError());
        for (const char* name : {"story1", "story2", "story3"})
            QVERIFY(m_window->findChild<QPlainTextEdit*>(QString::fromLatin1(name))
                        ->toPlainText()
                        .startsWith(QStringLiteral("One day")));
        QVERIFY(m_window->findChild<TokenRibbon*>(QStringLiteral("ribbon1"))->values().empty());
        for (const char* name : {"ribbon2", "ribbon3"}) {
            const auto nats = m_window->findChild<TokenRibbon*>(QString::fromLatin1(name))->values();
            QCOMPARE(nats.size(), std::size_t(8));
            QVERIFY(*std::max_element(nats.begin(), nats.end()) > 0.001);
        }
    }

    /// From a bar of the ribbon to the groups: the node groups that the run cut, then single groups of the strongest.
    void saysWhichRemovedGroupChangedAToken() {
        auto* ribbon = m_window->findChild<TokenRibbon*>(QStringLiteral("ribbon3"));
        auto* views = m_window->findChild<QTabWidget*>(QStringLiteral("compareViews"));
        ComparedModel original;
        original.path = m_studio->session().recipe().model.path;
        const Explanation* answer = nullptr;
        bool divided = false;
        for (int token = 7; token >= 0 && !divided; --token) {  // from the last on: the strongest may be a single head
            views->setCurrentIndex(0);
            QVERIFY(ribbon && ribbon->isVisible() && ribbon->values().size() == std::size_t(8));
            ribbon->setFocus();
            QTest::keyClick(ribbon, token == 7 ? Qt::Key_End : Qt::Key_Left);
            QCOMPARE(ribbon->current(), token);
            QTest::keyClick(ribbon, Qt::Key_Return);
            QVERIFY(m_studio->engine().busy());
            QTRY_VERIFY_WITH_TIMEOUT(!m_studio->engine().busy(), kPatience);
            QVERIFY(noError());
            answer = m_studio->sideBySide().explanation(m_studio->session().run().folder, original);
            QVERIFY(answer && answer->outcome == event::Finished::Outcome::Completed);
            QVERIFY(answer->original && answer->removed && answer->removed->kl > 0);
            std::set<GroupRef> back;
            const event::TokenCause* strongest = nullptr;
            for (const event::TokenCause& part : answer->parts) {
                if (part.round > 0) continue;
                if (!strongest || part.kl < strongest->kl) strongest = &part;
                for (const int group : part.groups)
                    back.insert({m_studio->session().structure()->find(part.nodeGroup)->id, group});
            }
            QVERIFY(back == m_studio->session().run().zero);
            divided = answer->parts.back().round > 0;
            QCOMPARE(divided, strongest->groups.size() > 1);
        }
        QVERIFY(divided && answer->parts.back().groups.size() == 1);
        const auto* table = m_window->findChild<QTableView*>(QStringLiteral("causeTable"));
        QVERIFY(table->isVisible());
        QCOMPARE(table->model()->rowCount(), int(answer->parts.size()));
        double before = std::numeric_limits<double>::infinity();
        for (int row = 0; row < table->model()->rowCount(); ++row) {
            const double nats = table->model()->index(row, 1).data(kValueRole).toDouble();
            QVERIFY(nats <= before);
            before = nats;
        }
    }

    void measuresHowFarTheModelsAreFromTheOriginal() {
        const auto* table = m_window->findChild<QTableView*>(QStringLiteral("compareTable"))->model();
        const int row = table->rowCount() - 2;
        QVERIFY(!table->index(row, 3).data(kValueRole).isValid());
        m_window->findChild<QPushButton*>(QStringLiteral("measureKl"))->click();
        QTRY_VERIFY_WITH_TIMEOUT(!m_studio->engine().busy(), kPatience);
        QVERIFY(noError());
        QTRY_VERIFY(table->index(row, 3).data(kValueRole).isValid());
        const double pruned = table->index(row, 2).data(kValueRole).toDouble(),
                     recovered = table->index(row, 3).data(kValueRole).toDouble();
        QVERIFY2(pruned > 0 && recovered > 0, qPrintable(QStringLiteral("%1 %2").arg(pruned).arg(recovered)));
    }

    void answersInTheModelsChatFormat() {
        const QString folder = m_dir.filePath(QStringLiteral("chatty"));
        QVERIFY(QDir().mkpath(folder));
        for (const QFileInfo& file : QDir(bundledModel()).entryInfoList(QDir::Files))
            QVERIFY(QFile::copy(file.filePath(), folder + QLatin1Char('/') + file.fileName()));
        QFile file(folder + QStringLiteral("/chat_template.jinja"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(
            "{{ bos_token }}{% for m in messages %}{{ m.content }}{% endfor %}{% if add_generation_prompt %} there was{% endif %}");
        file.close();
        const auto answer = [&](const std::string& prompt, bool chat) {
            std::string text;
            loadEngine(1)->execute(
                command::Generate{folder.toStdString(), prompt, 8, 0, 1, 1, chat},
                [&](RunEvent event) {
                    if (const auto* sample = std::get_if<event::Sample>(&event)) text = sample->text;
                },
                {}, nullptr);
            return text;
        };
        const std::string plain = answer("Once upon a time there was", false), chat = answer("Once upon a time", true);
        QVERIFY(!chat.empty());
        QVERIFY2(plain.ends_with(chat), chat.c_str());
        QVERIFY(plain.size() > chat.size());
    }

    void exportsWithItsCertificate() {
        m_window->showPage(QStringLiteral("export"));
        // Layers of different size: zeros make an ordinary checkpoint of it, which is what is offered, with the reason.
        QCOMPARE(m_window->findChild<QComboBox*>(QStringLiteral("exportFormat"))->currentData().toString(),
                 QStringLiteral("padded"));
        QVERIFY(m_window->findChild<QLabel*>(QStringLiteral("exportAbout"))
                    ->text()
                    .contains(QStringLiteral("Offered because stock programs open it")));
        m_window->findChild<QLineEdit*>(QStringLiteral("exportDestination"))
            ->setText(m_dir.filePath(QStringLiteral("exported")));
        QTest::mouseClick(m_window->findChild<QPushButton*>(QStringLiteral("export")), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(!m_studio->engine().busy(), kPatience);
        QVERIFY(noError());
        QVERIFY(
            m_window->findChild<QLabel*>(QStringLiteral("certificateVerdict"))->text().contains(QStringLiteral("Passed")));
        QVERIFY(QFile::exists(m_dir.filePath(QStringLiteral("exported/config.json"))));
    }

    void finishedRunOpensAgain() {
        const QString folder = QString::fromStdString(m_studio->session().run().folder);
        const std::size_t steps = m_studio->session().run().steps.size();
        m_studio->open(folder);
        QVERIFY(noError());
        QCOMPARE(m_studio->session().run().steps.size(), steps);
        QVERIFY(!m_studio->canResume());
    }

    /// Cancelled after its first checkpoint, gone on with, and branched from: everything by the page's buttons.
    void interruptedRunGoesOnAndBranches() {
        constexpr int kPeriodSteps = 12;
        constexpr std::size_t kSteps = 2 + 2 * kPeriodSteps;
        m_studio->open(bundledModel());
        QTRY_VERIFY_WITH_TIMEOUT(!m_studio->engine().busy(), kPatience);
        m_studio->session().edit(QStringLiteral("short"), [](Recipe& r) {
            shorten(r, kPeriodSteps);
            r.analysis.enabled = r.recovery.enabled = r.evaluation.speed = false;
            r.plan.useKnowledge = false;
            r.checkpointSteps = 2;
        });
        m_window->showPage(QStringLiteral("run"));
        QObject once;
        connect(&m_studio->engine(), &EngineController::eventReceived, &once, [&](const RunEvent& event) {
            if (std::holds_alternative<event::CheckpointSaved>(event) && button("cancel")->isEnabled()) press("cancel");
        });
        press("start");
        QTRY_VERIFY_WITH_TIMEOUT(!m_studio->engine().busy(), kPatience);
        disconnect(&m_studio->engine(), nullptr, &once, nullptr);
        QVERIFY(noError());
        const RunState& run = m_studio->session().run();
        QVERIFY(run.finished->outcome == event::Finished::Outcome::Cancelled);
        const std::string folder = run.folder;
        const std::size_t before = run.steps.size();
        QVERIFY(before < kSteps);

        press("resumeRun");
        QTRY_VERIFY_WITH_TIMEOUT(!m_studio->engine().busy(), kPatience);
        QVERIFY(noError());
        QCOMPARE(run.folder, folder);
        QVERIFY(run.finished->outcome == event::Finished::Outcome::Completed);
        QCOMPARE(run.steps.size(), kSteps);
        for (std::size_t i = 1; i < run.steps.size(); ++i)
            QCOMPARE(run.steps[i], run.steps[i - 1] + 1);  // none twice, none left out
        QVERIFY(!button("resumeRun")->isVisible());

        const std::set<GroupRef> zero = run.zero;
        auto* checkpoints = m_window->findChild<QComboBox*>(QStringLiteral("checkpoints"));
        QVERIFY(checkpoints->count() >= 1);
        for (int i = 0; i < checkpoints->count(); ++i)
            QVERIFY(QFile::exists(checkpoints->itemData(i).toString()));  // older ones are tidied away
        QVERIFY(checkpoints->count() < int(run.checkpoints.size()));
        checkpoints->setCurrentIndex(0);
        press("branch");
        QTRY_VERIFY_WITH_TIMEOUT(!m_studio->engine().busy(), kPatience);
        QVERIFY(noError());
        QVERIFY(run.folder != folder);
        QVERIFY(run.finished->outcome == event::Finished::Outcome::Completed);
        QCOMPARE(run.steps.size(), kSteps);
        QCOMPARE(run.zero, zero);  // the same recipe from the same checkpoint ends in the same groups
        QVERIFY(QFile::exists(QString::fromStdString(run.folder + "/model/config.json")));
    }

    /// What is chosen on the Data tab is what the engine reads: names, counts and the model's own numbers say so.
    void runsOnTheTextsChosenInTheWindow() {
        const auto write = [&](const char* name, const std::string& sentence, int times) {
            QFile file(m_dir.filePath(QString::fromLatin1(name)));
            if (file.open(QIODevice::WriteOnly))
                for (int i = 0; i < times; ++i)
                    file.write(QByteArray::fromStdString(sentence + std::to_string(i) + ".\n\n"));
            return file.fileName();
        };
        const QString train = write("my_training.txt", "The small dog had a red ball and ran to the big tree number ", 200);
        const QString judge = write("my_judge.txt", "A boy said hello to the sun ", 40);
        m_studio->open(bundledModel());
        QTRY_VERIFY_WITH_TIMEOUT(!m_studio->engine().busy() && m_studio->session().structure(), kPatience);
        m_studio->session().edit(QStringLiteral("short"), [](Recipe& r) {
            r.method.optionsJson = R"({"warmup_steps": 1, "periods": 1, "period_steps": 2})";
            r.training.batch = r.recovery.batch = 2;
            r.training.window = r.recovery.window = 32;
            r.recovery.validationSequences = 4;
            r.analysis.enabled = false;
            r.evaluation.speed = false;
            r.evaluation.sampleTokens = 0;
            r.exports.clear();
        });
        const auto type = [&](const char* control, const QString& value) {
            auto* line = m_window->findChild<QLineEdit*>(QString::fromLatin1(control));
            line->setText(value);
            QTest::keyClick(line, Qt::Key_Return);
        };
        for (const char* control : {"trainingPath", "analysisTextPath", "phasePath"}) type(control, train);
        type("phaseName", QStringLiteral("my phase"));
        type("evaluationPath", judge);
        type("evaluationName", QStringLiteral("my judge"));
        for (const auto& [control, value] : {std::pair{"evaluationWindow", 32},
                                             {"evaluationWindows", 3},
                                             {"phaseRounds", 1},
                                             {"phaseSteps", 2},
                                             {"analysisTextWindow", 32},
                                             {"analysisTextWindows", 2}})
            m_window->findChild<QSpinBox*>(QString::fromLatin1(control))->setValue(value);
        const QString file = m_dir.filePath(QStringLiteral("mine.json"));
        m_studio->saveRecipe(file);
        std::set<std::string> judged, sources;
        std::optional<event::Finished> finished;
        std::vector<double> dense;
        loadEngine(1)->execute(
            command::StartRun{loadRecipe(file.toStdString()), m_dir.filePath(QStringLiteral("mine-run")).toStdString()},
            [&](RunEvent event) {
                if (const auto* measured = std::get_if<event::Perplexity>(&event)) {
                    judged.insert(measured->name);
                    if (measured->model == "dense") dense = {double(measured->tokens), measured->nll};
                }
                if (const auto* lost = std::get_if<event::SourceDegradation>(&event))
                    sources.insert(lost->sources.begin(), lost->sources.end());
                if (auto* end = std::get_if<event::Finished>(&event)) finished = *end;
            },
            {}, nullptr);
        QVERIFY(finished);
        QVERIFY2(finished->outcome == event::Finished::Outcome::Completed,
                 finished->error ? finished->error->message().c_str() : "");
        QCOMPARE(judged, std::set<std::string>{"my judge"});
        QCOMPARE(sources, std::set<std::string>{m_studio->session().recipe().recovery.phases[0].sources[0].name});
        QCOMPARE(dense.at(0), 3.0 * 31);  // windows and length as set
        // the same protocol on the same file, asked for in another way
        std::vector<double> again;
        loadEngine(1)->execute(
            command::Evaluate{bundledModel().toStdString(), m_studio->session().recipe()},
            [&](RunEvent event) {
                if (const auto* measured = std::get_if<event::Perplexity>(&event))
                    again = {double(measured->tokens), measured->nll};
            },
            {}, nullptr);
        QCOMPARE(again.at(0), dense.at(0));
        QVERIFY(std::abs(again.at(1) - dense.at(1)) < 1e-6);
    }

    /// The engine's probe answers the Run tab.
    void probeMeasuresTheMachine() {
        m_studio->measureMachine();
        QTRY_VERIFY_WITH_TIMEOUT(m_studio->machineSpeed(), kPatience);
        QVERIFY(m_studio->machineSpeed()->fp32Gflops > 0 && m_studio->machineSpeed()->bf16Gflops > 0 &&
                m_studio->machineSpeed()->threads > 0);
        QVERIFY(noError());
    }

private:
    static void shorten(Recipe& r, int periodSteps = 3) {
        QJsonObject options = QJsonDocument::fromJson(QByteArray::fromStdString(r.method.optionsJson)).object();
        options.insert(QStringLiteral("warmup_steps"), 2);
        options.insert(QStringLiteral("periods"), 2);
        options.insert(QStringLiteral("period_steps"), periodSteps);
        r.method.optionsJson = QJsonDocument(options).toJson(QJsonDocument::Compact).toStdString();
        r.plan.ratio = 0.2;
        r.training.batch = r.recovery.batch = 4;
        r.training.window = r.recovery.window = 64;
        for (RecoveryPhase& phase : r.recovery.phases) phase.maxRounds = 1, phase.stepsPerRound = 3;
        for (RecipeText& text : r.evaluation.texts) text.maxWindows = 4;
        r.evaluation.tasks.clear();
        r.evaluation.speed = false;
        r.evaluation.sampleTokens = 12;
    }
    QPushButton* button(const char* name) const { return m_window->findChild<QPushButton*>(QString::fromLatin1(name)); }
    void press(const char* name) { QTest::mouseClick(button(name), Qt::LeftButton); }
    bool noError() const { return m_window->findChild<ErrorStrip*>(QStringLiteral("errorStrip"))->isHidden(); }

    static constexpr int kPatience = 120000;
    QTemporaryDir m_dir;
    AnsweringDialogs m_dialogs;
    std::unique_ptr<Settings> m_settings;
    std::unique_ptr<Studio> m_studio;
    std::unique_ptr<MainWindow> m_window;
};

}  // namespace tst_gui_real_engine

QTEST_MAIN(tst_gui_real_engine::TestGuiRealEngine)
#include "tst_gui_real_engine.moc"
