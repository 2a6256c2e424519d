#include "core/base/error.h"
#include "core/run/recipe.h"
#include "core/run/recipe_fields.h"
#include "core/run/recipe_help.h"
#include "core/settings/field_kinds.h"
#include "core/settings/options.h"

#include <QtTest>

#include <nlohmann/json.hpp>

#include <cmath>
#include <optional>
#include <regex>
#include <set>

namespace tst_settings {

using namespace lorashear;
using namespace lorashear::settings;

namespace {

struct Base {
    int size = 3;
};
struct Sample : Base {
    enum class Kind { Round, Square };
    double weight = 0.5;
    std::optional<int> count;
    std::optional<double> share;
    Kind kind = Kind::Round;
    std::map<std::string, double> mix = {{"a", 1.0}};
    std::string word = "w";
};

Table<Sample> sampleTable() {
    using S = Sample;
    Table<Base> base{integer("size", &Base::size, {1, 9}, "parts", "Size of it.").formerly("bigness").formerly("sizE")};
    Table<S> table{
        number("weight", &S::weight, {0, 1, true, false}, "", "Weight of it."),
        integer("count", &S::count, {1, 5}, "", "Count; null: all."),
        number("share", &S::share, {0, 1}, "", "Share; null: none."),
        enumeration("kind", &S::kind, {{S::Kind::Round, "round"}, {S::Kind::Square, "square"}}, "Kind of it."),
        weights("mix", &S::mix, {"a", "b"}, {0, 10}, "Mix of it."),
        text("word", &S::word, "Word of it."),
    };
    inherit(table, base);
    return table;
}

Error refusal(const std::string& document) {
    try {
        readOptions(sampleTable(), document, "/at");
    } catch (const Error& error) {
        return error;
    }
    return Error(ErrorCode::Internal, "none", "was accepted");
}

}  // namespace

class TestSettings : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyKindSurvivesTheTrip() {
        const auto table = sampleTable();
        const auto read = readOptions(
            table, R"({"size": 4, "weight": 1, "count": 2, "share": null, "kind": "square", "mix": {"b": 2}, "word": "x"})",
            "");
        QCOMPARE(read.size, 4);
        QCOMPARE(read.weight, 1.0);
        QCOMPARE(read.count.value_or(0), 2);
        QVERIFY(!read.share && read.kind == Sample::Kind::Square);
        const auto written = writeObject(table, read);
        QCOMPARE(
            QString::fromStdString(written.dump()),
            QStringLiteral(
                R"({"weight":1.0,"count":2,"share":null,"kind":"square","mix":{"a":0.0,"b":2.0},"word":"x","size":4})"));
        QCOMPARE(writeObject(table, readOptions(table, written.dump(), "")), written);
    }

    void refusalsNameTheirPlace_data() {
        QTest::addColumn<QString>("given");
        QTest::addColumn<QString>("subject");
        const auto row = [](const char* given, const char* subject) { QTest::newRow(given) << given << subject; };
        row(R"({"size": 0})", "/at/size");
        row(R"({"size": 2.5})", "/at/size");
        row(R"({"bigness": 10})", "/at/bigness");
        row(R"({"bigness": 1, "size": 1})", "/at/bigness");
        row(R"({"bigness": 1, "sizE": 1})", "/at/sizE");
        row(R"({"weight": 0})", "/at/weight");
        row(R"({"weight": null})", "/at/weight");
        row(R"({"count": 6})", "/at/count");
        row(R"({"share": 1.5})", "/at/share");
        row(R"({"kind": "flat"})", "/at/kind");
        row(R"({"mix": {"c": 1}})", "/at/mix/c");
        row(R"({"mix": {"a": 11}})", "/at/mix/a");
        row(R"({"mix": {"a": 0}})", "/at/mix");
        row(R"({"word": 3})", "/at/word");
        row(R"({"siez": 3})", "/at/siez");
        row(R"({"a/b~": 3})", "/at/a~1b~0");
        row(R"([])", "/at");
        row("{", "/at");
    }
    void refusalsNameTheirPlace() {
        QFETCH(QString, given);
        QFETCH(QString, subject);
        const Error error = refusal(given.toStdString());
        QCOMPARE(error.code(), ErrorCode::BadRecipe);
        QCOMPARE(QString::fromStdString(error.subject()), subject);
    }

    void aNumberBesideARange() {
        const Range range{0.5, 1, false, true, 0};
        QCOMPARE(range.text(), std::string("0, or 0.5 <= x < 1"));
        for (const double held : {0.0, 0.5, 0.99}) QVERIFY(range.holds(held));
        for (const double refused : {-0.1, 0.3, 1.0, std::nan("")}) QVERIFY(!range.holds(refused));
        QVERIFY(!(Range{0.5, 1}).holds(0));
    }

    // What code has filled in is asked what a file is asked, by the same table.
    void structsAreAskedWhatFilesAre() {
        const auto told = [](auto change) {
            Sample sample;
            change(sample);
            try {
                requireAllowed(sampleTable(), sample, "/at");
            } catch (const Error& error) {
                return error.subject();
            }
            return std::string("allowed");
        };
        QCOMPARE(told([](Sample&) {}), std::string("allowed"));
        QCOMPARE(told([](Sample& s) { s.size = 0; }), std::string("/at/size"));
        QCOMPARE(told([](Sample& s) { s.weight = std::nan(""); }), std::string("/at/weight"));
        QCOMPARE(told([](Sample& s) { s.count = 6; }), std::string("/at/count"));
        QCOMPARE(settingIn(sampleTable(), "count").range.most, 5.0);
        QVERIFY_EXCEPTION_THROWN(settingIn(sampleTable(), "bigness"), Error);
    }

    void nearestKeyIsProposed() { QVERIFY(refusal(R"({"wieght": 1})").hint().find("\"weight\"") != std::string::npos); }

    void tablesDescribeThemselves() {
        const OptionSet set = optionSet(sampleTable());
        QCOMPARE(set.settings.size(), std::size_t{7});
        const Setting& weight = set.settings.front();
        QCOMPARE(weight.pointer, std::string("/weight"));
        QCOMPARE(weight.fallback, std::string("0.5"));
        QCOMPARE(weight.allowedText(), std::string("0 < x <= 1"));
        QCOMPARE(set.settings[1].typeText(), std::string("integer or null"));
        QCOMPARE(set.settings[3].allowedText(), std::string("round, square"));
        std::vector<std::string> notes;
        QVERIFY(set.complete(R"({"bigness": 7})", Place("/at", &notes)).find("\"size\":7") != std::string::npos);
        QCOMPARE(notes, std::vector<std::string>{"/at/bigness is called /at/size now"});
    }

    // One spelling everywhere, words for everybody, a default within its own bounds.
    void everySettingOfARecipeIsWhole() {
        static const std::regex snake("[a-z][a-z0-9]*(_[a-z0-9]+)*");
        std::vector<Setting> all;
        describeObject(recipe::recipeTable(), all, "");
        std::set<std::string> pointers;
        for (const Setting& setting : all) {
            QVERIFY2(std::regex_match(setting.key, snake), setting.pointer.c_str());
            QVERIFY2(pointers.insert(setting.pointer).second, setting.pointer.c_str());
            QVERIFY2(!setting.help.empty() && setting.help.back() != ' ', setting.pointer.c_str());
            const bool counted = setting.type == SettingType::Integer || setting.type == SettingType::Number;
            if (!counted || setting.fallback == "null" || !setting.allowed.empty()) continue;
            QVERIFY2(setting.range.least < setting.range.most, setting.pointer.c_str());
            QVERIFY2(setting.range.holds(std::stod(setting.fallback)), setting.pointer.c_str());
        }
        QVERIFY(all.size() > 60);
        QCOMPARE(recipeSetting("/lora/rank").range.most, 4096.0);
        QVERIFY_EXCEPTION_THROWN(recipeSetting("/lora/rnak"), Error);
    }
};

}  // namespace tst_settings

QTEST_APPLESS_MAIN(tst_settings::TestSettings)
#include "tst_settings.moc"
