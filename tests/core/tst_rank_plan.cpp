// Ranks of thin linears under one budget, held against every combination there is.
#include "core/base/error.h"
#include "core/plan/rank_plan.h"
#include "tests/core/hand_structure.h"

#include <QtTest>

#include <cmath>
#include <functional>
#include <set>

namespace tst_rank_plan {

using namespace lorashear;

namespace {

/// One block with two linears in its attention and one in its MLP, of different sizes.
Structure threeLinears() {
    Structure structure;
    structure.parameters = 4000;
    structure.linears = {{"a", {20, 20, false, false}}, {"b", {20, 60, false, false}}, {"c", {30, 20, false, false}}};
    BlockParts block;
    block.attention.tensors = {"a.weight", "b.weight"}, block.attention.parameters = 1600;
    block.mlp.tensors = {"c.weight"}, block.mlp.parameters = 600;
    structure.parts = {block};
    NodeGroup group;
    group.name = "layers.0.attention", group.unit = UnitKind::Attention, group.layer = 0, group.prunable = true;
    group.count = 4, group.parametersPerGroup = 40;
    group.primary = {{"a.weight", 0, 0, 5, 5}};
    group.secondary = {{"b.weight", 1, 0, 5, 5}};
    structure.nodeGroups = {group};
    return structure;
}

/// Tails of falling values, as singular values give them; how steep differs.
std::vector<double> losses(int most, double steepness) {
    std::vector<double> tails(static_cast<std::size_t>(most) + 1, 0.0);
    double sum = 0.01;
    for (int r = most; r >= 0; --r) {
        tails[static_cast<std::size_t>(r)] = sum;
        sum += std::exp(-steepness * r);
    }
    return tails;
}

RankLosses someLosses(const std::vector<RankCandidate>& candidates) {
    RankLosses all;
    double steepness = 0.1;
    for (const RankCandidate& one : candidates) all[one.linear] = losses(one.most, steepness), steepness += 0.2;
    return all;
}

std::map<std::string, int> ranksOf(const PruningPlan& plan) {
    std::map<std::string, int> ranks;
    for (const Edit& edit : plan.edits)
        ranks[std::get<FactorLinear>(edit).linear] = std::get<FactorLinear>(edit).factor.rank;
    return ranks;
}

struct Sum {
    double saved = 0, lost = 0;
};
Sum sumOf(const std::vector<RankCandidate>& candidates, const std::vector<int>& ranks, const RankLosses& losses) {
    Sum sum;
    for (std::size_t i = 0; i < candidates.size(); ++i) {
        if (ranks[i] == 0) continue;
        sum.saved += static_cast<double>(candidates[i].size - candidates[i].cost * ranks[i]);
        sum.lost += losses.at(candidates[i].linear).at(static_cast<std::size_t>(ranks[i]));
    }
    return sum;
}

PlanOptions ratioOf(double ratio) {
    PlanOptions options;
    options.ratio = ratio;
    return options;
}

ErrorCode codeOf(const std::function<void()>& call) {
    try {
        call();
    } catch (const Error& error) {
        return error.code();
    }
    return ErrorCode::Internal;
}

}  // namespace

class TestRankPlan : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void candidatesAreWhatSavesSomething() {
        const Structure structure = threeLinears();
        const PlanOptions options = ratioOf(0.2);
        const PlanRequest request{structure, options};
        const auto all = rankCandidates(request, {});
        QCOMPARE(all.size(), std::size_t{3});
        for (const RankCandidate& one : all) {
            QVERIFY(one.cost * one.most < one.size && one.cost * (one.most + 1) >= one.size);
            QCOMPARE(one.least, 1);
        }
        QCOMPARE(rankCandidates(request, {true, false, 1, 1, 0, 0}).size(), std::size_t{2});
        QCOMPARE(rankCandidates(request, {false, true, 1, 1, 0, 0}).front().linear, std::string("c"));
        QCOMPARE(rankCandidates(request, {true, true, 1, 1, 1, 0}).size(), std::size_t{0});
        QCOMPARE(rankCandidates(request, {true, true, 3, 1, 0, 0}).size(), std::size_t{0});  // 20 is no multiple of 3
    }

    /// Protected by a pattern, or marked; a mark can be lifted.
    void protectionsKeepLinearsWhole() {
        const Structure structure = threeLinears();
        PlanOptions options = ratioOf(0.05);
        options.protect = {"layers.0.attention"};
        QCOMPARE(rankCandidates({structure, options}, {}).size(), std::size_t{1});
        options.protect.clear();
        KnowledgeDistribution knowledge;
        knowledge.nodeGroups.resize(1);
        knowledge.nodeGroups.front().protectedByRank = true;
        QCOMPARE(rankCandidates({structure, options, &knowledge}, {}).size(), std::size_t{1});
        options.allow = {"*"};
        QCOMPARE(rankCandidates({structure, options, &knowledge}, {}).size(), std::size_t{3});
    }

    void meetsTheRequestWithinOneRank() {
        const Structure structure = threeLinears();
        for (const bool measured : {false, true})
            for (double ratio = 0.03; ratio < 0.48; ratio += 0.013) {
                const PlanOptions options = ratioOf(ratio);
                const PlanRequest request{structure, options};
                const auto losses = someLosses(rankCandidates(request, {}));
                const PruningPlan plan = planRanks(request, {}, measured ? &losses : nullptr);
                double saved = 0;
                for (const auto& [name, rank] : ranksOf(plan)) {
                    const LinearSize& size = structure.linears.at(name);
                    saved += static_cast<double>(size.out * size.in - rank * (size.out + size.in));
                }
                QVERIFY(std::abs(plan.expectedRatio - saved / 4000) < 1e-12);
                QVERIFY2(std::abs(saved - ratio * 4000) <= 40, qPrintable(QString::number(ratio)));  // a rank of "a"
                QCOMPARE(plan.removed(), 0);
                for (const NodeGroupBudget& budget : plan.budgets) QVERIFY(!budget.prunable && !budget.reason.empty());
            }
    }

    /// Nothing that saves as much loses clearly less.
    void losesNoMoreThanAnyOtherChoice() {
        const Structure structure = threeLinears();
        for (const double ratio : {0.08, 0.17, 0.26, 0.35, 0.44}) {
            const PlanOptions options = ratioOf(ratio);
            const PlanRequest request{structure, options};
            const auto candidates = rankCandidates(request, {});
            const auto losses = someLosses(candidates);
            const auto chosen = ranksOf(planRanks(request, {}, &losses));
            std::vector<int> ranks;
            for (const RankCandidate& one : candidates)
                ranks.push_back(chosen.count(one.linear) ? chosen.at(one.linear) : 0);
            const Sum own = sumOf(candidates, ranks, losses);
            double best = 1e9;
            for (int a = 0; a <= candidates[0].most; ++a)
                for (int b = 0; b <= candidates[1].most; ++b)
                    for (int c = 0; c <= candidates[2].most; ++c) {
                        const Sum other = sumOf(candidates, {a, b, c}, losses);
                        if (other.saved >= own.saved) best = std::min(best, other.lost);
                    }
            QVERIFY(best < 1e9);
            QVERIFY2(own.lost <= 1.05 * best, qPrintable(QString("%1: %2, best %3").arg(ratio).arg(own.lost).arg(best)));
        }
    }

    /// A linear that can lose nothing for less than others stays whole.
    void dearLinearsStayWhole() {
        const Structure structure = threeLinears();
        const PlanOptions options = ratioOf(0.1);
        auto losses = someLosses(rankCandidates({structure, options}, {}));
        for (double& loss : losses.at("b")) loss += 1000;
        const auto ranks = ranksOf(planRanks({structure, options}, {}, &losses));
        QVERIFY(!ranks.count("b"));
        QVERIFY(!ranks.empty());
    }

    void refusesWithReasons() {
        const Structure structure = threeLinears();
        PlanOptions options = ratioOf(0.9);
        QCOMPARE(codeOf([&] { planRanks({structure, options}, {}); }), ErrorCode::Impossible);
        options.ratio = 1.5;
        QCOMPARE(codeOf([&] { planRanks({structure, options}, {}); }), ErrorCode::BadRecipe);
        options.ratio = 0.2;
        options.uniform = true;
        QCOMPARE(codeOf([&] { planRanks({structure, options}, {}); }), ErrorCode::Unsupported);
        options.uniform = false;
        options.units.at("blocks").take = true;
        QCOMPARE(codeOf([&] { planRanks({structure, options}, {}); }), ErrorCode::BadRecipe);
        options.units.at("blocks").take = false;
        RankLosses broken = someLosses(rankCandidates({structure, options}, {}));
        broken.at("a").front() = std::nan("");
        QCOMPARE(codeOf([&] { planRanks({structure, options}, {}, &broken); }), ErrorCode::Numeric);
    }
};

}  // namespace tst_rank_plan

QTEST_APPLESS_MAIN(tst_rank_plan::TestRankPlan)
#include "tst_rank_plan.moc"
