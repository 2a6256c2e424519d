#include "tests/ui/ui_support/sample_session.h"
#include "tests/ui/ui_support/window_fixture.h"
#include "ui/graph/graph_minimap.h"
#include "ui/graph/graph_view.h"
#include "ui/graph/slice_view.h"
#include "ui/pages/graph_page.h"

#include <QAction>
#include <QComboBox>
#include <QMenu>
#include <QMouseEvent>
#include <QStandardItemModel>
#include <QTableView>

#include <algorithm>
#include <cmath>

namespace tst_gui_graph {

using namespace lorashear;
using namespace lorashear::ui;
using namespace lorashear::testing;

namespace {

/// The sample with one linear behind its last operator that has an adapter, as a trace finds it.
std::shared_ptr<const Structure> adaptedStructure() {
    auto structure = std::make_shared<Structure>(*sampleStructure());
    const std::string scope = "model.q_proj";
    const auto add = [&](const char* op, std::vector<int> inputs, std::int64_t last, const char* tensor) {
        TraceNode node;
        node.id = int(structure->graph.nodes.size());
        node.op = op;
        node.scope = scope;
        node.inputs = std::move(inputs);
        node.shape = {1, 16, last};
        if (*tensor) node.parameters = {scope + tensor};
        structure->graph.nodes.push_back(node);
        return node.id;
    };
    const int before = int(structure->graph.nodes.size()) - 1;
    const int linear = add("aten::linear", {before}, 64, ".weight");
    const int down = add("aten::linear", {before}, 8, ".lora_A.weight");
    const int up = add("aten::linear", {down}, 64, ".lora_B.weight");
    add("aten::add", {linear, add("aten::mul", {up}, 64, "")}, 64, "");
    return structure;
}

}  // namespace

/// What a person sees on the Graph page: overlays and their legend, what a pointer lights, stripes, what a run removed, the overview, and the model as a whole.
class TestGuiGraph : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() {
        QVERIFY(m.openBundled());
        m.window->showPage(QStringLiteral("graph"));
    }
    void cleanup() { m.close(); }

    void overlaysWithoutDataSayWhy() {
        QVERIFY(can("state") && can("bytes"));
        QVERIFY(!can("knowledge"));
        QVERIFY2(tip("knowledge").contains(QStringLiteral("Analyse")), qPrintable(tip("knowledge")));
        QVERIFY(!can("pair"));
        QVERIFY2(tip("pair").contains(QStringLiteral("run")), qPrintable(tip("pair")));
        m.studio->analyse();
        QTRY_VERIFY(!m.studio->engine().busy());
        QVERIFY(can("knowledge"));
        QVERIFY(!tip("knowledge").contains(QStringLiteral("Analyse")));
    }

    void knowledgeIsToldWithUnitAndRange() {
        m.studio->analyse();
        QTRY_VERIFY(!m.studio->engine().busy());
        choose("knowledge");
        QVERIFY2(m.label("graphBars")->text().contains(QStringLiteral("loss added by masking")),
                 qPrintable(m.label("graphBars")->text()));
        QVERIFY2(legend().contains(QStringLiteral("nats per token")), qPrintable(legend()));
        double most = 0;
        for (const NodeGroupKnowledge& entry : m.studio->session().knowledgeEntries())
            most = std::max(most, entry.deviation);
        QVERIFY2(legend().contains(QString::number(most, 'g', 3)), qPrintable(legend()));
        // of two blocks the one that tells more has the longer bar, and its number is there
        const int first = boxOf("Block 0"), other = boxOf("Block 3");
        const BoxBars &a = view()->lookAt(first).bars, &b = view()->lookAt(other).bars;
        QVERIFY(!a.bars.empty() && !b.bars.empty());
        QVERIFY((a.number.toDouble() > b.number.toDouble()) == (a.bars[0][0].share > b.bars[0][0].share));
        QVERIFY(!a.value.isEmpty() && a.words.contains(QStringLiteral("nats per token")));
        view()->chooseBox(first);
        QVERIFY2(view()->accessibleDescription().contains(a.words), qPrintable(view()->accessibleDescription()));
        QVERIFY(view()->figureTable().columns[4].title.contains(QStringLiteral("nats per token")));
        QCOMPARE(view()->figureTable().rows[std::size_t(first)][4], a.number);
    }

    void saliencyIsOfWhatMayGo() {
        m.studio->analyse();
        QTRY_VERIFY(!m.studio->engine().busy());
        choose("saliency");
        QVERIFY(view()->lookAt(boxOf("Block 0")).bars.number.toDouble() > 0);
        QVERIFY(view()->lookAt(boxOf("embed_tokens")).bars.bars.empty());  // of channels, none of which can fade
        QVERIFY2(legend().contains(QStringLiteral("by activation, no unit")), qPrintable(legend()));
    }

    void stateTellsWhatIsKeptWholeAndWhatGoes() {
        Session& session = m.studio->session();
        session.setOverride(session.structure()->find("layers.1.mlp")->id, Override::Protect);
        session.setOverride(session.structure()->find("layers.1.attention")->id, Override::Protect);
        const auto share = [&](const char* block, Ink ink) {
            double sum = 0;
            for (const BarPart& part : view()->lookAt(boxOf(block)).bars.bars.at(0)) sum += part.ink == ink ? part.share : 0;
            return sum;
        };
        QCOMPARE(share("Block 1", Ink::Protected), 1.0);
        QVERIFY(share("Block 0", Ink::Going) > 0.05);
        QCOMPARE(share("Block 0", Ink::Gone), 0.0);
        for (const char* word : {"kept", "going", "gone", "kept whole"}) QVERIFY(legend().contains(QLatin1String(word)));
        QVERIFY(m.runToTheEnd());
        m.window->showPage(QStringLiteral("graph"));
        QVERIFY(share("Block 0", Ink::Gone) > 0);
        QCOMPARE(share("Block 0", Ink::Going), 0.0);
        choose("pair");
        const BoxBars& both = view()->lookAt(boxOf("Block 0")).bars;
        QCOMPARE(both.bars.size(), std::size_t(2));
        QVERIFY(both.bars[0][0].ink == Ink::Planned && both.bars[1][0].ink == Ink::Kept);
        QVERIFY2(both.words.startsWith(QStringLiteral("planned to keep")), qPrintable(both.words));
    }

    void bytesAreThoseOfTheFile() {
        choose("bytes");
        const int head = boxOf("embed_tokens");
        QCOMPARE(view()->lookAt(head).bars.number.toDouble(), 512.0 * 64 * 4);
        QVERIFY(!view()->lookAt(head).bars.value.contains(QStringLiteral("≈")));
        choose("none");
        QVERIFY(view()->lookAt(head).bars.bars.empty());
    }

    void thePointerLightsWhatIsCutTogether() {
        open("layers.2.mlp.gate_proj");
        m.studio->session().select({});
        const int gate = boxOf("gate_proj"), down = boxOf("down_proj");
        QVERIFY(!view()->isLit(gate) && !view()->isLit(down));
        const QPoint at = view()->boxOnScreen(gate).center();
        QMouseEvent over(QEvent::MouseMove, at, view()->viewport()->mapToGlobal(at), Qt::NoButton, Qt::NoButton, {});
        QApplication::sendEvent(view()->viewport(), &over);
        QTRY_VERIFY(view()->isLit(gate) && view()->isLit(down));
        QVERIFY(view()->lookAt(gate).rows && !view()->lookAt(gate).columns);
        QVERIFY(view()->lookAt(down).columns && !view()->lookAt(down).rows);
        QVERIFY(!view()->lookAt(boxOf("output")).dimmed);  // nothing flickers in passing
        QVERIFY(m.studio->session().selection() == Selection{});
        QEvent leave(QEvent::Leave);
        QApplication::sendEvent(view()->viewport(), &leave);
        QVERIFY(!view()->isLit(gate) && !view()->isLit(down));
    }

    void stripesLieWhereTheGroupLies() {
        m.studio->analyse();  // ranked by its scores, so that the plan knows which of them go
        QTRY_VERIFY(!m.studio->engine().busy());
        open("layers.2.mlp.gate_proj");
        auto* stripes = m.find<SliceView>("inspectorStripes");
        QVERIFY(stripes->isVisible());
        QCOMPARE(stripes->tensors(), 3);
        const QRectF gate = stripes->rectOf(0), down = stripes->rectOf(2);
        QVERIFY(std::abs(gate.height() / gate.width() - 172.0 / 64) < 0.01);  // to scale
        QVERIFY(std::abs(down.width() / down.height() - 172.0 / 64) < 0.01);
        stripes->setFocus();
        QTest::keyClick(stripes, Qt::Key_End);
        QCOMPARE(m.studio->session().selection().group, 171);
        QVERIFY(stripes->hasFocus());
        QCOMPARE(stripes->stripeOf(0).width(), gate.width());  // a row across all columns
        QVERIFY(stripes->stripeOf(0).top() > gate.bottom() - 2);
        QCOMPARE(stripes->stripeOf(2).height(), down.height());  // a column
        QVERIFY2(stripes->accessibleDescription().contains(QStringLiteral("rows 171 of gate_proj")) &&
                     stripes->accessibleDescription().contains(QStringLiteral("columns 171 of down_proj")),
                 qPrintable(stripes->accessibleDescription()));
        QTest::mouseClick(stripes, Qt::LeftButton, {}, (gate.topLeft() + QPointF(3, gate.height() / 2)).toPoint());
        QVERIFY(std::abs(m.studio->session().selection().group - 86) < 4);
        QVERIFY2(stripes->accessibleDescription().contains(QStringLiteral("groups go")), "the plan takes some");
    }

    void whatARunRemovedStaysAsAnOutline() {
        QCOMPARE(view()->lookAt(boxOf("Block 0")).left, -1.0);  // a plan has removed nothing
        QVERIFY(!legend().contains(QStringLiteral("dashed outline")));
        QVERIFY(m.runToTheEnd());
        m.window->showPage(QStringLiteral("graph"));
        const double left = view()->lookAt(boxOf("Block 0")).left;
        QVERIFY(left > 0.3 && left < 1);
        QVERIFY(legend().contains(QStringLiteral("dashed outline")));
        view()->chooseBox(boxOf("Block 0"));
        QVERIFY2(view()->accessibleDescription().contains(QStringLiteral("dashed outline")),
                 qPrintable(view()->accessibleDescription()));
        QCOMPARE(view()->lookAt(boxOf("embed_tokens")).left, -1.0);
        // as it was at the step that is looked at: at first all is there
        m.studio->session().lookAt(1);
        QCOMPARE(view()->lookAt(boxOf("Block 0")).left, -1.0);
        QVERIFY(!legend().contains(QStringLiteral("dashed outline")));
    }

    void theOverviewShowsWhatIsInSightAndMovesThere() {
        auto* map = m.find<GraphMinimap>("graphOverview");
        view()->fitAll();
        QVERIFY(!map->isVisible());  // all of it is in sight
        for (int block = 0; block < 5; ++block) open(qPrintable(QStringLiteral("layers.%1.mlp.gate_proj").arg(block)));
        view()->zoomBy(4);
        QTRY_VERIFY(map->isVisible());
        QVERIFY(map->inSight().height() < map->height() / 2.0);
        QTest::mouseClick(map, Qt::LeftButton, {}, QPoint(map->width() / 2, 4));
        QVERIFY(map->inSight().top() < 4);
        QTest::mousePress(map, Qt::LeftButton, {}, QPoint(map->width() / 2, 4));
        const QPoint below(map->width() / 2, map->height() - 4);
        QMouseEvent drag(QEvent::MouseMove, below, map->mapToGlobal(below), Qt::NoButton, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(map, &drag);
        QVERIFY(map->inSight().bottom() > map->height() - 4);
        QCOMPARE(map->focusPolicy(), Qt::NoFocus);
        auto* action = m.find<QAction>("actionGraphOverview");
        QVERIFY(action && m.find<QMenu>("viewMenu")->actions().contains(action));
        action->trigger();
        QVERIFY(!map->isVisible());
    }

    void manyEqualBlocksBeginAsOneStack() {
        reopen(sampleStructure(30));
        const int stack = boxOf("30 × block");
        QVERIFY(stack >= 0 && boxOf("Block 0") < 0);
        QVERIFY(!view()->lookAt(stack).bars.bars.empty());  // of all of them together
        view()->chooseBox(stack);
        QVERIFY2(view()->accessibleDescription().contains(QStringLiteral("0 to 29, equal")),
                 qPrintable(view()->accessibleDescription()));
        QTest::keyClick(view(), Qt::Key_Return);
        QVERIFY(boxOf("Block 29") >= 0 && boxOf("30 × block") < 0);
        view()->chooseBox(boxOf("Block 12"));
        QTest::keyClick(view(), Qt::Key_Backspace);
        QVERIFY(boxOf("30 × block") >= 0 && boxOf("Block 12") < 0);
        QTest::mouseDClick(view()->viewport(), Qt::LeftButton, {}, view()->boxOnScreen(boxOf("30 × block")).center());
        QVERIFY(boxOf("Block 12") >= 0);
    }

    void adaptersStandBesideTheirLinear() {
        const QString without = m.label("graphCounts")->text();
        QVERIFY2(without.contains(QStringLiteral("without LoRA")), qPrintable(without));
        reopen(adaptedStructure());
        QVERIFY(!m.label("graphCounts")->text().contains(QStringLiteral("without LoRA")));
        const int linear = boxOf("q_proj"), down = boxOf("LoRA A"), up = boxOf("LoRA B"), merge = boxOf("+");
        QVERIFY(linear >= 0 && down >= 0 && up >= 0 && merge >= 0);
        const auto place = [&](int box) { return view()->boxInScene(box); };
        QCOMPARE(place(down).center().y(), place(linear).center().y());  // beside it
        QVERIFY(!place(down).intersects(place(linear)) && place(down).width() < place(linear).width());
        QVERIFY(place(up).top() > place(down).bottom() && place(merge).top() > place(up).bottom());
        view()->chooseBox(down);
        QVERIFY2(view()->accessibleDescription().contains(QStringLiteral("LoRA A, q_proj, rank 8")),
                 qPrintable(view()->accessibleDescription()));
        view()->chooseBox(merge);
        QVERIFY(view()->accessibleDescription().contains(QStringLiteral("q_proj and its adapter merge")));
    }

    void withNothingSelectedTheModelIsSummedUpOnce() {
        QCOMPARE(m.label("inspectorTitle")->text(), QStringLiteral("The whole model"));
        QVERIFY(m.label("inspectorFacts")->text().contains(QStringLiteral("260,032 parameters")));
        auto* units = m.find<QTableView>("inspectorUnits");
        QVERIFY(units->isVisible());
        QCOMPARE(units->model()->rowCount(), 3);
        QCOMPARE(units->model()->index(0, 0).data().toString(), QStringLiteral("KV groups"));
        QCOMPARE(units->model()->index(0, 1).data().toString(), QStringLiteral("5"));
        QCOMPARE(units->model()->index(0, 2).data().toString(), QStringLiteral("20"));
        QCOMPARE(units->model()->index(2, 3).data().toString(), QStringLiteral("0"));  // channels: none can fade
        view()->chooseBox(boxOf("Block 0"));
        QVERIFY(!units->isVisible());
        QVERIFY(m.find<QTableView>("inspectorGroups")->isVisible());
    }

private:
    GraphView* view() const { return m.find<GraphView>("graphView"); }
    QComboBox* overlays() const { return m.find<QComboBox>("graphOverlay"); }
    QString legend() const { return m.find<QWidget>("graphLegend")->accessibleDescription(); }
    int row(const char* id) const { return overlays()->findData(QString::fromLatin1(id)); }
    bool can(const char* id) const {
        return qobject_cast<QStandardItemModel*>(overlays()->model())->item(row(id))->isEnabled();
    }
    QString tip(const char* id) const { return overlays()->itemData(row(id), Qt::ToolTipRole).toString(); }
    void choose(const char* id) const {
        QVERIFY2(can(id), id);
        m.choose("graphOverlay", row(id));
    }
    /// Of all that is in sight, by its title.
    int boxOf(const char* title) const {
        const auto& boxes = view()->folded().boxes;
        const auto found = std::find_if(boxes.begin(), boxes.end(), [&](const FoldBox& box) { return box.title == title; });
        return found == boxes.end() ? -1 : int(found - boxes.begin());
    }
    /// The window with another model in it.
    void reopen(std::shared_ptr<const Structure> structure) {
        m.close();
        QVERIFY(m.openBundled([play = usualScript(), structure](const Command& command, testing::Stage& stage) {
            if (!std::holds_alternative<command::OpenModel>(command)) return play(command, stage);
            stage.send(sampleModel(bundledModel().toStdString()));
            stage.send(event::StructureFound{structure});
            stage.completed();
        }));
        m.window->showPage(QStringLiteral("graph"));
    }
    void open(const char* name) const { view()->selectNode(view()->search(QString::fromLatin1(name)).front()); }

    WindowFixture m;
};

}  // namespace tst_gui_graph

QTEST_MAIN(tst_gui_graph::TestGuiGraph)
#include "tst_gui_graph.moc"
