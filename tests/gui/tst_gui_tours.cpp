#include "tests/ui/ui_support/sample_session.h"
#include "tests/ui/ui_support/window_fixture.h"
#include "ui/pages/page.h"
#include "ui/teach/tour_figures.h"
#include "ui/teach/tour_overlay.h"
#include "ui/teach/tour_player.h"
#include "ui/widgets/command_palette.h"

#include <QAction>
#include <QFile>
#include <QListWidget>
#include <QMenuBar>
#include <QRegularExpression>
#include <QTabWidget>
#include <QWindow>

#include <algorithm>

namespace tst_gui_tours {

using namespace lorashear;
using namespace lorashear::ui;
using namespace lorashear::testing;

namespace {

/// The usual session, and an engine that measures masked models too.
Script teachingScript() {
    return [usual = usualScript()](const Command& command, testing::Stage& stage) {
        if (const auto* open = std::get_if<command::OpenModel>(&command)) {
            stage.send(sampleModel(open->folder));
            stage.send(event::StructureFound{sampleStructure()});
            stage.send(event::SaliencyMeasured{sampleSaliency()});
            return stage.completed();
        }
        const auto* trial = std::get_if<command::TryMasked>(&command);
        if (!trial) return usual(command, stage);
        for (const auto& groups : trial->removed) {
            if (!stage.goOn()) return stage.cancelled();
            stage.send(
                event::Measurement{"masked", "nll", "nats/token", groups.empty() ? 1.5 : 1.9, 0.01, false, "8 windows"});
        }
        stage.completed();
    };
}

Tour tourOf(std::vector<TourStep> steps) {
    return {QStringLiteral("own"), QStringLiteral("Own"), {}, std::move(steps)};
}

TourStep step(const char* object, const char* page = "", const char* action = "") {
    return {QString::fromLatin1(object), QString::fromLatin1(page), QStringLiteral("At %1").arg(QLatin1String(object)),
            QStringLiteral("Look."), QString::fromLatin1(action)};
}

}  // namespace

/// Tours as a person goes through them: what is lit, what can be done, and that nothing is left behind.
class TestGuiTours : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() { QVERIFY(m.openBundled(teachingScript())); }
    void cleanup() { m.close(); }

    void toursShip() {
        QStringList ids;
        for (const Tour& tour : shippedTours()) ids << tour.id;
        QCOMPARE(ids.join(QLatin1Char(' ')),
                 QStringLiteral("1-window 2-node-group 3-half-space 4-recovery-data"));  // no file was left out
    }

    void everyWidgetAndPageThatToursNameIsThere() {
        for (const Tour& tour : shippedTours())
            for (const TourStep& one : tour.steps) {
                const QString where = tour.id + QLatin1Char(' ') + one.object;
                QVERIFY2(m.window->findChild<QWidget*>(one.object), qPrintable(where));
                QVERIFY2(m.window->page(one.page), qPrintable(where + QLatin1Char(' ') + one.page));
            }
    }

    void noTourHasANumberOfARunInItsText() {
        static const QRegularExpression kFigure(QStringLiteral("\\d+[.,]\\d|\\d\\s?%"));
        for (const Tour& tour : shippedTours())
            for (const TourStep& one : tour.steps) QVERIFY2(!one.text.contains(kFigure), qPrintable(one.text));
    }

    void everyTourCanBeWalkedWithAllItsActions() {
        for (const Tour& tour : shippedTours()) {
            QVERIFY(m.start(scriptedEngine(teachingScript())));  // no model yet
            player().start(tour);
            for (int at = 0; at < int(tour.steps.size()); ++at) {
                const QString where = QStringLiteral("%1 step %2").arg(tour.id).arg(at + 1);
                QCOMPARE(player().step(), at);
                if (task()->isVisibleTo(callout()) && !goesOn()) {
                    if (perform()->isVisibleTo(callout())) QTest::mouseClick(perform(), Qt::LeftButton);
                    QVERIFY2(QTest::qWaitFor([this] { return goesOn(); }, 20000), qPrintable(where));
                }
                QVERIFY2(!m.label("tourText")->text().contains(QLatin1Char('{')), qPrintable(where));
                QTRY_VERIFY2(!overlay()->lit().isEmpty() ||
                                 !m.find<QWidget>(qPrintable(tour.steps[std::size_t(at)].object))->isVisible(),
                             qPrintable(where));
                QVERIFY2(m.window->rect().contains(overlay()->callout()), qPrintable(where));
                if (at + 1 < int(tour.steps.size())) QTest::mouseClick(m.find<QPushButton>("tourNext"), Qt::LeftButton);
            }
            QCOMPARE(m.find<QPushButton>("tourNext")->text(), QStringLiteral("Done"));
            QVERIFY2(!m.label("tourText")->text().contains(QStringLiteral("not known yet")),
                     qPrintable(m.label("tourText")->text()));
            QTest::mouseClick(m.find<QPushButton>("tourNext"), Qt::LeftButton);
            QVERIFY(!player().running());
            QCOMPARE(recipeText(m.studio->session().recipe()), recipeText(startingRecipe(bundledModel())));
        }
    }

    void theLessonOnRecoveryComparesTheTwoRunsThatItMade() {
        const Recipe before = m.studio->session().recipe();
        player().start(shipped("4-recovery-data"));
        while (player().step() < 8) {
            if (!goesOn() && perform()->isVisibleTo(callout())) QTest::mouseClick(perform(), Qt::LeftButton);
            QTRY_VERIFY_WITH_TIMEOUT(goesOn(), 20000);
            QTest::keyClick(callout(), Qt::Key_Right);
        }
        QCOMPARE(player().context().runs.size(), std::size_t(2));
        const TourRun &first = player().context().runs[0], &second = player().context().runs[1];
        QCOMPARE(first.recoveredOn, recoveryTexts(before));
        QVERIFY(second.recoveredOn != first.recoveredOn);
        QCOMPARE(first.recovered, 5.3);
        QVERIFY(m.label("tourText")->text().contains(QStringLiteral("5.300")));
        QVERIFY(m.label("tourText")->text().contains(second.recoveredOn));
        QTest::keyClick(callout(), Qt::Key_Escape);
        QCOMPARE(recipeText(m.studio->session().recipe()), recipeText(before));
        QVERIFY(m.studio->session().undoStack().canRedo());
    }

    void everyStepIsLitAndItsCalloutInSight_data() {
        QTest::addColumn<QSize>("size");
        for (const QSize& size : {QSize(1024, 640), QSize(1280, 800), QSize(1920, 1080)})
            QTest::addRow("%dx%d", size.width(), size.height()) << size;
    }
    void everyStepIsLitAndItsCalloutInSight() {
        QFETCH(QSize, size);
        m.window->resize(size);
        for (const Tour& tour : shippedTours()) {
            player().start(tour);
            for (int at = 0; at < int(tour.steps.size()); ++at, player().next()) {
                const QString where = QStringLiteral("%1 step %2").arg(tour.id).arg(at + 1);
                QTRY_VERIFY2(!overlay()->lit().isEmpty(), qPrintable(where));
                const QRect callout = overlay()->callout(), lit = overlay()->lit();
                QVERIFY2(m.window->rect().contains(callout), qPrintable(where));
                const QRect covered = callout.intersected(lit);  // only where there is no room beside it
                QVERIFY2(covered.isEmpty() || covered.width() * covered.height() * 2 < lit.width() * lit.height(),
                         qPrintable(where));
                for (const QPushButton* button : this->callout()->findChildren<QPushButton*>())
                    if (button->isVisible()) QVERIFY2(button->width() >= button->sizeHint().width(), qPrintable(where));
                for (const QLabel* label : this->callout()->findChildren<QLabel*>())
                    if (label->isVisible())
                        QVERIFY2(label->height() >= label->heightForWidth(label->width()),
                                 qPrintable(where + label->text()));
            }
            QVERIFY(!player().running());
        }
    }

    void closingPutsEverythingBack() {
        m.window->showPage(QStringLiteral("plan"));
        auto* tabs = m.find<QTabWidget>("planTabs");
        tabs->setCurrentIndex(3);
        auto* bars = m.find<QWidget>("planBars");
        bars->setFocus();
        m.studio->session().edit(QStringLiteral("mine"), [](Recipe& recipe) { recipe.plan.ratio = 0.3; });
        const Selection mine{{}, -1, m.studio->session().shownNodeGroups().at(1)};
        m.studio->session().select(mine);

        player().start(tourOf({step("graphView", "graph"), step("scheduleTimeline"), step("planBars")}));
        player().next();
        QCOMPARE(tabs->currentIndex(), 1);  // the timeline's tab was brought forward
        m.studio->session().select({{}, -1, m.studio->session().shownNodeGroups().at(4)});
        m.studio->session().edit(QStringLiteral("in the tour"), [](Recipe& recipe) { recipe.plan.ratio = 0.1; });
        QTest::keyClick(callout(), Qt::Key_Escape);
        QVERIFY(!player().running());
        QTRY_VERIFY(!m.find<QWidget>("tourOverlay"));
        QCOMPARE(m.window->currentPage(), QStringLiteral("plan"));
        QCOMPARE(tabs->currentIndex(), 3);
        QVERIFY(bars->hasFocus());
        QCOMPARE(m.studio->session().selection(), mine);
        QCOMPARE(m.studio->session().recipe().plan.ratio, 0.3);
        m.studio->session().undoStack().redo();  // nothing of it is lost
        QCOMPARE(m.studio->session().recipe().plan.ratio, 0.1);
    }

    void anEditThatGrewIntoOneOfBeforeIsTakenBackToo() {
        const auto drag = [&](double ratio) {
            m.studio->session().edit(
                QStringLiteral("ratio"), [ratio](Recipe& r) { r.plan.ratio = ratio; }, QStringLiteral("ratio"));
        };
        drag(0.3);
        player().start(tourOf({step("planBars")}));
        drag(0.4);
        player().close();
        QCOMPARE(m.studio->session().recipe().plan.ratio, 0.3);
    }

    void keysWalkIt() {
        player().start(tourOf({step("graphView"), step("planBars"), step("runsTable")}));
        QVERIFY(callout()->hasFocus());
        QTest::keyClick(callout(), Qt::Key_Left);  // there is nothing before the first
        QCOMPARE(player().step(), 0);
        QTest::keyClick(callout(), Qt::Key_Right);
        QCOMPARE(player().step(), 1);
        QCOMPARE(m.window->currentPage(), QStringLiteral("plan"));
        QVERIFY(callout()->hasFocus());
        QTest::keyClick(m.find<QPushButton>("tourNext"), Qt::Key_Left);  // on its buttons too
        QCOMPARE(player().step(), 0);
        QTest::keyClick(callout(), Qt::Key_Right);
        QTest::keyClick(callout(), Qt::Key_Right);
        QTest::keyClick(callout(), Qt::Key_Right);
        QVERIFY(!player().running());
    }

    void escapeClosesItFromAnywhere() {
        player().start(tourOf({step("ratio")}));
        m.find<QWidget>("ratio")->setFocus();
        QTest::keyClick(m.find<QWidget>("ratio"), Qt::Key_Escape);
        QVERIFY(!player().running());
    }

    void theArrowDoesNotPassOverWhatIsToBeDone() {
        player().start(tourOf({step("graphView", "graph", "choose-node-group"), step("planBars")}));
        QCOMPARE(m.find<QPushButton>("tourNext")->text(), QStringLiteral("Skip"));
        QTest::keyClick(callout(), Qt::Key_Right);
        QCOMPARE(player().step(), 0);
        m.studio->session().select({{}, -1, m.studio->session().shownNodeGroups().front()});
        QCOMPARE(m.find<QPushButton>("tourNext")->text(), QStringLiteral("Next"));
        QVERIFY(task()->text().startsWith(QStringLiteral("✓")));
        QTest::keyClick(callout(), Qt::Key_Right);
        QCOMPARE(player().step(), 1);
    }

    void aMissingWidgetIsPassedOverWithALine() {
        QTest::ignoreMessage(QtWarningMsg, "Tour own: step 2 is passed over, there is no widget of the name nowhere");
        QTest::ignoreMessage(QtWarningMsg, "Tour own: step 2 is passed over, there is no widget of the name nowhere");
        player().start(tourOf({step("graphView"), step("nowhere"), step("planBars")}));
        player().next();
        QCOMPARE(player().step(), 2);
        player().back();
        QCOMPARE(player().step(), 0);
    }

    void aTourOfNothingEndsAtOnce() {
        m.window->showPage(QStringLiteral("plan"));
        QTest::ignoreMessage(QtWarningMsg, "Tour own: step 1 is passed over, there is no widget of the name nowhere");
        player().start(tourOf({step("nowhere")}));
        QVERIFY(!player().running());
        QCOMPARE(m.window->currentPage(), QStringLiteral("plan"));
    }

    void onlyTheLitWidgetTakesTheMouse() {
        player().start(tourOf({step("graphSearch", "graph")}));
        QTRY_VERIFY(!overlay()->lit().isEmpty());
        const auto under = [&](const char* name) {
            auto* widget = m.find<QWidget>(name);
            return m.window->childAt(widget->mapTo(m.window.get(), widget->rect().center()));
        };
        QCOMPARE(under("graphSearch"), m.find<QWidget>("graphSearch"));
        QCOMPARE(under("graphFit"), static_cast<QWidget*>(overlay()));
        m.window->showPage(QStringLiteral("plan"));  // by a shortcut: the step is out of sight, and nothing is blocked
        QTRY_VERIFY(overlay()->lit().isEmpty());
        QVERIFY(under("planBars") != static_cast<QWidget*>(overlay()));
        QVERIFY(callout()->isVisible());
    }

    void theLightFollowsItsWidget() {
        player().start(tourOf({step("planBars")}));
        QTRY_VERIFY(!overlay()->lit().isEmpty());
        m.window->resize(1100, 700);
        QTRY_COMPARE(overlay()->size(), QSize(1100, 700));
        auto* bars = m.find<QWidget>("planBars");
        QTRY_VERIFY(
            overlay()->lit().contains(QRect(bars->mapTo(m.window.get(), QPoint(5, 5)), bars->size() - QSize(10, 10))));
    }

    void whatCouldNotBeDoneIsSaidInTheCallout() {
        m.studio->session().edit(QStringLiteral("too much"), [](Recipe& recipe) { recipe.plan.ratio = 0.9; });
        QVERIFY(!m.studio->canStart());
        player().start(tourOf({step("start", "run", "start-run")}));
        QTest::mouseClick(perform(), Qt::LeftButton);
        QTRY_VERIFY(m.label("tourProblem")->text().contains(QStringLiteral("No plan")));
        QCOMPARE(m.find<QPushButton>("tourNext")->text(), QStringLiteral("Skip"));
    }

    void anotherTourTakesThePlaceOfTheFirst() {
        m.window->showPage(QStringLiteral("plan"));
        player().start(tourOf({step("graphView")}));
        player().start(tourOf({step("runsTable")}));
        QTRY_COMPARE(m.window->findChildren<TourOverlay*>().size(), 1);
        player().close();
        QCOMPARE(m.window->currentPage(), QStringLiteral("plan"));
    }

    void closingTheWindowEndsTheTour() {
        player().start(tourOf({step("planBars")}));
        m.studio->session().edit(QStringLiteral("in the tour"), [](Recipe& recipe) { recipe.plan.ratio = 0.1; });
        m.window->close();
        QTRY_VERIFY(!m.window->isVisible());
        QVERIFY(!player().running());
        QCOMPARE(m.dialogs.asked.size(), 1);  // about its edits, which are not taken back unasked
        QCOMPARE(m.studio->session().recipe().plan.ratio, 0.1);
    }

    void menuAndPaletteLeadToThem() {
        auto* action = m.window->findChild<QAction*>(QStringLiteral("actionTour_2-node-group"));
        QVERIFY(action);
        bool found = false;
        for (const CommandPalette::Entry& entry : entriesOf(*m.window->menuBar(), nullptr))
            found = found || entry.title == action->text();
        QVERIFY(found);
        action->trigger();
        QVERIFY(player().running());
        QVERIFY(m.label("tourWhere")->text().startsWith(action->text()));
    }

    void figuresAreThoseOfTheWindow() {
        m.studio->session().select({{}, -1, m.studio->session().shownNodeGroups().at(1)});
        const NodeGroup& group =
            m.studio->session().structure()->nodeGroups[std::size_t(m.studio->session().shownNodeGroups().at(1))];
        TourStep said = step("graphView");
        said.text = QStringLiteral("{chosen.name}: {chosen.groups}, {model.parameters}; run {run.zero}");
        player().start(tourOf({said}));
        QCOMPARE(m.label("tourText")->text(), QStringLiteral("%1: %2 neurons, 260,032; run (not known yet)")
                                                  .arg(QString::fromStdString(group.name))
                                                  .arg(group.count));
    }

    void whatIsNoTourIsRefusedWithItsPlace_data() {
        QTest::addColumn<QByteArray>("content");
        QTest::addColumn<QString>("why");
        const auto withStep = [](const QByteArray& one) {
            return QByteArray(R"({"version":1,"title":"T","steps":[{"object":"a","title":"t","text":"x"},)") + one + "]}";
        };
        QTest::newRow("no JSON") << QByteArray("{") << QStringLiteral(".json");
        QTest::newRow("a list") << QByteArray("[]") << QStringLiteral("not a tour");
        QTest::newRow("version") << QByteArray(R"({"version":2,"title":"T","steps":[]})") << QStringLiteral("version");
        QTest::newRow("no steps") << QByteArray(R"({"version":1,"title":"T","steps":[]})") << QStringLiteral("no steps");
        QTest::newRow("key") << withStep(R"({"object":"a","title":"t","text":"x","colour":"red"})")
                             << QStringLiteral("step 2 has a key");
        QTest::newRow("object") << withStep(R"({"title":"t","text":"x"})")
                                << QStringLiteral("step 2 needs a text under object");
        QTest::newRow("text") << withStep(R"({"object":"a","title":"t","text":[1]})")
                              << QStringLiteral("step 2 needs a text");
        QTest::newRow("action") << withStep(R"({"object":"a","title":"t","text":"x","action":"fly"})")
                                << QStringLiteral("step 2 asks for an action that there is not: fly");
        QTest::newRow("figure") << withStep(R"({"object":"a","title":"t","text":"{nothing}"})")
                                << QStringLiteral("step 2 names a figure that there is not: nothing");
    }
    void whatIsNoTourIsRefusedWithItsPlace() {
        QFETCH(QByteArray, content);
        QFETCH(QString, why);
        const QString name = m.dir.filePath(QStringLiteral("bad.json"));
        QFile file(name);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(content);
        file.close();
        try {
            readTour(name);
            QFAIL("it was taken");
        } catch (const Error& error) {
            const QString said = QString::fromStdString(error.subject() + " " + error.message());
            QVERIFY2(said.contains(why), qPrintable(said));
        }
    }

private:
    TourPlayer& player() const { return m.window->tours(); }
    TourOverlay* overlay() const { return m.find<TourOverlay>("tourOverlay"); }
    QWidget* callout() const { return m.find<QWidget>("tourCallout"); }
    QLabel* task() const { return m.label("tourTask"); }
    QPushButton* perform() const { return m.find<QPushButton>("tourPerform"); }
    bool goesOn() const { return m.find<QPushButton>("tourNext")->text() != QStringLiteral("Skip"); }
    Tour shipped(const char* id) const {
        for (const Tour& tour : shippedTours())
            if (tour.id == QLatin1String(id)) return tour;
        return {};
    }

    WindowFixture m;
};

}  // namespace tst_gui_tours

QTEST_MAIN(tst_gui_tours::TestGuiTours)
#include "tst_gui_tours.moc"
