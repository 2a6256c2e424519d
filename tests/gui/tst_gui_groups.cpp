#include "tests/ui/ui_support/sample_session.h"
#include "tests/ui/ui_support/window_fixture.h"
#include "ui/controller/standing.h"
#include "ui/widgets/bar_list.h"
#include "ui/widgets/group_chart.h"
#include "ui/widgets/heat_map.h"
#include "ui/widgets/histogram.h"
#include "ui/widgets/legend.h"
#include "ui/widgets/rank_chart.h"

#include <QComboBox>
#include <QDoubleSpinBox>
#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QTabWidget>
#include <QTableView>

#include <algorithm>
#include <set>

namespace tst_gui_groups {

using namespace lorashear;
using namespace lorashear::ui;
using namespace lorashear::testing;

/// The view into a node group, and why one is kept as text, through the real window with a scripted engine.
class TestGuiGroups : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() {
        QVERIFY(m.openBundled());
        m.window->showPage(QStringLiteral("plan"));
    }
    void cleanup() { m.close(); }

    void groupsOfANodeGroupAreShownWithWhatGoes() {
        m.window->showPage(QStringLiteral("knowledge"));
        m.find<QTabWidget>("knowledgeViews")->setCurrentIndex(2);
        auto* chart = m.find<GroupChart>("groupChart");
        QVERIFY(chart->bars().empty() && chart->emptyText().contains(QStringLiteral("Analyse")));
        m.studio->analyse();
        QTRY_VERIFY(!m.studio->engine().busy());
        QVERIFY(chart->emptyText().contains(QStringLiteral("Choose a node group")));
        Session& session = m.studio->session();
        const int id = session.structure()->find("layers.2.mlp")->id;
        m.choose("groupNode", int(id));  // the same order here
        QCOMPARE(session.selection().nodeGroup, id);
        QCOMPARE(chart->bars().size(), std::size_t(172));
        const auto goes =
            std::count_if(chart->bars().begin(), chart->bars().end(), [](const GroupBar& b) { return b.goes; });
        QCOMPARE(int(goes), session.plan().removed[std::size_t(id)]);
        QVERIFY(goes > 0 && goes < 172);
        for (std::size_t i = 1; i < chart->bars().size(); ++i)
            QVERIFY(chart->bars()[i].score >= chart->bars()[i - 1].score &&
                    chart->bars()[i - 1].goes >= chart->bars()[i].goes);
        auto* table = m.find<QTableView>("groupTable");
        QTest::keyClick(chart, Qt::Key_Home);
        QTest::keyClick(chart, Qt::Key_Right);
        QCOMPARE(table->currentIndex().row(), 1);
        QVERIFY2(m.label("groupWords")->text().contains(QStringLiteral("rank 2 of 172")),
                 qPrintable(m.label("groupWords")->text()));
        QTest::keyClick(table, Qt::Key_Down);
        QCOMPARE(chart->current(), chart->bars()[2].index);
        // another ratio: other groups go, at once
        session.edit(QStringLiteral("ratio"), [](Recipe& r) { r.plan.ratio = 0.4; });
        QVERIFY(std::count_if(chart->bars().begin(), chart->bars().end(), [](const GroupBar& b) { return b.goes; }) > goes);
        m.choose("groupOrder", 1);
        for (int i = 0; i < 172; ++i) QCOMPARE(chart->bars()[std::size_t(i)].index, i);
        QCOMPARE(chart->current(), table->currentIndex().row());
        // whole ones have their reason
        session.select({{}, -1, session.structure()->find("hidden")->id});
        QVERIFY(chart->bars().empty() && chart->emptyText().contains(QStringLiteral("residual stream")));
    }

    void everyProxyMeasuredSoFarCanBeLookedAt() {
        m.studio->analyse();
        QTRY_VERIFY(!m.studio->engine().busy());
        auto other = std::make_shared<GroupSaliency>(*sampleSaliency());
        other->proxy = "magnitude";
        for (auto& scores : other->scores)
            for (double& score : scores) score = 10 - score;
        Session& session = m.studio->session();
        session.apply(event::SaliencyMeasured{other}, command::AnalyseKnowledge{});
        session.flush();
        m.window->showPage(QStringLiteral("knowledge"));
        session.select({{}, -1, 1});
        auto* proxies = m.find<QComboBox>("groupProxy");
        auto* chart = m.find<GroupChart>("groupChart");
        QCOMPARE(proxies->count(), 2);
        QVERIFY(proxies->itemText(0).startsWith(QStringLiteral("magnitude")) &&
                proxies->itemText(1).startsWith(QStringLiteral("activation")));
        const int first = chart->bars().front().index;
        m.choose("groupProxy", 1);
        QCOMPARE(chart->bars().back().index, first);  // the other way round
        QVERIFY(!m.studio->engine().busy());
    }

    void reasonsAreTextForTheCurrentRow() {
        m.studio->analyse();
        QTRY_VERIFY(!m.studio->engine().busy());
        m.studio->session().edit(QStringLiteral("respect"), [](Recipe& r) { r.plan.useKnowledge = true; });
        auto* bars = m.find<BarList>("planBars");
        QTest::keyClick(bars, Qt::Key_Home);
        QVERIFY2(bars->line().contains(QStringLiteral("knowledge analysis")), qPrintable(bars->line()));
        QTest::keyClick(bars, Qt::Key_Down);
        QTest::keyClick(bars, Qt::Key_Down);
        QVERIFY(bars->line().contains(QStringLiteral("go, each")));
        QTest::keyClick(bars, Qt::Key_Space);
        QVERIFY(bars->line().contains(QStringLiteral("You protect it")));
        m.window->showPage(QStringLiteral("knowledge"));
        auto* found = m.find<BarList>("knowledgeBars");
        QVERIFY2(found->line().contains(QStringLiteral("you protect it")), qPrintable(found->line()));
        QTest::keyClick(found, Qt::Key_Home);
        QVERIFY2(found->line().contains(QStringLiteral("nats per token")) &&
                     found->line().contains(QStringLiteral("kept whole: among")),
                 qPrintable(found->line()));
        m.studio->session().edit(QStringLiteral("ignore"), [](Recipe& r) { r.plan.useKnowledge = false; });
        QVERIFY2(found->line().contains(QStringLiteral("does not respect")),
                 qPrintable(found->line()));  // marked, and not kept
    }

    void importancesAreRankedWithTheirErrors() {
        m.window->showPage(QStringLiteral("knowledge"));
        auto* chart = m.find<RankChart>("rankChart");
        QVERIFY(chart->isVisible() && chart->points().empty());
        QVERIFY(!m.find<QPushButton>("protectTop")->isEnabled());
        m.studio->analyse();
        QTRY_VERIFY(!m.studio->engine().busy());
        Session& session = m.studio->session();
        const auto& entries = session.knowledgeEntries();
        QCOMPARE(chart->points().size(), entries.size());
        for (const NodeGroupKnowledge& entry : entries) {
            const auto at = std::find_if(chart->points().begin(), chart->points().end(),
                                         [&](const RankPoint& point) { return point.id == entry.nodeGroup; });
            QVERIFY(at != chart->points().end());
            QVERIFY(at->value == entry.deviation && at->spread == entry.spread && at->spread > 0);
        }
        for (std::size_t i = 1; i < chart->points().size(); ++i) {
            QVERIFY(chart->points()[i - 1].value >= chart->points()[i].value);
            const QPointF before = chart->placeOf(chart->points()[i - 1].id), here = chart->placeOf(chart->points()[i].id);
            QVERIFY(here.x() > before.x() && here.y() >= before.y());  // to the right and not above it
            QVERIFY(chart->rect().contains(here.toPoint()));
        }
        std::set<UnitKind> kinds, explained;
        for (const RankPoint& point : chart->points()) {
            const UnitKind kind = session.structure()->nodeGroups[std::size_t(point.id)].unit;
            QCOMPARE(point.category, unitKindRow(kind).color);
            kinds.insert(kind);
        }
        for (const Legend::Entry& entry : m.find<Legend>("rankLegend")->entries())
            if (entry.mark == Legend::Mark::Point) explained.insert(entry.unit);
        QVERIFY(kinds.size() > 1 && explained == kinds);
        QVERIFY(m.label("rankWords")->text().contains(QStringLiteral("make half of all")));
        chart->setFocus();
        QTest::keyClick(chart, Qt::Key_End);
        const RankPoint last = chart->points().back();
        QCOMPARE(session.selection().nodeGroup, last.id);
        QVERIFY2(m.label("rankWords")->text().contains(QStringLiteral("rank 10 of 10: masking adds")),
                 qPrintable(m.label("rankWords")->text()));
        QVERIFY(m.label("rankWords")->text().contains(QStringLiteral("go, each")));  // what the plan does with it
        QCOMPARE(chart->accessibleDescription(), last.words);
        QCOMPARE(m.find<BarList>("knowledgeBars")->current(), last.id);
        QTest::mouseClick(chart, Qt::LeftButton, {}, chart->placeOf(chart->points().front().id).toPoint());
        QCOMPARE(session.selection().nodeGroup, chart->points().front().id);
    }

    void theMapIsTheBarsOverTheDepth() {
        m.window->showPage(QStringLiteral("knowledge"));
        auto* map = m.find<HeatMap>("knowledgeMap");
        QCOMPARE(map->cells().size(), std::size_t{10});  // the model is open: places are there, hatched
        QVERIFY(!map->hasData() && map->accessibleDescription().contains(QStringLiteral("Analyse")));
        m.studio->analyse();
        QTRY_VERIFY(!m.studio->engine().busy());
        Session& session = m.studio->session();
        session.edit(QStringLiteral("respect"), [](Recipe& r) { r.plan.useKnowledge = true; });
        QVERIFY(map->hasData());
        int locked = 0;
        for (const HeatCell& cell : map->cells()) {
            const NodeGroup& group = session.structure()->nodeGroups[std::size_t(cell.id)];
            const auto& entries = session.knowledgeEntries();
            const auto entry = std::find_if(entries.begin(), entries.end(),
                                            [&](const NodeGroupKnowledge& k) { return k.nodeGroup == cell.id; });
            QVERIFY(entry != entries.end() && cell.measured);
            QVERIFY(cell.value == entry->deviation && cell.spread == entry->spread);
            QCOMPARE(cell.along, group.layer);
            QCOMPARE(cell.across, group.unit == UnitKind::Attention ? 0 : 1);
            QCOMPARE(cell.locked, !whyKeptWhole(session, cell.id).isEmpty());
            locked += cell.locked;
            for (const HeatCell& other : map->cells())  // the lighter, the more
                QVERIFY(cell.value >= other.value || map->positionOf(cell.value) <= map->positionOf(other.value));
        }
        const double most = m.find<RankChart>("rankChart")->points().front().value;
        QVERIFY(map->positionOf(most) == 1 && map->positionOf(most / 2) < 1 && map->positionOf(0) == 0);
        QVERIFY(locked > 0 && map->accessibleDescription().contains(QStringLiteral("%1 are kept whole").arg(locked)));
        const FigureTable table = map->figureTable();
        QCOMPARE(table.rows.size(), std::size_t{10});
        QCOMPARE(table.rows[3][3].toDouble(), map->cells()[3].value);
        int counted = 0;
        for (const Histogram::Bin& bin : m.find<Histogram>("knowledgeHistogram")->bins()) counted += bin.count;
        QCOMPARE(counted, 10);

        auto* views = m.find<QTabWidget>("knowledgeWhere");
        if (const int tab = views->indexOf(map->parentWidget()); tab >= 0) views->setCurrentIndex(tab);
        map->setFocus();
        QTest::keyClick(map, Qt::Key_Home);
        const HeatCell first = map->cells().front();
        QCOMPARE(session.selection().nodeGroup, first.id);
        QCOMPARE(map->accessibleDescription(), first.words);
        QCOMPARE(m.label("knowledgeMapWords")->text(), first.words);
        const bool turned =
            map->placeOf(map->cells().back().id).top() - map->placeOf(first.id).top() > map->height() / 2.0 &&
            map->height() > map->width();
        QTest::keyClick(map, turned ? Qt::Key_Down : Qt::Key_Right);
        const HeatCell here = *std::find_if(map->cells().begin(), map->cells().end(),
                                            [&](const HeatCell& cell) { return cell.id == map->current(); });
        QVERIFY(here.along == first.along + 1 && here.across == first.across);
        QCOMPARE(m.find<BarList>("knowledgeBars")->current(), here.id);
        QTest::keyClick(map, Qt::Key_Space);
        QVERIFY(session.overrideOf(here.id) == Override::Protect);
        const int last = map->cells().back().id;
        QTest::mouseClick(map, Qt::LeftButton, {}, map->placeOf(last).center().toPoint());
        QCOMPARE(session.selection().nodeGroup, last);
        QVERIFY(map->width() >= map->minimumSizeHint().width() && map->height() >= map->minimumSizeHint().height());
    }

    /// Who costs nothing is dark also where a scale has no two ends.
    void aScaleOfOneValueOrNone() {
        HeatMap map(QStringLiteral("map"), QStringLiteral("map"));
        const auto show = [&](double first, double second) {
            std::vector<HeatCell> cells(2);
            for (int i = 0; i < 2; ++i) cells[std::size_t(i)].id = cells[std::size_t(i)].along = i;
            cells[0].value = first, cells[1].value = second;
            cells[0].measured = cells[1].measured = true;
            map.setCells(cells, {QStringLiteral("0"), QStringLiteral("1")}, QStringLiteral("layer"),
                         {QStringLiteral("MLP")});
        };
        show(0.5, -0.1);
        QCOMPARE(map.positionOf(0.5), 1.0);
        QCOMPARE(map.positionOf(-0.1), 0.0);
        show(0, -0.1);
        QCOMPARE(map.positionOf(0), 0.0);
        QCOMPARE(map.positionOf(-0.1), 0.0);
    }

    void settledIsAPresetThatIsSaid() {
        m.window->showPage(QStringLiteral("knowledge"));
        m.click("presetSettled");
        const Recipe::Analysis& analysis = m.studio->session().recipe().analysis;
        QCOMPARE(analysis.confidence, 0.95);
        QVERIFY(m.label("analysisText")->text().endsWith(QStringLiteral("until places are settled at 95 %")));
        m.studio->session().edit(QStringLiteral("surer"), [](Recipe& r) { r.analysis.confidence = 0.995; });
        QVERIFY(m.label("analysisText")->text().contains(QStringLiteral("99.5")));
        m.click("presetQuick");
        QCOMPARE(m.studio->session().recipe().analysis.confidence, 0.0);
        QVERIFY(!m.label("analysisText")->text().contains(QStringLiteral("settled")));
    }

    void theTopIsProtectedInOneNamedEdit() {
        m.studio->analyse();
        QTRY_VERIFY(!m.studio->engine().busy());
        m.window->showPage(QStringLiteral("knowledge"));
        Session& session = m.studio->session();
        auto* chart = m.find<RankChart>("rankChart");
        auto* protect = m.find<QPushButton>("protectTop");
        QCOMPARE(protect->text(), QStringLiteral("Protect the top 10 %"));
        QCOMPARE(chart->cut(), 1);
        m.find<QDoubleSpinBox>("protectTopShare")->setValue(9);  // less than one of ten
        QVERIFY(!protect->isEnabled() && protect->toolTip().contains(QStringLiteral("larger share")));
        m.find<QDoubleSpinBox>("protectTopShare")->setValue(30);
        QCOMPARE(chart->cut(), 3);
        const std::vector<int> top = {chart->points()[0].id, chart->points()[1].id, chart->points()[2].id};
        session.edit(QStringLiteral("less"), [](Recipe& r) { r.plan.ratio = 0.05; });  // that much the rest can give
        session.setOverride(top[1], Override::Allow);
        const auto mine = chart->points().back().id;
        session.setOverride(mine, Override::Protect);
        const int before = session.undoStack().count();
        m.click("protectTop");
        QCOMPARE(session.undoStack().count(), before + 1);
        QCOMPARE(session.undoStack().undoText(), QStringLiteral("protect the top 30 %"));
        QVERIFY(!protect->isEnabled());  // they are
        const auto shownByPlan = [&](int id) {
            m.window->showPage(QStringLiteral("plan"));
            for (const BarRow& row : m.find<BarList>("planBars")->rows())
                if (row.id == id) return row.lock == 2 && session.plan().removed[std::size_t(id)] == 0;
            return false;
        };
        for (const RankPoint& point : chart->points()) {
            const bool wanted = std::find(top.begin(), top.end(), point.id) != top.end() || point.id == mine;
            QCOMPARE(session.overrideOf(point.id) == Override::Protect, wanted);
            QCOMPARE(shownByPlan(point.id), wanted);
            if (wanted) QVERIFY(point.ringed);
        }
        session.undoStack().undo();
        QCOMPARE(session.overrideOf(top[0]), Override::Automatic);
        QCOMPARE(session.overrideOf(top[1]), Override::Allow);
        QCOMPARE(session.overrideOf(mine), Override::Protect);
        m.window->showPage(QStringLiteral("knowledge"));
        QVERIFY(protect->isEnabled());
        // the same from the menu
        Q_EMIT chart->menuWanted(top[0], QPoint(10, 10));
        auto* menu = m.find<QMenu>("rankMenu");
        QVERIFY(menu);
        for (QAction* action : menu->actions())
            if (action->text() == protect->text()) action->trigger();
        QCOMPARE(session.overrideOf(top[0]), Override::Protect);
        menu->close();
    }

private:
    WindowFixture m;
};

}  // namespace tst_gui_groups

QTEST_MAIN(tst_gui_groups::TestGuiGroups)
#include "tst_gui_groups.moc"
