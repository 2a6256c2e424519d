#include "tests/ui/ui_support/sample_runs.h"
#include "tests/ui/ui_support/window_fixture.h"
#include "ui/models/row_table.h"
#include "ui/widgets/token_ribbon.h"

#include <QAbstractItemModelTester>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QFile>
#include <QFileInfo>
#include <QGuiApplication>
#include <QMenu>
#include <QPlainTextEdit>
#include <QSignalSpy>
#include <QTabWidget>
#include <QTableView>
#include <QThread>

#include <algorithm>
#include <atomic>

namespace tst_gui_compare {

using namespace lorashear;
using namespace lorashear::ui;
using namespace lorashear::testing;

/// Two to four models side by side, chosen by the person: figures, texts and how far they are from the original.
class TestGuiCompare : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() {
        m = std::make_unique<WindowFixture>();
        m_asked.clear();
        m_explained.clear();
        m_hold = m_refuse = m_more = false;
    }
    void cleanup() { m->close(); }

    void theModelsOfTheRunStandSideBySide() {
        QVERIFY(openAfterARun());
        QCOMPARE(titles(), QStringList({"Measured", "Original", "Pruned", "Recovered", "Protocol"}));
        QAbstractItemModelTester tester(table(), QAbstractItemModelTester::FailureReportingMode::QtTest);
        QCOMPARE(cell("Parameters", 1), QStringLiteral("260,032"));
        QVERIFY(cell("Parameters", 3).startsWith(QStringLiteral("208,000 · -20.0 %")));
        QVERIFY(cell("Perplexity, TinyStories", 2).contains(QStringLiteral("× 1.35")));
        choose(2, "recovered");  // stands in the third column: the two change places
        QCOMPARE(titles(), QStringList({"Measured", "Original", "Recovered", "Pruned", "Protocol"}));
        choose(3, "");
        QCOMPARE(titles(), QStringList({"Measured", "Original", "Recovered", "Protocol"}));
        choose(1, "pruned");
        QCOMPARE(titles(), QStringList({"Measured", "Pruned", "Recovered", "Protocol"}));
        QVERIFY(cell("Perplexity, TinyStories", 1).contains(QStringLiteral("× 1.35")));  // of the original's still
        QVERIFY(!m->find<QComboBox>("column4")->isVisible());                            // one more than there are is enough
        QVERIFY(m->find<QComboBox>("column3")->isVisible());
        QVERIFY(m->find<QComboBox>("column2")->findData(QString()) < 0);  // two stay
    }

    void otherRunsOfTheSameOriginalCanBeChosen() {
        writeRun("other", {0.5, 7.25});
        writeRun("failed", {0.5, 9, "lhspg", "BOS + 511 tokens", event::Finished::Outcome::Failed});
        SampleRun elsewhere{0.3, 8};
        elsewhere.model = "/another/model";
        writeRun("elsewhere", elsewhere);
        QVERIFY(openAfterARun());
        auto* box = m->find<QComboBox>("column4");
        QTRY_COMPARE(box->findText(QStringLiteral("other")) > 0, true);
        QVERIFY(box->findText(QStringLiteral("failed")) < 0 && box->findText(QStringLiteral("elsewhere")) < 0);
        const QString id = box->itemData(box->findText(QStringLiteral("other"))).toString();
        choose(4, id);
        QCOMPARE(titles(), QStringList({"Measured", "Original", "Pruned", "Recovered", "other", "Protocol"}));
        QVERIFY(cell("Parameters", 4).startsWith(QStringLiteral("130,016 · -50.0 %")));
        QVERIFY(cell("Perplexity, TinyStories", 4).startsWith(QStringLiteral("7.25")));
        QCOMPARE(cell("Prefill speed", 4), QStringLiteral("not measured"));
        QVERIFY(!value("Prefill speed", 4).isValid());  // and never a zero
        QVERIFY(m->find<QPlainTextEdit>("story4")->placeholderText().contains(QStringLiteral("not on the disk")));
    }

    void anotherProtocolIsARowOfItsOwn() {
        SampleRun other{0.5, 7.25};
        other.protocol = "BOS + 127 tokens";
        writeRun("other", other);
        QVERIFY(openAfterARun());
        QTRY_VERIFY(m->find<QComboBox>("column4")->findText(QStringLiteral("other")) > 0);
        choose(4, m->find<QComboBox>("column4")
                      ->itemData(m->find<QComboBox>("column4")->findText(QStringLiteral("other")))
                      .toString());
        QStringList rows;
        for (int row = 0; row < table()->rowCount(); ++row)
            if (table()->index(row, 0).data().toString().startsWith(QStringLiteral("Perplexity")))
                rows << table()->index(row, 1).data().toString() + QLatin1Char('/') +
                            table()->index(row, 4).data().toString();
        QCOMPARE(rows.size(), 2);
        QVERIFY(rows[0].endsWith(QStringLiteral("/not measured")));
        QVERIFY(rows[1].startsWith(QStringLiteral("not measured/7.25")));
    }

    void theOriginalWithTheSameTrainingIsNamedSoOnlyIfItIs() {
        SampleRun adapted{0, 4.2};
        adapted.adapted = true;
        writeRun("adapted", adapted);
        adapted.tokens = 4096;  // twice the training
        writeRun("longer", adapted);
        writeRun("mine", {0.2, 5.3});
        QVERIFY(m->openBundled());
        m->studio->open(runFolder("mine"));
        m->window->showPage(QStringLiteral("compare"));
        auto* box = m->find<QComboBox>("column4");
        QTRY_VERIFY(box->findText(QStringLiteral("Original, same training")) > 0 &&
                    box->findText(QStringLiteral("Original, trained")) > 0);
        const int other = box->findText(QStringLiteral("Original, trained"));
        QVERIFY(box->itemData(other, Qt::ToolTipRole).toString().contains(QStringLiteral("not the same training")));
        choose(4, box->itemData(box->findText(QStringLiteral("Original, same training"))).toString());
        QVERIFY(cell("Perplexity, TinyStories", 4).startsWith(QStringLiteral("4.2")));
        QVERIFY(cell("Parameters", 4).startsWith(QStringLiteral("260,032")));
    }

    void intervalsStandWhereTheWindowsOfBothWereKept() {
        SampleRun kept{0.2, 5.3};
        kept.windows = "170,171.5";
        writeRun("kept", kept);
        writeRun("lost", {0.3, 6});
        QVERIFY(m->openBundled());
        m->studio->open(runFolder("kept"));
        m->window->showPage(QStringLiteral("compare"));
        QTRY_VERIFY(m->find<QComboBox>("column4")->findText(QStringLiteral("lost")) > 0);
        choose(4, m->find<QComboBox>("column4")
                      ->itemData(m->find<QComboBox>("column4")->findText(QStringLiteral("lost")))
                      .toString());
        const QString text = cell("Perplexity, TinyStories", 3);
        QVERIFY2(text.startsWith(QStringLiteral("5.300 · × 1.18 (")) && text.contains(QStringLiteral(" to ")),
                 qPrintable(text));
        QVERIFY(!cell("Perplexity, TinyStories", 4).contains(QLatin1Char('(')));
        QVERIFY(tip("Perplexity, TinyStories", 4).contains(QStringLiteral("No interval")));
        m->click("copyCsv");
        QVERIFY(clipboard().contains(QStringLiteral("\"Perplexity, TinyStories: 95 % from\",,,")));
    }

    void theTableIsCopiedInThreeForms() {
        QVERIFY(openAfterARun());
        m->click("copyMarkdown");
        QVERIFY(clipboard().contains(QStringLiteral("| Measured | Original | Pruned | Recovered | Protocol |")));
        QVERIFY(clipboard().contains(QStringLiteral("| not measured |")));
        m->click("copyLatex");
        QVERIFY2(clipboard().contains(QStringLiteral("\\begin{tabular}{lrrrl}")) &&
                     clipboard().contains(QStringLiteral("Parameters & 260,032 & 208,000 $\\cdot$ -20.0 \\% & ")) &&
                     clipboard().contains(QStringLiteral("$\\times$ 1.35")) && !clipboard().contains(QStringLiteral(" % ")),
                 qPrintable(clipboard()));
        // the same from the menu on the spot
        auto* view = m->find<QTableView>("compareTable");
        Q_EMIT view->customContextMenuRequested(QPoint(5, 5));
        auto* menu = m->find<QMenu>("compareTable_menu");
        QVERIFY(menu);
        const auto actions = menu->actions();
        const auto csv = std::find_if(actions.begin(), actions.end(),
                                      [](const QAction* a) { return a->text().contains(QStringLiteral("CSV")); });
        QVERIFY(csv != actions.end());
        (*csv)->trigger();
        QVERIFY2(clipboard().contains(QStringLiteral("\"Parameters\",260032,208000,208000,")), qPrintable(clipboard()));
        QVERIFY(clipboard().contains(QStringLiteral("\"KL from the original, mean\",,,,")));
        menu->close();
    }

    void whatIsMeasuredOfKlStandsInItsRowAndNotInTheRun() {
        QVERIFY(openAfterARun());
        QVERIFY(!m->find<QPushButton>("measureKl")->isEnabled());  // no weights of the scripted run are on the disk
        keepWeights();
        const std::size_t before = m->studio->session().run().measurements.size();
        QCOMPARE(cell("KL from the original, mean", 1), QStringLiteral("–"));
        QCOMPARE(cell("KL from the original, mean", 3), QStringLiteral("not measured"));
        m->click("measureKl");
        QTRY_VERIFY(!m->studio->engine().busy());
        QTRY_COMPARE(cell("KL from the original, mean", 3), QStringLiteral("0.1250 nats/token ± 0.0040"));
        QCOMPARE(cell("Same likeliest token", 2), QStringLiteral("87.5 % ± 1.0 %"));
        QCOMPARE(m->studio->session().run().measurements.size(), before);
        choose(3, "");
        choose(3, "recovered");  // what was measured stays known
        QCOMPARE(cell("KL from the original, mean", 3), QStringLiteral("0.1250 nats/token ± 0.0040"));
    }

    void klIsMeasuredByTheRecipeAsItIs() {
        writeRun("other", {0.5, 7.25});
        QVERIFY(QDir().mkpath(runFolder("other") + QStringLiteral("/model")));
        QVERIFY(m->openBundled([this, play = usualScript()](const Command& command, testing::Stage& stage) {
            if (const auto* measure = std::get_if<command::MeasureDivergence>(&command))
                m_asked << QString::fromStdString(measure->recipe.evaluation.texts.front().path);
            play(command, stage);
        }));
        m->window->showPage(QStringLiteral("compare"));
        auto* box = m->find<QComboBox>("column2");
        QTRY_VERIFY(box->findText(QStringLiteral("other")) > 0);
        choose(2, box->itemData(box->findText(QStringLiteral("other"))).toString());
        m->studio->session().edit(QStringLiteral("another text"),
                                  [](Recipe& recipe) { recipe.evaluation.texts.front().path = "/another/text"; });
        m->click("measureKl");
        QTRY_VERIFY(!m->studio->engine().busy());
        QTRY_COMPARE(m_asked, QStringList({"/another/text"}));
    }

    void everyColumnWritesAndTheFirstTokenThatDiffersIsMarked() {
        QVERIFY(openAfterARun());
        keepWeights();
        m->click("writeBoth");
        QTRY_VERIFY(!m->studio->engine().busy());
        QCOMPARE(m_asked, QStringList({"original", "pruned", "recovered"}));
        const auto* original = m->find<QPlainTextEdit>("story1");
        const auto* recovered = m->find<QPlainTextEdit>("story3");
        QTRY_COMPARE(recovered->toPlainText(), QStringLiteral("Once upon a time a x c"));
        QCOMPARE(original->toPlainText(), QStringLiteral("Once upon a time a b c"));
        QCOMPARE(pointed(original), QStringLiteral("b"));
        QCOMPARE(pointed(recovered), QStringLiteral("x"));
        auto* ribbon = m->find<TokenRibbon>("ribbon3");
        QVERIFY(ribbon->isVisible() && m->find<TokenRibbon>("ribbon1")->values().empty());
        QCOMPARE(ribbon->values(), std::vector<double>({0.25, 1.5, 0.5}));
        QCOMPARE(ribbon->first(), 1);
        QVERIFY2(m->label("ribbonWords3")->text().contains(QStringLiteral("mean 0.750, largest 1.50")),
                 qPrintable(m->label("ribbonWords3")->text()));
        // by keyboard from token to token: the number, and where it stands in the text
        ribbon->setFocus();
        QTest::keyClick(ribbon, Qt::Key_End);
        QCOMPARE(ribbon->current(), 2);
        QVERIFY(ribbon->accessibleDescription().contains(QStringLiteral("0.500 nats")));
        QCOMPARE(pointed(recovered), QStringLiteral("x|c"));
        QTest::keyClick(ribbon, Qt::Key_Left);
        QVERIFY(m->label("ribbonWords3")->text().contains(QStringLiteral("the first that differs")));
        // a newer text of the run itself takes their place
        m->studio->session().apply(event::Sample{"dense", "Another", "Another text"}, command::OpenModel{});
        m->studio->session().flush();
        QCOMPARE(original->toPlainText(), QStringLiteral("Another text"));
        QCOMPARE(recovered->toPlainText(), QString());
        QVERIFY(!ribbon->isVisible());
    }

    /// By keyboard, by the button and by the menu of the ribbon.
    void aTokenIsExplainedByTheGroupsPutBack() {
        TokenRibbon* ribbon = writtenAfterARun("ribbon3");
        QVERIFY(ribbon);
        auto* which = m->find<QPushButton>("whichGroup3");
        QVERIFY(!which->isVisible());  // of no token
        ribbon->setFocus();
        QTest::keyClick(ribbon, Qt::Key_Return);
        QVERIFY(!m->studio->engine().busy());
        QTest::keyClick(ribbon, Qt::Key_Home);
        QTest::keyClick(ribbon, Qt::Key_Right);
        QVERIFY(which->isVisible() && which->isEnabled() && !m->find<QPushButton>("whichGroup2")->isVisible());
        QTest::keyClick(ribbon, Qt::Key_Return);
        QTRY_VERIFY(!m->studio->engine().busy());
        QCOMPARE(m_explained.size(), std::size_t(1));
        QCOMPARE(m_explained[0].ids, std::vector<int>({1, 10, 20}));  // what was read before it
        QCOMPARE(m_explained[0].model.label, std::string("recovered"));
        QCOMPARE(m->label("causeQuestion")->text(),
                 QStringLiteral("Recovered, token 2 “ x”: which removed group changed it?"));
        QVERIFY(m->find<QTableView>("causeTable")->hasFocus());
        QTRY_COMPARE(causes().size(), 5);
        QCOMPARE(causes(), QStringList({"layers.1.mlp: all 2 removed neurons | +1.50 | 75.0 % | 0.500 | 50.0 % | “ b”",
                                        "layers.1.mlp: neuron 9 | +1.25 | 62.5 % | 0.750 | 40.0 % | “ b”",
                                        "Block 2: attention | +0.250 | 12.5 % | 1.75 | 15.0 % | “ x”",
                                        "layers.1.mlp: neuron 3 | +0.100 | 5.0 % | 1.90 | 12.0 % | “ x”",
                                        "layers.0.attention: KV group 1 | -0.250 | -12.5 % | 2.25 | 8.0 % | “ x”"}));
        QVERIFY(m->label("causeWhole")->text().contains(QStringLiteral("says “ b” here (80.0 %)")));
        QVERIFY(m->label("causeWhole")->text().contains(QStringLiteral("2.00 nats of KL")));
        QVERIFY(m->label("causeProtocol")->text().contains(QStringLiteral("the 3 tokens before")));
        QVERIFY(m->label("causeProtocol")->text().contains(QStringLiteral("not in it. 1 of the run's edits have no mask")));
        QVERIFY(!m->label("causeProtocol")->text().contains(QStringLiteral("so far")));
        QVERIFY(!m->label("causeProtocol")->text().contains(QStringLiteral("Cancelled")));
        auto* table = m->find<QTableView>("causeTable");
        QAbstractItemModelTester tester(table->model(), QAbstractItemModelTester::FailureReportingMode::QtTest);
        table->setFocus();
        table->setCurrentIndex(table->model()->index(0, 0));
        QCOMPARE(m->studio->session().selection().nodeGroup, m->studio->session().structure()->find("layers.1.mlp")->id);
        // again by the button, then by the menu
        auto* views = m->find<QTabWidget>("compareViews");
        views->setCurrentIndex(0);
        QTest::mouseClick(ribbon, Qt::LeftButton, {}, QPoint(3, 5));
        m->click("whichGroup3");
        QTRY_VERIFY(!m->studio->engine().busy());
        QCOMPARE(m_explained.size(), std::size_t(2));
        QCOMPARE(m_explained[1].ids, std::vector<int>({1, 10}));
        QCOMPARE(views->currentIndex(), 2);
        views->setCurrentIndex(0);
        QContextMenuEvent wanted(QContextMenuEvent::Mouse, QPoint(ribbon->width() - 3, 5),
                                 ribbon->mapToGlobal(QPoint(5, 5)));
        QCoreApplication::sendEvent(ribbon, &wanted);
        auto* menu = m->find<QMenu>("ribbon3_menu");
        QVERIFY(menu);
        menu->actions().front()->trigger();
        menu->close();
        QTRY_VERIFY(!m->studio->engine().busy());
        QCOMPARE(m_explained.back().ids, std::vector<int>({1, 10, 20, 24}));
        // nothing of it joined the run
        for (const RunState::LogLine& line : m->studio->session().run().log)
            QVERIFY(!line.text.contains(QStringLiteral("no mask")));
    }

    void anExplanationIsCancelledAndItsFailureIsSaid() {
        TokenRibbon* ribbon = writtenAfterARun("ribbon2");
        QVERIFY(ribbon);
        m_hold = true;
        ribbon->setFocus();
        QTest::keyClick(ribbon, Qt::Key_End);
        QTest::keyClick(ribbon, Qt::Key_Return);
        QTRY_VERIFY(m->find<QPushButton>("cancelCompare")->isVisible());
        QTRY_VERIFY(m->label("compareSummary")->text().contains(QStringLiteral("Explaining a token")));
        QTRY_COMPARE(causes().size(), 1);
        QTRY_VERIFY(m->label("compareSummary")->text().contains(QStringLiteral("left")));
        QVERIFY(m->label("causeProtocol")->text().contains(QStringLiteral("Measured so far: 1.")));
        QVERIFY(!m->studio->explainToken({}));  // refused, and the answer that comes stays in sight
        QCOMPARE(causes().size(), 1);
        m->click("cancelCompare");
        QTRY_VERIFY(!m->studio->engine().busy());
        QCOMPARE(causes().size(), 1);  // what was measured stays
        QVERIFY(m->label("causeProtocol")->text().contains(QStringLiteral("Cancelled: only this one was measured.")));
        QVERIFY(!m->label("causeProtocol")->text().contains(QStringLiteral("so far")));
        m_hold = false, m_refuse = true;
        m->find<QTabWidget>("compareViews")->setCurrentIndex(0);
        ribbon->setFocus();
        QTest::keyClick(ribbon, Qt::Key_Return);
        QTRY_VERIFY(m->label("causeWhole")->text().contains(QStringLiteral("nothing that a mask could put back")));
        QVERIFY(m->label("causeWhole")->text().endsWith(QStringLiteral("choose another column")));  // what to do
        QCOMPARE(causes().size(), 0);
    }

    /// Every part that comes is sorted in; it takes neither the choice nor the page with it.
    void aPartThatComesLeavesTheChosenOneChosen() {
        TokenRibbon* ribbon = writtenAfterARun("ribbon3");
        QVERIFY(ribbon);
        m_hold = true;
        QSignalSpy pages(&m->studio->sideBySide(), &SideBySide::changed),
            answers(&m->studio->sideBySide(), &SideBySide::explanationChanged);
        ribbon->setFocus();
        QTest::keyClick(ribbon, Qt::Key_End);
        QTest::keyClick(ribbon, Qt::Key_Return);
        QTRY_COMPARE(causes().size(), 1);
        auto* table = m->find<QTableView>("causeTable");
        table->setFocus();
        table->setCurrentIndex(table->model()->index(0, 0));
        m->studio->session().select({{}, -1, 0});  // elsewhere, since
        m_more = true;
        QTRY_COMPARE(causes().size(), 2);
        QVERIFY2(causes().front().contains(QStringLiteral("neuron 9")), qPrintable(causes().front()));
        QCOMPARE(table->currentIndex().row(), 1);
        QVERIFY(table->currentIndex().data().toString().contains(QStringLiteral("neuron 3")));
        QCOMPARE(m->studio->session().selection().nodeGroup, 0);
        QVERIFY(m->label("causeProtocol")->text().contains(QStringLiteral("so far: 2")));
        m->studio->cancel();
        QTRY_VERIFY(!m->studio->engine().busy());
        QTRY_VERIFY(m->label("causeProtocol")->text().contains(QStringLiteral("Cancelled: only these 2 were measured.")));
        QCOMPARE(pages.count(), 0);
        QVERIFY(answers.count() >= 4);
    }

    /// Another model has other groups, and a run that goes on removes others.
    void anExplanationGoesWithWhatItWasAbout() {
        writeRun("mine", {0.2, 5.3});
        QVERIFY(openAfterARun());
        keepWeights();
        const auto ask = [this] {
            Explanation asked;
            asked.asked.original.path = m->studio->session().recipe().model.path;
            asked.asked.ids = {1};
            asked.column = QStringLiteral("Recovered"), asked.text = QStringLiteral("<s>\n\t");
            QVERIFY(m->studio->explainToken(asked));
            QTRY_VERIFY(!m->studio->engine().busy());
            QTRY_COMPARE(causes().size(), 5);
        };
        m->find<QTabWidget>("compareViews")->setCurrentIndex(2);
        ask();
        QVERIFY2(m->label("causeQuestion")->text().contains(QStringLiteral("“<s>\\n\\t”")),
                 qPrintable(m->label("causeQuestion")->text()));
        QCOMPARE(m->label("causeWhole")->textFormat(), Qt::PlainText);
        QVERIFY(m->label("causeProtocol")->text().contains(QStringLiteral("the 1 token before")));
        ComparedModel other;
        other.path = "/another/model";
        QVERIFY(!m->studio->sideBySide().explanation(m->studio->session().run().folder, other));
        QVERIFY(m->runToTheEnd());  // another run takes its place
        m->window->showPage(QStringLiteral("compare"));
        QCOMPARE(causes().size(), 0);
        const auto openMine = [this] {
            m->studio->open(runFolder("mine"));
            m->window->showPage(QStringLiteral("compare"));
        };
        openMine();
        ask();
        openMine();  // it may have gone on since
        QCOMPARE(causes().size(), 0);
        ask();
        const QString another = m->dir.filePath(QStringLiteral("another"));
        QVERIFY(QDir().mkpath(another));
        for (const QFileInfo& file : QDir(bundledModel()).entryInfoList(QDir::Files))
            QVERIFY(QFile::copy(file.filePath(), another + QLatin1Char('/') + file.fileName()));
        const auto openModel = [this](const QString& folder) {
            m->studio->open(folder);
            QTRY_COMPARE(QString::fromStdString(m->studio->session().model()->path), folder);
            QTRY_VERIFY(!m->studio->engine().busy() && m->studio->session().plan().plan);
            QVERIFY(m->studio->session().run().folder.empty());
            m->window->showPage(QStringLiteral("compare"));
        };
        openModel(another);
        QCOMPARE(causes().size(), 0);
        ask();  // of a model without a run
        openModel(QFileInfo(bundledModel()).absoluteFilePath());
        QCOMPARE(causes().size(), 0);
        QVERIFY(!m->find<QTableView>("causeTable")->isVisible());
    }

    void withoutARunTheOriginalWritesAlone() {
        QVERIFY(m->openBundled());
        m->window->showPage(QStringLiteral("compare"));
        QVERIFY(m->find<QPlainTextEdit>("story1")->isVisible() && !m->find<QPlainTextEdit>("story2")->isVisible());
        QCOMPARE(table()->rowCount(), 0);
        QVERIFY(!m->find<QPushButton>("copyLatex")->isEnabled());
        m->click("writeBoth");
        QTRY_COMPARE(m->find<QPlainTextEdit>("story1")->toPlainText(), QStringLiteral("Once upon a time a b c"));
    }

private:
    /// After a run whose texts are written: a column's ribbon of three tokens; null where any of it failed.
    TokenRibbon* writtenAfterARun(const char* ribbon) {
        if (!openAfterARun()) return nullptr;
        keepWeights();
        m->click("writeBoth");
        auto* found = m->find<TokenRibbon>(ribbon);
        const auto written = [&] { return !m->studio->engine().busy() && found && found->values().size() == 3; };
        return QTest::qWaitFor(written, 20000) ? found : nullptr;
    }
    bool openAfterARun() {
        const bool ended = m->openBundled([this, play = usualScript()](const Command& command, testing::Stage& stage) {
            if (const auto* write = std::get_if<command::WriteTexts>(&command))
                for (const ComparedModel& model : write->models) m_asked << QString::fromStdString(model.label);
            if (const auto* explain = std::get_if<command::ExplainToken>(&command)) {
                m_explained.push_back(*explain);
                if (m_refuse)
                    return stage.failed(Error(ErrorCode::Unsupported, "run", "removed nothing that a mask could put back",
                                              "choose another column"));
                if (m_hold) {
                    stage.send(event::TokenCause{event::TokenCause::Masked::Nothing, "", {}, -1, "", 0, 0, -1, " b"});
                    stage.send(event::TokenCause{event::TokenCause::Masked::All, "", {}, -1, "", 0, 2, -2, " x"});
                    stage.send(
                        event::TokenCause{event::TokenCause::Masked::AllButPart, "layers.1.mlp", {3}, -1, "", 0, 1, -2, ""});
                    stage.send(event::ProgressChanged{{"evaluate", "", 1, 5, 4}});
                    while (stage.goOn()) {
                        QThread::msleep(1);
                        if (m_more.exchange(false))
                            stage.send(event::TokenCause{
                                event::TokenCause::Masked::AllButPart, "layers.1.mlp", {9}, -1, "", 0, 0.5, -2, ""});
                    }
                    return stage.cancelled();
                }
            }
            play(command, stage);
        }) && m->runToTheEnd();
        m->window->showPage(QStringLiteral("compare"));
        return ended;
    }
    /// As the engine leaves a run: a result, and the model as it was before recovery.
    void keepWeights() {
        const QString folder = QString::fromStdString(m->studio->session().run().folder);
        QVERIFY(QDir().mkpath(folder + QStringLiteral("/model")) &&
                QDir().mkpath(folder + QStringLiteral("/stages/pruned")));
        m->studio->session().apply(event::Measurement{"dense", "flops_per_token", "FLOP", 5e5, 0, false, {}},
                                   command::OpenModel{});
        m->studio->session().flush();  // something new: the folder is looked at again
        QVERIFY(m->find<QPushButton>("measureKl")->isEnabled());
    }
    QString runFolder(const char* name) const {
        return m->dir.filePath(QStringLiteral("lorashear/runs/") + QString::fromLatin1(name));
    }
    void writeRun(const char* name, const SampleRun& run) {
        QVERIFY(QDir().mkpath(m->dir.filePath(QStringLiteral("lorashear/runs"))));
        writeSampleRun(runFolder(name), run);
    }
    const QAbstractItemModel* table() const { return m->find<QTableView>("compareTable")->model(); }
    QAbstractItemModel* table() { return m->find<QTableView>("compareTable")->model(); }
    QStringList titles() const {
        QStringList titles;
        for (int c = 0; c < table()->columnCount(); ++c) titles << table()->headerData(c, Qt::Horizontal).toString();
        return titles;
    }
    QModelIndex at(const char* row, int column) const {
        for (int r = 0; r < table()->rowCount(); ++r)
            if (table()->index(r, 0).data().toString() == QString::fromLatin1(row)) return table()->index(r, column);
        return {};
    }
    /// The rows of the explanation, their cells side by side.
    QStringList causes() const {
        const QAbstractItemModel* rows = m->find<QTableView>("causeTable")->model();
        QStringList result;
        for (int row = 0; row < rows->rowCount(); ++row) {
            QStringList cells;
            for (int c = 0; c < rows->columnCount(); ++c) cells << rows->index(row, c).data().toString();
            result << cells.join(QStringLiteral(" | "));
        }
        return result;
    }
    QString cell(const char* row, int column) const { return at(row, column).data().toString(); }
    QVariant value(const char* row, int column) const { return at(row, column).data(kValueRole); }
    QString tip(const char* row, int column) const { return at(row, column).data(Qt::ToolTipRole).toString(); }
    void choose(int column, const QString& id) {
        const QByteArray name = QStringLiteral("column%1").arg(column).toUtf8();
        const int index = m->find<QComboBox>(name.constData())->findData(id);
        QVERIFY2(index >= 0, qPrintable(id));
        m->choose(name.constData(), index);
    }
    static QString clipboard() { return QGuiApplication::clipboard()->text(); }
    /// What stands on a coloured ground in a story.
    static QString pointed(const QPlainTextEdit* story) {
        QStringList parts;
        for (const QTextEdit::ExtraSelection& selection : story->extraSelections())
            if (selection.format.background().style() != Qt::NoBrush) parts << selection.cursor.selectedText();
        return parts.join(QLatin1Char('|'));
    }

    std::unique_ptr<WindowFixture> m;
    QStringList m_asked;
    std::vector<command::ExplainToken> m_explained;
    std::atomic<bool> m_hold = false, m_refuse = false, m_more = false;
};

}  // namespace tst_gui_compare

QTEST_MAIN(tst_gui_compare::TestGuiCompare)
#include "tst_gui_compare.moc"
