// Reading training and evaluation text, the Alpaca prompt, windows, and what is refused.

#include "core/io/atomic_file.h"
#include "core/io/strict_json.h"
#include "core/text/source_reading.h"
#include "core/text/tokenizer.h"
#include "tests/support/caught.h"
#include "tests/support/temp_folder.h"

#include <QtTest>

namespace tst_text_source {

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

    /// A file is read in pieces: where they meet, nothing is lost, and what is said of a line or a byte is said of the file's.
    void aLargeFileIsReadAsASmallOne() {
        const TempFolder folder;
        std::string text = "\xEF\xBB\xBF", paragraph;
        for (int i = 0; text.size() < 900'000; ++i) {
            paragraph =
                "Line " + std::to_string(i) + " \xC3\xA4\xE2\x82\xAC" + std::string(static_cast<std::size_t>(i % 977), 'x');
            text += paragraph + (i % 7 == 0 ? "\r\n\r\n" : "\r\n");
        }
        text += std::string(600'000, 'y') + "\n\n\nthe end";  // a line longer than a piece
        const auto file = folder.write("large.txt", text);
        QCOMPARE(readWholeText(file), text.substr(3));
        const auto documents = readDocuments(file);
        QCOMPARE(documents.back().text, std::string("the end"));
        std::string again;
        for (const Document& document : documents) again += document.text + "\n";
        std::string wanted = text.substr(3) + "\n";
        std::erase(wanted, '\r');
        for (std::size_t at = 0; (at = wanted.find("\n\n")) != std::string::npos;) wanted.erase(at, 1);
        QCOMPARE(again, wanted);
        std::string latin = text;
        for (std::size_t at = latin.size() - 300'000; at < latin.size() - 299'000; ++at) latin[at] = '\xE4';
        const auto bad = refusal("latin.txt", latin);
        const auto line =
            1 + std::count(latin.begin(), latin.begin() + static_cast<std::ptrdiff_t>(latin.find('\xE4', 3)), '\n');
        QVERIFY(bad.has_value());
        QVERIFY2(bad->subject().ends_with("latin.txt:" + std::to_string(line)), bad->what());
        QVERIFY(bad->message().find("at 1000 places") != std::string::npos);
        QVERIFY(says(refusal("zero.txt", text + std::string(1, '\0')), ErrorCode::BadInput, "zero bytes"));
    }

    void readingStopsWhenAsked() {
        const TempFolder folder;
        const std::string record = R"({"text": "Once upon a time"})";
        std::string lines, array = "[" + record;
        while (lines.size() < 2'000'000) lines += record + "\n", array += ",\n" + record;
        array += "]";
        std::stop_source stopped;
        stopped.request_stop();
        Control control;
        control.stop = stopped.get_token();
        for (const auto& [name, content] : {std::pair{"a.txt", lines}, {"a.jsonl", lines}, {"a.json", array}}) {
            const auto file = folder.write(name, content);
            QVERIFY2(readDocuments(file).size() > 0, name);
            QVERIFY2(says(caught([&] { readDocuments(file, SourceFormat::Auto, control); }), ErrorCode::Cancelled, ""),
                     name);
            QVERIFY2(says(caught([&] { readWholeText(file, control); }), ErrorCode::Cancelled, ""), name);
        }
        int calls = 0;  // JSON in one piece is parsed for long after it was read
        const auto parsing = [&] {
            parseStrictJson(array, "a.json", JsonFrom::Person, 64, [&] {
                if (++calls == 3) throw Error(ErrorCode::Cancelled, "", "");
            });
        };
        QVERIFY(says(caught(parsing), ErrorCode::Cancelled, ""));
    }

    /// What is left out is counted: nobody should have to find out from a loss that a tenth of the answers is missing.
    void emptyExamplesAreCounted() {
        const TempFolder folder;
        LeftOut leftOut;
        const auto file = folder.write("a.jsonl", R"({"instruction":"Add.","output":"3"}
{"instruction":"Sing.","output":" "}

{"prompt":"Hm","completion":""}
{"text":"z"})");
        QCOMPARE(readDocuments(file, SourceFormat::Auto, {}, &leftOut).size(), std::size_t{2});
        QCOMPARE(leftOut.records, std::size_t{2});
        QCOMPARE(leftOut.of, std::size_t{4});
        QVERIFY2(leftOut.note("a").find("2 of 4 records are left out") != std::string::npos && leftOut.first == "line 2",
                 leftOut.note("a").c_str());
        LeftOut none;
        readDocuments(folder.write("b.json", R"([{"text":"x"}])"), SourceFormat::Auto, {}, &none);
        QVERIFY(none.note("b").empty());
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

}  // namespace tst_text_source

QTEST_APPLESS_MAIN(tst_text_source::TestTextSource)
#include "tst_text_source.moc"
