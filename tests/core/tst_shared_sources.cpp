#include "core/io/atomic_file.h"
#include "core/run/shared_sources.h"
#include "core/text/shared_paragraphs.h"

#include <QTemporaryDir>
#include <QtTest>

#include <filesystem>

namespace tst_shared_sources {

using namespace lorashear;
namespace fs = std::filesystem;

namespace {

const std::string kFirst =
    "The lighthouse keeper counted forty-one ships before the fog came in from the north that evening.";
const std::string kSecond =
    "Nobody in the village remembered when the second bridge had been built, nor by whom it was paid for.";
const std::string kThird =
    "A train of eleven wagons left the harbour every night at ten, loaded with salt and with empty barrels.";

}  // namespace

class TestSharedSources : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;

    std::string file(const char* name, const std::string& text) const {
        const fs::path path = fs::path(m_folder.path().toStdString()) / name;
        writeFile(path, text);
        return path.string();
    }
    static Recipe recipeOn(const std::string& trained, const std::string& reported) {
        Recipe recipe;
        recipe.training.sources = {{"trained", trained, SourceFormat::Auto}};
        recipe.recovery.enabled = false;
        recipe.evaluation.texts = {{"reported", reported, 512, 0, 0, true}};
        return recipe;
    }

private Q_SLOTS:
    void paragraphsAreKnownAgain() {
        const std::string text = "= Heading =\n" + kFirst + "\n" + kSecond + "\n" + kThird + "\n";
        QCOMPARE(sharedParagraphs(text, text), 3);
        QCOMPARE(sharedParagraphs(text, kSecond), 1);
        QCOMPARE(sharedParagraphs(kSecond, text), 1);
        QCOMPARE(sharedParagraphs(text, "= Heading =\n"), 0);
        QCOMPARE(sharedParagraphs("", text), 0);
        QCOMPARE(sharedParagraphs(kFirst + "\n" + kFirst, text), 2);
        // Another edition: small letters, blanks around punctuation, two paragraphs in one line, another word at the end of one.
        const std::string other =
            "so : the lighthouse keeper counted forty @-@ one ships before the fog came in from the north that morning . nobody in the "
            "village remembered when the second bridge had been built , nor by whom it was paid for .";
        QCOMPARE(sharedParagraphs(text, other), 2);
        std::string changed = kFirst;
        changed.replace(changed.find("before"), 6, "behind");
        QCOMPARE(sharedParagraphs(changed, text), 0);
    }

    void theBundledTextsAreApart() {
        const std::string folder = LORASHEAR_SOURCE_DIR "/resources/data/";
        const auto shared = [&](const char* a, const char* b) {
            return sharedParagraphs(readFile(folder + a), readFile(folder + b));
        };
        QVERIFY(shared("train_excerpt.txt", "valid.txt") <= kParagraphsByChance);
        QVERIFY(shared("wikipedia_train.txt", "wikipedia_valid.txt") <= kParagraphsByChance);
    }

    void aCopyUnderAnotherNameIsFound() {
        const std::string text = kFirst + "\n";
        const Recipe empty;
        QVERIFY(sharedSources({&empty}).empty());
        const Recipe recipe = recipeOn(file("a.txt", text), file("b.txt", text));
        const auto warnings = sharedSources({&recipe});
        QCOMPARE(warnings.size(), std::size_t{1});
        QVERIFY2(warnings[0].find("b.txt is reported as \"reported\"") == 0, warnings[0].c_str());
        QVERIFY2(warnings[0].find("(under the name a.txt)") != std::string::npos, warnings[0].c_str());
    }

    void partsOfAFileAreFound() {
        const std::string trained = kThird + "\n" + kFirst + "\nOther words.\n" + kSecond + "\n";
        const std::string records = "{\"text\": \"" + kFirst + "\\n" + kSecond + "\"}\n{\"text\": \"" + kThird + "\"}\n";
        const std::string reported = file("c.txt", kFirst + " " + kSecond + "\n" + kThird + "\nAnd one line more.\n");
        for (const auto& source : {file("d.txt", trained), file("e.jsonl", records)}) {
            const Recipe recipe = recipeOn(source, reported);
            const auto warnings = sharedSources({&recipe, &recipe});
            QCOMPARE(warnings.size(), std::size_t{1});
            QVERIFY2(warnings[0].find("holds 3 paragraphs of " + fs::path(source).filename().string()) != std::string::npos,
                     warnings[0].c_str());
        }
        const Recipe two = recipeOn(file("f.txt", kFirst + "\n" + kSecond + "\n"), reported);  // quotations
        QVERIFY(sharedSources({&two}).empty());
    }

    void whatWasChosenOnIsFoundToo() {
        const Recipe recipe = recipeOn(file("g.txt", "Something else altogether.\n"), file("h.txt", kFirst + "\n"));
        QVERIFY(sharedSources({&recipe}).empty());
        const auto warnings = sharedSources({&recipe}, {file("i.txt", kFirst + "\n")});
        QCOMPARE(warnings.size(), std::size_t{1});
        QVERIFY2(warnings[0].find("settings were chosen on it") != std::string::npos, warnings[0].c_str());
    }
};

}  // namespace tst_shared_sources

QTEST_GUILESS_MAIN(tst_shared_sources::TestSharedSources)
#include "tst_shared_sources.moc"
