// A model with a trimmed vocabulary: from file to file its logits are the original's of the kept tokens and every file follows; scores of the same text by
// the original's tokens and by bytes.

#include "core/edits/apply.h"
#include "core/edits/edit_json.h"
#include "core/eval/text_span.h"
#include "core/export/gguf_file.h"
#include "core/export/hf_folder.h"
#include "core/export/sliced_copy.h"
#include "core/io/atomic_file.h"
#include "core/io/checkpoint.h"
#include "core/model/causal_lm.h"
#include "core/model/checkpoint_config.h"
#include "core/text/chat_template.h"
#include "core/text/token_choice.h"
#include "core/text/token_closure.h"
#include "core/text/tokenizer.h"
#include "core/text/trimmed_tokenizer.h"
#include "core/trace/tracer.h"
#include "tests/support/caught.h"
#include "tests/support/temp_folder.h"
#include "tests/tensor/random_models.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <nlohmann/json.hpp>

#include <QtTest>

#include <cmath>
#include <numbers>

namespace tst_trimmed_vocabulary {

using namespace lorashear;
using namespace lorashear::test;
using namespace lorashear::testing;
using nlohmann::json;
namespace fs = std::filesystem;

namespace {

const fs::path kBundled = LORASHEAR_SOURCE_DIR "/resources/models/stories260K";
const fs::path kFixtures = LORASHEAR_SOURCE_DIR "/tests/data/tokenizers";
const fs::path kText = LORASHEAR_SOURCE_DIR "/resources/data/valid.txt";

std::string someText(std::size_t bytes) {
    return readFile(kText).substr(0, bytes);
}

struct Stories {
    std::unique_ptr<CausalLM> model = loadModel(Checkpoint::open(kBundled));
    std::unique_ptr<Tokenizer> tokenizer = Tokenizer::open(kBundled);
    TokenClosure closure{kBundled, 512};

    std::unique_ptr<CausalLM> trimmed(const std::vector<int>& keep) const {
        return applyEdits(*model, traceStructure(*model), {TrimVocabulary{keep}});
    }
};

/// A copy from file to file, as the command makes it.
ModelConfig copied(const fs::path& source, const Edits& edits, const fs::path& to) {
    const auto checkpoint = Checkpoint::open(source);
    const auto config = configOf(checkpoint);
    const auto blueprint = blueprintOf(config, traceStructure(config), edits, "edits.json");
    PruningRecord record;
    record.edits = edits;
    record.vocabulary = {config.vocabulary, blueprint.config.vocabulary};
    return writeEditedCopy(checkpoint, blueprint, to, {checkpoint.folder(), "source", 5'000'000'000, false}, record, {});
}

at::Tensor index(const std::vector<int>& ids) {
    return at::tensor(std::vector<std::int64_t>(ids.begin(), ids.end()), at::kLong);
}

}  // namespace

class TestTrimmedVocabulary : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aCopyKeepsLogitsAndTexts_data() {
        QTest::addColumn<bool>("gguf");
        QTest::newRow("folder") << false;
        QTest::newRow("GGUF file") << true;
    }
    /// From file to file: what is read back gives the original's logits of the kept tokens (what masking the others' rows leaves), and its tokenizer
    /// writes every text with ids of the new numbering.
    void aCopyKeepsLogitsAndTexts() {
        QFETCH(bool, gguf);
        at::NoGradGuard guard;
        const Stories stories;
        const TempFolder folder;
        fs::path source = kBundled;
        if (gguf) exportGguf(*stories.model, source = folder.path() / "stories.gguf", {kBundled, "F32"});
        const TokenClosure closure(source, 512);
        const auto before = Tokenizer::open(source);
        const auto keep = chooseBySize(closure, countTokens(*before, {kText}, {}), 400);
        const auto copy = folder.path() / "copy";
        const auto config = copied(source, {TrimVocabulary{keep}}, copy);
        QCOMPARE(config.vocabulary, 400);

        const auto small = loadModel(Checkpoint::open(copy));
        const auto ids = randomIds(400, 2, 40, 3);
        const auto there = index(keep).index_select(0, ids.flatten()).view(ids.sizes());
        const auto expected = stories.model->logits(there, {}).index_select(2, index(keep));
        const auto found = small->logits(ids, {});
        QVERIFY(found.sizes() == expected.sizes());
        QVERIFY((found - expected).abs().max().item<double>() <= 1e-5 * expected.abs().max().item<double>());

        const auto after = Tokenizer::open(copy);
        QCOMPARE(after->vocabularySize(), 400);
        for (int id = 0; id < 400; ++id) QCOMPARE(after->token(id), before->token(keep[static_cast<std::size_t>(id)]));
        const std::string text = someText(20000) + "ein Käse, 日本語 🙂";
        const auto now = after->encode(text), then = before->encode(text);
        QVERIFY(now.size() > then.size());
        QCOMPARE(after->decode(now), before->decode(then));
    }

    /// Special tokens behind all others, chat template, rows that belong to no token: every file of the copy speaks of the new ids.
    void everyFileOfACopyFollows() {
        at::NoGradGuard guard;
        const TempFolder folder;
        fs::create_directory(folder.path() / "tokenizer");
        fs::copy_file(kFixtures / "qwen2" / "tokenizer.json", folder.path() / "tokenizer/tokenizer.json");
        folder.write(
            "tokenizer/tokenizer_config.json",
            R"({"bos_token": "FRIEND", "eos_token": "<pad>", "chat_template": "{{ bos_token }}{{ messages[0].content }}<pad>",
                         "added_tokens_decoder": {"481": {"content": "FRIEND"}, "482": {"content": "<pad>", "special": true}}})");
        folder.write("tokenizer/generation_config.json", R"({"eos_token_id": [482, 1], "pad_token_id": 483, "top_k": 7})");
        folder.write("tokenizer/LICENSE", "as it is");
        const auto config = parseConfig(
            R"({"model_type": "llama", "vocab_size": 490, "hidden_size": 16, "num_hidden_layers": 2, "intermediate_size": 12,
                "num_attention_heads": 2, "num_key_value_heads": 1, "head_dim": 8, "max_position_embeddings": 64,
                "bos_token_id": 481, "eos_token_id": 482, "pad_token_id": 483})",
            "config.json");
        const auto model = randomModel(config, 5);
        const auto source = folder.path() / "model", copy = folder.path() / "copy";
        exportHuggingFace(*model, source, {folder.path() / "tokenizer"}, {});
        const TokenClosure closure(source, 490);
        QCOMPARE(closure.tokens(), 484);
        const auto before = Tokenizer::open(source);
        const auto keep = chooseBySize(closure, countTokens(*before, {kText}, {}), 350);
        copied(source, {DropPart{0, BlockPart::Block}, TrimVocabulary{keep}}, copy);

        const auto file = [&](const char* name) { return json::parse(readFile(copy / name)); };
        const json own = file("config.json");
        QCOMPARE(own["vocab_size"], json(350));
        QCOMPARE(own["bos_token_id"], json(347));
        QCOMPARE(own["eos_token_id"], json(348));
        QCOMPARE(own["pad_token_id"], json(349));
        const json generation = file("generation_config.json");
        QCOMPARE(generation["eos_token_id"], json::parse("[348, 1]"));
        QCOMPARE(generation["pad_token_id"], json(349));
        QCOMPARE(generation["top_k"], json(7));
        QVERIFY(file("tokenizer_config.json")["added_tokens_decoder"].contains("347"));
        QCOMPARE(file("pruning.json")["edits"][1]["keep"], json(keep));
        QCOMPARE(readFile(copy / "LICENSE"), std::string("as it is"));
        QVERIFY(!fs::exists(copy / "tokenizer"));
        QVERIFY(readFile(copy / "README.md").find("350 of the original's 490") != std::string::npos);

        const auto after = Tokenizer::open(copy);
        QCOMPARE(after->bosId(), 347);
        const auto chat = ChatTemplate::open(copy)->encode(*after, {{"user", "Once upon a time"}}, false);
        QVERIFY(chat.front() == 347 && chat.back() == 348);
        const auto small = loadModel(Checkpoint::open(copy));
        QCOMPARE(small->config().bosId, 347);
        const auto whole = applyEdits(*model, traceStructure(config), {DropPart{0, BlockPart::Block}});
        const auto ids = randomIds(350, 1, 20, 4);
        const auto expected =
            whole->logits(index(keep).index_select(0, ids.flatten()).unsqueeze(0), {}).index_select(2, index(keep));
        QVERIFY((small->logits(ids, {}) - expected).abs().max().item<double>() <= 1e-6);
    }

    /// Nothing is written for a set that the tokenizer cannot work with; without a tokenizer there is none to work with.
    void aCopyIsRefusedWithThePlaceInTheEdits() {
        const TempFolder folder;
        const Stories stories;
        std::vector<int> keep = stories.closure.required();
        std::erase(keep, 3 + 0x41);
        const auto copy = folder.path() / "copy";
        const auto error = caught([&] { copied(kBundled, {TrimVocabulary{keep}}, copy); });
        QVERIFY(says(error, ErrorCode::BadInput, "edits.json /edits/0/keep"));
        QVERIFY(says(error, ErrorCode::BadInput, "a byte that other characters fall back to"));
        QVERIFY(!fs::exists(copy));
        const auto bare = folder.path() / "bare";
        fs::create_directory(bare);
        for (const char* name : {"config.json", "model.safetensors"}) fs::copy_file(kBundled / name, bare / name);
        QCOMPARE(copied(bare, {TrimVocabulary{keep}}, copy).vocabulary, static_cast<int>(keep.size()));
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
        const auto counts = countTokens(*stories.tokenizer, {kText}, {});
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

}  // namespace tst_trimmed_vocabulary

QTEST_APPLESS_MAIN(tst_trimmed_vocabulary::TestTrimmedVocabulary)
#include "tst_trimmed_vocabulary.moc"
