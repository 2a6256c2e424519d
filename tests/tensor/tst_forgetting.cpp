#include "core/base/error.h"
#include "core/compact/group_masks.h"
#include "core/recover/phased_recovery.h"
#include "core/recover/routed_adapters.h"
#include "core/recover/training_text.h"
#include "core/recover/unlearning.h"
#include "core/trace/tracer.h"
#include "tests/tensor/knowledge_models.h"

#include <QtTest>

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>

namespace tst_forgetting {

using namespace lorashear;
using nlohmann::json;

namespace {

constexpr int kExperts = 3, kRank = 2;

/// A student and the teachers of two texts.
struct Setup {
    std::unique_ptr<CausalLM> model = handmade::tinyModel(31), first = handmade::tinyModel(32),
                              second = handmade::tinyModel(33);
    Control control;
    std::vector<RecoveryRound> rounds;
    std::vector<MergePrice> prices;
    std::function<void(const CausalLM&)> atPhaseEnd;
    std::unique_ptr<RecoverySession> session;

    RecoverySource sourceOf(const CausalLM& teacher, const std::string& name, int sequences) const {
        auto split = splitSequences(handmade::ownText(teacher, sequences, 18, 5), 4, 1, name);
        RecoverySource source{name, std::move(split.training), std::move(split.validation), 0};
        source.reference = lorashear::meanNll(teacher, source.validation, 4, Compute::Fp32, control);
        return source;
    }
    Setup(const std::string& scheme, const json& options, double learningRate = 5e-3, int steps = 4) {
        if (learningRate > 1)
            model = cloneModel(*first), second = cloneModel(*first);  // wrote the texts itself: training can only harm
        RecoveryTraining training;
        training.lora = {.rank = 8, .alpha = 8, .dropout = 0, .targets = {}};
        training.training.optimizer.learningRate = learningRate;
        training.training.batch = 4;
        training.training.microBatch = 2;
        training.rateWarmup = 1;
        training.repeat = true;
        static std::map<bool, std::vector<RecoverySource>> written;  // the same in every test
        auto& texts = written[learningRate > 1];
        if (texts.empty()) texts = {sourceOf(*first, "stay", 30), sourceOf(*second, "go", 15), sourceOf(*first, "more", 20)};
        const std::vector<RecoveryPhasePlan> phases = {{"pretraining", {texts[0], texts[1]}, 2, steps},
                                                       {"instruct", {texts[2]}, 1, steps}};
        session = makeRecovery(scheme, options.dump(), {*model, phases, training, nullptr, control});
        session->onRound = [this](const RecoveryRound& round) { rounds.push_back(round); };
        session->onMerge = [this](const MergePrice& price) { prices.push_back(price); };
        session->onPhaseEnd = [this](int, const CausalLM& now) {
            if (atPhaseEnd) atPhaseEnd(now);
        };
    }
    void finish() {
        while (!session->done()) session->step();
    }
};

std::string refusal(const std::string& scheme, const json& options) {
    try {
        Setup setup(scheme, options);
    } catch (const Error& error) {
        return error.code() == ErrorCode::BadRecipe ? error.subject() : "another error";
    }
    return "accepted";
}

at::Tensor noise(at::IntArrayRef shape, std::uint64_t seed) {
    return at::empty(shape, at::kFloat).normal_(0, 1, at::detail::createCPUGenerator(seed));
}

/// One linear's mixture, expert by expert, with ATen's own operators.
at::Tensor mixture(const Linear& linear, const at::Tensor& router, const at::Tensor& x, double scale) {
    const auto gates = at::softmax(at::linear(x, router), -1);
    auto y = at::linear(x, linear.weight);
    for (int e = 0; e < kExperts; ++e) {
        const auto a = linear.a.narrow(0, e * kRank, kRank), b = linear.b.narrow(1, e * kRank, kRank);
        y = y + at::linear(at::linear(x, a), b) * gates.narrow(-1, e, 1) * scale;
    }
    return y;
}

}  // namespace

/// Schemes about forgetting: making it happen (PruneLoRA) and keeping it from happening (LoRAMoE).
class TestForgetting : public QObject {
    Q_OBJECT

    /// Token 50 alone has something in channel 31, and neuron 5 of block 1 reads nothing else.
    static std::unique_ptr<CausalLM> withANeuronForToken50() {
        auto model = handmade::tinyModel(7);
        const at::NoGradGuard guard;
        auto tensors = model->tensors();
        tensors.at("model.embed_tokens.weight").select(1, 31).zero_();
        tensors.at("model.embed_tokens.weight")[50][31] = 3;
        for (int layer : {0, 1}) {
            const auto at = "model.layers." + std::to_string(layer) + ".";
            tensors.at(at + "self_attn.o_proj.weight")[31].zero_();
            tensors.at(at + "mlp.down_proj.weight")[31].zero_();
        }
        for (const char* part : {"gate_proj", "up_proj"}) {
            auto row = tensors.at(std::string("model.layers.1.mlp.") + part + ".weight")[5];
            row.zero_();
            row[31] = 1;
        }
        return model;
    }
    static std::vector<Sequence> about(bool token50, std::uint64_t seed) {
        Random random(seed, "about");
        std::vector<Sequence> text;
        for (int s = 0; s < 6; ++s) {
            auto& sequence = text.emplace_back();
            for (int t = 0; t < 12; ++t)
                sequence.ids.push_back(token50 && t % 3 == 0 ? 50 : static_cast<int>(random.below(50)));
            sequence.lossMask.assign(11, true);
        }
        return text;
    }

private Q_SLOTS:
    // A neuron that only the text to forget needs is the first to go; the share is kept to, and no node group is emptied.
    void whatOnlyTheForgetSetNeedsGoesFirst() {
        const auto model = withANeuronForToken50();
        const auto structure = traceStructure(*model);
        const auto forget = about(true, 1), retain = about(false, 2);
        const Control control;
        const GroupRef planted{structure.find("layers.1.mlp")->id, 5};
        std::size_t all = 0;
        for (const auto& nodes : structure.nodeGroups)
            if (nodes.prunable) all += static_cast<std::size_t>(nodes.count);
        for (const bool second : {false, true}) {
            const ForgettingTask task{*model, structure, forget, retain, second, 4, Compute::Fp32, control};
            QCOMPARE(groupsToForget(task, 1.5 / static_cast<double>(all)), std::vector<GroupRef>{planted});
            const ForgettingTask other{*model, structure, retain, forget, second, 4, Compute::Fp32, control};
            const auto kept = groupsToForget(other, 0.5);
            QVERIFY(std::find(kept.begin(), kept.end(), planted) == kept.end());
            QVERIFY(groupsToForget(task, 0).empty());
            const auto most = groupsToForget(task, 0.9);
            for (const auto& nodes : structure.nodeGroups)
                QVERIFY(!nodes.prunable || std::count_if(most.begin(), most.end(), [&](const GroupRef& g) {
                                               return g.nodeGroup == nodes.id;
                                           }) < nodes.count);
        }
    }

    // What was zeroed stays zero to the end, in both phases; texts to forget are measured with share 0 and never drawn.
    void zeroedUnitsStayZero() {
        Setup setup("prunelora", {{"forget", {"go"}}, {"share", 0.2}, {"keep", "last"}});
        QVERIFY(!setup.session->adaptersTellAll());
        setup.session->step();
        std::map<std::string, at::Tensor> masks;
        std::int64_t zeros = 0;
        for (const auto* linear : setup.model->linears())
            if (linear->mask.defined()) {
                masks[linear->name] = linear->mask.clone();
                zeros += (linear->mask == 0).sum().item<std::int64_t>();
            }
        QVERIFY(zeros > 0);
        setup.finish();
        std::int64_t still = 0;
        for (const auto* linear : setup.model->linears()) {
            QVERIFY(!linear->mask.defined());
            const auto zeroRows = (linear->weight == 0).all(1);
            still += zeroRows.sum().item<std::int64_t>();
            if (masks.count(linear->name)) QVERIFY(at::equal(zeroRows, masks.at(linear->name) == 0));
        }
        QCOMPARE(still, zeros);
        const auto& begin = setup.rounds.front();
        QCOMPARE(begin.sources, (std::vector<std::string>{"stay", "go"}));
        QCOMPARE(begin.weights, (std::vector<double>{1, 0}));
        QCOMPARE(begin.objective, begin.nll.front());
    }

    // With nothing zeroed the adapters are all that changes.
    void nothingZeroedIsPlainTraining() {
        Setup setup("prunelora", {{"forget", {"go"}}, {"share", 0}});
        QVERIFY(setup.session->adaptersTellAll());
        setup.finish();
        for (const auto* linear : setup.model->linears()) QVERIFY(!(linear->weight == 0).all(1).any().item<bool>());
    }

    void badForgetSetsAreRefused() {
        const std::string forget = "/recovery/options/forget";
        QCOMPARE(refusal("prunelora", json::object()), forget);
        QCOMPARE(refusal("prunelora", {{"forget", {"nobody"}}}), forget);
        QCOMPARE(refusal("prunelora", {{"forget", {"more"}}}), forget);  // the second phase would have nothing left
        QCOMPARE(refusal("loramoe", {{"task", {"nobody"}}}), std::string("/recovery/options/task"));
        QCOMPARE(refusal("loramoe", {{"experts", 2}, {"world_experts", 2}}), std::string("/recovery/options/world_experts"));
    }

    // Values and the gradients of experts, routers and inputs are those of the formula written with ATen's operators.
    void theMixtureIsTheFormula() {
        const auto model = handmade::tinyModel(3);
        RoutedAdapters routed(*model, {.rank = kRank, .alpha = 5, .dropout = 0.3, .targets = {"q_proj", "down_proj"}},
                              kExperts, 9);
        QCOMPARE(routed.routers().size(), std::size_t{2 * 3});
        for (const char* name : {"model.layers.0.self_attn.q_proj", "model.layers.1.mlp.down_proj"}) {
            Linear& linear = *model->linear(name);
            at::Tensor router;
            for (const auto& [which, tensor] : routed.routers())
                if (which == linear.name + ".router") router = tensor;
            QVERIFY(!router.any().item<bool>());
            {
                const at::NoGradGuard guard;
                router.copy_(noise(router.sizes(), 1));
                linear.b.copy_(noise(linear.b.sizes(), 2));
            }
            const auto weight = noise({2, 7, linear.out()}, 4);
            const auto outcome = [&](const std::function<at::Tensor(const at::Tensor&)>& f) {
                const auto x = noise({2, 7, linear.in()}, 3).set_requires_grad(true);
                const auto y = f(x);
                (y * weight).sum().backward();
                std::vector<at::Tensor> all{y.detach(), x.grad()};
                for (const auto& leaf : {linear.a, linear.b, router}) {
                    all.push_back(leaf.grad());
                    leaf.mutable_grad() = at::Tensor();
                }
                return all;
            };
            ForwardContext training;
            training.training = true;  // no dropout all the same
            const auto ours = outcome([&](const at::Tensor& x) { return linear.forward(x, training); });
            const auto truth = outcome([&](const at::Tensor& x) { return mixture(linear, router, x, 5.0 / kRank); });
            for (std::size_t i = 0; i < truth.size(); ++i)
                QVERIFY2(at::allclose(ours[i], truth[i], 1e-4, 1e-4 * truth[i].abs().max().item<double>()),
                         qPrintable(QString::number(i)));
        }
    }

    // Settled with the mean gates, the plain adapter is the mixture of these weights; the observers are gone.
    void settlingLeavesAPlainAdapter() {
        const auto model = handmade::tinyModel(3);
        RoutedAdapters routed(*model, {.rank = kRank, .alpha = 5, .dropout = 0, .targets = {"v_proj"}}, kExperts, 9);
        const at::NoGradGuard guard;
        for (const auto& [name, router] : routed.routers()) router.copy_(noise(router.sizes(), 1));
        for (auto* linear : model->linears())
            if (linear->hasAdapter()) linear->b.copy_(noise(linear->b.sizes(), 2));
        const auto text = about(false, 3);
        const auto means = routed.meanGates(text, Compute::Fp32);
        QCOMPARE(means.size(), std::size_t{3});
        std::vector<at::Tensor> wanted;
        Linear& last = *model->linear("model.layers.2.self_attn.v_proj");
        at::Tensor seen = at::zeros({kExperts}, at::kDouble);
        double tokens = 0;
        last.observer = [&, before = last.observer](const at::Tensor& x, const at::Tensor& y) {
            before(x, y);
            const auto gates = at::softmax(at::linear(x, routed.routers().back().second), -1).flatten(0, 1);
            seen += gates.sum(0, false, at::kDouble), tokens += static_cast<double>(gates.size(0));
        };
        for (const auto& sequence : text) model->hidden(paddedBatch(&sequence, 1, at::kCPU).ids, {});
        QVERIFY(at::allclose(means.back(), seen / tokens, 1e-6, 1e-9));
        QVERIFY(std::abs(means.back().sum().item<double>() - 1) < 1e-6);
        auto merged = last.weight.clone();
        for (int e = 0; e < kExperts; ++e)
            merged += last.b.narrow(1, e * kRank, kRank).mm(last.a.narrow(0, e * kRank, kRank)) *
                      (means.back()[e].item<double>() * 5.0 / kRank);
        routed.settle(means);
        QVERIFY(at::allclose(last.effectiveWeight(), merged, 1e-4, 1e-5));
        QVERIFY(!last.observer);
    }

    // The gradient of the balancing loss against finite differences, in double; a sequence without counted positions plays no part.
    void balanceLossAndItsSlope() {
        const auto logits = noise({4, 5, kExperts}, 6).to(at::kDouble).set_requires_grad(true);
        auto counts = at::ones({4, 5}, at::kBool);
        counts[1].narrow(0, 2, 3).fill_(false);
        counts[3].fill_(false);
        const auto factors = sideFactors({true, false, true, false}, kExperts, 1, 0.25).to(at::kDouble);
        const auto loss = [&](const at::Tensor& l) { return balanceLoss(at::softmax(l, -1), counts, factors); };
        loss(logits).backward();
        QVERIFY(!logits.grad()[3].any().item<bool>() && !logits.grad()[1].narrow(0, 2, 3).any().item<bool>());
        const at::NoGradGuard guard;
        const auto direction = noise(logits.sizes(), 7).to(at::kDouble);
        const double h = 1e-5;
        const double slope = (loss(logits + direction * h) - loss(logits - direction * h)).item<double>() / (2 * h);
        const double said = (logits.grad() * direction).sum().item<double>();
        QVERIFY2(std::abs(slope - said) < 1e-6 * std::max(1.0, std::abs(said)), qPrintable(QString::number(slope - said)));
        // by hand: two sequences of one position, gates 0.5 / 0.5 and 0.2 / 0.8, factors 1
        const auto two = at::tensor({0.5, 0.5, 0.2, 0.8}, at::kDouble).view({2, 1, 2});
        const double mean = 0.5, variance = (0.0 + 0.0 + 0.09 + 0.09) / 4;
        QVERIFY(std::abs(balanceLoss(two, at::ones({2, 1}, at::kBool), at::ones({2, 2}, at::kDouble)).item<double>() -
                         variance / (mean * mean)) < 1e-12);
    }

    // Balanced, an expert does (1 + delta) / (1 - delta) times as much for its own side; there the loss is 0.
    void balancedSidesDifferByDelta() {
        const auto factors = sideFactors({true, false}, 4, 2, 0.2);
        const double own = 1.2 / 4, other = 0.8 / 4;  // sums to 1 over four
        const auto gates = at::tensor({other, other, own, own, own, own, other, other}, at::kFloat).view({2, 1, 4});
        const auto counts = at::ones({2, 1}, at::kBool);
        QVERIFY(balanceLoss(gates, counts, factors).item<double>() < 1e-10);
        QVERIFY(balanceLoss(at::full({2, 1, 4}, 0.25), counts, factors).item<double>() > 1e-2);
        QVERIFY(balanceLoss(at::full({2, 1, 4}, 0.25), counts, sideFactors({true, false}, 4, 2, 0)).item<double>() < 1e-10);
    }

    // The last measurement of a phase is of the merged model, which is what comes out; routers have moved.
    void whatIsMeasuredLastIsWhatComesOut() {
        Setup setup(
            "loramoe",
            {{"experts", 3}, {"world_experts", 1}, {"task", {"go"}}, {"keep", "last"}, {"delta", 0.3}, {"balance", 1}}, 5e-3,
            8);
        std::vector<double> held;
        const auto stay = setup.sourceOf(*setup.first, "stay", 30), go = setup.sourceOf(*setup.second, "go", 15);
        std::int64_t rank = 0;
        setup.atPhaseEnd = [&](const CausalLM& now) {
            rank = now.linears().front()->a.size(0);
            QVERIFY(!now.linears().front()->observer);
            if (held.empty())
                for (const auto* source : {&stay, &go})
                    held.push_back(lorashear::meanNll(now, source->validation, 4, Compute::Fp32, setup.control));
        };
        setup.finish();
        QCOMPARE(rank, std::int64_t{3 * (8 / 3)});
        const auto& merged = setup.rounds.at(3);  // before, after each of two rounds, merged
        QCOMPARE(merged.round, 3);
        QVERIFY(merged.best);
        for (std::size_t i = 0; i < 2; ++i) QVERIFY(std::abs(merged.nll[i] - held[i]) < 1e-5);
        QVERIFY(merged.nll != setup.rounds.at(2).nll);  // the routers' departures are gone
        QCOMPARE(setup.prices.front().routed,
                 setup.rounds.at(2).nll);  // keep last: the routed model is what was measured before
        QCOMPARE(setup.prices.front().merged, merged.nll);
        QVERIFY(setup.prices.front().kept);
    }

    // Training that can only harm is taken back, adapters and all else.
    void aHarmfulMergeIsThrownAway() {
        Setup setup("loramoe", json::object(), 5);
        NamedTensors before;
        for (const auto* linear : setup.model->linears()) before[linear->name] = linear->weight.clone();
        setup.finish();
        for (const auto* linear : setup.model->linears()) QVERIFY(at::equal(linear->weight, before.at(linear->name)));
        QVERIFY(!setup.prices.empty() && !setup.prices.front().kept);
    }

    // As long as routers are even, as they are at first, merging changes nothing.
    void thePriceOfMergingIsTheRoutersWork() {
        Setup still("loramoe", {{"experts", 2}, {"world_experts", 1}, {"task", {"go"}}, {"balance", 0}, {"keep", "last"}},
                    1e-7);
        still.finish();
        const auto& price = still.prices.front();
        for (std::size_t i = 0; i < price.routed.size(); ++i)
            QVERIFY2(std::abs(price.routed[i] - price.merged[i]) < 1e-5, qPrintable(QString::number(price.merged[i])));
    }
};

}  // namespace tst_forgetting

QTEST_APPLESS_MAIN(tst_forgetting::TestForgetting)
#include "tst_forgetting.moc"
