// The half-space test as a choice: more groups fade than go, and their rows decide who.
#include "core/base/error.h"
#include "core/prune/methods/half_space.h"
#include "tests/tensor/trained_pruning.h"

#include <QtTest>

#include <algorithm>
#include <map>
#include <set>

namespace tst_half_space {

using namespace lorashear;
using handmade::planOf;
using handmade::PruningRun;
using nlohmann::json;

namespace {

constexpr int kSteps = 8;

PruningRun::Setup setupOf(const json& more = json::object(), double learningRate = 2e-2) {
    PruningRun::Setup setup;
    setup.options = {{"warmup_steps", 0},          {"periods", 1},           {"period_steps", kSteps},
                     {"calibration_sequences", 8}, {"over_selection", 1.75}, {"rate_warmup", 0}};
    setup.options.update(more);
    setup.plan = planOf(0.25);
    setup.learningRate = learningRate;
    return setup;
}

/// <x^, x_0> / ||x_0||^2 of a group from whole matrices, x_0 its rows in the dense model.
double alignmentOf(const PruningRun& run, const GroupRef& group) {
    double inner = 0, square = 0;
    for (const auto& rows : rowsOf(*run.model, run.nodeGroup(group), group.index)) {
        const auto of = [&](const Linear* linear) {
            return linear->effectiveWeight().narrow(0, rows.begin, rows.length).to(at::kDouble);
        };
        const auto now = of(rows.linear), start = of(run.dense->linear(rows.linear->name));
        inner += (now * start).sum().item<double>();
        square += start.square().sum().item<double>();
    }
    return inner / square;
}

double scaleOf(const PruningRun& run, const GroupRef& group) {
    const auto rows = rowsOf(*run.model, run.nodeGroup(group), group.index).front();
    return rows.linear->rowScale.defined() ? rows.linear->rowScale[rows.begin].item<double>() : 1;
}

/// By unit: the groups whose rows have this scale.
std::map<std::string, std::vector<GroupRef>> groupsAt(const PruningRun& run, double scale) {
    std::map<std::string, std::vector<GroupRef>> found;
    for (const NodeGroup& nodeGroup : run.structure.nodeGroups)
        for (int j = 0; nodeGroup.prunable && j < nodeGroup.count; ++j)
            if (const GroupRef group{nodeGroup.id, j}; std::abs(scaleOf(run, group) - scale) < 1e-4)
                found[unitName(nodeGroup.unit)].push_back(group);
    return found;
}

}  // namespace

class TestHalfSpace : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void whoPointsLeastAlongGoes() {
        PruningRun run("lhspg", setupOf());
        for (int i = 0; i < kSteps / 2; ++i) {
            QVERIFY(run.session->chosen().empty());
            run.session->step();
        }
        const auto fading = groupsAt(run, 0.5);
        const std::set<GroupRef> going(run.session->chosen().begin(), run.session->chosen().end());
        QCOMPARE(static_cast<int>(going.size()), run.plan.removed());
        int returning = 0;
        for (const auto& [unit, groups] : fading) {
            double worstGoing = -1e9, bestReturning = 1e9;
            for (const GroupRef& group : groups) {
                const double found = alignmentOf(run, group);
                if (going.count(group))
                    worstGoing = std::max(worstGoing, found);
                else
                    bestReturning = std::min(bestReturning, found), ++returning;
            }
            QVERIFY2(worstGoing <= bestReturning + 1e-6, unit.c_str());
        }
        QVERIFY(returning >= run.plan.removed() / 2);
        run.finish();
        for (const auto& [unit, groups] : fading)
            for (const GroupRef& group : groups) QCOMPARE(scaleOf(run, group), going.count(group) ? 0.0 : 1.0);
    }

    /// A candidate that training makes longer stays, whatever its rank.
    void theRankingHasNotTheLastWord() {
        const auto first = [](PruningRun& run) {
            const PruningTask task{*run.model, run.structure, run.plan, *run.trainer, run.text, run.control};
            return rankingOf("lhspg", setupOf().options.dump(), task)->groups;
        };
        PruningRun run("lhspg", setupOf());
        const auto ranked = first(run);
        for (int i = 0; i + 1 < kSteps / 2; ++i) run.session->step();
        std::vector<GroupRef> saved;
        for (const GroupRef& group : ranked)
            if (run.nodeGroup(group).unit == UnitKind::Mlp && saved.size() < 3) saved.push_back(group);
        for (const GroupRef& group : saved)
            for (const auto& rows : rowsOf(*run.model, run.nodeGroup(group), group.index))
                rows.linear->rowScale.narrow(0, rows.begin, rows.length).mul_(3);
        run.session->step();
        const auto& chosen = run.session->chosen();
        for (const GroupRef& group : saved) QVERIFY(std::find(chosen.begin(), chosen.end(), group) == chosen.end());
        QCOMPARE(static_cast<int>(chosen.size()), run.plan.removed());
    }

    /// Near the most that can go, all that fade are what goes, and nobody goes who has not faded.
    void theQuotaIsMetNearTheMost_data() {
        QTest::addColumn<double>("ratio");
        QTest::addColumn<double>("times");
        for (const double ratio : {0.3, 0.5, 0.6})
            for (const double times : {1.2, 2.0, 4.0}) QTest::addRow("%g of %g", times, ratio) << ratio << times;
    }
    void theQuotaIsMetNearTheMost() {
        QFETCH(double, ratio);
        QFETCH(double, times);
        auto setup = setupOf({{"periods", 5}, {"period_steps", 2}, {"over_selection", times}, {"order", "dense"}});
        setup.plan = planOf(ratio);
        PruningRun run("lhspg", setup);
        std::set<GroupRef> faded;
        while (!run.session->done()) {
            run.session->step();
            for (const auto& [unit, groups] : groupsAt(run, 0.5)) faded.insert(groups.begin(), groups.end());
        }
        QCOMPARE(static_cast<int>(run.session->chosen().size()), run.plan.removed());
        for (const GroupRef& group : run.session->chosen()) {
            QCOMPARE(scaleOf(run, group), 0.0);
            QVERIFY(faded.count(group));
        }
    }

    void uniformPlansStayUniform() {
        auto setup = setupOf();
        setup.plan = planOf(0.25, true);
        PruningRun run("lhspg", setup);
        run.finish();
        std::map<std::string, std::set<int>> counts;
        for (const NodeGroup& group : run.structure.nodeGroups)
            if (group.prunable) counts[unitName(group.unit)].insert(run.chosenOf(group.id));
        for (const auto& [unit, of] : counts) QVERIFY2(of.size() == 1, unit.c_str());
        QCOMPARE(static_cast<int>(run.session->chosen().size()), run.plan.removed());
    }

    void inSeveralPeriods() {
        PruningRun run("lhspg",
                       setupOf({{"periods", 3}, {"order", "dense"}, {"repair_from", "dense"}, {"repair_at", "death"}}));
        std::set<GroupRef> before;
        for (int period = 1; period <= 3; ++period) {
            for (int i = 0; i < kSteps; ++i) run.session->step();
            const std::set<GroupRef> now(run.session->chosen().begin(), run.session->chosen().end());
            QVERIFY(std::includes(now.begin(), now.end(), before.begin(), before.end()));
            for (const GroupRef& group : now) QCOMPARE(scaleOf(run, group), 0.0);
            before = now;
        }
        QCOMPARE(static_cast<int>(before.size()), run.plan.removed());
    }

    void whatHasNoWayBackIsRefused_data() {
        QTest::addColumn<QString>("more");
        QTest::newRow("literal") << R"({"realisation": "literal", "saliency": "mix", "compensation": false})";
        QTest::newRow("merged") << R"({"merge_periods": true})";
        QTest::newRow("no half") << R"({"period_steps": 1})";
    }
    void whatHasNoWayBackIsRefused() {
        QFETCH(QString, more);
        try {
            PruningRun run("lhspg", setupOf(json::parse(more.toStdString())));
            QFAIL("accepted");
        } catch (const Error& error) {
            QCOMPARE(error.subject(), std::string("/method/options/over_selection"));
        }
    }
};

}  // namespace tst_half_space

QTEST_GUILESS_MAIN(tst_half_space::TestHalfSpace)
#include "tst_half_space.moc"
