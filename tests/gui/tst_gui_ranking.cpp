#include "tests/ui/ui_support/sample_session.h"
#include "tests/ui/ui_support/window_fixture.h"
#include "ui/controller/renumber.h"
#include "ui/widgets/bar_list.h"

#include <QComboBox>

#include <atomic>
#include <chrono>
#include <set>
#include <thread>

namespace tst_gui_ranking {

using namespace lorashear;
using namespace lorashear::ui;
using namespace lorashear::testing;

namespace {

/// The other way round than every other saliency of these tests.
GroupSaliency methodsOwn(const Structure& structure = *sampleStructure()) {
    GroupSaliency saliency = Renumbering(*sampleStructure(), structure)(*sampleSaliency());
    saliency.proxy = "lhspg";
    for (auto& scores : saliency.scores)
        for (double& score : scores) score = 10 - score;
    return saliency;
}

std::vector<GroupRef> firstChoice(const PlanOptions& options, const Structure& structure = *sampleStructure()) {
    return selectGroups(makePlan(structure, options), structure, methodsOwn(structure), {}, 1.0);
}

/// The same model traced with adapters: node groups in between that the bare one does not have, other ids behind them.
std::shared_ptr<const Structure> withAdapters() {
    auto structure = std::make_shared<Structure>(*sampleStructure());
    NodeGroup adapter;
    adapter.name = "layers.0.mlp.gate_proj";
    adapter.kind = NodeGroupKind::Composed;
    adapter.reason = "lies in layers.0.mlp";
    structure->nodeGroups.insert(structure->nodeGroups.begin() + 4, adapter);
    for (int id = 0; id < int(structure->nodeGroups.size()); ++id) structure->nodeGroups[std::size_t(id)].id = id;
    return structure;
}

}  // namespace

/// What Plan shows to go is what the method takes first, says whether it was measured for today's settings, and afterwards stands beside what
/// the run did.
class TestGuiRanking : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() {
        m_asked = 0;
        m_holds = m_adapters = m_holdsAnalysis = false;
        QVERIFY(m.openBundled([this, play = usualScript()](const Command& command, testing::Stage& stage) {
            if (const auto* open = std::get_if<command::OpenModel>(&command)) {
                stage.send(sampleModel(open->folder));
                stage.send(event::StructureFound{sampleStructure()});
                stage.send(event::SaliencyMeasured{sampleSaliency()});
                return stage.completed();
            }
            if (const auto* analyse = std::get_if<command::AnalyseKnowledge>(&command); analyse && m_adapters) {
                stage.send(sampleModel(analyse->recipe.model.path));
                stage.send(event::StructureFound{withAdapters()});
                while (m_holdsAnalysis && stage.goOn()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
                return stage.completed();
            }
            const auto* rank = std::get_if<command::RankGroups>(&command);
            if (!rank) return play(command, stage);
            ++m_asked;
            while (m_holds && stage.goOn()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
            if (!stage.goOn()) return stage.cancelled();
            const auto structure = m_adapters ? withAdapters() : sampleStructure();
            stage.send(event::SaliencyMeasured{std::make_shared<const GroupSaliency>(methodsOwn(*structure))});
            stage.send(event::GroupsChosen{firstChoice(rank->recipe.plan, *structure), 0});
            stage.completed();
        }));
        m.window->showPage(QStringLiteral("plan"));
    }
    void cleanup() { m.close(); }

    void windowsThatAreSkippedAreSaid() {
        m.window->showPage(QStringLiteral("knowledge"));
        QVERIFY(!m.label("analysisText")->text().contains(QStringLiteral("behind")));
        m.studio->session().edit(QStringLiteral("skip"), [](Recipe& r) {
            r.analysis.text.maxWindows = 40;
            r.analysis.text.skipWindows = 8;
        });
        const QString said = m.label("analysisText")->text();
        QVERIFY2(said.contains(QStringLiteral("40 windows")) && said.endsWith(QStringLiteral("behind the first 8")),
                 qPrintable(said));
    }

    void planShowsTheMethodsFirstChoice() {
        QVERIFY2(said("Estimate"), qPrintable(m.label("planNote")->text()));
        QVERIFY(m.find<QPushButton>("planRank")->isVisible());
        m.click("planRank");
        QTRY_VERIFY(said("Measured"));
        QVERIFY(!m.find<QPushButton>("planRank")->isVisible());
        shows(firstChoice(m.studio->session().recipe().plan));
        // another plan: by the same scores, and marked
        Session& session = m.studio->session();
        session.edit(QStringLiteral("ratio"), [](Recipe& r) { r.plan.ratio = 0.37; });
        QVERIFY2(said("Stale"), qPrintable(m.label("planNote")->text()));
        shows(firstChoice(session.recipe().plan));
        // what comes after pruning makes nothing stale
        session.undoStack().undo();
        QVERIFY(said("Measured"));
        session.edit(QStringLiteral("windows"), [](Recipe& r) { r.evaluation.taskLimit = 7; });
        QVERIFY(said("Measured"));
        // another saliency does not take over: there is one ranking
        m.studio->analyse();
        QTRY_VERIFY(!m.studio->engine().busy());
        QVERIFY(said("Measured"));
        shows(firstChoice(session.recipe().plan));
        m.window->showPage(QStringLiteral("knowledge"));
        session.select({{}, -1, 1});
        QVERIFY(m.find<QComboBox>("groupProxy")->itemText(0).startsWith(QStringLiteral("lhspg")));
    }

    void anAnalysisBeforeTheFirstRankingChangesNothing() {
        Session& session = m.studio->session();
        m_adapters = m_holdsAnalysis = true;
        const QStringList before = bars();
        QVERIFY2(before.filter(QStringLiteral("≈")).size() == before.size(), qPrintable(before.join(QLatin1Char('|'))));
        QVERIFY(said("Estimate: ranked by activation"));
        session.select({{}, -1, session.structure()->find("layers.4.mlp")->id, 3});
        m.studio->setIdleWork(true);
        m.studio->analyse();
        QTRY_VERIFY(session.structure()->find("layers.0.mlp.gate_proj"));
        QCOMPARE(bars(), before);  // by the same scores, under other ids
        QVERIFY2(said("Estimate: ranked by activation"), qPrintable(m.label("planNote")->text()));
        QVERIFY(!m.label("planNote")->text().contains(QStringLiteral("Before: ")));
        QVERIFY2(m.studio->whatIf().refusal().isEmpty(), qPrintable(m.studio->whatIf().refusal()));
        QCOMPARE(session.selection(), (Selection{{}, -1, session.structure()->find("layers.4.mlp")->id, 3}));
        m_holdsAnalysis = false;
        QTRY_VERIFY_WITH_TIMEOUT(said("Measured"), 10000);  // by itself
        m.studio->setIdleWork(false);
        QVERIFY(m.label("planNote")->text().contains(QStringLiteral("Before: an estimate by activation.")));
    }

    void countsThatMoveWithoutAnEditSaySo() {
        QStringList notices;
        connect(m.studio.get(), &Studio::noticed, this, [&](const QString& words) { notices << words; });
        const QStringList before = bars();
        m.click("planRank");
        QTRY_VERIFY(said("Measured"));
        disconnect(m.studio.get(), &Studio::noticed, this, nullptr);
        QVERIFY(bars() != before && bars().filter(QStringLiteral("≈")).isEmpty());
        const QString moved = QStringLiteral("Before: an estimate by activation.");
        QVERIFY(notices.contains(QStringLiteral("The counts moved without an edit. ") + moved));
        QVERIFY2(m.label("planNote")->text().contains(moved), qPrintable(m.label("planNote")->text()));
        m.studio->session().edit(QStringLiteral("ratio"), [](Recipe& r) { r.plan.ratio = 0.37; });
        QVERIFY(!m.label("planNote")->text().contains(moved));               // what moves now, a person moved
        QCOMPARE(bars().filter(QStringLiteral("≈")).size(), bars().size());  // stale
        m.studio->session().edit(QStringLiteral("uniform"), [](Recipe& r) { r.plan.uniform = true; });
        QVERIFY(bars().filter(QStringLiteral("≈")).isEmpty());  // equal counts are the plan's, whoever ranks
    }

    void marksOfAnAnalysisMakeTheChoiceStale() {
        Session& session = m.studio->session();
        session.edit(QStringLiteral("knowledge"), [](Recipe& r) { r.plan.useKnowledge = true; });
        m.click("planRank");
        QTRY_VERIFY(said("Measured"));
        m.studio->analyse();
        QTRY_VERIFY(!m.studio->engine().busy());
        QVERIFY2(said("Stale"), qPrintable(m.label("planNote")->text()));
        session.edit(QStringLiteral("knowledge"), [](Recipe& r) { r.plan.useKnowledge = false; });
        session.undoStack().undo();
        QVERIFY(said("Stale"));
    }

    void theIdleWorkerKeepsItFreshAndGivesWay() {
        QCOMPARE(m_asked.load(), 0);
        m.studio->setIdleWork(true);
        QTRY_VERIFY_WITH_TIMEOUT(said("Measured"), 10000);
        m.studio->session().edit(QStringLiteral("ratio"), [](Recipe& r) { r.plan.ratio = 0.4; });
        QTRY_VERIFY_WITH_TIMEOUT(said("Measured"), 10000);
        QCOMPARE(m_asked.load(), 2);
        m_holds = true;
        m.studio->session().edit(QStringLiteral("ratio"), [](Recipe& r) { r.plan.ratio = 0.3; });
        QTRY_COMPARE_WITH_TIMEOUT(m_asked.load(), 3, 10000);
        // nobody sees it: everything can be asked for, and nothing can be cancelled
        QVERIFY(m.find<QPushButton>("startFromPlan")->isEnabled() && !m.studio->busy());
        m.window->showPage(QStringLiteral("run"));
        QVERIFY(!m.find<QPushButton>("cancel")->isVisible() && m.find<QPushButton>("start")->isVisible());
        m.studio->startRun();
        QTRY_VERIFY_WITH_TIMEOUT(m.studio->session().run().finished.has_value(), 20000);
        QVERIFY(m.studio->session().run().finished->outcome == event::Finished::Outcome::Completed);
        m.studio->setIdleWork(false);
        m_holds = false;
        QTRY_VERIFY(!m.studio->engine().busy());
    }

    void afterwardsPlannedStandsBesideActual() {
        m.window->showPage(QStringLiteral("graph"));
        QCOMPARE(m.label("graphBars")->text(), QStringLiteral("bars: what the plan keeps"));
        QVERIFY(m.runToTheEnd());
        m.window->showPage(QStringLiteral("plan"));
        const int mlp0 = m.studio->session().structure()->find("layers.0.mlp")->id;
        for (const BarRow& row : m.find<BarList>("planBars")->rows())
            if (row.id == mlp0)
                QVERIFY2(row.text.contains(QStringLiteral("run: %1").arg(172 - m.studio->session().run().zeroCount(mlp0))),
                         qPrintable(row.text));
        QVERIFY(m.label("planNote")->text().contains(QStringLiteral("the run shown kept")));
        m.window->showPage(QStringLiteral("graph"));
        QCOMPARE(m.label("graphBars")->text(), QStringLiteral("bars: what the run kept"));
    }

private:
    bool said(const char* word) const { return m.label("planNote")->text().startsWith(QString::fromLatin1(word)); }
    QStringList bars() const {
        QStringList texts;
        for (const BarRow& row : m.find<BarList>("planBars")->rows())
            if (row.value < 1) texts << row.label + QStringLiteral(": ") + row.text;
        return texts;
    }
    /// As many groups of every node group go as in the choice, and these.
    void shows(const std::vector<GroupRef>& choice) {
        const Session& session = m.studio->session();
        std::vector<int> goes(session.structure()->nodeGroups.size(), 0);
        for (const GroupRef& group : choice) ++goes[std::size_t(group.nodeGroup)];
        QCOMPARE(session.plan().removed, goes);
        QCOMPARE(std::set<GroupRef>(session.plan().ranked.begin(), session.plan().ranked.end()),
                 std::set<GroupRef>(choice.begin(), choice.end()));
    }

    std::atomic<int> m_asked = 0;
    std::atomic<bool> m_holds = false, m_adapters = false, m_holdsAnalysis = false;
    WindowFixture m;
};

}  // namespace tst_gui_ranking

QTEST_MAIN(tst_gui_ranking::TestGuiRanking)
#include "tst_gui_ranking.moc"
