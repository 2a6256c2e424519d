#include "core/base/error.h"
#include "tests/ui/ui_support/sample_session.h"
#include "ui/figures/figure_file.h"
#include "ui/figures/figure_table_dialog.h"
#include "ui/figures/save_figures_dialog.h"
#include "ui/graph/graph_view.h"
#include "ui/plots/curve_plot.h"
#include "ui/plots/half_space_plot.h"
#include "ui/plots/point_plot.h"
#include "ui/qcustomplot_include.h"
#include "ui/theme/theme.h"
#include "ui/widgets/bar_list.h"
#include "ui/widgets/group_chart.h"

#include <QAbstractItemModelTester>
#include <QApplication>
#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QContextMenuEvent>
#include <QDir>
#include <QDoubleSpinBox>
#include <QFile>
#include <QFileInfo>
#include <QImage>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPainter>
#include <QPushButton>
#include <QRegularExpression>
#include <QSignalSpy>
#include <QSvgRenderer>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <cmath>
#include <memory>
#include <vector>

namespace tst_ui_figures {

using namespace lorashear;
using namespace lorashear::ui;
using namespace lorashear::testing;

namespace {

constexpr double kInch = 25.4;

std::unique_ptr<CurvePlot> curves() {
    auto plot = std::make_unique<CurvePlot>(
        QStringLiteral("loss"), QStringLiteral("Loss"), QStringLiteral("step"), QStringLiteral("nats"),
        std::vector<CurvePlot::Curve>{{QStringLiteral("each"), CurvePlot::Look::Raw, 7},
                                      {QStringLiteral("kept"), CurvePlot::Look::Points, 2}});
    plot->setCurve(0, {1, 2, 3}, {3.5, std::nan(""), 2.25});
    plot->setCurve(1, {2, 4}, {7, 6.5});
    return plot;
}

std::unique_ptr<PointPlot> points() {
    auto plot = std::make_unique<PointPlot>(
        QStringLiteral("sizes"), QStringLiteral("Sizes"), QStringLiteral("parameters"), QStringLiteral("perplexity"),
        std::vector<PointPlot::Series>{{QStringLiteral("estimate"), PointPlot::Ink::Estimate},
                                       {QStringLiteral("runs"), PointPlot::Ink::Measured}});
    plot->setPoints(0, {{200000, 6, {}, {}, 5.5, 6.5}});
    plot->setPoints(1, {{208000, 4.75, QStringLiteral("one"), QStringLiteral("run one"), 0, 0}});
    return plot;
}

std::unique_ptr<HalfSpacePlot> halfSpace() {
    auto plot = std::make_unique<HalfSpacePlot>(QStringLiteral("half"), QStringLiteral("Half-space"));
    plot->setPoints({{{2, 5}, UnitKind::Mlp, 0.9, 1.5, HalfSpacePlot::Fate::Fading, QStringLiteral("fifth")},
                     {{0, 1}, UnitKind::Attention, 0.05, 0.5, HalfSpacePlot::Fate::Projected, QStringLiteral("first")}},
                    0.1);
    plot->setReach({0, 0, 1, 2});
    return plot;
}

std::unique_ptr<BarList> bars(int count = 3) {
    auto list = std::make_unique<BarList>(QStringLiteral("bars"), QStringLiteral("Kept"));
    std::vector<BarRow> rows;
    for (int i = 0; i < count; ++i) {
        BarRow row;
        row.id = i, row.label = QStringLiteral("layers.%1").arg(i), row.value = 10 + i, row.full = 200;
        row.category = 0, row.text = QString::number(10 + i);
        rows.push_back(row);
    }
    list->setRows(rows);
    return list;
}

std::unique_ptr<GroupChart> chart() {
    auto widget = std::make_unique<GroupChart>(QStringLiteral("chart"), QStringLiteral("Saliencies"));
    widget->setBars({{0, 0.5, 2, false, QStringLiteral("first")}, {1, 0.25, 1, true, QStringLiteral("second")}}, 0);
    return widget;
}

std::unique_ptr<GraphView> graph() {
    auto view = std::make_unique<GraphView>();
    view->setStructure(sampleStructure());
    return view;
}

QAction* actionOf(QMenu* menu, const char* name) {
    return menu->findChild<QAction*>(QString::fromLatin1(name));
}

/// Where the mouse is: on the canvas of a plot.
QMenu* menuOf(QWidget& widget) {
    auto* canvas = widget.findChild<QWidget*>(widget.objectName() + QStringLiteral("_canvas"));
    QWidget* under = canvas ? canvas : &widget;
    QContextMenuEvent ask(QContextMenuEvent::Mouse, QPoint(4, 4), under->mapToGlobal(QPoint(4, 4)));
    QApplication::sendEvent(under, &ask);
    return widget.findChild<QMenu*>(widget.objectName() + QStringLiteral("_menu"));
}

QByteArray contentOf(const QString& file) {
    QFile opened(file);
    return opened.open(QIODevice::ReadOnly) ? opened.readAll() : QByteArray();
}

/// A number of a file's text, by the pattern's first group.
double numberIn(const QByteArray& text, const char* pattern) {
    const auto match = QRegularExpression(QString::fromLatin1(pattern)).match(QString::fromLatin1(text));
    return match.hasMatch() ? match.captured(1).toDouble() : std::nan("");
}

int inked(const QImage& image, const QRect& part, const QColor& ground) {
    int count = 0;
    for (int y = part.top(); y <= part.bottom(); ++y)
        for (int x = part.left(); x <= part.right(); ++x) count += image.pixelColor(x, y) != ground;
    return count;
}

}  // namespace

/// Everything that can leave the window as a figure: its numbers, its files, its menu.
class TestUiFigures : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() { applyAppearance(*qApp, Appearance::Light); }
    void cleanup() { applyAppearance(*qApp, Appearance::Light); }

    void curvesAreATableByStep() {
        const auto plot = curves();
        QCOMPARE(figureCsv(*plot), QStringLiteral("\"step\",\"each\",\"kept\"\n1,3.5,\n2,nan,7\n3,2.25,\n4,,6.5\n"));
        CurvePlot empty(QStringLiteral("none"), QStringLiteral("None"), QStringLiteral("step"), {},
                        {{QStringLiteral("each"), CurvePlot::Look::Raw, 7}});
        QVERIFY(!empty.hasData());
        QCOMPARE(figureCsv(empty), QStringLiteral("\"step\"\n"));
    }

    void aStepThatACurveHasTwiceIsThereTwice() {
        CurvePlot plot(QStringLiteral("loss"), QStringLiteral("Loss"), QStringLiteral("step"), {},
                       {{QStringLiteral("each"), CurvePlot::Look::Raw, 7}});
        plot.setCurve(0, {1, 2, 2, 3}, {4, 3, 2, 1});
        QCOMPARE(plot.figureTable().rows.size(), std::size_t(4));
    }

    void pointsAndGroupsAreTablesToo() {
        QCOMPARE(figureCsv(*points()),
                 QStringLiteral("\"Series\",\"Point\",\"parameters\",\"perplexity\",\"at least\",\"at most\"\n"
                                "\"estimate\",\"\",200000,6,5.5,6.5\n\"runs\",\"one\",208000,4.75,,\n"));
        const FigureTable seen = halfSpace()->figureTable();
        QCOMPARE(seen.rows.size(), std::size_t(2));
        QCOMPARE(seen.rows[1][0].toInt(), 0);
        QCOMPARE(seen.rows[1][3].toDouble(), 0.05);
        QCOMPARE(seen.rows[1][6].toString(), QStringLiteral("first"));
        QCOMPARE(bars()->figureTable().rows[2][1].toDouble(), 12.0);
        QCOMPARE(chart()->figureTable().rows[1][2].toInt(), 1);
        const auto view = graph();
        QCOMPARE(view->figureTable().rows.size(), view->folded().boxes.size());
    }

    void tablesObeyTheRulesOfModels() {
        const std::vector<std::shared_ptr<Figure>> all{curves(), points(), halfSpace(), bars(), chart(), graph()};
        for (const auto& figure : all) {
            const FigureTable table = figure->figureTable();
            for (const auto& row : table.rows) QCOMPARE(row.size(), table.columns.size());
            const auto model = figureModel(table);
            QAbstractItemModelTester tester(model.get(), QAbstractItemModelTester::FailureReportingMode::QtTest);
            QVERIFY(model->rowCount() > 0 && model->columnCount() > 1);
        }
    }

    void everyFigureSaysInWordsWhatItShows() {
        const std::vector<std::pair<std::shared_ptr<Figure>, QString>> all{
            {curves(), QStringLiteral("each 2.250")},  {points(), QStringLiteral("4.750 at 208 K")},
            {halfSpace(), QStringLiteral("2 groups")}, {bars(), QStringLiteral("from 10 (layers.0) to 12 (layers.2)")},
            {chart(), QStringLiteral("0.25")},         {graph(), QStringLiteral("box")}};
        for (const auto& [figure, words] : all)  // none was ever shown
            QVERIFY2(figureSummary(*figure).contains(words), qPrintable(figureSummary(*figure)));
    }

    void everyPlotOffersTheSame() {
        const std::vector<std::shared_ptr<QWidget>> all{curves(), points(), halfSpace(), chart()};
        for (const auto& plot : all) {
            QMenu* menu = menuOf(*plot);
            QVERIFY2(menu, qPrintable(plot->objectName()));
            for (const char* name : {"figureAsTable", "figureAsCsv", "figureAsPicture", "figureSave"})
                QVERIFY2(actionOf(menu, name) && actionOf(menu, name)->isEnabled(), name);
            actionOf(menu, "figureAsCsv")->trigger();
            QCOMPARE(QApplication::clipboard()->text(), figureCsv(*dynamic_cast<Figure*>(plot.get())));
            menu->close();
        }
        PointPlot empty(QStringLiteral("none"), QStringLiteral("None"), {}, {}, {{QStringLiteral("runs")}});
        QVERIFY(!actionOf(menuOf(empty), "figureSave")->isEnabled());  // of nothing there is no file
    }

    void theTableDialogIsReadAgainAndCopied() {
        const auto plot = curves();
        auto* dialog = new FigureTableDialog(*plot, nullptr);
        dialog->show();
        auto* table = dialog->findChild<QTableView*>(QStringLiteral("loss_table"));
        QCOMPARE(table->model()->rowCount(), 4);
        QCOMPARE(table->accessibleName(), QStringLiteral("Loss as a table"));
        plot->setCurve(1, {2, 4, 6}, {7, 6.5, 6});
        QCOMPARE(table->model()->rowCount(), 4);  // what was opened stays until it is asked for
        dialog->findChild<QPushButton*>(QStringLiteral("figureReadAgain"))->click();
        QCOMPARE(table->model()->rowCount(), 5);
        dialog->findChild<QPushButton*>(QStringLiteral("figureCopyCsv"))->click();
        QCOMPARE(QApplication::clipboard()->text(), figureCsv(*plot));
        dialog->close();
    }

    void filesAreAsLargeAsTheyWereAskedToBe() {
        FigureChoice choice;
        choice.width = 80, choice.height = 50;
        const auto plot = curves();
        const auto save = [&](const char* format) {
            choice.format = QString::fromLatin1(format);
            const QString file = m_dir.filePath(QStringLiteral("sized.") + choice.format);
            saveFigure(*plot, file, choice);
            return file;
        };
        const QByteArray svg = contentOf(save("svg"));
        QVERIFY(std::abs(numberIn(svg, "<svg width=\"([0-9.]+)mm\"") - 80) < 0.3);
        QVERIFY(std::abs(numberIn(svg, "height=\"([0-9.]+)mm\"") - 50) < 0.3);
        QVERIFY(svg.contains("<title>Loss</title>") && svg.contains("<desc>each 2.250"));
        const QByteArray pdf = contentOf(save("pdf"));
        QVERIFY(std::abs(numberIn(pdf, "MediaBox \\[0 0 ([0-9.]+)") - 80 / kInch * 72) < 1);
        QVERIFY(std::abs(numberIn(pdf, "MediaBox \\[0 0 [0-9.]+ ([0-9.]+)") - 50 / kInch * 72) < 1);
        const QImage png(save("png"));
        QCOMPARE(png.size(), QSize(945, 591));
        QCOMPARE(png.dotsPerMeterX(), 11811);
        QCOMPARE(png.text(QStringLiteral("Title")), QStringLiteral("Loss"));
    }

    void everyFigureIsWrittenInEveryFormat() {
        const std::vector<std::shared_ptr<Figure>> all{curves(), points(), halfSpace(), bars(), chart(), graph()};
        for (const auto& figure : all)
            for (const FigureFormat& format : figureFormats()) {
                FigureChoice choice;
                choice.format = format.id;
                const QString file = m_dir.filePath(figureName(*figure) + QLatin1Char('.') + format.ending);
                saveFigure(*figure, file, choice);
                QVERIFY2(QFileInfo(file).size() > 1000, qPrintable(file));
                QImage image(640, 360, QImage::Format_RGB32);
                image.fill(Qt::white);
                if (format.id == QLatin1String("pdf")) continue;
                if (format.pixels)
                    image.load(file);
                else {
                    QPainter painter(&image);
                    QSvgRenderer(file).render(&painter);
                }
                QVERIFY2(inked(image, image.rect(), image.pixelColor(1, 1)) > 500, qPrintable(file));
            }
    }

    void whatIsSavedIsBlackOnWhiteUnlessAskedOtherwise() {
        applyAppearance(*qApp, Appearance::Dark);
        const auto plot = curves();
        FigureChoice choice;
        choice.format = QStringLiteral("png");
        const QString file = m_dir.filePath(QStringLiteral("theme.png"));
        saveFigure(*plot, file, choice);
        QCOMPARE(QImage(file).pixelColor(2, 2), QColor(Qt::white));
        QVERIFY(colors(plot->palette()).dark);  // the window keeps its own
        choice.onWhite = false;
        saveFigure(*plot, file, choice);
        QCOMPARE(QImage(file).pixelColor(2, 2), colorsFor(Theme::Dark).card);
    }

    void whatIsSavedOnWhiteFromADarkWindowHasColoursForWhite() {
        applyAppearance(*qApp, Appearance::Dark);
        FigureChoice choice;
        choice.format = QStringLiteral("png");
        const QString file = m_dir.filePath(QStringLiteral("inks.png"));
        const auto list = bars();
        const auto groups = chart();
        for (Figure* figure : {static_cast<Figure*>(list.get()), static_cast<Figure*>(groups.get())}) {
            saveFigure(*figure, file, choice);
            const QImage image(file);
            const auto count = [&](const QColor& ink) {
                int found = 0;
                for (int y = 0; y < image.height(); ++y)
                    for (int x = 0; x < image.width(); ++x) found += image.pixelColor(x, y) == ink;
                return found;
            };
            QVERIFY2(count(okabeIto(0, false)) > 100, qPrintable(figureName(*figure)));
            QCOMPARE(count(okabeIto(0, true)), 0);
        }
    }

    void aPictureLargerThanCanBePaintedIsRefused() {
        const auto plot = curves();
        FigureChoice choice;
        choice.format = QStringLiteral("png");
        choice.width = 1000, choice.dotsPerInch = 1200;  // 47,244 pixels
        const QString file = m_dir.filePath(QStringLiteral("large.png"));
        try {
            saveFigure(*plot, file, choice);
            QFAIL("it was written");
        } catch (const Error& error) {
            QCOMPARE(error.code(), ErrorCode::Impossible);
        }
        QVERIFY(!QFile::exists(file));
    }

    /// SVG knows no clipping here: what lies beyond the axes of a plot that was zoomed is covered.
    void aZoomedCurveStaysWithinItsAxes() {
        CurvePlot plot(QStringLiteral("steep"), QStringLiteral("Steep"), {}, {},
                       {{QStringLiteral("each"), CurvePlot::Look::Smooth, 0}});
        plot.setCurve(0, {0, 5, 10}, {0, 1000, 0});
        plot.bringUpToDate();
        plot.zoomBy(4);
        FigureChoice choice;
        const QString file = m_dir.filePath(QStringLiteral("steep.svg"));
        saveFigure(plot, file, choice);
        QSvgRenderer svg(file);
        QImage image(svg.defaultSize(), QImage::Format_RGB32);
        image.fill(Qt::white);
        QPainter painter(&image);
        svg.render(&painter);
        painter.end();
        QVERIFY(inked(image, image.rect(), Qt::white) > 500);
        QCOMPARE(inked(image, QRect(0, 0, image.width(), 3), Qt::white), 0);  // the peak lies far above
    }

    void aListIsSavedWithAllItsRows() {
        const auto list = bars(60);
        list->resize(400, 120);
        list->show();
        FigureChoice choice;
        choice.format = QStringLiteral("png");
        choice.width = 100, choice.height = 60;
        const QString file = m_dir.filePath(QStringLiteral("rows.png"));
        saveFigure(*list, file, choice);
        const QImage image(file);
        QVERIFY(inked(image, QRect(0, image.height() * 3 / 4, image.width(), image.height() / 8), Qt::white) > 100);
        QCOMPARE(list->size(), QSize(400, 120));
    }

    void curvesOfOneLookDifferByTheirMarks() {
        std::vector<CurvePlot::Curve> many;
        for (const auto look : {CurvePlot::Look::Smooth, CurvePlot::Look::Steps, CurvePlot::Look::Points}) {
            many.clear();
            for (int i = 0; i < 8; ++i) many.push_back({QString::number(i), look, i, true});
            const CurvePlot overlaid(QStringLiteral("many"), QStringLiteral("Many"), {}, {}, many);
            for (int i = 0; i < 8; ++i) QCOMPARE(overlaid.markOf(i), i);
        }
        QCOMPARE(curves()->markOf(0), -1);  // one alone needs none
    }

    void aDoubleClickOnACurvePicksNoStep() {
        const auto plot = curves();
        plot->resize(500, 300);
        plot->show();
        QVERIFY(QTest::qWaitForWindowExposed(plot.get()));
        auto* canvas = plot->findChild<QWidget*>(QStringLiteral("loss_canvas"));
        QSignalSpy picked(plot.get(), &CurvePlot::stepPicked), back(plot.get(), &CurvePlot::pickTakenBack);
        QTest::mouseClick(canvas, Qt::LeftButton, {}, canvas->rect().center());
        QCOMPARE(picked.count(), 1);
        QCOMPARE(back.count(), 0);
        QTest::mouseClick(canvas, Qt::LeftButton, {}, canvas->rect().center());  // a double click as a mouse makes it
        QTest::mouseDClick(canvas, Qt::LeftButton, {}, canvas->rect().center());
        QTest::mouseRelease(canvas, Qt::LeftButton, {}, canvas->rect().center());
        QCOMPARE(picked.count(), 2);  // of its first click, which is taken back
        QCOMPARE(back.count(), 1);
        QTest::mouseClick(canvas, Qt::LeftButton, {}, canvas->rect().center());
        QCOMPARE(picked.count(), 3);
    }

    void theDialogNamesWhatItWritesAndWhatItReplaces() {
        const auto plot = curves();
        auto* dialog = new SaveFiguresDialog(*plot, nullptr);
        const auto find = [&](const char* name) { return dialog->findChild<QWidget*>(QString::fromLatin1(name)); };
        auto* place = static_cast<QLineEdit*>(find("figurePlace"));
        auto* note = static_cast<QLabel*>(find("figureNote"));
        auto* save = static_cast<QPushButton*>(find("figureSaveNow"));
        auto* format = static_cast<QComboBox*>(find("figureFormat"));
        dialog->open();
        QVERIFY(place->text().endsWith(QStringLiteral("loss")));
        place->clear();
        QVERIFY(!save->isEnabled());
        format->setCurrentIndex(format->findData(QStringLiteral("svg")));
        QVERIFY(!find("figureDots")->isEnabled());
        place->setText(m_dir.filePath(QStringLiteral("new/figure")));
        QCOMPARE(dialog->files(), QStringList{m_dir.filePath(QStringLiteral("new/figure.svg"))});
        QSignalSpy saved(dialog, &SaveFiguresDialog::saved);
        save->click();
        QCOMPARE(saved.count(), 1);
        QVERIFY(QFile::exists(m_dir.filePath(QStringLiteral("new/figure.svg"))));
        auto* again = new SaveFiguresDialog(*plot, nullptr);
        again->open();
        again->findChild<QLineEdit*>(QStringLiteral("figurePlace"))->setText(m_dir.filePath(QStringLiteral("new/figure")));
        QVERIFY(again->findChild<QLabel*>(QStringLiteral("figureNote"))->text().contains(QStringLiteral("replaced")));
        again->reject();
        Q_UNUSED(note);
    }

    void aPlaceThatCannotBeWrittenIsSaidInTheDialog() {
        const auto plot = curves();
        QFile taken(m_dir.filePath(QStringLiteral("taken")));
        QVERIFY(taken.open(QIODevice::WriteOnly));
        taken.close();
        auto* dialog = new SaveFiguresDialog(*plot, nullptr);
        dialog->open();
        dialog->findChild<QLineEdit*>(QStringLiteral("figurePlace"))->setText(taken.fileName() + QStringLiteral("/figure"));
        QSignalSpy saved(dialog, &SaveFiguresDialog::saved);
        dialog->findChild<QPushButton*>(QStringLiteral("figureSaveNow"))->click();
        QCOMPARE(saved.count(), 0);
        auto* problem = dialog->findChild<QLabel*>(QStringLiteral("figureProblem"));
        QVERIFY(problem->isVisible() && problem->text().contains(QStringLiteral("taken")));
        dialog->reject();
    }

    /// The first and the last checkpoint's marks are seen whole; curves without marks use all of the width.
    void marksAtTheEdgesAreNotCut() {
        for (const auto look : {CurvePlot::Look::Points, CurvePlot::Look::Rings, CurvePlot::Look::Raw}) {
            CurvePlot plot(QStringLiteral("p"), QStringLiteral("P"), {}, {}, {{QStringLiteral("c"), look, 0}});
            plot.resize(240, 160);
            plot.show();
            QVERIFY(QTest::qWaitForWindowExposed(&plot));
            plot.setCurve(0, {0, 10, 60}, {4, 5, 4.5});
            plot.refresh();
            QApplication::processEvents();
            const double radius = look == CurvePlot::Look::Rings ? 5.5 : look == CurvePlot::Look::Points ? 3.5 : 0;
            const auto beside = [&](double least) {
                const QRectF shown = plot.shown();
                const double pixel =
                    shown.width() / plot.findChild<QCustomPlot*>(QStringLiteral("p_canvas"))->axisRect()->width();
                const double room = std::min(-shown.left(), shown.right() - 60) / pixel;
                return room >= least && room <= least + 1.5;  // and no more of the width is taken
            };
            QTRY_VERIFY2(beside(radius), qPrintable(QString::number(radius)));
            if (radius == 0) QCOMPARE(plot.shown().left(), 0.0);
            plot.resize(900, 160);
            QTRY_VERIFY2(beside(radius), qPrintable(QString::number(radius)));
            plot.resize(140, 160);
            QTRY_VERIFY2(beside(radius), qPrintable(QString::number(radius)));
        }
    }

private:
    QTemporaryDir m_dir;
};

}  // namespace tst_ui_figures

QTEST_MAIN(tst_ui_figures::TestUiFigures)
#include "tst_ui_figures.moc"
