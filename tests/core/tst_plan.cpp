#include "core/plan/plan.h"

#include "core/base/error.h"
#include "core/base/random.h"
#include "core/plan/reachable.h"
#include "tests/core/hand_structure.h"

#include <QTest>

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <set>

namespace tst_plan {

using namespace lorashear;
using handmade::Shape;

namespace {

PlanOptions ratio(double value) {
    PlanOptions options;
    options.ratio = value;
    return options;
}

GroupSaliency randomSaliency(const Structure& structure, std::uint64_t seed) {
    GroupSaliency saliency{"random", {}};
    Random random(seed, "saliency");
    for (const auto& group : structure.nodeGroups) {
        saliency.scores.emplace_back();
        for (int j = 0; j < group.count; ++j) saliency.scores.back().push_back(random.uniform());
    }
    return saliency;
}

/// Runs the first `done` of the periods 1/P … 1 as a method does.
std::vector<GroupRef> upToPeriod(const PruningPlan& plan, const Structure& structure, int done, int periods) {
    std::vector<GroupRef> taken;
    for (int p = 1; p <= done; ++p) {
        const auto saliency = randomSaliency(structure, static_cast<std::uint64_t>(p));
        const auto chosen = selectGroups(plan, structure, saliency, taken, static_cast<double>(p) / periods);
        taken.insert(taken.end(), chosen.begin(), chosen.end());
    }
    return taken;
}

std::vector<GroupRef> inPeriods(const PruningPlan& plan, const Structure& structure, int periods) {
    return upToPeriod(plan, structure, periods, periods);
}

std::vector<int> perNodeGroup(const Structure& structure, const std::vector<GroupRef>& removed) {
    std::vector<int> counts(structure.nodeGroups.size(), 0);
    for (const auto& ref : removed) ++counts[static_cast<std::size_t>(ref.nodeGroup)];
    return counts;
}

int ofKind(const Structure& structure, const std::vector<GroupRef>& removed, UnitKind unit) {
    return static_cast<int>(std::count_if(removed.begin(), removed.end(), [&](const GroupRef& ref) {
        return structure.nodeGroups[static_cast<std::size_t>(ref.nodeGroup)].unit == unit;
    }));
}

/// Counts removed elements tensor by tensor, index by index.
std::int64_t bruteForce(const Shape& shape, const Structure& structure, const std::vector<GroupRef>& removed) {
    std::map<std::string, std::pair<std::set<std::int64_t>, std::set<std::int64_t>>> cut;
    for (const auto& ref : removed) {
        const auto& group = structure.nodeGroups[static_cast<std::size_t>(ref.nodeGroup)];
        for (const auto* slices : {&group.primary, &group.secondary})
            for (const auto& slice : *slices)
                for (std::int64_t i = 0; i < slice.length; ++i) {
                    auto& both = cut[slice.tensor];
                    (slice.dim == 0 ? both.first : both.second).insert(slice.begin(ref.index) + i);
                }
    }
    std::int64_t sum = 0;
    const auto sizes = handmade::tensorSizes(shape);
    for (const auto& [tensor, both] : cut) {
        const auto [rows, columns] = sizes.at(tensor);
        const auto keptRows = rows - static_cast<std::int64_t>(both.first.size());
        const auto keptColumns = columns - static_cast<std::int64_t>(both.second.size());
        sum += columns == 0 ? rows - keptRows : rows * columns - keptRows * keptColumns;
    }
    return sum;
}

std::vector<GroupRef> randomGroups(const Structure& structure, double share, std::uint64_t seed) {
    Random random(seed, "groups");
    std::vector<GroupRef> removed;
    for (const auto& group : structure.nodeGroups)
        for (int j = 0; j < group.count; ++j)
            if (random.uniform() < share) removed.push_back({group.id, j});
    return removed;
}

Error errorOf(const Structure& structure, const PlanOptions& options, const KnowledgeDistribution* knowledge = nullptr) {
    try {
        makePlan(structure, options, knowledge);
    } catch (const Error& error) {
        return error;
    }
    return Error(ErrorCode::Internal, "test", "the plan was accepted");
}

}  // namespace

class TestPlan : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aPlanThatIsOffRemovesNothing() {
        const auto structure = handmade::make(handmade::stories260K());
        PlanOptions off = ratio(0.3);
        QVERIFY(makePlan(structure, off).removed() > 0);
        off.enabled = false;
        const PruningPlan plan = makePlan(structure, off);
        QCOMPARE(plan.removed(), 0);
        QCOMPARE(plan.expectedRatio, 0.0);
        for (const NodeGroupBudget& budget : plan.budgets) QVERIFY(!budget.prunable && budget.mostRemovable == 0);
    }

    void parametersOf7B() {
        const auto structure = handmade::make(handmade::llama7B());
        QCOMPARE(structure.parameters, std::int64_t{6738415616});
    }

    void achievedWithinOneGroup_data() {
        QTest::addColumn<int>("model");
        QTest::addColumn<double>("wanted");
        for (int model = 0; model < 3; ++model)
            for (const double wanted : {0.003, 0.05, 0.1, 0.2, 0.25, 0.333, 0.5, 0.64, 0.77})
                QTest::addRow("model %d, %g", model, wanted) << model << wanted;
    }

    void achievedWithinOneGroup() {
        QFETCH(int, model);
        QFETCH(double, wanted);
        const Shape shapes[] = {handmade::stories260K(), handmade::llama7B(), handmade::llama3of8B()};
        const auto& shape = shapes[model];
        const auto structure = handmade::make(shape);
        const auto plan = makePlan(structure, ratio(wanted));
        const auto all = static_cast<double>(structure.parameters);
        const double smallest = 3.0 * shape.hidden;
        QVERIFY(std::abs(plan.expectedRatio - wanted) * all <= smallest);

        const auto removed = selectGroups(plan, structure, randomSaliency(structure, 7), {}, 1.0);
        QCOMPARE(ofKind(structure, removed, UnitKind::Attention), plan.removed("attention"));
        QCOMPARE(ofKind(structure, removed, UnitKind::Mlp), plan.removed("mlp"));
        QCOMPARE(static_cast<double>(removedParameters(structure, removed)) / all, plan.expectedRatio);
    }

    void oneCommonFraction() {
        const auto structure = handmade::make(handmade::llama7B());
        const auto plan = makePlan(structure, ratio(0.2));
        QVERIFY(std::abs(plan.removed("attention") / 1024.0 - 0.2081) < 1e-3);
        QVERIFY(std::abs(plan.removed("mlp") / 352256.0 - 0.2081) < 1e-3);
        QVERIFY(std::abs(plan.largestRatio - 0.952) < 2e-3);
    }

    void attentionShare() {
        const auto structure = handmade::make(handmade::llama7B());
        auto options = ratio(0.1);
        for (const double share : {0.0, 0.2, 0.5, 1.0}) {
            options.units["attention"].share = share;
            const auto plan = makePlan(structure, options);
            const double attention = plan.removed("attention") * 2097152.0 / (0.1 * 6738415616.0);
            QVERIFY2(std::abs(attention - share) < 0.002, qPrintable(QString::number(attention)));
            QVERIFY(share > 0 || plan.removed("attention") == 0);
            QVERIFY(share < 1 || plan.removed("mlp") == 0);
        }
        options.ratio = 0.5;
        options.units["attention"].share = 0.9;
        const auto error = errorOf(structure, options);
        QCOMPARE(error.code(), ErrorCode::Impossible);
        QVERIFY(error.hint().find("34.3") != std::string::npos);  // 31 of 32 heads everywhere, over 0.9
    }

    void unitsThatTakeNoPartStayWhole() {
        const auto structure = handmade::make(handmade::stories260K());
        auto options = ratio(0.2);
        options.units["attention"].take = false;
        const auto plan = makePlan(structure, options);
        QCOMPARE(plan.remove.count("attention"), std::size_t{0});
        QVERIFY(!plan.budgets[1].prunable && plan.budgets[1].reason.find("KV groups take no part") == 0);
        QVERIFY(std::abs(plan.expectedRatio - 0.2) * static_cast<double>(structure.parameters) <= 192);
        QCOMPARE(plan.removed(), plan.removed("mlp"));
        options.units["mlp"].take = false;
        QCOMPARE(errorOf(structure, options).subject(), std::string("/plan/units"));
    }

    void sharesMustAddUp() {
        const auto structure = handmade::make(handmade::stories260K());
        auto options = ratio(0.2);
        options.units["attention"].share = 0.4;
        options.units["mlp"].share = 0.6;
        const auto plan = makePlan(structure, options);
        const auto attention = plan.removed("attention") * 3072.0, mlp = plan.removed("mlp") * 192.0;
        QVERIFY(std::abs(attention / (attention + mlp) - 0.4) < 0.05);
        for (const double share : {0.5, 0.7}) {
            options.units["mlp"].share = share;
            const auto error = errorOf(structure, options);
            QCOMPARE(error.code(), ErrorCode::BadRecipe);
            QCOMPARE(error.subject(), std::string("/plan/units"));
        }
        options = ratio(0.2);
        options.units["heads"];
        QCOMPARE(errorOf(structure, options).subject(), std::string("/plan/units/heads"));
    }

    void fullClusterSpillsOver() {
        auto options = ratio(0.6);
        options.units["attention"].minimum = 3;  // at most one of four
        const auto structure = handmade::make(handmade::stories260K());
        const auto plan = makePlan(structure, options);
        QCOMPARE(plan.removed("attention"), 5);
        QVERIFY(std::abs(plan.expectedRatio - 0.6) * static_cast<double>(structure.parameters) <= 192);
    }

    void refusals_data() {
        QTest::addColumn<double>("wanted");
        QTest::addColumn<int>("code");
        const auto bad = static_cast<int>(ErrorCode::BadRecipe), impossible = static_cast<int>(ErrorCode::Impossible);
        QTest::newRow("zero") << 0.0 << bad;
        QTest::newRow("one") << 1.0 << bad;
        QTest::newRow("negative") << -0.2 << bad;
        QTest::newRow("nan") << std::numeric_limits<double>::quiet_NaN() << bad;
        QTest::newRow("infinite") << std::numeric_limits<double>::infinity() << bad;
        QTest::newRow("nearly all") << 0.99 << impossible;
        QTest::newRow("less than a neuron") << 1e-7 << impossible;
    }

    void refusals() {
        QFETCH(double, wanted);
        QFETCH(int, code);
        const auto structure = handmade::make(handmade::stories260K());
        const auto error = errorOf(structure, ratio(wanted));
        QCOMPARE(static_cast<int>(error.code()), code);
        QCOMPARE(error.subject(), std::string("/plan/ratio"));
        // 3 of 4 KV groups of 3072 and 164 of 172 neurons of 192 parameters, in 5 layers, of 260032: 78.26 %
        QVERIFY2(error.hint().find("78.26 %") != std::string::npos, error.hint().c_str());
    }

    void largestRatioIsReachable() {
        const auto structure = handmade::make(handmade::stories260K());
        const double largest = makePlan(structure, ratio(0.2)).largestRatio;
        const auto plan = makePlan(structure, ratio(largest));
        QCOMPARE(plan.removed("attention"), 15);
        QCOMPARE(plan.removed("mlp"), 820);
        QCOMPARE(errorOf(structure, ratio(largest + 0.001)).code(), ErrorCode::Impossible);
    }

    void optionRanges() {
        const auto structure = handmade::make(handmade::stories260K());
        const auto subjectOf = [&](auto change) {
            auto options = ratio(0.2);
            change(options);
            const auto error = errorOf(structure, options);
            return error.code() == ErrorCode::BadRecipe ? error.subject() : std::string("accepted or of another kind");
        };
        QCOMPARE(subjectOf([](auto& o) { o.units["mlp"].minimum = 0; }), std::string("/plan/units/mlp/minimum"));
        QCOMPARE(subjectOf([](auto& o) { o.units["attention"].minimum = -1; }),
                 std::string("/plan/units/attention/minimum"));
        QCOMPARE(subjectOf([](auto& o) { o.units["mlp"].divisor = 0; }), std::string("/plan/units/mlp/divisor"));
        QCOMPARE(subjectOf([](auto& o) { o.units["attention"].divisor = 0; }), std::string("/plan/units/attention/divisor"));
        QCOMPARE(subjectOf([](auto& o) { o.units["attention"].share = 1.5; }), std::string("/plan/units/attention/share"));
        QCOMPARE(subjectOf([](auto& o) { o.units["attention"].share = std::nan(""); }),
                 std::string("/plan/units/attention/share"));
        QCOMPARE(subjectOf([](auto& o) { o.units["mlp"].divisor = unitById("mlp").mostDivisor + 1; }),
                 std::string("/plan/units/mlp/divisor"));
        QCOMPARE(subjectOf([](auto& o) { o.protect = {"layers.0.*", "layer.1.*"}; }), std::string("/plan/protect/1"));
        QCOMPARE(subjectOf([](auto& o) { o.allow = {"nowhere"}; }), std::string("/plan/allow/0"));
    }

    void protectionAndKnowledge() {
        const auto structure = handmade::make(handmade::stories260K());
        KnowledgeDistribution knowledge;
        knowledge.nodeGroups = {{1, 2.0, 0, {}, true, true}, {4, 1.0, 0, {}, true, true}, {6, 0.1, 0, {}, true, false}};
        auto options = ratio(0.2);
        options.protect = {"layers.4.*"};
        auto plan = makePlan(structure, options, &knowledge);
        const auto& budgets = plan.budgets;
        QVERIFY(!budgets[0].prunable && budgets[0].reason == structure.nodeGroups[0].reason);
        QVERIFY(!budgets[1].prunable && budgets[1].reason.find("knowledge") != std::string::npos);
        QVERIFY(!budgets[4].prunable && budgets[6].prunable);
        QVERIFY(!budgets[9].prunable && !budgets[10].prunable);
        QVERIFY(budgets[10].reason.find("layers.4.*") != std::string::npos);
        for (const auto& ref : inPeriods(plan, structure, 4))
            QVERIFY(budgets[static_cast<std::size_t>(ref.nodeGroup)].prunable);

        options.allow = {"layers.0.att*"};
        plan = makePlan(structure, options, &knowledge);
        QVERIFY(plan.budgets[1].prunable && !plan.budgets[4].prunable);
        options.useKnowledge = false;
        plan = makePlan(structure, options, &knowledge);
        QVERIFY(plan.budgets[4].prunable && !plan.budgets[9].prunable);

        options.protect = {"*"};
        const auto error = errorOf(structure, options);
        QCOMPARE(error.code(), ErrorCode::Impossible);
        knowledge.nodeGroups[0].nodeGroup = 99;
        QCOMPARE(errorOf(structure, ratio(0.2), &knowledge).code(), ErrorCode::BadInput);
    }

    void minimumsHoldInEveryPeriod() {
        const auto structure = handmade::make(handmade::stories260K());
        auto options = ratio(0.6);
        options.units["mlp"].minimum = 20;
        options.units["attention"].minimum = 2;
        const auto plan = makePlan(structure, options);
        const auto removed = inPeriods(plan, structure, 7);
        QCOMPARE(std::set<GroupRef>(removed.begin(), removed.end()).size(), removed.size());
        QCOMPARE(ofKind(structure, removed, UnitKind::Attention), plan.removed("attention"));
        QCOMPARE(ofKind(structure, removed, UnitKind::Mlp), plan.removed("mlp"));
        const auto counts = perNodeGroup(structure, removed);
        for (const auto& budget : plan.budgets) {
            QVERIFY(counts[static_cast<std::size_t>(budget.nodeGroup)] <= budget.mostRemovable);
            const auto& group = structure.nodeGroups[static_cast<std::size_t>(budget.nodeGroup)];
            QVERIFY(group.unit == UnitKind::Hidden || group.count - counts[static_cast<std::size_t>(group.id)] >= 2);
        }
        // Exactly what was configured, for each kind, after each of the periods; and the ratio is high enough for the minimum to bind.
        bool reached = false;
        for (int periods = 1; periods <= 7; ++periods) {
            const auto soFar = perNodeGroup(structure, upToPeriod(plan, structure, periods, 7));
            for (const auto& group : structure.nodeGroups) {
                if (group.unit == UnitKind::Hidden) continue;
                const int least =
                    group.unit == UnitKind::Mlp ? options.units["mlp"].minimum : options.units["attention"].minimum;
                const int left = group.count - soFar[static_cast<std::size_t>(group.id)];
                QVERIFY2(left >= least,
                         qPrintable(QString("%1 keeps %2 after period %3").arg(group.name.c_str()).arg(left).arg(periods)));
                reached = reached || left == least;
            }
        }
        QVERIFY(reached);
    }

    // Marks are unknown before the analysis, their number is not: the bounds are those of every way to set them.
    void reachableRatiosBoundAllMarks() {
        const auto structure = handmade::make(handmade::stories260K());
        for (const double share : {0.1, 0.3, 0.5, 0.9})
            for (const bool protect : {false, true}) {
                auto options = ratio(0.2);
                if (protect) options.protect = {"layers.1.mlp"}, options.allow = {"layers.2.*"};
                const auto bounds = reachableRatios({structure, options}, share);
                QCOMPARE(bounds.marks, static_cast<int>(share * 10 + 1e-9));
                double least = 1, most = 0;
                for (unsigned set = 0; set < 1U << 10; ++set) {
                    if (std::popcount(set) != bounds.marks) continue;
                    KnowledgeDistribution knowledge;
                    for (int i = 0; i < 10; ++i)
                        knowledge.nodeGroups.push_back({i + 1, 0, 0, {}, true, (set >> i & 1U) != 0});
                    const double reached = largestRatio(structure, options, &knowledge);
                    least = std::min(least, reached), most = std::max(most, reached);
                }
                QVERIFY(std::abs(bounds.least - least) < 1e-12);
                QVERIFY(std::abs(bounds.most - most) < 1e-12);
            }
        auto options = ratio(0.2);
        options.units["attention"].share = 0.6;
        const auto shared = reachableRatios({structure, options}, 0.3);
        QVERIFY(shared.least < shared.most && shared.most <= largestRatio(structure, options));
        options.uniform = true;
        QCOMPARE(reachableRatios({structure, options}, 0.5).marks, 0);
    }

    void whatNoMarksLeaveReachableIsRefused() {
        const auto structure = handmade::make(handmade::stories260K());
        const auto bounds = reachableRatios({structure, ratio(0.2)}, 0.5);
        QCOMPARE(requireReachable({structure, ratio(bounds.most - 0.01)}, 0.5).marks, 5);
        try {
            requireReachable({structure, ratio(bounds.most + 0.01)}, 0.5);
            QFAIL("accepted");
        } catch (const Error& error) {
            QCOMPARE(error.code(), ErrorCode::Impossible);
            QCOMPARE(error.subject(), std::string("/plan/ratio"));
            QVERIFY(error.message().find("5 node groups") != std::string::npos);
            QVERIFY(error.hint().find("not known before the analysis") != std::string::npos);
        }
        makePlan(structure, ratio(bounds.most + 0.01));  // without marks it could be done
    }

    void periodsSumToTheQuota() {
        const auto structure = handmade::make(handmade::stories260K());
        const auto plan = makePlan(structure, ratio(0.2));
        std::vector<GroupRef> taken;
        for (int p = 1; p <= 9; ++p) {
            const auto chosen = selectGroups(plan, structure, randomSaliency(structure, 3), taken, p / 9.0);
            taken.insert(taken.end(), chosen.begin(), chosen.end());
            QCOMPARE(ofKind(structure, taken, UnitKind::Mlp), static_cast<int>(std::lround(plan.removed("mlp") * p / 9.0)));
        }
        // The same scores all the time: periods and one go choose the same groups.
        std::sort(taken.begin(), taken.end());
        QCOMPARE(taken == selectGroups(plan, structure, randomSaliency(structure, 3), {}, 1.0), true);
    }

    void lowestScoresGoFirst() {
        const auto structure = handmade::make(handmade::stories260K());
        const auto plan = makePlan(structure, ratio(0.2));
        const auto saliency = randomSaliency(structure, 11);
        const auto removed = selectGroups(plan, structure, saliency, {}, 1.0);
        double highest = 0;
        std::set<GroupRef> gone(removed.begin(), removed.end());
        const auto scoreOf = [&](GroupRef ref) {
            return saliency.scores[static_cast<std::size_t>(ref.nodeGroup)][static_cast<std::size_t>(ref.index)];
        };
        for (const auto& ref : removed)
            if (structure.nodeGroups[static_cast<std::size_t>(ref.nodeGroup)].unit == UnitKind::Mlp)
                highest = std::max(highest, scoreOf(ref));
        for (const auto& group : structure.nodeGroups)
            for (int j = 0; group.unit == UnitKind::Mlp && j < group.count; ++j)
                QVERIFY(gone.contains({group.id, j}) || scoreOf({group.id, j}) >= highest);
    }

    void divisors_data() {
        QTest::addColumn<int>("divisor");
        QTest::addColumn<double>("wanted");
        for (const int divisor : {4, 8, 16})
            for (const double wanted : {0.006, 0.03, 0.1, 0.2, 0.5})
                QTest::addRow("%d, %g", divisor, wanted) << divisor << wanted;
    }

    void divisors() {
        QFETCH(int, divisor);
        QFETCH(double, wanted);
        const auto structure = handmade::make(handmade::stories260K());  // 172 = 21 * 8 + 4
        auto options = ratio(wanted);
        options.units["mlp"].divisor = divisor;
        const auto plan = makePlan(structure, options);
        QVERIFY(std::abs(plan.expectedRatio - wanted) * static_cast<double>(structure.parameters) <= divisor * 192);
        for (const int periods : {1, 10}) {
            const auto removed = inPeriods(plan, structure, periods);
            QCOMPARE(ofKind(structure, removed, UnitKind::Mlp), plan.removed("mlp"));
            const auto counts = perNodeGroup(structure, removed);
            for (const auto& group : structure.nodeGroups) {
                const int lost = counts[static_cast<std::size_t>(group.id)];
                QVERIFY(group.unit != UnitKind::Mlp || lost == 0 || (group.count - lost) % divisor == 0);
            }
        }
    }

    void divisorsOverUnequalWidths() {
        const auto shape = handmade::stories260K();
        std::vector<NodeGroup> groups;
        for (int l = 0; l < shape.layers; ++l) groups.push_back(handmade::mlp(shape, l, 100 + 9 * l));
        const auto structure = handmade::assemble(shape, groups);
        auto options = ratio(0.2);
        options.units["mlp"].divisor = 8;
        const auto plan = makePlan(structure, options);
        const auto removed = inPeriods(plan, structure, 6);
        QCOMPARE(static_cast<int>(removed.size()), plan.removed("mlp"));
        const auto counts = perNodeGroup(structure, removed);
        for (const auto& group : structure.nodeGroups)
            QCOMPARE((group.count - counts[static_cast<std::size_t>(group.id)]) % 8, 0);
    }

    void uniform_data() {
        QTest::addColumn<int>("divisor");
        QTest::addColumn<double>("wanted");
        for (const int divisor : {1, 8})
            for (const double wanted : {0.05, 0.2, 0.5}) QTest::addRow("%d, %g", divisor, wanted) << divisor << wanted;
    }

    void uniform() {
        QFETCH(int, divisor);
        QFETCH(double, wanted);
        const auto structure = handmade::make(handmade::stories260K());
        KnowledgeDistribution knowledge;
        knowledge.nodeGroups = {{1, 2.0, 0, {}, true, true}};
        auto options = ratio(wanted);
        options.uniform = true;
        options.units["mlp"].divisor = divisor;
        const auto plan = makePlan(structure, options, &knowledge);
        QVERIFY(plan.budgets[1].prunable && plan.budgets[1].reason.find("uniform") != std::string::npos);
        const double step = 5 * 192 * divisor;
        QVERIFY(std::abs(plan.expectedRatio - wanted) * static_cast<double>(structure.parameters) <= step);
        const auto removed = inPeriods(plan, structure, 3);
        QCOMPARE(static_cast<double>(removedParameters(structure, removed)) / static_cast<double>(structure.parameters),
                 plan.expectedRatio);
        const auto counts = perNodeGroup(structure, removed);
        for (const auto& group : structure.nodeGroups) {
            if (group.unit == UnitKind::Hidden) continue;
            const std::size_t first = group.unit == UnitKind::Mlp ? 2 : 1;  // layer 0
            QCOMPARE(counts[static_cast<std::size_t>(group.id)], counts[first]);
        }
    }

    void uniformProtectionFreezesTheKind() {
        const auto structure = handmade::make(handmade::stories260K());
        auto options = ratio(0.1);
        options.uniform = true;
        options.protect = {"layers.2.attention"};
        const auto plan = makePlan(structure, options);
        QCOMPARE(plan.removed("attention"), 0);
        QVERIFY(plan.removed("mlp") > 0 && plan.removed("mlp") % 5 == 0);
        QVERIFY(plan.budgets[1].reason.find("layers.2.attention") != std::string::npos);
    }

    /// A projection beside the layers (OPT's narrow embeddings) looks like an MLP, but no plan is about it.
    void whatBelongsToNoLayerStaysAndHoldsNothingUp() {
        auto structure = handmade::make(handmade::stories260K());
        NodeGroup beside;
        beside.id = static_cast<int>(structure.nodeGroups.size()), beside.name = "mlp", beside.unit = UnitKind::Mlp;
        beside.count = 24, beside.parametersPerGroup = 141;
        for (const bool prunable : {false, true}) {
            beside.prunable = prunable, beside.reason = prunable ? "" : "tied";
            structure.nodeGroups.resize(static_cast<std::size_t>(beside.id));
            structure.nodeGroups.push_back(beside);
            PlanOptions options;
            options.uniform = true;
            const auto plan = makePlan(structure, options);
            QVERIFY(!plan.budgets.back().prunable);
            QVERIFY(plan.removed("mlp") > 0);
            QVERIFY(std::abs(plan.expectedRatio - 0.2) < 0.01);
        }
    }

    void uniformEvensOutUnequalLayers() {
        const auto shape = handmade::stories260K();
        std::vector<NodeGroup> groups;
        for (int l = 0; l < shape.layers; ++l) groups.push_back(handmade::mlp(shape, l, 172 - 10 * l));
        const auto structure = handmade::assemble(shape, groups);
        auto options = ratio(0.2);
        options.uniform = true;
        const auto plan = makePlan(structure, options);
        const auto counts = perNodeGroup(structure, inPeriods(plan, structure, 5));
        for (const auto& group : structure.nodeGroups)
            QCOMPARE(group.count - counts[static_cast<std::size_t>(group.id)], 132 - counts[4]);
        options.ratio = 0.01;  // evening out alone takes 100 neurons, 7.4 %
        const auto error = errorOf(structure, options);
        QCOMPARE(error.code(), ErrorCode::Impossible);
        QVERIFY(error.message().find("7.38 %") != std::string::npos);
    }

    void crossingRemovals_data() {
        QTest::addColumn<double>("share");
        QTest::addColumn<bool>("tied");
        for (const bool tied : {true, false})
            for (const double share : {0.05, 0.4, 0.9}) QTest::addRow("%g %d", share, tied) << share << tied;
    }

    void crossingRemovals() {
        QFETCH(double, share);
        QFETCH(bool, tied);
        auto shape = handmade::stories260K();
        shape.tied = tied;
        const auto structure = handmade::make(shape);
        const auto removed = randomGroups(structure, share, 5);
        QCOMPARE(removedParameters(structure, removed), bruteForce(shape, structure, removed));
        auto doubled = removed;
        doubled.insert(doubled.end(), removed.begin(), removed.end());
        QCOMPARE(removedParameters(structure, doubled), removedParameters(structure, removed));
        QCOMPARE(removedParameters(structure, {}), std::int64_t{0});
    }

    void hiddenChannelOf7B() {
        const auto structure = handmade::make(handmade::llama7B());
        QCOMPARE(removedParameters(structure, {{0, 17}}), std::int64_t{1645121});  // algorithm.md 2.6
    }

    void badSaliencyIsRefused() {
        const auto structure = handmade::make(handmade::stories260K());
        const auto plan = makePlan(structure, ratio(0.2));
        auto saliency = randomSaliency(structure, 1);
        saliency.scores[2][5] = std::nan("");
        QVERIFY_THROWS_EXCEPTION(Error, selectGroups(plan, structure, saliency, {}, 1.0));
        saliency.scores[2].clear();
        QVERIFY_THROWS_EXCEPTION(Error, selectGroups(plan, structure, saliency, {}, 1.0));
    }

    void speedOn7B() {
        const auto structure = handmade::make(handmade::llama7B());
        QBENCHMARK {
            makePlan(structure, ratio(0.2));
        }
    }

    void selectionSpeedOn7B() {
        const auto structure = handmade::make(handmade::llama7B());
        const auto plan = makePlan(structure, ratio(0.2));
        const auto saliency = randomSaliency(structure, 1);
        QBENCHMARK {
            selectGroups(plan, structure, saliency, {}, 1.0);
        }
    }
};

}  // namespace tst_plan

QTEST_APPLESS_MAIN(tst_plan::TestPlan)
#include "tst_plan.moc"
