// Generation over the key/value cache: equal to running the whole sequence again, sampling, ends, refusals.
#include "core/base/error.h"
#include "core/io/checkpoint.h"
#include "core/model/causal_lm.h"
#include "core/model/generate.h"
#include "core/model/lora.h"
#include "tests/tensor/random_models.h"
#include "tests/tensor/real_models.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <QtTest>

#include <set>

namespace tst_generate {

using namespace lorashear;

namespace {

const std::vector<int> kPrompt = {1, 403, 407, 261, 378};  // "Once upon a time"

std::unique_ptr<CausalLM> bundled() {
    return loadModel(Checkpoint::open(testing::realModels().front().folder));
}

at::Tensor row(const std::vector<int>& ids) {
    return at::tensor(std::vector<std::int64_t>(ids.begin(), ids.end()), at::kLong).unsqueeze(0);
}

ErrorCode refusal(const CausalLM& model, const std::vector<int>& prompt, const GenerateOptions& options,
                  const Control& control = {}) {
    try {
        generate(model, prompt, options, {}, control);
    } catch (const Error& error) {
        return error.code();
    }
    return ErrorCode::Internal;
}

}  // namespace

// A model that draws from the same given probabilities whatever came before: its blocks add nothing, and the head reads their logarithms.
std::unique_ptr<CausalLM> drawing(const std::vector<double>& probabilities) {
    auto config = testing::configOf(testing::shapes().front());
    config.vocabulary = static_cast<int>(probabilities.size());
    config.maxPositions = 4000;
    config.layers.resize(1);
    auto tensors = randomModel(config, 1)->tensors();
    tensors.at("model.layers.0.self_attn.o_proj.weight").zero_();
    tensors.at("model.layers.0.mlp.down_proj.weight").zero_();
    tensors.at("model.embed_tokens.weight").zero_().select(1, 0).fill_(1);
    tensors.at("model.norm.weight").fill_(1);
    auto& head = tensors.at("lm_head.weight").zero_();
    for (int id = 0; id < config.vocabulary; ++id)
        head[id][0] = std::log(probabilities[static_cast<std::size_t>(id)]) / std::sqrt(double(config.hidden));
    return buildModel(config, tensors);
}

class TestGenerate : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void cacheEqualsWholeSequence() {
        const auto model = bundled();
        LoraOptions lora;
        attachLora(*model, lora, 3);
        at::NoGradGuard guard;
        for (auto* linear : model->linears()) linear->b.fill_(0.02);
        GenerateOptions options;
        options.maxTokens = 40;
        auto ids = kPrompt;
        for (const int id : generate(*model, kPrompt, options)) {
            const auto logits = model->logits(row(ids), {}).select(1, static_cast<std::int64_t>(ids.size()) - 1);
            QCOMPARE(id, static_cast<int>(logits.argmax().item<std::int64_t>()));
            ids.push_back(id);
        }
        QCOMPARE(ids.size(), kPrompt.size() + 40);
    }

    void seedsRepeat() {
        const auto model = bundled();
        GenerateOptions options;
        options.maxTokens = 30, options.temperature = 1, options.seed = 5;
        const auto first = generate(*model, kPrompt, options);
        QCOMPARE(generate(*model, kPrompt, options), first);
        options.seed = 6;
        QVERIFY(generate(*model, kPrompt, options) != first);
    }

    void tinyTopPIsGreedy() {
        const auto model = bundled();
        GenerateOptions greedy;
        greedy.maxTokens = 30;
        auto narrow = greedy;
        narrow.temperature = 1.5, narrow.topP = 1e-9;
        QCOMPARE(generate(*model, kPrompt, narrow), generate(*model, kPrompt, greedy));
    }

    void samplesFollowTheDistribution() {
        const auto model = bundled();
        at::NoGradGuard guard;
        const auto last = static_cast<std::int64_t>(kPrompt.size()) - 1;
        const auto p = model->logits(row(kPrompt), {}).select(0, 0).select(0, last).div(1.3).softmax(-1);
        const auto likely = static_cast<int>(p.argmax().item<std::int64_t>());
        int hits = 0;
        constexpr int kDraws = 400;
        GenerateOptions options;
        options.maxTokens = 1, options.temperature = 1.3;
        for (int i = 0; i < kDraws; ++i) {
            options.seed = static_cast<std::uint64_t>(i);
            hits += generate(*model, kPrompt, options).front() == likely;
        }
        const double expected = p[likely].item<double>();
        const double deviation = std::sqrt(expected * (1 - expected) / kDraws);
        QVERIFY(std::abs(hits / double(kDraws) - expected) < 5 * deviation + 1e-3);
    }

    void topPKeepsTheSmallestSetAndItsProportions_data() {
        QTest::addColumn<double>("topP");
        QTest::addColumn<double>("temperature");
        QTest::addColumn<QList<double>>("expected");
        // Of .05 .50 .20 .15 .10, most likely first: .50 .70 .85 .95 1.
        QTest::newRow("one") << 0.49 << 1.0 << QList<double>{0, 1, 0, 0, 0};
        QTest::newRow("two") << 0.69 << 1.0 << QList<double>{0, 5.0 / 7, 2.0 / 7, 0, 0};
        QTest::newRow("one more where they do not reach it")
            << 0.71 << 1.0 << QList<double>{0, 10.0 / 17, 4.0 / 17, 3.0 / 17, 0};
        QTest::newRow("all") << 1.0 << 1.0 << QList<double>{0.05, 0.5, 0.2, 0.15, 0.1};
        // At temperature 1/2 their squares count, .0025 .25 .04 .0225 .01 of .325: .769 .892 .961
        QTest::newRow("after the temperature") << 0.89 << 0.5 << QList<double>{0, 25.0 / 29, 4.0 / 29, 0, 0};
    }
    void topPKeepsTheSmallestSetAndItsProportions() {
        QFETCH(double, topP);
        QFETCH(double, temperature);
        QFETCH(QList<double>, expected);
        const auto model = drawing({0.05, 0.5, 0.2, 0.15, 0.1});
        GenerateOptions options;
        options.maxTokens = 3000, options.temperature = temperature, options.topP = topP, options.seed = 3;
        const auto drawn = generate(*model, {0}, options);
        QCOMPARE(drawn.size(), std::size_t{3000});
        for (int id = 0; id < 5; ++id) {
            const double share = static_cast<double>(std::count(drawn.begin(), drawn.end(), id)) / 3000, p = expected[id];
            if (p == 0 || p == 1)
                QCOMPARE(share, p);
            else
                QVERIFY2(std::abs(share - p) < 5 * std::sqrt(p * (1 - p) / 3000),
                         qPrintable(QStringLiteral("token %1: %2").arg(id).arg(share)));
        }
    }

    void stopsAtStopIdsAndTellsEveryToken() {
        const auto model = bundled();
        GenerateOptions options;
        options.maxTokens = 20;
        const auto all = generate(*model, kPrompt, options);
        options.stopIds = {all[4]};
        std::vector<int> heard;
        const auto stopped = generate(*model, kPrompt, options, [&](int id) { heard.push_back(id); });
        QVERIFY(stopped.size() <= 4);
        QVERIFY(std::equal(stopped.begin(), stopped.end(), all.begin()));
        QCOMPARE(heard, stopped);
    }

    void stopsAtTheContextsEnd() {
        const auto model = bundled();
        GenerateOptions options;
        options.maxTokens = 50;
        const auto room = model->config().maxPositions;
        std::vector<int> prompt(static_cast<std::size_t>(room - 3), 300);
        QCOMPARE(generate(*model, prompt, options).size(), std::size_t{4});  // the last token needs no position of its own
    }

    void refusesBadRequests() {
        const auto model = bundled();
        QCOMPARE(refusal(*model, {}, {}), ErrorCode::BadInput);
        QCOMPARE(refusal(*model, {1, 512}, {}), ErrorCode::BadInput);
        QCOMPARE(refusal(*model, {-1}, {}), ErrorCode::BadInput);
        QCOMPARE(refusal(*model, std::vector<int>(513, 5), {}), ErrorCode::BadInput);
        GenerateOptions options;
        options.temperature = -1;
        QCOMPARE(refusal(*model, kPrompt, options), ErrorCode::BadInput);
        options.temperature = 1, options.topP = 0;
        QCOMPARE(refusal(*model, kPrompt, options), ErrorCode::BadInput);
    }

    void stopsWhenAsked() {
        const auto model = bundled();
        std::stop_source source;
        source.request_stop();
        Control control;
        control.stop = source.get_token();
        QCOMPARE(refusal(*model, kPrompt, {}, control), ErrorCode::Cancelled);
    }
};

}  // namespace tst_generate

QTEST_APPLESS_MAIN(tst_generate::TestGenerate)
#include "tst_generate.moc"
