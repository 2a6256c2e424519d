#include "core/base/error.h"
#include "core/kernels/half_weight.h"
#include "core/kernels/ops.h"
#include "core/model/config_json.h"
#include "core/recover/recovery.h"
#include "core/recover/scheme_table.h"
#include "core/recover/training_text.h"
#include "core/train/own_weights.h"
#include "tests/tensor/family_configs.h"
#include "tests/tensor/knowledge_models.h"

#include <QtTest>

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <tuple>
#include <utility>

namespace tst_own_weights {

using namespace lorashear;
using nlohmann::json;

namespace {

const OwnWeights kAll{.norms = true, .embedding = true, .all = true};
const OwnWeights kBeside{.norms = true, .embedding = true};

PaddedBatch someBatch(const CausalLM& model, int sequences = 2, int length = 11, std::uint64_t seed = 4) {
    const auto text = handmade::ownText(model, sequences, length, seed);
    return paddedBatch(text.data(), text.size(), at::kCPU);
}

at::Tensor lossOf(const CausalLM& model, const PaddedBatch& batch) {
    const auto hidden = model.hidden(batch.ids, {}).flatten(0, 1);
    return ops::tokenNll(hidden, model.vocabularyHead(), batch.targets.flatten()).sum();
}

NamedTensors gradientsOf(const CausalLM& model, const PaddedBatch& batch, bool plain) {
    std::optional<ops::PlainScope> scope;
    if (plain) scope.emplace();
    lossOf(model, batch).backward();
    NamedTensors gradients;
    for (const auto& [name, leaf] : trainablesOf(model)) {
        gradients[name] = leaf.grad().defined() ? leaf.grad().clone() : at::Tensor();
        leaf.mutable_grad() = at::Tensor();
    }
    return gradients;
}

/// Which experts every token was sent to, as routers' scores say; empty of models without routers.
class ChosenExperts {
public:
    explicit ChosenExperts(CausalLM& model) {
        const std::int64_t each = model.config().routing.expertsPerToken;
        for (auto* linear : model.linears())
            if (linear->name.ends_with(".gate"))
                linear->observer = [this, each](const at::Tensor&, const at::Tensor& scores) {
                    const auto [values, best] = at::topk(scores.flatten(0, -2), each, -1);
                    if (scores.size(-1) > each) {
                        const auto next = std::get<0>(at::topk(scores.flatten(0, -2), each + 1, -1)).select(-1, each);
                        m_margin = std::min(m_margin, (values.select(-1, each - 1) - next).min().item<double>());
                    }
                    const auto sorted = std::get<0>(at::sort(best, -1)).contiguous();
                    const auto* data = sorted.const_data_ptr<std::int64_t>();
                    m_chosen.insert(m_chosen.end(), data, data + sorted.numel());
                };
    }
    /// Of the forward passes since the last time.
    std::vector<std::int64_t> taken() { return std::exchange(m_chosen, {}); }
    /// By how much the last expert chosen was better than the next one, at least.
    double takenMargin() { return std::exchange(m_margin, 1e30); }

private:
    std::vector<std::int64_t> m_chosen;
    double m_margin = 1e30;
};

/// Of a few short texts the one whose tokens are surest of their experts: there a step reaches furthest before one of them chooses otherwise.
PaddedBatch surestBatch(const CausalLM& model, ChosenExperts& chosen) {
    const at::NoGradGuard guard;
    PaddedBatch surest;
    double widest = -1;
    for (std::uint64_t seed = 1; seed <= 24; ++seed) {
        auto batch = someBatch(model, 1, 6, seed);
        chosen.takenMargin();
        lossOf(model, batch);
        if (const double margin = chosen.takenMargin(); margin > widest) widest = margin, surest = std::move(batch);
    }
    chosen.taken();
    return surest;
}

NamedTensors valuesOf(const CausalLM& model) {
    NamedTensors values;
    for (const auto& [name, tensor] : model.tensors()) values[name] = tensor.detach().clone();
    return values;
}

bool sameBits(const NamedTensors& x, const NamedTensors& y) {
    for (const auto& [name, tensor] : x)
        if (!at::equal(tensor, y.at(name))) return false;
    return x.size() == y.size();
}

/// A student, two teachers, two phases.
struct Setup {
    std::unique_ptr<CausalLM> model = handmade::tinyModel(31), first = handmade::tinyModel(32),
                              second = handmade::tinyModel(33);
    Control control;
    int phasesHeard = 0;
    std::vector<RecoveryRound> rounds;
    std::unique_ptr<RecoverySession> session;

    RecoverySource sourceOf(const CausalLM& teacher, const std::string& name, int sequences) const {
        auto split = splitSequences(handmade::ownText(teacher, sequences, 18, 5), 4, 1, name);
        RecoverySource source{name, std::move(split.training), std::move(split.validation), 0};
        source.reference = lorashear::meanNll(teacher, source.validation, 4, Compute::Fp32, control);
        return source;
    }
    Setup(const std::string& scheme, const std::string& options, const OwnWeights& also) {
        RecoveryTraining training;
        training.lora = {.rank = 4, .alpha = 8, .dropout = 0.1, .targets = {}};
        training.also = also;
        training.training.optimizer.learningRate = 5e-3;
        training.training.batch = 4;
        training.training.microBatch = 2;
        training.training.distillation = 0.2;
        training.repeat = true;
        static const std::vector<RecoveryPhasePlan> phases = {
            {"pretraining", {sourceOf(*first, "long", 30), sourceOf(*second, "short", 15)}, 2, 3},
            {"instruct", {sourceOf(*second, "more", 20)}, 2, 2}};
        session = makeRecovery(scheme, options, {*model, phases, training, first.get(), control});
        session->onRound = [this](const RecoveryRound& round) { rounds.push_back(round); };
        session->onPhaseEnd = [this](int, const CausalLM&) { ++phasesHeard; };
    }
    void finish() {
        while (!session->done()) session->step();
    }
};

std::string optionsFor(const std::string& scheme) {
    return scheme == "prunelora" ? R"({"forget": ["short"]})" : "{}";
}

}  // namespace

/// Norms, embedding or all weights of a model opened to training, beside adapters or instead of them.
class TestOwnWeights : public QObject {
    Q_OBJECT

private Q_SLOTS:
    // The slope along the gradient is what two forward passes say, in every family, for every tensor of the first block and outside of blocks; no
    // tensor is left out. Where a step crosses a kink (ReLU), a shorter one does not. Where tokens choose experts the loss jumps: only steps count over which
    // every token keeps its experts, as it does when a gradient is taken.
    void gradientsAreSlopes_data() {
        QTest::addColumn<QString>("config");
        for (const auto& one : testing::familyConfigs()) QTest::newRow(one.name.c_str()) << QString::fromStdString(one.json);
    }
    void gradientsAreSlopes() {
        QFETCH(QString, config);
        const auto model = randomModel(parseConfig(config.toStdString(), "config.json"), 3);
        ChosenExperts chosen(*model);
        const bool routes = model->config().routing.expertsPerToken > 0;
        const auto batch = routes ? surestBatch(*model, chosen) : someBatch(*model);
        openOwnWeights(*model, kAll);
        QCOMPARE(trainablesOf(*model).size(), model->tensors().size());
        const auto gradients = gradientsOf(*model, batch, true);
        const ops::PlainScope plain;
        const at::NoGradGuard guard;
        chosen.taken();
        lossOf(*model, batch);
        const auto routing = chosen.taken();
        int checked = 0, jumped = 0;
        for (const auto& [name, leaf] : trainablesOf(*model)) {
            const auto& gradient = gradients.at(name);
            if (!gradient.defined()) continue;  // an expert that no token went to
            const double norm = gradient.norm().item<double>();
            const bool later = name.find(".1.") != std::string::npos || name.find(".2.") != std::string::npos;
            if (later || norm < 1e-2) continue;  // so small a slope drowns in rounding
            const auto before = leaf.detach().clone();
            bool stays = true;
            const auto slopeAt = [&](double h) {
                const auto at = [&](double step) {
                    leaf.copy_(before + gradient * (step / norm));
                    const double loss = lossOf(*model, batch).to(at::kDouble).item<double>();
                    stays = stays && chosen.taken() == routing;
                    return loss;
                };
                const double slope = (at(h) - at(-h)) / (2 * h);
                leaf.copy_(before);
                return slope;
            };
            double slope = 0;
            bool agrees = false;
            const double smallest = (routing.empty() ? 0.001 : 0.0002) / std::max(1.0, norm);
            for (double h = 0.02 / std::max(1.0, norm); !agrees && h > smallest; h /= 3) {
                stays = true;
                slope = slopeAt(h);
                agrees = stays && std::abs(slope - norm) < 0.03 * norm + 2e-5 / h;
            }
            ++(stays ? checked : jumped);
            if (!stays) continue;  // at every step
            QVERIFY2(agrees, qPrintable(QStringLiteral("%1: %2 for %3").arg(name.c_str()).arg(slope).arg(norm)));
        }
        QVERIFY2(jumped * 2 <= checked, qPrintable(QStringLiteral("%1 of %2 jump").arg(jumped).arg(jumped + checked)));
    }

    // The fused operators know the gradients of norms and of a trained head too.
    void fusedAndPlainAgreeBesideAdapters_data() {
        QTest::addColumn<bool>("tied");
        QTest::newRow("tied") << true;
        QTest::newRow("a head of its own") << false;
    }
    void fusedAndPlainAgreeBesideAdapters() {
        QFETCH(bool, tied);
        auto shape = handmade::tinyShape();
        shape.tied = tied;
        const auto model = randomModel(handmade::configOf(shape), 3);
        const auto batch = someBatch(*model);
        attachLora(*model, {.rank = 4, .alpha = 8, .dropout = 0, .targets = {}}, 5);
        openOwnWeights(*model, kBeside);
        const auto fused = gradientsOf(*model, batch, false), plain = gradientsOf(*model, batch, true);
        QCOMPARE(fused.size(), model->linears().size() * 2 + (tied ? 1 : 2) + 7);  // three blocks of two norms, and the last
        for (const auto& [name, gradient] : plain) {
            const double difference = (fused.at(name) - gradient).abs().max().item<double>();
            QVERIFY2(difference < 1e-4 * std::max(1.0, gradient.abs().max().item<double>()), name.c_str());
        }
        for (const auto& [name, leaf] : ownWeights(*model, kBeside))
            QVERIFY2(plain.at(name).any().item<bool>(), name.c_str());
    }

    // Models share memory; what one of them trains must not move the others.
    void othersKeepTheirValues() {
        const auto model = handmade::tinyModel(3), clone = cloneModel(*model), other = cloneModel(*model);
        const auto before = valuesOf(*model);
        openOwnWeights(*clone, kAll);
        {
            const at::NoGradGuard guard;
            for (const auto& [name, leaf] : trainablesOf(*clone)) leaf.add_(1);
        }
        closeOwnWeights(*clone, kAll);
        QVERIFY(trainablesOf(*clone).empty());
        QVERIFY(sameBits(valuesOf(*model), before));
        QVERIFY(sameBits(valuesOf(*other), before));
        for (const auto& [name, tensor] : clone->tensors()) QVERIFY2(!at::equal(tensor, before.at(name)), name.c_str());
    }

    void everySchemeTrainsThemOnRequest_data() {
        QTest::addColumn<QString>("id");
        for (const SchemeInfo& scheme : schemeTable()) QTest::newRow(scheme.id.c_str()) << QString::fromStdString(scheme.id);
    }
    // They move, the teacher's do not, and a broken run ends as an unbroken one.
    void everySchemeTrainsThemOnRequest() {
        QFETCH(QString, id);
        const auto scheme = id.toStdString();
        Setup straight(scheme, optionsFor(scheme), kBeside);
        QVERIFY(!straight.session->adaptersTellAll());
        const auto before = valuesOf(*straight.model), teacher = valuesOf(*straight.first);
        straight.finish();
        QVERIFY(sameBits(valuesOf(*straight.first), teacher));
        const auto after = valuesOf(*straight.model);
        for (const char* name : {"model.norm.weight", "model.embed_tokens.weight", "model.layers.0.input_layernorm.weight"})
            QVERIFY2(!at::equal(after.at(name), before.at(name)), name);
        QCOMPARE(straight.phasesHeard, 2);
        const std::int64_t steps = straight.session->stepsDone();
        for (const std::int64_t breakAt : {std::int64_t{2}, std::int64_t{7}, steps}) {
            Archive archive;
            {
                Setup begun(scheme, optionsFor(scheme), kBeside);
                for (std::int64_t i = 0; i < breakAt; ++i) begun.session->step();
                begun.session->save(archive);
                archive.values = json::parse(archive.values.dump());
            }
            Setup resumed(scheme, optionsFor(scheme), kBeside);
            resumed.session->load(archive);
            resumed.finish();
            QVERIFY2(sameBits(valuesOf(*resumed.model), after), qPrintable(QStringLiteral("broken at %1").arg(breakAt)));
        }
    }

    // Copies in bf16 ask whether they are of the weights as they are.
    void halfCopiesSeeTheOptimizer() {
        const auto weight = at::ones({8, 8}).set_requires_grad(true);
        const ops::HalfWeight half(weight);
        AdamW optimizer({{"weight", weight}}, {});
        weight.sum().backward();
        QVERIFY(half.isOf(weight));
        optimizer.step(1e-2);
        QVERIFY(!half.isOf(weight));
    }

    void fullMovesEveryWeight() {
        Setup setup("full", "{}", {});
        const auto before = valuesOf(*setup.model);
        setup.finish();
        for (const auto& [name, tensor] : valuesOf(*setup.model))
            QVERIFY2(!at::equal(tensor, before.at(name)), name.c_str());
        QVERIFY(!setup.session->adaptersTellAll());
        QVERIFY(setup.rounds.at(2).objective < setup.rounds.front().objective);
        QVERIFY(trainablesOf(*setup.model).empty());
    }

    // It says what it needs and does not begin without.
    void fullRefusesWithoutRoom() {
        const auto parameters = handmade::tinyModel(1)->parameterCount();
        const double gib = 20.0 * static_cast<double>(parameters) / (1024.0 * 1024 * 1024);
        const auto with = [](double limit) { return json{{"memory_limit", limit}}.dump(); };
        Setup fits("full", with(gib * 1.01), {});
        schemeInfo("full").requireRoom(parameters, with(gib * 1.01), 1);  // the limit counts, not what is free
        try {
            Setup setup("full", with(gib * 0.99), {});
            QFAIL("began");
        } catch (const Error& error) {
            QCOMPARE(error.code(), ErrorCode::Impossible);
            QVERIFY(error.message().find(std::to_string(parameters) + " parameters needs") != std::string::npos);
        }
        QVERIFY_EXCEPTION_THROWN(schemeInfo("full").requireRoom(parameters, with(gib * 0.99), -1), Error);
        schemeInfo("full").requireRoom(parameters, "{}", parameters * 20);
        schemeInfo("full").requireRoom(parameters, "{}", -1);
        QVERIFY_EXCEPTION_THROWN(schemeInfo("full").requireRoom(parameters, "{}", parameters * 20 - 1), Error);
    }
};

}  // namespace tst_own_weights

QTEST_APPLESS_MAIN(tst_own_weights::TestOwnWeights)
#include "tst_own_weights.moc"
