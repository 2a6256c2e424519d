#include "core/base/error.h"
#include "core/prune/methods/lora_importance.h"
#include "tests/tensor/trained_pruning.h"

#include <QtTest>

#include <algorithm>
#include <cmath>

namespace tst_loraprune {

using namespace lorashear;
using handmade::PruningRun;

namespace {

at::Tensor waves(at::IntArrayRef shape, double frequency) {
    auto result = at::empty(shape, at::kFloat);
    return result.copy_(at::sin(at::arange(result.numel(), at::kFloat) * frequency + 0.3).view(shape));
}

/// An adapted linear by itself, with gradients that somebody has put there.
Linear adapted() {
    Linear linear;
    linear.name = "alone";
    linear.weight = waves({6, 5}, 1.7);
    linear.a = waves({2, 5}, 0.9).set_requires_grad(true);
    linear.b = waves({6, 2}, 2.3).set_requires_grad(true);
    linear.scale = 0.5;
    linear.a.mutable_grad() = waves({2, 5}, 3.1) * 0.2;
    linear.b.mutable_grad() = waves({6, 2}, 1.3) * 0.4;
    return linear;
}

double largest(const at::Tensor& t) {
    return t.abs().max().item<double>();
}

/// Adapters that have learnt something already.
void begun(const CausalLM& model) {
    at::NoGradGuard guard;
    for (auto* linear : model.linears()) linear->b.copy_(waves(linear->b.sizes(), 1.1) * 0.05);
}

double batchNll(const CausalLM& model, const std::vector<Sequence>& text) {
    return lorashear::meanNll(model, text, 8, Compute::Fp32, {});
}

constexpr const char* kDown = "model.layers.1.mlp.down_proj";

}  // namespace

class TestLoraPrune : public QObject {
    Q_OBJECT

    static PruningRun::Setup shortRun(nlohmann::json more = nlohmann::json::object()) {
        PruningRun::Setup setup;
        setup.options = {{"warmup_steps", 2}, {"prune_steps", 7}, {"settle_steps", 3}, {"refresh_steps", 3}};
        setup.options.update(more);
        setup.plan = handmade::planOf(0.25);
        return setup;
    }

private Q_SLOTS:
    // B A before one step of gradient descent with rate 1, minus B A after it.
    void estimateIsTheChangeOfTheProduct() {
        const auto linear = adapted();
        at::NoGradGuard guard;
        const auto a = linear.a.detach(), b = linear.b.detach();
        for (const double factor : {1.0, 0.25}) {
            const auto change = b.mm(a) - (b - linear.b.grad() * factor).mm(a - linear.a.grad() * factor);
            QVERIFY(largest(loraGradient(linear, factor, 0, 6) - change) < 1e-6);
            QVERIFY(largest(loraGradient(linear, factor, 2, 3) - change.narrow(0, 2, 3)) < 1e-6);
        }
    }

    void sumsAreOfTheProductWithTheEffectiveWeight() {
        auto linear = adapted();
        linear.rowScale = at::tensor({1.0F, 0.5F, 0.0F, 1.0F, 2.0F, 1.0F});
        const auto all = (loraGradient(linear, 1, 0, 6) * linear.effectiveWeight()).abs().to(at::kDouble);
        const auto sums = loraImportance(linear, 1);
        QVERIFY(largest(sums.rows - all.sum(1)) < 1e-6);
        QVERIFY(largest(sums.columns - all.sum(0)) < 1e-6);
        QVERIFY(largest(all) > 0.1);
    }

    // Without its quadratic term the estimate D is s (G A^T A + B B^T G), so that the loss rises along it by <G, D> = (|dA|^2 + |dB|^2) / s. Seen on
    // the loss of a whole model when the frozen weight is moved along D.
    void lossRisesAlongTheEstimate_data() {
        QTest::addColumn<QString>("name");
        for (const char* name : {kDown, "model.layers.0.self_attn.k_proj", "model.layers.2.mlp.up_proj"})
            QTest::newRow(name) << QString(name);
    }
    void lossRisesAlongTheEstimate() {
        QFETCH(QString, name);
        const auto model = handmade::tinyModel(21);
        const auto text = handmade::ownText(*handmade::tinyModel(22), 16, 20, 4);  // something to learn
        attachLora(*model, {.rank = 4, .alpha = 8, .dropout = 0, .targets = {}}, 5);
        auto* linear = model->linear(name.toStdString());
        begun(*model);
        const auto batch = paddedBatch(text.data(), text.size(), model->device());
        const auto hidden = model->hidden(batch.ids, {}).flatten(0, 1);
        (ops::tokenNll(hidden, model->vocabularyHead(), batch.targets.flatten()).sum() / static_cast<double>(batch.counted))
            .backward();

        at::NoGradGuard guard;
        const double tiny = 1e-3;
        const auto direction = loraGradient(*linear, tiny, 0, linear->out()) / tiny;
        const double expected =
            (linear->a.grad().square().sum() + linear->b.grad().square().sum()).item<double>() / linear->scale;
        const double t = 0.02 * linear->weight.norm().item<double>() / direction.norm().item<double>();
        const auto weight = linear->weight.clone();
        linear->weight.copy_(weight + direction * t);
        const double above = batchNll(*model, text);
        linear->weight.copy_(weight - direction * t);
        const double below = batchNll(*model, text);
        const double slope = (above - below) / (2 * t);
        QVERIFY2(std::abs(slope - expected) < 0.03 * expected, qPrintable(QString("%1 %2").arg(slope).arg(expected)));
    }

    // One step's scores, from the gradients that the update sees: each KV group with the rows of its own query heads, each matrix by its norm.
    void scoresFollowTheFormula() {
        auto setup = shortRun();
        setup.microBatch = 2;  // two backward passes, one average
        setup.clipNorm = 0.02;
        PruningRun run("loraprune", setup), twin("loraprune", setup);
        for (const auto* model : {run.model.get(), twin.model.get()}) begun(*model);
        std::map<std::string, at::Tensor> importance;
        twin.trainer->step(5e-4, [&] {
            double square = 0;
            for (const auto* linear : twin.model->linears())
                square += linear->a.grad().square().sum(at::kDouble).item<double>() +
                          linear->b.grad().square().sum(at::kDouble).item<double>();
            const double factor = setup.clipNorm / (std::sqrt(square) + 1e-6);
            QVERIFY(factor < 1);
            for (const auto* linear : twin.model->linears()) {
                const auto da = linear->a.grad() * factor, db = linear->b.grad() * factor;
                const auto a = linear->a.detach(), b = linear->b.detach();
                importance[linear->name] = ((db.mm(a) + b.mm(da) - db.mm(da)) * linear->effectiveWeight()).abs();
            }
        });
        const auto shareOf = [&](const std::string& linear, bool columns, int groups) {
            const auto sums = importance.at(linear).sum(columns ? 0 : 1, false, at::kDouble).view({groups, -1}).sum(1);
            return sums / sums.norm();
        };
        run.session->step();
        const auto average = run.saved().value("loraprune.average").get<std::vector<std::vector<double>>>();
        QCOMPARE(average.size(), std::size_t{2});  // KV groups and neurons of all layers
        std::size_t group = 0, neuron = 0;
        for (int layer = 0; layer < 3; ++layer) {
            const auto at = handmade::prefix(layer);
            auto expected = shareOf(at + "self_attn.q_proj", false, 2) + shareOf(at + "self_attn.k_proj", false, 2) +
                            shareOf(at + "self_attn.v_proj", false, 2) + shareOf(at + "self_attn.o_proj", true, 2);
            for (int j = 0; j < 2; ++j) QVERIFY(std::abs(average[0][group++] - 0.1 * expected[j].item<double>()) < 1e-5);
            expected = shareOf(at + "mlp.gate_proj", false, 40) + shareOf(at + "mlp.up_proj", false, 40) +
                       shareOf(at + "mlp.down_proj", true, 40);
            for (int j = 0; j < 40; ++j) QVERIFY(std::abs(average[1][neuron++] - 0.1 * expected[j].item<double>()) < 1e-5);
        }
    }

    void shareFollowsTheCubic() {
        QCOMPARE(cubicShare(0, 40), 0.0);
        QCOMPARE(cubicShare(40, 40), 1.0);
        QCOMPARE(cubicShare(20, 40), 0.875);
        for (int i = 0; i < 40; ++i) QVERIFY(cubicShare(i, 40) < cubicShare(i + 1, 40));
    }

    // The last selection falls on the last pruning step also where the refresh does not (the original stops short of its ratio).
    void meetsThePlanExactly_data() {
        QTest::addColumn<bool>("uniform");
        QTest::newRow("layers compete") << false;
        QTest::newRow("uniform") << true;
    }
    void meetsThePlanExactly() {
        QFETCH(bool, uniform);
        auto setup = shortRun();
        setup.plan = handmade::planOf(0.3, uniform);
        PruningRun run("loraprune", setup);
        std::vector<int> zero;
        while (!run.session->done()) zero.push_back(run.session->step().zeroGroups);
        QCOMPARE(zero[1], 0);
        QVERIFY(zero[4] > run.plan.removed() / 2);  // 3 of 7 steps: 1 - (4/7)^3
        QCOMPARE(zero[8], run.plan.removed());
        for (const char* unit : {"attention", "mlp"}) QCOMPARE(run.chosenOf(unit), run.plan.removed(unit));
        for (const auto& budget : run.plan.budgets)
            if (uniform && budget.prunable) QCOMPARE(run.chosenOf(budget.nodeGroup), budget.removeExactly);
    }

    // Who has gone stays gone, and the rows of B with it: merging cannot bring a group back.
    void goneIsGone() {
        PruningRun run("loraprune", shortRun());
        std::vector<GroupRef> before;
        while (!run.session->done()) {
            run.session->step();
            const auto& now = run.session->chosen();
            QVERIFY(now.size() >= before.size() && std::equal(before.begin(), before.end(), now.begin()));
            before = now;
            for (const auto& group : now)
                for (const auto& rows : rowsOf(*run.model, run.nodeGroup(group), group.index))
                    QCOMPARE(largest(rows.linear->effectiveWeight().narrow(0, rows.begin, rows.length)), 0.0);
        }
    }

    void whatNobodyReadsGoesFirst() {
        auto setup = shortRun();
        const std::vector<int> silent{3, 8, 20, 31, 39};
        setup.change = [&](CausalLM& model) { handmade::silence(model, 1, silent); };
        PruningRun run("loraprune", setup);
        run.finish();
        for (const int neuron : silent) QVERIFY(run.chose("layers.1.mlp", neuron));
    }

    void groupsWithoutAdaptersAreRefused() {
        auto setup = shortRun();
        setup.targets = {"q_proj", "v_proj"};
        try {
            PruningRun run("loraprune", setup);
            QFAIL("accepted");
        } catch (const Error& error) {
            QCOMPARE(error.code(), ErrorCode::BadRecipe);
            QCOMPARE(error.subject(), std::string("/lora/targets"));
        }
    }
};

}  // namespace tst_loraprune

QTEST_APPLESS_MAIN(tst_loraprune::TestLoraPrune)
#include "tst_loraprune.moc"
