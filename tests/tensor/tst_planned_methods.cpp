// Methods that spend the budget by themselves before they train: what they choose against models that were really cut.
#include "core/base/error.h"
#include "core/compact/factorise.h"
#include "core/prune/rank_losses.h"
#include "tests/tensor/family_configs.h"
#include "tests/tensor/method_runs.h"

#include <QtTest>

#include <torch/csrc/autograd/autograd.h>

#include <algorithm>

namespace tst_planned_methods {

using namespace lorashear;
using namespace lorashear::testing;
using nlohmann::json;

namespace {

std::unique_ptr<CausalLM> familyModel(const std::string& name) {
    for (const auto& one : familyConfigs())
        if (one.name == name) return randomModel(parseConfig(one.json, "config.json"), 5);
    return nullptr;
}

/// A method on a model that divides into two; sequences: that it wrote itself.
MethodRun onFamily(const std::string& method, const json& options, const std::string& family) {
    auto model = familyModel(family);
    auto structure = traceStructure(*model);
    return {method, options.dump(), std::move(model), std::move(structure), 6};
}

double lossWithout(const MethodRun& run, const Edits& edits) {
    return handmade::meanNll(*applyEdits(*run.dense, run.original, edits), run.text);
}

std::vector<int> droppedIn(const MethodRun& run, BlockPart part) {
    std::vector<int> blocks;
    for (const Edit& edit : run.plan.edits)
        if (const auto* drop = std::get_if<DropPart>(&edit); drop && drop->part == part) blocks.push_back(drop->layer);
    std::sort(blocks.begin(), blocks.end());
    return blocks;
}

bool nearlyEqual(const at::Tensor& a, const at::Tensor& b) {
    return (a - b).abs().max().item<double>() < 1e-4 * b.abs().max().item<double>();
}

/// Sum of |weight times gradient| over all linears of each block with this in their names, all gradients held at once.
std::vector<double> taylorByHand(const MethodRun& run, const std::string& with = {}) {
    const auto copy = cloneModel(*run.dense);
    std::vector<at::Tensor> weights;
    for (auto* linear : copy->linears()) {
        linear->weight = linear->effectiveWeight();
        linear->a = at::eye(linear->in());
        linear->b = at::zeros({linear->out(), linear->in()}).requires_grad_();
        linear->scale = 1, linear->dropout = 0;
        weights.push_back(linear->b);
    }
    std::vector<at::Tensor> logits, targets;
    for (const auto& sequence : run.text) {
        const auto ids = at::tensor(std::vector<std::int64_t>(sequence.ids.begin(), sequence.ids.end()));
        logits.push_back(copy->logits(ids.narrow(0, 0, ids.size(0) - 1).unsqueeze(0), {}).squeeze(0));
        targets.push_back(ids.narrow(0, 1, ids.size(0) - 1));
    }
    const auto gradients = torch::autograd::grad({at::cross_entropy_loss(at::cat(logits), at::cat(targets))}, weights);
    std::vector<double> scores(static_cast<std::size_t>(copy->blocks()), 0.0);
    for (std::size_t i = 0; i < gradients.size(); ++i) {
        const auto* linear = copy->linears()[i];
        if (linear->name.find(with) == std::string::npos) continue;
        const auto block = static_cast<std::size_t>(std::stoi(linear->name.substr(std::string("model.layers.").size())));
        scores[block] += (linear->weight * gradients[i]).abs().sum().item<double>();
    }
    return scores;
}

}  // namespace

class TestPlannedMethods : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void blocksGoByTheirScore_data() {
        QTest::addColumn<QString>("score");
        for (const char* score : {"influence", "perplexity", "greedy", "taylor"}) QTest::newRow(score) << score;
    }
    /// One block of three: the one by which the score, measured otherwise, is least.
    void blocksGoByTheirScore() {
        QFETCH(QString, score);
        const MethodRun run("block-drop", json{{"score", score.toStdString()}}.dump());
        QCOMPARE(run.plan.edits.size(), std::size_t{1});
        std::vector<double> scores;
        if (score == "taylor") {
            scores = taylorByHand(run);
        } else if (score == "influence") {
            const at::NoGradGuard guard;
            for (int block = 0; block < 3; ++block) {
                double sum = 0;
                for (const auto& sequence : run.text) {
                    const auto ids = at::tensor(std::vector<std::int64_t>(sequence.ids.begin(), sequence.ids.end()));
                    auto x = run.dense->embed(ids.narrow(0, 0, ids.size(0) - 1).unsqueeze(0), {});
                    for (int before = 0; before < block; ++before) x = run.dense->block(before, x, {});
                    const auto cosine = at::cosine_similarity(x, run.dense->block(block, x, {}), -1);
                    sum += (1 - cosine).sum().item<double>();
                }
                scores.push_back(sum);
            }
        } else {
            for (int block = 0; block < 3; ++block) scores.push_back(lossWithout(run, {DropPart{block, BlockPart::Block}}));
        }
        const auto least = static_cast<int>(std::min_element(scores.begin(), scores.end()) - scores.begin());
        QCOMPARE(droppedIn(run, BlockPart::Block), std::vector<int>{least});
    }

    /// One KV head for all query heads cannot go, so no group of attention can; what attention is worth does not depend on that.
    void taylorCountsAttentionThatCannotShrink() {
        auto shape = handmade::tinyShape();
        shape.kvHeads = 1;
        auto model = randomModel(handmade::configOf(shape), 21);
        model->linear("model.layers.0.self_attn.o_proj")
            ->weight.mul_(10);  // worth more than the others, and the first where all count alike
        auto structure = traceStructure(*model);
        for (const NodeGroup& group : structure.nodeGroups) QVERIFY(group.unit != UnitKind::Attention || !group.prunable);
        const MethodRun run("block-drop", R"({"score": "taylor", "parts": "attention"})", std::move(model),
                            std::move(structure), 24);
        QCOMPARE(run.plan.edits.size(), std::size_t{2});
        const auto scores = taylorByHand(run, "self_attn");
        QVERIFY(scores[0] > 1.5 * std::max(scores[1], scores[2]));
        QCOMPARE(droppedIn(run, BlockPart::Attention), (std::vector<int>{1, 2}));
    }

    void partsThatGo_data() {
        QTest::addColumn<QString>("parts");
        QTest::addColumn<bool>("attention");
        QTest::addColumn<bool>("mlp");
        QTest::newRow("sub-layers") << "sub-layers" << true << true;
        QTest::newRow("attention") << "attention" << true << false;
        QTest::newRow("mlp") << "mlp" << false << true;
    }
    void partsThatGo() {
        QFETCH(QString, parts);
        QFETCH(bool, attention);
        QFETCH(bool, mlp);
        for (const char* score : {"influence", "taylor"}) {
            const MethodRun run("block-drop", json{{"parts", parts.toStdString()}, {"score", score}}.dump());
            QVERIFY(droppedIn(run, BlockPart::Block).empty());
            QVERIFY(attention || droppedIn(run, BlockPart::Attention).empty());
            QVERIFY(mlp || droppedIn(run, BlockPart::Mlp).empty());
            const double all = static_cast<double>(run.dense->parameterCount());
            double gone = 0;
            for (const Edit& edit : run.plan.edits) {
                const auto& drop = std::get<DropPart>(edit);
                const BlockParts& block = run.original.parts.at(static_cast<std::size_t>(drop.layer));
                gone += static_cast<double>(drop.part == BlockPart::Attention ? block.attention.parameters
                                                                              : block.mlp.parameters);
            }
            QVERIFY(std::abs(gone / all - run.plan.expectedRatio) < 1e-9);
            const double step = static_cast<double>(run.original.parts.front().mlp.parameters) / all;
            QVERIFY(std::abs(run.plan.expectedRatio - 0.25) <= step / 2 + 1e-9);
        }
    }

    void maskedBlocksAreCutBlocks_data() {
        QTest::addColumn<QString>("family");
        for (const char* family : {"llama 3", "mixtral"}) QTest::newRow(family) << family;
    }
    void maskedBlocksAreCutBlocks() {
        QFETCH(QString, family);
        const auto run = onFamily("block-drop", {{"parts", "sub-layers"}, {"settle_steps", 1}}, family.toStdString());
        QVERIFY(!run.plan.edits.empty());
        previewEdits(*run.dense, run.original, run.plan.edits);
        const auto masked = tinyLogits(*run.dense);
        applyMasks(*run.dense, run.original, {});
        QVERIFY(nearlyEqual(tinyLogits(*run.model), masked));
        QVERIFY(!nearlyEqual(tinyLogits(*run.dense), masked));
    }

    void theRestOfThePlanStays() {
        PlanOptions options;
        options.units.at("blocks").minimum = 1;
        auto model = familyModel("llama 3");
        const auto structure = traceStructure(*model);
        const auto config = model->config();
        options.protect = {"layers.0.*", "layers.1.*"};
        options.ratio = 0.2;
        const auto plan = planUnder("block-drop", "{}", {structure, options, nullptr, &config});
        QCOMPARE(plan.edits, (Edits{DropPart{2, BlockPart::Block}}));
        options.protect = {"layers.*"};
        QVERIFY_EXCEPTION_THROWN(planUnder("block-drop", "{}", {structure, options, nullptr, &config}), Error);
        options.enabled = false;
        QVERIFY(planUnder("block-drop", "{}", {structure, options, nullptr, &config}).edits.empty());
    }

    /// Losses of ranks are those of the factors that the ranks will have, on what the linears read.
    void lossesOfRanksAreExact_data() {
        QTest::addColumn<int>("blocks");
        QTest::newRow("low rank") << 1;
        QTest::newRow("two blocks") << 2;
    }
    void lossesOfRanksAreExact() {
        QFETCH(int, blocks);
        const auto model = handmade::tinyModel(21);
        const auto structure = traceStructure(*model);
        const auto text = handmade::ownText(*model, 6, 20, 4);
        PlanOptions options;
        const auto candidates = rankCandidates({structure, options}, {true, true, blocks, 1, 0, 0});
        QVERIFY(candidates.size() == 21);
        const int samples = 3;
        const auto losses = rankLosses(*model, candidates, blocks, samples, false, {text, 4}, {});
        const auto shares = rankLosses(*model, candidates, blocks, samples, true, {text, 4}, {});
        std::vector<std::string> names;
        for (const auto& one : candidates) names.push_back(one.linear);
        const auto moments = collectInputMoments(*model, names, text, 4, Compute::Fp32, {});
        for (const auto& one : candidates) {
            const auto& own = losses.at(one.linear);
            QCOMPARE(own.size(), std::size_t(one.most) + 1);
            QVERIFY(std::is_sorted(own.rbegin(), own.rend()));
            const auto weight = model->linear(one.linear)->effectiveWeight();
            for (int i = 1; i <= samples; ++i) {
                const int rank = std::max(1, static_cast<int>(std::lround(double(one.most) * i / samples)));
                const auto fit = factorise(weight, {rank, blocks}, moments.at(one.linear));
                QVERIFY2(std::abs(own.at(std::size_t(rank)) - fit.lost) < 2e-3 * fit.energy, one.linear.c_str());
                QVERIFY(std::abs(shares.at(one.linear).at(std::size_t(rank)) - own.at(std::size_t(rank)) / own.front()) <
                        1e-9);
            }
        }
    }

    void thinLinearsAreTheirProduct_data() {
        QTest::addColumn<QString>("method");
        QTest::addColumn<QString>("family");
        for (const char* method : {"low-rank", "structured-ffn"})
            for (const char* family : {"llama 3", "mixtral", "gpt2, narrow, untied"})
                QTest::newRow((std::string(method) + ", " + family).c_str()) << method << family;
    }
    /// The product multiplied out is the same model; and thin linears stand where the plan says, in as many parameters.
    void thinLinearsAreTheirProduct() {
        QFETCH(QString, method);
        QFETCH(QString, family);
        json options = {{"settle_steps", 1}};
        if (method == "structured-ffn") options["blocks"] = 1;
        const auto run = onFamily(method.toStdString(), options, family.toStdString());
        QVERIFY(!run.plan.edits.empty());
        QCOMPARE(run.model->config().factors.size(), run.plan.edits.size());
        const double ratio = 1 - double(run.model->parameterCount()) / double(run.dense->parameterCount());
        QVERIFY(std::abs(ratio - run.plan.expectedRatio) < 1e-9);
        QVERIFY(nearlyEqual(tinyLogits(*run.model), tinyLogits(*mergeFactors(*run.model))));
    }

    /// Blocks with a shuffle: the linears of MLPs behind the first, in the form that was asked for.
    void structuredFfnIsBlockDiagonal() {
        const MethodRun run("structured-ffn", R"({"blocks": 4, "settle_steps": 1})", 7, 0.2);
        QVERIFY(!run.plan.edits.empty());
        for (const Edit& edit : run.plan.edits) {
            const auto& factor = std::get<FactorLinear>(edit);
            QCOMPARE(factor.factor.blocks, 4);
            QVERIFY(factor.linear.find(".mlp.") != std::string::npos);
            QVERIFY(factor.linear.find("layers.0.") == std::string::npos);
        }
        QVERIFY(std::abs(run.plan.expectedRatio - 0.2) * double(run.dense->parameterCount()) <= 4 * 72);
        QVERIFY(nearlyEqual(tinyLogits(*run.model), tinyLogits(*mergeFactors(*run.model))));
    }

    /// Ranks chosen together lose less than the same share of every linear.
    void ranksChosenTogetherLoseLess() {
        const MethodRun run("low-rank", R"({"settle_steps": 1, "measure": "share"})");
        const auto request = [&](const PlanOptions& options) { return PlanRequest{run.original, options}; };
        PlanOptions options;
        options.ratio = 0.25;
        const auto candidates = rankCandidates(request(options), {});
        const auto losses = rankLosses(*run.dense, candidates, 1, 1, true, {run.text, 4}, {});
        const auto lostBy = [&](const PruningPlan& plan) {
            double sum = 0;
            for (const Edit& edit : plan.edits) {
                const auto& [linear, factor] = std::get<FactorLinear>(edit);
                sum += losses.at(linear).at(static_cast<std::size_t>(factor.rank));
            }
            return sum;
        };
        const auto even = planRanks(request(options), {});
        QVERIFY2(lostBy(run.plan) < 0.98 * lostBy(even),
                 qPrintable(QString("%1, evenly %2").arg(lostBy(run.plan)).arg(lostBy(even))));
    }

    void nothingIsDisturbedByPlanning_data() {
        QTest::addColumn<QString>("method");
        for (const char* method : {"block-drop", "low-rank", "structured-ffn"}) QTest::newRow(method) << method;
    }
    void nothingIsDisturbedByPlanning() {
        QFETCH(QString, method);
        const auto model = handmade::tinyModel(21);
        const auto structure = traceStructure(*model);
        const auto text = handmade::ownText(*model, 6, 20, 4);
        const auto before = tinyLogits(*model);
        PlanOptions options;
        options.ratio = 0.2;
        const auto config = model->config();
        const PlanRequest request{structure, options, nullptr, &config};
        const auto plan = measuredPlan(method.toStdString(), "{}", {*model, request, {text, 4}, {}});
        QVERIFY(plan && !plan->edits.empty());
        QVERIFY(at::equal(tinyLogits(*model), before));
        QCOMPARE(measuredPlan(method.toStdString(), "{}", {*model, request, {text, 4}, {}})->edits, plan->edits);
        QVERIFY(!measuredPlan("flap", "{}", {*model, request, {text, 4}, {}}));
    }
};

}  // namespace tst_planned_methods

QTEST_APPLESS_MAIN(tst_planned_methods::TestPlannedMethods)
#include "tst_planned_methods.moc"
