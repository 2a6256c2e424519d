#include "core/base/error.h"
#include "core/prune/method_table.h"
#include "core/recover/scheme_table.h"

#include <QtTest>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <regex>
#include <set>

namespace tst_method_options {

using namespace lorashear;
using nlohmann::json;

namespace {

const MethodInfo& method(const std::string& id) {
    return methodInfo(id);
}

/// Methods and schemes alike: ids, words, keys, defaults.
template <class Info>
void checkTable(const std::vector<Info>& table) {
    static const std::regex snake("[a-z][a-z0-9]*(_[a-z0-9]+)*");
    std::set<std::string> ids;
    for (const auto& info : table) {
        QVERIFY(ids.insert(info.id).second);
        QVERIFY(!info.title.empty() && !info.help.empty());
        std::set<std::string> keys;
        for (const Setting& setting : info.options.settings) {
            QVERIFY2(keys.insert(setting.key).second, setting.key.c_str());
            QVERIFY2(std::regex_match(setting.key, snake), setting.key.c_str());
            QVERIFY2(setting.help.size() > 10 && setting.help.back() == '.', setting.key.c_str());
            QVERIFY2(!setting.fallback.empty(), setting.key.c_str());
        }
        const auto filled = info.options.complete("{}", "/x");
        QCOMPARE(json::parse(filled).size(), info.options.settings.size());
        QCOMPARE(info.options.complete(filled, "/x"), filled);
    }
}

}  // namespace

class TestMethodOptions : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theTablesAreSound() {
        checkTable(methodTable());
        checkTable(schemeTable());
        QCOMPARE(methodTable().front().id, std::string("lhspg"));
        QCOMPARE(schemeTable().front().id, std::string("dynamic"));
        methodInfo("one-shot"), schemeInfo("static");
        QVERIFY_EXCEPTION_THROWN(methodInfo("wishful"), Error);
        QVERIFY_EXCEPTION_THROWN(schemeInfo("wishful"), Error);
    }

    // Recipes of before are read, with a word about it; both names at once would be a riddle.
    void formerNamesAreReadWithANote() {
        std::vector<std::string> notes;
        const auto filled = json::parse(method("lhspg").options.complete(
            R"({"warmupSteps": 3, "mergePeriods": true, "periods": 2})", Place("/method/options", &notes)));
        QCOMPARE(filled.at("warmup_steps").get<int>(), 3);
        QVERIFY(filled.at("merge_periods").get<bool>() && !filled.contains("warmupSteps"));
        QCOMPARE(notes.size(), std::size_t{2});
        QCOMPARE(notes.front(), std::string("/method/options/warmupSteps is called /method/options/warmup_steps now"));
        try {
            method("lhspg").options.complete(R"({"warmupSteps": 3, "warmup_steps": 3})", "/method/options");
            QFAIL("accepted");
        } catch (const Error& error) {
            QCOMPARE(error.subject(), std::string("/method/options/warmupSteps"));
        }
    }

    // What a schedule says comes from the options, of every entry of the tables.
    void schedulesFollowTheOptions() {
        const auto phases = method("lhspg").schedule(R"({"warmup_steps": 3, "periods": 4, "period_steps": 5})");
        QCOMPARE(phases.size(), std::size_t{5});
        QCOMPARE(totalSteps(phases), std::int64_t{23});
        QCOMPARE(std::count_if(phases.begin(), phases.end(), [](const auto& p) { return p.zeroes; }), 4);
        QCOMPARE(totalSteps(method("one-shot").schedule(R"({"warmup_steps": 3, "settle_steps": 4})")), std::int64_t{7});
        for (const SchemeInfo& scheme : schemeTable()) {
            const auto recovery = scheme.schedule({{"pretraining", 3, 4}, {"instruct", 2, 5}}, "{}");
            QCOMPARE(totalSteps(recovery), std::int64_t{22});
            QCOMPARE(recovery.back().kind, SchedulePhase::Kind::Instruct);
        }
        QVERIFY_EXCEPTION_THROWN(method("lhspg").schedule(R"({"periods": 0})"), Error);
    }

    // Each value is in order, both together are not: refused before anything is measured.
    void optionsThatDoNotGoTogetherAreRefused_data() {
        QTest::addColumn<QString>("given");
        QTest::addColumn<QString>("subject");
        QTest::newRow("dense order by adapters") << R"({"order": "dense", "saliency": "taylor_first_order"})"
                                                 << "/method/options/order";
        QTest::newRow("dense order by a mix of adapters")
            << R"({"order": "dense", "saliency": "mix", "mix": {"cosine_similarity": 1}})"
            << "/method/options/order";
        QTest::newRow("a mix with a norm in it")
            << R"({"order": "dense", "saliency": "mix", "mix": {"cosine_similarity": 1, "magnitude": 1}})"
            << "";
    }
    void optionsThatDoNotGoTogetherAreRefused() {
        QFETCH(QString, given);
        QFETCH(QString, subject);
        QString said;
        try {
            method("lhspg").schedule(given.toStdString());
        } catch (const Error& error) {
            QCOMPARE(error.code(), ErrorCode::BadRecipe);
            said = QString::fromStdString(error.subject());
        }
        QCOMPARE(said, subject);
    }

    void defaultsPassTheirOwnChecks() {
        for (const auto& info : methodTable()) {
            const auto filled = checkedOptions(info, json::object(), "/method/options");
            QCOMPARE(filled.size(), info.options.settings.size());
            QCOMPARE(checkedOptions(info, filled, "/method/options"), filled);
            QCOMPARE(checkedOptions(info, json(), "/method/options"), filled);
        }
    }

    void givenValuesStay() {
        const auto filled =
            checkedOptions(method("lhspg"), {{"periods", 7}, {"epsilon", 0.25}, {"saliency", "mix"}}, "/method/options");
        QCOMPARE(filled.at("periods").get<int>(), 7);
        QCOMPARE(filled.at("epsilon").get<double>(), 0.25);
        QCOMPARE(filled.at("saliency").get<std::string>(), std::string("mix"));
    }

    void weightsLeftOutCountZero() {
        const auto filled = checkedOptions(method("lhspg"), {{"mix", {{"magnitude", 2}}}}, "/method/options");
        QCOMPARE(filled.at("mix").at("magnitude").get<double>(), 2.0);
        QCOMPARE(filled.at("mix").at("cosine_similarity").get<double>(), 0.0);
    }

    void badValuesAreRefusedByPointer_data() {
        QTest::addColumn<QString>("given");
        QTest::addColumn<QString>("subject");
        QTest::newRow("unknown key") << R"({"perids": 3})"
                                     << "/method/options/perids";
        QTest::newRow("not whole") << R"({"periods": 2.5})"
                                   << "/method/options/periods";
        QTest::newRow("too small") << R"({"periods": 0})"
                                   << "/method/options/periods";
        QTest::newRow("too large") << R"({"epsilon": 1.0})"
                                   << "/method/options/epsilon";
        QTest::newRow("negative") << R"({"warmupSteps": -1})"
                                  << "/method/options/warmupSteps";
        QTest::newRow("text for a number") << R"({"damping": "much"})"
                                           << "/method/options/damping";
        QTest::newRow("number for a flag") << R"({"compensation": 1})"
                                           << "/method/options/compensation";
        QTest::newRow("unknown choice") << R"({"saliency": "guess"})"
                                        << "/method/options/saliency";
        QTest::newRow("unknown weight") << R"({"mix": {"luck": 1}})"
                                        << "/method/options/mix/luck";
        QTest::newRow("negative weight") << R"({"mix": {"magnitude": -1}})"
                                         << "/method/options/mix/magnitude";
        QTest::newRow("all weights zero") << R"({"mix": {"magnitude": 0}})"
                                          << "/method/options/mix";
        QTest::newRow("weights not an object") << R"({"mix": 3})"
                                               << "/method/options/mix";
        QTest::newRow("options not an object") << R"([1])"
                                               << "/method/options";
    }

    void badValuesAreRefusedByPointer() {
        QFETCH(QString, given);
        QFETCH(QString, subject);
        try {
            checkedOptions(method("lhspg"), json::parse(given.toStdString()), "/method/options");
            QFAIL("accepted");
        } catch (const Error& error) {
            QCOMPARE(error.code(), ErrorCode::BadRecipe);
            QCOMPARE(QString::fromStdString(error.subject()), subject);
            QVERIFY(!error.message().empty());
        }
    }
};

}  // namespace tst_method_options

QTEST_APPLESS_MAIN(tst_method_options::TestMethodOptions)
#include "tst_method_options.moc"
