#include "core/knowledge/knowledge_distribution.h"

#include "core/base/error.h"

#include <nlohmann/json.hpp>

#include <QTest>

using namespace lorashear;

namespace {

KnowledgeDistribution sample() {
    KnowledgeDistribution knowledge;
    knowledge.baselineNll = 1.5056789012345678;
    knowledge.tokens = 511 * 64;
    knowledge.ratios = {0.25, 0.5, 0.75};
    knowledge.proxy = "activation";
    knowledge.unprunableShare = 0.19;
    knowledge.cacheKey = "0123abcd";
    knowledge.nodeGroups = {{1, 0.1 + 0.2, 1.0 / 3, {0.1, 1e-300, -0.25}, true, true}, {2, 0, 0, {}, false, false}};
    return knowledge;
}

}  // namespace

class TestKnowledgeValues : public QObject {
    Q_OBJECT
private Q_SLOTS:

    void bothWaysToTheBit() {
        const auto before = sample();
        const auto after = knowledgeFromJson(nlohmann::json::parse(toJson(before).dump()));
        QVERIFY(after.baselineNll == before.baselineNll);
        QVERIFY(after.tokens == before.tokens && after.ratios == before.ratios && after.proxy == before.proxy);
        QVERIFY(after.unprunableShare == before.unprunableShare && after.cacheKey == before.cacheKey);
        QCOMPARE(after.nodeGroups.size(), before.nodeGroups.size());
        for (std::size_t i = 0; i < before.nodeGroups.size(); ++i) {
            const auto& a = after.nodeGroups[i];
            const auto& b = before.nodeGroups[i];
            QVERIFY(a.nodeGroup == b.nodeGroup && a.deviation == b.deviation && a.spread == b.spread);
            QVERIFY(a.perRatio == b.perRatio && a.measured == b.measured && a.protectedByRank == b.protectedByRank);
        }
    }

    void keysOfTheCommandLine() {
        const auto json = toJson(sample());
        QVERIFY(json.contains("baseline_nll"));
        for (const char* key : {"id", "deviation", "spread"}) QVERIFY(json.at("node_groups").at(0).contains(key));
    }

    void damagedValuesAreRefused_data() {
        QTest::addColumn<QString>("text");
        QTest::newRow("empty") << "{}";
        QTest::newRow("array") << "[1]";
        auto json = toJson(sample());
        json["ratios"] = "half";
        QTest::newRow("wrong type") << QString::fromStdString(json.dump());
        json = toJson(sample());
        json["node_groups"][1].erase("spread");
        QTest::newRow("missing key") << QString::fromStdString(json.dump());
    }

    void damagedValuesAreRefused() {
        QFETCH(QString, text);
        try {
            knowledgeFromJson(nlohmann::json::parse(text.toStdString()));
            QFAIL("accepted");
        } catch (const Error& error) {
            QCOMPARE(error.code(), ErrorCode::BadInput);
        }
    }
};

QTEST_APPLESS_MAIN(TestKnowledgeValues)
#include "tst_knowledge_values.moc"
