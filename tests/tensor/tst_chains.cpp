#include "core/compact/group_masks.h"
#include "core/recover/block_distillation.h"
#include "core/recover/recovery.h"
#include "core/recover/training_text.h"
#include "core/recover/weighting.h"
#include "tests/tensor/knowledge_models.h"

#include <QtTest>

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <cmath>
#include <numeric>

namespace tst_chains {

using namespace lorashear;

namespace {

at::Tensor logitsOf(const CausalLM& model) {
    at::NoGradGuard guard;
    return model.logits(at::arange(0, 40, at::kLong).remainder(60).view({2, 20}), {});
}

double difference(const at::Tensor& x, const at::Tensor& y) {
    return (x - y).abs().max().item<double>() / y.abs().max().item<double>();
}

bool sameBits(const NamedTensors& x, const NamedTensors& y) {
    for (const auto& [name, tensor] : x)
        if (!at::equal(tensor, y.at(name))) return false;
    return x.size() == y.size();
}

/// A student and the teachers of two texts; one phase of twelve steps.
struct Setup {
    std::unique_ptr<CausalLM> model, first = handmade::tinyModel(32), second = handmade::tinyModel(33);
    Control control;
    std::vector<RecoveryRound> rounds;
    std::unique_ptr<RecoverySession> session;

    RecoverySource sourceOf(const CausalLM& teacher, const std::string& name, int sequences) const {
        auto split = splitSequences(handmade::ownText(teacher, sequences, 18, 5), 4, 1, name);
        RecoverySource source{name, std::move(split.training), std::move(split.validation), 0};
        source.reference = lorashear::meanNll(teacher, source.validation, 4, Compute::Fp32, control);
        return source;
    }
    explicit Setup(const std::string& scheme, const nlohmann::json& options, double learningRate = 5e-3,
                   std::unique_ptr<CausalLM> student = handmade::tinyModel(31))
        : model(std::move(student)) {
        if (learningRate > 1)
            model = cloneModel(*first), second = cloneModel(*first);  // wrote the texts itself: training can only harm
        RecoveryTraining training;
        training.lora = {.rank = 4, .alpha = 8, .dropout = 0.1, .targets = {}};
        training.training.optimizer.learningRate = learningRate;
        training.training.batch = 4;
        training.rateWarmup = 2;
        training.repeat = true;
        std::vector<RecoveryPhasePlan> phases = {
            {"pretraining", {sourceOf(*first, "long", 30), sourceOf(*second, "short", 15)}, 3, 4}};
        session = makeRecovery(scheme, options.dump(), {*model, phases, training, first.get(), control});
        session->onRound = [this](const RecoveryRound& round) { rounds.push_back(round); };
    }
    void finish() {
        while (!session->done()) session->step();
    }
    NamedTensors weights() const {
        NamedTensors all;
        for (const auto* linear : model->linears()) all[linear->name] = linear->effectiveWeight();
        return all;
    }
};

const nlohmann::json kThreeLinks = {{"links", 3}, {"keep", "last"}};

/// The student that block-wise distillation is for: the dense model without a third of its neurons.
std::unique_ptr<CausalLM> cutCopy(const CausalLM& dense) {
    const auto structure = handmade::make(handmade::tinyShape());
    std::vector<GroupRef> removed;
    for (const auto& group : structure.nodeGroups)
        for (int j = 0; group.unit == UnitKind::Mlp && j < group.count; j += 3) removed.push_back({group.id, j});
    return mergeAdapters(*sliceModel(dense, structure, removed));
}

}  // namespace

/// Chains of adapters, block-wise distillation, dynamic batch loading: what each does that others do not.
class TestChains : public QObject {
    Q_OBJECT

private Q_SLOTS:
    // Merging and beginning afresh changes nothing that the model computes; adapters and moments are new.
    void aKnotIsNotSeen() {
        Setup setup("cola", kThreeLinks);
        at::Tensor atTheEnd;
        const auto hear = setup.session->onRound;
        setup.session->onRound = [&](const RecoveryRound& round) {
            hear(round);
            atTheEnd = logitsOf(*setup.model);
        };
        const auto before = logitsOf(*setup.model);
        setup.session->step();
        const auto firstA = setup.model->linears().front()->a.detach().clone();
        for (int i = 1; i < 4; ++i) setup.session->step();
        QCOMPARE(setup.rounds.size(), std::size_t{2});
        QVERIFY(difference(logitsOf(*setup.model), atTheEnd) < 1e-5);
        QVERIFY(difference(atTheEnd, before) > 1e-3);
        for (const auto* linear : setup.model->linears()) QVERIFY(!linear->b.any().item<bool>());
        QVERIFY(!at::allclose(setup.model->linears().front()->a, firstA, 0.1, 1e-3));
        Archive archive;
        setup.session->save(archive);
        QCOMPARE(archive.value("adamw.steps").get<int>(), 0);
        for (const auto& [name, tensor] : archive.tensors)
            if (name.rfind("adamw.", 0) == 0) QVERIFY(!tensor.any().item<bool>());
    }

    // Whoever exports it gets one adapter of all ranks, which on the weights from before is what has been learnt.
    void theChainIsOneAdapterOfItsSummedRank() {
        Setup setup("cola", kThreeLinks);
        const auto before = setup.weights();
        NamedTensors summed;
        at::Tensor heard;
        setup.session->onPhaseEnd = [&](int, const CausalLM& model) {
            for (const auto* linear : model.linears()) {
                QCOMPARE(linear->a.size(0), std::int64_t{12});
                QVERIFY(at::equal(linear->weight, before.at(linear->name)));
                summed[linear->name] = linear->effectiveWeight();
            }
            heard = logitsOf(model);
        };
        setup.finish();
        QVERIFY(sameBits(setup.weights(), summed));
        QVERIFY(difference(logitsOf(*setup.model), heard) < 1e-5);
        const auto name = setup.model->linears().front()->name;
        const auto values = std::get<1>(at::linalg_svd((summed.at(name) - before.at(name)).to(at::kDouble), false));
        QVERIFY(values[4].item<double>() > 1e-3 * values[0].item<double>());  // one link has rank 4
        QVERIFY(values[12].item<double>() < 1e-4 * values[0].item<double>());
    }

    void oneLinkIsPlainTraining() {
        Setup chain("cola", {{"links", 1}, {"keep", "last"}}), plain("static", nlohmann::json::object());
        chain.finish(), plain.finish();
        QVERIFY(sameBits(chain.weights(), plain.weights()));
    }

    void linksThatHarmAreThrownAway() {
        Setup best("cola", {{"links", 3}}, 5), last("cola", kThreeLinks, 5);
        const auto before = best.weights();
        best.finish(), last.finish();
        QVERIFY(best.rounds[1].objective > best.rounds[0].objective);
        QVERIFY(sameBits(best.weights(), before));
        QVERIFY(!sameBits(last.weights(), before));
    }

    void sharesFollowTheExcess() {
        const std::vector<double> previous = {0.5, 0.3, 0.2};
        const auto even = exponentiatedWeights(previous, {0.7, 0.7, 0.7}, 1, 0);
        for (std::size_t i = 0; i < 3; ++i) QVERIFY(std::abs(even[i] - previous[i]) < 1e-12);
        const auto one = exponentiatedWeights(previous, {0.1, 1.1, 0.1}, 1, 0);  // a nat more: odds times e
        QVERIFY(std::abs(one[1] / one[0] / (0.3 / 0.5) - std::exp(1.0)) < 1e-12);
        const auto twice = exponentiatedWeights(previous, {0.1, 1.1, 0.1}, 2, 0);
        QVERIFY(std::abs(twice[1] / twice[0] / (0.3 / 0.5) - std::exp(2.0)) < 1e-12);
        const auto floored = exponentiatedWeights({1e-9, 1, 1}, {-50, 800, 800}, 1, 0.06);  // no overflow either
        QVERIFY(std::abs(floored[0] - 0.02) < 1e-9);
        for (const auto& weights : {even, one, twice, floored})
            QVERIFY(std::abs(std::accumulate(weights.begin(), weights.end(), 0.0) - 1) < 1e-12);
    }

    // Round after round, on the shares of the round before; the first round has those that it was told.
    void dynamicBatchesAccumulate_data() {
        QTest::addColumn<bool>("clip");
        QTest::newRow("clipped, as in the paper") << true;
        QTest::newRow("as in the original's code") << false;
    }
    void dynamicBatchesAccumulate() {
        QFETCH(bool, clip);
        Setup setup("dynamic-batch", {{"interval", 5}, {"rate", 0.5}, {"floor", 0.1}, {"clip", clip}, {"start", "even"}});
        setup.finish();
        QCOMPARE(setup.rounds.size(), std::size_t{4});  // before, after 5, 10 and 12 steps
        QCOMPARE(setup.rounds[0].weights, (std::vector<double>{0.5, 0.5}));
        for (std::size_t r = 1; r < setup.rounds.size(); ++r) {
            const auto& round = setup.rounds[r];
            std::vector<double> raw;
            for (std::size_t i = 0; i < 2; ++i) {
                const double excess = round.nll[i] - round.reference[i];
                raw.push_back(setup.rounds[r - 1].weights[i] * std::exp(0.5 * (clip ? std::max(0.0, excess) : excess)));
            }
            for (std::size_t i = 0; i < 2; ++i)
                QVERIFY(std::abs(round.weights[i] - (0.9 * raw[i] / (raw[0] + raw[1]) + 0.05)) < 1e-12);
        }
        QVERIFY(setup.rounds[3].weights != setup.rounds[0].weights);
    }

    // The adapters' gradients, of one block alone, against differences. With own inputs only the last block's loss depends on what it learns.
    void blockGradientsAreThoseOfDifferences_data() {
        QTest::addColumn<bool>("own");
        QTest::addColumn<QString>("name");
        QTest::newRow("dense inputs") << false << "model.layers.0.mlp.down_proj";
        QTest::newRow("own inputs, last block") << true << "model.layers.2.self_attn.v_proj";
    }
    void blockGradientsAreThoseOfDifferences() {
        QFETCH(bool, own);
        QFETCH(QString, name);
        const auto inputs = own ? BlockInputs::Own : BlockInputs::Dense;
        const auto dense = handmade::tinyModel(32), model = cutCopy(*dense);
        attachLora(*model, {.rank = 4, .alpha = 8, .dropout = 0, .targets = {}}, 5);
        const auto text = handmade::ownText(*dense, 12, 20, 4);
        const auto part = paddedBatch(text.data(), text.size(), model->device());
        auto* linear = model->linear(name.toStdString());
        ForwardContext context;
        context.training = true;
        const double nll = distilBlocks(*model, *dense, inputs, part, 2 * part.counted, context);
        if (own) QVERIFY(std::abs(nll - handmade::meanNll(*model, text) / 2) < 1e-5 * nll);
        const auto gradient = linear->b.grad().clone();
        const auto direction = gradient / gradient.norm();
        at::NoGradGuard guard;
        constexpr double h = 0.02;
        linear->b.add_(direction, h);
        const double above = blockDistance(*model, *dense, inputs, part, Compute::Fp32);
        linear->b.sub_(direction, 2 * h);
        const double below = blockDistance(*model, *dense, inputs, part, Compute::Fp32);
        const double slope = (above - below) / (2 * h), expected = 2 * gradient.norm().item<double>();  // half a batch
        QVERIFY2(std::abs(slope - expected) < 0.02 * expected, qPrintable(QString("%1 %2").arg(slope).arg(expected)));
    }

    void blocksComeNearTheDenseOnes() {
        const auto dense = handmade::tinyModel(32);
        Setup setup("blockwise", {{"local_share", 1}}, 1e-2, cutCopy(*dense));
        const auto text = handmade::ownText(*dense, 12, 20, 9);
        const auto part = paddedBatch(text.data(), text.size(), setup.model->device());
        const auto distance = [&] { return blockDistance(*setup.model, *dense, BlockInputs::Own, part, Compute::Fp32); };
        QCOMPARE(blockDistance(*dense, *dense, BlockInputs::Own, part, Compute::Fp32), 0.0);
        const double before = distance();
        for (int i = 0; i < 11; ++i) setup.session->step();
        QVERIFY2(distance() < 0.98 * before, qPrintable(QString("%1 %2").arg(distance()).arg(before)));
    }
};

}  // namespace tst_chains

QTEST_APPLESS_MAIN(tst_chains::TestChains)
#include "tst_chains.moc"
