#include "tests/ui/ui_support/sample_session.h"
#include "tests/ui/ui_support/window_fixture.h"
#include "ui/pages/head_table.h"
#include "ui/theme/theme.h"

#include <QAbstractItemModelTester>
#include <QAction>
#include <QApplication>
#include <QPlainTextEdit>
#include <QTabWidget>
#include <QTableView>

#include <atomic>
#include <chrono>
#include <cmath>
#include <thread>

namespace tst_gui_guess {

using namespace lorashear;
using namespace lorashear::ui;
using namespace lorashear::testing;

namespace {

/// Nats that masking a head adds: the first hardly any, the second a little, the third a lot.
double added(const GroupRef& head) {
    static const double kAdded[] = {0.001, 0.04, 0.3};
    return kAdded[(head.nodeGroup + head.index) % 3];
}

}  // namespace

/// "Which head would you remove?": guess, measurement, both stories, and that nothing else changes by it.
class TestGuiGuess : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() {
        m_trials = 0;
        m_fails = false;
        m_slow = false;
        QVERIFY(m.openBundled([this, play = usualScript()](const Command& command, testing::Stage& stage) {
            const auto* trial = std::get_if<command::TryMasked>(&command);
            if (!trial) return play(command, stage);
            if (m_fails) return stage.failed(Error(ErrorCode::BadInput, "/gone.txt", "the text is gone"));
            for (const auto& groups : trial->removed) {
                if (!stage.goOn()) return stage.cancelled();
                if (m_slow) std::this_thread::sleep_for(std::chrono::milliseconds(60));
                ++m_trials;
                const double nll = 1.5 + (groups.empty() ? 0 : added(groups.front()));
                stage.send(event::Measurement{"masked", "nll", "nats/token", nll, 0.01, false, "8 windows"});
                stage.send(event::Sample{"masked", trial->prompt,
                                         trial->prompt + (groups.empty() ? " there was a cat." : " there was a dog.")});
            }
            stage.completed();
        }));
        m.window->showPage(QStringLiteral("compare"));
        m.find<QTabWidget>("compareViews")->setCurrentIndex(1);
        board = m.find<QTableView>("headBoard");
        QVERIFY(board->isVisible());
    }
    void cleanup() {
        m.close();
        applyAppearance(*qApp, Appearance::Light);
    }

    void everyHeadHasACell() {
        QCOMPARE(board->model()->rowCount(), 5);
        QCOMPARE(board->model()->columnCount(), 4);
        for (int row = 0; row < 5; ++row)
            for (int column = 0; column < 4; ++column)
                QCOMPARE(board->model()->index(row, column).data().toString(), QStringLiteral("?"));
        QAbstractItemModelTester tester(board->model(), QAbstractItemModelTester::FailureReportingMode::QtTest);
        board->setCurrentIndex(board->model()->index(2, 1));
        QCOMPARE(m.label("guessQuestion")->text(), QStringLiteral("Block 2, head 2: how much does it matter?"));
        QCOMPARE(m_trials.load(), 0);  // looking measures nothing
    }

    void aGuessIsAnsweredWithBothStoriesAndBothPerplexities() {
        choose(0, 1);
        const QString recipe = QString::fromStdString(recipeText(m.studio->session().recipe()));
        m.click("guess1");
        QTRY_VERIFY(m.label("guessVerdict")->text().contains(QStringLiteral("Measured")));
        const double change = std::exp(added(head())) - 1;
        QCOMPARE(cell(), QStringLiteral("+%1 %").arg(change * 100, 0, 'f', 1));
        const QString verdict = m.label("guessVerdict")->text();
        QVERIFY2(verdict.contains(cell()), qPrintable(verdict));
        QCOMPARE(verdict.contains(QStringLiteral("You said so")), gradeOf(change) == 1);
        QCOMPARE(m.find<QPlainTextEdit>("guessOriginal")->toPlainText(),
                 QStringLiteral("Once upon a time there was a cat."));
        QCOMPARE(m.find<QPlainTextEdit>("guessMasked")->toPlainText(), QStringLiteral("Once upon a time there was a dog."));
        QCOMPARE(m.find<QPlainTextEdit>("guessMasked")->extraSelections().size(), 1);  // the word that differs
        QVERIFY(m.label("guessOriginalWords")->text().contains(QStringLiteral("4.482")));
        QVERIFY(m.label("guessMaskedWords")->text().contains(QString::number(std::exp(1.5 + added(head())), 'f', 3)));
        QCOMPARE(QString::fromStdString(recipeText(m.studio->session().recipe())), recipe);  // nothing of the plan changes
        QVERIFY(!m.studio->session().edited());
        QVERIFY(!m.find<QPushButton>("guess0")->isEnabled());  // a guess stands
    }

    void aSecondAnswerNeedsNoOriginalAgain() {
        choose(0, 0);
        m.click("guess0");
        QTRY_VERIFY(m.label("guessVerdict")->text().contains(QStringLiteral("Measured")));
        QCOMPARE(m_trials.load(), 2);
        choose(1, 0);
        QVERIFY(m.label("guessVerdict")->text().contains(QStringLiteral("Make a guess")));
        QVERIFY(m.find<QPlainTextEdit>("guessMasked")->toPlainText().isEmpty());  // not that of the head before
        m.click("guess0");
        QTRY_VERIFY(m.label("guessVerdict")->text().contains(QStringLiteral("Measured")));
        QCOMPARE(m_trials.load(), 3);
        choose(0, 0);  // back: it is still there
        QVERIFY(m.label("guessVerdict")->text().contains(QStringLiteral("Measured")));
        QCOMPARE(m_trials.load(), 3);
    }

    void allAnswersAreMeasuredAndTheLeastIsNamed() {
        m.click("guessAll");
        QTRY_VERIFY_WITH_TIMEOUT(!m.studio->whatIf().asked() && !m.studio->engine().busy(), 20000);
        QCOMPARE(m_trials.load(), 21);
        for (int row = 0; row < 5; ++row)
            for (int column = 0; column < 4; ++column)
                QVERIFY(board->model()->index(row, column).data().toString().endsWith(QLatin1Char('%')));
        QVERIFY2(m.label("guessScore")->text().contains(QStringLiteral("+0.1 %")),
                 qPrintable(m.label("guessScore")->text()));
        QVERIFY(!m.find<QPushButton>("guessAll")->isEnabled());
        m.click("guessAgain");
        QCOMPARE(cell(), QStringLiteral("?"));
        m.click("guess0");  // known: at once, and not measured again
        QVERIFY(cell().endsWith(QLatin1Char('%')));
        QCOMPARE(m_trials.load(), 21);
    }

    void whatAPersonAsksForInterruptsIt() {
        m_slow = true;
        m.click("guessAll");
        QTRY_VERIFY(m_trials > 2);
        const ComparedModel model{"original", bundledModel().toStdString()};
        m.studio->writeTexts({model, {model}, "Once"});
        QVERIFY(m.studio->engine().working());
        QTRY_VERIFY_WITH_TIMEOUT(m.studio->sideBySide().text(model, model, {}, 0), 20000);
        QTRY_VERIFY_WITH_TIMEOUT(!m.studio->whatIf().asked() && !m.studio->engine().busy(), 20000);  // and goes on after it
        QVERIFY(board->model()->index(4, 3).data().toString().endsWith(QLatin1Char('%')));
    }

    void theWindowClosesWhileAllAreMeasured() {
        m_slow = true;
        m.click("guessAll");
        QTRY_VERIFY(m_trials > 2);
        m.window->close();
        QTRY_VERIFY_WITH_TIMEOUT(!m.window->isVisible(), 10000);
        QVERIFY(m_trials < 21);
    }

    void cancelStopsWhatWasAskedFor() {
        m_slow = true;
        m.click("guessAll");
        QTRY_VERIFY(m_trials > 2);
        auto* cancel = m.window->findChild<QAction*>(QStringLiteral("actionCancel"));
        QVERIFY(cancel->isEnabled());
        cancel->trigger();
        QTRY_VERIFY_WITH_TIMEOUT(!m.studio->engine().busy(), 10000);
        QVERIFY(!m.studio->whatIf().asked());
        QVERIFY(m_trials < 21);
        QVERIFY(m.find<QPushButton>("guessAll")->isEnabled());
    }

    void theScoreCountsGuesses() {
        choose(0, 0);
        m.click(gradeOf(std::exp(added(head())) - 1) == 0   ? "guess0"
                : gradeOf(std::exp(added(head())) - 1) == 1 ? "guess1"
                                                            : "guess2");
        QTRY_VERIFY(m.label("guessScore")->text().contains(QStringLiteral("1 of 1")));
        choose(0, 1);
        m.click(gradeOf(std::exp(added(head())) - 1) == 0 ? "guess2" : "guess0");
        QTRY_VERIFY(m.label("guessScore")->text().contains(QStringLiteral("1 of 2")));
    }

    void whatCannotBeMeasuredSaysWhy() {
        m_fails = true;
        m.click("guess0");
        QTRY_VERIFY(m.label("guessVerdict")->text().contains(QStringLiteral("the text is gone")));
        QVERIFY(!m.studio->whatIf().asked());
        m_fails = false;
        m.click("guessAgain");
        m.click("guess0");
        QTRY_VERIFY(m.label("guessVerdict")->text().contains(QStringLiteral("Measured")));
    }

    void cellsAreReadableInEveryTheme() {
        m.click("guessAll");
        QTRY_VERIFY_WITH_TIMEOUT(!m.studio->whatIf().asked() && !m.studio->engine().busy(), 20000);
        for (bool projector : {false, true})
            for (Appearance appearance : {Appearance::Light, Appearance::Dark}) {
                applyAppearance(*qApp, appearance, projector);
                const QColor text = colors(m.window->palette()).text;
                for (int column = 0; column < 4; ++column) {
                    const QVariant back = board->model()->index(0, column).data(Qt::BackgroundRole);
                    QVERIFY(contrastRatio(text, back.value<QColor>()) >= 4.5);
                }
            }
    }

    void withoutAModelItSaysSo() {
        QVERIFY(m.start(scriptedEngine(usualScript())));
        m.window->showPage(QStringLiteral("compare"));
        m.find<QTabWidget>("compareViews")->setCurrentIndex(1);
        QCOMPARE(m.label("guessQuestion")->text(), QStringLiteral("Open a model first."));
        for (const char* button : {"guess0", "guess1", "guess2", "guessAll", "guessAgain"})
            QVERIFY(!m.find<QPushButton>(button)->isEnabled());
    }

private:
    void choose(int row, int column) const { board->setCurrentIndex(board->model()->index(row, column)); }
    QString cell() const { return board->currentIndex().data().toString(); }
    GroupRef head() const {
        const auto* table = static_cast<const HeadTable*>(board->model());
        return table->head(table->number(board->currentIndex()));
    }

    WindowFixture m;
    QTableView* board = nullptr;
    std::atomic<int> m_trials = 0;
    std::atomic<bool> m_fails = false, m_slow = false;
};

}  // namespace tst_gui_guess

QTEST_MAIN(tst_gui_guess::TestGuiGuess)
#include "tst_gui_guess.moc"
