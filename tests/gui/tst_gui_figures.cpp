#include "core/base/error.h"
#include "tests/ui/ui_support/window_fixture.h"
#include "ui/figures/figure.h"
#include "ui/figures/figure_walk.h"
#include "ui/figures/save_figures_dialog.h"
#include "ui/pages/page.h"
#include "ui/plots/curve_plot.h"
#include "ui/theme/theme.h"

#include <QAction>
#include <QApplication>
#include <QCheckBox>
#include <QFile>
#include <QLineEdit>
#include <QListWidget>
#include <QSignalSpy>
#include <QSlider>
#include <QStackedWidget>
#include <QTabWidget>

namespace tst_gui_figures {

using namespace lorashear;
using namespace lorashear::ui;
using namespace lorashear::testing;

/// Figures of the real window: all of them at once, as they are and not as they were; themes and motion chosen in its menu.
class TestGuiFigures : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() { QCoreApplication::setAttribute(Qt::AA_DontUseNativeMenuBar); }
    void cleanup() {
        m.close();
        applyReducedMotion(*qApp, false);
        applyAppearance(*qApp, Appearance::Light);
    }

    void allFiguresAreSavedAtOnce() {
        QVERIFY(m.openBundled());
        QVERIFY(m.runToTheEnd());
        m.window->showPage(QStringLiteral("plan"));  // the run's curves are on another page
        auto* keyboard = m.window->findChild<QWidget*>(QStringLiteral("planBars"));
        keyboard->setFocus();
        SaveFiguresDialog* dialog = open();
        auto* list = dialog->findChild<QListWidget*>(QStringLiteral("figureList"));
        QStringList names;
        for (int i = 0; i < list->count(); ++i) names << list->item(i)->data(Qt::UserRole).toString();
        for (const char* wanted :
             {"graphView", "planBars", "lossPlot", "groupsPlot", "perplexityPlot", "ratePlot", "halfSpacePlot"})
            QVERIFY2(names.contains(QString::fromLatin1(wanted)),
                     qPrintable(QString::fromLatin1(wanted) + QStringLiteral(" of ") + names.join(QLatin1Char(' '))));
        QCOMPARE(names.removeDuplicates(), 0);
        QCOMPARE(m.window->currentPage(), QStringLiteral("plan"));
        list->item(0)->setCheckState(Qt::Unchecked);
        m.choose("figureFormat", 1);
        const QString folder = m.dir.filePath(QStringLiteral("figures"));
        dialog->findChild<QLineEdit*>(QStringLiteral("figurePlace"))->setText(folder);
        QSignalSpy saved(dialog, &SaveFiguresDialog::saved);
        m.click("figureSaveNow");
        QCOMPARE(saved.count(), 1);
        QCOMPARE(QDir(folder).entryList({QStringLiteral("*.pdf")}).size(), list->count() - 1);
        QVERIFY(!QFile::exists(folder + QLatin1Char('/') + names.front() + QStringLiteral(".pdf")));
        QCOMPARE(m.window->currentPage(), QStringLiteral("plan"));
        QTRY_COMPARE(QApplication::focusWidget(), keyboard);
    }

    /// Pages put their work off while they are hidden: the walk brings each to the front.
    void hiddenFiguresAreSavedAsTheyAreNow() {
        QVERIFY(m.openBundled());
        m.window->showPage(QStringLiteral("run"));
        m.window->showPage(QStringLiteral("model"));
        m.studio->startRun();
        m.window->showPage(QStringLiteral("model"));
        QTRY_VERIFY_WITH_TIMEOUT(!m.studio->engine().busy(), 30000);
        m.window->showPage(QStringLiteral("model"));
        const auto* loss = m.find<CurvePlot>("lossPlot");
        std::size_t steps = 0;
        walkFigures(*m.find<QStackedWidget>("pages"), [&](Figure& figure) {
            if (figureName(figure) == QLatin1String("lossPlot")) steps = figure.figureTable().rows.size();
        });
        QCOMPARE(steps, m.studio->session().run().steps.size());
        QVERIFY(steps > 0 && loss->pointCount(0) == int(steps));
        QCOMPARE(m.window->currentPage(), QStringLiteral("model"));
    }

    /// Which measures the machine when somebody opens it, or tries sizes of the plan as long as somebody looks.
    void theWalkIsNobodyLooking() {
        QVERIFY(m.openBundled());
        m.window->showPage(QStringLiteral("model"));
        WhatIf& whatIf = m.studio->whatIf();
        const auto walk = [&] { walkFigures(*m.find<QStackedWidget>("pages"), [](Figure&) { QVERIFY(walkingFigures()); }); };
        QSignalSpy wanted(&whatIf, &WhatIf::wantedChanged);
        walk();
        QVERIFY(!whatIf.wanted() && !walkingFigures());
        QTRY_VERIFY(!m.studio->engine().busy());
        QVERIFY(!m.studio->machineSpeed());
        QCOMPARE(wanted.count(), 0);
        m.window->showPage(QStringLiteral("plan"));
        m.find<QTabWidget>("planViews")->setCurrentIndex(1);
        QVERIFY(whatIf.wanted());
        const auto before = wanted.count();
        walk();
        QVERIFY(whatIf.wanted());
        QCOMPARE(wanted.count(), before);  // not stopped and begun anew
    }

    void whatCannotBeWrittenLeavesTheWindowAsItWas() {
        QVERIFY(m.openBundled());
        m.window->showPage(QStringLiteral("plan"));
        auto* keyboard = m.window->findChild<QWidget*>(QStringLiteral("planBars"));
        keyboard->setFocus();
        SaveFiguresDialog* dialog = open();
        m.choose("figureFormat", 0);
        const QString folder = m.dir.filePath(QStringLiteral("taken"));
        const auto* first = dialog->findChild<QListWidget*>(QStringLiteral("figureList"))->item(0);
        QVERIFY(QDir().mkpath(folder + QLatin1Char('/') + first->data(Qt::UserRole).toString() + QStringLiteral(".svg")));
        dialog->findChild<QLineEdit*>(QStringLiteral("figurePlace"))->setText(folder);
        m.click("figureSaveNow");
        QVERIFY(dialog->isVisible() && m.label("figureProblem")->isVisible());
        QVERIFY(m.window->updatesEnabled() && !walkingFigures());
        QCOMPARE(m.window->currentPage(), QStringLiteral("plan"));
        dialog->reject();
        // In the midst of the tabs of a page that is not the one in front.
        const int tab = m.find<QTabWidget>("planTabs")->currentIndex();
        m.window->showPage(QStringLiteral("model"));
        int seen = 0;
        try {
            walkFigures(*m.find<QStackedWidget>("pages"), [&](Figure&) {
                if (++seen == 2) throw Error(ErrorCode::Io, "figure", "cannot be written");
            });
            QFAIL("nothing was thrown");
        } catch (const Error&) {
        }
        QVERIFY(m.window->updatesEnabled() && !walkingFigures());
        QCOMPARE(m.window->currentPage(), QStringLiteral("model"));
        QCOMPARE(m.find<QTabWidget>("planTabs")->currentIndex(), tab);
    }

    void withoutAModelThereIsNothingToSave() {
        QVERIFY(m.start(scriptedEngine(usualScript())));
        SaveFiguresDialog* dialog = open();
        QCOMPARE(dialog->findChild<QListWidget*>(QStringLiteral("figureList"))->count(), 0);
        QVERIFY(!m.find<QPushButton>("figureSaveNow")->isEnabled());
        QVERIFY(m.label("figureNote")->text().contains(QStringLiteral("open a model")));
        dialog->reject();
    }

    void aDoubleClickOnACurveLeavesTheStepThatIsLookedAt() {
        QVERIFY(m.openBundled());
        QVERIFY(m.runToTheEnd());
        m.window->showPage(QStringLiteral("run"));
        m.studio->session().lookAt(10);
        auto* canvas = m.find<QWidget>("lossPlot_canvas");
        QTest::mouseClick(canvas, Qt::LeftButton, {}, canvas->rect().center());  // a double click as a mouse makes it
        QTest::mouseDClick(canvas, Qt::LeftButton, {}, canvas->rect().center());
        QTest::mouseRelease(canvas, Qt::LeftButton, {}, canvas->rect().center());
        QCOMPARE(m.studio->session().lookedAt(), std::optional(10.0));
        QTest::mouseClick(canvas, Qt::LeftButton, {}, canvas->rect().center());
        QVERIFY(m.studio->session().lookedAt() != std::optional(10.0));
    }

    void highContrastIsChosenInTheMenuAndReachesEverything() {
        QVERIFY(m.openBundled());
        m.find<QAction>("appearance_contrast")->trigger();
        QCOMPARE(m.settings->appearance(), QStringLiteral("contrast"));
        for (const PageEntry& entry : builtinPages()) {
            m.window->showPage(entry.id);
            QApplication::processEvents();
            const QImage image = m.window->grab().toImage();
            QCOMPARE(image.pixelColor(image.width() - 4, image.height() / 2), QColor(Qt::black));
            for (const QLabel* label : m.window->page(entry.id)->findChildren<QLabel*>())
                if (label->isVisible() && !label->text().isEmpty())
                    QVERIFY2(
                        contrastRatio(label->palette().color(label->foregroundRole()), colorsFor(Theme::Black).card) >= 7,
                        qPrintable(entry.id + QLatin1Char(' ') + label->text()));
        }
    }

    void reducedMotionIsChosenAndRemembered() {
        QVERIFY(m.start(scriptedEngine(usualScript())));
        QVERIFY(!reducedMotion());
        m.find<QAction>("actionReducedMotion")->trigger();
        QVERIFY(reducedMotion() && m.settings->reducedMotion());
        m.find<QAction>("actionReducedMotion")->trigger();
        QVERIFY(!reducedMotion() && !m.settings->reducedMotion());
    }

private:
    SaveFiguresDialog* open() const {
        m.find<QAction>("actionSaveFigures")->trigger();
        auto* dialog = m.find<SaveFiguresDialog>("saveFigures");
        return dialog && dialog->isVisible() ? dialog : nullptr;
    }

    WindowFixture m;
};

}  // namespace tst_gui_figures

QTEST_MAIN(tst_gui_figures::TestGuiFigures)
#include "tst_gui_figures.moc"
