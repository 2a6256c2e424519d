#include "core/prune/methods/group_gates.h"
#include "core/prune/methods/hard_concrete.h"
#include "tests/tensor/trained_pruning.h"

#include <QtTest>

#include <algorithm>
#include <cmath>
#include <functional>

namespace tst_sheared_llama {

using namespace lorashear;
using handmade::PruningRun;

namespace {

constexpr int kGrid = 200000;

/// Mean over u in [0, 1), by midpoints.
double meanOver(const std::function<double(double)>& f) {
    double sum = 0;
    for (int i = 0; i < kGrid; ++i) sum += f((i + 0.5) / kGrid);
    return sum / kGrid;
}

std::vector<GroupPool> onePool(int groups, int remove) {
    GroupPool pool{"toy", {}, remove};
    for (int i = 0; i < groups; ++i) pool.groups.push_back({0, i});
    return {pool};
}

/// What a toy model loses without each group: the last `remove` of them next to nothing.
double priceOf(int group, int groups) {
    return 1e-2 * (groups - 1 - group) / (groups - 1);
}

}  // namespace

class TestShearedLlama : public QObject {
    Q_OBJECT

    static PruningRun::Setup shortRun(const nlohmann::json& more = nlohmann::json::object()) {
        PruningRun::Setup setup;
        setup.options = {{"gate_steps", 8}, {"settle_steps", 2}, {"gate_rate", 0.5}};
        setup.options.update(more);
        setup.plan = handmade::planOf(0.25);
        return setup;
    }

private Q_SLOTS:
    void chancesAreThoseOfTheSamples() {
        for (const double a : {-3.0, 0.0, 3.0}) {
            const double open = meanOver([&](double u) { return gate::sample(a, u) > 0 ? 1.0 : 0.0; });
            QVERIFY2(std::abs(open - gate::chanceOpen(a)) < 1e-4, qPrintable(QString("%1: %2").arg(a).arg(open)));
        }
        QVERIFY(1 - gate::chanceOpen(gate::kMost) < 0.01);  // what the original begins with
        QVERIFY(gate::sample(0, 0) == 0 && gate::sample(0, 0.999999) == 1);
        QVERIFY(gate::settled(2.4) == 1 && gate::settled(-2.4) == 0);
        QVERIFY(std::abs(gate::settled(0) - 0.5) < 1e-12);
    }

    // Of one sample, of the chance, and of the expectation of a gate: the gradient that training sees is that of the mean.
    void slopesAreThoseOfDifferences() {
        constexpr double h = 1e-3;
        for (const double a : {-2.5, -0.7, 0.0, 1.1, 3.0}) {
            const auto difference = [&](auto&& f) { return (f(a + h) - f(a - h)) / (2 * h); };
            QVERIFY(std::abs(gate::chanceOpenSlope(a) - difference(gate::chanceOpen)) < 1e-6);
            for (const double u : {0.08, 0.3, 0.45, 0.71}) {
                const double z = gate::sample(a, u);
                if (z < 0.01 || z > 0.99) continue;
                QVERIFY(std::abs(gate::sampleSlope(a, u) - difference([&](double x) { return gate::sample(x, u); })) < 1e-5);
            }
            const double slope = meanOver([&](double u) { return gate::sampleSlope(a, u); });
            const double expected =
                difference([](double x) { return meanOver([&](double u) { return gate::sample(x, u); }); });
            QVERIFY2(std::abs(slope - expected) < 1e-4,
                     qPrintable(QString("%1: %2, not %3").arg(a).arg(slope).arg(expected)));
            QVERIFY(slope > 1e-3);
        }
        QCOMPARE(gate::sampleSlope(0, 1e-9), 0.0);
        QCOMPARE(gate::sampleSlope(0, 1 - 1e-9), 0.0);
    }

    // 60 gates of which a third is to be closed: the expected share comes to a third, the first multiplier turns round after the overshoot, the
    // second only grows, and those close that cost least.
    void multipliersReachTheTarget() {
        constexpr int kGroups = 60, kRemove = 20, kSteps = 600;
        HardConcreteGates gates(onePool(kGroups, kRemove), 3, 5);
        PoolValues slopes(1);
        for (int i = 0; i < kGroups; ++i) slopes[0].push_back(-priceOf(i, kGroups));
        const double target = 1.0 * kRemove / kGroups;
        double mean = 0, most = 0, lowest = 0, risen = 0, second = 0;
        for (int step = 0; step < kSteps; ++step) {
            gates.learn(step, slopes, {target * std::min(1.0, step / 120.0)}, 0.1, 0.1);
            const auto [l1, l2] = gates.multipliers(0);
            QVERIFY(l2 >= second);
            second = l2;
            if (l1 < lowest) lowest = l1, risen = 0;
            risen = std::max(risen, l1 - lowest);
            most = std::max(most, gates.closedShare(0));
            if (step >= kSteps - 100) mean += gates.closedShare(0) / 100;
        }
        QVERIFY2(std::abs(mean - target) < 0.01, qPrintable(QString::number(mean)));
        QVERIFY(most > target);
        QVERIFY2(lowest < -0.1 && risen > 0.1, qPrintable(QString("%1 %2").arg(lowest).arg(risen)));
        const auto a = gates.logAlphas()[0];
        double early = 0, late = 0;
        for (int i = 0; i < kRemove; ++i) early += a[std::size_t(i)], late += a[std::size_t(kGroups - 1 - i)];
        QVERIFY2(early > late + kRemove, qPrintable(QString("%1 %2").arg(early).arg(late)));
    }

    // What a gate's factor does to the loss, against differences of it; two portions add up.
    void gateGradientsAreThoseOfDifferences() {
        PruningRun run("sheared-llama", shortRun());
        const auto pools = poolsOf(run.plan, run.structure);
        QCOMPARE(pools.size(), std::size_t{2});
        GroupGates gates(*run.model, run.structure, pools);
        auto factors = poolValues(pools, 0.9);
        factors[0][3] = 0.4, factors[1][77] = 0.2;
        const auto text = handmade::ownText(*handmade::tinyModel(22), 16, 20, 4);
        const auto loss = [&](const Sequence* sequences, std::size_t count) {
            const auto batch = paddedBatch(sequences, count, run.model->device());
            const auto hidden = run.model->hidden(batch.ids, {}).flatten(0, 1);
            return ops::tokenNll(hidden, run.model->vocabularyHead(), batch.targets.flatten()).sum(at::kDouble);
        };
        gates.open(factors);
        loss(text.data(), 10).backward();
        loss(text.data() + 10, 6).backward();
        const auto slopes = gates.gradients();
        const auto at = [&](std::size_t pool, std::size_t i, double change) {
            at::NoGradGuard guard;
            auto moved = factors;
            moved[pool][i] += change;
            gates.open(moved);
            const double value = loss(text.data(), text.size()).item<double>();
            gates.close();
            return value;
        };
        gates.close();
        double largest = 0;
        for (const auto& pool : slopes)
            for (const double slope : pool) largest = std::max(largest, std::abs(slope));
        for (const auto& [pool, i] :
             {std::pair<std::size_t, std::size_t>{0, 0}, {0, 3}, {0, 5}, {1, 0}, {1, 41}, {1, 77}, {1, 119}}) {
            const double slope = (at(pool, i, 0.05) - at(pool, i, -0.05)) / 0.1;
            QVERIFY2(std::abs(slopes[pool][i] - slope) < 0.02 * std::abs(slope) + 2e-3 * largest,
                     qPrintable(QString("%1 %2: %3, not %4").arg(pool).arg(i).arg(slopes[pool][i]).arg(slope)));
        }
        for (const auto* linear : run.model->linears()) QVERIFY(!linear->inputMask.defined());
    }

    // A closed gate is a cut, and folding is what the open ones did.
    void gatesAreCutsAndFold() {
        PruningRun run("sheared-llama", shortRun());
        const auto pools = poolsOf(run.plan, run.structure);
        GroupGates gates(*run.model, run.structure, pools);
        for (const auto* linear : run.model->linears()) {
            at::NoGradGuard guard;
            linear->b.copy_(at::sin(at::arange(linear->b.numel(), at::kFloat)).view_as(linear->b) * 0.05);
        }
        const auto close = [](const at::Tensor& x, const at::Tensor& y) {
            return (x - y).abs().max().item<double>() < 1e-5 * y.abs().max().item<double>();
        };
        auto factors = poolValues(pools, 1);
        const std::vector<GroupRef> cut = {pools[0].groups[1], pools[1].groups[5], pools[1].groups[100]};
        factors[0][1] = factors[1][5] = factors[1][100] = 0;
        const auto whole = handmade::someLogits(*run.model);
        gates.open(factors);
        const auto gated = handmade::someLogits(*run.model);
        gates.close();
        QVERIFY(!close(gated, whole));
        applyMasks(*run.model, run.structure, cut);
        QVERIFY(close(handmade::someLogits(*run.model), gated));
        applyMasks(*run.model, run.structure, {});

        factors[0][0] = 0.7, factors[1][6] = 0.3;
        gates.open(factors);
        const auto open = handmade::someLogits(*run.model);
        gates.close();
        WeightEdits edits;
        gates.fold(factors, edits);
        QVERIFY(close(handmade::someLogits(*run.model), open));
        QCOMPARE(edits.names().size(), std::size_t{3});  // o_proj and down_proj of layer 0, down_proj of layer 2
        QVERIFY(
            close(handmade::someLogits(*run.dense), handmade::someLogits(*PruningRun("sheared-llama", shortRun()).dense)));
    }

    void meetsThePlanExactly_data() {
        QTest::addColumn<bool>("uniform");
        QTest::newRow("one target a unit") << false;
        QTest::newRow("uniform: one a layer") << true;
    }
    void meetsThePlanExactly() {
        QFETCH(bool, uniform);
        auto setup = shortRun();
        setup.plan = handmade::planOf(0.3, uniform);
        PruningRun run("sheared-llama", setup);
        for (int i = 0; i < 7; ++i) QCOMPARE(run.session->step().zeroGroups, 0);
        QCOMPARE(run.session->step().zeroGroups, run.plan.removed());
        run.finish();
        for (const char* unit : {"attention", "mlp"}) QCOMPARE(run.chosenOf(unit), run.plan.removed(unit));
        for (const auto& budget : run.plan.budgets)
            if (uniform && budget.prunable) QCOMPARE(run.chosenOf(budget.nodeGroup), budget.removeExactly);
    }

    // Gates learn from the loss: what nobody reads has no gradient to stay for and closes; between steps no gate is on.
    void whatNobodyReadsCloses() {
        auto setup = shortRun({{"gate_steps", 120}, {"gate_rate", 0.1}, {"start", 1.5}});
        setup.learningRate = 1e-3;
        std::vector<int> silent;
        for (int i = 0; i < 20; ++i) silent.push_back(2 * i);
        setup.change = [&](CausalLM& model) { handmade::silence(model, 1, silent); };
        PruningRun run("sheared-llama", setup);
        const auto phase = run.session->step().phase;
        QVERIFY2(phase.rfind("gates, ", 0) == 0, phase.c_str());
        for (const auto* linear : run.model->linears()) QVERIFY(!linear->inputMask.defined());
        run.finish();
        int closed = 0, others = 0;
        for (int i = 0; i < 40; ++i) (i % 2 == 0 ? closed : others) += run.chose("layers.1.mlp", i);
        QVERIFY2(closed > others, qPrintable(QString("%1 of the silent, %2 others").arg(closed).arg(others)));
    }
};

}  // namespace tst_sheared_llama

QTEST_APPLESS_MAIN(tst_sheared_llama::TestShearedLlama)
#include "tst_sheared_llama.moc"
