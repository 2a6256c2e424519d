#include "core/base/random.h"
#include "core/prune/methods/forward_loss.h"
#include "core/prune/methods/keep_probabilities.h"
#include "tests/tensor/trained_pruning.h"

#include <QtTest>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace tst_policy_gradient {

using namespace lorashear;
using handmade::PruningRun;

namespace {

using Values = std::vector<double>;

double sumOf(const Values& values) {
    return std::accumulate(values.begin(), values.end(), 0.0);
}

/// Any function of a mask of three groups; not additive.
double toyLoss(const std::vector<bool>& kept) {
    static const Values table = {2.0, 1.7, 1.1, 0.2, 1.9, -0.4, 0.9, 0.5};
    return table[std::size_t(kept[0]) + 2 * std::size_t(kept[1]) + 4 * std::size_t(kept[2])];
}

/// dE/dp_i = E[loss with i] - E[loss without], by enumeration.
Values exactGradient(const Values& p) {
    Values gradient(p.size(), 0.0);
    for (std::size_t i = 0; i < p.size(); ++i)
        for (unsigned mask = 0; mask < 8; ++mask) {
            std::vector<bool> kept;
            double chance = 1;
            for (std::size_t k = 0; k < p.size(); ++k) {
                kept.push_back((mask >> k & 1) != 0);
                if (k != i) chance *= kept[k] ? p[k] : 1 - p[k];
            }
            gradient[i] += (kept[i] ? 1 : -1) * chance * toyLoss(kept);
        }
    return gradient;
}

/// What keptBy makes of u changes only at p and 1 - p: the stretches between, each with a number inside it.
struct Stretch {
    double inside = 0, width = 0;
};
std::vector<Stretch> stretchesOf(double p) {
    Values ends = {0, p, 1 - p, 1};
    std::sort(ends.begin(), ends.end());
    std::vector<Stretch> stretches;
    for (std::size_t i = 0; i + 1 < ends.size(); ++i)
        if (ends[i + 1] > ends[i]) stretches.push_back({0.5 * (ends[i] + ends[i + 1]), ends[i + 1] - ends[i]});
    return stretches;
}

/// The expectation of policyGradient over all draws, exact.
Values expectedEstimate(const Values& p, double baseline, bool mirrored, bool preconditioned) {
    Values expected(p.size(), 0.0);
    for (const auto& first : stretchesOf(p[0]))
        for (const auto& second : stretchesOf(p[1]))
            for (const auto& third : stretchesOf(p[2])) {
                const Values u = {first.inside, second.inside, third.inside};
                std::vector<MaskSample> samples;
                for (const bool mirror : {false, true}) {
                    const auto kept = keptBy(p, u, mirror);
                    if (!mirror || mirrored) samples.push_back({kept, toyLoss(kept)});
                }
                const auto estimate = policyGradient(p, samples, baseline, preconditioned);
                for (std::size_t i = 0; i < p.size(); ++i)
                    expected[i] += first.width * second.width * third.width * estimate[i];
            }
    return expected;
}

}  // namespace

class TestPolicyGradient : public QObject {
    Q_OBJECT

    static PruningRun::Setup shortRun(const nlohmann::json& more = nlohmann::json::object()) {
        PruningRun::Setup setup;
        setup.options = {{"steps", 6}, {"pairs", 2}, {"calibration_sequences", 8}, {"rate", 0.1}};
        setup.options.update(more);
        setup.plan = handmade::planOf(0.25);
        return setup;
    }

private Q_SLOTS:
    // Also with mirrored pairs, which are not independent, and whatever the baseline is. The original's is K / (K - 1) times too long.
    void estimateIsUnbiased_data() {
        QTest::addColumn<double>("baseline");
        QTest::addColumn<bool>("mirrored");
        QTest::addColumn<bool>("preconditioned");
        for (const double baseline : {0.0, 0.9})
            for (const bool mirrored : {false, true})
                for (const bool preconditioned : {false, true})
                    QTest::addRow("baseline %g, %s, %s", baseline, mirrored ? "pairs" : "single",
                                  preconditioned ? "preconditioned" : "plain")
                        << baseline << mirrored << preconditioned;
    }
    void estimateIsUnbiased() {
        QFETCH(double, baseline);
        QFETCH(bool, mirrored);
        QFETCH(bool, preconditioned);
        const Values p = {0.3, 0.62, 0.9};
        const auto exact = exactGradient(p), estimate = expectedEstimate(p, baseline, mirrored, preconditioned);
        for (std::size_t i = 0; i < p.size(); ++i) {
            const double wanted = exact[i] * (preconditioned ? std::sqrt(p[i] * (1 - p[i])) : 1.0);
            QVERIFY2(std::abs(estimate[i] - wanted) < 1e-12,
                     qPrintable(QString("%1: %2, not %3").arg(i).arg(estimate[i]).arg(wanted)));
            QVERIFY(std::abs(wanted) > 1e-3);
        }
    }

    void everyMaskIsDrawnWithItsProbability() {
        const Values p = {0.3, 0.62, 0.9};
        for (const bool mirrored : {false, true}) {
            Values kept(3, 0.0);
            for (std::size_t i = 0; i < 3; ++i)
                for (const auto& stretch : stretchesOf(p[i])) {
                    Values u(3, 0.5);
                    u[i] = stretch.inside;
                    kept[i] += keptBy(p, u, mirrored)[i] ? stretch.width : 0;
                }
            for (std::size_t i = 0; i < 3; ++i) QVERIFY(std::abs(kept[i] - p[i]) < 1e-12);
        }
    }

    void whatIsDecidedGetsNoGradient() {
        const auto gradient = policyGradient({0.0, 0.5, 1.0}, {{{false, true, true}, 3.0}}, 1.0, false);
        QCOMPARE(gradient, (Values{0.0, 4.0, 0.0}));
    }

    // The nearest point: what moves from a coordinate to another only gets further away.
    void projectionMeetsTheSum() {
        const Values before = {0.2, 0.95, 1.4, -0.3, 0.5, 0.51};
        for (const double keep : {1.0, 2.5, 4.4})
            for (const double margin : {0.0, 0.01}) {
                auto p = before;
                projectToSum(p, keep, margin);
                QVERIFY(std::abs(sumOf(p) - keep) < 1e-9);
                const auto distance = [&](const Values& q) {
                    double sum = 0;
                    for (std::size_t i = 0; i < q.size(); ++i) sum += (q[i] - before[i]) * (q[i] - before[i]);
                    return sum;
                };
                for (std::size_t i = 0; i < p.size(); ++i) {
                    QVERIFY(p[i] >= margin - 1e-12 && p[i] <= 1 - margin + 1e-12);
                    for (std::size_t j = 0; j < p.size(); ++j) {
                        auto other = p;
                        const double moved = std::min({1e-3, p[i] - margin, 1 - margin - p[j]});
                        other[i] -= moved, other[j] += moved;
                        QVERIFY(i == j || distance(other) >= distance(p) - 1e-12);
                    }
                }
            }
    }

    // Eight groups of which each costs something of its own when it is away: the four dearest are kept.
    void findsTheBestSubset() {
        const Values price = {0.1, 0.9, 0.3, 0.8, 0.05, 0.7, 0.2, 1.0};
        Values p(price.size(), 0.5);
        Random random(4, "toy");
        double baseline = 0;
        constexpr int kSteps = 3000;
        for (int step = 0; step < kSteps; ++step) {
            Values u;
            for (std::size_t i = 0; i < p.size(); ++i) u.push_back(random.uniform());
            std::vector<MaskSample> samples;
            for (const bool mirrored : {false, true}) {
                auto& sample = samples.emplace_back(MaskSample{keptBy(p, u, mirrored), 0});
                for (std::size_t i = 0; i < p.size(); ++i) sample.loss += sample.kept[i] ? 0 : price[i];
            }
            const auto gradient = policyGradient(p, samples, baseline, true);
            for (std::size_t i = 0; i < p.size(); ++i) p[i] -= 0.02 * (1 - double(step) / kSteps) * gradient[i];
            projectToSum(p, 4, 0.01);
            baseline = 0.8 * baseline + 0.1 * (samples[0].loss + samples[1].loss);
        }
        for (std::size_t i = 0; i < p.size(); ++i)
            QVERIFY2((p[i] > 0.5) == (price[i] > 0.5), qPrintable(QString("%1: %2").arg(i).arg(p[i])));
        QVERIFY(std::abs(sumOf(p) - 4) < 1e-3);
    }

    // Forward only: neither adapters nor moments move; between steps no mask is on.
    void searchLeavesTheModelAlone() {
        PruningRun run("policy-gradient", shortRun());
        const auto before = handmade::someLogits(*run.model);
        std::vector<at::Tensor> a;
        for (const auto* linear : run.model->linears()) a.push_back(linear->a.detach().clone());
        for (int i = 0; i < 5; ++i) {
            const auto report = run.session->step();
            QCOMPARE(report.zeroGroups, 0);
            QVERIFY(report.loss > 0 && report.tokens > 0);
        }
        QCOMPARE(run.trainer->steps(), std::int64_t{5});
        QCOMPARE(run.trainer->optimizer().steps(), std::int64_t{0});
        QVERIFY(at::equal(handmade::someLogits(*run.model), before));
        for (std::size_t i = 0; i < a.size(); ++i) {
            const auto* linear = run.model->linears()[i];
            QVERIFY(at::equal(linear->a, a[i]) && !linear->b.any().item<bool>());
            QVERIFY(!linear->a.grad().defined() && !linear->b.grad().defined() && !linear->mask.defined());
        }
    }

    // After every step the probabilities sum to what the plan keeps: the original lets them drift to fewer.
    void probabilitiesMeetThePlan_data() {
        QTest::addColumn<QString>("loss");
        QTest::addColumn<bool>("uniform");
        for (const char* loss : {"nll", "kl", "wrong-tokens", "wrong-answers"})
            QTest::addRow("%s", loss) << QString(loss) << false;
        QTest::newRow("uniform") << QString("nll") << true;
    }
    void probabilitiesMeetThePlan() {
        QFETCH(QString, loss);
        QFETCH(bool, uniform);
        auto setup = shortRun({{"loss", loss.toStdString()}});
        setup.plan = handmade::planOf(0.3, uniform);
        PruningRun run("policy-gradient", setup);
        std::vector<Values> first, keep;
        while (!run.session->done()) {
            run.session->step();
            keep = run.saved().value("policy-gradient.keep").get<std::vector<Values>>();
            if (first.empty()) first = keep;
            double groups = 0, sum = 0;
            for (const Values& pool : keep) {
                groups += static_cast<double>(pool.size()), sum += sumOf(pool);
                for (const double p : pool) QVERIFY(p > 0 && p < 1);
            }
            QVERIFY2(std::abs(groups - sum - run.plan.removed()) < 1e-6, qPrintable(QString::number(sum)));
        }
        // No model says the four random tokens of every text right: nothing can be learnt from whole answers here.
        QCOMPARE(keep != first, loss != "wrong-answers");
        for (const char* unit : {"attention", "mlp"}) QCOMPARE(run.chosenOf(unit), run.plan.removed(unit));
        for (const auto& budget : run.plan.budgets)
            if (uniform && budget.prunable) QCOMPARE(run.chosenOf(budget.nodeGroup), budget.removeExactly);
    }

    void startsWithTheProxy() {
        auto setup = shortRun({{"steps", 1}});
        const std::vector<int> silent{3, 8, 20, 31, 39};
        setup.change = [&](CausalLM& model) { handmade::silence(model, 1, silent); };
        PruningRun run("policy-gradient", setup);
        run.finish();
        for (const int neuron : silent) QVERIFY(run.chose("layers.1.mlp", neuron));
    }

    void lossesAreWhatTheySay() {
        const auto model = handmade::tinyModel(21), other = handmade::tinyModel(22);
        auto text = handmade::ownText(*model, 10, 12, 4);
        for (auto& sequence : text)  // what comes after the four random tokens is the model's own word
            std::fill(sequence.lossMask.begin(), sequence.lossMask.begin() + 3, false);
        text[2].ids[9] = (text[2].ids[9] + 1) % 60;  // wrong itself, and what follows may be
        std::vector<PaddedBatch> parts = {paddedBatch(text.data(), 6, model->device()),
                                          paddedBatch(text.data() + 6, 4, model->device())};
        double wrong = 0, answers = 0;
        for (const auto& sequence : text) {
            const auto ids = at::tensor(std::vector<std::int64_t>(sequence.ids.begin(), sequence.ids.end()));
            const auto said = model->logits(ids.narrow(0, 0, 11).unsqueeze(0), {}).squeeze(0).argmax(1);
            double here = 0;
            for (std::int64_t t = 3; t < 11; ++t) here += said[t].item<std::int64_t>() != ids[t + 1].item<std::int64_t>();
            wrong += here, answers += here > 0;
        }
        QVERIFY(wrong >= 1 && answers == 1);
        const auto of = [&](ForwardLoss kind) {
            const auto reference = referenceStates(*other, parts, kind, Compute::Fp32);
            return forwardLosses(*model, parts, kind, reference, Compute::Fp32);
        };
        const double nll = handmade::meanNll(*model, text);
        QVERIFY(std::abs(of(ForwardLoss::Nll).loss - nll) < 1e-5 * nll);
        QVERIFY(std::abs(of(ForwardLoss::WrongTokens).loss - wrong / 80) < 1e-12);
        QVERIFY(std::abs(of(ForwardLoss::WrongTokens).nll - nll) < 1e-5 * nll);
        QVERIFY(std::abs(of(ForwardLoss::WrongAnswers).loss - answers / 10) < 1e-12);
        const auto own = referenceStates(*model, parts, ForwardLoss::Kl, Compute::Fp32);
        QVERIFY(std::abs(forwardLosses(*model, parts, ForwardLoss::Kl, own, Compute::Fp32).loss) < 1e-5);
        QVERIFY(of(ForwardLoss::Kl).loss > 1e-3);
    }
};

}  // namespace tst_policy_gradient

QTEST_APPLESS_MAIN(tst_policy_gradient::TestPolicyGradient)
#include "tst_policy_gradient.moc"
