#include "core/prune/methods/compensation.h"

#include "core/model/added_biases.h"
#include "core/prune/weight_edits.h"
#include "tests/tensor/method_runs.h"

#include <QtTest>

#include <ATen/Parallel.h>

#include <map>
#include <string>

namespace tst_compensation {

using namespace lorashear;
using namespace lorashear::testing;
using How = ScoredOptions::Compensation;

namespace {

/// A model of the tiny shape and what a compensation needs of a run.
struct Bench {
    std::unique_ptr<CausalLM> model;
    Structure structure = handmade::make(handmade::tinyShape());
    PruningPlan plan;
    std::vector<Sequence> text;
    std::unique_ptr<BatchSource> source;
    std::unique_ptr<Trainer> trainer;
    Control control;

    explicit Bench(ModelConfig config = handmade::configOf(handmade::tinyShape()), int sequences = 24)
        : model(randomModel(config, 21)),
          text(handmade::ownText(*model, sequences, 20, 4)),
          source(shuffledSource(text, 7, "text")) {
        attachLora(*model, {.rank = 4, .alpha = 8, .dropout = 0, .targets = {}}, 3);
        at::NoGradGuard guard;
        Random random(3, "B");
        for (auto* linear : model->linears())
            for (std::int64_t i = 0; i < linear->b.numel(); ++i)
                linear->b.data_ptr<float>()[i] = static_cast<float>(0.05 * random.normal());
        trainer = std::make_unique<Trainer>(*model, *source, TrainerOptions());
    }
    GroupChoice choice(How how, const std::vector<GroupRef>& going, const std::vector<GroupRef>& taken = {}) {
        GroupChoice made{going, {}, {}};
        compensate({*model, structure, plan, *trainer, text, control}, how, 0.001, text, taken, made);
        return made;
    }
    /// The groups masked, and what makes good for them.
    void apply(const GroupChoice& made, WeightEdits& edits) {
        at::NoGradGuard guard;
        applyMasks(*model, structure, made.groups);
        for (const auto& [name, change] : made.repairs) edits.own(*model->linear(name)).add_(change);
        for (const auto& [name, change] : made.biases) edits.ownBias(*model->linear(name)).add_(change);
    }
};

/// What a linear reads on the text, [tokens, in] fp64, and says, [tokens, out].
std::pair<at::Tensor, at::Tensor> traffic(CausalLM& model, const std::string& name, const std::vector<Sequence>& text) {
    at::NoGradGuard guard;
    std::vector<at::Tensor> in, out;
    auto* linear = model.linear(name);
    linear->observer = [&](const at::Tensor& x, const at::Tensor& y) {
        in.push_back(x.flatten(0, -2).to(at::kDouble));
        out.push_back(y.flatten(0, -2).to(at::kDouble));
    };
    for (const auto& sequence : text) {
        const auto ids = at::tensor(std::vector<std::int64_t>(sequence.ids.begin(), sequence.ids.end()));
        model.hidden(ids.narrow(0, 0, ids.size(0) - 1).unsqueeze(0), {});
    }
    linear->observer = nullptr;
    return {at::cat(in), at::cat(out)};
}

ModelConfig withAllBiases() {
    auto config = handmade::configOf(handmade::tinyShape());
    config.attentionBias = config.mlpBias = true;
    return config;
}

}  // namespace

class TestCompensation : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { at::set_num_threads(1); }  // tiny products: threads would only wait for each other

    // A neuron that always says the same is a bias.
    void aConstantInputIsReplacedExactly() {
        Bench bench(withAllBiases());
        for (const char* name : {"gate_proj", "up_proj"}) {
            auto* linear = bench.model->linear(std::string("model.layers.1.mlp.") + name);
            linear->weight.narrow(0, 7, 1).zero_();
            linear->b.detach().narrow(0, 7, 1).zero_();
            linear->bias.narrow(0, 7, 1).fill_(1.5F);
        }
        const auto before = tinyLogits(*bench.model);
        const std::vector<GroupRef> going{{4, 7}};  // of layers.1.mlp
        applyMasks(*bench.model, bench.structure, going);
        QVERIFY((tinyLogits(*bench.model) - before).abs().max().item<double>() > 1e-2);
        applyMasks(*bench.model, bench.structure, {});
        WeightEdits edits;
        const auto made = bench.choice(How::Bias, going);
        QCOMPARE(made.biases.size(), std::size_t{1});
        QVERIFY(made.repairs.empty());
        bench.apply(made, edits);
        QVERIFY((tinyLogits(*bench.model) - before).abs().max().item<double>() < 1e-5);
    }

    void whereNothingGoesNothingIsAdded() {
        Bench bench;
        for (const How how : {How::None, How::Bias, How::Scale, How::LeastSquares}) {
            const auto made = bench.choice(how, {});
            QVERIFY(made.repairs.empty() && made.biases.empty());
        }
        const auto none = bench.choice(How::None, {{2, 1}});
        QVERIFY(none.repairs.empty() && none.biases.empty());
    }

    // On the calibration text no compensation is worse than none, each is the best of its form, and the freer form is the better one.
    void errorsOfReconstruction_data() {
        QTest::addColumn<QString>("reader");
        QTest::addColumn<int>("node");
        QTest::addColumn<int>("groups");
        QTest::newRow("down_proj") << "model.layers.1.mlp.down_proj" << 4 << 11;
        QTest::newRow("o_proj") << "model.layers.0.self_attn.o_proj" << 1 << 1;
    }
    void errorsOfReconstruction() {
        QFETCH(QString, reader);
        QFETCH(int, node);
        QFETCH(int, groups);
        const auto name = reader.toStdString();
        Bench dense;
        const auto [x, y] = traffic(*dense.model, name, dense.text);
        std::vector<GroupRef> going;
        for (int j = 0; j < groups; ++j) going.push_back({node, j});
        const auto& slice = dense.structure.nodeGroups[static_cast<std::size_t>(node)].secondary.front();
        auto kept = x.clone();
        for (const auto& ref : going) kept.narrow(1, slice.begin(ref.index), slice.length).zero_();
        std::map<How, double> errors;
        std::map<How, at::Tensor> rest;
        for (const How how : {How::None, How::Bias, How::Scale, How::LeastSquares}) {
            Bench bench;
            WeightEdits edits;
            bench.apply(bench.choice(how, going), edits);
            const auto* linear = bench.model->linear(name);
            auto said = kept.mm(linear->effectiveWeight().to(at::kDouble).t());
            if (linear->bias.defined()) said = said + linear->effectiveBias().to(at::kDouble);
            rest[how] = y - said;
            errors[how] = rest[how].square().sum().item<double>();
        }
        QVERIFY(errors[How::Bias] < errors[How::None] && errors[How::Scale] < errors[How::Bias]);
        QVERIFY(errors[How::LeastSquares] < errors[How::None]);
        // Best of its form: what is left has no mean, and no part along what the output's own inputs say.
        const double size = y.abs().max().item<double>();
        QVERIFY(rest[How::Bias].mean(0).abs().max().item<double>() < 1e-5 * size);
        QVERIFY(rest[How::Scale].mean(0).abs().max().item<double>() < 1e-5 * size);
        const auto own = kept.mm(dense.model->linear(name)->effectiveWeight().to(at::kDouble).t());
        const auto along = [&](How how) {
            return ((rest[how] * own).sum(0).abs() / (own.square().sum(0) + 1e-12)).max().item<double>();
        };
        QVERIFY(along(How::Scale) < 1e-4);
        QVERIFY(along(How::None) > 1e-2);
        QVERIFY(at::allclose(rest[How::Bias], rest[How::None] - rest[How::None].mean(0), 1e-4, 1e-5 * size));
    }

    // A second cut: what is gone already stays gone.
    void groupsTakenBeforeGiveNothing() {
        Bench bench;
        applyMasks(*bench.model, bench.structure, {{2, 3}});
        const auto made = bench.choice(How::LeastSquares, {{2, 4}}, {{2, 3}});
        const auto& change = made.repairs.at("model.layers.0.mlp.down_proj");
        QVERIFY(change.abs().max().item<double>() > 0);
        QCOMPARE(change.select(1, 3).abs().max().item<double>(), 0.0);
        QCOMPARE(change.select(1, 4).abs().max().item<double>(), 0.0);
        const auto scaled = bench.choice(How::Scale, {{2, 4}}, {{2, 3}});
        QCOMPARE(scaled.repairs.at("model.layers.0.mlp.down_proj").select(1, 3).abs().max().item<double>(), 0.0);
    }

    // Families whose config.json cannot say that a linear has a bias get the least squares instead.
    void withoutAPlaceForABias() {
        auto config = handmade::configOf(handmade::tinyShape());
        config.family = "mistral";
        Bench bench(config), llama;
        const std::vector<GroupRef> going{{1, 0}, {2, 4}};
        const auto made = bench.choice(How::Bias, going), best = bench.choice(How::LeastSquares, going);
        QVERIFY(made.biases.empty());
        QCOMPARE(made.repairs.size(), std::size_t{2});
        for (const auto& [name, change] : best.repairs) QVERIFY(at::equal(made.repairs.at(name), change));
        QVERIFY(!takesBias(bench.model->config(), *bench.model->linear("model.layers.0.mlp.down_proj")));
        QVERIFY(takesBias(llama.model->config(), *llama.model->linear("model.layers.0.mlp.down_proj")));
        QVERIFY(bench.choice(How::Scale, going).biases.empty());
    }

    // A bias that was added becomes part of config and tensors of every copy, cut or whole.
    void addedBiasesTravel() {
        auto config = handmade::configOf(handmade::tinyShape());
        config.source = R"({"model_type": "llama", "mine": 1})";
        Bench bench(config);
        WeightEdits edits;
        const std::vector<GroupRef> going{{2, 1}, {2, 4}};
        bench.apply(bench.choice(How::Bias, going), edits);
        const auto masked = tinyLogits(*bench.model);
        const auto cut = mergeAdapters(*sliceModel(*bench.model, bench.structure, going));
        QVERIFY((tinyLogits(*cut) - masked).abs().max().item<double>() < 1e-4 * masked.abs().max().item<double>());
        QVERIFY(cut->config().mlpBias && !cut->config().attentionBias);  // attention was given none
        const auto source = nlohmann::json::parse(cut->config().source);
        QVERIFY(source.at("mlp_bias").get<bool>() && !source.contains("attention_bias") && source.at("mine") == 1);
        const auto tensors = cut->tensors();
        QCOMPARE(tensors.at("model.layers.0.mlp.gate_proj.bias").numel(), std::int64_t{38});
        QCOMPARE(tensors.at("model.layers.0.mlp.gate_proj.bias").abs().max().item<double>(), 0.0);
        QVERIFY(tensors.at("model.layers.0.mlp.down_proj.bias").abs().max().item<double>() > 0);
        QVERIFY(at::equal(tinyLogits(*cloneModel(*bench.model)), masked) ||
                (tinyLogits(*cloneModel(*bench.model)) - masked).abs().max().item<double>() < 1e-5);
        const auto again = buildModel(cut->config(), tensors);
        QVERIFY(at::equal(tinyLogits(*again), tinyLogits(*cut)));
    }
};

}  // namespace tst_compensation

QTEST_APPLESS_MAIN(tst_compensation::TestCompensation)
#include "tst_compensation.moc"
