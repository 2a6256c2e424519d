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

QTEST_MAIN(TestGuiFigures)
#include "tst_gui_figures.moc"
