// Tokenizers: ids equal to SentencePiece's and Hugging Face's, and refusals in words.

#include "core/io/atomic_file.h"
#include "core/text/json_tokenizer.h"
#include "core/text/sentencepiece_tokenizer.h"
#include "core/text/tokenizer.h"
#include "core/text/utf8.h"
#include "core/text/vocabulary_limit.h"
#include "tests/support/caught.h"
#include "tests/support/temp_folder.h"

#include <nlohmann/json.hpp>

#include <QtTest>

#include <algorithm>
#include <thread>

namespace tst_tokenizer {

using namespace lorashear;
using namespace lorashear::test;
using nlohmann::json;
namespace fs = std::filesystem;

namespace {

const fs::path kBundled = LORASHEAR_SOURCE_DIR "/resources/models/stories260K";
const fs::path kFixtures = LORASHEAR_SOURCE_DIR "/tests/data/tokenizers";

std::vector<fs::path> modelFolders() {
    std::vector<fs::path> folders{kBundled};
    for (const char* name : {"babyllama105", "aidreams260K"})
        if (const fs::path folder = fs::path(LORASHEAR_SHARED_DIR) / "models" / name; fs::exists(folder))
            folders.push_back(folder);
    return folders;
}

std::vector<fs::path> texts() {
    std::vector<fs::path> files;
    for (const char* root : {LORASHEAR_SOURCE_DIR "/resources/data", LORASHEAR_SHARED_DIR "/data"}) {
        if (!fs::exists(root)) continue;
        for (const auto& entry : fs::recursive_directory_iterator(root))
            if (entry.is_regular_file() && entry.path().extension() != ".md") files.push_back(entry.path());
    }
    return files;
}

/// What SentencePiece's remove_extra_whitespaces does to spaces; and no text that looks like a special token.
std::string withoutExtraSpaces(const std::string& text) {
    std::string result;
    for (const char c : text)
        if (c != ' ' || (!result.empty() && result.back() != ' ')) result += c;
    while (result.ends_with(' ')) result.pop_back();
    for (std::size_t at = 0; (at = result.find("<unk>", at)) != std::string::npos;) result[at] = '[';
    return result;
}

std::string smallTokenizer(const std::string& change = "{}") {
    json root = json::parse(
        R"({"model":{"type":"BPE","vocab":{"<u>":0,"a":1,"b":2,"ab":3," ":4},"merges":[["a","b"]],"unk_token":"<u>"}})");
    root.merge_patch(json::parse(change));
    return root.dump();
}

std::optional<Error> refusal(const std::string& tokenizer, const std::string& config = "{}") {
    const TempFolder folder;
    folder.write("tokenizer.json", tokenizer);
    folder.write("tokenizer_config.json", config);
    return caught([&] { Tokenizer::open(folder.path()); });
}

/// A tokenizer of bytes, with special tokens as a test wants them.
class Bytes : public Tokenizer {
public:
    int bos = -1;
    std::vector<int> eos;
    bool adds = false;

    std::vector<int> encode(std::string_view text) const override { return {text.begin(), text.end()}; }
    std::string decode(const std::vector<int>& ids) const override { return {ids.begin(), ids.end()}; }
    int vocabularySize() const override { return 300; }
    int bosId() const override { return bos; }
    std::vector<int> eosIds() const override { return eos; }
    int unknownId() const override { return -1; }
    bool addsBos() const override { return adds; }
    std::string describe() const override { return "bytes"; }
    std::string token(int id) const override { return std::string(1, static_cast<char>(id)); }
    int idOf(std::string_view) const override { return -1; }
};

}  // namespace

class TestTokenizer : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void whereATextBegins() {
        Bytes bytes;
        QCOMPARE(promptIds(bytes, "a"), (std::vector<int>{97}));
        QVERIFY(promptIds(bytes, "").empty());
        bytes.adds = true;  // without a BOS there is nothing to add
        QCOMPARE(promptIds(bytes, "a"), (std::vector<int>{97}));
        bytes.bos = 256;
        QCOMPARE(promptIds(bytes, "a"), (std::vector<int>{256, 97}));
        QCOMPARE(promptIds(bytes, ""), (std::vector<int>{256}));
        bytes.adds = false;
        QCOMPARE(promptIds(bytes, "a"), (std::vector<int>{97}));
        QCOMPARE(promptIds(bytes, ""), (std::vector<int>{256}));
    }

    void whereATextEnds() {
        Bytes bytes;
        QVERIFY(endIds(bytes, {}).empty());
        bytes.eos = {299, 257};
        QCOMPARE(endIds(bytes, {}), (std::vector<int>{257, 299}));
        bytes.bos = 256;
        QCOMPARE(endIds(bytes, {257, 258}), (std::vector<int>{256, 257, 258, 299}));
    }

    // tokenizer_config.json, config.json and generation_config.json may each name another token: all of them end a text.
    void endsOfAllFilesCount() {
        const TempFolder folder;
        folder.write("tokenizer.json", smallTokenizer());
        folder.write("tokenizer_config.json", R"({"eos_token": "ab"})");
        folder.write("config.json", R"({"eos_token_id": 2})");
        QCOMPARE(endIds(*Tokenizer::open(folder.path()), {2}), (std::vector<int>{2, 3}));
        folder.write("generation_config.json", R"({"eos_token_id": [1, 2]})");
        QCOMPARE(endIds(*Tokenizer::open(folder.path()), {2}), (std::vector<int>{1, 2, 3}));
        QCOMPARE(Tokenizer::open(folder.path())->eosIds().front(),
                 1);  // the one that closes training documents stays the first
    }

    void matchesReferenceIds() {
        for (const fs::path& folder : modelFolders()) {
            const json reference = json::parse(readFile(folder / "reference.json"));
            auto expected = reference["ids"].get<std::vector<int>>();
            expected.erase(expected.begin());  // BOS
            for (const auto& tokenizer :
                 {Tokenizer::open(folder), openJsonTokenizer(folder), openSentencePieceTokenizer(folder)}) {
                QCOMPARE(tokenizer->encode(reference["text"].get<std::string>()), expected);
                QCOMPARE(tokenizer->decode(expected), reference["text"].get<std::string>());
                QCOMPARE(tokenizer->bosId(), 1);
                QVERIFY(tokenizer->addsBos());
                QCOMPARE(tokenizer->eosIds(), (std::vector<int>{1, 2}));
                QCOMPARE(tokenizer->unknownId(), 0);
                QCOMPARE(tokenizer->idOf("</s>"), 2);
                QCOMPARE(tokenizer->idOf("no such token"), -1);
                QCOMPARE(tokenizer->token(1), std::string("<s>"));
            }
        }
    }

    void opensTheLibrarysForTheSameVocabulary() {
        QVERIFY(Tokenizer::open(kBundled)->describe().starts_with("SentencePiece"));
        const std::string text = readFile(LORASHEAR_SOURCE_DIR "/resources/data/valid.txt");
        QCOMPARE(Tokenizer::open(kBundled)->encode(text), openSentencePieceTokenizer(kBundled)->encode(text));
        QCOMPARE(Tokenizer::open(kBundled)->encode("a  b"), Tokenizer::open(kBundled)->encode("a b"));
    }

    /// Our own BPE against the library on every text: two implementations, one result, once the texts have no repeated spaces (the
    /// library removes them, tokenizer.json keeps them).
    void ownEncodingEqualsSentencePiece() {
        int compared = 0;
        for (const fs::path& folder : modelFolders()) {
            const auto own = openJsonTokenizer(folder);
            const auto library = openSentencePieceTokenizer(folder);
            for (const fs::path& file : texts()) {
                const std::string text = withoutExtraSpaces(repairUtf8(readFile(file)));
                const auto ids = own->encode(text);
                QVERIFY2(ids == library->encode(text), file.c_str());
                if (std::find(ids.begin(), ids.end(), own->unknownId()) ==
                    ids.end())  // else they space what is left differently
                    QVERIFY2(own->decode(ids) == library->decode(ids), file.c_str());
                ++compared;
            }
        }
        QVERIFY(compared >= 3);
    }

    void equalsHuggingFace_data() {
        QTest::addColumn<QString>("kind");
        for (const char* kind : {"gpt2", "llama3", "qwen2", "smollm", "folded", "llama2", "gemma", "metaspace"})
            QTest::newRow(kind) << kind;
    }
    void equalsHuggingFace() {
        QFETCH(QString, kind);
        const json expected = json::parse(readFile(kFixtures / "expected.json"));
        const json& mine = expected[kind.toStdString()];
        const auto tokenizer = openJsonTokenizer(kFixtures / kind.toStdString());
        for (std::size_t i = 0; i < expected["strings"].size(); ++i) {
            const auto text = expected["strings"][i].get<std::string>();
            const auto ids = mine["ids"][i].get<std::vector<int>>();
            QVERIFY2(tokenizer->encode(text) == ids, text.c_str());
            QCOMPARE(QByteArray::fromStdString(tokenizer->decode(ids)),
                     QByteArray::fromStdString(mine["text"][i].get<std::string>()));
        }
    }

    void readsTemplates() {
        const auto withTemplate = openJsonTokenizer(kFixtures / "llama3");
        QCOMPARE(withTemplate->token(withTemplate->bosId()), std::string("<|begin|>"));
        QVERIFY(withTemplate->addsBos());
        const auto without = openJsonTokenizer(kFixtures / "gpt2");
        QCOMPARE(without->bosId(), -1);
        QVERIFY(!without->addsBos());
    }

    void acceptsAnyBytes() {
        const auto library = Tokenizer::open(kBundled), own = openJsonTokenizer(kBundled),
                   bytes = openJsonTokenizer(kFixtures / "gpt2");
        for (const std::string& text :
             {std::string("a\xff\xfe z"), std::string("\xe2\x82"), std::string("a\0b", 3), std::string("\xed\xa0\x80")})
            for (const auto* tokenizer : {library.get(), own.get(), bytes.get()})
                QCOMPARE(QByteArray::fromStdString(tokenizer->decode(tokenizer->encode(text))),
                         QByteArray::fromStdString(repairUtf8(text)));
        QVERIFY(own->encode("").empty());
        QVERIFY(library->encode("").empty());
    }

    void decodesAnything() {
        for (const auto& tokenizer : {Tokenizer::open(kBundled), openJsonTokenizer(kBundled)}) {
            QCOMPARE(tokenizer->decode({}), std::string());
            QCOMPARE(tokenizer->decode({-1, 99999, 0, 1, 2}), std::string());
            const int lead = tokenizer->idOf("<0xE2>");
            QVERIFY(lead >= 0);
            QVERIFY(isValidUtf8(tokenizer->decode({lead, lead, lead})));
            QVERIFY(tokenizer->decode({lead}).find("\xEF\xBF\xBD") != std::string::npos);
        }
    }

    void encodesFromManyThreads() {
        const auto tokenizer = openJsonTokenizer(kFixtures / "llama3");
        const std::string text = readFile(LORASHEAR_SOURCE_DIR "/resources/data/valid.txt").substr(0, 100000);
        const auto expected = openJsonTokenizer(kFixtures / "llama3")->encode(text);
        std::vector<std::vector<int>> results(4);
        {
            std::vector<std::jthread> threads;
            for (auto& result : results) threads.emplace_back([&] { result = tokenizer->encode(text); });
        }
        for (const auto& result : results) QVERIFY(result == expected);
    }

    void prefersJsonThatKnowsMore() {
        const TempFolder folder;
        fs::copy_file(kBundled / "tokenizer.model", folder.path() / "tokenizer.model");
        json root = json::parse(readFile(kBundled / "tokenizer.json"));
        root["added_tokens"].push_back({{"id", 512}, {"content", "<|user|>"}, {"special", true}});
        folder.write("tokenizer.json", root.dump());
        const auto tokenizer = Tokenizer::open(folder.path());
        QVERIFY(tokenizer->describe().starts_with("tokenizer.json"));
        QCOMPARE(tokenizer->encode("<|user|>"), std::vector<int>{512});
        folder.write("tokenizer.model", "IQ== 0\nIg== 1\n");  // Llama 3's other format of that name
        QVERIFY(Tokenizer::open(folder.path())->describe().starts_with("tokenizer.json"));
    }

    /// Ids as transformers 5.23 gives them for a ChatML fine-tune of the bundled model saved with the slow tokenizer.
    void addedTokensBesideSentencePieceStandForThemselves() {
        const TempFolder folder;
        fs::copy_file(kBundled / "tokenizer.model", folder.path() / "tokenizer.model");
        folder.write("added_tokens.json", R"({"<|im_start|>": 512, "<|im_end|>": 513})");
        folder.write("special_tokens_map.json",
                     R"({"eos_token": "<|im_end|>", "additional_special_tokens": ["<|im_start|>"]})");
        const std::string question = "<|im_start|>user\nTell me a story<|im_end|>\n<|im_start|>assistant\n";
        const std::vector<int> ids{512, 318, 419, 285, 13,  434, 411, 306, 284, 411, 261, 349, 304,
                                   422, 513, 410, 13,  512, 261, 419, 419, 293, 413, 303, 413, 13};
        auto tokenizer = Tokenizer::open(folder.path());
        QCOMPARE(tokenizer->encode(question), ids);
        QCOMPARE(tokenizer->encode("a<|im_end|>b"), (std::vector<int>{261, 513, 268}));
        QCOMPARE(tokenizer->vocabularySize(), 514);
        QCOMPARE(tokenizer->idOf("<|im_end|>"), 513);
        QCOMPARE(tokenizer->token(512), std::string("<|im_start|>"));
        QVERIFY(std::ranges::count(tokenizer->eosIds(), 513) == 1);
        QCOMPARE(tokenizer->decode(tokenizer->encode("Once upon<|im_end|>")), std::string("Once upon"));
        folder.write("tokenizer_config.json",
                     R"({"legacy": false, "added_tokens_decoder": {"0": {"content": "<unk>", "special": true},
                         "513": {"content": "<|im_end|>", "special": false}}})");
        tokenizer = Tokenizer::open(folder.path());
        QCOMPARE(tokenizer->encode("a<|im_end|>b"), (std::vector<int>{261, 513, 430}));
        QCOMPARE(tokenizer->decode({261, 513, 268}), std::string("a<|im_end|> b"));
        folder.write("added_tokens.json", R"({"<x>": 2000000000})");
        QVERIFY(says(caught([&] { Tokenizer::open(folder.path()); }), ErrorCode::BadInput, "\"<x>\""));
    }

    /// The files of the first published GPT-2s say what tokenizer.json says.
    void vocabularyAndMergesAreATokenizer() {
        const json root = json::parse(readFile(kFixtures / "gpt2" / "tokenizer.json"));
        const TempFolder folder;
        folder.write("config.json", R"({"model_type": "gpt2"})");
        folder.write("vocab.json", root.at("model").at("vocab").dump());
        std::string merges = "#version: 0.2\n";
        for (const json& merge : root.at("model").at("merges"))
            merges += (merge.is_string() ? merge.get<std::string>()
                                         : merge[0].get<std::string>() + " " + merge[1].get<std::string>()) +
                      "\n";
        folder.write("merges.txt", merges);
        const auto tokenizer = Tokenizer::open(folder.path());
        const auto expected = openJsonTokenizer(kFixtures / "gpt2");
        const std::string text =
            readFile(LORASHEAR_SOURCE_DIR "/resources/data/valid.txt").substr(0, 20000) + " 3.14, don't\n\n  x é🙂";
        QCOMPARE(tokenizer->encode(text), expected->encode(text));
        QCOMPARE(tokenizer->decode(tokenizer->encode(text)), text);
        const int next = tokenizer->vocabularySize();  // tokens added beside them
        folder.write("added_tokens.json", json{{"<x>", next}}.dump());
        QCOMPARE(Tokenizer::open(folder.path())->encode("<x>"), std::vector<int>{next});
        fs::remove(folder.path() / "added_tokens.json");
        folder.write("tokenizer_config.json", R"({"tokenizer_class": "RobertaTokenizer"})");
        const auto other = caught([&] { Tokenizer::open(folder.path()); });
        QVERIFY(says(other, ErrorCode::Unsupported, "RobertaTokenizer"));
        QVERIFY(other->hint().find("save_pretrained") != std::string::npos);
        fs::remove(folder.path() / "tokenizer_config.json");
        folder.write("merges.txt", "a b c\n");
        QVERIFY(says(caught([&] { Tokenizer::open(folder.path()); }), ErrorCode::BadInput, "merges.txt:1"));
    }

    /// A tokenizer may know more than a model has rows, until a text really holds such a token.
    void tokensBeyondTheModelAreRefusedWhereTheyOccur() {
        const TempFolder folder;
        folder.write("tokenizer.json", smallTokenizer(R"({"added_tokens":[{"id":5,"content":"<pad>","special":true}]})"));
        const auto tokenizer = limitedTo(5, Tokenizer::open(folder.path()));
        QCOMPARE(tokenizer->vocabularySize(), 5);
        QCOMPARE(tokenizer->encode("ab a"), (std::vector<int>{3, 4, 1}));
        const auto error = caught([&] { tokenizer->encode("ab\na<pad>"); });
        QVERIFY(says(error, ErrorCode::BadInput, "\"<pad>\" (id 5)"));
        QVERIFY(says(error, ErrorCode::BadInput, "line 2"));
        QCOMPARE(tokenizer->idOf("<pad>"), -1);
        QCOMPARE(limitedTo(6, Tokenizer::open(folder.path()))->encode("<pad>"), std::vector<int>{5});
    }

    void refuses_data() {
        QTest::addColumn<QByteArray>("change");
        QTest::addColumn<int>("code");
        QTest::addColumn<QByteArray>("words");
        const auto row = [](const char* name, const char* change, ErrorCode code, const char* words) {
            QTest::newRow(name) << QByteArray(change) << static_cast<int>(code) << QByteArray(words);
        };
        using enum ErrorCode;
        row("no model", R"({"model":null})", BadInput, "model");
        row("Unigram", R"({"model":{"type":"Unigram"}})", Unsupported, "Unigram");
        row("no vocabulary", R"({"model":{"vocab":null}})", BadInput, "vocab");
        row("bad id", R"({"model":{"vocab":{"c":-1}}})", BadInput, "\"c\"");
        row("huge id", R"({"model":{"vocab":{"c":4000000000}}})", BadInput, "\"c\"");
        row("no merges", R"({"model":{"merges":null}})", BadInput, "merges");
        row("merge of strangers", R"({"model":{"merges":[["a","x"]]}})", BadInput, "\"x\"");
        row("merge without result", R"({"model":{"merges":[["b","a"]]}})", BadInput, "\"ba\"");
        row("merge of one", R"({"model":{"merges":["ab"]}})", BadInput, "merge 0");
        row("merge of three", R"({"model":{"merges":["a b a"]}})", BadInput, "merge 0");
        row("merge of numbers", R"({"model":{"merges":[[1,2]]}})", BadInput, "merge 0");
        row("unknown token unknown", R"({"model":{"unk_token":"<x>"}})", BadInput, "<x>");
        row("dropout", R"({"model":{"dropout":0.1}})", Unsupported, "dropout");
        row("normalizer", R"({"normalizer":{"type":"Precompiled"}})", Unsupported, "Precompiled");
        row("normalizer within", R"({"normalizer":{"type":"Sequence","normalizers":[{"type":"Precompiled"}]}})", Unsupported,
            "Precompiled");
        row("pre-tokenizer", R"({"pre_tokenizer":{"type":"UnicodeScripts"}})", Unsupported, "UnicodeScripts");
        row("no type", R"({"pre_tokenizer":{}})", BadInput, "type");
        row("decoder", R"({"decoder":{"type":"CTC"}})", Unsupported, "CTC");
        row("post-processor", R"({"post_processor":{"type":"Odd"}})", Unsupported, "Odd");
        row("broken regex", R"({"pre_tokenizer":{"type":"Split","pattern":{"Regex":"*a"},"behavior":"Isolated"}})",
            Unsupported, "*a");
        row("set intersection", R"({"pre_tokenizer":{"type":"Split","pattern":{"Regex":"[a&&b]"},"behavior":"Isolated"}})",
            Unsupported, "&&");
        row("split behavior", R"({"pre_tokenizer":{"type":"Split","pattern":{"String":"a"},"behavior":"Odd"}})", Unsupported,
            "Odd");
        row("added token without id", R"({"added_tokens":[{"content":"<x>"}]})", BadInput, "<x>");
        row("added token with a huge id", R"({"added_tokens":[{"content":"<x>","id":2000000000}]})", BadInput, "<x>");
        row("added tokens no list", R"({"added_tokens":{}})", BadInput, "added_tokens");
    }
    void refuses() {
        QFETCH(QByteArray, change);
        QFETCH(int, code);
        QFETCH(QByteArray, words);
        const auto error = refusal(smallTokenizer(change.toStdString()));
        QVERIFY2(says(error, static_cast<ErrorCode>(code), words.toStdString()), error ? error->what() : "opened");
        QVERIFY(error->subject().ends_with("tokenizer.json"));
    }

    void refusesBrokenFiles() {
        QVERIFY(!refusal(smallTokenizer()));
        QVERIFY(says(refusal("{\"model\":"), ErrorCode::BadInput, "not valid JSON"));
        QVERIFY(says(refusal("[]"), ErrorCode::BadInput, "not an object"));
        QVERIFY(says(refusal(smallTokenizer(), R"({"bos_token":"<s>"})"), ErrorCode::BadInput, "BOS token \"<s>\""));
        QVERIFY(says(refusal(smallTokenizer(), R"({"eos_token":{"content":"</s>"}})"), ErrorCode::BadInput,
                     "EOS token \"</s>\""));
        const TempFolder folder;
        QVERIFY(says(caught([&] { Tokenizer::open(folder.path()); }), ErrorCode::BadInput, "neither"));
        folder.write("tokenizer.model", "nothing of the kind");
        QVERIFY(says(caught([&] { Tokenizer::open(folder.path()); }), ErrorCode::BadInput, "SentencePiece"));
    }

    void refusesTextItCannotRepresent() {
        const TempFolder folder;
        folder.write("tokenizer.json", smallTokenizer(R"({"model":{"unk_token":null}})"));
        const auto tokenizer = Tokenizer::open(folder.path());
        QCOMPARE(tokenizer->encode("abba"), (std::vector<int>{3, 2, 1}));
        QVERIFY(says(caught([&] { tokenizer->encode("abc"); }), ErrorCode::BadInput, "\"c\""));
    }

    void boundsHostileExpressions() {
        const TempFolder folder;
        folder.write(
            "tokenizer.json",
            smallTokenizer(R"({"pre_tokenizer":{"type":"Split","pattern":{"Regex":"(a+)+$"},"behavior":"Isolated"}})"));
        const auto tokenizer = Tokenizer::open(folder.path());
        std::string hostile(60, 'a');
        hostile += 'b';
        QVERIFY(says(caught([&] { tokenizer->encode(hostile); }), ErrorCode::Unsupported, "gave up"));
    }

    /// One word of two million characters: needs a merge that does not grow with the square.
    void encodesOneLongWord() {
        const TempFolder folder;
        folder.write("tokenizer.json", smallTokenizer());
        std::string word;
        for (int i = 0; i < 1'000'000; ++i) word += "ab";
        QCOMPARE(Tokenizer::open(folder.path())->encode(word), std::vector<int>(1'000'000, 3));
    }
};

}  // namespace tst_tokenizer

QTEST_APPLESS_MAIN(tst_tokenizer::TestTokenizer)
#include "tst_tokenizer.moc"
