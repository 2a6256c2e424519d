#include "core/layout/layered_layout.h"

#include "core/base/error.h"

#include <QTest>

#include <cmath>

namespace tst_layered_layout {

using namespace lorashear;

namespace {

std::vector<LayoutBox> boxesOf(int count) {
    return std::vector<LayoutBox>(std::size_t(count), LayoutBox{100, 30});
}

}  // namespace

class TestLayeredLayout : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void nothingGivesNothing() { QVERIFY(layeredLayout({}, {}).centres.empty()); }

    void edgesPointDown() {
        const std::vector<LayoutEdge> edges = {{0, 1}, {1, 2}, {0, 3}, {3, 4}, {4, 2}, {0, 2}, {2, 5}};
        const LayoutResult result = layeredLayout(boxesOf(6), edges);
        for (const LayoutEdge& edge : edges) {
            QVERIFY(result.layers[std::size_t(edge.from)] < result.layers[std::size_t(edge.to)]);
            QVERIFY(result.centres[std::size_t(edge.from)].y < result.centres[std::size_t(edge.to)].y);
        }
    }

    void boxesNeverOverlap() {
        std::vector<LayoutEdge> edges;
        for (int i = 1; i < 40; ++i) edges.push_back({(i * 7) % i, i}), edges.push_back({i / 2, i});
        auto boxes = boxesOf(40);
        boxes[7] = {180, 60};
        const LayoutResult result = layeredLayout(boxes, edges);
        for (std::size_t a = 0; a < boxes.size(); ++a)
            for (std::size_t b = a + 1; b < boxes.size(); ++b) {
                const double dx = std::abs(result.centres[a].x - result.centres[b].x),
                             dy = std::abs(result.centres[a].y - result.centres[b].y);
                QVERIFY2(dx >= (boxes[a].width + boxes[b].width) / 2 || dy >= (boxes[a].height + boxes[b].height) / 2,
                         qPrintable(QStringLiteral("%1 and %2").arg(a).arg(b)));
            }
    }

    void longEdgesBendAroundTheLayersBetween() {
        const LayoutResult result = layeredLayout(boxesOf(4), {{0, 1}, {1, 2}, {2, 3}, {0, 3}});
        QCOMPARE(result.routes[0].size(), std::size_t(2));
        QCOMPARE(result.routes[3].size(), std::size_t(6));  // two ends, two bends in each of two layers
        for (const LayoutPoint& bend : {result.routes[3][1], result.routes[3][3]})
            QVERIFY(std::abs(bend.x - result.centres[1].x) >= 50);
        QCOMPARE(result.routes[3].front().y, result.centres[0].y + 15);
        QCOMPARE(result.routes[3].back().y, result.centres[3].y - 15);
    }

    void constantsLieAboveTheirFirstReader() {
        const LayoutResult result = layeredLayout(boxesOf(5), {{0, 1}, {1, 2}, {2, 3}, {4, 3}});
        QCOMPARE(result.layers[4], result.layers[3] - 1);
    }

    void repeatedEdgesAndLoopsAreTaken() {
        const LayoutResult result = layeredLayout(boxesOf(2), {{0, 1}, {0, 1}, {1, 1}});
        QCOMPARE(result.routes[0].size(), result.routes[1].size());
        QVERIFY(result.routes[2].empty());
    }

    void repeatsExactly() {
        std::vector<LayoutEdge> edges;
        for (int i = 1; i < 60; ++i) edges.push_back({i * i % i, i}), edges.push_back({i / 3, i});
        const LayoutResult a = layeredLayout(boxesOf(60), edges), b = layeredLayout(boxesOf(60), edges);
        for (std::size_t i = 0; i < 60; ++i) QCOMPARE(a.centres[i].x, b.centres[i].x);
    }

    void cyclesAndStrangersAreRefused() {
        QVERIFY_EXCEPTION_THROWN(layeredLayout(boxesOf(2), {{0, 1}, {1, 0}}), Error);
        QVERIFY_EXCEPTION_THROWN(layeredLayout(boxesOf(2), {{0, 7}}), Error);
    }
};

}  // namespace tst_layered_layout

QTEST_APPLESS_MAIN(tst_layered_layout::TestLayeredLayout)
#include "tst_layered_layout.moc"
