// SlimLLM: likeness from moments against outputs that were computed, sets against every other set, scores by their letter.
#include "core/prune/input_spread.h"
#include "core/prune/methods/head_sets.h"
#include "tests/tensor/method_runs.h"
#include "tests/tensor/random_checkpoints.h"

#include <QtTest>

#include <algorithm>
#include <map>

namespace tst_slimllm {

using namespace lorashear;
using namespace lorashear::testing;
using nlohmann::json;

namespace {

at::Tensor randomRows(std::int64_t rows, std::int64_t columns, std::uint64_t seed) {
    Random random(seed, "rows");
    auto values = at::empty({rows, columns}, at::kDouble);
    for (std::int64_t i = 0; i < values.numel(); ++i) values.data_ptr<double>()[i] = random.normal();
    return values;
}

/// 400 inputs of 12 columns that go together, far from zero; five groups: of two stretches, of one.
struct Subject {
    at::Tensor x = randomRows(400, 5, 1).mm(randomRows(5, 12, 2)) + 0.3 * randomRows(400, 12, 3) + 2;
    at::Tensor w = randomRows(7, 12, 4);
    std::vector<std::vector<std::pair<std::int64_t, std::int64_t>>> parts = {
        {{0, 2}, {10, 1}}, {{2, 2}}, {{4, 3}}, {{7, 1}, {11, 1}}, {{8, 2}}};

    at::Tensor covariance() const {
        const auto centred = x - x.mean(0);
        return centred.t().mm(centred) / 400;
    }
    OutputSimilarity similarity() const { return {w, covariance(), parts}; }
    double byHand(const std::vector<bool>& kept) const {
        auto left = at::zeros_like(x);
        for (std::size_t g = 0; g < parts.size(); ++g)
            if (kept[g])
                for (const auto& [begin, length] : parts[g]) left.narrow(1, begin, length).copy_(x.narrow(1, begin, length));
        const auto whole = x.mm(w.t()), pruned = left.mm(w.t());
        double sum = 0;
        for (std::int64_t i = 0; i < 7; ++i) {
            const auto pair = at::corrcoef(at::stack({whole.select(1, i), pruned.select(1, i)}));
            sum += std::abs(pair[0][1].item<double>());
        }
        return sum / 7;
    }
};

std::vector<bool> without(const std::vector<int>& gone) {
    std::vector<bool> kept(5, true);
    for (const int group : gone) kept[static_cast<std::size_t>(group)] = false;
    return kept;
}

}  // namespace

class TestSlimLlm : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void likenessIsCorrelationOfOutputs() {
        const Subject subject;
        const auto similarity = subject.similarity();
        QVERIFY(std::abs(similarity.of(std::vector<bool>(5, true)) - 1) < 1e-12);
        QCOMPARE(similarity.of(std::vector<bool>(5, false)), 0.0);
        for (int bits = 1; bits < 31; ++bits) {
            std::vector<bool> kept;
            for (int g = 0; g < 5; ++g) kept.push_back((bits >> g & 1) != 0);
            QVERIFY2(std::abs(similarity.of(kept) - subject.byHand(kept)) < 1e-9, qPrintable(QString::number(bits)));
        }
    }

    void setsAreMissedLeast() {
        const Subject subject;
        const auto similarity = subject.similarity();
        const auto set = leastMissedSet(similarity, std::vector<bool>(5, true), 2, 100);
        QCOMPARE(set.size(), std::size_t{2});
        for (const int goes : set)
            for (int stays = 0; stays < 5; ++stays) {
                auto kept = without(set);
                if (!kept[static_cast<std::size_t>(stays)]) continue;
                kept[static_cast<std::size_t>(goes)] = true, kept[static_cast<std::size_t>(stays)] = false;
                QVERIFY(similarity.of(kept) <= similarity.of(without(set)) + 1e-12);
            }
        // Two groups that say the same can each be missed more easily than a third, but not both.
        Subject twins;
        twins.x = randomRows(400, 12, 8);
        twins.w = at::ones({7, 12}, at::kDouble);
        for (const int column : {0, 1, 10, 4, 5, 6}) twins.x.select(1, column).mul_(3);
        for (const int column : {3, 9, 11}) twins.x.select(1, column).zero_();
        twins.x.select(1, 8).copy_(twins.x.select(1, 2));
        twins.x.select(1, 7).mul_(1.3);
        const auto pair = twins.similarity();
        const auto swapped = leastMissedSet(pair, std::vector<bool>(5, true), 2, 100),
                   alone = leastMissedSet(pair, std::vector<bool>(5, true), 2, 0);
        QCOMPARE(alone, (std::vector<int>{1, 4}));
        QVERIFY(std::find(swapped.begin(), swapped.end(), 3) != swapped.end());
        QVERIFY(pair.of(without(swapped)) > pair.of(without(alone)));
    }

    void whatIsAwayStaysAway() {
        const auto similarity = Subject().similarity();
        const auto set = leastMissedSet(similarity, without({1}), 2, 100);
        QCOMPARE(set.size(), std::size_t{2});
        QVERIFY(std::find(set.begin(), set.end(), 1) == set.end());
        QVERIFY(leastMissedSet(similarity, without({1}), 0, 100).empty());
    }

    /// Neurons by the formula, from inputs as they came.
    void neuronsGoByTheirFormula() {
        MethodRun run("slimllm",
                      R"({"settle_steps": 1, "calibration_sequences": 4096, "sharpness": 0, "compensation": "none"})");
        std::map<std::string, at::Tensor> inputs;
        for (auto* linear : run.dense->linears())
            linear->observer = [&inputs, linear](const at::Tensor& x, const at::Tensor&) {
                auto& all = inputs[linear->name];
                const auto flat = x.detach().flatten(0, -2).to(at::kDouble);
                all = all.defined() ? at::cat({all, flat}) : flat;
            };
        for (const auto& sequence : run.text) {
            const at::NoGradGuard guard;
            const auto ids = at::tensor(std::vector<std::int64_t>(sequence.ids.begin(), sequence.ids.end()));
            run.dense->hidden(ids.narrow(0, 0, ids.size(0) - 1).unsqueeze(0), {});
        }
        for (auto* linear : run.dense->linears()) linear->observer = {};
        run.finish();
        for (const NodeGroup& node : run.structure.nodeGroups) {
            if (node.unit != UnitKind::Mlp) continue;
            const std::string at = "model.layers." + std::to_string(node.layer) + ".mlp.";
            const auto weight = [&](const char* name) {
                return run.dense->linear(at + name)->effectiveWeight().to(at::kDouble);
            };
            const auto size = inputs.at(at + "gate_proj").square().mean(0).sqrt();
            const auto says = inputs.at(at + "down_proj"), down = weight("down_proj");
            const auto output = says.mm(down.t()), centred = output - output.mean(0);
            const auto [values, vectors] = at::linalg_eigh(centred.t().mm(centred) / output.size(0));
            const auto emphasis = (values.clamp_min(0) / values.clamp_min(0).mean()).sigmoid();
            const auto scores = weight("gate_proj").abs().mv(size) + weight("up_proj").abs().mv(size) +
                                (vectors.t().mm(down).abs() * emphasis.unsqueeze(1)).sum(0) * says.square().mean(0).sqrt();
            double highestGone = -1, lowestKept = 1e300;
            const auto& chosen = run.session->chosen();
            for (int j = 0; j < node.count; ++j) {
                const bool gone = std::count(chosen.begin(), chosen.end(), GroupRef{node.id, j}) > 0;
                const double score = scores[j].item<double>();
                gone ? highestGone = std::max(highestGone, score) : lowestKept = std::min(lowestKept, score);
            }
            QVERIFY(highestGone > 0 && highestGone < lowestKept);
        }
    }

    /// Not all tokens reach an expert: what is known of its inputs is of those that do, in both moments.
    void covarianceIsOfTheTokensThatArrive() {
        const auto model = randomModel(parseConfig(expertsConfig().dump(), "experts"), 5);
        const auto structure = traceStructure(*model);
        const auto text = handmade::ownText(*model, 12, 20, 3);
        const auto spreads = collectSpreads(*model, structure, text, 4, Compute::Fp32, Control());
        std::vector<std::string> names;
        for (const auto& [name, spread] : spreads)
            if (spread.tokens() > 0) names.push_back(name);
        const auto moments = collectInputMoments(*model, names, text, 4, Compute::Fp32, Control());
        int fewer = 0;
        for (const auto& name : names) {
            const InputSpread& spread = spreads.at(name);
            fewer += spread.tokens() < inputTokens(text);
            const auto found = covariance(moments.at(name), spread, inputTokens(text)).diagonal();
            const double scale = spread.meanSquare().max().item<double>();
            QVERIFY2((found - spread.variance()).abs().max().item<double>() < 1e-4 * scale, name.c_str());
        }
        QVERIFY(fewer > 4);
    }

    /// With a sharpness, blocks that turn the stream less lose more; without, all the same share.
    void blocksThatTurnLittleLoseMore() {
        const auto counts = [](const json& options) {
            MethodRun run("slimllm", options.dump());
            run.finish();
            std::map<int, int> byBlock;
            for (const auto& ref : run.session->chosen()) {
                const NodeGroup& node = run.structure.nodeGroups[static_cast<std::size_t>(ref.nodeGroup)];
                if (node.unit == UnitKind::Mlp) ++byBlock[node.layer];
            }
            return byBlock;
        };
        const auto even = counts({{"sharpness", 0}, {"settle_steps", 1}}),
                   sharp = counts({{"sharpness", 40}, {"settle_steps", 1}});
        const auto span = [](const std::map<int, int>& byBlock) {
            int least = 1000, most = 0;
            for (int block = 0; block < 3; ++block) {
                const int many = byBlock.count(block) ? byBlock.at(block) : 0;
                least = std::min(least, many), most = std::max(most, many);
            }
            return most - least;
        };
        QVERIFY(span(even) <= 1);
        QVERIFY(span(sharp) > 3);
    }

    void variants_data() {
        QTest::addColumn<QString>("options");
        QTest::newRow("two cuts") << R"({"cuts": 2, "cut_steps": 1, "settle_steps": 1})";
        QTest::newRow("no swaps, least squares") << R"({"swaps": 0, "compensation": "least-squares", "settle_steps": 1})";
    }
    void variants() {
        QFETCH(QString, options);
        MethodRun run("slimllm", options.toStdString(), 7, 0.3);
        run.finish();
        QCOMPARE(static_cast<int>(run.session->chosen().size()), run.plan.removed());
        const auto wrong = checkCut(run);
        QVERIFY2(wrong.empty(), wrong.c_str());
    }
};

}  // namespace tst_slimllm

QTEST_APPLESS_MAIN(tst_slimllm::TestSlimLlm)
#include "tst_slimllm.moc"
