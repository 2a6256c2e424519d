// The fused operators against the plain ones, values and gradients, for every instruction set this processor runs.
#include "core/kernels/fused.h"
#include "core/kernels/plain.h"
#include "core/kernels/product.h"
#include "core/kernels/simd/vector_kernels.h"
#include "tests/support/caught.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <QtTest>

#include <algorithm>
#include <cmath>
#include <functional>
#include <tuple>

namespace tst_ops {

using namespace lorashear;
using Tensors = std::vector<at::Tensor>;

namespace {

at::Tensor noise(at::IntArrayRef shape, std::uint64_t seed, double scale = 1) {
    auto generator = at::detail::createCPUGenerator(seed);
    return at::empty(shape, at::kFloat).normal_(0, scale, generator);
}

/// Of b's largest value; but a value that is zero in exact arithmetic (dq and dk of one token) is rounding noise in both, so no
/// smaller than `least`.
double relative(const at::Tensor& a, const at::Tensor& b, double least = 1e-20) {
    return (a - b).abs().max().item<double>() / std::max(b.abs().max().item<double>(), least);
}

// Runs f on fresh leaves; returns the value and the gradients of sum(value * fixed noise).
Tensors withGradients(const std::function<at::Tensor(const Tensors&)>& f, const Tensors& inputs) {
    Tensors leaves;
    for (const auto& t : inputs) leaves.push_back(t.detach().clone().set_requires_grad(true));
    auto value = f(leaves);
    (value * noise(value.sizes(), 99)).sum().backward();
    Tensors all{value.detach()};
    for (const auto& leaf : leaves) all.push_back(leaf.grad());
    return all;
}

void compareForms(const std::function<at::Tensor(const Tensors&)>& fused,
                  const std::function<at::Tensor(const Tensors&)>& plain, const Tensors& inputs, double tolerance = 1e-5) {
    const auto a = withGradients(fused, inputs), b = withGradients(plain, inputs);
    double largest = 0;
    for (const auto& t : b) largest = std::max(largest, t.abs().max().item<double>());
    for (std::size_t i = 0; i < a.size(); ++i) {
        const auto error = relative(a[i], b[i], 0.05 * largest);
        QVERIFY2(error < tolerance, qPrintable(QString("output %1 differs by %2").arg(i).arg(error)));
    }
    at::NoGradGuard guard;
    QVERIFY(at::equal(fused(inputs), a[0]));  // the way without gradients gives the same bits
}

at::Tensor targetsFor(std::int64_t count, std::int64_t vocabulary) {
    auto targets = (at::arange(count, at::kLong) * 7 + 3).remainder(vocabulary);
    targets[1] = -100;
    return targets;
}

struct AttentionForm {
    ops::AttentionOptions options;
    RopeSettings rope;
};

// The plain form, and what families change in it.
const std::vector<AttentionForm>& attentionForms() {
    static const std::vector<AttentionForm> kForms = {
        {{}, {}},
        {{0, 0.3, 0, 0}, {10000, 0.5}},                                      // another scale, half of each head turned
        {{0, 0, 0, 7}, {}},                                                  // a window
        {{0, 0, 1.5, 0}, {10000, 0}},                                        // capped scores, no rotary positions
        {{0, 0.4, 2, 20}, {1000, 1, RopeScaling::Linear, 4}},                // all of it
        {{}, {1000, 1, RopeScaling::Yarn, 8, 1, 4, 64, 32, 1, false, 1.4}},  // turned and made larger
    };
    return kForms;
}

}  // namespace

class TestOps : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void rmsNorm_data() {
        QTest::addColumn<int>("cols");
        for (const int cols : {3, 7, 16, 64, 172, 576}) QTest::addRow("%d", cols) << cols;
    }
    void rmsNorm() {
        QFETCH(int, cols);
        compareForms([&](const Tensors& t) { return ops::fused::rmsNorm(t[0], t[1], 1e-5); },
                     [&](const Tensors& t) { return ops::plain_form::rmsNorm(t[0], t[1], 1e-5); },
                     {noise({2, 5, cols}, 2), noise({cols}, 1) + 1});
    }

    void layerNorm() {
        for (const int cols : {3, 7, 64, 172}) {
            const auto weight = noise({cols}, 31) + 1, bias = noise({cols}, 32);
            const auto reference = [&](const Tensors& t) {
                const auto centred = t[0] - t[0].mean(-1, true);
                return centred * at::rsqrt(centred.square().mean(-1, true) + 1e-5) * weight + bias;
            };
            compareForms([&](const Tensors& t) { return ops::layerNorm(t[0], weight, bias, 1e-5); }, reference,
                         {noise({2, 5, cols}, 33)});
            const auto halves = ops::layerNorm(noise({2, cols}, 34), weight.to(at::kHalf), bias.to(at::kBFloat16), 1e-5);
            QCOMPARE(halves.scalar_type(), at::kFloat);
            const auto unbiased = noise({2, cols}, 34);
            QVERIFY(at::allclose(ops::layerNorm(unbiased, weight, {}, 1e-5) + bias,
                                 ops::layerNorm(unbiased, weight, bias, 1e-5), 1e-5, 1e-6));
        }
    }

    // Neighbouring features as the two parts of a number, turned by multiplying with another: the scores are those of attention over halves.
    void pairsSideBySide() {
        const int headDim = 10, turned = 6, tokens = 7;
        const auto q = noise({1, tokens, 2 * headDim}, 41), k = noise({1, tokens, 2 * headDim}, 42);
        const auto table = ops::rotaryTable({100, 0.6}, headDim, tokens, at::kCPU);
        const auto turn = [&](const at::Tensor& x) {
            const auto heads = x.view({tokens, 2, headDim});
            const auto pairs = heads.narrow(-1, 0, turned).reshape({tokens, 2, turned / 2, 2});
            const auto a = pairs.select(-1, 0), b = pairs.select(-1, 1);
            const auto cos = table.cos.unsqueeze(1), sin = table.sin.unsqueeze(1);
            const auto both = at::stack({a * cos - b * sin, a * sin + b * cos}, -1).reshape({tokens, 2, turned});
            return at::cat({both, heads.narrow(-1, turned, headDim - turned)}, -1).transpose(0, 1);
        };
        const auto halves = [&](const at::Tensor& x) {
            const auto moved = ops::halvesFromPairs(x, headDim, turned).view({tokens, 2, headDim}).transpose(0, 1);
            const auto a = moved.narrow(-1, 0, turned / 2), b = moved.narrow(-1, turned / 2, turned / 2);
            return at::cat(
                {a * table.cos - b * table.sin, b * table.cos + a * table.sin, moved.narrow(-1, turned, headDim - turned)},
                -1);
        };
        const auto scores = at::matmul(turn(q), turn(k).transpose(1, 2));
        QVERIFY(relative(at::matmul(halves(q), halves(k).transpose(1, 2)), scores) < 1e-5);
        QVERIFY(at::equal(ops::halvesFromPairs(q, headDim, headDim).view({tokens, 2, headDim}).select(-1, 1),
                          q.view({tokens, 2, headDim}).select(-1, 2)));
    }

    void activations_data() {
        QTest::addColumn<int>("kind");
        for (const auto& [name, kind] : {std::pair{"silu", Activation::Silu},
                                         {"gelu", Activation::Gelu},
                                         {"gelu by tanh", Activation::GeluTanh},
                                         {"relu", Activation::Relu},
                                         {"squared relu", Activation::ReluSquared}})
            QTest::newRow(name) << static_cast<int>(kind);
    }
    void activations() {
        QFETCH(int, kind);
        const auto activation = static_cast<Activation>(kind);
        const auto formula = [&](const Tensors& t) {
            const auto& x = t[0];
            switch (activation) {
                case Activation::Silu: return x / (1 + at::exp(-x));
                case Activation::Gelu: return x * 0.5 * (1 + at::erf(x / std::sqrt(2.0)));
                case Activation::GeluTanh: return 0.5 * x * (1 + at::tanh(std::sqrt(2 / M_PI) * (x + 0.044715 * x.pow(3))));
                case Activation::Relu: return at::where(x > 0, x, at::zeros_like(x));
                case Activation::ReluSquared: break;
            }
            return at::where(x > 0, x * x, at::zeros_like(x));
        };
        compareForms([&](const Tensors& t) { return ops::activate(activation, t[0]); }, formula, {noise({3, 5, 37}, 35, 2)});
        QCOMPARE(ops::activate(activation, at::zeros({1})).item<float>(), 0.0f);  // masked stays masked
    }

    void swiglu() {
        for (const int n : {1, 5, 16, 37, 172}) {
            compareForms([](const Tensors& t) { return ops::fused::swiglu(t[0], t[1]); },
                         [](const Tensors& t) { return ops::plain_form::swiglu(t[0], t[1]); },
                         {noise({3, n}, 3, 4), noise({3, n}, 4)});
        }
    }

    void swigluOfExtremes() {
        const auto gate = at::tensor({-1e30f, -200.0f, -88.0f, 0.0f, 88.0f, 200.0f, 1e30f});
        const auto y = ops::fused::swiglu(gate, at::ones_like(gate));
        QVERIFY(at::isfinite(y).all().item<bool>());
        QVERIFY(at::allclose(y, at::silu(gate), 1e-5, 1e-30));
    }

    void attention_data() {
        QTest::addColumn<int>("tokens");
        QTest::addColumn<int>("heads");
        QTest::addColumn<int>("kvHeads");
        QTest::addColumn<int>("headDim");
        QTest::addColumn<int>("form");  // of attentionForms()
        int row = 0;
        for (const auto& [t, h, kv, d] : {std::tuple{1, 1, 1, 4},
                                          {5, 4, 2, 8},
                                          {17, 7, 1, 6},
                                          {33, 2, 2, 16},
                                          {64, 9, 3, 64},
                                          {40, 4, 1, 48},
                                          {100, 8, 4, 8},
                                          {31, 2, 1, 128}})
            for (int form = 0; form < static_cast<int>(attentionForms().size()); ++form)
                QTest::addRow("%d: T %d, heads %d/%d of %d", row++, t, h, kv, d) << t << h << kv << d << form;
    }
    void attention() {
        QFETCH(int, tokens);
        QFETCH(int, heads);
        QFETCH(int, kvHeads);
        QFETCH(int, headDim);
        QFETCH(int, form);
        auto [options, rope] = attentionForms()[static_cast<std::size_t>(form)];
        options.headDim = headDim;
        const auto rotary = ops::rotaryTable(rope, headDim, 128, at::kCPU);
        compareForms(
            [&](const Tensors& t) { return ops::fused::attention(t[0], t[1], t[2], options, rotary, nullptr, 0); },
            [&](const Tensors& t) { return ops::plain_form::attention(t[0], t[1], t[2], options, rotary, nullptr, 0); },
            {noise({2, tokens, heads * headDim}, 5), noise({2, tokens, kvHeads * headDim}, 6),
             noise({2, tokens, kvHeads * headDim}, 7)},
            2e-5);
    }

    void attentionOverCacheEqualsWhole_data() {
        QTest::addColumn<int>("form");
        for (int form = 0; form < static_cast<int>(attentionForms().size()); ++form) QTest::addRow("%d", form) << form;
    }
    void attentionOverCacheEqualsWhole() {
        QFETCH(int, form);
        at::NoGradGuard guard;
        auto [options, rope] = attentionForms()[static_cast<std::size_t>(form)];
        options.headDim = 16;
        const auto rotary = ops::rotaryTable(rope, 16, 200, at::kCPU);
        const auto q = noise({1, 150, 64}, 8), k = noise({1, 150, 32}, 9), v = noise({1, 150, 32}, 10);
        const auto whole = ops::plain_form::attention(q, k, v, options, rotary, nullptr, 0);
        for (bool plain : {false, true}) {
            const auto attend = plain ? ops::plain_form::attention : ops::fused::attention;
            KvCache cache;
            cache.keys.resize(1), cache.values.resize(1);
            Tensors parts;
            for (std::int64_t start = 0; start < 150;) {
                const std::int64_t n = start == 0 ? 70 : (start == 70 ? 13 : 1);
                parts.push_back(
                    attend(q.narrow(1, start, n), k.narrow(1, start, n), v.narrow(1, start, n), options, rotary, &cache, 0));
                cache.length = start += n;
            }
            QVERIFY(relative(at::cat(parts, 1), whole) < 1e-5);
        }
    }

    void softCappedAttentionIsTheWrittenOne() {
        at::NoGradGuard guard;
        const auto q = noise({1, 3, 4}, 21), k = noise({1, 3, 4}, 22), v = noise({1, 3, 4}, 23);
        const auto scores =
            5 * at::tanh(at::matmul(q[0], k[0].t()) * 2 / 5);  // scale 2, cap 5, positions 1 and 2 of the last row's window
        const auto seen = at::softmax(scores[2].narrow(0, 1, 2), 0);
        const auto expected = at::matmul(seen, v[0].narrow(0, 1, 2));
        const auto result = ops::attention(q, k, v, {4, 2, 5, 2}, {}, nullptr, 0);
        QVERIFY(relative(result[0][2], expected) < 1e-6);
    }

    void llama3FrequenciesAreKeptOrDivided() {
        RopeSettings settings{500000, 1, RopeScaling::Llama3, 8, 1, 4, 8192};
        const auto plain = ropeFrequencies({500000}, 128), scaled = ropeFrequencies(settings, 128);
        QCOMPARE(scaled[0], plain[0]);
        QCOMPARE(scaled[63], plain[63] / 8);
        int between = 0;
        for (std::size_t i = 0; i < plain.size(); ++i) between += scaled[i] < plain[i] && scaled[i] > plain[i] / 8 ? 1 : 0;
        QVERIFY(between > 3 && between < 20);
        QCOMPARE(ropeFrequencies({10000, 0.25}, 64).size(), std::size_t{8});
        QVERIFY(!ops::rotaryTable({10000, 0}, 64, 10, at::kCPU).cos.defined());
    }

    /// Frequencies as transformers 5.23 computes them (fp32) for heads of 16, theta 10000, a context of 512, with the amplitude beside.
    void scaledFrequenciesAreThoseOfTransformers() {
        const auto near = [](const std::vector<double>& found, const std::vector<double>& expected) {
            if (found.size() != expected.size()) return false;
            for (std::size_t i = 0; i < found.size(); ++i)
                if (std::abs(found[i] / expected[i] - 1) > 3e-7) return false;
            return true;
        };
        RopeSettings yarn{10000, 1, RopeScaling::Yarn, 4, 1, 4, 128};
        QVERIFY(near(ropeFrequencies(yarn, 16), {1, 0.237170815, 0.049999997, 0.00790569466, 0.00249999994, 0.000790569466,
                                                 0.000250000012, 7.90569466e-05}));
        yarn = {10000, 1, RopeScaling::Yarn, 8, 1, 4, 64};
        yarn.fastTurns = 16, yarn.slowTurns = 2, yarn.wholePairs = false;
        QVERIFY(near(ropeFrequencies(yarn, 16), {1, 0.120533988, 0.0125000002, 0.00395284733, 0.00124999997, 0.000395284733,
                                                 0.000125000006, 3.95284733e-05}));
        const RopeSettings dynamic{10000, 1, RopeScaling::Dynamic, 4, 1, 4, 512};
        QVERIFY(near(ropeFrequencies(dynamic, 16, 512), ropeFrequencies({10000}, 16)));
        QVERIFY(near(ropeFrequencies(dynamic, 16, 700), {1, 0.277927697, 0.0772438124, 0.0214681942, 0.00596660608,
                                                         0.00165828515, 0.00046088337, 0.000128092259}));
        RopeSettings longRope{10000, 1, RopeScaling::LongRope, 4, 1, 4, 128};
        longRope.shortFactors = {1.0, 1.1, 1.2, 1.3, 1.4, 1.5, 1.6, 1.7};
        longRope.longFactors = {1.0, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 16.0};
        QVERIFY(near(ropeFrequencies(longRope, 16, 128), {1, 0.287479758, 0.0833333358, 0.0243252143, 0.00714285718,
                                                          0.00210818532, 0.000624999986, 0.000186016332}));
        QVERIFY(near(ropeFrequencies(longRope, 16, 129), {1, 0.158113882, 0.0333333351, 0.00790569466, 0.00166666671,
                                                          0.000395284733, 8.33333324e-05, 1.97642366e-05}));
        longRope.amplitude = 1.25;
        const auto table = ops::rotaryTable(longRope, 16, 10, at::kCPU);
        QVERIFY(at::allclose(table.cos * table.cos + table.sin * table.sin, at::full({10, 8}, 1.25 * 1.25)));
    }

    void tokenNll_data() {
        QTest::addColumn<int>("vocabulary");
        QTest::addColumn<int>("rows");
        QTest::addColumn<double>("softCap");
        QTest::newRow("small") << 37 << 9 << 0.0;
        QTest::newRow("soft cap") << 37 << 9 << 1.5;
        QTest::newRow("stretches") << 70000 << 240 << 0.0;  // more rows than one stretch holds
        QTest::newRow("bias") << 37 << 9 << 0.0;
        QTest::newRow("bias and soft cap") << 37 << 9 << 1.5;
    }
    void tokenNll() {
        QFETCH(int, vocabulary);
        QFETCH(int, rows);
        QFETCH(double, softCap);
        const bool biased = QByteArray(QTest::currentDataTag()).startsWith("bias");
        const ops::VocabularyHead head(noise({vocabulary, 24}, 11), softCap,
                                       biased ? noise({vocabulary}, 10) : at::Tensor());
        if (biased) {
            const auto logits = ops::softCapped(at::linear(noise({rows, 24}, 12), head.weight) + head.bias, softCap);
            const auto one = at::log_softmax(logits, -1)[0][targetsFor(rows, vocabulary)[0].item<std::int64_t>()];
            const auto nll = ops::fused::tokenNll(noise({rows, 24}, 12), head, targetsFor(rows, vocabulary), Compute::Fp32);
            QVERIFY(std::abs(nll[0].item<double>() + one.item<double>()) < 1e-5);
        }
        const auto targets = targetsFor(rows, vocabulary);
        compareForms([&](const Tensors& t) { return ops::fused::tokenNll(t[0], head, targets, Compute::Fp32); },
                     [&](const Tensors& t) { return ops::plain_form::tokenNll(t[0], head, targets); },
                     {noise({rows, 24}, 12)});
    }

    void tokenNllIgnores() {
        const auto nll = ops::tokenNll(noise({9, 24}, 12), noise({37, 24}, 11), targetsFor(9, 37));
        QCOMPARE(nll[1].item<float>(), 0.0f);
    }

    void tokenNllMixedIsClose() {
        const auto head = noise({300, 64}, 11);
        const auto targets = targetsFor(50, 300);
        compareForms([&](const Tensors& t) { return ops::fused::tokenNll(t[0], head, targets, Compute::Mixed); },
                     [&](const Tensors& t) { return ops::plain_form::tokenNll(t[0], head, targets); }, {noise({50, 64}, 12)},
                     0.03);
        const ops::VocabularyHead biased(head, 0, noise({300}, 13));
        compareForms([&](const Tensors& t) { return ops::fused::tokenNll(t[0], biased, targets, Compute::Mixed); },
                     [&](const Tensors& t) { return ops::plain_form::tokenNll(t[0], biased, targets); },
                     {noise({50, 64}, 12)}, 0.03);
    }

    void distillationKl_data() {
        QTest::addColumn<double>("softCap");
        QTest::newRow("none") << 0.0;
        QTest::newRow("soft cap") << 2.0;
    }
    void distillationKl() {
        QFETCH(double, softCap);
        const ops::VocabularyHead head(noise({75, 24}, 13), softCap), teacherHead(noise({75, 20}, 14), softCap);
        const auto teacher = noise({9, 20}, 15);
        auto ignore = at::zeros({9}, at::kBool);
        ignore[4] = true;
        compareForms(
            [&](const Tensors& t) { return ops::fused::distillationKl(t[0], head, teacher, teacherHead, ignore); },
            [&](const Tensors& t) { return ops::plain_form::distillationKl(t[0], head, teacher, teacherHead, ignore); },
            {noise({9, 24}, 16)});
        const auto same = ops::distillationKl(teacher, teacherHead, teacher, teacherHead, {});
        QVERIFY(same.abs().max().item<double>() < 1e-5);
    }

    void taughtLoss_data() {
        QTest::addColumn<int>("vocabulary");
        QTest::addColumn<int>("rows");
        QTest::addColumn<double>("softCap");
        QTest::addColumn<double>("weight");
        QTest::newRow("half") << 75 << 9 << 0.0 << 0.5;
        QTest::newRow("almost nll") << 75 << 9 << 0.0 << 0.1;
        QTest::newRow("the teacher alone") << 75 << 9 << 0.0 << 1.0;
        QTest::newRow("soft cap") << 75 << 9 << 2.0 << 0.7;
        QTest::newRow("stretches") << 70000 << 240 << 0.0 << 0.5;
    }
    void taughtLoss() {
        QFETCH(int, vocabulary);
        QFETCH(int, rows);
        QFETCH(double, softCap);
        QFETCH(double, weight);
        const ops::VocabularyHead head(noise({vocabulary, 24}, 13), softCap), other(noise({vocabulary, 20}, 14), softCap);
        const auto teacher = noise({rows, 20}, 15), student = noise({rows, 24}, 16);
        const auto targets = targetsFor(rows, vocabulary);
        const auto fused = [&](const Tensors& t) {
            return ops::fused::taughtLoss(t[0], head, targets, teacher, other, weight, Compute::Fp32).total;
        };
        compareForms(
            fused,
            [&](const Tensors& t) { return ops::plain_form::taughtLoss(t[0], head, targets, teacher, other, weight).total; },
            {student});
        // The mixture of the two losses that exist by themselves.
        const auto parts = [&](const Tensors& t) {
            return ops::fused::tokenNll(t[0], head, targets, Compute::Fp32) * (1 - weight) +
                   ops::fused::distillationKl(t[0], head, teacher, other, targets == -100) * weight;
        };
        const auto a = withGradients(fused, {student}), b = withGradients(parts, {student});
        QVERIFY(relative(a[0], b[0]) < 1e-5);
        QVERIFY(relative(a[1], b[1]) < 1e-5);
        const auto loss = ops::taughtLoss(student, head, targets, teacher, other, weight);
        QVERIFY(relative(loss.nll, ops::tokenNll(student, head, targets)) < 1e-6);
        QCOMPARE(loss.total[1].item<float>(), 0.0f);
    }

    // A student as near its teacher as a recovered model is (0.1 to 0.2 nats): the products' rounding must not drown what is left to learn.
    void taughtLossMixedIsClose() {
        const auto weights = noise({300, 64}, 13), teacher = noise({50, 64}, 15);
        const auto student = teacher + noise({50, 64}, 16, 0.11);
        const auto targets = targetsFor(50, 300);
        const auto distance = ops::distillationKl(student, weights, teacher, weights, {}).mean().item<double>();
        QVERIFY2(distance > 0.1 && distance < 0.2, qPrintable(QString::number(distance)));
        compareForms(
            [&](const Tensors& t) {
                return ops::fused::taughtLoss(t[0], weights, targets, teacher, weights, 0.5, Compute::Mixed).total;
            },
            [&](const Tensors& t) {
                return ops::plain_form::taughtLoss(t[0], weights, targets, teacher, weights, 0.5).total;
            },
            {student}, 0.03);
        auto wrong = targets.clone();
        wrong[3] = 300;
        const auto error = test::caught([&] { ops::taughtLoss(student, weights, wrong, teacher, weights, 0.5); });
        QVERIFY(test::says(error, ErrorCode::BadInput, "300"));
    }

    void backwardMatchesDifferences() {
        // Central differences of the fused forward itself, in a random direction.
        const auto rotary = ops::rotaryTable({}, 8, 32, at::kCPU);
        const auto weight = noise({32}, 17) + 1, head = noise({40, 32}, 18);
        const auto targets = targetsFor(2 * 20, 40);
        const auto f = [&](const at::Tensor& x) {
            const auto n = ops::rmsNorm(x, weight, 1e-5);
            const auto a = ops::attention(n, n.narrow(2, 0, 16), n.narrow(2, 16, 16), {8}, rotary, nullptr, 0);
            return ops::tokenNll(ops::gated(Activation::Silu, a, x).view({-1, 32}), head, targets).sum();
        };
        auto x = noise({2, 20, 32}, 19).set_requires_grad(true);
        f(x).backward();
        at::NoGradGuard guard;
        const auto direction = noise(x.sizes(), 20);
        const double h = 2e-3;
        const double numeric = (f(x + h * direction).item<double>() - f(x - h * direction).item<double>()) / (2 * h);
        const double exact = (x.grad() * direction).sum().item<double>();
        QVERIFY2(std::abs(numeric - exact) < 2e-3 * std::abs(exact) + 2e-2,
                 qPrintable(QString("%1 %2").arg(numeric).arg(exact)));
    }

    void everyInstructionSetAgrees() {
        int count = 0;
        const auto* variants = simd::runnableKernels(count);
        QVERIFY(count >= 1);
        const int rows = 19, cols = 83;
        const auto x = noise({rows, cols}, 21), w = noise({cols}, 22), up = noise({rows, cols}, 23);
        Tensors reference;
        for (int i = 0; i < count; ++i) {
            const auto& kernels = *variants[i];
            Tensors results{at::empty({rows, cols}), at::empty({rows, cols}), at::empty({rows}), at::empty({rows, 9}),
                            at::zeros({9, cols})};
            kernels.rmsNorm(x.data_ptr<float>(), w.data_ptr<float>(), rows, cols, 1e-5f, results[0].data_ptr<float>(),
                            nullptr);
            kernels.swiglu(x.data_ptr<float>(), up.data_ptr<float>(), rows * cols, results[1].data_ptr<float>());
            auto logits = x.clone();
            for (int r = 0; r < rows; ++r)
                results[2].data_ptr<float>()[r] = kernels.nllRow(logits.data_ptr<float>() + r * cols, cols, r, true);
            auto student = x.clone(), teacher = up.clone(), both = at::empty({rows, 2});
            for (int r = 0; r < rows; ++r) {
                const auto found = kernels.taughtRow(student.data_ptr<float>() + r * cols,
                                                     teacher.data_ptr<float>() + r * cols, cols, r, 0.25f, true);
                both[r][0] = found.nll, both[r][1] = found.kl;
            }
            QVERIFY(relative(both.select(1, 0), results[2]) < 1e-5);
            const auto m = noise({9, cols}, 24), v = noise({rows, 9}, 25);
            const simd::Dropout dropout{12345, 1u << 30, 4.0f / 3.0f};
            auto half = at::empty({rows, cols}, at::kBFloat16), narrowed = at::empty({rows, cols}, at::kBFloat16);
            simd::DotRows dots;
            dots.x = {x.data_ptr<float>(), simd::Storage::F32}, dots.m = m.data_ptr<float>();
            dots.rows = rows, dots.cols = cols, dots.rank = 9, dots.dropout = dropout;
            dots.out = results[3].data_ptr<float>(), dots.outStride = 9;
            dots.half = static_cast<std::uint16_t*>(half.data_ptr()), dots.halfScale = w.data_ptr<float>();
            kernels.dotRows(dots);
            QVERIFY(at::equal(half, (x * w).to(at::kBFloat16)));
            kernels.narrow(x.data_ptr<float>(), rows * cols, static_cast<std::uint16_t*>(narrowed.data_ptr()));
            QVERIFY(at::equal(narrowed, x.to(at::kBFloat16)));
            auto widened = at::empty({rows, cols});
            kernels.widen(static_cast<std::uint16_t*>(narrowed.data_ptr()), rows * cols, widened.data_ptr<float>());
            QVERIFY(at::equal(widened, narrowed.to(at::kFloat)));
            simd::OuterSum outer;
            outer.v = v.data_ptr<float>(), outer.vStride = 9, outer.x = x.data_ptr<float>();
            outer.rows = rows, outer.cols = cols, outer.rank = 9, outer.end = cols, outer.dropout = dropout;
            outer.out = results[4].data_ptr<float>();
            kernels.outerSum(outer);
            results.push_back(logits);
            results.push_back(student);
            results.push_back(both);
            if (reference.empty()) reference = results;
            for (std::size_t j = 0; j < results.size(); ++j)
                QVERIFY2(relative(results[j], reference[j]) < 1e-5,
                         qPrintable(QString("%1, result %2").arg(kernels.name).arg(j)));
        }
    }

    void halfStoragesAreReadExactly() {
        const auto w = noise({5, 83}, 26) * at::pow(10, at::arange(5, at::kFloat) - 6).unsqueeze(1);  // subnormal halves too
        int count = 0;
        const auto* variants = simd::runnableKernels(count);
        for (int i = 0; i < count; ++i)
            for (const auto type : {at::kHalf, at::kBFloat16}) {
                const auto stored = w.to(type);
                auto out = at::empty({5, 83});
                simd::RankPart part;
                part.base = {stored.data_ptr(), type == at::kHalf ? simd::Storage::F16 : simd::Storage::BF16};
                simd::RankUpdate job;
                job.rows = 5, job.cols = 83, job.parts = &part;
                job.out = out.data_ptr<float>();
                variants[i]->rankUpdate(job);
                QVERIFY(at::equal(out, stored.to(at::kFloat)));
            }
    }

    void productsAgreeWithMatmul() {
        const auto x = noise({33, 70}, 27), w = noise({45, 70}, 28), bias = noise({45}, 29);
        QVERIFY(relative(ops::timesTransposed(x, w, bias), at::mm(x, w.t()) + bias) < 1e-5);
        QVERIFY(relative(ops::times(x, w.t().contiguous()), at::mm(x, w.t())) < 1e-5);
        QVERIFY(relative(ops::timesTransposedBfloat16(x, w).to(at::kFloat), at::mm(x, w.t())) < 0.02);
        const auto stored = w.t().contiguous();  // weights that lie by columns
        QVERIFY(ops::byColumns(stored.t()) && !ops::byColumns(w));
        QVERIFY(relative(ops::timesTransposed(x, stored.t(), bias), at::mm(x, w.t()) + bias) < 1e-5);
        QVERIFY(relative(ops::times(noise({33, 45}, 30), stored.t()), at::mm(noise({33, 45}, 30), w)) < 1e-5);
        QVERIFY(relative(ops::timesTransposedBfloat16(x, stored.t()).to(at::kFloat), at::mm(x, w.t())) < 0.02);
        QVERIFY(relative(ops::timesBfloat16(noise({33, 45}, 30), stored.t()).to(at::kFloat),
                         at::mm(noise({33, 45}, 30), w)) < 0.02);
        const auto unaligned = noise({46, 70}, 28).narrow(0, 1, 45);
        QVERIFY(at::equal(ops::timesTransposed(x, unaligned), ops::timesTransposed(x, unaligned.clone())));
    }
};

}  // namespace tst_ops

QTEST_APPLESS_MAIN(tst_ops::TestOps)
#include "tst_ops.moc"
