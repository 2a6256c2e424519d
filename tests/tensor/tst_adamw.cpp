#include "core/base/error.h"
#include "core/train/adamw.h"

#include <QtTest>

#include <ATen/ATen.h>
#include <torch/optim/adamw.h>

#include <cmath>
#include <limits>

namespace tst_adamw {

using namespace lorashear;

namespace {

// Two parameters and gradients sin(1 + t (k + 1)), k counting elements over both: easy to repeat elsewhere.
struct Problem {
    at::Tensor p = at::tensor({0.5F, -1.0F, 2.0F}).set_requires_grad(true);
    at::Tensor q = at::tensor({1.0F, 0.0F, -0.25F, 3.0F}).view({2, 2}).clone().set_requires_grad(true);

    std::vector<std::pair<std::string, at::Tensor>> parameters() { return {{"p", p}, {"q", q}}; }

    void setGradients(int t) {
        int k = 0;
        for (auto* parameter : {&p, &q}) {
            auto gradient = at::zeros_like(parameter->detach());
            for (std::int64_t i = 0; i < gradient.numel(); ++i)
                gradient.data_ptr<float>()[i] = static_cast<float>(std::sin(1.0 + t * (++k)));
            parameter->mutable_grad() = gradient;
        }
    }
    static double rate(int t) { return 0.01 / (1 + 0.1 * (t - 1)); }

    std::vector<float> values() const {
        std::vector<float> all;
        for (const auto* parameter : {&p, &q})
            for (std::int64_t i = 0; i < parameter->numel(); ++i) all.push_back(parameter->detach().data_ptr<float>()[i]);
        return all;
    }
};

AdamWOptions options(double decay, double clip, double beta2) {
    AdamWOptions o;
    o.learningRate = 0.01;
    o.weightDecay = decay;
    o.clipNorm = clip;
    o.beta2 = beta2;
    return o;
}

}  // namespace

class TestAdamW : public QObject {
    Q_OBJECT

private Q_SLOTS:
    // Numbers from torch.optim.AdamW of PyTorch 2.15 (lr falling as Problem::rate, 20 steps, clip_grad_norm_ before each).
    void followsPyTorch_data() {
        QTest::addColumn<double>("decay");
        QTest::addColumn<double>("clip");
        QTest::addColumn<double>("beta2");
        QTest::addColumn<QList<double>>("expected");
        QTest::newRow("plain") << 0.0 << 0.0 << 0.999 << QList<double>{0.486334831,  -1.00230718,  2.01742792, 1.01870894,
                                                                       0.0302156527, -0.245295301, 2.97688842};
        QTest::newRow("weight decay") << 0.1 << 0.0 << 0.999
                                      << QList<double>{0.480843633,  -0.991002977, 1.99474311, 1.00727701,
                                                       0.0299495514, -0.242317542, 2.94331121};
        QTest::newRow("clipped") << 0.0 << 0.5 << 0.95 << QList<double>{0.489233524,  -1.00651848,  2.01892948, 1.01555896,
                                                                        0.0340863578, -0.246742234, 2.97956419};
    }

    void followsPyTorch() {
        QFETCH(double, decay);
        QFETCH(double, clip);
        QFETCH(double, beta2);
        QFETCH(QList<double>, expected);
        Problem problem;
        AdamW adamw(problem.parameters(), options(decay, clip, beta2));
        for (int t = 1; t <= 20; ++t) {
            problem.setGradients(t);
            adamw.step(Problem::rate(t));
        }
        const auto values = problem.values();
        for (std::size_t i = 0; i < values.size(); ++i)
            QVERIFY2(std::abs(values[i] - expected[static_cast<qsizetype>(i)]) < 2e-6,
                     qPrintable(QString("element %1: %2 against %3")
                                    .arg(i)
                                    .arg(values[i], 0, 'g', 9)
                                    .arg(expected[static_cast<qsizetype>(i)])));
    }

    // The C++ side of PyTorch, element by element over a longer way and a matrix large enough for several threads.
    void followsLibTorch() {
        auto ours = at::sin(at::arange(300 * 300, at::kFloat)).view({300, 300}).clone().set_requires_grad(true);
        auto theirs = ours.detach().clone().set_requires_grad(true);
        AdamW adamw({{"w", ours}}, options(0.01, 0, 0.999));
        torch::optim::AdamW reference({theirs}, torch::optim::AdamWOptions(0.01).weight_decay(0.01));
        for (int t = 1; t <= 30; ++t) {
            const auto gradient = at::cos(at::arange(300 * 300, at::kFloat) * t).view({300, 300});
            ours.mutable_grad() = gradient.clone();
            theirs.mutable_grad() = gradient.clone();
            adamw.step(0.01);
            reference.step();
        }
        QVERIFY((ours.detach() - theirs.detach()).abs().max().item<double>() < 2e-6);
    }

    void returnsTheNormAndClearsGradients() {
        Problem problem;
        AdamW adamw(problem.parameters(), options(0, 0.001, 0.999));
        problem.p.mutable_grad() = at::tensor({3.0F, 0.0F, 4.0F});
        QCOMPARE(adamw.step(0.01), 5.0);
        QVERIFY(!problem.p.grad().defined());
        QCOMPARE(problem.q.detach().sum().item<float>(), 3.75F);  // had no gradient: stays
    }

    void refusesNonFiniteGradients() {
        Problem problem;
        AdamW adamw(problem.parameters(), options(0, 1, 0.999));
        problem.setGradients(1);
        adamw.step(0.01);
        const auto before = problem.values();
        problem.setGradients(2);
        problem.p.mutable_grad()[1] = std::numeric_limits<float>::quiet_NaN();
        try {
            adamw.step(0.01);
            QFAIL("a NaN gradient was accepted");
        } catch (const Error& error) {
            QCOMPARE(error.code(), ErrorCode::Numeric);
            QVERIFY(error.subject().find("step 2") != std::string::npos);
        }
        QCOMPARE(problem.values(), before);
        QCOMPARE(adamw.steps(), std::int64_t{1});
    }

    void refusesBadOptions() {
        Problem problem;
        for (auto change : {+[](AdamWOptions& o) { o.learningRate = -1; }, +[](AdamWOptions& o) { o.learningRate = 0; },
                            +[](AdamWOptions& o) { o.beta1 = 1; }, +[](AdamWOptions& o) { o.clipNorm = -1; },
                            +[](AdamWOptions& o) { o.weightDecay = -0.1; }}) {
            AdamWOptions o;
            change(o);
            QVERIFY_EXCEPTION_THROWN(AdamW(problem.parameters(), o), Error);
        }
    }

    void continuesBitForBit() {
        const auto run = [](int breakAt) {
            auto problem = std::make_unique<Problem>();
            auto adamw = std::make_unique<AdamW>(problem->parameters(), options(0.1, 0.7, 0.99));
            for (int t = 1; t <= 12; ++t) {
                if (t == breakAt) {
                    Archive archive;
                    adamw->save(archive, "adamw.");
                    archive.put("p", problem->p);
                    archive.put("q", problem->q);
                    problem = std::make_unique<Problem>();
                    archive.restore("p", problem->p);
                    archive.restore("q", problem->q);
                    adamw = std::make_unique<AdamW>(problem->parameters(), options(0.1, 0.7, 0.99));
                    adamw->load(archive, "adamw.");
                }
                problem->setGradients(t);
                adamw->step(Problem::rate(t));
            }
            return problem->values();
        };
        QCOMPARE(run(5), run(0));
        QCOMPARE(run(12), run(0));
    }

    void anArchiveOfAnotherModelIsRefused() {
        Problem problem;
        AdamW adamw(problem.parameters(), options(0, 0, 0.999));
        Archive archive;
        QVERIFY_EXCEPTION_THROWN(adamw.load(archive, "adamw."), Error);
        adamw.save(archive, "adamw.");
        archive.tensors["adamw.first.p"] = at::zeros({4});
        QVERIFY_EXCEPTION_THROWN(adamw.load(archive, "adamw."), Error);
    }

    void forgottenRowsDoNotMove() {
        Problem problem;
        AdamW adamw(problem.parameters(), options(0, 0, 0.999));
        problem.setGradients(1);
        adamw.step(0.01);
        adamw.forgetRows(problem.q, 1, 1);
        const auto before = problem.q.detach().clone();
        for (int t = 2; t < 50; ++t) {
            problem.setGradients(t);
            problem.q.mutable_grad()[1].zero_();
            adamw.step(0.01);
        }
        QVERIFY(at::equal(problem.q.detach()[1], before[1]));
        QVERIFY(!at::equal(problem.q.detach()[0], before[0]));
    }

    // A step on the cut tensor equals the cut of a step on the whole.
    void slicedStateGoesOnAlike() {
        Problem whole, cut;
        AdamW wholeAdam(whole.parameters(), options(0, 0, 0.999)), cutAdam(cut.parameters(), options(0, 0, 0.999));
        for (int t = 1; t <= 3; ++t) {
            whole.setGradients(t), wholeAdam.step(0.01);
            cut.setGradients(t), cutAdam.step(0.01);
        }
        const auto sliced = cut.q.detach().narrow(0, 1, 1).clone().set_requires_grad(true);
        cutAdam.replaceSliced(cut.q, sliced, 0, {1});
        whole.setGradients(4);
        sliced.mutable_grad() = whole.q.grad().narrow(0, 1, 1).clone();
        cut.p.mutable_grad() = whole.p.grad().clone();
        wholeAdam.step(0.01), cutAdam.step(0.01);
        QVERIFY(at::equal(sliced.detach(), whole.q.detach().narrow(0, 1, 1)));
    }
};

}  // namespace tst_adamw

QTEST_APPLESS_MAIN(tst_adamw::TestAdamW)
#include "tst_adamw.moc"
