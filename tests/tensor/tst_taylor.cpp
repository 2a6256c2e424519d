#include "core/prune/taylor.h"

#include "core/prune/methods/scored_choice.h"
#include "tests/tensor/method_runs.h"

#include <QtTest>

#include <nlohmann/json.hpp>

#include <ATen/Parallel.h>
#include <torch/csrc/autograd/autograd.h>

#include <algorithm>
#include <map>

namespace tst_taylor {

using namespace lorashear;
using namespace lorashear::testing;

namespace {

using Gradients = std::map<std::string, at::Tensor>;

/// Gradients of every linear's weight in the mean nll of these sequences, all held at once: with A = 1 and B = 0 an adapter changes
/// nothing, and B's gradient is the weight's. The nll is ATen's cross entropy over whole logits.
Gradients weightGradients(const CausalLM& model, const std::vector<Sequence>& text) {
    const auto copy = cloneModel(model);
    std::vector<at::Tensor> all;
    for (auto* linear : copy->linears()) {
        linear->weight = linear->effectiveWeight();
        linear->rowScale = at::Tensor();
        linear->a = at::eye(linear->in());
        linear->b = at::zeros({linear->out(), linear->in()}).requires_grad_();
        linear->scale = 1;
        linear->dropout = 0;
        all.push_back(linear->b);
    }
    std::vector<at::Tensor> logits, targets;
    for (const auto& sequence : text) {
        const auto ids = at::tensor(std::vector<std::int64_t>(sequence.ids.begin(), sequence.ids.end()));
        logits.push_back(copy->logits(ids.narrow(0, 0, ids.size(0) - 1).unsqueeze(0), {}).squeeze(0));
        targets.push_back(ids.narrow(0, 1, ids.size(0) - 1));
    }
    const auto loss = at::cross_entropy_loss(at::cat(logits), at::cat(targets));
    const auto found = torch::autograd::grad({loss}, all);
    Gradients gradients;
    for (std::size_t i = 0; i < found.size(); ++i) gradients[copy->linears()[i]->name] = found[i];
    return gradients;
}

/// The formulas by their letter, with all gradients there.
SumsByLinear explicitSums(const CausalLM& model, const std::vector<Sequence>& text, TaylorOrder order) {
    const auto whole = weightGradients(model, text);
    Gradients fisher;
    for (const auto& sequence : text)
        for (const auto& [name, g] : weightGradients(model, {sequence})) {
            auto& sum = fisher[name];
            if (!sum.defined()) sum = at::zeros_like(g, at::kDouble);
            sum += g.to(at::kDouble).square() / static_cast<double>(text.size());
        }
    SumsByLinear sums;
    for (const auto* linear : model.linears()) {
        const auto w = linear->effectiveWeight().to(at::kDouble), g = whole.at(linear->name).to(at::kDouble);
        const auto f = fisher.at(linear->name);
        auto& own = sums[linear->name];
        switch (order) {
            case TaylorOrder::Vector: own = {(w * g).sum(1).abs(), (w * g).sum(0).abs()}; break;
            case TaylorOrder::First: own = {(w * g).abs().sum(1), (w * g).abs().sum(0)}; break;
            case TaylorOrder::Second: own = {(w * w * f).abs().sum(1), (w * w * f).abs().sum(0)}; break;
            case TaylorOrder::Mixed:
                own = {(w * g - 0.5 * w * w * f).abs().sum(1), (w * g - 0.5 * w * w * f).abs().sum(0)};
                break;
        }
    }
    return sums;
}

double difference(const at::Tensor& a, const at::Tensor& b) {
    return (a - b).abs().max().item<double>() / b.abs().max().item<double>();
}

/// Adapters and row scales that are not the identity.
void disturb(CausalLM& model) {
    attachLora(model, {.rank = 3, .alpha = 6, .dropout = 0.1, .targets = {}}, 5);
    at::NoGradGuard guard;
    Random random(3, "disturb");
    for (auto* linear : model.linears()) {
        for (std::int64_t i = 0; i < linear->b.numel(); ++i)
            linear->b.data_ptr<float>()[i] = static_cast<float>(0.05 * random.normal());
        linear->rowScale = at::ones({linear->out()});
        linear->rowScale.narrow(0, 0, linear->out() / 3).fill_(0.5);
    }
}

SumsByLinear sumsOfOrder(CausalLM& model, const Structure& structure, const std::vector<Sequence>& text, TaylorOrder order,
                         int batch = 4) {
    return taylorSums(model, structure, text, order, batch, Compute::Fp32, {});
}

const std::vector<std::pair<const char*, TaylorOrder>> kOrders = {{"first", TaylorOrder::First},
                                                                  {"second", TaylorOrder::Second},
                                                                  {"mixed", TaylorOrder::Mixed},
                                                                  {"vector", TaylorOrder::Vector}};

}  // namespace

class TestTaylor : public QObject {
    Q_OBJECT

    Structure m_structure = handmade::make(handmade::tinyShape());

private Q_SLOTS:
    void initTestCase() { at::set_num_threads(1); }  // tiny products: threads would only wait for each other

    void equalsTheFormulaWithAllGradients_data() {
        QTest::addColumn<int>("order");
        QTest::addColumn<bool>("adapted");
        for (const auto& [name, order] : kOrders)
            for (bool adapted : {false, true})
                QTest::newRow(adapted ? (std::string(name) + ", adapted").c_str() : name)
                    << static_cast<int>(order) << adapted;
    }
    void equalsTheFormulaWithAllGradients() {
        QFETCH(int, order);
        QFETCH(bool, adapted);
        const auto model = handmade::tinyModel(3);
        auto text = handmade::ownText(*model, 7, 14, 1);
        const auto longer = handmade::ownText(*model, 2, 25, 2);  // the mean is over tokens, not over sequences
        text.insert(text.end(), longer.begin(), longer.end());
        if (adapted) disturb(*model);
        const auto kind = static_cast<TaylorOrder>(order);
        const auto expected = explicitSums(*model, text, kind), got = sumsOfOrder(*model, m_structure, text, kind);
        QCOMPARE(got.size(), model->linears().size());
        for (const auto& [name, sums] : got) {
            QVERIFY2(difference(sums.rows, expected.at(name).rows) < 1e-4, name.c_str());
            QVERIFY2(difference(sums.columns, expected.at(name).columns) < 1e-4, name.c_str());
        }
    }

    // Nothing of a model is left changed, and adapters' gradients are not touched.
    void leavesTheModelAlone() {
        const auto model = handmade::tinyModel(3);
        const auto text = handmade::ownText(*model, 3, 12, 1);
        disturb(*model);
        int seen = 0;
        model->linears().front()->observer = [&](const at::Tensor&, const at::Tensor&) { ++seen; };
        const auto before = stateOf(*model);
        sumsOfOrder(*model, m_structure, text, TaylorOrder::Mixed);
        QVERIFY(sameBits(stateOf(*model), before));
        QCOMPARE(seen, 2 * 3);  // forward, and again on the way back; whoever looked still does
        for (const auto* linear : model->linears()) QVERIFY(!linear->a.grad().defined() && !linear->b.grad().defined());
    }

    // A gate on a row: the loss when the row is a little larger and a little smaller.
    void vectorIsTheSlopeOfALoss() {
        const auto model = handmade::tinyModel(3);
        const auto text = handmade::ownText(*handmade::tinyModel(4), 12, 16, 1);  // another model's: gradients are not zero
        const auto sums = sumsOfOrder(*model, m_structure, text, TaylorOrder::Vector);
        constexpr double kStep = 0.02;
        const auto slope = [&](const at::Tensor& part) {
            at::NoGradGuard guard;
            const auto was = part.clone();
            part.copy_(was * (1 + kStep));
            const double up = handmade::meanNll(*model, text);
            part.copy_(was * (1 - kStep));
            const double down = handmade::meanNll(*model, text);
            part.copy_(was);
            return std::abs(up - down) / (2 * kStep);
        };
        for (const char* name : {"model.layers.0.mlp.gate_proj", "model.layers.1.self_attn.v_proj"}) {
            const auto* linear = model->linear(name);
            const auto& rows = sums.at(name).rows;
            const auto row = rows.argmax().item<std::int64_t>();
            const double expected = slope(linear->weight.narrow(0, row, 1)), got = rows[row].item<double>();
            QVERIFY2(std::abs(got - expected) < 0.01 * expected, qPrintable(QString("%1 %2").arg(got).arg(expected)));
        }
        const auto* down = model->linear("model.layers.2.mlp.down_proj");
        const auto& columns = sums.at(down->name).columns;
        const auto column = columns.argmax().item<std::int64_t>();
        const double expected = slope(down->weight.narrow(1, column, 1)), got = columns[column].item<double>();
        QVERIFY2(std::abs(got - expected) < 0.01 * expected, qPrintable(QString("%1 %2").arg(got).arg(expected)));
    }

    // Absolute values are taken of the gradient over the whole text, however it is read.
    void batchesChangeNothing() {
        const auto model = handmade::tinyModel(3);
        const auto text = handmade::ownText(*handmade::tinyModel(4), 8, 12, 1);
        for (const auto& [name, order] : kOrders) {
            const auto one = sumsOfOrder(*model, m_structure, text, order, 1),
                       all = sumsOfOrder(*model, m_structure, text, order, 8);
            for (const auto& [linear, sums] : one) QVERIFY2(difference(all.at(linear).rows, sums.rows) < 1e-4, name);
        }
        const auto halves = std::pair(sumsOfOrder(*model, m_structure, {text.begin(), text.begin() + 4}, TaylorOrder::First),
                                      sumsOfOrder(*model, m_structure, {text.begin() + 4, text.end()}, TaylorOrder::First));
        const auto whole = sumsOfOrder(*model, m_structure, text, TaylorOrder::First);
        const std::string some = "model.layers.1.mlp.up_proj";
        const auto mean = (halves.first.at(some).rows + halves.second.at(some).rows) / 2;
        QVERIFY(difference(mean, whole.at(some).rows) > 0.01);  // so the order of sum and absolute value matters here
    }

    // Members bring their scores together as they are told to.
    void aggregations() {
        const auto model = handmade::tinyModel(3);
        const auto sums = weightSums(*model, m_structure, 1);
        const auto& node = m_structure.nodeGroups[1];  // a KV group: 16 rows of q, 8 of k, 8 of v, 16 columns of o
        const std::string at = "model.layers.0.self_attn.";
        const auto part = [&](const char* name, int dim, std::int64_t width) {
            const auto w = model->linear(at + name)->weight.abs().to(at::kDouble);
            return w.narrow(dim, width, width).sum().item<double>();  // of the second group
        };
        const double q = part("q_proj", 0, 16), k = part("k_proj", 0, 8), v = part("v_proj", 0, 8),
                     o = part("o_proj", 1, 16);
        const std::vector<std::pair<Aggregation, double>> expected = {{Aggregation::Sum, q + k + v + o},
                                                                      {Aggregation::Mean, (q + k + v + o) / 4},
                                                                      {Aggregation::Max, std::max({q, k, v, o})},
                                                                      {Aggregation::Product, q * k * v * o},
                                                                      {Aggregation::First, q},
                                                                      {Aggregation::Second, k},
                                                                      {Aggregation::Last, o}};
        for (const auto& [how, value] : expected) {
            const auto got = aggregated(*model, m_structure, sums, how, "x").scores[static_cast<std::size_t>(node.id)][1];
            QVERIFY2(std::abs(got - value) < 1e-4 * value, qPrintable(QString("%1 %2").arg(got).arg(value)));
        }
        QVERIFY(aggregated(*model, m_structure, sums, Aggregation::Sum, "x").scores[0].empty());  // hidden channels
    }

    // The original keeps squared gradients of an earlier cut wherever slicing did not replace the parameter. Here a second cut sees what a
    // fresh look sees.
    void everyCutLooksAnew_data() {
        QTest::addColumn<QString>("importance");
        for (const char* importance : {"first", "second", "mixed", "vector"}) QTest::newRow(importance) << importance;
    }
    void everyCutLooksAnew() {
        QFETCH(QString, importance);
        nlohmann::json options{{"importance", importance.toStdString()}, {"settle_steps", 2}, {"calibration_sequences", 64}};
        options["cuts"] = 2, options["cut_steps"] = 1;
        MethodRun twice("llm-pruner", options.dump());
        twice.session->step();  // cuts, trains, cuts again
        const auto all = twice.session->chosen();
        options["cut_steps"] = 3;
        MethodRun once("llm-pruner", options.dump());
        once.session->step();  // the same, but for the second cut
        const auto taken = once.session->chosen();
        QVERIFY(taken.size() < all.size());
        QVERIFY(std::equal(taken.begin(), taken.end(), all.begin()));
        const std::map<std::string, TaylorOrder> orders(kOrders.begin(), kOrders.end());
        const auto scores =
            aggregated(*once.model, once.structure,
                       sumsOfOrder(*once.model, once.structure, once.text, orders.at(importance.toStdString())),
                       Aggregation::Sum, "llm-pruner");
        const auto more = selectGroups(once.plan, once.structure,
                                       compared(scores, once.structure, ScoredOptions::Ranking::Local, taken), taken, 1);
        QVERIFY(std::equal(more.begin(), more.end(), all.begin() + static_cast<std::ptrdiff_t>(taken.size()), all.end()));
    }
};

}  // namespace tst_taylor

QTEST_APPLESS_MAIN(tst_taylor::TestTaylor)
#include "tst_taylor.moc"
