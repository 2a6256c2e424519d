// Generation over the key/value cache: equal to running the whole sequence again, sampling, ends, refusals.
#include "core/base/error.h"
#include "core/io/checkpoint.h"
#include "core/model/causal_lm.h"
#include "core/model/generate.h"
#include "core/model/lora.h"
#include "tests/tensor/real_models.h"

#include <torch/torch.h>

#include <QtTest>

#include <set>

using namespace lorashear;

namespace {

const std::vector<int> kPrompt = {1, 403, 407, 261, 378};  // "Once upon a time"

std::unique_ptr<CausalLM> bundled() {
    return loadModel(Checkpoint::open(testing::realModels().front().folder));
}

at::Tensor row(const std::vector<int>& ids) {
    return at::tensor(std::vector<std::int64_t>(ids.begin(), ids.end()), at::kLong).unsqueeze(0);
}

ErrorCode refusal(const CausalLM& model, const std::vector<int>& prompt, const GenerateOptions& options, const Control& control = {}) {
    try {
        generate(model, prompt, options, {}, control);
    } catch (const Error& error) {
        return error.code();
    }
    return ErrorCode::Internal;
}

}  // namespace

class TestGenerate : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void cacheEqualsWholeSequence() {
        const auto model = bundled();
        LoraOptions lora;
        attachLora(*model, lora, 3);
        torch::NoGradGuard guard;
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
        torch::NoGradGuard guard;
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

QTEST_APPLESS_MAIN(TestGenerate)
#include "tst_generate.moc"
