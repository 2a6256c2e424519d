#include "core/recover/scheme_table.h"
#include "core/run/event_log.h"
#include "core/run/run_folder.h"
#include "core/text/tokenizer.h"
#include "tests/ui/ui_support/window_fixture.h"
#include "ui/controller/recovery_view.h"
#include "ui/pages/page.h"
#include "ui/plots/curve_plot.h"
#include "ui/widgets/bar_list.h"
#include "ui/widgets/stage_rail.h"

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QListWidget>
#include <QLocale>
#include <QMenu>
#include <QScrollArea>
#include <QSpinBox>
#include <QTabWidget>
#include <QTableView>

#include <cmath>

namespace tst_gui_recover {

using namespace lorashear;
using namespace lorashear::ui;
using namespace lorashear::testing;

namespace {

constexpr int kPruning = 20, kRounds = 2, kEach = 10;  ///< steps of pruning; rounds of each phase, and their steps
constexpr int kPhases = 2;
const char* const kTexts[kPhases][2] = {{"stories", "wikipedia"}, {"instructions", nullptr}};

/// What the script says of a text after a round: the original's loss and the model's, in nats per token.
double originalLoss(int phase, int text) {
    return 1.5 + 0.4 * phase + 0.9 * text;
}
double lossOf(int phase, int round, int text) {
    return originalLoss(phase, text) + (0.5 + 0.3 * text) / (1 + round) - 0.1 * round;
}

event::SourceDegradation roundOf(int phase, int round) {
    event::SourceDegradation said;
    said.phase = phase;
    said.round = round;
    for (int text = 0; text < 2 && kTexts[phase][text]; ++text) {
        said.sources.emplace_back(kTexts[phase][text]);
        said.nll.push_back(lossOf(phase, round, text));
        said.reference.push_back(originalLoss(phase, text));
    }
    said.weights =
        said.sources.size() == 1 ? std::vector<double>{1} : std::vector<double>{0.4 - 0.1 * round, 0.6 + 0.1 * round};
    return said;
}

event::Step stepOf(const char* stage, int at, double loss) {
    event::Step step;
    step.stage = stage;
    step.phase = stage;
    step.step = at;
    step.loss = loss;
    step.tokensPerSecond = 1000;
    return step;
}

/// A run as the engine tells it, round by round: a round is told before the step that ended it. Waits at the door behind the first round. `merges`: a last
/// round follows at the step of the one before it, of what was merged.
bool playRecovery(testing::Stage& stage, Door* door, bool merges) {
    stage.send(event::StageChanged{"prune", "Pruning"});
    for (int step = 1; step <= kPruning; ++step) {
        if (!stage.goOn()) return false;
        stage.send(stepOf("prune", step, 2 + 0.01 * step));
        if (step % 10 == 0) {
            stage.send(event::CheckpointSaved{"checkpoints/step-" + std::to_string(step), step});
            stage.send(
                event::Perplexity{"stories", "checkpoint", step, std::log(5.0 + step), 5.0 + step, 4088, "BOS + 511"});
        }
    }
    stage.send(event::StageChanged{"recover", "Recovering what was lost"});
    int at = kPruning;
    for (int phase = 0; phase < kPhases; ++phase) {
        stage.send(roundOf(phase, 0));
        for (int step = 1; step <= kRounds * kEach; ++step) {
            if (!stage.goOn()) return false;
            ++at;
            if (step % kEach == 0) stage.send(roundOf(phase, step / kEach));
            if (merges && at == kPruning + kPhases * kRounds * kEach) stage.send(roundOf(phase, kRounds + 1));
            stage.send(stepOf("recover", at, 3 - 0.02 * (at - kPruning)));
            if (at % 20 == 0)
                stage.send(event::Perplexity{"stories", "checkpoint", at, std::log(9.0), 9, 4088, "BOS + 511"});
            if (door && phase == 0 && step == kEach + 2) door->wait();
        }
    }
    return true;
}

Script recovering(Door* door = nullptr, bool merges = false) {
    return [door, merges, usual = usualScript()](const Command& command, testing::Stage& stage) {
        if (!std::holds_alternative<command::StartRun>(command)) return usual(command, stage);
        playRecovery(stage, door, merges) ? stage.completed() : stage.cancelled();
    };
}

double lost(int phase, int round, int text) {
    return std::exp(lossOf(phase, round, text) - originalLoss(phase, text)) - 1;
}

}  // namespace

/// The Recover page: what each text lost, the mix, the curves over those of pruning, the chooser of the scheme.
class TestGuiRecover : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void cleanup() { m.close(); }

    void beforeARunItSaysWhatWillBeSeen() {
        QVERIFY(m.start(scriptedEngine(recovering())));
        m.window->showPage(QStringLiteral("recover"));
        QCOMPARE(state(), StageState::Locked);
        open();
        QCOMPARE(state(), StageState::Open);
        const QString said = m.label("recoverBefore")->text();
        QVERIFY(m.label("recoverBefore")->isVisible() && said.startsWith(QStringLiteral("Once a run has pruned")));
        QCOMPARE(said.count(QLatin1Char('.')), 1);  // one sentence
        QVERIFY(!plot("lostPlot")->isVisible() && !m.label("recoverSummary")->isVisible());
        QVERIFY(m.find<QComboBox>("scheme")->isVisible());
        QCOMPARE(table()->model()->rowCount(), 3);
        QVERIFY(table()->isColumnHidden(kLostColumn));
        for (int row = 0; row < 3; ++row) QTRY_COMPARE(cell(row, kTokensColumn), countedByHand(row));
        QVERIFY(cell(0, 0) == QLatin1String("pretraining") && cell(2, 0) == QLatin1String("instruct"));
        m.studio->session().edit(QStringLiteral("off"), [](Recipe& r) { r.recovery.enabled = false; });
        QVERIFY(m.label("recoverBefore")->text().startsWith(QStringLiteral("Recovery is off")));
    }

    void aTextThatIsNotThereHasNoTokens() {
        open();
        m.window->showPage(QStringLiteral("recover"));
        m.studio->session().edit(QStringLiteral("gone"),
                                 [](Recipe& r) { r.recovery.phases[0].sources[0].path = "/nowhere/text.txt"; });
        QTRY_COMPARE(cell(0, kTokensColumn), QStringLiteral("–"));
        QVERIFY(
            table()->model()->index(0, kTokensColumn).data(Qt::ToolTipRole).toString().contains(QStringLiteral("nowhere")));
    }

    void everyRoundShowsWhatWasLostOnEveryText() {
        finish();
        QVERIFY(!m.label("recoverBefore")->isVisible() && plot("lostPlot")->isVisible());
        QCOMPARE(bars()->rows().size(), std::size_t{1});  // the last phase has one text
        QCOMPARE(bars()->rows()[0].label, QStringLiteral("instructions"));
        QCOMPARE(bars()->rows()[0].value, lost(1, kRounds, 0));
        QCOMPARE(bars()->rows()[0].full, lost(1, 0, 0));  // when the phase began
        const QList<QPointF> second = plot("lostPlot")->points(1);
        QCOMPARE(second.size(), kRounds + 1);
        for (int round = 0; round <= kRounds; ++round) {
            QCOMPARE(second[round].x(), double(round * kEach));
            QCOMPARE(second[round].y(), 100 * lost(0, round, 1));
        }
        QCOMPARE(plot("lostPlot")->points(2).first().x(), double(kRounds * kEach));  // the second phase
        QCOMPARE(cell(1, kLostColumn), lostWords(lost(0, kRounds, 1)));
        QCOMPARE(cell(2, kLostColumn), lostWords(lost(1, kRounds, 0)));
        const QString words = m.label("recoverSummary")->text();
        QVERIFY2(words.startsWith(QStringLiteral("instruct, after round 2: instructions has perplexity")) &&
                     words.contains(lostWords(lost(1, kRounds, 0))),
                 qPrintable(words));
        QCOMPARE(state(), StageState::Done);
    }

    void theMixMovesWhileTheRunGoesOn() {
        Door door;
        open(&door);
        m.studio->startRun();
        m.window->showPage(QStringLiteral("recover"));
        QTRY_COMPARE(m.studio->session().run().rounds.size(), std::size_t{2});
        QTRY_COMPARE(m.studio->session().run().lastStep(), double(kPruning + kEach + 2));
        QTRY_COMPARE(state(), StageState::Running);
        QTRY_COMPARE(bars()->rows().size(), std::size_t{2});
        QTRY_COMPARE(bars()->rows()[1].value, lost(0, 1, 1));
        QTRY_COMPARE(plot("mixPlot")->points(1).last(), QPointF(kEach + 2, 100 * roundOf(0, 1).weights[1]));
        door.open();
        QTRY_VERIFY(!m.studio->engine().busy());
        const QList<QPointF> mix = plot("mixPlot")->points(1);
        QCOMPARE(mix[2], QPointF(2 * kEach, 100 * roundOf(0, 2).weights[1]));
        QCOMPARE(mix.last().x(), double(2 * kEach));  // then the next phase mixes
        QCOMPARE(plot("mixPlot")->points(2).last(), QPointF(kPhases * kRounds * kEach, 100));
    }

    void curvesLieOverThoseOfPruning() {
        finish();
        const QList<QPointF> raw = plot("recoveryLossPlot")->points(0), pruning = plot("recoveryLossPlot")->points(2);
        QCOMPARE(raw.size(), kPhases * kRounds * kEach);
        QCOMPARE(pruning.size(), kPruning);
        QVERIFY(raw.first().x() == 1 && pruning.first().x() == 1);
        QCOMPARE(raw.first().y(), 3 - 0.02);
        QCOMPARE(plot("recoveryLossPlot")->points(1).first().y(), 3 - 0.02);  // not told by the last of pruning
        const QList<QPointF> recovered = plot("recoveryPerplexityPlot")->points(0);
        QCOMPARE(recovered.first(), QPointF(0, 25));  // the model that pruning left
        QCOMPARE(recovered.last(), QPointF(40, 9));
        QCOMPARE(plot("recoveryPerplexityPlot")->points(1).first(), QPointF(10, 15));
    }

    void anEarlierRoundIsLookedAtEverywhere() {
        finish();
        auto* rounds = m.find<QComboBox>("recoverRound");
        QCOMPARE(rounds->count(), 1 + kPhases * (kRounds + 1));
        m.choose("recoverRound", 2);
        QCOMPARE(m.studio->session().lookedAt(), std::optional<double>(kPruning + kEach));
        QCOMPARE(bars()->rows()[1].value, lost(0, 1, 1));
        QCOMPARE(plot("lostPlot")->moment(), std::optional<double>(kEach));
        QCOMPARE(cell(0, kLostColumn), lostWords(lost(0, 1, 0)));
        QCOMPARE(cell(2, kLostColumn), QStringLiteral("–"));  // its phase had not begun
        // Where one phase ends and the next begins: the one that was chosen.
        for (const int index : {kRounds + 1, kRounds + 2}) {
            m.choose("recoverRound", index);
            QCOMPARE(rounds->currentIndex(), index);
            QCOMPARE(bars()->rows()[0].label,
                     index == kRounds + 1 ? QStringLiteral("stories") : QStringLiteral("instructions"));
        }
        m.studio->session().lookAt(3);  // on another page
        QVERIFY(bars()->rows().empty());
        m.choose("recoverRound", 0);
        QVERIFY(!m.studio->session().lookedAt());
        QCOMPARE(bars()->rows()[0].value, lost(1, kRounds, 0));
    }

    void ofTwoRoundsAtTheLastStepEitherIsLookedAt() {
        QVERIFY(m.start(scriptedEngine(recovering(nullptr, true))));
        finish();
        auto* rounds = m.find<QComboBox>("recoverRound");
        QCOMPARE(rounds->count(), 2 + kPhases * (kRounds + 1));
        QCOMPARE(bars()->rows()[0].value, lost(1, kRounds + 1, 0));
        const int routed = rounds->count() - 2;
        m.choose("recoverRound", routed);
        QCOMPARE(rounds->currentIndex(), routed);
        QCOMPARE(bars()->rows()[0].value, lost(1, kRounds, 0));
        QCOMPARE(cell(2, kLostColumn), lostWords(lost(1, kRounds, 0)));
        m.studio->session().lookAt(kPruning + kEach);
        m.studio->session().lookAt({});  // the newest again
        QCOMPARE(bars()->rows()[0].value, lost(1, kRounds + 1, 0));
        QCOMPARE(rounds->currentIndex(), 0);
    }

    void aDoubleClickOnACurveLeavesTheStepThatIsLookedAt() {
        finish();
        m.studio->session().lookAt(kPruning + kEach);
        auto* canvas = m.find<QWidget>("mixPlot_canvas");
        QVERIFY(canvas->isVisible());
        QTest::mouseClick(canvas, Qt::LeftButton, {}, canvas->rect().center());
        QVERIFY(m.studio->session().lookedAt() != std::optional<double>(kPruning + kEach));
        m.studio->session().lookAt(kPruning + kEach);
        QTest::mouseClick(canvas, Qt::LeftButton, {}, canvas->rect().center());  // a double click as a mouse makes it
        QTest::mouseDClick(canvas, Qt::LeftButton, {}, canvas->rect().center());
        QTest::mouseRelease(canvas, Qt::LeftButton, {}, canvas->rect().center());
        QCOMPARE(m.studio->session().lookedAt(), std::optional<double>(kPruning + kEach));
    }

    void countsAreOfTheFilterThatIsAskedFor() {
        open();
        m.window->showPage(QStringLiteral("recover"));
        QTRY_COMPARE(cell(0, kTokensColumn), countedByHand(0));
        m.studio->session().edit(QStringLiteral("filtered"), [](Recipe& r) { r.training.shortestDocument = 400; });
        QVERIFY(cell(0, kTokensColumn) != countedByHand(0));  // not those of what is no longer asked
        QTRY_VERIFY(cell(0, kTokensColumn) != QStringLiteral("counting…"));
        m.studio->session().undoStack().undo();
        QCOMPARE(cell(0, kTokensColumn), countedByHand(0));  // known, and at once
    }

    void everySchemeShowsItsOptions() {
        open();
        m.window->showPage(QStringLiteral("recover"));
        auto* page = m.window->page(QStringLiteral("recover"));
        auto* schemes = m.find<QComboBox>("scheme");
        QCOMPARE(schemes->count(), int(schemeTable().size()));
        for (int i = schemes->count() - 1; i >= 0; --i) {
            const SchemeInfo& scheme = schemeTable()[std::size_t(i)];
            m.choose("scheme", i);
            QCOMPARE(m.studio->session().recipe().recovery.scheme, scheme.id);
            QApplication::processEvents();  // a layout shows what it is given with the next events
            for (const Setting& setting : scheme.options.settings) {
                if (setting.type == SettingType::Weights) continue;
                const auto fields =
                    page->findChildren<QWidget*>(QStringLiteral("recovery_") + QString::fromStdString(setting.key));
                QVERIFY2(!fields.isEmpty() && fields.last()->isVisibleTo(page), setting.key.c_str());
                QCOMPARE(fields.last()->toolTip(), QString::fromStdString(setting.help));
            }
        }
        m.studio->session().undoStack().undo();
        QCOMPARE(schemes->currentIndex(), 1);
        // Every setting has one place.
        for (const char* name : {"scheme", "recoveryEnabled", "recoveryRate", "trainNorms"})
            QCOMPARE(m.window->findChildren<QWidget*>(QString::fromLatin1(name)).size(), 1);
    }

    void otherSettingsThanTheRunsAreSaid() {
        finish();
        QVERIFY(!m.label("recoverChanged")->isVisible());
        m.find<QSpinBox>("recoveryBatch")->setValue(5);
        QVERIFY(m.label("recoverChanged")->isVisible());
        QCOMPARE(state(), StageState::Stale);
        m.studio->session().undoStack().undo();
        QVERIFY(!m.label("recoverChanged")->isVisible());
        QCOMPARE(state(), StageState::Done);
    }

    void whatIsThereCanBeDoneByKeyAndMenu() {
        finish();
        auto* list = bars();
        list->setFocus();
        QTest::keyClick(list, Qt::Key_Down);
        QVERIFY(list->line().startsWith(QStringLiteral("instructions: perplexity")));
        QContextMenuEvent ask(QContextMenuEvent::Keyboard, QPoint(), QPoint());
        QApplication::sendEvent(list->viewport(), &ask);
        QMenu* menu = nullptr;
        QTRY_VERIFY((menu = m.window->findChild<QMenu*>(QStringLiteral("recoverMenu"))));
        QList<QAction*> actions;
        for (QAction* action : menu->actions())
            if (!action->isSeparator()) actions << action;
        QCOMPARE(actions.size(), 3);
        actions[0]->trigger();
        QCOMPARE(QApplication::clipboard()->text(), list->line());
        actions[1]->trigger();
        QCOMPARE(QApplication::clipboard()->text(), m.label("recoverSummary")->text());
        actions[2]->trigger();
        menu->close();
        QCOMPARE(m.window->currentPage(), QStringLiteral("plan"));
        QVERIFY(m.find<QListWidget>("phases")->isVisible());
        m.find<QTabWidget>("planTabs")->setCurrentIndex(1);
        m.click("planRecovery");
        QCOMPARE(m.window->currentPage(), QStringLiteral("recover"));
    }

    void aPastRunShowsTheSame() {
        open();
        QList<RunEvent> heard;
        connect(&m.studio->engine(), &EngineController::eventReceived, this, [&](const RunEvent& event) { heard << event; });
        QVERIFY(m.runToTheEnd());
        const QString folder = m.dir.filePath(QStringLiteral("past"));
        {
            const RunFolder written = RunFolder::create(folder.toStdString(), m.studio->session().recipe());
            EventLog log(written.eventsFile());
            for (const RunEvent& event : heard) log.append(event);
        }
        QVERIFY(m.start(scriptedEngine(recovering())));
        m.studio->openRun(folder);
        QTRY_COMPARE(m.studio->session().run().lastStep(), double(kPruning + kPhases * kRounds * kEach));
        m.window->showPage(QStringLiteral("recover"));
        QCOMPARE(bars()->rows()[0].value, lost(1, kRounds, 0));
        QCOMPARE(plot("mixPlot")->points(1)[1].y(), 100 * roundOf(0, 1).weights[1]);
        QVERIFY(m.label("recoverFacts")->text().contains(QStringLiteral("past")));
    }

    void aRoundThatIsMeasuredAgainTakesThePlaceOfTheFormer() {
        RunState run;
        run.apply(roundOf(0, 0));
        run.apply(roundOf(0, 1));
        run.apply(roundOf(1, 0));
        event::SourceDegradation again = roundOf(0, 1);
        again.nll[0] = 9;
        run.apply(again);
        QCOMPARE(run.rounds.size(), std::size_t{2});
        QCOMPARE(run.rounds.back().measured.nll[0], 9.0);
        // Lists of different lengths, as nothing of ours writes them.
        again.round = 2;
        again.reference.pop_back();
        again.weights.clear();
        run.apply(again);
        const RecoveryCurves curves = recoveryCurves(run);
        QCOMPARE(curves.lost[0].y.size(), std::size_t{3});
        QCOMPARE(curves.lost[1].y.size(), std::size_t{2});
        QVERIFY(std::isnan(standingOf(run, run.rounds.back(), "stories")->share));
        QVERIFY(!standingOf(run, run.rounds.back(), "wikipedia"));
    }

private:
    static constexpr int kTokensColumn = 2, kLostColumn = 5;

    /// The bundled model with two phases of recovery on texts that ship.
    void open(Door* door = nullptr) {
        if (!m.window || door) QVERIFY(m.start(scriptedEngine(recovering(door))));
        m.studio->open(bundledModel());
        QTRY_VERIFY(m.studio->session().plan().plan && !m.studio->engine().busy());
        m.studio->session().edit(QStringLiteral("two phases"), [](Recipe& r) {
            const auto text = [](const char* file) { return bundledText(QString::fromLatin1(file)).toStdString(); };
            r.recovery.phases = {{"pretraining",
                                  {{"stories", text("train_excerpt.txt")}, {"wikipedia", text("wikipedia_train.txt")}},
                                  kRounds,
                                  kEach},
                                 {"instruct", {{"instructions", text("alpaca_seed_tasks.json")}}, kRounds, kEach}};
        });
    }
    void finish() {
        open();
        QVERIFY(m.runToTheEnd());
        m.window->showPage(QStringLiteral("recover"));  // a run that starts shows its own page
    }
    QTableView* table() const { return m.find<QTableView>("recoverTexts"); }
    QString cell(int row, int column) const { return table()->model()->index(row, column).data().toString(); }
    BarList* bars() const { return m.find<BarList>("recoverBars"); }
    CurvePlot* plot(const char* name) const { return m.find<CurvePlot>(name); }
    StageState state() const { return m.find<StageRail>("stageRail")->state(6); }
    /// Paragraphs in one piece, instructions one by one, by a tokenizer of the test's own.
    QString countedByHand(int row) const {
        const auto& phases = m.studio->session().recipe().recovery.phases;
        const RecipeSource& source = row < 2 ? phases[0].sources[std::size_t(row)] : phases[1].sources[0];
        const auto tokenizer = Tokenizer::open(bundledModel().toStdString());
        std::string all;
        std::size_t tokens = 0;
        for (const Document& document : readDocuments(source.path, source.format))
            if (document.prompt.empty())
                all += (all.empty() ? "" : "\n\n") + document.text;
            else
                tokens += tokenizer->encode(document.prompt).size() + tokenizer->encode(document.text).size();
        tokens += all.empty() ? 0 : tokenizer->encode(all).size();
        return QLocale().toString(qint64(tokens));
    }

    WindowFixture m;
};

}  // namespace tst_gui_recover

QTEST_MAIN(tst_gui_recover::TestGuiRecover)
#include "tst_gui_recover.moc"
