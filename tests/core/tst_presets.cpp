#include "core/base/error.h"
#include "core/eval/few_tokens.h"
#include "core/eval/presets.h"
#include "core/run/recipe.h"

#include <QtTest>

#include <cmath>

namespace tst_presets {

using namespace lorashear;

namespace {

Recipe withPreset(const std::string& preset, bool bos) {
    return parseRecipe(
        R"({"version": 1, "model": {"path": "m"}, "evaluation": {"preset": ")" + preset +
            R"(", "texts": [{"name": "a", "path": "a.txt", "window": 300, "stride": 50, "max_windows": 7, "bos": )" +
            (bos ? "true" : "false") + R"(}, {"name": "b", "path": "b.txt"}]}})",
        "test");
}

}  // namespace

class TestPresets : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theTable() {
        QCOMPARE(presetNames(), (std::vector<std::string>{"none", "P1", "P2-2048", "P3"}));
        QCOMPARE(evaluationPreset("P1")->window, 128);
        QVERIFY(evaluationPreset("P1")->bos == false && !evaluationPreset("P1")->taskBos);
        QCOMPARE(evaluationPreset("P2-2048")->window, 2048);
        QVERIFY(!evaluationPreset("P2-2048")->bos.has_value());
        QVERIFY(evaluationPreset("P3")->bos == true && evaluationPreset("P3")->taskBos);
        QVERIFY(!evaluationPreset("none") && !evaluationPreset("P4"));
    }

    /// A perplexity of three tokens looks like any other: how many there were is said where they are few.
    void fewTokensAreSaid() {
        QVERIFY(fewTokensWarning("a.txt", kFewTokens).empty());
        QCOMPARE(fewTokensWarning("a.txt", 2),
                 std::string("the perplexity of a.txt is that of 2 tokens: fewer than 200 say little of a model"));
        QVERIFY(fewTokensWarning("a.txt", 1).find("of 1 token:") != std::string::npos);
    }

    /// What a preset fixes is not what was asked for: both stand in a recipe, so that is said.
    void whatAPresetOverridesIsNoted() {
        QCOMPARE(withPreset("P1", true).notes.size(), std::size_t{3});  // window and stride too
        const std::string note = withPreset("P1", true).notes.back();
        QVERIFY2(note.find("/evaluation/texts/0/bos is false, as P1 has it, and not true") == 0, note.c_str());
        QCOMPARE(withPreset("P1", false).notes.size(), std::size_t{2});
        QCOMPARE(withPreset("P2-2048", true).notes.size(), std::size_t{2});  // leaves BOS open
        QVERIFY(parseRecipe(recipeText(withPreset("P1", true)), "again").notes.empty());
    }

    void windowsThatAModelCannotTakeAreSaid() {
        QCOMPARE(windowsCut("none", 16, 16), std::string());
        QCOMPARE(windowsCut("P1", 512, 128), std::string());
        QCOMPARE(windowsCut("P3", 512, 0), std::string());  // no limit
        QCOMPARE(windowsCut("P2-2048", 128, 512),
                 std::string("the windows of 2048 tokens of P2-2048 are cut to the 512 of the model's context: perplexities "
                             "do not compare with others of P2-2048"));
        QCOMPARE(windowsCut("none", 5000, 512),
                 std::string("the windows of 5000 tokens are cut to the 512 of the model's context: perplexities do not "
                             "compare with others of such windows"));
    }

    // acc of BoolQ, PIQA, WinoGrande and ARC-easy, acc_norm of HellaSwag, ARC-challenge and OpenBookQA.
    void theSevenTasksByHand() {
        std::map<std::string, double> accuracy = {{"boolq", .7},      {"piqa", .6},     {"hellaswag", 0},
                                                  {"winogrande", .5}, {"arc_easy", .4}, {"arc_challenge", 0},
                                                  {"openbookqa", 0}};
        std::map<std::string, double> normalised = {{"boolq", 0},      {"piqa", 0},     {"hellaswag", .3},
                                                    {"winogrande", 0}, {"arc_easy", 0}, {"arc_challenge", .2},
                                                    {"openbookqa", .1}};
        QVERIFY(std::abs(sevenTaskMean(accuracy, normalised) - 2.8 / 7) < 1e-12);
        accuracy["another"] = 1;
        QVERIFY(std::abs(sevenTaskMean(accuracy, normalised) - 2.8 / 7) < 1e-12);
        QVERIFY(averagesNormalised("hellaswag") && !averagesNormalised("boolq") && !averagesNormalised("another"));
        normalised.erase("openbookqa");
        QVERIFY(std::isnan(sevenTaskMean(accuracy, normalised)));
    }

    void aRecipesTextsAreCutAsThePresetSays() {
        for (const bool bos : {false, true}) {
            const auto none = withPreset("none", bos).evaluation.texts[0];
            QVERIFY(none.window == 300 && none.stride == 50 && none.maxWindows == 7 && none.bos == bos);
            const auto first = withPreset("P1", bos).evaluation.texts;
            QVERIFY(first[0].window == 128 && first[0].stride == 0 && first[0].maxWindows == 7 && !first[0].bos);
            QVERIFY(first[1].window == 128 && !first[1].bos);
            const auto second = withPreset("P2-2048", bos).evaluation.texts[0];
            QVERIFY(second.window == 2048 && second.bos == bos);
            QVERIFY(withPreset("P3", bos).evaluation.texts[0].bos);
        }
        const Recipe again = parseRecipe(recipeText(withPreset("P1", true)), "test");
        QCOMPARE(again.evaluation.preset, std::string("P1"));
        QCOMPARE(again.evaluation.texts[0].window, 128);
    }

    void othersAreRefused() {
        try {
            withPreset("P4", false);
            QFAIL("accepted");
        } catch (const Error& error) {
            QCOMPARE(error.subject(), std::string("/evaluation/preset"));
        }
    }
};

}  // namespace tst_presets

QTEST_APPLESS_MAIN(tst_presets::TestPresets)
#include "tst_presets.moc"
