#include "core/knowledge/saliency.h"

#include "core/base/error.h"
#include "core/model/causal_lm.h"
#include "core/model/lora.h"
#include "tests/tensor/knowledge_models.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <ATen/core/grad_mode.h>

#include <QTest>

#include <cmath>

namespace tst_saliency {

using namespace lorashear;

namespace {

const std::vector<std::string> kLoraProxies = {"magnitude", "avg_magnitude", "cosine_similarity", "taylor_first_order",
                                               "taylor_second_order"};

void fill(const at::Tensor& tensor, std::uint64_t seed, const std::string& name, double scale) {
    at::NoGradGuard guard;
    Random random(seed, name);
    auto* values = tensor.data_ptr<float>();
    for (std::int64_t i = 0; i < tensor.numel(); ++i) values[i] = static_cast<float>(scale * random.normal());
}

/// Adapters as after some training: B is not zero.
std::unique_ptr<CausalLM> adaptedModel(std::vector<std::string> targets = {}) {
    auto model = handmade::tinyModel(3);
    LoraOptions lora;
    lora.rank = 4;
    lora.targets = std::move(targets);
    attachLora(*model, lora, 5);
    for (auto* linear : model->linears())
        if (linear->hasAdapter()) fill(linear->b, 9, linear->name, 0.1);
    return model;
}

at::Tensor rows(const at::Tensor& tensor, const GroupSlice& slice, int group) {
    return tensor.narrow(0, slice.begin(group), slice.length).flatten();
}

/// The formulas of algorithm.md 4.5 with B A written out, in fp64.
std::map<std::string, double> explicitScores(const CausalLM& model, const NodeGroup& node, int group) {
    at::NoGradGuard guard;
    std::vector<at::Tensor> weights, deltas;
    for (const auto& slice : node.primary) {
        const auto* linear = model.linear(slice.tensor.substr(0, slice.tensor.rfind('.')));
        if (!linear || !linear->hasAdapter()) continue;
        auto weight = linear->weight.to(at::kDouble);
        if (linear->rowScale.defined()) weight = weight * linear->rowScale.to(at::kDouble).unsqueeze(1);
        weights.push_back(rows(weight, slice, group));
        deltas.push_back(rows(at::mm(linear->b.to(at::kDouble), linear->a.to(at::kDouble)), slice, group));
    }
    const auto w = at::cat(weights), d = at::cat(deltas);
    const double norm = w.norm().item<double>(), product = w.dot(d).item<double>();
    return {{"magnitude", norm},
            {"avg_magnitude", norm / static_cast<double>(w.numel())},
            {"cosine_similarity", product / (norm * d.norm().item<double>()) + 1},
            {"taylor_first_order", std::abs(product)},
            {"taylor_second_order", 0.5 * product * product}};
}

bool close(double a, double b, double relative, double absolute = 0) {
    return std::abs(a - b) <= relative * std::max(std::abs(a), std::abs(b)) + absolute;
}

}  // namespace

class TestSaliency : public QObject {
    Q_OBJECT

    lorashear::Structure m_structure = handmade::make(handmade::tinyShape());

    void compareWithExplicit(const CausalLM& model, const std::string& proxy) {
        const auto saliency = saliencyOf(model, m_structure, proxy);
        int compared = 0;
        for (const auto& node : m_structure.nodeGroups) {
            const auto id = static_cast<std::size_t>(node.id);
            if (node.unit == UnitKind::Hidden) continue;
            QCOMPARE(saliency.scores[id].size(), static_cast<std::size_t>(node.count));
            for (int j = 0; j < node.count; ++j, ++compared) {
                const double expected = explicitScores(model, node, j).at(proxy);
                const double got = saliency.scores[id][static_cast<std::size_t>(j)];
                QVERIFY2(close(got, expected, 1e-5, 1e-6 * (proxy == "cosine_similarity" ? 1 : 0.1)),
                         qPrintable(QString("%1 %2: %3 %4").arg(node.name.c_str()).arg(j).arg(got).arg(expected)));
            }
        }
        QCOMPARE(compared, 3 * (2 + 40));
    }

private Q_SLOTS:

    void initTestCase() { at::set_num_threads(1); }  // tiny products: threads would only wait for each other

    void gramEqualsExplicit_data() {
        QTest::addColumn<QString>("proxy");
        for (const auto& proxy : kLoraProxies) QTest::newRow(proxy.c_str()) << QString::fromStdString(proxy);
    }

    void gramEqualsExplicit() {
        QFETCH(QString, proxy);
        compareWithExplicit(*adaptedModel(), proxy.toStdString());
    }

    void rowScalesCount() {
        auto model = adaptedModel();
        for (auto* linear : model->linears()) {
            linear->rowScale = at::ones({linear->out()});
            linear->rowScale.narrow(0, 0, linear->out() / 2).fill_(0.5);
        }
        for (const auto& proxy : kLoraProxies) compareWithExplicit(*model, proxy);
    }

    void onlyMembersWithAdapterCount() {
        const auto model = adaptedModel({"q_proj", "v_proj", "gate_proj", "down_proj"});
        for (const auto& proxy : kLoraProxies) compareWithExplicit(*model, proxy);
    }

    void magnitudeWithoutAdapters() {
        const auto model = handmade::tinyModel(3);
        const auto saliency = saliencyOf(*model, m_structure, "magnitude");
        const auto& node = m_structure.nodeGroups[1];
        double square = 0;
        for (const auto& slice : node.primary)
            square += rows(model->linear(slice.tensor.substr(0, slice.tensor.size() - 7))->weight, slice, 1)
                          .to(at::kDouble)
                          .square()
                          .sum()
                          .item<double>();
        QVERIFY(close(saliency.scores[1][1], std::sqrt(square), 1e-6));
        const auto taylor = saliencyOf(*model, m_structure, "taylor_first_order");
        for (const double score : taylor.scores[2]) QCOMPARE(score, 0.0);
    }

    void inputStatistics() {
        auto model = adaptedModel();
        const auto text = handmade::ownText(*model, 5, 12, 1);
        std::map<std::string, at::Tensor> seen;
        for (auto* linear : model->linears())
            linear->observer = [&seen, linear](const at::Tensor& x, const at::Tensor&) {
                auto& all = seen[linear->name];
                const auto flat = x.detach().flatten(0, -2).to(at::kDouble);
                all = all.defined() ? at::cat({all, flat}) : flat.clone();
            };
        collectStatistics(*model, text, false, 2, Compute::Fp32, {});
        QCOMPARE(seen.size(), model->linears().size());  // observers that were there still look
        for (auto* linear : model->linears()) {
            QVERIFY(linear->statistics != nullptr);
            const auto& all = seen.at(linear->name);
            QCOMPARE(linear->statistics->tokens, all.size(0));
            QCOMPARE(all.size(0), std::int64_t{5 * 11});
            QVERIFY(at::allclose(linear->statistics->sumAbs, all.abs().sum(0), 1e-6, 1e-9));
            QVERIFY(at::allclose(linear->statistics->sumSquare, all.square().sum(0), 1e-6, 1e-9));
            QVERIFY(!linear->statistics->gate.defined());
        }
        const auto& node = m_structure.nodeGroups[3];  // attention of layer 1: two query heads of 8 a group
        const auto* o = model->linear("model.layers.1.self_attn.o_proj");
        const auto norms = o->effectiveWeight().to(at::kDouble).norm(2, 0);
        const auto& x = seen.at(o->name);
        const auto activation = (x.abs().mean(0) * norms).narrow(0, 16, 16).sum().item<double>();
        const auto energy = (x.square().mean(0) * norms.square()).narrow(0, 16, 16).sum().sqrt().item<double>();
        QCOMPARE(node.count, 2);
        QVERIFY(close(saliencyOf(*model, m_structure, "activation").scores[3][1], activation, 1e-5));
        QVERIFY(close(saliencyOf(*model, m_structure, "activation_square").scores[3][1], energy, 1e-5));
        clearStatistics(*model);
        for (const auto* linear : model->linears()) QVERIFY(linear->statistics == nullptr);
    }

    void gateIsTheDerivative() {
        auto model = adaptedModel();
        const auto text = handmade::ownText(*model, 4, 14, 2);
        collectStatistics(*model, text, true, 4, Compute::Fp32, {});
        const auto saliency = saliencyOf(*model, m_structure, "gate_taylor");
        for (const int id : {1, 2, 6}) {
            const auto& node = m_structure.nodeGroups[static_cast<std::size_t>(id)];
            const auto& scores = saliency.scores[static_cast<std::size_t>(id)];
            const auto best = static_cast<int>(std::max_element(scores.begin(), scores.end()) - scores.begin());
            // A gate on the group scales its columns in the consumer, base and adapter.
            const auto& slice = node.secondary.front();
            auto* linear = model->linear(slice.tensor.substr(0, slice.tensor.size() - 7));
            const auto at_ = [&](double gate) {
                at::NoGradGuard guard;
                const auto w = linear->weight.clone(), a = linear->a.clone();
                linear->weight.narrow(1, slice.begin(best), slice.length).mul_(gate);
                linear->a.narrow(1, slice.begin(best), slice.length).mul_(gate);
                const double nll = handmade::meanNll(*model, text);
                linear->weight.copy_(w);
                linear->a.copy_(a);
                return nll;
            };
            const double step = 0.03;
            const double near = (at_(1 + step) - at_(1 - step)) / (2 * step);
            const double wide = (at_(1 + 2 * step) - at_(1 - 2 * step)) / (4 * step);
            const double slope = std::abs((4 * near - wide) / 3);
            QVERIFY2(close(scores[static_cast<std::size_t>(best)], slope, 0.01, 2e-5),
                     qPrintable(QString("%1: %2 %3").arg(id).arg(scores[static_cast<std::size_t>(best)]).arg(slope)));
        }
    }

    void batchingChangesNothing() {
        auto model = adaptedModel();
        const auto text = handmade::ownText(*model, 6, 10, 4);
        collectStatistics(*model, text, false, 1, Compute::Fp32, {});
        const auto one = saliencyOf(*model, m_structure, "activation");
        collectStatistics(*model, text, false, 4, Compute::Fp32, {});
        const auto four = saliencyOf(*model, m_structure, "activation");
        for (std::size_t n = 1; n < one.scores.size(); ++n)
            for (std::size_t j = 0; j < one.scores[n].size(); ++j) QVERIFY(close(one.scores[n][j], four.scores[n][j], 1e-5));
    }

    void fisherSumsSquaresOverSequences() {
        auto model = adaptedModel();
        const auto text = handmade::ownText(*model, 3, 12, 6);
        std::vector<double> squares(40, 0.0);
        for (const auto& sequence : text) {
            collectStatistics(*model, {sequence}, true, 1, Compute::Fp32, {});
            const auto gates = saliencyOf(*model, m_structure, "gate_taylor").scores[4];
            for (std::size_t j = 0; j < gates.size(); ++j) squares[j] += gates[j] * gates[j];
        }
        collectStatistics(*model, text, true, 1, Compute::Fp32, {});
        const auto fisher = saliencyOf(*model, m_structure, "fisher").scores[4];
        for (std::size_t j = 0; j < squares.size(); ++j) QVERIFY(close(fisher[j], squares[j], 1e-6));
    }

    void gradientsOfAdaptersStay() {
        auto model = adaptedModel();
        for (auto* linear : model->linears()) {
            linear->a.mutable_grad() = at::full_like(linear->a, 0.25);
            linear->b.mutable_grad() = at::Tensor();
        }
        collectStatistics(*model, handmade::ownText(*model, 2, 8, 1), true, 2, Compute::Fp32, {});
        for (auto* linear : model->linears()) {
            QVERIFY(at::equal(linear->a.grad(), at::full_like(linear->a, 0.25)));
            QVERIFY(!linear->b.grad().defined());
            QVERIFY(linear->observer == nullptr);
            QVERIFY(linear->statistics->gate.abs().sum().item<double>() > 0);
        }
    }

    void maskedTokensDoNotCountInGates() {
        auto model = adaptedModel();
        auto text = handmade::ownText(*model, 2, 12, 8);
        text[1].lossMask.assign(11, false);
        collectStatistics(*model, text, true, 2, Compute::Fp32, {});
        const auto both = saliencyOf(*model, m_structure, "gate_taylor").scores[2];
        collectStatistics(*model, {text[0]}, true, 2, Compute::Fp32, {});
        const auto first = saliencyOf(*model, m_structure, "gate_taylor").scores[2];
        for (std::size_t j = 0; j < first.size(); ++j) QVERIFY(close(both[j], first[j], 1e-4, 1e-7));
    }

    void mixture() {
        const auto model = adaptedModel();
        const std::map<std::string, double> weights = {
            {"magnitude", 0.5}, {"taylor_first_order", 0.25}, {"avg_magnitude", 0}};
        auto structure = m_structure;
        structure.nodeGroups[2].prunable = false;  // out of the norm, but scored
        const auto mixed = mixedSaliency(*model, structure, weights);
        const auto magnitude = saliencyOf(*model, structure, "magnitude"),
                   taylor = saliencyOf(*model, structure, "taylor_first_order");
        for (const auto unit : {UnitKind::Attention, UnitKind::Mlp}) {
            double m = 0, t = 0;
            for (const auto& node : structure.nodeGroups) {
                if (node.unit != unit || !node.prunable) continue;
                for (const double s : magnitude.scores[static_cast<std::size_t>(node.id)]) m += s * s;
                for (const double s : taylor.scores[static_cast<std::size_t>(node.id)]) t += s * s;
            }
            for (const auto& node : structure.nodeGroups) {
                if (node.unit != unit) continue;
                const auto id = static_cast<std::size_t>(node.id);
                for (std::size_t j = 0; j < mixed.scores[id].size(); ++j) {
                    const double expected = 0.5 * magnitude.scores[id][j] / (std::sqrt(m) + 1e-8) +
                                            0.25 * taylor.scores[id][j] / (std::sqrt(t) + 1e-8);
                    QVERIFY(close(mixed.scores[id][j], expected, 1e-9));
                }
            }
        }
    }

    void refusals() {
        const auto model = handmade::tinyModel(1);
        const auto codeOf = [&](auto act) {
            try {
                act();
            } catch (const Error& error) {
                return static_cast<int>(error.code());
            }
            return 0;
        };
        QCOMPARE(codeOf([&] { saliencyOf(*model, m_structure, "beauty"); }), static_cast<int>(ErrorCode::BadRecipe));
        QCOMPARE(codeOf([&] { saliencyOf(*model, m_structure, "activation"); }), static_cast<int>(ErrorCode::Internal));
        QCOMPARE(codeOf([&] { mixedSaliency(*model, m_structure, {}); }), static_cast<int>(ErrorCode::BadRecipe));
        QCOMPARE(codeOf([&] {
                     mixedSaliency(*model, m_structure, {{"magnitude", -1}});
                 }),
                 static_cast<int>(ErrorCode::BadRecipe));
        Sequence tooShort{{1}, {}};
        QCOMPARE(codeOf([&] { collectStatistics(*model, {tooShort}, false, 1, Compute::Fp32, {}); }),
                 static_cast<int>(ErrorCode::BadInput));
    }

    void everyProxyOfTheTable() {
        auto model = adaptedModel();
        collectStatistics(*model, handmade::ownText(*model, 2, 8, 1), true, 2, Compute::Fp32, {});
        for (const auto& proxy : saliencyProxies()) {
            QVERIFY(!proxy.help.empty());
            const auto saliency = saliencyOf(*model, m_structure, proxy.id);
            for (const auto& node : m_structure.nodeGroups) {
                if (node.unit == UnitKind::Hidden) continue;
                const auto& scores = saliency.scores[static_cast<std::size_t>(node.id)];
                QCOMPARE(scores.size(), static_cast<std::size_t>(node.count));
                for (const double score : scores) QVERIFY(std::isfinite(score) && score >= 0);
            }
        }
    }
};

}  // namespace tst_saliency

QTEST_APPLESS_MAIN(tst_saliency::TestSaliency)
#include "tst_saliency.moc"
