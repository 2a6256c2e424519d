#include "core/base/error.h"
#include "core/io/atomic_file.h"
#include "core/prune/method_table.h"
#include "core/recover/scheme_table.h"
#include "core/run/recipe.h"

#include <nlohmann/json.hpp>

#include <QTemporaryDir>
#include <QtTest>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fstream>

namespace tst_recipe {

using namespace lorashear;
using nlohmann::json;

namespace {

const std::string kSource = LORASHEAR_SOURCE_DIR;

json complete() {
    return json::parse(recipeText(newRecipe("/models/m", "/data/train.txt", "/data/valid.txt")));
}

/// The error that parsing this document throws.
Error refusal(const json& document) {
    try {
        parseRecipe(document.dump(), "test.json");
    } catch (const Error& error) {
        return error;
    }
    return Error(ErrorCode::Internal, "none", "was accepted");
}

}  // namespace

class TestRecipe : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyKeySurvivesTheTrip() {
        json document = complete();
        document["plan"]["units"]["attention"]["share"] = 0.25;
        document["plan"]["protect"] = {"layers.0.*"};
        document["analysis"]["ratios"] = {0.1, 0.30000000000000004};
        document["seed"] = 18446744073709551615ULL;
        document["training"]["learning_rate"] = 0.0123456789012345678;
        const std::string once = recipeText(parseRecipe(document.dump(), "a"));
        QCOMPARE(json::parse(once), document);
        QCOMPARE(recipeText(parseRecipe(once, "b")), once);
    }

    /// Recipes of programs that knew attention and MLP only.
    void formerKeysOfPlansAreReadWithANote() {
        json document = complete();
        document["plan"] = {{"ratio", 0.3},      {"attention_share", 0.25}, {"min_attention", 2},  {"min_mlp", 16},
                            {"mlp_divisor", 32}, {"attention_divisor", 1},  {"attention_keep", 3}, {"uniform", true}};
        const Recipe recipe = parseRecipe(document.dump(), "old.json");
        const auto &attention = recipe.plan.units.at("attention"), &mlp = recipe.plan.units.at("mlp");
        QVERIFY(attention.share == 0.25 && attention.minimum == 2 && attention.keep == 3 && attention.divisor == 1);
        QVERIFY(mlp.minimum == 16 && mlp.divisor == 32 && !mlp.share);
        QCOMPARE(recipe.notes.size(), std::size_t{6});
        QVERIFY(recipe.notes.front().find("/plan/units/attention/share") != std::string::npos);
        QVERIFY(parseRecipe(recipeText(recipe), "new.json").notes.empty());
        QCOMPARE(recipeText(parseRecipe(recipeText(recipe), "new.json")), recipeText(recipe));

        document["plan"] = {{"min_mlp", 0}};
        QCOMPARE(refusal(document).subject(), std::string("/plan/min_mlp"));  // where it was written
        document["plan"] = {{"min_mlp", 8}, {"units", {{"mlp", {{"minimum", 8}}}}}};
        QCOMPARE(refusal(document).subject(), std::string("/plan/min_mlp"));
        document["plan"] = {{"units", {{"mpl", {{"minimum", 8}}}}}};
        QCOMPARE(refusal(document).subject(), std::string("/plan/units/mpl"));
        QVERIFY(refusal(document).hint().find("mlp") != std::string::npos);
    }

    void leftOutKeysTakeTheirDefaults() {
        const Recipe recipe = parseRecipe(R"({"version": 1, "model": {"path": "m"}})", "a");
        QCOMPARE(recipe.lora.rank, 8);
        QCOMPARE(recipe.plan.ratio, 0.2);
        QVERIFY(!recipe.plan.units.at("attention").share);
        QCOMPARE(recipe.method.id, std::string("lhspg"));
    }

    // Small models take large rates; what a recipe leaves open stays open in its text.
    void learningRateBySize() {
        QCOMPARE(learningRateFor(200000), 1e-2);
        QVERIFY(std::abs(learningRateFor(134515008) - 6.01e-4) < 1e-6);
        QVERIFY(learningRateFor(6738415616) < 1.05e-4);
        QCOMPARE(learningRateFor(70000000000), 1e-4);
        auto recipe = newRecipe("m", "t.txt", "e.txt");
        QCOMPARE(recipe.training.learningRate, 0.0);
        const auto document = json::parse(recipeText(recipe));
        QVERIFY(document.at("training").at("learning_rate").is_null());
        QVERIFY(document.at("recovery").at("learning_rate").is_null());
        recipe.training.learningRate = 0.003;
        QCOMPARE(parseRecipe(recipeText(recipe), "r").training.learningRate, 0.003);
        QCOMPARE(parseRecipe(recipeText(recipe), "r").recovery.learningRate, 0.0);
    }

    void homeIsFound() {
        QTemporaryDir folder;
        auto recipe = newRecipe("~/models/m", "t.txt", "~x/e.txt");
        const auto file = std::filesystem::path(folder.path().toStdString()) / "r.json";
        std::ofstream(file) << recipeText(recipe);
        qputenv("HOME", folder.path().toUtf8());
        const auto loaded = loadRecipe(file);
        QCOMPARE(loaded.model.path, folder.path().toStdString() + "/models/m");
        QCOMPARE(loaded.evaluation.texts.front().path, (file.parent_path() / "~x/e.txt").string());
    }

    /// Values that are allowed each and not together; half-finished work with them opens all the same.
    void whatDoesNotGoTogetherIsNamed() {
        const auto wrong = [](const std::string& pointer, const json& value) {
            json document = complete();
            document[json::json_pointer(pointer)] = value;
            const Recipe recipe = parseRecipe(document.dump(), "test.json");
            try {
                requireConsistent(recipe);
            } catch (const Error& error) {
                return error.subject();
            }
            return std::string("was accepted");
        };
        const json twice = {{{"format", "padded"}}, {{"format", "huggingface"}}, {{"format", "padded"}}};
        QCOMPARE(wrong("/seed", 2), std::string("was accepted"));
        QCOMPARE(wrong("/plan/units", {{"mlp", {{"share", 0.9}}}, {"attention", {{"share", 0.5}}}}),
                 std::string("/plan/units"));
        QCOMPARE(wrong("/plan/units", {{"mlp", {{"take", false}}}, {"attention", {{"take", false}}}}),
                 std::string("/plan/units"));
        QCOMPARE(wrong("/plan/units", {{"mlp", {{"keep", 9}}}}), std::string("/plan/units/mlp/keep"));
        QCOMPARE(wrong("/plan/units", {{"hidden", {{"take", true}, {"keep", 41}, {"divisor", 8}}}}),
                 std::string("/plan/units/hidden/keep"));
        QCOMPARE(wrong("/plan/units", {{"hidden", {{"take", true}, {"keep", 40}, {"minimum", 50}}}}),
                 std::string("/plan/units/hidden/keep"));
        QCOMPARE(wrong("/plan/units", {{"hidden", {{"take", true}, {"keep", 40}, {"share", 0.5}}}}),
                 std::string("/plan/units/hidden/keep"));
        json document = complete();
        document["exports"] = twice;
        const Recipe once = parseRecipe(document.dump(), "test.json");
        QCOMPARE(once.exports.size(), std::size_t{2});
        QCOMPARE(once.notes, std::vector<std::string>{"/exports/2 is the same as /exports/0 and is written once"});
        document["plan"] = {{"enabled", false}, {"units", {{"mlp", {{"take", false}}}, {"attention", {{"take", false}}}}}};
        requireConsistent(parseRecipe(document.dump(), "test.json"));
    }

    void refusals_data() {
        QTest::addColumn<QString>("pointer");
        QTest::addColumn<QString>("value");
        QTest::newRow("ratio zero") << "/plan/ratio"
                                    << "0";
        QTest::newRow("ratio one") << "/plan/ratio"
                                   << "1";
        QTest::newRow("ratio above") << "/plan/ratio"
                                     << "1.5";
        QTest::newRow("ratio as text") << "/plan/ratio"
                                       << "\"0.2\"";
        QTest::newRow("ratio null") << "/plan/ratio"
                                    << "null";
        QTest::newRow("negative learning rate") << "/training/learning_rate"
                                                << "-0.001";
        QTest::newRow("zero learning rate") << "/recovery/learning_rate"
                                            << "0";
        QTest::newRow("dropout one") << "/lora/dropout"
                                     << "1";
        QTest::newRow("confidence below a half") << "/analysis/confidence"
                                                 << "0.3";
        QTest::newRow("rank zero") << "/lora/rank"
                                   << "0";
        QTest::newRow("rank fraction") << "/lora/rank"
                                       << "2.5";
        QTest::newRow("negative seed") << "/seed"
                                       << "-1";
        QTest::newRow("flag as number") << "/plan/uniform"
                                        << "1";
        QTest::newRow("no ratios") << "/analysis/ratios"
                                   << "[]";
        QTest::newRow("unknown method") << "/method/id"
                                        << "\"lhsgp\"";
        QTest::newRow("unknown compute") << "/compute"
                                         << "\"fp8\"";
        QTest::newRow("unknown device") << "/device"
                                        << "\"tpu\"";
        QTest::newRow("window of one") << "/training/window"
                                       << "1";
        QTest::newRow("sources not a list") << "/training/sources"
                                            << "{}";
        QTest::newRow("empty source path") << "/training/sources/0/path"
                                           << "\"\"";
        QTest::newRow("unknown format") << "/training/sources/0/format"
                                        << "\"csv\"";
        QTest::newRow("empty phase") << "/recovery/phases/0/sources"
                                     << "[]";
        QTest::newRow("unknown weighting") << "/recovery/weighting"
                                           << "\"equal\"";
        QTest::newRow("unknown weighting of the scheme") << "/recovery/options/weighting"
                                                         << "\"equal\"";
        QTest::newRow("unknown proxy") << "/analysis/proxy"
                                       << "\"guess\"";
        QTest::newRow("unknown export") << "/exports/0/format"
                                        << "\"onnx\"";
        QTest::newRow("missing text path") << "/evaluation/texts/0/path"
                                           << "\"\"";
    }
    void refusals() {
        QFETCH(QString, pointer);
        QFETCH(QString, value);
        json document = complete();
        document[json::json_pointer(pointer.toStdString())] = json::parse(value.toStdString());
        const Error error = refusal(document);
        QCOMPARE(error.code(), ErrorCode::BadRecipe);
        QCOMPARE(QString::fromStdString(error.subject()), pointer);
        QVERIFY(!error.message().empty());
    }

    void badElementsOfListsAreNamed() {
        json document = complete();
        document["analysis"]["ratios"] = {0.5, 1.0};
        QCOMPARE(refusal(document).subject(), std::string("/analysis/ratios/1"));
        document = complete();
        document["plan"]["protect"] = {"a", 3};
        QCOMPARE(refusal(document).subject(), std::string("/plan/protect/1"));
    }

    void unknownKeysSuggestTheNearest() {
        json document = complete();
        document["plan"]["raito"] = 0.3;
        const Error error = refusal(document);
        QCOMPARE(error.subject(), std::string("/plan/raito"));
        QVERIFY(error.hint().find("\"ratio\"") != std::string::npos);
    }

    void unknownMethodOptionsAreNamed() {
        json document = complete();
        document["method"]["options"]["perids"] = 3;
        QCOMPARE(refusal(document).subject(), std::string("/method/options/perids"));
    }

    // What once stood beside the phases belongs to the scheme; where it stood it is still read, with a note.
    void formerPlacesAreReadWithANote() {
        const std::string old =
            R"({"version": 1, "model": {"path": "m"}, "method": {"options": {"periodSteps": 6}}, "recovery": {"patience": 9, "min_gain": 0.25, "weighting": "softmax"}})";
        const Recipe recipe = parseRecipe(old, "old.json");
        QCOMPARE(recipe.notes.size(), std::size_t{4});
        QVERIFY(recipe.notes.front().find("/recovery/weighting is /recovery/options/weighting now") != std::string::npos);
        const json now = json::parse(recipeText(recipe));
        QCOMPARE(now.at("recovery").at("scheme"), json("dynamic"));
        QCOMPARE(now.at("recovery").at("options").at("patience"), json(9));
        QCOMPARE(now.at("recovery").at("options").at("min_gain"), json(0.25));
        QCOMPARE(now.at("recovery").at("options").at("weighting"), json("softmax"));
        QCOMPARE(now.at("method").at("options").at("period_steps"), json(6));
        QVERIFY(!now.contains("notes") && !now.at("recovery").contains("patience"));
        QVERIFY(parseRecipe(recipeText(recipe), "new.json").notes.empty());
        json wrong = json::parse(old);
        wrong["recovery"]["weighting"] = "guess";
        QCOMPARE(refusal(wrong).subject(), std::string("/recovery/weighting"));
        wrong = json::parse(old);
        wrong["method"]["options"]["periodSteps"] = 0;
        QCOMPARE(refusal(wrong).subject(), std::string("/method/options/periodSteps"));
        wrong = json::parse(old);
        wrong["recovery"]["options"] = {{"patience", 3}};
        QCOMPARE(refusal(wrong).subject(), std::string("/recovery/patience"));
    }

    void optionsOfAnotherSchemeAreRefused() {
        json document = complete();
        document["recovery"]["scheme"] = "static";
        QCOMPARE(refusal(document).subject().rfind("/recovery/options/", 0), std::size_t{0});
        document["recovery"]["options"] = {{"shares", "even"}};
        QCOMPARE(parseRecipe(document.dump(), "a").recovery.scheme, std::string("static"));
        document["recovery"]["scheme"] = "still";
        QCOMPARE(refusal(document).subject(), std::string("/recovery/scheme"));
    }

    void sameKeyTwiceIsRefused() {
        QVERIFY_THROWS_EXCEPTION(Error, parseRecipe(R"({"version": 1, "seed": 1, "seed": 2, "model": {"path": "m"}})", "a"));
    }

    void newerVersionNamesBoth() {
        json document = complete();
        document["version"] = 7;
        const Error error = refusal(document);
        QCOMPARE(error.subject(), std::string("/version"));
        QVERIFY(error.message().find('7') != std::string::npos);
        QVERIFY(error.message().find('1') != std::string::npos);
    }

    void missingVersionAndModelAreNamed() {
        json document = complete();
        document.erase("version");
        QCOMPARE(refusal(document).subject(), std::string("/version"));
        document = complete();
        document["model"].erase("path");
        QCOMPARE(refusal(document).subject(), std::string("/model/path"));
    }

    void presetsAreRatios() {
        json document = complete();
        document["analysis"]["ratios"] = "full";
        QCOMPARE(parseRecipe(document.dump(), "a").analysis.ratios, (std::vector<double>{0.25, 0.5, 0.75}));
        document["analysis"]["ratios"] = "quick";
        QCOMPARE(parseRecipe(document.dump(), "a").analysis.ratios, (std::vector<double>{0.5}));
        document["analysis"]["ratios"] = "slow";
        QCOMPARE(refusal(document).subject(), std::string("/analysis/ratios"));
    }

    // What is analysed is neither trained on nor what the result is judged by.
    void analysesTakeNoTrainingOrTestText() {
        const auto check = [](const Recipe& recipe) {
            std::vector<std::string> others;
            for (const auto& source : recipe.training.sources) others.push_back(source.path);
            for (const auto& phase : recipe.recovery.phases)
                for (const auto& source : phase.sources) others.push_back(source.path);
            for (const auto& text : recipe.evaluation.texts) others.push_back(text.path);
            return std::find(others.begin(), others.end(), recipe.analysis.text.path) == others.end();
        };
        QVERIFY(check(newRecipe("m", "t.txt", "e.txt")));
        for (const auto& entry : std::filesystem::directory_iterator(kSource + "/resources/recipes"))
            if (entry.path().extension() == ".json") QVERIFY2(check(loadRecipe(entry.path())), entry.path().c_str());
    }

    /// Layers that may keep different counts are no ordinary checkpoint.
    void aNewRecipeAsksForAnExportThatItsPlanAllows() {
        PlanOptions plan = newRecipe("m", "t.txt", "e.txt").plan;
        QVERIFY(!plan.uniform);
        QCOMPARE(complete().at("exports"), json({{{"format", "padded"}, {"dtype", "source"}}}));
        plan.uniform = true;
        QCOMPARE(fittingExport(plan).format, std::string("huggingface"));
        plan.uniform = plan.enabled = false;
        QCOMPARE(fittingExport(plan).format, std::string("huggingface"));
    }

    void damagedFilesAreRefused() {
        for (const char* text : {"", "[]", "{", "{\"version\": 1", "nonsense"})
            QVERIFY_THROWS_EXCEPTION(Error, parseRecipe(text, "a"));
    }

    void relativePathsCountFromTheRecipe() {
        QTemporaryDir folder;
        const std::filesystem::path file = std::filesystem::path(folder.path().toStdString()) / "sub" / "r.json";
        std::filesystem::create_directories(file.parent_path());
        writeFile(file, R"({"version": 1, "model": {"path": "../model"}})");
        const Recipe recipe = loadRecipe(file);
        QCOMPARE(recipe.model.path, folder.path().toStdString() + "/model");
        try {
            requireFiles(recipe);
            QFAIL("a missing model was accepted");
        } catch (const Error& error) {
            QCOMPARE(error.code(), ErrorCode::BadInput);
            QCOMPARE(error.subject(), recipe.model.path);
        }
    }

    void bundledRecipesAreWhole() {
        int found = 0;
        for (const auto& entry : std::filesystem::directory_iterator(kSource + "/resources/recipes")) {
            if (entry.path().extension() != ".json") continue;
            auto recipe = loadRecipe(entry.path());
            // Models that a script brings need not be here; everything else must be.
            if (recipe.model.path.rfind(kSource, 0) != 0) recipe.model.path = kSource + "/resources/models/stories260K";
            requireFiles(recipe);
            ++found;
        }
        QVERIFY(found >= 3);
    }

    void helpPageIsTheTable() {
        QCOMPARE(QString::fromStdString(readFile(kSource + "/resources/help/recipe.md")),
                 QString::fromStdString(recipeHelp()));
    }

    void helpNamesEveryKeyAndOption() {
        const std::string help = recipeHelp();
        QVERIFY(help.find("`/recovery/phases/*/sources/*/format`") != std::string::npos);
        for (const MethodInfo& method : methodTable())
            for (const Setting& option : method.options.settings)
                QVERIFY2(help.find("`" + option.key + "`") != std::string::npos, option.key.c_str());
    }
};

}  // namespace tst_recipe

QTEST_APPLESS_MAIN(tst_recipe::TestRecipe)
#include "tst_recipe.moc"
