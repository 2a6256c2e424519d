#include "tests/ui/ui_support/sample_session.h"
#include "tests/ui/ui_support/window_fixture.h"
#include "ui/graph/graph_view.h"
#include "ui/graph/inspector.h"
#include "ui/pages/graph_page.h"
#include "ui/plots/curve_plot.h"
#include "ui/widgets/bar_list.h"
#include "ui/widgets/error_strip.h"

#include "core/run/recipe.h"

#include <QAbstractSpinBox>
#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QDir>
#include <QDoubleSpinBox>
#include <QFileDialog>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QRegularExpression>
#include <QScrollArea>
#include <QStyleOption>
#include <QTabWidget>

#include <algorithm>
#include <set>

namespace tst_gui_pages {

using namespace lorashear;
using namespace lorashear::ui;
using namespace lorashear::testing;

namespace {

/// Everything that the engine sent, as the test heard it.
struct Heard {
    QList<QPointF> loss, zero, target, checkpoints;
    explicit Heard(Studio& studio) {
        QObject::connect(&studio.engine(), &EngineController::eventReceived, &studio, [this](const RunEvent& event) {
            if (const auto* step = std::get_if<event::Step>(&event)) {
                loss << QPointF(double(step->step), step->loss);
                zero << QPointF(double(step->step), step->zeroGroups);
                target << QPointF(double(step->step), step->targetGroups);
            }
            const auto* measured = std::get_if<event::Perplexity>(&event);
            if (measured && measured->model == "checkpoint")
                checkpoints << QPointF(double(measured->step), measured->perplexity);
        });
    }
};

/// What cannot be seen of a control inside its scroll area, in words; "" when all of it can be.
QString clippedPart(const QWidget* control, const QScrollArea* area) {
    const QRect inside(control->mapTo(area->widget(), QPoint(0, 0)), control->size());
    if (inside.left() < 0 || inside.right() >= area->viewport()->width()) return QStringLiteral("lies outside");
    if (const auto* label = qobject_cast<const QLabel*>(control)) {
        if (label->text().isEmpty()) return {};
        const bool fits = label->wordWrap() ? label->height() >= label->heightForWidth(label->width())
                                            : label->width() >= label->sizeHint().width();
        return fits ? QString() : QStringLiteral("is cut: ") + label->text();
    }
    if (const auto* box = qobject_cast<const QComboBox*>(control)) {
        QStyleOptionComboBox option;
        option.initFrom(box);
        const int room =
            box->style()->subControlRect(QStyle::CC_ComboBox, &option, QStyle::SC_ComboBoxEditField, box).width();
        if (room < box->fontMetrics().horizontalAdvance(box->currentText()))
            return QStringLiteral("is cut: ") + box->currentText();
    }
    return control->width() >= control->minimumSizeHint().width() && control->height() >= control->minimumSizeHint().height()
               ? QString()
               : QStringLiteral("is too small");
}

}  // namespace

/// What single pages show and take, through the real window.
class TestGuiPages : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void cleanup() { m.close(); }

    void plotsHoldTheValuesOfTheEvents() {
        QVERIFY(m.openBundled());
        const Heard heard(*m.studio);
        QVERIFY(m.runToTheEnd());
        QVERIFY(heard.loss.size() == 60 && heard.checkpoints.size() == 3);
        QCOMPARE(m.find<CurvePlot>("lossPlot")->points(0), heard.loss);
        QCOMPARE(m.find<CurvePlot>("groupsPlot")->points(0), heard.zero);
        QCOMPARE(m.find<CurvePlot>("groupsPlot")->points(1), heard.target);
        QCOMPARE(m.find<CurvePlot>("perplexityPlot")->points(0), heard.checkpoints);
        QVERIFY(m.find<CurvePlot>("groupsPlot")->points(0).last().y() > 0);
    }

    void weightsOfAMixThatAreAllZeroAreRefusedInPlace() {
        QVERIFY(m.openBundled());
        m.window->showPage(QStringLiteral("plan"));
        m.find<QTabWidget>("planTabs")->setCurrentIndex(1);
        const auto boxes = m.window->findChildren<QDoubleSpinBox*>(QRegularExpression(QStringLiteral("^option_mix_")));
        QVERIFY(boxes.size() > 3);
        for (QDoubleSpinBox* box : boxes) box->setValue(0);  // the last one above 0 cannot go
        const auto* note = m.find<QLabel>("refusal");
        QVERIFY(note && note->isVisible());
        QVERIFY2(note->text().contains(QStringLiteral("at least one weight")), qPrintable(note->text()));
        double sum = 0;
        for (const QDoubleSpinBox* box : boxes) sum += box->value();
        QVERIFY(sum > 0);  // the field shows again what the recipe holds
        const QJsonObject options =
            QJsonDocument::fromJson(QByteArray::fromStdString(m.studio->session().recipe().method.optionsJson)).object();
        double kept = 0;
        for (const QJsonValue& weight : options.value(QStringLiteral("mix")).toObject()) kept += weight.toDouble();
        QCOMPARE(kept, sum);
        boxes.first()->setValue(0.5);
        QTRY_VERIFY(!m.find<QLabel>("refusal"));
        QVERIFY(m.find<ErrorStrip>("errorStrip")->isHidden());
    }

    void tensorPickedInTheInspectorLightsWhatIsCutWithIt() {
        QVERIFY(m.openBundled());
        m.window->showPage(QStringLiteral("graph"));
        GraphView* view = static_cast<GraphPage*>(m.window->page(QStringLiteral("graph")))->view();
        view->selectNode(view->search(QStringLiteral("layers.2.mlp.gate_proj")).front());  // opens the block
        QTest::keyClick(view, Qt::Key_Backspace);  // back to the folded MLP, with its three tensors
        auto* tensors = m.find<QListWidget>("inspectorTensors");
        QVERIFY2(tensors->count() >= 3, qPrintable(m.find<QLabel>("inspectorTitle")->text()));
        const auto rows = tensors->findItems(QStringLiteral("model.layers.2.mlp.down_proj.weight"), Qt::MatchExactly);
        QCOMPARE(rows.size(), 1);
        tensors->setFocus();
        tensors->setCurrentItem(rows.first());
        QCOMPARE(m.studio->session().selection().tensor, rows.first()->text());
        view->selectNode(view->search(QStringLiteral("layers.2.mlp.down_proj")).front());  // every operator a box of its own
        auto* again = tensors->findItems(QStringLiteral("model.layers.2.mlp.down_proj.weight"), Qt::MatchExactly).value(0);
        QVERIFY(again);
        tensors->setCurrentItem(nullptr);
        tensors->setCurrentItem(again);
        const NodeGroup* group = nullptr;
        for (const NodeGroup& candidate : m.studio->session().structure()->nodeGroups)
            if (candidate.name == "layers.2.mlp") group = &candidate;
        QVERIFY(group);
        const std::set<int> cut(group->nodes.begin(), group->nodes.end());
        int lit = 0;
        for (int box = 0; box < int(view->folded().boxes.size()); ++box) {
            const FoldBox& shown = view->folded().boxes[std::size_t(box)];
            const bool carries =
                std::any_of(shown.nodes.begin(), shown.nodes.end(), [&](int node) { return cut.count(node) > 0; });
            if (carries) QVERIFY2(view->isLit(box), shown.title.c_str());
            lit += carries;
            if (shown.title == "input" || shown.title == "output") QVERIFY(!view->isLit(box));  // no tensor, in no group
        }
        QCOMPARE(lit, int(cut.size()));
    }

    void everythingOpensByItsDialog() {
        QVERIFY(m.start(scriptedEngine(usualScript())));
        m.dialogs.path = bundledModel();
        m.find<QAction>("actionOpen")->trigger();
        QTRY_VERIFY(m.studio->session().structure() && !m.studio->engine().busy());
        QVERIFY(m.runToTheEnd());
        m.dialogs.path = m.dir.filePath(QStringLiteral("kept.json"));
        m.studio->session().edit(QStringLiteral("ratio"), [](Recipe& r) { r.plan.ratio = 0.31; });
        m.window->showPage(QStringLiteral("plan"));
        m.click("saveRecipe");
        QCOMPARE(loadRecipe(m.dialogs.path.toStdString()).plan.ratio, 0.31);
        m.studio->session().edit(QStringLiteral("ratio"), [](Recipe& r) { r.plan.ratio = 0.11; });
        m.click("loadRecipe");
        QTRY_COMPARE(m.studio->session().recipe().plan.ratio, 0.31);
        m.dialogs.path = bundledText(QStringLiteral("valid.txt"));
        m.window->showPage(QStringLiteral("knowledge"));
        m.click("chooseAnalysisText");
        QCOMPARE(m.studio->session().recipe().analysis.text.path, m.dialogs.path.toStdString());
        m.dialogs.path = m.dir.path();
        m.window->showPage(QStringLiteral("export"));
        m.click("exportBrowse");
        QVERIFY(m.find<QLineEdit>("exportDestination")->text().startsWith(m.dir.path() + QLatin1Char('/')));
        m.dialogs.path.clear();  // dismissed
        const int asked = int(m.dialogs.asked.size());
        m.window->showPage(QStringLiteral("model"));
        m.click("openGguf");
        QCOMPARE(int(m.dialogs.asked.size()), asked + 1);
        QVERIFY(!m.studio->engine().busy());
    }

    void realDialogOpensAFolder() {
        QtDialogs dialogs;
        QVERIFY(m.start(scriptedEngine(usualScript()), &dialogs));
        QTest::keyClick(m.window.get(), Qt::Key_O, Qt::ControlModifier);
        QTRY_VERIFY(m.window->findChild<QFileDialog*>());
        auto* dialog = m.window->findChild<QFileDialog*>();
        QVERIFY(dialog->isVisible());
        auto* name = dialog->findChild<QLineEdit*>(QStringLiteral("fileNameEdit"));
        QVERIFY(name);
        name->setText(bundledModel());
        auto* box = dialog->findChild<QDialogButtonBox*>();
        QTest::mouseClick(box->button(QDialogButtonBox::Open), Qt::LeftButton);
        QTRY_VERIFY(m.studio->session().structure() && !m.studio->engine().busy());
        QTRY_VERIFY(!m.window->findChild<QFileDialog*>());
    }

    void nothingOnThePlanTabsIsCut() {
        QVERIFY(m.openBundled());
        m.window->showPage(QStringLiteral("plan"));
        QCOMPARE(m.window->size(), QSize(1280, 800));
        auto* tabs = m.find<QTabWidget>("planTabs");
        for (int tab = 0; tab < tabs->count(); ++tab) {
            tabs->setCurrentIndex(tab);
            QApplication::processEvents();
            if (tabs->currentWidget()->findChild<QTableView*>(QStringLiteral("settingTable")))
                continue;  // a list that scrolls
            nothingIsCut(qobject_cast<QScrollArea*>(tabs->currentWidget()), tabs->tabText(tab));
        }
    }

    void nothingOfTheRecoverysSettingsIsCut() {
        QVERIFY(m.openBundled());
        m.window->showPage(QStringLiteral("recover"));
        auto* schemes = m.find<QComboBox>("scheme");
        for (int scheme = 0; scheme < schemes->count(); ++scheme) {
            m.choose("scheme", scheme);
            QApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
            for (int round = 0; round < 3; ++round) QApplication::processEvents();  // forms inside forms
            nothingIsCut(m.find<QScrollArea>("recoverSettings"), schemes->currentText());
        }
    }

    void wholePathsCanBeTakenByKeyboard() {
        QVERIFY(m.openBundled());
        QVERIFY(m.runToTheEnd());
        m.window->showPage(QStringLiteral("run"));
        QCOMPARE(m.find<QLineEdit>("runFolder")->text(), QString::fromStdString(m.studio->session().run().folder));
        m.window->showPage(QStringLiteral("export"));
        QTest::keyClick(m.find<QPushButton>("certificateCopy"), Qt::Key_Space);
        QCOMPARE(QApplication::clipboard()->text(), QString::fromStdString(m.studio->session().run().certificate->path));
    }

    void anExportThatCannotBeReadBackSaysWhy() {
        QVERIFY(m.openBundled());
        QVERIFY(m.runToTheEnd());
        m.window->showPage(QStringLiteral("export"));
        Session& session = m.studio->session();
        session.apply(event::Certificate{"/out", "/run", 0, 0, 0, false, "weights: end too early"}, command::ExportModel{});
        session.flush();
        QVERIFY(m.find<QLabel>("certificateVerdict")->text().contains(QStringLiteral("could not be read back")));
        QVERIFY(m.window->findChild<QLabel*>(QStringLiteral("certificateDifference"))->text() ==
                QStringLiteral("–"));  // nothing was measured
        const auto labels = m.window->findChildren<QLabel*>();
        QVERIFY(std::any_of(labels.begin(), labels.end(), [](const QLabel* l) {
            return l->isVisible() && l->text().contains(QStringLiteral("end too early"));
        }));
        QVERIFY(session.run().log.back().text.contains(QStringLiteral("end too early")));
    }

    void reasonOfAWholeNodeGroupIsALine() {
        QVERIFY(m.openBundled());
        m.window->showPage(QStringLiteral("knowledge"));
        m.click("analyse");
        QTRY_VERIFY(!m.studio->engine().busy());
        m.studio->session().edit(QStringLiteral("respect"),
                                 [](Recipe& r) { r.plan.useKnowledge = true; });  // else nothing keeps it whole
        auto* bars = m.find<BarList>("knowledgeBars");
        QTest::keyClick(bars, Qt::Key_Home);
        QVERIFY2(bars->line().contains(QStringLiteral("kept whole: among the")), qPrintable(bars->line()));
        QTest::keyClick(bars, Qt::Key_End);
        QTest::keyClick(bars, Qt::Key_Space);  // protects it
        QVERIFY2(bars->line().contains(QStringLiteral("because you protect it")), qPrintable(bars->line()));
    }

    void copyCommandCopiesACommandOfASavedRecipe() {
        QVERIFY(m.openBundled());
        m.window->showPage(QStringLiteral("plan"));
        m.find<QDoubleSpinBox>("ratio")->setValue(27);
        m.click("copyCommand");
        const QString command = QApplication::clipboard()->text();
        QVERIFY2(command.startsWith(QStringLiteral("lorashear run ")), qPrintable(command));
        QCOMPARE(loadRecipe(command.section(QLatin1Char(' '), 2, 2).toStdString()).plan.ratio, 0.27);
        QApplication::clipboard()->setText(QStringLiteral("mine"));
        qputenv("XDG_STATE_HOME", "/dev/null/nowhere");
        m.find<QDoubleSpinBox>("ratio")->setValue(28);
        m.click("copyCommand");
        QCOMPARE(QApplication::clipboard()->text(), QStringLiteral("mine"));  // nothing stale
        QVERIFY(!m.find<ErrorStrip>("errorStrip")->isHidden());
        qputenv("XDG_STATE_HOME", m.dir.path().toUtf8());
    }

private:
    void nothingIsCut(const QScrollArea* area, const QString& where) {
        QVERIFY(area);
        int seen = 0;
        for (const QWidget* control : area->widget()->findChildren<QWidget*>()) {
            const bool plain =
                qobject_cast<const QLabel*>(control) || qobject_cast<const QAbstractButton*>(control) ||
                qobject_cast<const QAbstractSpinBox*>(control) || qobject_cast<const QComboBox*>(control) ||
                (qobject_cast<const QLineEdit*>(control) && !qobject_cast<const QAbstractSpinBox*>(control->parentWidget()));
            if (!control->isVisible() || !plain) continue;
            ++seen;
            const QString clipped = clippedPart(control, area);
            QVERIFY2(clipped.isEmpty(), qPrintable(QStringLiteral("%1: %2 %3").arg(where, control->objectName(), clipped)));
        }
        QVERIFY(seen > 10);
    }

    WindowFixture m;
};

}  // namespace tst_gui_pages

QTEST_MAIN(tst_gui_pages::TestGuiPages)
#include "tst_gui_pages.moc"
