// Reading training and evaluation text, the Alpaca prompt, windows, and what is refused.

#include "core/io/atomic_file.h"
#include "core/text/text_source.h"
#include "core/text/tokenizer.h"
#include "tests/support/caught.h"
#include "tests/support/temp_folder.h"

#include <QtTest>

using namespace lorashear;
using namespace lorashear::test;

namespace {

std::vector<Document> documentsOf(const std::string& name, const std::string& content,
                                  SourceFormat format = SourceFormat::Auto) {
    const TempFolder folder;
    return readDocuments(folder.write(name, content), format);
}

std::optional<Error> refusal(const std::string& name, const std::string& content) {
    return caught([&] { documentsOf(name, content); });
}

}  // namespace

class TestTextSource : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void splitsTextAtBlankLines() {
        const auto documents = documentsOf("a.txt", "\xEF\xBB\xBFone\r\nmore\r\n\r\n \t\ntwo\n\n\n\nthree");
        QCOMPARE(documents.size(), std::size_t{3});
        QCOMPARE(documents[0].text, std::string("one\nmore"));
        QCOMPARE(documents[1].text, std::string("two"));
        QCOMPARE(documents[2].text, std::string("three"));
        QVERIFY(documents[0].prompt.empty());
    }

    void readsJsonLines() {
        const auto documents = documentsOf("a.jsonl", "{\"text\":\"x\\ny\",\"id\":1}\n\n{\"text\":\"\"}\n{\"text\":\"z\"}");
        QCOMPARE(documents.size(), std::size_t{2});
        QCOMPARE(documents[0].text, std::string("x\ny"));
        QCOMPARE(documents[1].text, std::string("z"));
    }

    void readsAlpaca() {
        const auto documents =
            documentsOf("a.json", R"([{"instruction":"Add.","input":"1 2","output":"3"},)"
                                  R"({"instruction":"Sing.","input":"","output":"la"},{"instruction":"Hm.","output":""}])");
        QCOMPARE(documents.size(), std::size_t{2});
        QCOMPARE(
            documents[0].prompt,
            std::string(
                "Below is an instruction that describes a task, paired with an input that provides further context. Write a response that "
                "appropriately completes the request.\n\n### Instruction:\nAdd.\n\n### Input:\n1 2\n\n### Response:\n"));
        QCOMPARE(
            documents[1].prompt,
            std::string(
                "Below is an instruction that describes a task. Write a response that appropriately completes the request.\n\n"
                "### Instruction:\nSing.\n\n### Response:\n"));
        QCOMPARE(documents[1].text, std::string("la"));
    }

    void goesByFormatWhenAsked() {
        QCOMPARE(documentsOf("a.dat", "{\"text\":\"x\"}", SourceFormat::JsonLines)[0].text, std::string("x"));
        QCOMPARE(documentsOf("a.raw", "{\"text\":\"x\"}")[0].text, std::string("{\"text\":\"x\"}"));
    }

    void namesOfJsonLinesAreOneFormat() {
        const std::string lines = "{\"text\":\"one\"}\n{\"text\":\"two\"}\n";
        for (const char* name : {"a.jsonl", "a.ndjson", "A.JSONL", "a.jsonlines", "a.json"}) {
            const auto documents = documentsOf(name, lines);
            QCOMPARE(documents.size(), std::size_t{2});
            QCOMPARE(documents[1].text, std::string("two"));
            QVERIFY(documents[1].prompt.empty());
        }
        QCOMPARE(documentsOf("a.json", "[{\"text\":\"one\"},\n{\"text\":\"two\"}]").size(), std::size_t{2});
        QCOMPARE(documentsOf("A.TXT", "x").front().text, std::string("x"));
    }

    void instructionsAreReadInLinesToo() {
        const std::string record = R"({"instruction":"Add.","input":null,"output":"3"})";
        const auto array = documentsOf("a.json", "[" + record + "]"), lines = documentsOf("a.jsonl", record + "\n" + record);
        QCOMPARE(lines.size(), std::size_t{2});
        QCOMPARE(lines[1].prompt, array[0].prompt);
        QCOMPARE(lines[1].text, std::string("3"));
        const auto pair = documentsOf("a.jsonl", R"({"prompt":"Q:","completion":" A"})");
        QCOMPARE(pair[0].prompt, std::string("Q:"));
        QCOMPARE(pair[0].text, std::string(" A"));
    }

    void saysWhichShapesAreRead() {
        const auto hinted = [](const std::optional<Error>& error, const char* words) {
            return error && error->code() == ErrorCode::BadInput && error->hint().find(words) != std::string::npos;
        };
        QVERIFY(hinted(refusal("a.jsonl", R"({"messages":[{"role":"user","content":"x"}]})"), "\"completion\""));
        QVERIFY(hinted(refusal("a.json", R"([{"conversations":[{"from":"human","value":"x"}]}])"), "\"completion\""));
        QVERIFY(hinted(refusal("a.jsonl", R"({"body":"x"})"), "\"instruction\""));
        QVERIFY(says(refusal("a.jsonl", R"({"body":"x"})"), ErrorCode::BadInput, "\"body\""));
        QVERIFY(hinted(refusal("a.jsonl", "{\"text\":\"x\"}\n{\"text\":\"y\",\"score\":NaN}"), "NaN"));
        QVERIFY(hinted(refusal("a.jsonl", "{\"text\":\"a \\ud83d b\"}"), "half a character"));
        QVERIFY(says(refusal("a.jsonl", "{\"text\":\"a \\ud83d b\"}"), ErrorCode::BadInput, "a.jsonl:1"));
        QVERIFY(!refusal("a.jsonl", "{\"text\":\"a \\ud83d\\ude00 b\"}"));
        for (const char* name : {"t.csv", "t.TSV", "t.parquet", "t.jsonl.gz", "t.zip"})
            QVERIFY2(hinted(refusal(name, "instruction,output\n\"a\",\"b\"\n"), "JSON"), name);
    }

    void otherEncodingsAreNamedWithTheirLine() {
        const auto latin = refusal("a.txt", "plain\n\ncaf\xe9 and more\n");
        QVERIFY(says(latin, ErrorCode::BadInput, "a.txt:3"));
        QVERIFY(says(latin, ErrorCode::BadInput, "UTF-8"));
        const std::string text(30000, 'x');
        QCOMPARE(documentsOf("a.txt", text + "\xe9").front().text, text + "\xEF\xBF\xBD");  // one stray byte in a large text
        QVERIFY(says(refusal("a.txt", "version https://git-lfs.github.com/spec/v1\noid sha256:ab\nsize 12\n"),
                     ErrorCode::BadInput, "Git LFS"));
    }

    void refuses() {
        QVERIFY(says(refusal("a.txt", ""), ErrorCode::BadInput, "holds no text"));
        QVERIFY(says(refusal("a.txt", " \n\n\t"), ErrorCode::BadInput, "holds no text"));
        QVERIFY(says(refusal("a.txt", std::string("h\0i\0", 4)), ErrorCode::BadInput, "zero bytes"));
        QVERIFY(says(refusal("a.jsonl", "{\"text\":\"x\"}\n{\"text\":"), ErrorCode::BadInput, "a.jsonl:2"));
        QVERIFY(says(refusal("a.jsonl", "{\"text\":\"x\"}\n\n{\"body\":\"y\"}"), ErrorCode::BadInput, "a.jsonl:3"));
        QVERIFY(says(refusal("a.jsonl", "{\"text\":3}"), ErrorCode::BadInput, "a.jsonl:1"));
        QVERIFY(says(refusal("a.jsonl", "{\"text\":\"\"}"), ErrorCode::BadInput, "holds no documents"));
        QVERIFY(says(refusal("a.json", "{}"), ErrorCode::BadInput, "array"));
        QVERIFY(says(refusal("a.json", "[]"), ErrorCode::BadInput, "holds no documents"));
        QVERIFY(says(refusal("a.json", "[3]"), ErrorCode::BadInput, "record 0"));
        QVERIFY(says(refusal("a.json", "[{\"instruction\":\"x\"}]"), ErrorCode::BadInput, "\"output\""));
        QVERIFY(says(refusal("a.json", "[{\"instruction\":1,\"output\":\"x\"}]"), ErrorCode::BadInput, "\"instruction\""));
        QVERIFY(says(caught([] { readDocuments("/nonexistent/a.txt"); }), ErrorCode::BadInput, "does not exist"));
    }

    void readsTheBundledTexts() {
        const std::string data = LORASHEAR_SOURCE_DIR "/resources/data/";
        QVERIFY(readDocuments(data + "train_excerpt.txt").size() > 100);
        QCOMPARE(readDocuments(data + "alpaca_seed_tasks.json").size() > 150, true);
        QCOMPARE(readWholeText(data + "valid.txt"), readFile(data + "valid.txt"));
    }

    void cutsWindows() {
        const auto tokenizer = Tokenizer::open(LORASHEAR_SOURCE_DIR "/resources/models/stories260K");
        const std::string text = readWholeText(LORASHEAR_SOURCE_DIR "/resources/data/valid.txt");
        const auto ids = tokenizer->encode(text);
        const auto windows = windowsOf(*tokenizer, text, 128, true, 0);
        QCOMPARE(windows.size(), ids.size() / 127);
        for (const Sequence& window : windows) {
            QCOMPARE(window.ids.size(), std::size_t{128});
            QCOMPARE(window.ids.front(), 1);
            QCOMPARE(window.lossMask, std::vector<bool>(127, true));
        }
        QCOMPARE(windows[1].ids[1], ids[127]);
        QCOMPARE(windowsOf(*tokenizer, text, 128, false, 5)[1].ids.front(), ids[128]);
        QCOMPARE(windowsOf(*tokenizer, text, 128, false, 5).size(), std::size_t{5});
    }

    void keepsOneShortWindow() {
        const auto tokenizer = Tokenizer::open(LORASHEAR_SOURCE_DIR "/resources/models/stories260K");
        const auto windows = windowsOf(*tokenizer, "Once upon", 512, true, 10);
        QCOMPARE(windows.size(), std::size_t{1});
        QCOMPARE(windows[0].ids.size(), tokenizer->encode("Once upon").size() + 1);
        QVERIFY(says(caught([&] { windowsOf(*tokenizer, "", 512, true, 0); }), ErrorCode::BadInput, "too few"));
        QVERIFY(says(caught([&] { windowsOf(*tokenizer, " the", 512, false, 0); }), ErrorCode::BadInput, "too few"));
        QVERIFY(says(caught([&] { windowsOf(*tokenizer, "Once upon", 1, true, 0); }), ErrorCode::Usage, "window"));
    }

    void dropsShortAndIrregular() {
        QCOMPARE(withoutIrregularCharacters("a\x01\x7f\r\n\tb\xEF\xBF\xBD\xEF\xBB\xBF\xC2\xADé日🙂\xff"),
                 std::string("a\n\tbé日🙂"));
        const auto tokenizer = Tokenizer::open(LORASHEAR_SOURCE_DIR "/resources/models/stories260K");
        std::string longText;
        for (int i = 0; i < 80; ++i) longText += "once ";
        const auto kept = withoutShortParagraphs({{{}, "short"}, {{}, longText}, {"prompt", "yes"}}, *tokenizer);
        QCOMPARE(kept.size(), std::size_t{2});
        QCOMPARE(kept[1].text, std::string("yes"));
        QCOMPARE(withoutShortParagraphs({{{}, "short"}}, *tokenizer, 0).size(), std::size_t{1});
    }
};

QTEST_APPLESS_MAIN(TestTextSource)
#include "tst_text_source.moc"
