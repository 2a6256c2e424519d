#include "core/base/error.h"
#include "core/kernels/ops.h"
#include "core/model/lora.h"
#include "core/train/trainer.h"
#include "tests/support/caught.h"
#include "tests/tensor/knowledge_models.h"

#include <QtTest>

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <cmath>
#include <limits>
#include <set>

namespace tst_trainer {

using namespace lorashear;

namespace {

constexpr int kSequences = 12, kLength = 24;

// Sequences of different lengths, some positions left out of the loss.
std::vector<Sequence> someText(const CausalLM& model) {
    auto text = handmade::ownText(model, kSequences, kLength, 3);
    for (std::size_t i = 0; i < text.size(); i += 3) {
        text[i].ids.resize(kLength - 5 - i);
        text[i].lossMask.resize(kLength - 6 - i);
    }
    for (std::size_t i = 1; i < text.size(); i += 4)
        for (std::size_t t = 0; t < 7; ++t) text[i].lossMask[t] = false;
    return text;
}

struct Setup {
    std::unique_ptr<CausalLM> model = handmade::tinyModel(11), teacher = handmade::tinyModel(12);
    std::unique_ptr<BatchSource> source;
    std::unique_ptr<Trainer> trainer;

    explicit Setup(const TrainerOptions& options, double dropout = 0) {
        attachLora(*model, {.rank = 4, .alpha = 8, .dropout = dropout, .targets = {}}, 5);
        source = shuffledSource(someText(*teacher), 7, "text");
        trainer = std::make_unique<Trainer>(*model, *source, options, teacher.get());
    }
    NamedTensors adapters() const {
        NamedTensors all;
        for (const auto* linear : model->linears()) {
            all[linear->name + ".A"] = linear->a.detach().clone();
            all[linear->name + ".B"] = linear->b.detach().clone();
        }
        return all;
    }
};

TrainerOptions options() {
    TrainerOptions o;
    o.optimizer.learningRate = 1e-2;
    o.batch = 6;
    o.seed = 9;
    return o;
}

double largestDifference(const NamedTensors& x, const NamedTensors& y) {
    double most = 0;
    for (const auto& [name, tensor] : x) {
        const double largest = (tensor - y.at(name)).abs().max().item<double>();
        if (std::isnan(largest)) return largest;
        most = std::max(most, largest);
    }
    return most;
}

bool sameBits(const NamedTensors& x, const NamedTensors& y) {
    if (x.size() != y.size()) return false;
    for (const auto& [name, tensor] : x)
        if (!at::equal(tensor, y.at(name))) return false;
    return true;
}

}  // namespace

class TestTrainer : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void lossIsTheMeanOverCountedTokens() {
        Setup setup(options());
        const auto text = someText(*setup.teacher);
        QVERIFY(std::abs(meanNll(*setup.model, text, 5, Compute::Fp32, {}) - handmade::meanNll(*setup.model, text)) < 1e-5);

        auto other = shuffledSource(text, 7, "text");
        const auto batch = other->next(6);
        const double expected = handmade::meanNll(*setup.model, batch);
        std::int64_t tokens = 0;
        for (const auto& sequence : batch) tokens += static_cast<std::int64_t>(sequence.ids.size());
        const auto report = setup.trainer->step(1e-3);
        QVERIFY(std::abs(report.loss - expected) < 1e-5);
        QCOMPARE(report.tokens, tokens);
        QCOMPARE(report.step, std::int64_t{1});
    }

    void microBatchesGiveTheSameStep() {
        auto small = options();
        small.microBatch = 2;
        Setup whole(options()), parts(small);
        for (int i = 0; i < 3; ++i) {
            const auto a = whole.trainer->step(1e-3), b = parts.trainer->step(1e-3);
            QVERIFY(std::abs(a.loss - b.loss) < 1e-5);
            QVERIFY(std::abs(a.gradientNorm - b.gradientNorm) < 1e-4 * a.gradientNorm + 1e-7);
        }
        QVERIFY(largestDifference(whole.adapters(), parts.adapters()) < 1e-4);
    }

    void trainingLowersTheLoss() {
        Setup setup(options());
        const auto text = someText(*setup.teacher);
        const double before = handmade::meanNll(*setup.model, text);
        for (int i = 0; i < 40; ++i) setup.trainer->step(1e-2);
        const double after = handmade::meanNll(*setup.model, text);
        QVERIFY2(after < 0.8 * before, qPrintable(QString("%1 -> %2").arg(before).arg(after)));
    }

    void ratesFallWhereTheyAreToldTo() {
        auto falling = options();
        falling.fallsOver = 4;
        Setup setup(falling), given(options());
        for (const double expected : {1.0, 0.5 + std::sqrt(0.125), 0.5, 0.5 - std::sqrt(0.125), 0.0}) {
            QVERIFY(std::abs(setup.trainer->step(1e-2).learningRate - 1e-2 * expected) < 1e-12);
            given.trainer->step(1e-2 * expected);
        }
        QVERIFY(largestDifference(setup.adapters(), given.adapters()) < 1e-7);  // it is what the step took
    }

    void distillationPullsTowardsTheTeacher() {
        auto wanted = options();
        wanted.distillation = 1;
        Setup setup(wanted);
        const auto ids = at::tensor(std::vector<std::int64_t>{1, 5, 9, 3, 22, 14, 8}).unsqueeze(0);
        const auto distance = [&] {
            at::NoGradGuard guard;
            return ops::distillationKl(setup.model->hidden(ids, {}).squeeze(0), setup.model->vocabularyHead(),
                                       setup.teacher->hidden(ids, {}).squeeze(0), setup.teacher->vocabularyHead(), {})
                .mean()
                .item<double>();
        };
        const double before = distance();
        const auto first = setup.trainer->step(1e-2);
        QVERIFY(std::isfinite(first.loss) && first.loss > 0);  // nll is reported although it is not trained on
        for (int i = 0; i < 40; ++i) setup.trainer->step(1e-2);
        QVERIFY2(distance() < 0.9 * before, qPrintable(QString("%1 -> %2").arg(before).arg(distance())));
    }

    // What goes into the step is the mixture of both losses over the whole batch, portions or not.
    void distillationMixesBothLosses() {
        auto wanted = options();
        wanted.distillation = 0.3;
        wanted.microBatch = 4;
        Setup setup(wanted), beside(wanted);
        const auto batch = shuffledSource(someText(*setup.teacher), 7, "text")->next(wanted.batch);
        const auto whole = paddedBatch(batch.data(), batch.size(), at::kCPU);
        const auto& model = *beside.model;
        const auto targets = whole.targets.flatten();
        const auto student = at::log_softmax(model.logits(whole.ids, {}).flatten(0, 1), -1);
        const auto teacher = at::log_softmax(beside.teacher->logits(whole.ids, {}).flatten(0, 1), -1).detach();
        const auto nll = at::nll_loss(student, targets, {}, at::Reduction::Mean, -100);
        const auto each = (teacher.exp() * (teacher - student)).sum(-1);
        const auto kl = each.masked_fill(targets == -100, 0).sum() / static_cast<double>(whole.counted);
        (nll * 0.7 + kl * 0.3).backward();
        double square = 0;
        for (const auto& [name, leaf] : trainablesOf(model)) square += leaf.grad().square().sum().item<double>();
        const auto report = setup.trainer->step(1e-3);
        QVERIFY2(std::abs(report.loss - nll.item<double>()) < 1e-5, qPrintable(QString::number(report.loss)));
        QVERIFY2(std::abs(report.gradientNorm / std::sqrt(square) - 1) < 1e-4,
                 qPrintable(QString::number(report.gradientNorm)));
    }

    void interruptedEqualsUninterrupted() {
        auto wanted = options();
        wanted.distillation = 0.3;
        wanted.microBatch = 3;
        const auto run = [&](int breakAt) {
            auto setup = std::make_unique<Setup>(wanted, 0.1);
            for (int i = 0; i < 8; ++i) {
                if (i == breakAt) {
                    Archive archive;
                    setup->trainer->save(archive);
                    archive.values = nlohmann::json::parse(archive.values.dump());
                    setup = std::make_unique<Setup>(wanted, 0.1);
                    setup->trainer->load(archive);
                }
                setup->trainer->step(5e-3);
            }
            return setup->adapters();
        };
        const auto straight = run(-1);
        QVERIFY(sameBits(run(3), straight));
        QVERIFY(sameBits(run(7), straight));
    }

    void dropoutDependsOnTheSeedOnly() {
        auto other = options();
        other.seed = 10;
        Setup a(options(), 0.3), b(options(), 0.3), c(other, 0.3);
        for (auto* setup : {&a, &b, &c})
            for (int i = 0; i < 3; ++i) setup->trainer->step(5e-3);
        QVERIFY(sameBits(a.adapters(), b.adapters()));
        QVERIFY(!sameBits(a.adapters(), c.adapters()));
    }

    void aLossThatIsNotFiniteStopsTheRun() {
        Setup setup(options());
        setup.trainer->step(1e-3);
        setup.model->linears().front()->weight[0][0] = std::numeric_limits<float>::infinity();
        const auto before = setup.adapters();
        try {
            setup.trainer->step(1e-3);
            QFAIL("an infinite weight went unnoticed");
        } catch (const Error& error) {
            QCOMPARE(error.code(), ErrorCode::Numeric);
            QVERIFY(error.subject().find("step 2") != std::string::npos);
            QVERIFY(!error.hint().empty());
        }
        QVERIFY(sameBits(setup.adapters(), before));
    }

    void everySequenceOnceAnEpoch() {
        const auto text = handmade::ownText(*handmade::tinyModel(1), 10, 8, 2);
        auto source = shuffledSource(text, 3, "text");
        std::vector<std::vector<int>> epochs[2];
        for (auto& epoch : epochs)
            for (int i = 0; i < 5; ++i)
                for (auto& sequence : source->next(2)) epoch.push_back(sequence.ids);
        QVERIFY(epochs[0] != epochs[1]);
        for (const auto& epoch : epochs)
            QCOMPARE(std::set<std::vector<int>>(epoch.begin(), epoch.end()).size(), std::size_t{10});
        QVERIFY_EXCEPTION_THROWN(shuffledSource({}, 1, "nothing"), Error);
    }

    void badOptionsAreRefused() {
        for (auto change : {+[](TrainerOptions& o) { o.batch = 0; }, +[](TrainerOptions& o) { o.distillation = 1.5; },
                            +[](TrainerOptions& o) { o.optimizer.learningRate = -1e-3; }}) {
            auto o = options();
            change(o);
            QVERIFY_EXCEPTION_THROWN(Setup{o}, Error);
        }
        auto many = options();
        many.batch = 1 << 20;  // above what a recipe may ask for: both are asked by one table
        QVERIFY(test::says(test::caught([&] { Setup{many}; }), ErrorCode::BadRecipe, "/training/batch"));
        auto model = handmade::tinyModel(1);
        auto source = shuffledSource(someText(*model), 1, "text");
        QVERIFY_EXCEPTION_THROWN(Trainer(*model, *source, options()), Error);  // no adapters
    }
};

}  // namespace tst_trainer

QTEST_APPLESS_MAIN(tst_trainer::TestTrainer)
#include "tst_trainer.moc"
