#include "core/base/error.h"
#include "core/eval/model_stats.h"
#include "core/eval/perplexity.h"
#include "core/eval/text_span.h"
#include "core/eval/zero_shot.h"
#include "core/io/atomic_file.h"
#include "core/io/checkpoint.h"
#include "core/model/causal_lm.h"
#include "core/text/tokenizer.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <ATen/core/grad_mode.h>
#include <QtTest>

#include <cmath>
#include <filesystem>

namespace tst_eval {

using namespace lorashear;
namespace fs = std::filesystem;

namespace {

const fs::path kModel = fs::path(LORASHEAR_SOURCE_DIR) / "resources/models/stories260K";
const fs::path kTexts = fs::path(LORASHEAR_SOURCE_DIR) / "resources/data";
const fs::path kShared = LORASHEAR_SHARED_DIR;

}  // namespace

class EvalTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        at::set_num_threads(2);
        m_model = loadModel(Checkpoint::open(kModel));
        m_tokenizer = Tokenizer::open(kModel);
    }

    // Two independent implementations gave 4.5072 for this protocol.
    void perplexityOfTinyStoriesIsTheReference() {
        TextProtocol protocol;
        protocol.maxWindows = 200;
        const auto score = scoreText(*m_model, *m_tokenizer, readWholeText(kTexts / "valid.txt"), protocol, {});
        QCOMPARE(score.tokens, 102200);
        QVERIFY2(std::abs(score.perplexity - 4.507) <= 0.002, qPrintable(QString::number(score.perplexity)));
        QVERIFY(score.spread > 0 && score.spread < 0.05);
    }

    void perplexityOfWikiTextIsTheReference() {
        const auto text = kShared / "data/wikitext2/wiki.test.raw";
        if (!fs::exists(text)) return;
        TextProtocol protocol;
        protocol.maxWindows = 100;
        const auto score = scoreText(*m_model, *m_tokenizer, readWholeText(text), protocol, {});
        QCOMPARE(score.tokens, 51100);
        QVERIFY2(std::abs(score.perplexity - 157.8) <= 0.2, qPrintable(QString::number(score.perplexity)));
    }

    /// What is reported on the windows behind those that settings were chosen on is those windows, whole.
    void skippedWindowsAreLeftOut() {
        const std::string text = readWholeText(kTexts / "valid.txt").substr(0, 3000);
        for (const int stride : {0, 9}) {
            const auto all = protocolWindows(*m_tokenizer, text, {32, stride, 0, true});
            const auto some = protocolWindows(*m_tokenizer, text, {32, stride, 3, true, 2});
            QCOMPARE(some.size(), std::size_t{3});
            for (std::size_t i = 0; i < some.size(); ++i)
                QVERIFY(some[i].ids == all[i + 2].ids && some[i].lossMask == all[i + 2].lossMask);
            QCOMPARE(protocolWindows(*m_tokenizer, text, {32, stride, 0, true, 2}).size(), all.size() - 2);
            QVERIFY_EXCEPTION_THROWN(protocolWindows(*m_tokenizer, text, (TextProtocol{32, stride, 0, true, 5000})), Error);
        }
        QCOMPARE((TextProtocol{512, 0, 200, true, 400}.describe()), std::string("BOS + 511 tokens, windows 401 to 600"));
        const auto first = spanOf(*m_tokenizer, text, {32, 0, 2, true}),
                   next = spanOf(*m_tokenizer, text, {32, 0, 3, true, 2});
        QVERIFY(text.starts_with(first.text) && text.substr(first.text.size()).starts_with(next.text));
        QCOMPARE(next.originalTokens, std::int64_t{3 * 31});
        const auto overlapping = spanOf(*m_tokenizer, text, {32, 9, 3, true, 2});
        QCOMPARE(overlapping.originalTokens, std::int64_t{3 * 9});  // what these windows score, and no more
        QVERIFY_EXCEPTION_THROWN(spanOf(*m_tokenizer, text, (TextProtocol{32, 0, 3, true, 5000})), Error);
    }

    void overlappingWindowsScoreEveryTokenOnce_data() {
        QTest::addColumn<bool>("bos");
        QTest::addColumn<int>("stride");
        QTest::newRow("BOS, stride 7") << true << 7;
        QTest::newRow("BOS, stride = fresh tokens") << true << 31;
        QTest::newRow("no BOS, stride 5") << false << 5;
    }
    void overlappingWindowsScoreEveryTokenOnce() {
        QFETCH(bool, bos);
        QFETCH(int, stride);
        const std::string text = readWholeText(kTexts / "valid.txt").substr(0, 3000);
        const auto ids = m_tokenizer->encode(text);
        TextProtocol protocol{32, stride, 0, bos};
        std::vector<int> scored;
        for (const auto& window : protocolWindows(*m_tokenizer, text, protocol)) {
            QVERIFY(window.ids.size() <= 32);
            QCOMPARE(window.lossMask.size(), window.ids.size() - 1);
            for (std::size_t i = 0; i < window.lossMask.size(); ++i)
                if (window.lossMask[i]) scored.push_back(window.ids[i + 1]);
        }
        const auto expected = bos ? ids : std::vector<int>(ids.begin() + 1, ids.end());
        QVERIFY(scored == expected);
    }

    void badProtocolsAreRefused_data() {
        QTest::addColumn<int>("window");
        QTest::addColumn<int>("stride");
        QTest::newRow("window 1") << 1 << 0;
        QTest::newRow("negative stride") << 32 << -1;
        QTest::newRow("stride beyond the window") << 32 << 33;
    }
    void badProtocolsAreRefused() {
        QFETCH(int, window);
        QFETCH(int, stride);
        QVERIFY_EXCEPTION_THROWN(protocolWindows(*m_tokenizer, "Once upon a time", {window, stride, 0, true}), Error);
    }

    // Padding to the longest of a batch must not leak into shorter rows.
    void batchedLossesEqualSingleOnes() {
        std::vector<Sequence> sequences;
        const auto ids = m_tokenizer->encode(readWholeText(kTexts / "valid.txt").substr(0, 4000));
        for (std::size_t n : {40, 33, 37, 90, 8, 41, 100})
            sequences.push_back(
                {{ids.begin(), ids.begin() + static_cast<std::ptrdiff_t>(n)}, std::vector<bool>(n - 1, true)});
        sequences[2].lossMask.assign(36, false);
        sequences[2].lossMask[35] = true;
        const auto together = sequenceLosses(*m_model, sequences, 4, Compute::Fp32, {});
        for (std::size_t i = 0; i < sequences.size(); ++i) {
            const auto alone = sequenceLosses(*m_model, {sequences[i]}, 1, Compute::Fp32, {}).front();
            QCOMPARE(together[i].tokens, alone.tokens);
            QVERIFY(std::abs(together[i].sum - alone.sum) <= 1e-4 * std::max(1.0, alone.sum));
        }
        QCOMPARE(together[2].tokens, 1);
    }

    void cancelStopsWithinOneBatch() {
        std::stop_source stop;
        Control control;
        control.stop = stop.get_token();
        int reports = 0;
        control.onProgress = [&](const Progress&) { ++reports, stop.request_stop(); };
        TextProtocol protocol{64, 0, 40, true};
        try {
            scoreText(*m_model, *m_tokenizer, readWholeText(kTexts / "valid.txt"), protocol, control, 4);
            QFAIL("was not cancelled");
        } catch (const Error& error) {
            QVERIFY(error.code() == ErrorCode::Cancelled);
        }
        QCOMPARE(reports, 1);
    }

    // Accuracies of stories260K on the first 200 questions, from an independent scorer (data/tasks/README.md).
    void zeroShotAccuraciesAreTheReference() {
        if (!fs::exists(kShared / "data/tasks/piqa.jsonl")) return;
        const std::map<std::string, std::pair<double, double>> reference = {
            {"piqa", {.480, .470}},     {"hellaswag", {.265, .235}},     {"winogrande", {.485, -1}},
            {"arc_easy", {.225, .225}}, {"arc_challenge", {.195, .185}}, {"openbookqa", {.135, .250}},
            {"boolq", {.360, .620}}};
        const auto scores = scoreTasks(*m_model, *m_tokenizer, kShared / "data/tasks", 200, {});
        QCOMPARE(scores.size(), reference.size());
        for (const auto& [name, expected] : reference) {
            // One question of 200 may flip where two likelihoods are equal to rounding.
            QVERIFY2(std::abs(scores.at(name).accuracy - expected.first) < 0.0051, name.c_str());
            if (expected.second >= 0)
                QVERIFY2(std::abs(scores.at(name).normalisedAccuracy - expected.second) < 0.0051, name.c_str());
            QCOMPARE(scores.at(name).questions, 200);
        }
    }

    // Log-likelihoods of a continuation, behind BOS or not, from the logits themselves.
    void questionsBeginWithBosOrNot() {
        const Question question{{{"The dog was", " happy"}, {"The dog was", " very sad"}}, 0};
        for (const bool bos : {true, false}) {
            const auto score = scoreTask(*m_model, *m_tokenizer, {question}, {}, 8, bos);
            for (std::size_t c = 0; c < 2; ++c) {
                const auto& [context, continuation] = question.choices[c];
                auto ids = m_tokenizer->encode(context + continuation);
                const auto head = m_tokenizer->encode(context).size() + (bos ? 1 : 0);
                if (bos) ids.insert(ids.begin(), m_tokenizer->bosId());
                const auto input = at::tensor(std::vector<std::int64_t>(ids.begin(), ids.end())).unsqueeze(0);
                const at::NoGradGuard guard;
                const auto said = at::log_softmax(m_model->logits(input, {})[0], -1);
                double expected = 0;
                for (std::size_t i = head; i < ids.size(); ++i)
                    expected += said[static_cast<std::int64_t>(i) - 1][ids[i]].item<double>();
                QVERIFY2(std::abs(score.each[0].logLikelihoods[c] - expected) < 1e-4, qPrintable(QString::number(expected)));
            }
        }
    }

    void aMalformedQuestionNamesFileAndLine() {
        QTemporaryDir folder;
        const fs::path path = folder.path().toStdString();
        writeFile(path / "piqa.jsonl", "{\"goal\":\"g\",\"sol1\":\"a\",\"sol2\":\"b\",\"label\":0}\n{\"goal\":\"g\"}\n");
        try {
            scoreTasks(*m_model, *m_tokenizer, path, 0, {});
            QFAIL("was accepted");
        } catch (const Error& error) {
            QVERIFY(error.subject().find("piqa.jsonl:2") != std::string::npos);
        }
    }

    /// However long an opening bracket stays open: markup is not looked for by a function that calls itself for every character.
    void aLongLineWithBracketsIsRead() {
        QTemporaryDir folder;
        const fs::path path = folder.path().toStdString();
        const std::string begin = "{\"ctx_a\":\"c\",\"ctx_b\":\"c\",\"activity_label\":\"l\",\"endings\":[\"[";
        writeFile(path / "hellaswag.jsonl", begin + std::string(1 << 20, 'x') + "\"]}\n");
        QVERIFY_THROWS_EXCEPTION(Error, scoreTasks(*m_model, *m_tokenizer, path, 0, {}));  // the label is missing
    }

    void sizesEqualBruteForceCounts() {
        const auto size = sizeOf(*m_model);
        QCOMPARE(size.parameters, 260032);
        QCOMPARE(size.weightBytes, 260032 * 4);
        // 5 blocks: q, o 64x64; k, v 32x64; gate, up, down 172x64; head 512x64.
        QCOMPARE(size.flopsPerToken, 2 * (5 * (2 * 64 * 64 + 2 * 32 * 64 + 3 * 172 * 64) + 512 * 64));
        QCOMPARE(size.kvBytesPerToken, 5 * 2 * 4 * 8 * 4);
    }

    void speedIsMeasuredAndSaysHow() {
        const auto alone = measureSpeeds({m_model.get()}, {}, 3);
        QCOMPARE(alone.size(), std::size_t{1});
        QVERIFY(alone[0].prefill.tokensPerSecond > 0 && alone[0].decode.tokensPerSecond > 0);
        QVERIFY(alone[0].decode.protocol.find("2 threads, median of 3, ") != std::string::npos);
    }

    void speedsOfTwoModelsAreTakenInTurn() {
        auto config = m_model->config();
        config.maxPositions = 16;  // its rounds are told from the other's by their length
        const auto other = randomModel(config, 1);
        std::string visits;  // one letter per model and round, whatever number of passes a round takes
        const auto watch = [&](const CausalLM& model, char letter) {
            model.linears().front()->observer = [&visits, letter](const at::Tensor&, const at::Tensor&) {
                if (visits.empty() || visits.back() != letter) visits += letter;
            };
        };
        watch(*m_model, 'a'), watch(*other, 'b');
        const auto speeds = measureSpeeds({m_model.get(), other.get()}, {}, 3);
        m_model->linears().front()->observer = {};
        QCOMPARE(visits, std::string("abababab"));  // a round to warm up, and three
        QCOMPARE(speeds.size(), std::size_t{2});
        QVERIFY(speeds[0].prefill.protocol.find("batch 1 x 256 tokens") == 0);
        QVERIFY(speeds[1].prefill.protocol.find("batch 1 x 15 tokens") == 0);
        for (const auto& speed : speeds)
            QVERIFY(speed.decode.protocol.find("in turn with the other model") != std::string::npos);
    }

private:
    std::unique_ptr<CausalLM> m_model;
    std::unique_ptr<Tokenizer> m_tokenizer;
};

}  // namespace tst_eval

QTEST_GUILESS_MAIN(tst_eval::EvalTest)
#include "tst_eval.moc"
