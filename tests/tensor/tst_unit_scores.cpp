// What decides about what is cut at once: every score against a model that was really cut, or a count done otherwise.
#include "core/base/error.h"
#include "core/edits/apply.h"
#include "core/eval/perplexity.h"
#include "core/plan/unit_scores.h"
#include "core/trace/tracer.h"
#include "tests/tensor/family_configs.h"
#include "tests/tensor/random_models.h"

#include <ATen/ATen.h>

#include <QtTest>

#include <map>
#include <numeric>

namespace tst_unit_scores {

using namespace lorashear;
using namespace lorashear::testing;

namespace {

ModelConfig configNamed(const std::string& name) {
    for (const auto& one : familyConfigs())
        if (one.name == name) return parseConfig(one.json, "config.json");
    return {};
}

std::vector<Sequence> someText(int vocabulary, int sequences, int length) {
    std::vector<Sequence> text;
    const auto ids = randomIds(vocabulary, sequences, length, 3);
    for (std::int64_t i = 0; i < sequences; ++i) {
        Sequence sequence;
        for (std::int64_t t = 0; t < length; ++t) sequence.ids.push_back(static_cast<int>(ids[i][t].item<std::int64_t>()));
        sequence.lossMask.assign(sequence.ids.size() - 1, true);
        text.push_back(sequence);
    }
    return text;
}

/// A model with everything that a plan needs of it.
struct Subject {
    std::unique_ptr<CausalLM> model;
    Structure structure;
    std::vector<Sequence> text;
    PlanOptions options;

    explicit Subject(const ModelConfig& config) : model(randomModel(config, 11)), structure(traceStructure(*model)) {
        text = someText(config.vocabulary, 4, 18);
        for (auto& [id, settings] : options.units) settings.take = false, settings.minimum = 1;
    }
    std::vector<std::vector<double>> scores(const std::string& unit, const std::string& score, int amount = 1) {
        options.units.at(unit).take = true;
        options.units.at(unit).score = score;
        PruningPlan plan;
        plan.remove[unit] = amount;
        const ModelConfig config = model->config();
        return measureUnitScores(*model, {structure, options, nullptr, &config}, plan, {text, 2}, {}).at(unit);
    }
    std::unique_ptr<CausalLM> without(const Edits& edits) const { return applyEdits(*model, structure, edits); }
    at::Tensor ids() const {
        std::vector<at::Tensor> rows;
        for (const auto& sequence : text) {
            const std::vector<std::int64_t> row(sequence.ids.begin(), sequence.ids.end() - 1);
            rows.push_back(at::tensor(row, at::kLong));
        }
        return at::stack(rows);
    }
};

double lossOf(const CausalLM& model, const std::vector<Sequence>& text) {
    double sum = 0, tokens = 0;
    for (const auto& loss : sequenceLosses(model, text, 3, Compute::Fp32, {})) {
        sum += loss.sum;
        tokens += static_cast<double>(loss.tokens);
    }
    return sum / tokens;
}

double meanAngle(const at::Tensor& x, const at::Tensor& y) {
    return 1 - at::cosine_similarity(x.to(at::kDouble), y.to(at::kDouble), -1).mean().item<double>();
}

bool close(double a, double b) {
    return std::abs(a - b) <= 1e-5 * std::max(1.0, std::abs(b));
}

}  // namespace

class TestUnitScores : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void perplexityIsThatOfTheCutModel_data() {
        QTest::addColumn<QString>("unit");
        QTest::addColumn<int>("part");
        QTest::newRow("blocks") << "blocks" << int(BlockPart::Block);
        QTest::newRow("attention") << "attention_layers" << int(BlockPart::Attention);
        QTest::newRow("mlp") << "mlp_layers" << int(BlockPart::Mlp);
    }
    void perplexityIsThatOfTheCutModel() {
        QFETCH(QString, unit);
        QFETCH(int, part);
        for (const char* family : {"llama 3", "gemma2", "mixtral"}) {
            Subject subject(configNamed(family));
            const double whole = lossOf(*subject.model, subject.text);
            const auto scores = subject.scores(unit.toStdString(), "perplexity");
            QCOMPARE(scores.size(), std::size_t{1});
            for (std::size_t i = 0; i < scores.front().size(); ++i) {
                const auto cut = subject.without({DropPart{static_cast<int>(i), static_cast<BlockPart>(part)}});
                QVERIFY2(close(scores.front()[i], lossOf(*cut, subject.text)), family);
            }
            QCOMPARE(lossOf(*subject.model, subject.text), whole);  // no mask is left behind
        }
    }

    void greedyGoesOnWithWhatIsLeft() {
        Subject subject(configNamed("llama 3"));
        const auto first = subject.scores("blocks", "perplexity").front();
        const auto scores = subject.scores("blocks", "greedy", 2).front();
        const auto lowest = static_cast<std::size_t>(std::min_element(first.begin(), first.end()) - first.begin());
        QCOMPARE(scores[lowest], 0.0);
        std::map<double, std::size_t> second;
        for (std::size_t i = 0; i < first.size(); ++i)
            if (i != lowest)
                second[lossOf(*subject.without({DropPart{static_cast<int>(lowest), BlockPart::Block},
                                                DropPart{static_cast<int>(i), BlockPart::Block}}),
                              subject.text)] = i;
        QCOMPARE(scores[second.begin()->second], 1.0);
        QVERIFY(scores[second.rbegin()->second] > 1.0);
    }

    void influenceIsTheAngleThatItTurns() {
        at::NoGradGuard guard;
        Subject subject(configNamed("llama 3"));
        Edits attentions, mlps;
        for (int i = 0; i < subject.model->blocks(); ++i) {
            attentions.emplace_back(DropPart{i, BlockPart::Attention});
            mlps.emplace_back(DropPart{i, BlockPart::Mlp});
        }
        const auto attentionOnly = subject.without(mlps);
        const auto blocks = subject.scores("blocks", "influence").front();
        const auto attention = subject.scores("attention_layers", "influence").front();
        const auto mlp = subject.scores("mlp_layers", "influence").front();
        auto x = subject.model->embed(subject.ids(), {});
        for (int i = 0; i < subject.model->blocks(); ++i) {
            const auto at = static_cast<std::size_t>(i);
            const auto between = attentionOnly->block(i, x, {}), y = subject.model->block(i, x, {});
            QVERIFY(close(blocks[at], meanAngle(x, y)));
            QVERIFY(close(attention[at], meanAngle(x, between)));
            QVERIFY(close(mlp[at], meanAngle(between, y)));
            QVERIFY(blocks[at] > 1e-4);
            x = y;
        }
    }

    // Were a head's features uncorrelated, this is what it adds: checked feature by feature.
    void queryHeadsCountWhatTheyAdd() {
        Subject subject(configNamed("llama 3"));
        const auto scores = subject.scores("query_heads", "contribution");
        const auto& layers = subject.model->config().layers;
        QCOMPARE(scores.size(), layers.size());
        const int width = subject.model->config().headDim, group = layers[0].heads / layers[0].kvHeads;
        for (std::size_t layer = 0; layer < layers.size(); ++layer) {
            auto* linear = subject.model->linear("model.layers." + std::to_string(layer) + ".self_attn.o_proj");
            std::vector<at::Tensor> seen;
            linear->observer = [&](const at::Tensor& x, const at::Tensor&) { seen.push_back(x.flatten(0, -2).clone()); };
            logitsOf(*subject.model, subject.ids());
            linear->observer = {};
            const auto inputs = at::cat(seen).to(at::kDouble), weight = linear->weight.to(at::kDouble);
            for (int j = 0; j < group; ++j) {
                double expected = 0;
                for (int kv = 0; kv < layers[layer].kvHeads; ++kv)
                    for (int c = (kv * group + j) * width; c < (kv * group + j + 1) * width; ++c)
                        expected += inputs.select(1, c).square().mean().item<double>() *
                                    weight.select(1, c).square().sum().item<double>();
                QVERIFY(close(scores[layer][static_cast<std::size_t>(j)] / expected, 1));
            }
        }
    }

    // Every token chooses as many experts as the model says.
    void usageAddsUpToTheExpertsOfAToken() {
        for (const char* family : {"mixtral", "qwen3 moe", "olmoe"}) {
            Subject subject(configNamed(family));
            const auto usage = subject.scores("experts", "usage"), contribution = subject.scores("experts", "contribution");
            QVERIFY(!usage.empty());
            for (std::size_t lane = 0; lane < usage.size(); ++lane) {
                const double sum = std::accumulate(usage[lane].begin(), usage[lane].end(), 0.0);
                QVERIFY2(close(sum, subject.model->config().routing.expertsPerToken), family);
                for (std::size_t j = 0; j < usage[lane].size(); ++j) QCOMPARE(contribution[lane][j] > 0, usage[lane][j] > 0);
            }
        }
    }

    void channelsCountByTheirMeanInput() {
        Subject subject(configNamed("llama 3"));
        auto scores = subject.scores("hidden", "activation").front();
        QCOMPARE(scores.size(), static_cast<std::size_t>(subject.model->config().hidden));
        // What is measured stands behind the norms: readers of a gain of zero see nothing of the channel.
        const double before = scores[3];
        at::NoGradGuard guard;
        const auto tensors = subject.model->tensors();
        for (const auto& [name, tensor] : tensors)
            if (name.find("layers.0.input_layernorm") != std::string::npos) tensor.select(0, 3).mul_(0);
        scores = subject.scores("hidden", "activation").front();
        QVERIFY(scores[3] < before && scores[3] > 0);
    }

    /// Plan, scores and cut together: a mixture keeps what its tokens need.
    void aPlanWithScoresIsCutAsItSays() {
        Subject subject(configNamed("mixtral"));
        const ModelConfig config = subject.model->config();
        for (const char* unit : {"experts", "mlp", "query_heads"}) subject.options.units.at(unit).take = true;
        subject.options.units.at("query_heads").take = config.layers[0].heads > config.layers[0].kvHeads;
        subject.options.ratio = 0.3;
        const PlanRequest asked{subject.structure, subject.options, nullptr, &config};
        const auto scores = measureUnitScores(*subject.model, asked, makePlan(asked), {subject.text, 2}, {});
        const auto plan = makePlan({subject.structure, subject.options, nullptr, &config, &scores});
        QVERIFY(plan.removed("experts") > 0);
        GroupSaliency saliency;
        for (const auto& group : subject.structure.nodeGroups)
            saliency.scores.emplace_back(static_cast<std::size_t>(group.count), 1.0);
        Edits edits = plan.edits;
        const auto fine = editsOf(subject.structure, selectGroups(plan, subject.structure, saliency, {}, 1.0));
        edits.insert(edits.end(), fine.begin(), fine.end());
        const auto cut = subject.without(edits);
        const double left = static_cast<double>(cut->parameterCount()) / static_cast<double>(subject.structure.parameters);
        QVERIFY(std::abs(1 - left - plan.expectedRatio) < 1e-9);
        QVERIFY(std::abs(plan.expectedRatio - 0.3) * static_cast<double>(subject.structure.parameters) <= 3 * config.hidden);
        for (const auto& layer : cut->config().layers)
            QVERIFY(static_cast<int>(layer.experts.size()) >= config.routing.expertsPerToken);
        QVERIFY(logitsOf(*cut, subject.ids()).isfinite().all().item<bool>());
    }

    void withoutTextThereAreNoScores() {
        Subject subject(configNamed("llama 3"));
        subject.text.clear();
        QVERIFY_EXCEPTION_THROWN(subject.scores("blocks", "influence"), Error);
    }
};

}  // namespace tst_unit_scores

QTEST_APPLESS_MAIN(tst_unit_scores::TestUnitScores)
#include "tst_unit_scores.moc"
