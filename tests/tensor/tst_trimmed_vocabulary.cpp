// A model with a trimmed vocabulary: its logits are the original's of the kept tokens, and scores of the same text by the original's tokens and by bytes.

#include "core/base/random.h"
#include "core/edits/apply.h"
#include "core/eval/text_span.h"
#include "core/io/atomic_file.h"
#include "core/io/checkpoint.h"
#include "core/model/causal_lm.h"
#include "core/text/token_choice.h"
#include "core/text/token_closure.h"
#include "core/text/tokenizer.h"
#include "core/text/trimmed_tokenizer.h"
#include "core/trace/tracer.h"
#include "tests/support/temp_folder.h"
#include "tests/tensor/family_configs.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <QtTest>

#include <cmath>
#include <numbers>
#include <set>

using namespace lorashear;
using namespace lorashear::test;
using namespace lorashear::testing;
namespace fs = std::filesystem;

namespace {

const fs::path kBundled = LORASHEAR_SOURCE_DIR "/resources/models/stories260K";

std::string someText(std::size_t bytes) {
    return readFile(LORASHEAR_SOURCE_DIR "/resources/data/valid.txt").substr(0, bytes);
}

struct Stories {
    std::unique_ptr<CausalLM> model = loadModel(Checkpoint::open(kBundled));
    std::unique_ptr<Tokenizer> tokenizer = Tokenizer::open(kBundled);
    TokenClosure closure{kBundled, 512};

    std::unique_ptr<CausalLM> trimmed(const std::vector<int>& keep) const {
        return applyEdits(*model, traceStructure(*model), {TrimVocabulary{keep}});
    }
};

at::Tensor index(const std::vector<int>& ids) {
    return at::tensor(std::vector<std::int64_t>(ids.begin(), ids.end()), at::kLong);
}

}  // namespace

class TestTrimmedVocabulary : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void logitsOfKeptTokensAreTheOriginals_data() {
        QTest::addColumn<QString>("config");
        for (const auto& family : familyConfigs()) QTest::newRow(family.name.c_str()) << QString::fromStdString(family.json);
    }
    /// Tied or not, with a head's bias or soft cap.
    void logitsOfKeptTokensAreTheOriginals() {
        QFETCH(QString, config);
        at::NoGradGuard guard;
        const auto model = randomModel(parseConfig(config.toStdString(), "config.json"), 3);
        std::vector<int> keep;
        std::set<int> special(model->config().eosIds.begin(), model->config().eosIds.end());
        special.insert(model->config().bosId);
        for (int id = 0; id < model->config().vocabulary; ++id)
            if (id % 3 != 1 || special.contains(id)) keep.push_back(id);
        const auto small = applyEdits(*model, traceStructure(*model), {TrimVocabulary{keep}});
        QCOMPARE(small->config().vocabulary, static_cast<int>(keep.size()));
        QVERIFY(small->parameterCount() < model->parameterCount());
        const auto ids = at::arange(30, at::kLong).unsqueeze(0);
        const auto expected =
            model->logits(index(keep).index_select(0, ids.flatten()).unsqueeze(0), {}).index_select(2, index(keep));
        const auto found = small->logits(ids, {});
        QVERIFY(found.sizes() == expected.sizes());
        QVERIFY((found - expected).abs().max().item<double>() <= 1e-6 * expected.abs().max().item<double>());
    }

    /// With BOS and whole windows the original's perplexity per original token is its perplexity, as ever.
    void theOriginalsOwnFigureIsItsPerplexity() {
        const Stories stories;
        const TextProtocol protocol{64, 0, 5, true};
        const std::string text = someText(20000);
        const auto plain = scoreText(*stories.model, *stories.tokenizer, text, protocol, {});
        const auto span = spanOf(*stories.tokenizer, text, protocol);
        QCOMPARE(span.originalTokens, std::int64_t{5 * 63});
        const auto score = scoreSpan(*stories.model, *stories.tokenizer, span, protocol, {});
        QCOMPARE(score.tokens, plain.tokens);
        QVERIFY(std::abs(score.perplexityPerOriginalToken() / plain.perplexity - 1) < 1e-6);
        QCOMPARE(score.bytes, static_cast<std::int64_t>(span.text.size()));
        QVERIFY(std::abs(score.bitsPerByte() - score.nll / std::numbers::ln2 / static_cast<double>(span.text.size())) <
                1e-12);
        QVERIFY(std::abs(plain.bitsPerByte() / score.bitsPerByte() - 1) < 0.01);
    }

    void everyTokenIsPredictedOnce() {
        const Stories stories;
        for (const bool bos : {true, false})
            for (const int windows : {0, 3}) {
                const TextProtocol protocol{32, 0, windows, bos};
                const auto span = spanOf(*stories.tokenizer, someText(1500), protocol);
                const auto score = scoreSpan(*stories.model, *stories.tokenizer, span, protocol, {});
                const auto tokens = static_cast<std::int64_t>(stories.tokenizer->encode(span.text).size());
                QCOMPARE(score.tokens, tokens - (bos ? 0 : 1));
                QCOMPARE(score.originalTokens, score.tokens);
                if (windows == 0) QCOMPARE(span.text, someText(1500));
            }
    }

    /// While all tokens of a text are kept, trimming is choosing among fewer: the nats are those of the original's logits of kept tokens.
    void natsAreThoseOfAChoiceAmongKeptTokens() {
        at::NoGradGuard guard;
        const Stories stories;
        const std::string text = someText(150);
        const TextProtocol protocol{256, 0, 0, true};
        const auto ids = stories.tokenizer->encode(text);
        std::vector<bool> kept(512);
        for (const int id : stories.closure.required()) kept[static_cast<std::size_t>(id)] = true;
        for (const int id : ids)
            for (const int needed : stories.closure.missing(id, kept)) kept[static_cast<std::size_t>(needed)] = true;
        std::vector<int> keep;
        for (int id = 0; id < 512; ++id)
            if (kept[static_cast<std::size_t>(id)]) keep.push_back(id);
        QVERIFY(keep.size() < 450);
        const TempFolder folder;
        writeTrimmedTokenizer(kBundled, TokenRenumbering(keep), folder.path());
        const auto span = spanOf(*stories.tokenizer, text, protocol);
        const auto score = scoreSpan(*stories.trimmed(keep), *Tokenizer::open(folder.path()), span, protocol, {});
        QCOMPARE(score.tokens, static_cast<std::int64_t>(ids.size()));

        std::vector<int> all{1};
        all.insert(all.end(), ids.begin(), ids.end());
        const auto logits = stories.model->logits(index(all).unsqueeze(0), {}).squeeze(0).slice(0, 0, -1);
        const auto some = at::log_softmax(logits.to(at::kDouble).index_select(1, index(keep)), -1);
        const TokenRenumbering renumbering(keep);
        double nats = 0;
        for (std::size_t i = 0; i < ids.size(); ++i)
            nats -= some[static_cast<std::int64_t>(i)][renumbering.of(ids[i])].item<double>();
        QVERIFY(std::abs(score.nll / nats - 1) < 1e-5);
        const auto original = scoreSpan(*stories.model, *stories.tokenizer, span, protocol, {});
        QVERIFY(score.nll < original.nll);
    }

    /// More tokens, each easier: per own token it would look better than it is.
    void perplexityPerOwnTokenWouldMislead() {
        const Stories stories;
        const auto counts = countTokens(*stories.tokenizer, {LORASHEAR_SOURCE_DIR "/resources/data/valid.txt"}, {});
        const auto keep = chooseBySize(stories.closure, counts, 340);
        const TempFolder folder;
        writeTrimmedTokenizer(kBundled, TokenRenumbering(keep), folder.path());
        const auto tokenizer = Tokenizer::open(folder.path());
        const TextProtocol protocol{128, 0, 4, true};
        const auto span = spanOf(*stories.tokenizer, someText(20000), protocol);
        const auto score = scoreSpan(*stories.trimmed(keep), *tokenizer, span, protocol, {});
        QVERIFY(score.tokens > score.originalTokens);
        const double perOwn = std::exp(score.nll / static_cast<double>(score.tokens));
        QVERIFY(score.perplexityPerOriginalToken() > perOwn);
        QVERIFY(std::abs(score.perplexityPerOriginalToken() -
                         std::exp2(score.bitsPerByte() * static_cast<double>(score.bytes) /
                                   static_cast<double>(score.originalTokens))) < 1e-6 * score.perplexityPerOriginalToken());
    }
};

QTEST_APPLESS_MAIN(TestTrimmedVocabulary)
#include "tst_trimmed_vocabulary.moc"
