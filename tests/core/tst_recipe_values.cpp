#include "core/base/error.h"
#include "core/run/recipe_values.h"

#include <nlohmann/json.hpp>

#include <QtTest>

#include <algorithm>

namespace tst_recipe_values {

using namespace lorashear;
using nlohmann::json;

namespace {

Recipe sample() {
    return newRecipe("/models/m", "/data/train.txt", "/data/valid.txt");
}

const RecipeValue* find(const std::vector<RecipeValue>& values, const std::string& pointer) {
    const auto found = std::find_if(values.begin(), values.end(), [&](const auto& v) { return v.pointer == pointer; });
    return found == values.end() ? nullptr : &*found;
}

/// The error that changing a value throws.
Error refusal(const Recipe& recipe, const std::string& pointer, const std::string& text) {
    try {
        withRecipeValue(recipe, pointer, text);
    } catch (const Error& error) {
        return error;
    }
    return Error(ErrorCode::Internal, "none", "was accepted");
}

void leaves(const json& value, const std::string& pointer, std::vector<std::string>& all) {
    const bool objects = value.is_array() && !value.empty() && value.front().is_object();
    if (value.is_object() && !pointer.ends_with("/mix"))  // weights by name are one value
        for (const auto& [key, inside] : value.items()) leaves(inside, pointer + "/" + key, all);
    else if (objects)
        for (std::size_t i = 0; i < value.size(); ++i) leaves(value[i], pointer + "/" + std::to_string(i), all);
    else
        all.push_back(pointer);
}

}  // namespace

class TestRecipeValues : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void everyValueOfTheFileIsThere() {
        const Recipe recipe = sample();
        const auto values = recipeValues(recipe);
        std::vector<std::string> all;
        leaves(json::parse(recipeText(recipe)), "", all);
        for (const std::string& pointer : all)
            if (pointer != "/version") QVERIFY2(find(values, pointer) || pointer == "/exports", pointer.c_str());
        QCOMPARE(find(values, "/training/sources/0/path")->text, std::string("/data/train.txt"));
        QCOMPARE(find(values, "/recovery/phases/0/sources/0/name")->text, std::string("train"));
        QVERIFY(find(values, "/plan/shares") && find(values, "/method/options/period_steps"));
        QVERIFY(find(values, "/plan/units/vocabulary/take"));  // no file names it
        QVERIFY(!find(values, "/plan/units"));
    }

    /// Writing what is shown changes nothing, whatever the value.
    void whatIsShownIsWhatIsRead() {
        const Recipe recipe = sample();
        const std::string before = recipeText(recipe);
        for (const RecipeValue& value : recipeValues(recipe)) {
            const Error none = refusal(recipe, value.pointer, value.text);
            QVERIFY2(none.subject() == "none", none.what());
            const Recipe after = withRecipeValue(recipe, value.pointer, value.text);
            const RecipeValue* again = nullptr;
            const auto values = recipeValues(after);
            QVERIFY2((again = find(values, value.pointer)) && again->text == value.text, value.pointer.c_str());
        }
        QCOMPARE(recipeText(recipe), before);
    }

    void valuesAreTakenAsTyped_data() {
        QTest::addColumn<QString>("pointer");
        QTest::addColumn<QString>("typed");
        QTest::addColumn<QString>("stands");
        QTest::newRow("choice") << "/plan/shares"
                                << "measured"
                                << "measured";
        QTest::newRow("flag") << "/plan/uniform"
                              << "true"
                              << "true";
        QTest::newRow("number") << "/plan/ratio"
                                << "0.35"
                                << "0.35";
        QTest::newRow("integer") << "/training/batch"
                                 << "12"
                                 << "12";
        QTest::newRow("null") << "/training/learning_rate"
                              << "0.004"
                              << "0.004";
        QTest::newRow("no value") << "/plan/units/attention/share"
                                  << ""
                                  << "null";
        QTest::newRow("texts") << "/plan/protect"
                               << "layers.0.*,  layers.1.mlp"
                               << "layers.0.*, layers.1.mlp";
        QTest::newRow("no texts") << "/plan/allow"
                                  << ""
                                  << "";
        QTest::newRow("numbers") << "/analysis/ratios"
                                 << "0.25, 0.5"
                                 << "0.25, 0.5";
        QTest::newRow("a preset's name") << "/analysis/ratios"
                                         << "full"
                                         << "0.25, 0.5, 0.75";
        QTest::newRow("seed") << "/seed"
                              << "18446744073709551615"
                              << "18446744073709551615";
        QTest::newRow("text") << "/evaluation/prompt"
                              << "\"Once\", 1"
                              << "\"Once\", 1";
        QTest::newRow("in a list") << "/training/sources/0/name"
                                   << "tales"
                                   << "tales";
        QTest::newRow("unit that no file named") << "/plan/units/blocks/take"
                                                 << "true"
                                                 << "true";
        QTest::newRow("option") << "/method/options/period_steps"
                                << "7"
                                << "7";
        QTest::newRow("option of recovery") << "/recovery/options/patience"
                                            << "5"
                                            << "5";
    }
    void valuesAreTakenAsTyped() {
        QFETCH(QString, pointer);
        QFETCH(QString, typed);
        QFETCH(QString, stands);
        const Recipe after = withRecipeValue(sample(), pointer.toStdString(), typed.toStdString());
        const auto values = recipeValues(after);
        const RecipeValue* value = find(values, pointer.toStdString());
        QVERIFY(value);
        QCOMPARE(QString::fromStdString(value->text), stands);
        QCOMPARE(recipeText(parseRecipe(recipeText(after), "again")), recipeText(after));
    }

    void anotherMethodComesWithItsOwnOptions() {
        const Recipe changed = withRecipeValue(sample(), "/method/options/period_steps", "7");
        const auto same = recipeValues(withRecipeValue(changed, "/method/id", "lhspg"));
        QCOMPARE(find(same, "/method/options/period_steps")->text, std::string("7"));
        const auto other = recipeValues(withRecipeValue(changed, "/method/id", "magnitude"));
        QVERIFY(!find(other, "/method/options/period_steps"));
        const auto back =
            recipeValues(withRecipeValue(withRecipeValue(changed, "/method/id", "magnitude"), "/method/id", "lhspg"));
        QVERIFY(!find(back, "/method/options/period_steps")->changed);
    }

    void changesFromDefaultsAreTold() {
        const auto before = recipeValues(sample());
        QVERIFY(!find(before, "/plan/shares")->changed);
        QVERIFY(!find(before, "/training/sources/0/path")->changed);  // has no default
        const auto after = recipeValues(withRecipeValue(sample(), "/plan/shares", "measured"));
        QVERIFY(find(after, "/plan/shares")->changed);
        QCOMPARE(defaultText(find(after, "/plan/shares")->about), std::string("even"));
    }

    void whatNoRecipeHoldsIsRefused_data() {
        QTest::addColumn<QString>("pointer");
        QTest::addColumn<QString>("typed");
        QTest::addColumn<QString>("word");
        QTest::newRow("range") << "/plan/ratio"
                               << "1.5"
                               << "0 < x < 1";
        QTest::newRow("no number") << "/plan/ratio"
                                   << "much"
                                   << "cannot be \"much\"";
        QTest::newRow("two numbers") << "/plan/ratio"
                                     << "0.1, 0.2"
                                     << "cannot be";
        QTest::newRow("no choice") << "/plan/shares"
                                   << "fair"
                                   << "even";
        QTest::newRow("no flag") << "/plan/uniform"
                                 << "yes"
                                 << "cannot be \"yes\"";
        QTest::newRow("null") << "/training/batch"
                              << ""
                              << "cannot be";
        QTest::newRow("device") << "/device"
                                << "banana"
                                << "cuda";
        QTest::newRow("no value") << "/plan/colour"
                                  << "red"
                                  << "no value of this recipe";
        QTest::newRow("behind the list") << "/training/sources/9/name"
                                         << "x"
                                         << "no value of this recipe";
        QTest::newRow("an object") << "/plan"
                                   << "{}"
                                   << "no value of this recipe";
    }
    void whatNoRecipeHoldsIsRefused() {
        QFETCH(QString, pointer);
        QFETCH(QString, typed);
        QFETCH(QString, word);
        const Error error = refusal(sample(), pointer.toStdString(), typed.toStdString());
        QCOMPARE(error.code(), ErrorCode::BadRecipe);
        QCOMPARE(error.subject(), pointer.toStdString());
        const QString said = QString::fromStdString(error.message() + " " + error.hint());
        QVERIFY2(said.contains(word), qPrintable(said));
    }

    /// A protocol's window is not what was typed: said, not swallowed.
    void whatAnotherSettingDecidesIsRefused() {
        const Recipe preset = withRecipeValue(sample(), "/evaluation/preset", "P3");
        const Error error = refusal(preset, "/evaluation/texts/0/window", "77");
        QVERIFY2(error.message().find("another setting") != std::string::npos, error.what());
    }
};

}  // namespace tst_recipe_values

QTEST_APPLESS_MAIN(tst_recipe_values::TestRecipeValues)
#include "tst_recipe_values.moc"
