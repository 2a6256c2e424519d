// The adapted linear: the fused form against the formula of algorithm.md 4.7 written with ATen, in every way it can go.
#include "core/kernels/half_weight.h"
#include "core/kernels/lora_linear.h"
#include "core/kernels/ops.h"
#include "core/model/causal_lm.h"
#include "core/model/linear.h"
#include "core/model/lora.h"
#include "tests/tensor/random_models.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <QtTest>

namespace tst_lora {

using namespace lorashear;

namespace {

at::Tensor noise(at::IntArrayRef shape, std::uint64_t seed) {
    auto generator = at::detail::createCPUGenerator(seed);
    return at::empty(shape, at::kFloat).normal_(0, 1, generator);
}

struct Case {
    int rows = 0, in = 0, out = 0, rank = 0;  // rank 0: no adapter
    bool bias = false, rowScale = false, mask = false, drop = false;
    at::ScalarType storage = at::kFloat;
    bool transposed = false;
};

Linear build(const Case& c) {
    Linear linear;
    linear.name = "layer";
    linear.weight = (noise({c.out, c.in}, 1) / std::sqrt(c.in)).to(c.storage);
    linear.transposed = c.transposed;
    if (c.transposed) linear.weight = linear.weight.t().contiguous().t();
    if (c.bias) linear.bias = noise({c.out}, 2);
    if (c.rank) {
        linear.a = noise({c.rank, c.in}, 3).div_(std::sqrt(c.in)).set_requires_grad(true);
        linear.b = noise({c.out, c.rank}, 4).set_requires_grad(true);
        linear.scale = 0.7;
        linear.dropout = c.drop ? 0.3 : 0;
    }
    if (c.rowScale) linear.rowScale = noise({c.out}, 5).abs();
    if (c.mask) linear.mask = (noise({c.out}, 6) > 0).to(at::kFloat);
    return linear;
}

struct Outcome {
    std::vector<at::Tensor> values;
};

Outcome outcomeOf(const Linear& linear, const at::Tensor& input, const ForwardContext& context, bool plain) {
    std::optional<ops::PlainScope> scope;
    if (plain) scope.emplace();
    auto x = input.detach().clone().set_requires_grad(true);
    const auto y = linear.forward(x, context);
    (y * noise(y.sizes(), 7)).sum().backward();
    Outcome result{{y.detach(), x.grad()}};
    if (linear.hasAdapter()) {
        result.values.push_back(linear.a.grad().clone());
        result.values.push_back(linear.b.grad().clone());
        linear.a.mutable_grad().reset();
        linear.b.mutable_grad().reset();
    }
    return result;
}

double relative(const at::Tensor& a, const at::Tensor& b) {
    return ((a - b).abs().max() / (b.abs().max() + 1e-20)).item<double>();
}

}  // namespace

}  // namespace tst_lora

Q_DECLARE_METATYPE(tst_lora::Case)

namespace tst_lora {

class TestLora : public QObject {
    Q_OBJECT

private Q_SLOTS:
    // A uniform in +-1/sqrt(in), which is Kaiming's bound for a = sqrt(5); B zero; alpha over rank, or over its root.
    void freshAdapters_data() {
        QTest::addColumn<bool>("rankStabilised");
        QTest::addColumn<double>("scale");
        QTest::newRow("LoRA") << false << 24.0 / 9;
        QTest::newRow("rsLoRA") << true << 24.0 / 3;
    }
    void freshAdapters() {
        QFETCH(bool, rankStabilised);
        QFETCH(double, scale);
        const auto model = randomModel(lorashear::testing::configOf(lorashear::testing::shapes()[4]), 1);
        const auto ids = lorashear::testing::randomIds(61, 1, 7, 2);
        const auto before = lorashear::testing::logitsOf(*model, ids);
        LoraOptions options;
        options.rank = 9, options.alpha = 24, options.rankStabilised = rankStabilised, options.dropout = 0.25;
        attachLora(*model, options, 5);
        for (const auto* linear : model->linears()) {
            const double bound = 1 / std::sqrt(static_cast<double>(linear->in()));
            QCOMPARE(linear->a.sizes().vec(), (std::vector<std::int64_t>{9, linear->in()}));
            QCOMPARE(linear->b.sizes().vec(), (std::vector<std::int64_t>{linear->out(), 9}));
            QVERIFY(linear->a.abs().max().item<double>() <= bound * (1 + 1e-6));
            QVERIFY(linear->a.max().item<double>() > 0.9 * bound && linear->a.min().item<double>() < -0.9 * bound);
            const double variance =
                linear->a.square().mean().item<double>() / (bound * bound);  // a third, by 171 draws and more
            QVERIFY2(std::abs(variance - 1.0 / 3) < 0.1, linear->name.c_str());
            QCOMPARE(linear->b.abs().max().item<double>(), 0.0);
            QCOMPARE(linear->scale, scale);
            QCOMPARE(linear->dropout, 0.25);
            QVERIFY(linear->a.requires_grad() && linear->b.requires_grad());
        }
        QVERIFY(lorashear::testing::relativeDifference(lorashear::testing::logitsOf(*model, ids), before) <= 1e-6);
        const auto& linears = model->linears();
        QVERIFY(linears[0]->a.sizes() == linears[1]->a.sizes() && !at::equal(linears[0]->a, linears[1]->a));
        const auto first = linears[0]->a.detach().clone();
        attachLora(*model, options, 5);
        QVERIFY(at::equal(linears[0]->a, first));
        attachLora(*model, options, 6);
        QVERIFY(!at::equal(linears[0]->a, first));
    }

    // What the adapter adds is scale B A x, with rsLoRA's larger scale.
    void theScaleIsApplied() {
        for (const bool rankStabilised : {false, true}) {
            const auto model = randomModel(lorashear::testing::configOf(lorashear::testing::shapes()[0]), 1);
            LoraOptions options;
            options.rank = 4, options.alpha = 8, options.rankStabilised = rankStabilised;
            attachLora(*model, options, 1);
            auto& linear = *model->linears().front();
            at::NoGradGuard guard;
            linear.b.copy_(noise(linear.b.sizes(), 3));
            const auto x = noise({5, linear.in()}, 4);
            const auto expected =
                at::linear(x, linear.weight) + at::linear(at::linear(x, linear.a), linear.b) * (rankStabilised ? 4.0 : 2.0);
            QVERIFY(relative(linear.forward(x, {}), expected) < 1e-5);
        }
    }

    void fusedEqualsPlain_data() {
        QTest::addColumn<Case>("shape");
        int number = 0;
        for (const int rows : {1, 3, 40, 700})
            for (const int rank : {0, 3, 8})
                for (int flags = 0; flags < 16; ++flags)
                    for (const auto storage : {at::kFloat, at::kBFloat16, at::kHalf}) {
                        if (rank == 0 && flags & 8) continue;
                        if (storage != at::kFloat && flags % 3 != 0) continue;
                        Case c{rows,   45, 72, rank, bool(flags & 1), bool(flags & 2), bool(flags & 4), bool(flags & 8),
                               storage};
                        QTest::addRow("%d: rows %d, rank %d, flags %d", number++, rows, rank, flags) << c;
                        if (flags % 5 != 0) continue;
                        c.transposed = true;
                        QTest::addRow("%d: rows %d, rank %d, flags %d, transposed", number++, rows, rank, flags) << c;
                    }
    }
    void fusedEqualsPlain() {
        QFETCH(Case, shape);
        const auto linear = build(shape);
        const auto x = noise({shape.rows, shape.in}, 8);
        ForwardContext context;
        context.training = true;
        context.dropoutSeed = 42;
        const auto fused = outcomeOf(linear, x, context, false), plain = outcomeOf(linear, x, context, true);
        for (std::size_t i = 0; i < fused.values.size(); ++i) {
            const auto error = relative(fused.values[i], plain.values[i]);
            QVERIFY2(error < 1e-5, qPrintable(QString("value %1 differs by %2").arg(i).arg(error)));
        }
        const auto again = outcomeOf(linear, x, context, false);
        for (std::size_t i = 0; i < fused.values.size(); ++i) QVERIFY(at::equal(fused.values[i], again.values[i]));
    }

    void transposedStorageIsOnlyAnOrder() {
        Case c{3, 45, 72, 4, true, true};
        const auto plain = build(c);
        c.transposed = true;
        const auto linear = build(c);
        QCOMPARE(linear.storedWeight().sizes().vec(), (std::vector<std::int64_t>{45, 72}));
        QVERIFY(linear.storedWeight().is_contiguous() && linear.storedWeight().is_same(linear.storedWeight()));
        QVERIFY(at::equal(linear.storedWeight().t(), plain.storedWeight()));
        QVERIFY(at::allclose(linear.effectiveWeight(), plain.effectiveWeight(), 1e-6, 1e-6));
        QCOMPARE(linear.toStored(linear.effectiveWeight()).size(0), 45);
        QVERIFY(linear.in() == 45 && linear.out() == 72 && linear.rowDim() == 1 && linear.columnDim() == 0);
    }

    void mixedIsClose_data() {
        QTest::addColumn<int>("rows");
        QTest::newRow("one stretch of rows") << 64;
        QTest::newRow("several, the last one shorter") << 1500;
    }
    void mixedIsClose() {
        QFETCH(int, rows);
        Case c{rows, 128, 96, 8, true, true, true, true};
        const auto linear = build(c);
        const auto x = noise({c.rows, c.in}, 8);
        ForwardContext context;
        context.training = true;
        const auto reference = outcomeOf(linear, x, context, true);
        context.compute = Compute::Mixed;
        const auto mixed = outcomeOf(linear, x, context, false);
        for (std::size_t i = 0; i < mixed.values.size(); ++i) QVERIFY(relative(mixed.values[i], reference.values[i]) < 0.02);
        // The adapter's own products are fp32: its gradients do not pass through bf16.
        QVERIFY(relative(mixed.values[2], reference.values[2]) < 1e-5);
    }

    // Queries, keys and values in one go: the same values and gradients as one by one, with and without adapters and dropout.
    void mixedTogetherEqualsOneByOne() {
        for (const bool drop : {false, true})
            for (int without = 0; without < 8; ++without) {  // a bit for each linear: no adapter
                std::vector<Linear> linears;
                for (int i = 0; i < 3; ++i) {
                    linears.push_back(
                        build({40, 45, 72 - 8 * i, without >> i & 1 ? 0 : 4 + i, i == 1, i<2, i> 0, drop && i != 1}));
                    linears.back().name = "layer" + std::to_string(i);
                }
                ForwardContext context;
                context.training = true, context.dropoutSeed = 42;
                context.compute = Compute::Mixed;
                const auto outcome = [&](bool together) {
                    auto x = noise({2, 20, 45}, 8).set_requires_grad(true);
                    std::vector<at::Tensor> ys;
                    if (together)
                        ys = Linear::forwardTogether({&linears[0], &linears[1], &linears[2]}, x, context);
                    else
                        for (const auto& linear : linears) ys.push_back(linear.forward(x, context));
                    at::Tensor sum = at::zeros({});
                    for (const auto& y : ys) sum = sum + (y * noise(y.sizes(), 7)).sum();
                    sum.backward();
                    ys.push_back(x.grad());
                    for (auto& linear : linears) {
                        if (!linear.hasAdapter()) continue;
                        ys.push_back(linear.a.grad().clone()), ys.push_back(linear.b.grad().clone());
                        linear.a.mutable_grad().reset(), linear.b.mutable_grad().reset();
                    }
                    return ys;
                };
                const auto one = outcome(false), all = outcome(true);
                QCOMPARE(all.size(), one.size());
                for (std::size_t i = 0; i < one.size(); ++i)
                    QVERIFY2(relative(all[i], one[i]) < (i == 3 ? 1e-6 : 1e-12),
                             qPrintable(QString("drop %1, without %2, value %3").arg(drop).arg(without).arg(i)));
                at::NoGradGuard guard;
                const auto silent =
                    Linear::forwardTogether({&linears[0], &linears[1], &linears[2]}, noise({2, 20, 45}, 8), context);
                for (std::size_t i = 0; i < 3; ++i) QVERIFY(at::equal(silent[i], all[i]));
            }
    }

    // Narrow matrices are packed for the products, wide ones are not: the result is the same to bf16's rounding.
    void packedProductsAreThePlainOnes() {
        for (const std::int64_t side : {72, 1100}) {
            const auto weight = noise({side, side + 30}, 1), x = noise({50, side + 30}, 2).to(at::kBFloat16),
                       dy = noise({50, side}, 3).to(at::kBFloat16);
            for (const auto type : {at::kFloat, at::kBFloat16, at::kHalf})
                for (const bool byColumns : {false, true}) {
                    const auto stored = weight.to(type);
                    const ops::HalfWeight half(byColumns ? stored.t().contiguous().t() : stored);
                    const auto exact = stored.to(at::kBFloat16).to(at::kFloat);
                    for (int time = 0; time < 2; ++time) {
                        QVERIFY(relative(half.timesTransposed(x).to(at::kFloat), at::mm(x.to(at::kFloat), exact.t())) <
                                4e-3);
                        QVERIFY(relative(half.times(dy).to(at::kFloat), at::mm(dy.to(at::kFloat), exact)) < 4e-3);
                    }
                    QCOMPARE(half.timesTransposed(x.narrow(0, 0, 1)).size(0),
                             1);  // another number of rows than it was packed for
                    QVERIFY(at::equal(half.timesTransposed(x.narrow(0, 0, 0)), at::empty({0, side}, at::kBFloat16)));
                }
        }
    }

    void mixedNoticesAnotherWeight() {
        auto linear = build({16, 32, 24});
        const auto x = noise({16, 32}, 8);
        ForwardContext context;
        context.compute = Compute::Mixed;
        const auto before = linear.forward(x, context);
        linear.weight.mul_(2);
        QVERIFY(relative(linear.forward(x, context), before * 2) < 1e-6);
        linear.weight = linear.weight / 2;
        QVERIFY(at::equal(linear.forward(x, context), before));
    }

    void maskedRowsAreExactlyZero() {
        for (const int rows : {1, 40, 700}) {
            const auto linear = build({rows, 45, 72, 8, true, true, true});
            const auto y = linear.forward(noise({rows, 45}, 8), {});
            QCOMPARE((y * (1 - linear.mask)).abs().max().item<double>(), 0.0);
        }
    }

    void frozenWeightGetsNoGradient() {
        const auto linear = build({40, 45, 72, 8});
        linear.forward(noise({40, 45}, 8), {}).sum().backward();  // x needs none either
        QVERIFY(!linear.weight.grad().defined());
        QVERIFY(linear.a.grad().defined() && linear.b.grad().defined());
    }

    void effectiveWeightIsWhatForwardUses() {
        auto linear = build({40, 45, 72, 8, true, true});
        const auto x = noise({40, 45}, 8);
        const auto y = linear.forward(x, {});
        QVERIFY(relative(at::linear(x, linear.effectiveWeight(), linear.effectiveBias()), y) < 1e-5);
    }

    void resultsDoNotDependOnAddresses() {
        at::NoGradGuard guard;
        for (const int rows : {1, 40, 700}) {
            auto linear = build({rows, 64, 72, 8});
            const auto x = noise({rows, 64}, 8);
            const auto y = linear.forward(x, {});
            auto room = at::empty({72 * 64 + 1}, at::kFloat);
            auto moved = room.narrow(0, 1, 72 * 64).view({72, 64});
            moved.copy_(linear.weight);
            linear.weight = moved;
            QVERIFY(at::equal(linear.forward(x, {}), y));
        }
    }

    void dropoutKeepsTheRightShareAndScale() {
        const auto factors = ops::dropoutFactors({500, 80}, 0.25, 9);
        const auto kept = (factors > 0).to(at::kFloat);
        QVERIFY(std::abs(kept.mean().item<double>() - 0.75) < 0.01);
        QVERIFY(at::allclose(factors, kept / 0.75));
        QVERIFY(!at::equal(factors, ops::dropoutFactors({500, 80}, 0.25, 10)));
        QVERIFY(at::equal(factors, ops::dropoutFactors({500, 80}, 0.25, 9)));
    }
};

}  // namespace tst_lora

QTEST_APPLESS_MAIN(tst_lora::TestLora)
#include "tst_lora.moc"
