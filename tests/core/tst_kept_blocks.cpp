// What methods cannot carry out is known before anything is measured: blocks that stay whole, parts that may not go.
#include "core/base/error.h"
#include "core/plan/possible_marks.h"
#include "core/prune/kept_blocks.h"
#include "core/prune/method_table.h"
#include "tests/core/whole_structure.h"

#include <QtTest>

#include <functional>
#include <optional>
#include <string>

namespace tst_kept_blocks {

using namespace lorashear;

namespace {

std::optional<Error> refusalOf(const std::function<void()>& ask) {
    try {
        ask();
    } catch (const Error& error) {
        return error;
    }
    return std::nullopt;
}

/// The number before " %" that follows these words; -1: there is none.
double percentAfter(const std::string& text, const std::string& words) {
    const auto at = text.find(words);
    return at == std::string::npos ? -1 : std::stod(text.substr(at + words.size()));
}

PlanOptions removing(double ratio) {
    PlanOptions options;
    options.ratio = ratio;
    for (auto& [unit, settings] : options.units) settings.minimum = 1;
    return options;
}

/// Blocks alone, as many of them as one likes.
PlanRequest ofBlocks(const Structure& structure, const PlanOptions& options, const ModelConfig& config) {
    return {structure, options, nullptr, &config};
}

PruningPlan droppingBlocks(const PlanRequest& request) {
    return planUnder("block-drop", "{}", request);
}

}  // namespace

class TestKeptBlocks : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// The ratio that the hint names can be carried out, the next hundredth of a percent cannot.
    void theLargestRatioIsNamed_data() {
        QTest::addColumn<int>("first");
        QTest::addColumn<int>("last");
        QTest::addColumn<QString>("pointer");
        QTest::newRow("first") << 2 << 0 << "/method/options/keep_first_blocks";
        QTest::newRow("last") << 0 << 3 << "/method/options/keep_last_blocks";
        QTest::newRow("both") << 1 << 2 << "/method/options/keep_first_blocks";
    }
    void theLargestRatioIsNamed() {
        QFETCH(int, first);
        QFETCH(int, last);
        QFETCH(QString, pointer);
        const auto structure = handmade::make(handmade::stories260K());
        const KeptBlocks kept{first, last};
        const auto ask = [&](double ratio) {
            const PlanOptions options = removing(ratio);
            const PlanRequest request{structure, options};
            return refusalOf([&] { requireRoomBetween(request, makePlan(request), kept, true); });
        };
        const auto error = ask(0.7);
        QVERIFY(error);
        QCOMPARE(error->code(), ErrorCode::Impossible);
        QCOMPARE(error->subject(), pointer.toStdString());
        const double largest = percentAfter(error->hint(), "The largest reachable ratio is ") / 100;
        QVERIFY2(largest > 0.05 && largest < 0.7, error->hint().c_str());
        QVERIFY(!ask(largest));
        QVERIFY(ask(largest + 1e-4));
        // and the method's own selection says the same
        const PlanOptions options = removing(largest);
        withoutBlocks(makePlan(structure, options), structure, kept);
        QVERIFY(refusalOf([&] { withoutBlocks(makePlan(structure, removing(largest + 1e-4)), structure, kept); }));
    }

    void whereAllStayNothingCanGo() {
        const auto structure = handmade::make(handmade::stories260K());
        const PlanOptions options = removing(0.2);
        const PlanRequest request{structure, options};
        const auto error = refusalOf([&] { requireRoomBetween(request, makePlan(request), {3, 2}, true); });
        QVERIFY(error && error->hint().find("nothing can be removed") != std::string::npos);
        QVERIFY(!refusalOf([&] { requireRoomBetween(request, makePlan(request), {0, 0}, true); }));
    }

    /// Which parts go is not known before they are scored: what some choice of them allows is not refused yet.
    void partsThatAreNotChosenRefuseNothing() {
        const auto shape = handmade::stories260K();
        const auto structure = handmade::whole(shape);
        const auto config = handmade::configOf(shape);
        PlanOptions options = removing(0.15);
        options.units["attention_layers"].take = true, options.units["attention_layers"].share = 0.6334;  // two of five
        options.units["mlp"].take = false;
        const PlanRequest request{structure, options, nullptr, &config};
        const PruningPlan plan = makePlan(request);
        QVERIFY(plan.removed("attention") > 0 && plan.edits.size() == 2);  // of layers 3 and 4, as an example
        const KeptBlocks kept{3, 0};                                       // so the blocks between have no attention
        QVERIFY(!refusalOf([&] { requireRoomBetween(request, plan, kept, false); }));
        QVERIFY(refusalOf([&] { requireRoomBetween(request, plan, kept, true); }));
        QVERIFY(refusalOf([&] { requireRoomBetween(request, plan, {5, 0}, false); }));
    }

    void marksMayTakeWhatIsLeft() {
        const auto structure = handmade::make(handmade::stories260K());
        const PlanOptions options = removing(0.3);
        const PlanRequest request{structure, options};
        const PruningPlan plan = makePlan(request);
        QVERIFY(roomWhateverIsMarked(request, plan, {1, 0}, 0));
        QVERIFY(roomWhateverIsMarked(request, plan, {1, 0}, 1));
        QVERIFY(!roomWhateverIsMarked(request, plan, {1, 0}, 3));
        QVERIFY(roomWhateverIsMarked(request, plan, {0, 0}, 3));  // nothing is kept: a plan by itself knows its marks
    }

    /// Nobody has set "take" of a method that chooses its units itself.
    void blockDropSaysWhatToDo() {
        const auto shape = handmade::stories260K();
        const auto structure = handmade::whole(shape);
        const auto config = handmade::configOf(shape);
        PlanOptions options = removing(0.2);
        options.protect = {"layers.*"};
        const auto error = refusalOf([&] { droppingBlocks(ofBlocks(structure, options, config)); });
        QVERIFY(error);
        QCOMPARE(error->subject(), std::string("/plan/units/blocks"));
        for (const char* help : {"/plan/protect", "/plan/units/blocks/minimum", "/method/options/parts"})
            QVERIFY2(error->hint().find(help) != std::string::npos, error->hint().c_str());
        QVERIFY(error->hint().find("take") == std::string::npos);
        options.protect = {"layers.0.*"};
        options.ratio = 0.8;
        const auto much = refusalOf([&] { droppingBlocks(ofBlocks(structure, options, config)); });
        QVERIFY(much && much->code() == ErrorCode::Impossible);
        const double largest = percentAfter(much->hint(), "The largest reachable ratio is ");
        QVERIFY2(largest > 65 && largest < 75, much->hint().c_str());  // four of five blocks, 17.5 % each
    }

    /// Of five blocks two node groups each; four of ten are marked: on two blocks at best, on four at worst.
    void marksOnBlocks_data() {
        QTest::addColumn<double>("ratio");
        QTest::addColumn<int>("depends");
        QTest::newRow("one block goes, one stays open at least") << 0.175 << 0;
        QTest::newRow("three go, if the marks are kind") << 0.524 << 4;
        QTest::newRow("four cannot") << 0.699 << -1;
    }
    void marksOnBlocks() {
        QFETCH(double, ratio);
        QFETCH(int, depends);
        const auto shape = handmade::stories260K();
        const auto structure = handmade::whole(shape);
        const auto config = handmade::configOf(shape);
        const PlanOptions options = removing(ratio);
        const PlanRequest request = ofBlocks(structure, options, config);
        droppingBlocks(request);  // without marks
        int found = -1;
        const auto error = refusalOf([&] { found = requirePlanUnderMarks(request, 0.4, droppingBlocks); });
        QCOMPARE(found, depends);
        QCOMPARE(error.has_value(), depends < 0);
        if (error) {
            QCOMPARE(error->code(), ErrorCode::Impossible);
            QVERIFY2(error->message().find("4 node groups") != std::string::npos, error->what());
        }
        QCOMPARE(requirePlanUnderMarks(request, 0, droppingBlocks), 0);
    }
};

}  // namespace tst_kept_blocks

QTEST_APPLESS_MAIN(tst_kept_blocks::TestKeptBlocks)
#include "tst_kept_blocks.moc"
