#include "tests/ui/ui_support/sample_session.h"
#include "tests/ui/ui_support/window_fixture.h"
#include "ui/controller/next_cut.h"
#include "ui/plots/point_plot.h"
#include "ui/theme/format.h"
#include "ui/theme/theme.h"
#include "ui/widgets/bar_list.h"
#include "ui/widgets/wide_or_tabs.h"

#include <QApplication>
#include <QRadioButton>
#include <QTabWidget>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <thread>

namespace tst_gui_what_if {

using namespace lorashear;
using namespace lorashear::ui;
using namespace lorashear::testing;

namespace {

enum Series { kEstimate, kOriginal, kMeasured };

/// Nats per token that the scripted model loses with so many groups.
double lossWith(std::size_t groups) {
    return 1.5057 + 1e-6 * double(groups * groups);
}

}  // namespace

/// What the plan costs: an estimate that says that it is one, and measurements of the idle worker.
class TestGuiWhatIf : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() {
        m_trials = m_asked = 0;
        m_holds = m_fails = false;
        QVERIFY(m.openBundled([this, play = usualScript()](const Command& command, testing::Stage& stage) {
            if (std::holds_alternative<command::RankGroups>(command)) return stage.completed();  // a method that cannot say
            if (const auto* open = std::get_if<command::OpenModel>(&command)) {
                stage.send(sampleModel(open->folder));
                stage.send(event::StructureFound{sampleStructure()});
                stage.send(event::SaliencyMeasured{sampleSaliency()});
                return stage.completed();
            }
            const auto* trial = std::get_if<command::TryMasked>(&command);
            if (!trial) return play(command, stage);
            ++m_asked;
            if (m_fails) return stage.failed(Error(ErrorCode::BadInput, "/gone.txt", "the text is gone"));
            while (m_holds && stage.goOn()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
            for (const auto& groups : trial->removed) {
                if (!stage.goOn()) return stage.cancelled();
                ++m_trials;
                stage.send(
                    event::Measurement{"masked", "nll", "nats/token", lossWith(groups.size()), 0.01, false, "8 windows"});
                stage.send(event::Sample{"masked", trial->prompt,
                                         trial->prompt + (groups.empty() ? " there was a cat." : " there was a <dog>.")});
            }
            stage.completed();
        }));
        m.window->showPage(QStringLiteral("plan"));
        auto* tabs = m.find<QTabWidget>("planViews");
        tabs->setCurrentIndex(1);
        plot = m.find<PointPlot>("whatIf");
        QVERIFY(plot->isVisible());
    }
    void cleanup() {
        m.close();
        applyAppearance(*qApp, Appearance::Light);
    }

    void withoutAnAnalysisNothingIsEstimated() {
        QVERIFY(said("no analysis"));
        QCOMPARE(plot->points(kEstimate).size(), 0);
        m.click("whatIfMeasure");
        QTRY_VERIFY(said("against the original"));
        QCOMPARE(m_trials.load(), 2);  // the original and this plan
        QCOMPARE(plot->points(kOriginal).size(), 1);
        QCOMPARE(plot->points(kMeasured).size(), 1);
        QCOMPARE(plot->points(kEstimate).size(), 0);
        QVERIFY(!m.find<QPushButton>("whatIfMeasure")->isVisible());
    }

    void oneAnalysisGivesEverySizeInAnotherInk() {
        analyse();
        QTRY_VERIFY(plot->points(kEstimate).size() >= 15);
        QVERIFY2(said("estimated") && !said("measured"), qPrintable(m.label("whatIfWords")->text()));
        QCOMPARE(plot->points(kMeasured).size(), 0);
        const auto curve = plot->points(kEstimate);
        for (int i = 1; i < curve.size(); ++i) {
            QVERIFY(curve[i].x() > curve[i - 1].x());   // larger models
            QVERIFY(curve[i].y() <= curve[i - 1].y());  // lose less
        }
        const auto band = plot->band();
        QVERIFY(std::any_of(band.begin(), band.end(), [](const QPointF& b) { return b.y() > b.x() * 1.05; }));
        // never the same ink
        QVERIFY(plot->ink(kEstimate) == PointPlot::Ink::Estimate && plot->ink(kMeasured) == PointPlot::Ink::Measured);
        QVERIFY(!plot->drawnFilled(kEstimate) && plot->drawnFilled(kMeasured));
        QVERIFY(plot->accessibleDescription().contains(QStringLiteral("estimate")));
    }

    void theIdleWorkerFillsInDotsAndCorrectsTheCurve() {
        analyse();
        QTRY_VERIFY(plot->points(kEstimate).size() >= 15);
        m.studio->setIdleWork(true);
        QTRY_VERIFY_WITH_TIMEOUT(plot->points(kMeasured).size() >= 5, 20000);  // five sizes, of which the plan may be one
        QTRY_VERIFY(!m.studio->engine().busy());
        m.studio->setIdleWork(false);
        QVERIFY(said("measured"));
        // the corrected curve goes through the dots
        const auto curve = plot->points(kEstimate);
        int met = 0;
        for (const QPointF& dot : plot->points(kMeasured))
            for (const QPointF& point : curve)
                if (point.x() == dot.x()) {
                    ++met;
                    QVERIFY2(std::abs(point.y() / dot.y() - 1) < 1e-6, qPrintable(QString::number(point.y() / dot.y())));
                }
        QVERIFY(met >= 5);
        // and back and forth asks for nothing new
        const int asked = m_trials;
        Session& session = m.studio->session();
        const double before = session.recipe().plan.ratio;
        session.edit(QStringLiteral("ratio"), [](Recipe& r) { r.plan.ratio = 0.33; });
        QTRY_VERIFY(!said(": measured"));
        session.undoStack().undo();
        QCOMPARE(session.recipe().plan.ratio, before);
        QTRY_VERIFY(said("measured"));
        QCOMPARE(m_trials.load(), asked);
    }

    void bothTextsAreReadAndTheDifferenceIsMarked() {
        m.click("whatIfMeasure");
        QTRY_VERIFY(m.label("whatIfMasked")->isVisible());
        const QString original = m.label("whatIfOriginal")->text(), masked = m.label("whatIfMasked")->text();
        QVERIFY2(original.contains(QStringLiteral("<b><u>cat")), qPrintable(original));
        QVERIFY2(masked.contains(QStringLiteral("&lt;dog&gt;")) && masked.contains(QStringLiteral("<b><u>")),
                 qPrintable(masked));
        QVERIFY(m.label("whatIfHow")->text().contains(QStringLiteral("8 windows")));
    }

    void aDotPickedIsASizeChosenAndCanBeUndone() {
        analyse();
        m.studio->setIdleWork(true);
        QTRY_VERIFY_WITH_TIMEOUT(plot->points(kMeasured).size() >= 5, 20000);
        QTRY_VERIFY(!m.studio->engine().busy());
        m.studio->setIdleWork(false);
        const double before = m.studio->session().recipe().plan.ratio;
        plot->setFocus();
        QTest::keyClick(plot, Qt::Key_Left);  // a smaller model
        QVERIFY(m.studio->session().recipe().plan.ratio > before);
        m.studio->session().undoStack().undo();
        QCOMPARE(m.studio->session().recipe().plan.ratio, before);
    }

    /// The method may have chosen other groups than scores alone do: one plan has one perplexity on the page all the same.
    void pricesBeginWhereTheShownPlanStands() {
        analyse();
        m.studio->setIdleWork(true);
        QTRY_VERIFY_WITH_TIMEOUT(m.studio->whatIf().current().measured, 20000);
        m.studio->setIdleWork(false);
        const WhatIf& whatIf = m.studio->whatIf();
        const WhatIf::Size shown = whatIf.current();
        WhatIf::Size other = shown;
        other.groups.pop_back();
        PlanPrice price;
        price.known = PlanPrice::Known::Measured;
        price.nats = 0.25;
        price.before = 2, price.after = 2 * std::exp(0.25);
        QCOMPARE(asShown(price, shown, whatIf).known, PlanPrice::Known::Measured);
        QCOMPARE(asShown(price, shown, whatIf).before, 2.0);
        const PlanPrice from = asShown(price, other, whatIf), to = asShown(price, other, whatIf, true);
        QCOMPARE(from.known, PlanPrice::Known::Estimate);
        QCOMPARE(from.before, std::exp(shown.measured->nll));
        QCOMPARE(from.after, std::exp(shown.measured->nll + 0.25));
        QCOMPARE(to.before, std::exp(shown.measured->nll - 0.25));
        QCOMPARE(to.after, std::exp(shown.measured->nll));
        QVERIFY(perplexityChange(from).startsWith(QStringLiteral("≈ ")));
    }

    void theCheapestNextCutSaysItsPriceAndIsTaken() {
        Session& session = m.studio->session();
        QLabel* words = m.label("nextCutWords");
        auto* button = m.find<QPushButton>("nextCut");
        QTRY_VERIFY(button->isEnabled());
        QVERIFY2(words->text().contains(QStringLiteral("An analysis tells what that costs")), qPrintable(words->text()));
        analyse();
        QTRY_VERIFY2(words->text().contains(QStringLiteral("≈ +")), qPrintable(words->text()));
        QVERIFY2(
            words->text().contains(QStringLiteral(" of layers.")) && words->text().contains(QStringLiteral("parameters")),
            qPrintable(words->text()));
        // one step more, at once, and back
        const double ratio = session.recipe().plan.ratio;
        const qint64 gone = session.plan().removedParameters;
        const QString kept = m.label("planKept")->toolTip();
        const NextCut cut = cheapestNextCut(session, m.studio->whatIf());
        QTest::mouseClick(button, Qt::LeftButton);
        QVERIFY(session.recipe().plan.ratio > ratio && session.plan().removedParameters > gone);
        QCOMPARE(double(session.plan().removedParameters - gone), cut.price.parameters);
        QVERIFY(m.label("planKept")->toolTip() != kept);
        QVERIFY(session.undoStack().undoText().contains(QStringLiteral("cheapest next cut: ")));
        // no other single step costs less per parameter
        for (const double further : {1 / 260032.0 * 192, 1 / 260032.0 * 3072}) {
            PlanOptions other = session.recipe().plan;
            other.ratio = double(gone) / 260032 + further;
            const PlanPrice price = priceOf(cut.now, m.studio->whatIf().sizeOf(other), m.studio->whatIf().baseline());
            if (price.parameters > 0) QVERIFY(cut.price.perParameter() <= price.perParameter() + 1e-15);
        }
        session.undoStack().undo();
        QCOMPARE(session.recipe().plan.ratio, ratio);
        QCOMPARE(m.label("planKept")->toolTip(), kept);
        // by its key on every tab of the page, one edit each
        m.find<QTabWidget>("planTabs")->setCurrentIndex(1);
        m.find<QTabWidget>("planTabs")->setFocus();
        QTest::keyClick(m.window.get(), Qt::Key_D, Qt::ControlModifier);
        QTest::keyClick(m.window.get(), Qt::Key_D, Qt::ControlModifier);
        QVERIFY(session.plan().removedParameters > gone + qint64(cut.price.parameters));
        session.undoStack().undo();
        QCOMPARE(session.plan().removedParameters, gone + qint64(cut.price.parameters));
        session.undoStack().undo();
        // measured by the idle worker: without the mark of an estimate
        m.studio->setIdleWork(true);
        QTRY_VERIFY2_WITH_TIMEOUT(
            words->text().contains(QStringLiteral(", +")) && !words->text().contains(QStringLiteral("≈")),
            qPrintable(words->text()), 20000);
        m.studio->setIdleWork(false);
        // where nothing more can go it says so
        session.edit(QStringLiteral("all"), [](Recipe& r) {
            r.plan.protect = {"*"};
            r.plan.enabled = false;
        });
        QTRY_VERIFY(!button->isEnabled());
        QVERIFY(!words->text().isEmpty());
    }

    void everyPadlockSaysWhatItCosts() {
        Session& session = m.studio->session();
        m.find<QTabWidget>("planViews")->setCurrentIndex(0);
        auto* bars = m.find<BarList>("planBars");
        const auto row = [&](const char* name) {
            for (const BarRow& one : bars->rows())
                if (one.label == QLatin1String(name)) return one;
            return BarRow{};
        };
        const int mlp = session.structure()->find("layers.0.mlp")->id;
        session.setOverride(mlp, Override::Protect);
        QTRY_VERIFY2(row("layers.0.mlp").toolTip.contains(QStringLiteral("The padlock holds back ≈ ")),
                     qPrintable(row("layers.0.mlp").toolTip));
        QVERIFY(row("layers.0.mlp").note.isEmpty());  // nothing to estimate its loss from
        analyse();
        QTRY_VERIFY2(row("layers.0.mlp").note.startsWith(QStringLiteral("lock ≈ ")), qPrintable(row("layers.0.mlp").note));
        const WhatIf& whatIf = m.studio->whatIf();
        PlanOptions options = session.recipe().plan;
        const WhatIf::Size with = whatIf.sizeOf(options);
        options.protect.clear();
        const WhatIf::Size without = whatIf.sizeOf(options);
        const PlanPrice price = priceOf(without, with, whatIf.baseline());
        QVERIFY(price.known == PlanPrice::Known::Estimate);
        QVERIFY(without.removed[std::size_t(mlp)] > 0 && with.removed[std::size_t(mlp)] == 0);
        const QString tip = row("layers.0.mlp").toolTip;
        QVERIFY2(tip.contains(perplexityChange(price)), qPrintable(tip + perplexityChange(price)));
        QVERIFY2(tip.contains(formatCount(192.0 * without.removed[std::size_t(mlp)]) + QStringLiteral(" parameters, ")),
                 qPrintable(tip));
        QVERIFY2(row("layers.3.mlp").toolTip.contains(QStringLiteral("A padlock would hold back ≈ ")),
                 qPrintable(row("layers.3.mlp").toolTip));
        QVERIFY(row("layers.3.mlp").note.isEmpty());
        bars->setCurrent(mlp);
        QCOMPARE(bars->line(), tip);  // for those who do not hover
        // a rule closes several: each row has its own price, and the rule one for all
        session.edit(QStringLiteral("rule"), [](Recipe& r) { r.plan.protect = {"layers.0.*"}; });
        QTRY_VERIFY(row("layers.0.mlp").note.startsWith(QStringLiteral("lock ≈ ")) &&
                    row("layers.0.attention").note.startsWith(QStringLiteral("lock ≈ ")));
        QVERIFY2(m.label("protectPrices")->text().startsWith(QStringLiteral("layers.0.*: ≈ ")) &&
                     m.label("protectPrices")->text().contains(QStringLiteral("perplexity ≈ ")),
                 qPrintable(m.label("protectPrices")->text()));
        session.edit(QStringLiteral("no rule"), [](Recipe& r) { r.plan.protect.clear(); });
        QTRY_VERIFY(row("layers.0.mlp").toolTip.contains(QStringLiteral("would hold back")));
        QVERIFY(m.label("protectPrices")->isHidden());
    }

    void thePriceOfUniformStandsInThreeRowsAndEachIsChosen() {
        Session& session = m.studio->session();
        analyse();
        QTRY_VERIFY2(m.label("shapeUniformPerplexity")->text().startsWith(QStringLiteral("≈ ")),
                     qPrintable(m.label("shapeUniformPerplexity")->text()));
        const auto text = [&](const char* name) { return m.label(name)->text(); };
        QCOMPARE(text("shapeFreePerplexity"), text("shapePaddedPerplexity"));  // zeros compute nothing
        QVERIFY(text("shapePaddedParameters") != text("shapeFreeParameters"));
        const WhatIf& whatIf = m.studio->whatIf();
        PlanOptions options = session.recipe().plan;
        options.uniform = true;
        const WhatIf::Size equal = whatIf.sizeOf(options);
        QCOMPARE(text("shapeUniformPerplexity"), perplexityWords(equal, whatIf.baseline()));
        QCOMPARE(text("shapeUniformParameters"), formatCount(equal.parameters));
        QCOMPARE(text("shapeUniformBytes"), QStringLiteral("≈ ") + formatBytes(equal.parameters * 1040128 / 260032));
        const auto chosen = [&] {
            for (const char* name : {"shapeFree", "shapeUniform", "shapePadded"})
                if (m.find<QRadioButton>(name)->isChecked()) return QString::fromLatin1(name);
            return QString();
        };
        const auto exportIs = [&](const char* format) { return session.recipe().exports.front().format == format; };
        m.find<QRadioButton>("shapeUniform")->click();
        QVERIFY(session.recipe().plan.uniform && exportIs("huggingface"));
        QVERIFY(session.undoStack().undoText().contains(QStringLiteral("equal counts")));
        m.find<QRadioButton>("shapePadded")->click();
        QVERIFY(!session.recipe().plan.uniform && exportIs("padded"));
        m.find<QRadioButton>("shapeFree")->click();
        QVERIFY(!session.recipe().plan.uniform && exportIs("huggingface-code"));
        session.undoStack().undo();
        QVERIFY(exportIs("padded"));
        QTRY_COMPARE(chosen(), QStringLiteral("shapePadded"));
        session.undoStack().undo();
        QTRY_COMPARE(chosen(), QStringLiteral("shapeUniform"));
    }

    void measuringGivesWayToEverything() {
        m_holds = true;
        m.studio->setIdleWork(true);
        QTRY_VERIFY_WITH_TIMEOUT(m.studio->engine().busy(), 10000);
        QVERIFY(!m.studio->busy() && m.find<QPushButton>("startFromPlan")->isEnabled());
        m.studio->setIdleWork(false);
        QVERIFY(m.runToTheEnd());
        m_holds = false;
        QCOMPARE(m.studio->session().run().samples.size(), std::size_t{3});  // of the run: masked ones are none of its
    }

    void whatCannotBeMeasuredSaysWhyAndIsNotAskedAgain() {
        m_fails = true;
        m.click("whatIfMeasure");
        QTRY_VERIFY(said("the text is gone"));
        m.studio->setIdleWork(true);
        QTest::qWait(900);
        m.studio->setIdleWork(false);
        QVERIFY(!m.studio->engine().busy());
        QCOMPARE(m_asked.load(), 1);
    }

    void hiddenItAsksForNothing() {
        m.window->showPage(QStringLiteral("run"));
        QVERIFY(!m.studio->whatIf().wanted() && !m.studio->whatIf().next());
        m.window->showPage(QStringLiteral("plan"));
        QVERIFY(m.studio->whatIf().wanted());
    }

    void plansThatHaveNoMasksSaySo() {
        m.studio->session().edit(QStringLiteral("blocks"), [](Recipe& r) { r.plan.units["blocks"].take = true; });
        QTRY_VERIFY(!m.studio->whatIf().refusal().isEmpty());
        QCOMPARE(m.find<QLabel>("whatIf_empty")->text(), m.studio->whatIf().refusal());
        QVERIFY(!m.find<QPushButton>("whatIfMeasure")->isVisible());
    }

    void besideEachOtherWhereThereIsRoom() {
        m.window->resize(1920, 1080);
        QTRY_VERIFY(m.find<QWidget>("planBars")->isVisible() && plot->isVisible());
        QVERIFY(!m.find<QTabWidget>("planViews")->isVisible());
        m.window->resize(1280, 800);
        QTRY_VERIFY(m.find<QTabWidget>("planViews")->isVisible());
        QCOMPARE(m.find<QTabWidget>("planViews")->count(), 2);
        for (Appearance appearance : {Appearance::Dark, Appearance::Light}) {
            applyAppearance(*qApp, appearance);
            for (const QSize size : {QSize(1024, 640), QSize(1280, 800), QSize(1920, 1080)}) {
                m.window->resize(size);
                QApplication::processEvents();
                m.find<QTabWidget>("planViews")->setCurrentIndex(1);
                const QWidget* page = m.find<QWidget>("page_plan");
                const QRect place(plot->mapTo(page, QPoint(0, 0)), plot->size());
                QVERIFY2(page->rect().contains(place) && plot->height() >= plot->minimumSizeHint().height(),
                         qPrintable(QStringLiteral("%1x%2: %3 to %4 of %5, %6 high of %7")
                                        .arg(size.width())
                                        .arg(size.height())
                                        .arg(place.top())
                                        .arg(place.bottom())
                                        .arg(page->height())
                                        .arg(plot->height())
                                        .arg(plot->minimumSizeHint().height())));
                const QLabel* words = m.label("whatIfWords");
                QVERIFY(words->height() >= words->heightForWidth(words->width()));
            }
        }
    }

private:
    void analyse() {
        m.studio->analyse();
        QTRY_VERIFY(!m.studio->engine().busy());
        QVERIFY(m.studio->session().knowledge());
    }
    bool said(const char* words) const { return m.label("whatIfWords")->text().contains(QLatin1String(words)); }

    WindowFixture m;
    PointPlot* plot = nullptr;
    std::atomic<int> m_trials = 0, m_asked = 0;
    std::atomic<bool> m_holds = false, m_fails = false;
};

}  // namespace tst_gui_what_if

QTEST_MAIN(tst_gui_what_if::TestGuiWhatIf)
#include "tst_gui_what_if.moc"
