#include "core/loadability/rules.h"
#include "core/prune/method_table.h"
#include "core/recover/scheme_table.h"
#include "tests/ui/ui_support/sample_session.h"
#include "ui/controller/session.h"
#include "ui/graph/graph_view.h"
#include "ui/models/row_table.h"
#include "ui/plots/curve_plot.h"
#include "ui/theme/theme.h"
#include "ui/widgets/bar_list.h"
#include "ui/widgets/error_strip.h"
#include "ui/widgets/loadability_strip.h"
#include "ui/widgets/option_form.h"
#include "ui/widgets/pieces.h"
#include "ui/widgets/recipe_form.h"
#include "ui/widgets/schedule_parts.h"
#include "ui/widgets/token_ribbon.h"

#include <QAbstractItemModelTester>
#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QFormLayout>
#include <QHelpEvent>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLabel>
#include <QLineEdit>
#include <QMouseEvent>
#include <QPushButton>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTableView>
#include <QTest>
#include <QTextDocument>
#include <QToolTip>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

namespace tst_ui_widgets {

using namespace lorashear;
using namespace lorashear::ui;
using namespace lorashear::testing;

class TestUiWidgets : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void tableObeysTheRulesOfModels() {
        RowTable<int> table({{QStringLiteral("number"), [](const int& n) { return QString::number(n); }, true},
                             {QStringLiteral("square"), [](const int& n) { return QString::number(n * n); }}});
        QAbstractItemModelTester tester(&table, QAbstractItemModelTester::FailureReportingMode::QtTest);
        table.setRows({1, 2, 3});
        QCOMPARE(table.data(table.index(2, 1)).toString(), QStringLiteral("9"));
        QSignalSpy resets(&table, &QAbstractItemModel::modelReset);
        table.setRows({4, 5, 6});
        QCOMPARE(resets.count(), 0);  // same shape: selection and scroll position stay
        table.setRows({});
        QCOMPARE(table.rowCount(), 0);
        QVERIFY(!table.data(table.index(0, 0)).isValid());
    }

    void cutTextsAndTipsComeUpForTheKeyboard() {
        RowTable<QString> rows({{QStringLiteral("name"), [](const QString& s) { return s; }, false,
                                 [](const QString& s) { return QStringLiteral("tip of ") + s.left(3); }}});
        QWidget window;
        QTableView* table = makeTable(QStringLiteral("table"), QStringLiteral("Table"), &rows, &window);
        const QString path = QStringLiteral("/a/long/path/").repeated(20);
        rows.setRows({QStringLiteral("one"), path});
        table->resize(200, 120);
        window.resize(220, 140);
        window.show();
        window.activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&window));
        table->setFocus();
        table->setCurrentIndex(rows.index(0, 0));
        QTest::keyClick(table, Qt::Key_Down);
        QVERIFY2(QToolTip::text().startsWith(path), qPrintable(QToolTip::text()));
        QTest::keyClick(table, Qt::Key_Up);
        QCOMPARE(QToolTip::text(), QStringLiteral("tip of one"));
        QToolTip::hideText();
    }

    void barsAreWalkedAndLockedByKeyboard() {
        BarList bars(QStringLiteral("bars"), QStringLiteral("Bars"));
        std::vector<BarRow> rows(3);
        for (int i = 0; i < 3; ++i)
            rows[std::size_t(i)].id = 10 + i, rows[std::size_t(i)].value = i - 1, rows[std::size_t(i)].lock = i < 2;
        bars.setRows(rows);
        bars.resize(400, 200);
        bars.show();
        QSignalSpy current(&bars, &BarList::currentChanged), locks(&bars, &BarList::lockToggled);
        QTest::keyClick(&bars, Qt::Key_Down);
        QTest::keyClick(&bars, Qt::Key_Down);
        QCOMPARE(bars.current(), 11);
        QTest::keyClick(&bars, Qt::Key_Space);
        QCOMPARE(locks.count(), 1);
        QCOMPARE(locks[0][0].toInt(), 11);
        QTest::keyClick(&bars, Qt::Key_End);
        QTest::keyClick(&bars, Qt::Key_Space);  // has no padlock
        QCOMPARE(locks.count(), 1);
        QTest::keyClick(&bars, Qt::Key_Down);  // stays at the end
        QCOMPARE(bars.current(), 12);
        QCOMPARE(current.count(), 3);
        QVERIFY(!bars.grab().isNull());
    }

    void formFieldAndUndoAgree() {
        Session session;
        QWidget page;
        auto* form = new RecipeForm(session, new QFormLayout(&page), &page);
        QDoubleSpinBox* ratio = form->number(
            fieldOf(QStringLiteral("ratio"), QStringLiteral("Remove"), "/plan/ratio", QStringLiteral("%")), 1, 1,
            [](Recipe& r) -> double& { return r.plan.ratio; }, 100);
        QCOMPARE(ratio->value(), 20.0);
        QCOMPARE(ratio->minimum(), 0.1);  // an open end is one step of the last decimal away
        QCOMPARE(ratio->maximum(), 99.9);
        ratio->setValue(35);
        QCOMPARE(session.recipe().plan.ratio, 0.35);
        session.undoStack().undo();
        QCOMPARE(ratio->value(), 20.0);
        QCOMPARE(session.recipe().plan.ratio, 0.2);
        QCOMPARE(ratio->accessibleName(), QStringLiteral("Remove"));
    }

    void fieldDoesNotRoundWhatItOnlyShows() {
        Session session;
        QWidget page;
        auto* form = new RecipeForm(session, new QFormLayout(&page), &page);
        form->number(
            fieldOf(QStringLiteral("ratio"), QStringLiteral("Remove"), "/plan/ratio"), 1, 1,
            [](Recipe& r) -> double& { return r.plan.ratio; }, 100);
        Recipe recipe;
        recipe.plan.ratio = 0.123456;
        session.setRecipe(recipe);
        QCOMPARE(session.recipe().plan.ratio, 0.123456);
        QCOMPARE(session.undoStack().count(), 0);
    }

    void everyMethodGetsAFormFromItsTable() {
        Session session;
        MethodForm form(session);
        auto* method = form.findChild<QComboBox*>(QStringLiteral("method"));
        for (const MethodInfo& info : methodTable()) {
            session.edit(QStringLiteral("method"),
                         [&](Recipe& r) { r.method.id = info.id, r.method.optionsJson = "{}", r.model.path = "model"; });
            QCOMPARE(method->currentData().toString().toStdString(), info.id);
            for (const Setting& spec : info.options.settings) {
                const QString name = QStringLiteral("option_") + QString::fromStdString(spec.key);
                const bool weights = spec.type == SettingType::Weights;
                QVERIFY2(form.findChild<QWidget*>(
                             weights ? name + QLatin1Char('_') + QString::fromStdString(spec.choices.front()) : name),
                         qPrintable(name));
            }
            // what the form writes is what the recipe's parser takes
            QCOMPARE(parseRecipe(recipeText(session.recipe()), "recipe").method.id, info.id);
        }
    }

    void everySchemeGetsAFormFromItsTable() {
        Session session;
        SchemeForm form(session);
        for (const SchemeInfo& info : schemeTable()) {
            session.edit(QStringLiteral("scheme"), [&](Recipe& r) {
                r.recovery.scheme = info.id, r.recovery.optionsJson = "{}", r.model.path = "model";
            });
            QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);  // the fields of the scheme before
            for (const Setting& setting : info.options.settings) {
                auto* field = form.findChild<QWidget*>(QStringLiteral("recovery_") + QString::fromStdString(setting.key));
                QVERIFY2(field, setting.key.c_str());
                QCOMPARE(field->accessibleDescription(), QString::fromStdString(setting.help));
                if (auto* box = qobject_cast<QSpinBox*>(field)) QCOMPARE(double(box->maximum()), setting.range.most);
            }
            QCOMPARE(parseRecipe(recipeText(session.recipe()), "recipe").recovery.scheme, info.id);
        }
    }

    // Lists of names are a line with commas.
    void namesAreEditedAsALine() {
        Session session;
        SchemeForm form(session);
        session.edit(QStringLiteral("scheme"), [](Recipe& r) {
            r.recovery.scheme = "prunelora", r.recovery.optionsJson = R"({"forget": ["a", "b"]})";
        });
        auto* line = form.findChild<QLineEdit*>(QStringLiteral("recovery_forget"));
        QVERIFY(line);
        QCOMPARE(line->text(), QStringLiteral("a, b"));
        line->setText(QStringLiteral(" old news,, b ,"));
        Q_EMIT line->editingFinished();
        const auto options =
            QJsonDocument::fromJson(QByteArray::fromStdString(session.recipe().recovery.optionsJson)).object();
        QCOMPARE(options.value(QStringLiteral("forget")).toArray(),
                 (QJsonArray{QStringLiteral("old news"), QStringLiteral("b")}));
        QCOMPARE(line->text(), QStringLiteral("old news, b"));
        session.undoStack().undo();
        QCOMPARE(line->text(), QStringLiteral("a, b"));
    }

    // An edit writes today's names, whatever the recipe came with.
    void optionsOfFormerNamesAreShownAndRenamed() {
        Session session;
        session.edit(QStringLiteral("old"),
                     [](Recipe& r) { r.method.optionsJson = R"({"periodSteps": 3, "warmupSteps": 4})"; });
        MethodForm form(session);
        QCOMPARE(form.findChild<QSpinBox*>(QStringLiteral("option_period_steps"))->value(), 3);
        form.findChild<QSpinBox*>(QStringLiteral("option_periods"))->setValue(6);
        QVERIFY(session.recipe().method.optionsJson.find("periodSteps") == std::string::npos);
        const auto parts = partsOf(session);
        QCOMPARE(parts.front().steps, 4.0);
        QCOMPARE(parts.at(1).steps, 3.0);
    }

    void optionEditsReachTheRecipe() {
        Session session;
        MethodForm form(session);
        auto* periods = form.findChild<QSpinBox*>(QStringLiteral("option_periods"));
        QVERIFY(periods);
        periods->setValue(7);
        const QJsonObject options =
            QJsonDocument::fromJson(QByteArray::fromStdString(session.recipe().method.optionsJson)).object();
        QCOMPARE(options.value(QStringLiteral("periods")).toInt(), 7);
        const auto parts = partsOf(session);
        QCOMPARE(std::count_if(parts.begin(), parts.end(), [](const TimelinePart& p) { return p.marker; }), 7);
        session.undoStack().undo();
        QVERIFY(periods->value() != 7);
    }

    void plotMarksWhatIsNoNumber() {
        CurvePlot plot(
            QStringLiteral("loss"), QStringLiteral("Loss"), QStringLiteral("step"), QStringLiteral("nats"),
            {{QStringLiteral("raw"), CurvePlot::Look::Raw, 7}, {QStringLiteral("smooth"), CurvePlot::Look::Smooth, 0}});
        plot.resize(500, 300);
        plot.show();
        QVERIFY(QTest::qWaitForWindowExposed(&plot));
        plot.setCurve(0, {1, 2, 3}, {2.0, std::nan(""), 1.5});
        plot.refresh();
        QCOMPARE(plot.pointCount(0), 3);
        QCOMPARE(plot.markCount(), 1);
        QVERIFY(plot.accessibleDescription().contains(QStringLiteral("not a number")));
        QVERIFY(plot.accessibleDescription().contains(QStringLiteral("1.500")));
    }

    void hiddenPlotIsNotDrawn() {
        CurvePlot plot(QStringLiteral("loss"), QStringLiteral("Loss"), {}, {},
                       {{QStringLiteral("raw"), CurvePlot::Look::Raw, 7}});
        for (int i = 0; i < 100; ++i) {
            plot.setCurve(0, {1, 2}, {2.0, 1.5});
            plot.refresh();
        }
        QCOMPARE(plot.replotCount(), 0);
        plot.show();
        QTRY_VERIFY(plot.replotCount() > 0);
        QCOMPARE(plot.pointCount(0), 2);
    }

    void plotFollowsUntilItIsReallyMoved() {
        CurvePlot plot(QStringLiteral("loss"), QStringLiteral("Loss"), {}, {},
                       {{QStringLiteral("smooth"), CurvePlot::Look::Smooth, 0}});
        plot.resize(500, 300);
        plot.show();
        QVERIFY(QTest::qWaitForWindowExposed(&plot));
        plot.setCurve(0, {1, 2, 3}, {2.0, 1.8, 1.5});
        plot.refresh();
        auto* canvas = plot.findChild<QWidget*>(QStringLiteral("loss_canvas"));
        auto* follow = plot.findChild<QPushButton*>(QStringLiteral("loss_follow"));
        const QPoint middle = canvas->rect().center();
        QTRY_VERIFY(plot.replotCount() > 0);
        QTest::mouseClick(canvas, Qt::LeftButton, {}, middle);
        QVERIFY(plot.following() && !follow->isVisible());
        QTest::mousePress(canvas, Qt::LeftButton, {}, middle);
        QTest::mouseMove(canvas, middle + QPoint(2, 1));  // a hand that is not quite still
        QTest::mouseRelease(canvas, Qt::LeftButton, {}, middle + QPoint(2, 1));
        QVERIFY(plot.following());
        QTest::mousePress(canvas, Qt::LeftButton, {}, middle);
        QMouseEvent move(QEvent::MouseMove, middle + QPoint(60, 20), canvas->mapToGlobal(middle + QPoint(60, 20)),
                         Qt::NoButton, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(canvas, &move);
        QTest::mouseRelease(canvas, Qt::LeftButton, {}, middle + QPoint(60, 20));
        QVERIFY(!plot.following() && follow->isVisible());
        QTest::mouseClick(follow, Qt::LeftButton);
        QVERIFY(plot.following() && !follow->isVisible());
    }

    void plotIsZoomedAndMovedByKeys() {
        CurvePlot plot(QStringLiteral("loss"), QStringLiteral("Loss"), {}, {},
                       {{QStringLiteral("smooth"), CurvePlot::Look::Smooth, 0}});
        plot.resize(500, 300);
        plot.show();
        QVERIFY(QTest::qWaitForWindowExposed(&plot));
        plot.setCurve(0, {0, 10}, {1, 3});
        plot.refresh();
        const QRectF all = plot.shown();
        QTest::keyClick(&plot, Qt::Key_Plus);
        QVERIFY(plot.shown().width() < all.width() && plot.shown().height() < all.height());
        QVERIFY(!plot.following());
        const QRectF close = plot.shown();
        QTest::keyClick(&plot, Qt::Key_Right);
        QTest::keyClick(&plot, Qt::Key_Up);
        QVERIFY(plot.shown().left() > close.left() && plot.shown().top() > close.top());
        QTest::keyClick(&plot, Qt::Key_Left);
        QTest::keyClick(&plot, Qt::Key_Down);
        QTest::keyClick(&plot, Qt::Key_Minus);
        QVERIFY(qAbs(plot.shown().width() - all.width()) < 1e-9);
        QTest::keyClick(&plot, Qt::Key_0);
        QVERIFY(plot.following());
        QCOMPARE(plot.shown(), all);
        QVERIFY(plot.toolTip().isEmpty());  // the help is at the head: where one rests, the values are told
        QVERIFY(plot.findChild<QLabel*>(QStringLiteral("loss_title"))->toolTip().contains(QStringLiteral("arrow keys")));
    }

    /// A double click is of one bar: it asks of the one that was chosen, and chooses where it meets another.
    void aDoubleClickAsksOfTheBarThatIsChosen() {
        TokenRibbon ribbon(QStringLiteral("ribbon"), QStringLiteral("Ribbon"));
        ribbon.setTokens({QStringLiteral("a"), QStringLiteral("<s>"), QStringLiteral("\n"), QStringLiteral("d")},
                         {0.5, 1, 2, 0.25}, -1, {});
        ribbon.setCanAsk(true);
        ribbon.resize(400, 60);
        ribbon.show();
        QVERIFY(ribbon.words(2).contains(QStringLiteral("“\\n”")));
        QCOMPARE(ribbon.accessibleDescription(), QStringLiteral("4 tokens"));
        QSignalSpy asked(&ribbon, &TokenRibbon::asked);
        const auto send = [&](QEvent::Type type, Qt::MouseButton button, int x) {
            QMouseEvent event(type, QPointF(x, 30), ribbon.mapToGlobal(QPointF(x, 30)), button, button, Qt::NoModifier);
            QApplication::sendEvent(&ribbon, &event);
        };
        send(QEvent::MouseButtonPress, Qt::LeftButton, 50);
        send(QEvent::MouseButtonDblClick, Qt::LeftButton, 350);
        QCOMPARE(ribbon.current(), 3);
        QCOMPARE(asked.count(), 0);
        send(QEvent::MouseButtonPress, Qt::RightButton, 350);
        send(QEvent::MouseButtonDblClick, Qt::RightButton, 350);
        QCOMPARE(asked.count(), 0);
        send(QEvent::MouseButtonPress, Qt::LeftButton, 150);
        send(QEvent::MouseButtonDblClick, Qt::LeftButton, 150);
        QCOMPARE(asked.count(), 1);
        QCOMPARE(asked[0][0].toInt(), 1);
        // its tip is read as it stands, too
        QHelpEvent help(QEvent::ToolTip, QPoint(150, 30), ribbon.mapToGlobal(QPoint(150, 30)));
        QApplication::sendEvent(&ribbon, &help);
        QTextDocument tip;
        tip.setHtml(QToolTip::text());
        QVERIFY2(tip.toPlainText().contains(QStringLiteral("“<s>”")), qPrintable(QToolTip::text()));
        QToolTip::hideText();
        ribbon.setTokens({QStringLiteral("a")}, {0.5}, -1, {});
        QCOMPARE(ribbon.accessibleDescription(), QStringLiteral("1 token"));
    }

    void plotTellsTheValuesUnderTheMouse() {
        CurvePlot plot(QStringLiteral("loss"), QStringLiteral("Loss"), {}, {},
                       {{QStringLiteral("each"), CurvePlot::Look::Raw, 7},
                        {QStringLiteral("smooth"), CurvePlot::Look::Smooth, 0},
                        {QStringLiteral("parent"), CurvePlot::Look::Dashed, 3, true}});
        plot.resize(500, 300);
        plot.show();
        QVERIFY(QTest::qWaitForWindowExposed(&plot));
        QCOMPARE(plot.valuesAt(5), QString());
        plot.setCurve(0, {0, 10, 20}, {3, 2.5, 2});
        plot.setCurve(1, {0, 10, 20}, {3, 2.75, 2.5});
        plot.refresh();
        QCOMPARE(plot.valuesAt(9), QStringLiteral("step 10 · each 2.500 · smooth 2.750"));
        QCOMPARE(plot.valuesAt(1e9), QStringLiteral("step 20 · each 2.000 · smooth 2.500"));
        auto* canvas = plot.findChild<QWidget*>(QStringLiteral("loss_canvas"));
        QTest::mouseMove(canvas, canvas->rect().center());
        QMouseEvent move(QEvent::MouseMove, canvas->rect().center(), canvas->mapToGlobal(canvas->rect().center()),
                         Qt::NoButton, Qt::NoButton, Qt::NoModifier);
        QApplication::sendEvent(canvas, &move);
        QVERIFY2(plot.cursorWords().startsWith(QStringLiteral("step 10")), qPrintable(plot.cursorWords()));
        QEvent leave(QEvent::Leave);
        QApplication::sendEvent(canvas, &leave);
        QVERIFY(plot.cursorWords().isEmpty());
    }

    void wordsOfTheCurrentBarStandBelowTheList() {
        BarList bars(QStringLiteral("bars"), QStringLiteral("Bars"));
        std::vector<BarRow> rows(2);
        rows[0].id = 1, rows[0].toolTip = QStringLiteral("first: keeps all 4, it is the widest");
        rows[1].id = 2, rows[1].label = QStringLiteral("second"), rows[1].text = QStringLiteral("3 of 4");
        bars.setRows(rows);
        bars.resize(300, 200);
        bars.show();
        const auto* line = bars.findChild<QLabel*>(QStringLiteral("bars_line"));
        QVERIFY(!line->isVisible());
        QTest::keyClick(&bars, Qt::Key_Down);
        QVERIFY(line->isVisible());
        QCOMPARE(line->text(), rows[0].toolTip);
        QVERIFY(line->geometry().bottom() <= bars.rect().bottom() && line->height() >= line->heightForWidth(line->width()));
        QVERIFY(bars.viewport()->geometry().bottom() <= line->geometry().top());
        rows[0].toolTip = QStringLiteral("first: 1 fading");  // live numbers
        bars.setRows(rows);
        QCOMPARE(bars.line(), QStringLiteral("first: 1 fading"));
        QTest::keyClick(&bars, Qt::Key_Down);
        QCOMPARE(bars.line(), QStringLiteral("second 3 of 4"));
        QCOMPARE(bars.accessibleDescription(), bars.line());
        bars.setCurrent(-1);
        QVERIFY(!line->isVisible());
    }

    void graphIsWalkedOpenedAndClosedByKeyboard() {
        GraphView view;
        view.resize(600, 500);
        view.show();
        view.setStructure(sampleStructure());
        std::vector<int> chosen;
        connect(&view, &GraphView::boxChosen, &view, [&](const std::vector<int>& nodes) { chosen = nodes; });
        QTest::keyClick(&view, Qt::Key_Down);  // the first box
        QCOMPARE(view.folded().boxes[std::size_t(view.currentBox())].title, std::string("input"));
        QTest::keyClick(&view, Qt::Key_Down);
        QTest::keyClick(&view, Qt::Key_Down);
        QCOMPARE(view.folded().boxes[std::size_t(view.currentBox())].title, std::string("Block 0"));
        const std::size_t closed = view.folded().boxes.size();
        QTest::keyClick(&view, Qt::Key_Return);
        QVERIFY(view.folded().boxes.size() > closed);
        QCOMPARE(chosen.size(), std::size_t(1));
        QTest::keyClick(&view, Qt::Key_Backspace);
        QCOMPARE(view.folded().boxes.size(), closed);
        QCOMPARE(view.folded().boxes[std::size_t(view.currentBox())].title, std::string("Block 0"));
        QVERIFY(!view.accessibleDescription().isEmpty());
    }

    void searchOpensWhatHidesTheHit() {
        GraphView view;
        view.resize(600, 500);
        view.show();
        view.setStructure(sampleStructure());
        const std::vector<int> hits = view.search(QStringLiteral("layers.3.mlp.up_proj"));
        QCOMPARE(hits.size(), std::size_t(1));
        view.selectNode(hits[0]);
        QCOMPARE(view.folded().boxes[std::size_t(view.currentBox())].title, std::string("up_proj"));
        QVERIFY(view.search(QStringLiteral("no such thing")).empty());
    }

    void blocksAreFoundByTheirNames() {
        GraphView view;
        view.resize(600, 500);
        view.show();
        view.setStructure(sampleStructure(1000));
        QVERIFY(view.chooseBlock(QStringLiteral("Block 500")));
        QCOMPARE(view.folded().boxes[std::size_t(view.currentBox())].title, std::string("Block 500"));
        QVERIFY(view.chooseBlock(QStringLiteral(" block 7 ")));
        QCOMPARE(view.folded().boxes[std::size_t(view.currentBox())].title, std::string("Block 7"));
        QVERIFY(!view.chooseBlock(QStringLiteral("Block 1000")) && !view.chooseBlock(QStringLiteral("q_proj")));
        QCOMPARE(view.folded().boxes[std::size_t(view.currentBox())].title, std::string("Block 7"));
    }

    void everythingCanBeSeenHoweverTall() {
        GraphView view;
        view.resize(600, 500);
        view.show();
        for (const int layers : {5, 1000}) {
            view.setStructure(sampleStructure(layers));
            QVERIFY(QTest::qWaitForWindowExposed(&view));
            view.chooseBlock(QStringLiteral("Block 1"));
            QTest::keyClick(&view, Qt::Key_Return);  // an unfolded block
            QTest::keyClick(&view, Qt::Key_F);
            const QRectF seen = view.mapToScene(view.viewport()->rect()).boundingRect();
            QVERIFY(seen.adjusted(-2, -2, 2, 2).contains(view.scene()->itemsBoundingRect()));
            // and by zooming alone
            for (int i = 0; i < 10; ++i) QTest::keyClick(&view, Qt::Key_Plus);
            for (int i = 0; i < 60; ++i) QTest::keyClick(&view, Qt::Key_Minus);
            const QRectF far = view.mapToScene(view.viewport()->rect()).boundingRect();
            QVERIFY(far.height() >= view.scene()->itemsBoundingRect().height());
        }
    }

    void namesOfFramesAreSeen() {
        GraphView view;
        view.resize(600, 500);
        view.show();
        view.setStructure(sampleStructure());
        view.selectNode(view.search(QStringLiteral("layers.1.self_attn.q_proj")).front());
        view.selectNode(view.search(QStringLiteral("layers.1.mlp.up_proj")).front());
        std::vector<const FrameItem*> frames;
        std::vector<QRectF> boxes;
        for (QGraphicsItem* item : view.scene()->items()) {
            if (auto* frame = qgraphicsitem_cast<FrameItem*>(item)) frames.push_back(frame);
            if (auto* box = qgraphicsitem_cast<BoxItem*>(item))
                boxes.push_back(box->sceneBoundingRect().adjusted(6, 3, -6, -7));
        }
        QCOMPARE(frames.size(), std::size_t(3));  // the block, its attention, its MLP
        for (const FrameItem* frame : frames) {
            for (const QRectF& box : boxes) QVERIFY2(!frame->label().intersects(box), qPrintable(frame->title()));
            for (const FrameItem* other : frames)
                QVERIFY2(other == frame || !frame->label().intersects(other->label()), qPrintable(frame->title()));
        }
    }

    // The residual stream comes in above a block and leaves below it: what runs beside the boxes runs inside the frame.
    void edgesOfAFrameRunInsideIt() {
        GraphView view;
        view.resize(600, 500);
        view.show();
        view.setStructure(sampleStructure());
        view.selectNode(view.search(QStringLiteral("layers.1.self_attn.q_proj")).front());
        view.selectNode(view.search(QStringLiteral("layers.1.mlp.up_proj")).front());
        std::map<QString, QRectF> rects;
        for (QGraphicsItem* item : view.scene()->items())
            if (auto* frame = qgraphicsitem_cast<FrameItem*>(item)) rects[frame->title()] = frame->rect();
        int across = 0;
        for (const FoldFrame& frame : view.folded().frames) {
            const QRectF rect = rects.at(QString::fromStdString(frame.title));
            const std::set<int> inside(frame.boxes.begin(), frame.boxes.end());
            for (int e = 0; e < int(view.folded().edges.size()); ++e) {
                const auto [from, to] = view.folded().edges[std::size_t(e)];
                if (!inside.count(from) && !inside.count(to)) continue;
                across += inside.count(from) != inside.count(to);
                for (int i = 0; i <= 300; ++i) {
                    const QPointF at = view.edgePath(e).pointAtPercent(i / 300.0);
                    if (at.y() < rect.top() || at.y() > rect.bottom()) continue;
                    QVERIFY2(at.x() >= rect.left() && at.x() <= rect.right(),
                             qPrintable(QString::fromStdString(frame.title)));
                }
            }
        }
        QVERIFY(across >= 4);
    }

    void countsOfOneAreSingular() {
        Session session;
        QWidget page;
        auto* form = new RecipeForm(session, new QFormLayout(&page), &page);
        QSpinBox* box = form->integer(fieldOf(QStringLiteral("least"), QStringLiteral("Keep"),
                                              "/plan/units/attention/minimum", QStringLiteral("KV groups")),
                                      [](Recipe& r) -> int& { return r.plan.units["attention"].minimum; });
        box->setValue(1);
        QCOMPARE(box->text(), QStringLiteral("1 KV group"));
        box->setValue(2);
        QCOMPARE(box->text(), QStringLiteral("2 KV groups"));
    }

    /// The strip says what the rules say: who opens it, the first rule in the way, and whom to snap to.
    void loadabilityStripShowsTheRulesVerdicts() {
        LoadabilityStrip strip;
        QVERIFY(strip.isHidden());
        const auto* marks = strip.findChild<QLabel*>(QStringLiteral("loadabilityMarks"));
        const auto* rule = strip.findChild<QLabel*>(QStringLiteral("loadabilityRule"));
        auto* snap = strip.findChild<QPushButton*>(QStringLiteral("planSnap"));
        ModelShape shape{"llama", 64, 8, 512, {{8, 4, 172}, {8, 4, 172}}};
        strip.setVerdicts(LoadabilityRules::builtin().verdicts(shape));
        QVERIFY(!strip.isHidden() && snap->isHidden());
        QVERIFY(!marks->text().contains(QStringLiteral("✗")) && marks->text().contains(QStringLiteral("vLLM")));
        shape.layers[1].intermediate = 160;
        const auto verdicts = LoadabilityRules::builtin().verdicts(shape);
        strip.setVerdicts(verdicts);
        QCOMPARE(marks->text().count(QStringLiteral("✗")),
                 std::count_if(verdicts.begin(), verdicts.end(), [](const LoadVerdict& v) { return v.loads == Loads::No; }));
        QCOMPARE(marks->text().count(QStringLiteral("◐")),
                 std::count_if(verdicts.begin(), verdicts.end(),
                               [](const LoadVerdict& v) { return v.loads == Loads::WithCustomCode; }));
        QVERIFY(rule->text().contains(QStringLiteral("layer 1 has 160 MLP neurons, layer 0 has 172")));
        QSignalSpy wanted(&strip, &LoadabilityStrip::snapRequested);
        QVERIFY(!snap->isHidden());
        snap->click();
        QCOMPARE(wanted.value(0).value(0).toString(), QStringLiteral("transformers4"));
        // The rule of every program can be read and snapped to, not only the first one's; the choice stays while the plan changes.
        auto* programs = strip.findChild<QComboBox*>(QStringLiteral("loadabilityPrograms"));
        const auto bad =
            std::count_if(verdicts.begin(), verdicts.end(), [](const LoadVerdict& v) { return v.loads != Loads::Yes; });
        QVERIFY(bad > 1 && programs->count() >= bad);
        const auto last =
            std::find_if(verdicts.rbegin(), verdicts.rend(), [](const LoadVerdict& v) { return v.loads != Loads::Yes; });
        const int index = programs->findText(QString::fromStdString(last->title));
        QVERIFY(index > 0);
        programs->setFocus();
        while (programs->currentIndex() < index) QTest::keyClick(programs, Qt::Key_Down);
        QVERIFY(rule->text().contains(QString::fromStdString(last->rule)));
        strip.setVerdicts(verdicts);
        QVERIFY(rule->text().contains(QString::fromStdString(last->rule)));
        snap->click();
        QCOMPARE(wanted.value(1).value(0).toString(), QString::fromStdString(last->id));
        strip.clear();
        QVERIFY(strip.isHidden());
    }

    void errorStripSaysWhatWhereAndWhatToDo() {
        ErrorStrip strip;
        QVERIFY(strip.isHidden());
        strip.showError(Error(ErrorCode::BadInput, "model.safetensors", "the file ends too early", "copy it again"));
        QVERIFY(!strip.isHidden());
        QCOMPARE(strip.text(), QStringLiteral("model.safetensors\nthe file ends too early\ncopy it again"));
        QCOMPARE(strip.accessibleName(), strip.text());
        QTest::keyClick(strip.findChild<QPushButton*>(QStringLiteral("errorCopy")), Qt::Key_Space);
        QCOMPARE(QGuiApplication::clipboard()->text(), strip.text());
        strip.clear();
        QVERIFY(strip.isHidden());
    }
};

}  // namespace tst_ui_widgets

QTEST_MAIN(tst_ui_widgets::TestUiWidgets)
#include "tst_ui_widgets.moc"
