// Smaller vocabularies: what may go, what every file says afterwards, and that texts are still cut and put together as before.

#include "core/base/random.h"
#include "core/io/atomic_file.h"
#include "core/io/gguf.h"
#include "core/text/json_tokenizer.h"
#include "core/text/sentencepiece_file.h"
#include "core/text/sentencepiece_tokenizer.h"
#include "core/text/token_choice.h"
#include "core/text/token_closure.h"
#include "core/text/tokenizer.h"
#include "core/text/trimmed_tokenizer.h"
#include "core/text/utf8.h"
#include "tests/support/caught.h"
#include "tests/support/gguf_builder.h"
#include "tests/support/temp_folder.h"

#include <nlohmann/json.hpp>

#include <QtTest>

#include <algorithm>
#include <numeric>
#include <set>

namespace tst_trimmed_tokenizer {

using namespace lorashear;
using namespace lorashear::test;
using nlohmann::json;
namespace fs = std::filesystem;

namespace {

const fs::path kBundled = LORASHEAR_SOURCE_DIR "/resources/models/stories260K";
const fs::path kFixtures = LORASHEAR_SOURCE_DIR "/tests/data/tokenizers";
const fs::path kText = LORASHEAR_SOURCE_DIR "/resources/data/valid.txt";

/// Every kind of tokenizer at hand: fixtures, the bundled model, and in ../shared a GGUF file.
std::vector<fs::path> sources() {
    std::vector<fs::path> all{kBundled};
    for (const char* kind : {"gpt2", "llama3", "qwen2", "smollm", "folded", "llama2", "gemma", "metaspace"})
        all.push_back(kFixtures / kind);
    for (const char* shared : {"babyllama105", "aidreams260K", "stories260K/stories260K.gguf"})
        if (const fs::path path = fs::path(LORASHEAR_SHARED_DIR) / "models" / shared; fs::exists(path))
            all.push_back(path);
        else
            qInfo("without %s: checks fewer tokenizers", path.c_str());
    return all;
}

/// Strings in eight scripts with emoji and control characters, and random ones stuck together from their pieces.
std::vector<std::string> strings() {
    static const auto kAll = [] {
        std::vector<std::string> all;
        const json expected = json::parse(readFile(kFixtures / "expected.json"));
        for (const json& text : expected["strings"]) all.push_back(text.get<std::string>());
        Random random(7, "strings");
        const std::size_t given = all.size();
        for (int i = 0; i < 400; ++i) {
            std::string text;
            for (std::uint64_t n = random.below(40) + 1; n > 0; --n) {
                if (random.below(3) == 0) {
                    const std::string& other = all[random.below(given)];
                    text += repairUtf8(other.substr(0, random.below(12)));
                    continue;
                }
                std::uint64_t code = random.below(random.below(4) == 0 ? 0x110000 : 0x3000);
                if (code >= 0xD800 && code < 0xE000) code = 0x1F600 + code % 64;
                appendUtf8(text, static_cast<char32_t>(code));
            }
            all.push_back(text);
        }
        all.push_back(readFile(kText).substr(0, 20000));
        return all;
    }();
    return kAll;
}

/// Every text at hand.
std::vector<fs::path> texts() {
    std::vector<fs::path> files;
    for (const char* root : {LORASHEAR_SOURCE_DIR "/resources/data", LORASHEAR_SHARED_DIR "/data"}) {
        if (!fs::exists(root)) {
            qInfo("without %s: checks fewer texts", root);
            continue;
        }
        for (const auto& entry : fs::recursive_directory_iterator(root))
            if (entry.is_regular_file() && entry.path().extension() != ".md") files.push_back(entry.path());
    }
    return files;
}

struct Trimmed {
    TempFolder folder;
    TokenRenumbering ids;
    std::unique_ptr<Tokenizer> before, after;

    Trimmed(const fs::path& source, const std::vector<int>& keep) : ids(keep), before(Tokenizer::open(source)) {
        writeTrimmedTokenizer(source, ids, folder.path());
        after = Tokenizer::open(folder.path());
    }
};

TokenCounts countsOf(const fs::path& source) {
    return countTokens(*Tokenizer::open(source), {kText}, {});
}

int rowsOf(const fs::path& source) {
    return Tokenizer::open(source)->vocabularySize();
}

/// What has to hold for a closed set on these texts; gives how many were cut exactly as before.
int checkTexts(const Trimmed& trimmed, const std::vector<std::string>& texts) {
    int exact = 0;
    for (const std::string& text : texts) {
        const auto before = trimmed.before->encode(text), after = trimmed.after->encode(text);
        std::vector<int> renumbered;
        for (const int id : before) renumbered.push_back(trimmed.ids.of(id));
        const bool allKept = std::find(renumbered.begin(), renumbered.end(), -1) == renumbered.end();
        if (allKept && after != renumbered) qWarning("cut another way: %s", text.c_str());
        if (allKept && after != renumbered) return -1;
        exact += allKept && !text.empty();
        if (trimmed.after->decode(after) == trimmed.before->decode(before)) continue;
        qWarning("is not the same text again: %s, but %s", trimmed.before->decode(before).c_str(),
                 trimmed.after->decode(after).c_str());
        return -1;
    }
    return exact;
}

/// Tokens that their own text gave, and does no longer.
int unreachable(const Trimmed& trimmed) {
    int lost = 0;
    for (const int id : trimmed.ids.kept()) {
        const std::string text = trimmed.before->decode({id});
        const bool reached = trimmed.before->encode(text) == std::vector<int>{id};
        lost += reached && trimmed.after->encode(text) != std::vector<int>{trimmed.ids.of(id)};
    }
    return lost;
}

}  // namespace

class TestTrimmedTokenizer : public QObject {
    Q_OBJECT

    static void eachSource() {
        QTest::addColumn<QString>("source");
        for (const fs::path& source : sources()) QTest::newRow(source.filename().c_str()) << QString::fromStdString(source);
    }
    static fs::path row() {
        QFETCH(QString, source);
        return source.toStdString();
    }

private Q_SLOTS:
    void everyTextComesBack_data() { eachSource(); }
    void everyTextComesBack() {
        const fs::path source = row();
        const TokenClosure closure(source, rowsOf(source));
        const auto counts = countsOf(source);
        const int least = static_cast<int>(closure.required().size());
        for (const int size : {least, (least + closure.tokens()) / 2, closure.tokens()}) {
            const auto keep = chooseBySize(closure, counts, size);
            QCOMPARE(static_cast<int>(keep.size()), size);
            closure.check(keep, "/edits/0/keep");
            const Trimmed trimmed(source, keep);
            QCOMPARE(trimmed.after->vocabularySize(), size);
            const int exact = checkTexts(trimmed, strings());
            QVERIFY(exact >= 0);
            if (size == closure.tokens()) QVERIFY(exact > 400);
            QCOMPARE(unreachable(trimmed), 0);
        }
    }

    /// What plans go by: however many of the lowest ranks go, what is left is closed and holds what is used most.
    void everyNumberOfTheHighestRanksIsClosed_data() { eachSource(); }
    void everyNumberOfTheHighestRanksIsClosed() {
        const fs::path source = row();
        const TokenClosure closure(source, rowsOf(source));
        const auto counts = countsOf(source);
        const auto ranks = rankTokens(closure, counts);
        QCOMPARE(static_cast<int>(ranks.size()), closure.rows());
        std::vector<int> order(ranks.size());
        std::iota(order.begin(), order.end(), 0);
        std::sort(order.begin(), order.end(),
                  [&](int a, int b) { return ranks[static_cast<std::size_t>(a)] > ranks[static_cast<std::size_t>(b)]; });
        for (std::size_t i = 0; i < closure.required().size(); ++i)
            QVERIFY(std::binary_search(closure.required().begin(), closure.required().end(), order[i]));
        // Token by token: all that one needs stands before it, which is every number at once.
        std::vector<bool> kept(ranks.size());
        for (const int id : closure.required()) kept[static_cast<std::size_t>(id)] = true;
        for (std::size_t i = closure.required().size(); i < order.size(); ++i) {
            const auto at = static_cast<std::size_t>(order[i]);
            QCOMPARE(closure.has(order[i]), ranks[at] > 0);
            if (!closure.has(order[i])) continue;
            QCOMPARE(closure.missing(order[i], kept), std::vector<int>{order[i]});
            kept[at] = true;
        }
        const int size = (static_cast<int>(closure.required().size()) + closure.tokens()) / 2;
        std::vector<int> keep(order.begin(), order.begin() + size);
        std::sort(keep.begin(), keep.end());
        closure.check(keep, "/edits/0/keep");
        QCOMPARE(Trimmed(source, keep).after->vocabularySize(), size);
    }

    /// Sets that no calibration would choose: any tokens, with what they are made from.
    void anyClosedSetDoes_data() { eachSource(); }
    void anyClosedSetDoes() {
        const fs::path source = row();
        const TokenClosure closure(source, rowsOf(source));
        Random random(3, "sets");
        for (int round = 0; round < 4; ++round) {
            std::vector<bool> kept(static_cast<std::size_t>(closure.rows()));
            for (const int id : closure.required()) kept[static_cast<std::size_t>(id)] = true;
            for (int id = 0; id < closure.rows(); ++id)
                if (closure.has(id) && random.below(4) <= static_cast<std::uint64_t>(round % 3))
                    for (const int needed : closure.missing(id, kept)) kept[static_cast<std::size_t>(needed)] = true;
            std::vector<int> keep;
            for (int id = 0; id < closure.rows(); ++id)
                if (kept[static_cast<std::size_t>(id)]) keep.push_back(id);
            closure.check(keep, "/edits/0/keep");
            const Trimmed trimmed(source, keep);
            QVERIFY(checkTexts(trimmed, strings()) >= 0);
            QCOMPARE(unreachable(trimmed), 0);
        }
    }

    void textsInEightScriptsComeBack_data() {
        QTest::addColumn<QString>("source");
        for (const fs::path& source : {kBundled, kFixtures / "qwen2", kFixtures / "gemma"})
            QTest::newRow(source.filename().c_str()) << QString::fromStdString(source);
    }
    /// Whole files, far from what the kept tokens were counted on.
    void textsInEightScriptsComeBack() {
        const fs::path source = row();
        const TokenClosure closure(source, rowsOf(source));
        const int least = static_cast<int>(closure.required().size());
        const Trimmed trimmed(source, chooseBySize(closure, countsOf(source), least + (closure.tokens() - least) / 2));
        std::int64_t more = 0;
        for (const fs::path& file : texts()) {
            const std::string text = repairUtf8(readFile(file).substr(0, 300000));
            const auto before = trimmed.before->encode(text), after = trimmed.after->encode(text);
            QVERIFY2(trimmed.after->decode(after) == trimmed.before->decode(before), file.c_str());
            more += static_cast<std::int64_t>(after.size()) - static_cast<std::int64_t>(before.size());
        }
        QVERIFY(more > 0);
    }

    /// The form of the first GPT-2s: a vocabulary and merges, nothing else.
    void vocabularyAndMergesAreTrimmed() {
        const json root = json::parse(readFile(kFixtures / "gpt2" / "tokenizer.json"));
        const TempFolder source;
        source.write("config.json", R"({"model_type":"gpt2","vocab_size":480})");
        source.write("vocab.json", root.at("model").at("vocab").dump());
        std::string merges = "#version: 0.2\r\n";
        for (const json& merge : root.at("model").at("merges"))
            merges += (merge.is_string() ? merge.get<std::string>()
                                         : merge[0].get<std::string>() + " " + merge[1].get<std::string>()) +
                      "\r\n";
        source.write("merges.txt", merges);
        const TokenClosure closure(source.path(), 480);
        const auto keep = chooseBySize(closure, countsOf(source.path()), 380);
        const Trimmed trimmed(source.path(), keep);
        QVERIFY(!fs::exists(trimmed.folder.path() / "tokenizer.json"));
        QCOMPARE(json::parse(readFile(trimmed.folder.path() / "vocab.json")).size(), std::size_t{380});
        QVERIFY(checkTexts(trimmed, strings()) > 0);
        QCOMPARE(unreachable(trimmed), 0);
    }

    /// Chat tokens that a fine-tune added beside tokenizer.model stay themselves.
    void tokensBesideTheVocabularyStay_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("content");
        QTest::newRow("list") << "added_tokens.json"
                              << R"({"<|im_start|>": 512, "<|im_end|>": 513})";
        QTest::newRow("decoder") << "tokenizer_config.json"
                                 << R"({"added_tokens_decoder": {"512": {"content": "<|im_start|>", "special": true},
                                        "513": {"content": "<|im_end|>", "special": true}}})";
    }
    void tokensBesideTheVocabularyStay() {
        QFETCH(QString, name);
        QFETCH(QString, content);
        const TempFolder source;
        fs::copy_file(kBundled / "tokenizer.model", source.path() / "tokenizer.model");
        source.write(name.toStdString(), content.toStdString());
        const TokenClosure closure(source.path(), 514);
        QCOMPARE(closure.tokens(), 514);
        const auto keep = chooseBySize(closure, countsOf(source.path()), 400);
        const Trimmed trimmed(source.path(), keep);
        QCOMPARE(trimmed.after->idOf("<|im_start|>"), 398);
        QCOMPARE(trimmed.after->idOf("<|im_end|>"), 399);
        const std::string text = "<|im_start|>user\nTell me a story<|im_end|>\n";
        const auto ids = trimmed.after->encode(text);
        QVERIFY(ids.front() == 398 && std::count(ids.begin(), ids.end(), 399) == 1);
        QCOMPARE(trimmed.after->decode(ids), trimmed.before->decode(trimmed.before->encode(text)));
        auto without = keep;
        without.pop_back();
        QVERIFY(says(caught([&] { closure.check(without, "/keep"); }), ErrorCode::BadInput, "a special or added token"));
    }

    /// A list of forbidden tokens forces none to stay; a sequence with a token that has gone cannot be written and is forgotten.
    void forbiddenTokensMayGo() {
        const TempFolder source;
        source.write("tokenizer.json",
                     R"({"model":{"type":"BPE","vocab":{"a":0,"b":1,"ab":2,"ba":3},"merges":[["a","b"],["b","a"]]}})");
        source.write("tokenizer.model.v3", "another program's");
        source.write("generation_config.json", R"({"bad_words_ids":[[0,2],[3,1],[3]],"suppress_tokens":[2,3]})");
        const TokenClosure closure(source.path(), 4);
        QCOMPARE(closure.required(), (std::vector<int>{0, 1}));
        const Trimmed trimmed(source.path(), {0, 1, 3});
        QCOMPARE(json::parse(readFile(trimmed.folder.path() / "generation_config.json")),
                 json::parse(R"({"bad_words_ids":[[2,1],[2]],"suppress_tokens":[2]})"));
        QVERIFY(!fs::exists(trimmed.folder.path() / "tokenizer.model.v3"));
    }

    void bothFilesOfAFolderStillAgree() {
        const TokenClosure closure(kBundled, 512);
        const Trimmed trimmed(kBundled, chooseBySize(closure, countsOf(kBundled), 400));
        QVERIFY(trimmed.after->describe().starts_with(
            "SentencePiece, 400"));  // it is preferred only while both hold the same tokens
        const auto own = openJsonTokenizer(trimmed.folder.path());
        const auto library = openSentencePieceTokenizer(trimmed.folder.path());
        std::string text =
            readFile(kText).substr(0, 100000);  // the library takes repeated spaces together, the other file does not
        text.erase(std::unique(text.begin(), text.end(), [](char a, char b) { return a == ' ' && b == ' '; }), text.end());
        while (text.ends_with(' ')) text.pop_back();
        QVERIFY(own->encode(text) == library->encode(text));
        QCOMPARE(library->bosId(), 1);
        QCOMPARE(library->eosIds(), (std::vector<int>{1, 2}));
        QCOMPARE(library->unknownId(), 0);
        QVERIFY(trimmed.before->encode(text).size() < library->encode(text).size());
    }

    /// Sorted ids only move down, so a file whose special tokens stand behind the others is what shows that all places are renumbered.
    void everyFileGetsTheNewIds() {
        const TempFolder source;
        json root = json::parse(
            R"({"model":{"type":"BPE","vocab":{"a":0,"b":1,"c":2,"ab":3,"bc":4,"abc":5},"merges":[["a","b"],["b","c"],["ab","c"]]},
                "added_tokens":[{"id":6,"content":"<s>","special":true},{"id":7,"content":"</s>","special":true},{"id":8,"content":"<|tool|>"}],
                "padding":{"pad_id":7,"pad_token":"</s>"},
                "post_processor":{"type":"Sequence","processors":[{"type":"RobertaProcessing","cls":["<s>",6],"sep":["</s>",7]},
                {"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"<s>","type_id":0}},{"Sequence":{"id":"A","type_id":0}}],
                 "special_tokens":{"<s>":{"id":"<s>","ids":[6],"tokens":["<s>"]}}}]}})");
        source.write("tokenizer.json", root.dump());
        source.write("vocab.json", root["model"]["vocab"].dump());
        source.write("merges.txt", "#version: 0.2\na b\nb c\nab c\n");
        source.write("added_tokens.json", R"({"<s>":6,"</s>":7,"<|tool|>":8})");
        source.write("special_tokens_map.json", R"({"bos_token":"<s>"})");
        source.write(
            "tokenizer_config.json",
            R"({"bos_token":"<s>","added_tokens_decoder":{"6":{"content":"<s>"},"7":{"content":"</s>"},"8":{"content":"<|tool|>"}}})");
        source.write("generation_config.json", R"({"eos_token_id":[7,8],"pad_token_id":-1,"suppress_tokens":[3,4]})");
        source.write(
            "config.json",
            R"({"vocab_size":12,"bos_token_id":6,"eos_token_id":7,"text_config":{"vocab_size":12,"pad_token_id":7}})");
        source.write("chat_template.jinja", "{{ messages }}");
        const TokenClosure closure(source.path(), 12);
        QCOMPARE(closure.tokens(), 9);
        QCOMPARE(closure.required(), (std::vector<int>{0, 1, 2, 6, 7, 8}));
        const std::vector<int> keep{0, 1, 2, 4, 6, 7, 8};
        closure.check(keep, "/keep");
        const Trimmed trimmed(source.path(), keep);
        const auto file = [&](const char* name) { return json::parse(readFile(trimmed.folder.path() / name)); };
        const json whole = file("tokenizer.json");
        QCOMPARE(whole["model"]["vocab"], json::parse(R"({"a":0,"b":1,"c":2,"bc":3})"));
        QCOMPARE(whole["model"]["merges"], json::parse(R"([["b","c"]])"));
        QCOMPARE(whole["added_tokens"][0]["id"], json(4));
        QCOMPARE(whole["added_tokens"][2]["id"], json(6));
        QCOMPARE(whole["padding"]["pad_id"], json(5));
        QCOMPARE(whole["post_processor"]["processors"][0]["sep"], json::parse(R"(["</s>",5])"));
        QCOMPARE(whole["post_processor"]["processors"][1]["special_tokens"]["<s>"]["ids"], json::parse("[4]"));
        QCOMPARE(file("vocab.json"), whole["model"]["vocab"]);
        QCOMPARE(readFile(trimmed.folder.path() / "merges.txt"), std::string("#version: 0.2\nb c\n"));
        QCOMPARE(file("added_tokens.json"), json::parse(R"({"<s>":4,"</s>":5,"<|tool|>":6})"));
        QCOMPARE(file("tokenizer_config.json")["added_tokens_decoder"],
                 json::parse(R"({"4":{"content":"<s>"},"5":{"content":"</s>"},"6":{"content":"<|tool|>"}})"));
        QCOMPARE(file("generation_config.json"),
                 json::parse(R"({"eos_token_id":[5,6],"pad_token_id":-1,"suppress_tokens":[3]})"));
        QCOMPARE(
            file("config.json"),
            json::parse(
                R"({"vocab_size":7,"bos_token_id":4,"eos_token_id":5,"text_config":{"vocab_size":7,"pad_token_id":5}})"));
        QCOMPARE(readFile(trimmed.folder.path() / "chat_template.jinja"), std::string("{{ messages }}"));
        QCOMPARE(readFile(trimmed.folder.path() / "special_tokens_map.json"), std::string(R"({"bos_token":"<s>"})"));
        QCOMPARE(trimmed.after->encode("<s>abc<|tool|>"), (std::vector<int>{4, 0, 3, 6}));
        QCOMPARE(trimmed.after->bosId(), 4);
    }

    void ggufBlocksAreTrimmed() {
        GgufBuilder file;
        file.text("tokenizer.ggml.model", "gpt2");
        file.text("tokenizer.ggml.pre", "gpt-2");
        file.texts("tokenizer.ggml.tokens", {"a", "b", "c", "ab", "bc", "<s>", "</s>", "[PAD7]"});
        file.numbers<std::int32_t>("tokenizer.ggml.token_type", 5, {1, 1, 1, 1, 1, 3, 3, 5});
        file.numbers<float>("tokenizer.ggml.scores", 6, {0, 1, 2, 3, 4, 5, 6, 7});
        file.texts("tokenizer.ggml.merges", {"a b", "b c"});
        file.u32("tokenizer.ggml.bos_token_id", 5);
        file.u32("tokenizer.ggml.eos_token_id", 6);
        file.u32("tokenizer.ggml.unknown_token_id", 4294967295u);
        file.flag("tokenizer.ggml.add_bos_token", true);
        file.text("tokenizer.chat_template", "{{ messages }}");
        file.text("tokenizer.huggingface.json", "{}");
        const TempFolder source;
        const fs::path path = source.write("x.gguf", file.bytes());
        const TokenClosure closure(path, 8);
        QCOMPARE(closure.required(), (std::vector<int>{0, 1, 2, 5, 6}));
        const Trimmed trimmed(path, {0, 1, 2, 4, 5, 6});
        QCOMPARE(trimmed.after->encode("abc"), (std::vector<int>{0, 3}));
        QCOMPARE(trimmed.after->bosId(), 4);
        const auto block = GgufFile::open(trimmed.folder.path() / "tokenizer.gguf");
        QCOMPARE(*block->texts("tokenizer.ggml.tokens"),
                 (std::vector<std::string_view>{"a", "b", "c", "bc", "<s>", "</s>"}));
        QCOMPARE(*block->texts("tokenizer.ggml.merges"), (std::vector<std::string_view>{"b c"}));
        QCOMPARE(*block->numbers("tokenizer.ggml.scores"), (std::vector<double>{0, 1, 2, 4, 5, 6}));
        QCOMPARE(*block->integers("tokenizer.ggml.token_type"), (std::vector<std::int64_t>{1, 1, 1, 1, 3, 3}));
        QCOMPARE(*block->integer("tokenizer.ggml.eos_token_id"), std::int64_t{5});
        QCOMPARE(*block->integer("tokenizer.ggml.unknown_token_id"), std::int64_t{4294967295});
        QCOMPARE(*block->text("tokenizer.chat_template"), std::string("{{ messages }}"));
        QVERIFY(!block->has("tokenizer.huggingface.json"));
    }

    void refusesSetsThatBreakTheTokenizer() {
        const TokenClosure closure(kBundled, 520);
        auto good = chooseBySize(closure, countsOf(kBundled), 400);
        const auto refusal = [&](const std::vector<int>& keep) {
            return caught([&] { closure.check(keep, "/edits/2/keep"); });
        };
        QVERIFY(!refusal(good));
        auto keep = good;
        keep.push_back(520);
        QVERIFY(says(refusal(keep), ErrorCode::BadInput, "/edits/2/keep/400"));
        QVERIFY(says(refusal(keep), ErrorCode::BadInput, "520 is no token of this model"));
        keep.back() = -1;
        QVERIFY(says(refusal(keep), ErrorCode::BadInput, "-1 is no token"));
        keep.back() = good.front();
        QVERIFY(says(refusal(keep), ErrorCode::BadInput, "is there twice"));
        keep = good;
        keep.erase(keep.begin() + 2);
        QVERIFY(says(refusal(keep), ErrorCode::BadInput, "token 2 (\"</s>\") is missing"));
        keep = good;
        std::erase(keep, 3 + 0xE2);
        QVERIFY(says(refusal(keep), ErrorCode::BadInput, "a byte that other characters fall back to"));
        keep = good;
        const auto tokenizer = Tokenizer::open(kBundled);
        std::erase(keep, tokenizer->idOf("▁t"));
        QVERIFY(says(refusal(keep), ErrorCode::BadInput, "is made from"));
        keep = good;
        keep.push_back(515);  // a row beyond the tokenizer
        QVERIFY(!refusal(keep));
    }

    void saysHowFewAndHowManyCanBeKept() {
        const TokenClosure closure(kBundled, 512);
        const auto counts = countsOf(kBundled);
        const auto few = caught([&] { chooseBySize(closure, counts, 10); });
        QVERIFY(says(few, ErrorCode::Impossible, std::to_string(closure.required().size()) + " must stay"));
        QVERIFY(says(caught([&] { chooseBySize(closure, counts, 513); }), ErrorCode::Impossible, "the tokenizer has 512"));
    }

    void choosesByCount() {
        const TokenClosure closure(kBundled, 512);
        const auto counts = countsOf(kBundled);
        const auto keep = chooseByCount(closure, counts, 100);
        closure.check(keep, "/keep");
        const std::set<int> kept(keep.begin(), keep.end());
        for (int id = 0; id < 512; ++id)
            if (counts.perToken[static_cast<std::size_t>(id)] >= 100) QVERIFY(kept.contains(id));
        QVERIFY(keep.size() < 512);
        QCOMPARE(chooseByCount(closure, counts, counts.total + 1), closure.required());
    }

    void refusesVocabulariesThatMarkWords() {
        const TempFolder folder;
        folder.write(
            "tokenizer.json",
            R"({"model":{"type":"BPE","vocab":{"a":0,"##b":1,"ab":2},"merges":[["a","##b"]],"continuing_subword_prefix":"##"}})");
        QVERIFY(says(caught([&] { TokenClosure(folder.path(), 3); }), ErrorCode::Unsupported, "marks tokens inside"));
        folder.write("tokenizer.json", R"({"model":{"type":"WordPiece","vocab":{"a":0}}})");
        QVERIFY(says(caught([&] { TokenClosure(folder.path(), 3); }), ErrorCode::Unsupported, "WordPiece"));
    }

    void pieceFilesThatAreNoneAreRefused() {
        QVERIFY(!SentencePieceFile::parse("IQ== 0\nIg== 1\n"));
        QVERIFY(!SentencePieceFile::parse(""));
        const std::string bytes = readFile(kBundled / "tokenizer.model");
        const auto whole = SentencePieceFile::parse(bytes);
        QVERIFY(whole);
        QCOMPARE(whole->pieces().size(), std::size_t{512});
        QVERIFY(whole->model() == SentencePieceFile::Model::Bpe);
        QVERIFY(whole->byteFallback());
        Random random(5, "bytes");
        for (int i = 0; i < 2000; ++i) {  // whatever the bytes, an answer
            std::string changed = bytes.substr(0, random.below(bytes.size()));
            for (int n = 0; n < 3 && !changed.empty(); ++n)
                changed[random.below(changed.size())] = static_cast<char>(random.below(256));
            if (const auto file = SentencePieceFile::parse(changed)) file->trimmed(TokenRenumbering({0, 1, 2}));
        }
    }
};

}  // namespace tst_trimmed_tokenizer

QTEST_APPLESS_MAIN(tst_trimmed_tokenizer::TestTrimmedTokenizer)
#include "tst_trimmed_tokenizer.moc"
