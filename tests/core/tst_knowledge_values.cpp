#include "core/knowledge/knowledge_distribution.h"

#include "core/base/error.h"
#include "core/knowledge/settled_places.h"

#include <nlohmann/json.hpp>

#include <QTest>

#include <algorithm>
#include <cmath>
#include <tuple>

namespace tst_knowledge_values {

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
    knowledge.confidence = 0.95;
    knowledge.windows = 40;
    knowledge.nodeGroups.front().windows = 12;
    knowledge.nodeGroups.front().settled = true;
    return knowledge;
}

constexpr std::size_t kWindows = 24, kLook = 4;

/// Ten node groups with deviations 1, 2, … 10 (the last the largest) on windows of which every other is twice as hard for all, and noise of their own.
Measurements ladder(double noise, double hardness = 0) {
    std::vector<std::size_t> batches;
    for (std::size_t s = 0; s < kWindows; s += kLook) batches.push_back(s);
    Measurements m(batches, std::vector<std::int64_t>(kWindows, 100), 10);
    for (std::size_t s = 0; s < kWindows; ++s) {
        m.baseline[s] = 300;
        for (std::size_t g = 0; g < 10; ++g) {
            const double own = std::sin(static_cast<double>(7 * s + 13 * g + s * g));
            const double shared = s % 2 == 0 ? hardness : -hardness;
            m.probes[g][s] = 300 + 100 * (static_cast<double>(g + 1) + noise * own + shared);
        }
    }
    return m;
}

/// The whole race; windows[g]: on how many node group g was measured.
SettledPlaces race(const Measurements& m, std::vector<std::size_t>& windows, double confidence = 0.95) {
    SettledPlaces places(10, {confidence, placeBoundaries(0.2, 10)});
    windows.assign(10, kWindows);
    for (std::size_t end = kLook; end <= kWindows; end += kLook)
        for (const std::size_t settled : places.look(m, 1, end)) windows[settled] = end;
    return places;
}

}  // namespace

class TestKnowledgeValues : public QObject {
    Q_OBJECT
private Q_SLOTS:

    void quantilesAreStudents() {
        // Tables of Student's t, one-sided.
        const std::vector<std::tuple<double, std::size_t, double, double>> known = {
            {0.95, 1, 6.3138, 1e-3},   {0.95, 2, 2.9200, 1e-3},     {0.95, 3, 2.3534, 1e-3}, {0.999, 3, 10.2145, 1e-3},
            {0.5, 3, 0, 1e-9},         {0.95, 7, 1.8946, 1e-3},     {0.99, 4, 3.7469, 0.03}, {0.975, 10, 2.2281, 1e-3},
            {0.995, 30, 2.7500, 1e-3}, {0.95, 100000, 1.6449, 1e-3}};
        for (const auto& [probability, freedom, value, within] : known)
            QVERIFY2(std::abs(studentQuantile(probability, freedom) - value) < within,
                     qPrintable(QString::number(studentQuantile(probability, freedom))));
    }

    void boundariesAreThoseOfTheMarksAndOfTheFifths() {
        QCOMPARE(placeBoundaries(0.19, 60), (std::vector<std::size_t>{11, 12, 48}));
        QCOMPARE(placeBoundaries(0.2, 60), (std::vector<std::size_t>{12, 48}));
        QCOMPARE(placeBoundaries(0, 10), (std::vector<std::size_t>{2, 8}));
        QCOMPARE(placeBoundaries(0.5, 3), (std::vector<std::size_t>{1}));
        QVERIFY(placeBoundaries(0.2, 1).empty());
    }

    void whoIsFarFromEveryBoundaryIsSettledFirst() {
        std::vector<std::size_t> windows;
        const auto m = ladder(1.2);
        const auto places = race(m, windows);
        const auto sections = places.sections(m, 1);
        QCOMPARE(sections, (std::vector<int>{2, 2, 1, 1, 1, 1, 1, 1, 0, 0}));
        QVERIFY2(windows[0] < kWindows && windows[4] < kWindows && windows[9] < kWindows,
                 "ends and middle are clear at once");
        QVERIFY(*std::max_element(windows.begin(), windows.end()) > windows[4]);
    }

    // What a window costs every node group alike says nothing about their order.
    void differencesAreTakenWindowByWindow() {
        std::vector<std::size_t> alone, shared;
        race(ladder(0.2), alone);
        race(ladder(0.2, 40), shared);
        QCOMPARE(shared, alone);
        QVERIFY(*std::max_element(shared.begin(), shared.end()) < kWindows);
    }

    void whoCannotBeToldApartIsMeasuredOnEveryWindow() {
        auto m = ladder(0.2);
        m.probes[7] = m.probes[8];  // one on either side of the boundary, and equal
        std::vector<std::size_t> windows;
        const auto places = race(m, windows);
        QVERIFY(places.isOpen(7) && places.isOpen(8) && windows[7] == kWindows);
        QVERIFY(!places.isOpen(9) && !places.isOpen(0));
        const auto sections = places.sections(m, 1);
        QCOMPARE(std::count(sections.begin(), sections.end(), 0), 2);  // as many as there are places
    }

    void moreConfidenceTakesMoreWindows() {
        const auto m = ladder(1.5);
        std::size_t before = 0;
        for (const double confidence : {0.6, 0.95, 0.9999}) {
            std::vector<std::size_t> windows;
            race(m, windows, confidence);
            std::size_t sum = 0;
            for (const std::size_t count : windows) sum += count;
            QVERIFY2(sum > before, qPrintable(QString::number(sum)));
            before = sum;
        }
    }

    void marksKeepToTheirSection() {
        std::vector<NodeGroupKnowledge> groups(3);
        for (std::size_t i = 0; i < 3; ++i) groups[i].measured = true, groups[i].deviation = static_cast<double>(i);
        markMostSensitive(groups, 0.34, {0, 1, 1});  // figures of other windows put it last
        QVERIFY(groups[0].protectedByRank && !groups[2].protectedByRank);
        markMostSensitive(groups, 0.34);
        QVERIFY(groups[2].protectedByRank);
    }

    void bothWaysToTheBit() {
        const auto before = sample();
        const auto after = knowledgeFromJson(nlohmann::json::parse(toJson(before).dump()));
        QVERIFY(after.baselineNll == before.baselineNll);
        QVERIFY(after.tokens == before.tokens && after.ratios == before.ratios && after.proxy == before.proxy);
        QVERIFY(after.unprunableShare == before.unprunableShare && after.cacheKey == before.cacheKey);
        QVERIFY(after.confidence == before.confidence && after.windows == before.windows);
        QCOMPARE(after.nodeGroups.size(), before.nodeGroups.size());
        for (std::size_t i = 0; i < before.nodeGroups.size(); ++i) {
            const auto& a = after.nodeGroups[i];
            const auto& b = before.nodeGroups[i];
            QVERIFY(a.nodeGroup == b.nodeGroup && a.deviation == b.deviation && a.spread == b.spread);
            QVERIFY(a.perRatio == b.perRatio && a.measured == b.measured && a.protectedByRank == b.protectedByRank);
            QVERIFY(a.windows == b.windows && a.settled == b.settled);
        }
    }

    /// Of programs that measured every node group on every window.
    void formerFilesAreRead() {
        auto json = toJson(sample());
        for (const char* key : {"confidence", "windows"}) QVERIFY2(json.erase(key) == 1, key);
        for (auto& entry : json.at("node_groups"))
            for (const char* key : {"windows", "settled"}) QVERIFY2(entry.erase(key) == 1, key);
        const auto read = knowledgeFromJson(json);
        QVERIFY(read.confidence == 0 && read.windows == 0);
        for (const auto& entry : read.nodeGroups) QVERIFY(entry.windows == 0 && !entry.settled);
        QCOMPARE(read.nodeGroups.front().deviation, sample().nodeGroups.front().deviation);
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

}  // namespace tst_knowledge_values

QTEST_APPLESS_MAIN(tst_knowledge_values::TestKnowledgeValues)
#include "tst_knowledge_values.moc"
