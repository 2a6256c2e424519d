#include "core/base/error.h"
#include "core/prune/dense_refit.h"
#include "core/prune/reconstruction.h"
#include "core/trace/tracer.h"
#include "tests/tensor/family_configs.h"
#include "tests/tensor/trained_pruning.h"

#include <QtTest>

#include <cmath>
#include <map>
#include <stop_token>

namespace tst_reconstruction {

using namespace lorashear;
using handmade::planOf;
using handmade::PruningRun;

namespace {

PruningRun::Setup cutSetup(bool compensation = true) {
    PruningRun::Setup setup;
    setup.options = {{"warmup_steps", 2}, {"settle_steps", 1}, {"calibration_sequences", 8}, {"compensation", compensation}};
    setup.plan = planOf(0.3);
    return setup;
}

/// Heads stay, but their adapters are trained.
PruningRun::Setup neuronsAlone() {
    auto setup = cutSetup();
    setup.options["warmup_steps"] = 20;
    setup.plan = planOf(0.2);
    setup.plan.units.at("attention").take = false;
    return setup;
}

/// Groups of a small model have gone, and all that a reconstruction needs is there.
struct Cut {
    PruningRun run;
    WeightEdits edits;
    Control control;
    ReconstructionOptions options;
    int batch = 8;

    explicit Cut(bool compensation = true) : Cut(cutSetup(compensation)) {}
    explicit Cut(const PruningRun::Setup& setup) : run("one-shot", setup) {
        run.finish();
        options.steps = 60;
    }
    std::vector<SubBlockFit> reconstruct() {
        return lorashear::reconstruct(
            {*run.model, *run.dense, run.structure, run.text, options, batch, Compute::Fp32, control}, run.session->chosen(),
            edits);
    }
    NamedTensors weights() const {
        NamedTensors all;
        for (const auto* linear : run.model->linears()) all[linear->name] = linear->weight.detach().clone();
        return all;
    }
};

at::Tensor idsOf(const std::vector<Sequence>& text) {
    std::vector<at::Tensor> rows;
    for (const auto& sequence : text)
        rows.push_back(at::tensor(std::vector<std::int64_t>(sequence.ids.begin(), sequence.ids.end() - 1)));
    return at::stack(rows);
}

std::string nameOf(int layer, const char* linear) {
    return "model.layers." + std::to_string(layer) + "." + linear;
}

at::Tensor outputIn(const CausalLM& model, int layer, const char* name, const at::Tensor& x) {
    at::Tensor seen;
    auto* linear = model.linear(nameOf(layer, name));
    linear->observer = [&](const at::Tensor&, const at::Tensor& y) { seen = y.detach().to(at::kDouble); };
    model.block(layer, x, {});
    linear->observer = nullptr;
    return seen;
}

/// What an MLP of the dense model reads and gives out.
struct DenseMlp {
    at::Tensor input, wanted;  ///< normed, [B, T, hidden] fp64
};

at::Tensor denseInput(const PruningRun& run, int layer) {
    at::NoGradGuard guard;
    auto x = run.dense->embed(idsOf(run.text), {});
    for (int b = 0; b < layer; ++b) x = run.dense->block(b, x, {});
    return x;
}

DenseMlp denseMlp(const PruningRun& run, int layer) {
    at::NoGradGuard guard;
    const auto x = denseInput(run, layer);
    const auto between = x.to(at::kDouble) + outputIn(*run.dense, layer, "self_attn.o_proj", x);
    const auto gain = run.dense->tensors().at(nameOf(layer, "post_attention_layernorm.weight")).to(at::kDouble);
    const auto norm = (between.square().mean(-1, true) + run.dense->config().normEps).rsqrt();
    return {between * norm * gain, outputIn(*run.dense, layer, "mlp.down_proj", x)};
}

using Matrices = std::map<std::string, at::Tensor>;  ///< fp64

Matrices mlpOf(const CausalLM& model, int layer) {
    Matrices all;
    for (const char* name : {"mlp.gate_proj", "mlp.up_proj", "mlp.down_proj"})
        all[name] = model.linear(nameOf(layer, name))->effectiveWeight().to(at::kDouble);
    return all;
}

/// The error of an MLP, written out.
double errorOf(const Matrices& w, const DenseMlp& dense) {
    const auto gate = at::matmul(dense.input, w.at("mlp.gate_proj").t()),
               up = at::matmul(dense.input, w.at("mlp.up_proj").t());
    const auto y = at::matmul(gate * at::sigmoid(gate) * up, w.at("mlp.down_proj").t());
    return ((y - dense.wanted).square().sum() / dense.wanted.square().sum()).item<double>();
}

const SubBlockFit* fitOf(const std::vector<SubBlockFit>& fits, const std::string& consumer) {
    for (const auto& fit : fits)
        if (fit.consumer == consumer) return &fit;
    return nullptr;
}

bool near(double x, double expected, double tolerance = 1e-4) {
    if (std::abs(x - expected) <= tolerance * std::abs(expected)) return true;
    qWarning("%g, expected %g", x, expected);
    return false;
}

}  // namespace

class TestReconstruction : public QObject {
    Q_OBJECT

private Q_SLOTS:
    // Before and after, the error told of an MLP is the one of the formula, on what the dense model's MLP reads: whether its block's attention lost
    // something too or was only trained.
    void theErrorOfAnMlpIsTheFormulas_data() {
        QTest::addColumn<bool>("heads");
        QTest::newRow("heads too") << true;
        QTest::newRow("neurons alone") << false;
    }
    void theErrorOfAnMlpIsTheFormulas() {
        QFETCH(bool, heads);
        Cut cut(heads ? cutSetup() : neuronsAlone());
        QCOMPARE(cut.run.chosenOf("attention") > 0, heads);
        const auto dense = denseMlp(cut.run, 1);
        const double before = errorOf(mlpOf(*cut.run.model, 1), dense);
        const auto fits = cut.reconstruct();
        const auto* fit = fitOf(fits, nameOf(1, "mlp.down_proj"));
        QVERIFY(fit && before > 1e-3);
        QVERIFY(near(fit->before, before));
        QVERIFY(near(fit->after, errorOf(mlpOf(*cut.run.model, 1), dense)));
        QVERIFY(fit->after < (heads ? 0.9 : 1.0) * fit->before);
    }

    // Also where the checkpoint stores matrices as [in, out]: gradients reach them through a view.
    void transposedLinearsAreTrainedToo() {
        ModelConfig config;
        for (const auto& one : lorashear::testing::familyConfigs())
            if (one.name == "gpt2") config = parseConfig(one.json, "config.json");
        const auto dense = randomModel(config, 5), model = cloneModel(*dense);
        const auto structure = traceStructure(*model);
        std::vector<GroupRef> removed;
        for (const auto& nodes : structure.nodeGroups)
            for (int j = 0; (nodes.unit == UnitKind::Attention || nodes.unit == UnitKind::Mlp) && j < nodes.count; j += 3)
                removed.push_back({nodes.id, j});
        for (const auto& ref : removed)
            for (const auto& rows :
                 rowsOf(*model, structure.nodeGroups[static_cast<std::size_t>(ref.nodeGroup)], ref.index)) {
                if (!rows.linear->rowScale.defined()) rows.linear->rowScale = at::ones({rows.linear->out()});
                rows.linear->rowScale.narrow(0, rows.begin, rows.length).zero_();
            }
        const auto text = handmade::ownText(*dense, 8, 20, 4);
        ReconstructionOptions options;
        options.steps = 60;
        WeightEdits edits;
        const Control control;
        const auto fits =
            lorashear::reconstruct({*model, *dense, structure, text, options, 8, Compute::Fp32, control}, removed, edits);
        QCOMPARE(fits.size(), std::size_t{6});
        for (const auto& fit : fits) QVERIFY2(fit.after < fit.before, fit.consumer.c_str());
        for (const auto* linear : model->linears()) {
            QVERIFY(linear->transposed);
            QVERIFY2(!at::equal(linear->weight, dense->linear(linear->name)->weight), linear->name.c_str());
        }
    }

    void theErrorOfAnAttentionIsTheFormulas() {
        Cut cut;
        bool any = false;
        std::map<std::string, double> before;
        const auto error = [&](int layer) {
            const auto x = denseInput(cut.run, layer);
            const auto y = outputIn(*cut.run.model, layer, "self_attn.o_proj", x),
                       t = outputIn(*cut.run.dense, layer, "self_attn.o_proj", x);
            return ((y - t).square().sum() / t.square().sum()).item<double>();
        };
        for (int layer = 0; layer < 3; ++layer) before[nameOf(layer, "self_attn.o_proj")] = error(layer);
        const auto fits = cut.reconstruct();
        for (int layer = 0; layer < 3; ++layer) {
            const auto* fit = fitOf(fits, nameOf(layer, "self_attn.o_proj"));
            if (!fit) continue;
            any = true;
            QVERIFY(near(fit->before, before.at(fit->consumer), 1e-3));
            QVERIFY(near(fit->after, error(layer), 1e-3));
            QVERIFY(fit->after <= fit->before);
        }
        QVERIFY(any);
    }

    // Adam's first step moves a weight by its rate against the sign of the gradient: of gate, up and down, by finite differences of the formula.
    void theFirstStepGoesAgainstTheGradient() {
        Cut cut;
        cut.options.steps = 1;
        cut.options.learningRate = 1e-3;
        cut.batch = 1000;  // all of the text
        const auto dense = denseMlp(cut.run, 1);
        const auto effective = mlpOf(*cut.run.model, 1);
        const auto former = cut.weights();
        cut.reconstruct();
        for (const auto& [name, matrix] : effective) {
            const auto& was = former.at(nameOf(1, name.c_str()));
            const auto moved = (cut.run.model->linear(nameOf(1, name.c_str()))->weight - was).to(at::kDouble);
            const double rate = 1e-3 * was.square().mean().sqrt().item<double>();
            int told = 0;
            for (std::int64_t k = 0; k < 60; ++k) {
                const auto i = (k * 7) % matrix.size(0), j = (k * 11) % matrix.size(1);
                const auto shifted = [&](double by) {
                    auto all = effective;
                    all.at(name) = all.at(name).clone();
                    all.at(name)[i][j] += by;
                    return errorOf(all, dense);
                };
                constexpr double kBy = 1e-5;
                const double slope = (shifted(kBy) - shifted(-kBy)) / (2 * kBy);
                if (std::abs(slope) < 1e-4) continue;                              // Adam's epsilon tells there
                if (moved.select(0, i).abs().max().item<double>() == 0) continue;  // a row that has gone
                ++told;
                const double change = moved[i][j].item<double>();
                QVERIFY2(std::abs(change + std::copysign(rate, slope)) < 0.02 * rate,
                         (name + ": " + std::to_string(change / rate) + " at slope " + std::to_string(slope)).c_str());
            }
            QVERIFY2(told >= 10, name.c_str());
        }
    }

    // Also where a method has written zeros into the rows instead of scaling them.
    void whatHasGoneStaysAway() {
        Cut cut;
        at::NoGradGuard guard;
        for (auto* linear : cut.run.model->linears()) {
            if (!linear->rowScale.defined()) continue;
            cut.edits.own(*linear).mul_(linear->rowScale.unsqueeze(1));
            linear->rowScale = at::Tensor();
        }
        cut.reconstruct();
        int rowsSeen = 0;
        for (const auto& group : cut.run.session->chosen())
            for (const auto& rows : rowsOf(*cut.run.model, cut.run.nodeGroup(group), group.index)) {
                QCOMPARE(rows.linear->effectiveWeight().narrow(0, rows.begin, rows.length).abs().max().item<double>(), 0.0);
                ++rowsSeen;
            }
        QVERIFY(rowsSeen > 0);
    }

    void nothingElseIsTouched() {
        Cut cut;
        NamedTensors adapters;
        for (const auto& [name, tensor] : adapterTensors(*cut.run.model)) adapters[name] = tensor.detach().clone();
        std::map<std::string, at::Tensor> objects;
        for (const auto* linear : cut.run.model->linears()) objects[linear->name] = linear->weight;
        const auto denseBefore = handmade::someLogits(*cut.run.dense);
        const auto fits = cut.reconstruct();
        for (const auto& [name, tensor] : adapterTensors(*cut.run.model)) {
            QVERIFY(tensor.requires_grad());
            QVERIFY(at::equal(tensor.detach(), adapters.at(name)));
        }
        for (const auto* linear : cut.run.model->linears()) {
            QVERIFY(!linear->weight.requires_grad());
            const std::string block = linear->name.substr(0, linear->name.rfind('.'));
            const bool window = fitOf(fits, block + (block.ends_with("mlp") ? ".down_proj" : ".o_proj")) != nullptr;
            QCOMPARE(linear->weight.is_same(objects.at(linear->name)), !window);
        }
        QVERIFY(at::equal(handmade::someLogits(*cut.run.dense), denseBefore));
    }

    void theSameTaskGivesTheSameBits() {
        Cut one, other;
        one.reconstruct(), other.reconstruct();
        const auto ours = one.weights(), theirs = other.weights();
        for (const auto& [name, tensor] : ours) QVERIFY2(at::equal(tensor, theirs.at(name)), name.c_str());
    }

    void stopsWithinOneStep() {
        Cut cut;
        std::stop_source stop;
        cut.control.stop = stop.get_token();
        int passes = 0;
        cut.run.model->linear(nameOf(0, "mlp.down_proj"))->observer = [&](const at::Tensor&, const at::Tensor&) {
            if (++passes == 5) stop.request_stop();
        };
        try {
            cut.reconstruct();
            QFAIL("went on");
        } catch (const Error& error) {
            QCOMPARE(error.code(), ErrorCode::Cancelled);
        }
        QCOMPARE(passes, 5);
        for (const auto* linear : cut.run.model->linears()) {
            QVERIFY(!linear->weight.requires_grad());
            QVERIFY(linear->a.requires_grad());
        }
    }

    // The window with its nonlinearity does better than the least squares of its last matrix.
    void theModelIsNearerTheDenseOne_data() {
        QTest::addColumn<bool>("own");
        QTest::newRow("dense inputs") << false;
        QTest::newRow("own inputs") << true;
    }
    void theModelIsNearerTheDenseOne() {
        QFETCH(bool, own);
        Cut cut;
        cut.options.steps = 150;
        if (own) cut.options.inputs = ReconstructionOptions::Inputs::Own;
        const auto ids = idsOf(cut.run.text);
        const auto distance = [&] {
            at::NoGradGuard guard;
            return (cut.run.model->logits(ids, {}) - cut.run.dense->logits(ids, {})).square().mean().item<double>();
        };
        const double repaired = distance();
        for (const auto& fit : cut.reconstruct()) QVERIFY(fit.after <= fit.before);
        QVERIFY2(distance() < 0.9 * repaired, (std::to_string(distance()) + " of " + std::to_string(repaired)).c_str());
    }

    void aStepTooLongIsTakenBack() {
        Cut cut;
        cut.options.steps = 2;
        cut.options.learningRate = 0.9;
        const auto former = cut.weights();
        int kept = 0;
        for (const auto& fit : cut.reconstruct()) {
            QVERIFY(fit.after <= fit.before);
            kept += fit.after == fit.before;
            if (fit.after == fit.before)
                QVERIFY(at::equal(cut.run.model->linear(fit.consumer)->weight, former.at(fit.consumer)));
        }
        QVERIFY(kept > 0);
    }

    // Numbers beyond fp32, met when the error is measured or when the next gradient is: the run goes on with the weights as they were, and says so.
    void whatIsNotFiniteIsTakenBackAndTold() {
        for (const int steps : {1, 2}) {
            Cut cut;
            cut.options.steps = steps;
            cut.options.learningRate = 1e30;
            const auto former = cut.weights();
            const auto fits = cut.reconstruct();
            QVERIFY(!fits.empty());
            for (const auto& fit : fits) {
                QVERIFY2(!fit.finite && fit.after == fit.before, fit.consumer.c_str());
                QVERIFY(std::isfinite(fit.before));
            }
            for (const auto& [name, tensor] : cut.weights()) QVERIFY2(at::equal(tensor, former.at(name)), name.c_str());
            QVERIFY(inWords(fits).find("not finite: " + std::to_string(fits.size())) != std::string::npos);
        }
    }
};

}  // namespace tst_reconstruction

QTEST_APPLESS_MAIN(tst_reconstruction::TestReconstruction)
#include "tst_reconstruction.moc"
