#include "core/base/error.h"
#include "core/prune/option_spec.h"

#include <QtTest>

#include <nlohmann/json.hpp>

#include <set>

using namespace lorashear;
using nlohmann::json;

namespace {

const MethodInfo& method(const std::string& id) {
    for (const auto& info : methodTable())
        if (info.id == id) return info;
    throw Error(ErrorCode::Internal, id, "no such method");
}

}  // namespace

class TestMethodOptions : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theTableIsSound() {
        std::set<std::string> ids;
        for (const auto& info : methodTable()) {
            QVERIFY(ids.insert(info.id).second);
            QVERIFY(!info.title.empty() && !info.help.empty());
            std::set<std::string> keys;
            for (const auto& spec : info.options) {
                QVERIFY2(keys.insert(spec.key).second, spec.key.c_str());
                QVERIFY2(spec.help.size() > 10 && spec.help.back() == '.', spec.key.c_str());
                if (spec.type == OptionSpec::Type::Weights) QCOMPARE(spec.weights.size(), spec.choices.size());
            }
        }
        QVERIFY(ids.count("lhspg") && ids.count("one-shot"));
    }

    void defaultsPassTheirOwnChecks() {
        for (const auto& info : methodTable()) {
            const auto filled = checkedOptions(info, json::object(), "/method/options");
            QCOMPARE(filled.size(), info.options.size());
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

QTEST_APPLESS_MAIN(TestMethodOptions)
#include "tst_method_options.moc"
