#include "core/base/error.h"
#include "core/base/random.h"
#include "core/edits/blueprint.h"
#include "core/loadability/snap.h"
#include "core/plan/plan.h"
#include "core/plan/reachable.h"
#include "tests/core/whole_structure.h"

#include <QTest>

#include <algorithm>
#include <cmath>
#include <set>

namespace tst_coarse_plan {

using namespace lorashear;
using handmade::configOf;
using handmade::Shape;
using handmade::whole;
using handmade::wholeWithTokens;

namespace {

PlanOptions taking(double ratio, const std::vector<std::string>& units) {
    PlanOptions options;
    options.ratio = ratio;
    for (auto& [id, settings] : options.units) settings.take = std::find(units.begin(), units.end(), id) != units.end();
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

/// What is left when the plan's edits are made and the groups that a method would pick go.
Blueprint leftBlueprint(const PruningPlan& plan, const Structure& structure, const ModelConfig& config) {
    Edits edits = plan.edits;
    const auto fine = editsOf(structure, selectGroups(plan, structure, randomSaliency(structure, 5), {}, 1.0));
    edits.insert(edits.end(), fine.begin(), fine.end());
    return blueprintOf(config, structure, edits);
}
std::int64_t leftBy(const PruningPlan& plan, const Structure& structure, const ModelConfig& config) {
    return leftBlueprint(plan, structure, config).parameters();
}

std::vector<std::string> texts(const QStringList& list) {
    std::vector<std::string> result;
    for (const auto& text : list) result.push_back(text.toStdString());
    return result;
}

Error errorOf(const Structure& structure, const ModelConfig& config, const PlanOptions& options) {
    try {
        makePlan({structure, options, nullptr, &config});
    } catch (const Error& error) {
        return error;
    }
    return Error(ErrorCode::Internal, "test", "the plan was accepted");
}

}  // namespace

class CoarsePlanTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void oneBudgetOverAnyMix_data() {
        QTest::addColumn<int>("model");
        QTest::addColumn<double>("ratio");
        QTest::addColumn<QStringList>("units");
        const QStringList mixes[] = {{"attention", "mlp", "blocks"},
                                     {"attention", "mlp", "hidden"},
                                     {"mlp", "query_heads"},
                                     {"attention", "mlp", "query_heads", "hidden", "blocks"},
                                     {"attention", "mlp", "attention_layers", "mlp_layers"},
                                     {"mlp", "hidden", "attention_layers", "mlp_layers", "blocks"}};
        for (int model = 0; model < 2; ++model)
            for (const double ratio : {0.05, 0.2, 0.3, 0.5, 0.6})
                for (const QStringList& mix : mixes)
                    if (model == 0 || !mix.contains("query_heads"))
                        QTest::addRow("%d %g %s", model, ratio, qPrintable(mix.join(','))) << model << ratio << mix;
    }

    /// Within one step of the finest unit, counted exactly from the shapes that all edits leave.
    void oneBudgetOverAnyMix() {
        QFETCH(int, model);
        QFETCH(double, ratio);
        QFETCH(QStringList, units);
        const Shape shape = model == 0 ? handmade::stories260K() : Shape{256, 4, 4, 64, 700, 8, 3000, false};
        const auto structure = whole(shape);
        const auto config = configOf(shape);
        const auto taken = texts(units);
        const auto options = taking(ratio, taken);
        const auto plan = makePlan({structure, options, nullptr, &config});
        const auto all = static_cast<double>(structure.parameters);
        QVERIFY2(std::abs(plan.expectedRatio - ratio) * all <= 3.0 * shape.hidden,
                 qPrintable(QString::number((plan.expectedRatio - ratio) * all)));
        QCOMPARE(1 - static_cast<double>(leftBy(plan, structure, config)) / all, plan.expectedRatio);
        for (const auto& unit : taken) QVERIFY2(plan.remove.count(unit), unit.c_str());
        QVERIFY(plan.largestRatio > ratio);
        // The forecast of the window and the rules of loadability see the shapes that the edits make.
        std::vector<int> removed(structure.nodeGroups.size(), 0);
        for (const auto& ref : selectGroups(plan, structure, randomSaliency(structure, 5), {}, 1.0))
            ++removed[static_cast<std::size_t>(ref.nodeGroup)];
        addCoarseRemovals(structure, plan, removed);
        const auto blueprint = leftBlueprint(plan, structure, config);
        const auto seen = shapeAfter(config, structure, plan, removed);
        QVERIFY(seen.layers == blueprint.config.layers);
        QCOMPARE(seen.hidden, blueprint.config.hidden);
    }

    void mixturesLoseExpertsAndTheirNeurons_data() {
        QTest::addColumn<double>("ratio");
        QTest::addColumn<QStringList>("units");
        QTest::addColumn<bool>("uniform");
        const QStringList mixes[] = {{"mlp", "experts"},
                                     {"attention", "mlp", "experts"},
                                     {"attention", "mlp", "experts", "query_heads", "hidden", "blocks"},
                                     {"mlp", "experts", "mlp_layers"}};
        for (const double ratio : {0.1, 0.3, 0.6})
            for (const QStringList& mix : mixes)
                for (const bool uniform : {false, true})
                    QTest::addRow("%g %s %d", ratio, qPrintable(mix.join(',')), uniform) << ratio << mix << uniform;
    }

    void mixturesLoseExpertsAndTheirNeurons() {
        QFETCH(double, ratio);
        QFETCH(QStringList, units);
        QFETCH(bool, uniform);
        const Shape shape = handmade::stories260K();
        const int experts = 8;
        const auto structure = whole(shape, experts);
        const auto config = configOf(shape, experts);
        auto options = taking(ratio, texts(units));
        options.uniform = uniform;
        const auto plan = makePlan({structure, options, nullptr, &config});
        const auto all = static_cast<double>(structure.parameters);
        const double step = 3.0 * shape.hidden * (uniform ? experts * shape.layers : 1);
        QVERIFY2(std::abs(plan.expectedRatio - ratio) * all <= step,
                 qPrintable(QString::number((plan.expectedRatio - ratio) * all)));
        const auto blueprint = leftBlueprint(plan, structure, config);
        QCOMPARE(1 - static_cast<double>(blueprint.parameters()) / all, plan.expectedRatio);
        std::set<std::size_t> counts;
        for (const auto& layer : blueprint.config.layers) {
            if (!layer.routed()) continue;  // its MLP went as a whole
            QVERIFY(layer.experts.size() >= 2);
            counts.insert(layer.experts.size());
        }
        if (uniform) QCOMPARE(counts.size(), std::size_t{1});
        if (uniform && !units.contains("mlp_layers")) QVERIFY(alike(blueprint.config.layers));
        for (const Edit& edit : plan.edits)
            if (const auto* remove = std::get_if<RemoveGroups>(&edit))
                for (const NodeGroup& group : structure.nodeGroups) {
                    if (group.within < 0) continue;
                    const auto& owner = structure.nodeGroups[static_cast<std::size_t>(group.within)];
                    const auto& gone = remove->groups;
                    if (owner.name == remove->nodeGroup && std::count(gone.begin(), gone.end(), group.withinGroup) > 0)
                        QVERIFY(!plan.budgets[static_cast<std::size_t>(group.id)].prunable);
                }
    }

    /// One protected expert stays, its layer may still lose others.
    void protectedExpertsStay() {
        const Shape shape = handmade::stories260K();
        const auto structure = whole(shape, 4);
        const auto config = configOf(shape, 4);
        auto options = taking(0.3, {"experts", "mlp"});
        options.protect = {"layers.1.experts.3.mlp"};
        std::vector<std::vector<double>> scores(5, {1, 2, 3, 0});
        const UnitScores measured{{"experts", scores}};
        const auto plan = makePlan({structure, options, nullptr, &config, &measured});
        bool first = false;
        for (const Edit& edit : plan.edits) {
            const auto& remove = std::get<RemoveGroups>(edit);
            const bool guarded = remove.nodeGroup == "layers.1.experts";
            QCOMPARE(static_cast<int>(std::count(remove.groups.begin(), remove.groups.end(), 3)), guarded ? 0 : 1);
            first = first || !guarded;
        }
        QVERIFY(first);
    }

    /// Sub-layers that go as a whole do not keep a uniform plan from the others.
    void uniformPlansGoOnInTheBlocksThatAreLeft() {
        const auto shape = handmade::stories260K();
        const auto structure = whole(shape);
        const auto config = configOf(shape);
        auto options = taking(0.4, {"attention", "mlp", "blocks"});
        options.uniform = true;
        const auto plan = makePlan({structure, options, nullptr, &config});
        QVERIFY(plan.removed("blocks") > 0 && plan.removed("mlp") > 0);
        const auto blueprint = leftBlueprint(plan, structure, config);
        QVERIFY(alike(blueprint.config.layers));
        QCOMPARE(1 - static_cast<double>(blueprint.parameters()) / static_cast<double>(structure.parameters),
                 plan.expectedRatio);
        QVERIFY(std::abs(plan.expectedRatio - 0.4) * static_cast<double>(structure.parameters) <= 5 * 192);
    }

    /// What the analysis marks keeps its block, its sub-layer and its query heads.
    void marksCloseWhatHoldsThem() {
        const auto shape = handmade::stories260K();
        const auto structure = whole(shape);
        const auto config = configOf(shape);
        KnowledgeDistribution knowledge;
        for (const char* name : {"layers.0.attention", "layers.2.mlp"}) {
            NodeGroupKnowledge entry;
            entry.nodeGroup = structure.find(name)->id;
            entry.protectedByRank = true;
            knowledge.nodeGroups.push_back(entry);
        }
        const auto options = taking(0.3, {"mlp", "query_heads", "blocks", "attention_layers"});
        const auto plan = makePlan({structure, options, &knowledge, &config});
        QVERIFY(!plan.edits.empty());
        for (const Edit& edit : plan.edits) {
            if (const auto* drop = std::get_if<DropPart>(&edit)) {
                QVERIFY(drop->layer != 0);
                QVERIFY(drop->layer != 2 || drop->part == BlockPart::Attention);
            } else {
                QVERIFY(std::get<RemoveGroups>(edit).nodeGroup != "layers.0.query_heads");
            }
        }
        QVERIFY(!plan.budgets[static_cast<std::size_t>(structure.find("layers.2.mlp")->id)].prunable);
        // Before the analysis nothing is refused that marks may leave possible.
        const auto bounds = reachableRatios({structure, options, nullptr, &config}, 0.2);
        QVERIFY(bounds.marks > 0 && bounds.least < bounds.most);
        QCOMPARE(bounds.most, largestRatio({structure, options, nullptr, &config}));
        QVERIFY(bounds.most >= largestRatio({structure, options, &knowledge, &config}));
    }

    /// Fine units with shares that cannot be kept are refused with what can be.
    void sharesBoundWhatIsReachable() {
        const auto shape = handmade::stories260K();
        const auto structure = whole(shape);
        const auto config = configOf(shape);
        auto options = taking(0.5, {"attention", "mlp", "blocks"});
        options.units["attention"].share = 0.6;  // 15 KV groups of 3072: 0.177 of all
        const auto error = errorOf(structure, config, options);
        QCOMPARE(error.code(), ErrorCode::Impossible);
        options.ratio = largestRatio({structure, options, nullptr, &config});
        QVERIFY(options.ratio > 0.25 && options.ratio < 0.31);
        options.ratio = std::floor(options.ratio * 1e3) / 1e3;
        const auto plan = makePlan({structure, options, nullptr, &config});
        const double wanted = 0.6 * options.ratio * static_cast<double>(structure.parameters);
        QVERIFY(std::abs(plan.removed("attention") * 3072.0 - wanted) <= 3072);
        QVERIFY(std::abs(plan.expectedRatio - options.ratio) * static_cast<double>(structure.parameters) <= 192);
    }

    void coarseUnitsAloneMeetItWithinOneOfTheirSteps() {
        const auto shape = handmade::stories260K();
        const auto structure = whole(shape);
        const auto config = configOf(shape);
        const auto all = static_cast<double>(structure.parameters);
        const double block =
            static_cast<double>(structure.parts[0].attention.parameters + structure.parts[0].mlp.parameters);
        const auto channel = static_cast<double>(structure.nodeGroups[0].parametersPerGroup);
        const auto blocks = makePlan({structure, taking(0.35, {"blocks"}), nullptr, &config});
        QCOMPARE(blocks.removed("blocks"), 2);
        QCOMPARE(blocks.removed(), 0);
        QVERIFY(std::abs(blocks.expectedRatio - 0.35) * all <= block / 2);
        const auto hidden = makePlan({structure, taking(0.35, {"hidden"}), nullptr, &config});
        QVERIFY(std::abs(hidden.expectedRatio - 0.35) * all <= channel / 2);
        QCOMPARE(1 - static_cast<double>(leftBy(hidden, structure, config)) / all, hidden.expectedRatio);
    }

    /// Counts that no layer can keep are refused with those that it can; only what takes part is a reason.
    void countsThatCannotStayAreNamed() {
        const auto shape = handmade::stories260K();
        const auto structure = whole(shape);
        const auto config = configOf(shape);
        for (const auto& [unit, fewest, most] :
             {std::tuple{"blocks", "2", "5"}, {"hidden", "8", "64"}, {"mlp", "8", "172"}}) {
            auto options = taking(0.2, {unit});
            options.uniform = true;
            options.units[unit].keep = 100000;
            const auto error = errorOf(structure, config, options);
            QCOMPARE(error.subject(), "/plan/units/" + std::string(unit) + "/keep");
            const std::string bounds = std::string(fewest) + " to " + most + " can stay";
            QVERIFY2(error.message().find(bounds) != std::string::npos, error.message().c_str());
            QVERIFY(!error.hint().empty());
        }
        for (const auto& [unit, key] : {std::pair{"attention", "minimum"}, {"mlp", "divisor"}}) {
            auto more = taking(0.2, {"attention", "mlp"});
            (key == std::string("minimum") ? more.units[unit].minimum : more.units[unit].divisor) = 200;
            QCOMPARE(errorOf(structure, config, more).subject(), "/plan/units/" + std::string(unit) + "/" + key);
        }
        auto fixed = taking(0.25, {"attention", "blocks"});
        fixed.units["attention"].share = 0.2;
        fixed.units["blocks"].keep = 2;
        QCOMPARE(errorOf(structure, config, fixed).subject(), std::string("/plan/units"));
        auto options = taking(0.2, {"mlp"});
        options.protect = {"*mlp"};
        const auto error = errorOf(structure, config, options);
        QCOMPARE(error.code(), ErrorCode::Impossible);
        QVERIFY2(error.hint().find("protected by the pattern") != std::string::npos, error.hint().c_str());
    }

    /// Neurons inside an expert that are protected keep it; the pattern that does so is named.
    void whatProtectsExpertsIsNamed() {
        auto shape = handmade::stories260K();
        shape.intermediate = 16;
        const auto structure = whole(shape, 4);
        const auto config = configOf(shape, 4);
        auto options = taking(0.2, {"experts"});
        options.protect = {"layers.*.mlp"};
        const auto error = errorOf(structure, config, options);
        QCOMPARE(error.code(), ErrorCode::Impossible);
        QVERIFY2(error.message().find("mlp is protected by the pattern \"layers.*.mlp\"") != std::string::npos,
                 error.message().c_str());
    }

    void impossibleRequestsNameWhatCanBeReached() {
        const auto shape = handmade::stories260K();
        const auto structure = whole(shape);
        const auto config = configOf(shape);
        const std::vector<std::vector<std::string>> mixes = {
            {"blocks"}, {"hidden"}, {"mlp", "query_heads"}, {"attention", "mlp", "blocks"}};
        for (const auto& units : mixes) {
            auto options = taking(0.99, units);
            const auto error = errorOf(structure, config, options);
            QCOMPARE(error.code(), ErrorCode::Impossible);
            QCOMPARE(error.subject(), std::string("/plan/ratio"));
            options.ratio = largestRatio({structure, options, nullptr, &config});
            const auto named = QString::number(std::floor(options.ratio * 1e4) / 100, 'f', 2).toStdString();
            QVERIFY2(error.hint().find(named) != std::string::npos, error.hint().c_str());
            const auto plan = makePlan({structure, options, nullptr, &config});
            QVERIFY(std::abs(plan.expectedRatio - options.ratio) < 1e-3);
        }
    }

    void protectionAndScoresDecideWhatGoes() {
        const auto shape = handmade::stories260K();
        const auto structure = whole(shape);
        const auto config = configOf(shape);
        auto options = taking(0.35, {"blocks"});
        const UnitScores scores{{"blocks", {{0.1, 0.5, 0.3, 0.2, 0.9}}}};
        auto plan = makePlan({structure, options, nullptr, &config, &scores});
        QVERIFY((plan.edits == Edits{DropPart{0, BlockPart::Block}, DropPart{3, BlockPart::Block}}));
        options.protect = {"layers.0.*"};
        plan = makePlan({structure, options, nullptr, &config, &scores});
        QVERIFY((plan.edits == Edits{DropPart{2, BlockPart::Block}, DropPart{3, BlockPart::Block}}));
        options.units["blocks"].keep = 4;
        options.units["mlp"].take = true;
        plan = makePlan({structure, options, nullptr, &config, &scores});
        QCOMPARE(plan.removed("blocks"), 1);
        QVERIFY(std::abs(plan.expectedRatio - 0.35) * static_cast<double>(structure.parameters) <= 192);
    }

    void tokensTakePartInOneBudget_data() {
        QTest::addColumn<bool>("tied");
        QTest::addColumn<QStringList>("units");
        QTest::addColumn<double>("ratio");
        const QStringList mixes[] = {{"vocabulary"},
                                     {"vocabulary", "mlp"},
                                     {"vocabulary", "hidden", "blocks"},
                                     {"vocabulary", "attention", "mlp", "query_heads", "hidden", "blocks"}};
        for (const bool tied : {true, false})
            for (const QStringList& units : mixes)
                for (const double ratio : {0.07, 0.16, 0.3})
                    QTest::newRow(qPrintable(units.join(' ') + (tied ? " tied " : " ") + QString::number(ratio)))
                        << tied << units << ratio;
    }
    void tokensTakePartInOneBudget() {
        QFETCH(bool, tied);
        QFETCH(QStringList, units);
        QFETCH(double, ratio);
        const Shape shape{256, 4, 4, 64, 700, 8, 3000, tied};  // one KV group a query head
        const auto structure = wholeWithTokens(shape);
        const auto config = configOf(shape);
        if (units.size() > 3) units.removeAll(QStringLiteral("query_heads"));
        auto options = taking(ratio, texts(units));
        const auto all = static_cast<double>(structure.parameters);
        const double row = tied ? shape.hidden : 2.0 * shape.hidden;
        if (units.size() == 1 && ratio * all > row * (shape.vocabulary - 1)) {
            QCOMPARE(errorOf(structure, config, options).code(), ErrorCode::Impossible);
            return;
        }
        const auto plan = makePlan({structure, options, nullptr, &config});
        const double left = static_cast<double>(leftBy(plan, structure, config));
        const double step = units.contains("mlp") ? 3.0 * shape.hidden : row;
        QVERIFY2(std::abs(all * (1 - ratio) - left) <= step, qPrintable(QString::number(all * (1 - ratio) - left)));
        QVERIFY(std::abs(plan.expectedRatio - (1 - left / all)) < 1e-3);
        QVERIFY(plan.removed("vocabulary") > 0);
        const auto blueprint = leftBlueprint(plan, structure, config);
        QCOMPARE(static_cast<int>(blueprint.tokens.size()), shape.vocabulary - plan.removed("vocabulary"));
        const auto after = shapeAfter(config, structure, plan, expectedRemovals(structure, plan));
        QCOMPARE(after.vocabulary, shape.vocabulary - plan.removed("vocabulary"));
    }

    /// Those of the lowest score go, but none that must stay, and no more than the others.
    void tokensThatMustStayDo() {
        const Shape shape{256, 4, 4, 64, 700, 8, 3000, true};
        const auto structure = wholeWithTokens(shape);
        auto config = configOf(shape);
        config.bosId = 2999;
        std::vector<double> scores(3000);
        for (std::size_t i = 0; i < scores.size(); ++i) scores[i] = 3000 - static_cast<double>(i);
        const UnitScores measured{{"vocabulary", {scores}}};
        std::vector<bool> required(3000, false);
        for (int id = 2900; id < 2950; ++id) required[static_cast<std::size_t>(id)] = true;
        auto options = taking(0.05, {"vocabulary"});
        const auto plan = makePlan({structure, options, nullptr, &config, &measured, &required});
        const auto& keep = std::get<TrimVocabulary>(plan.edits.front()).keep;
        QCOMPARE(static_cast<int>(keep.size()), 3000 - plan.removed("vocabulary"));
        QVERIFY(plan.removed("vocabulary") > 100);
        for (int id = 2900; id < 2950; ++id) QVERIFY(std::binary_search(keep.begin(), keep.end(), id));
        QVERIFY(std::binary_search(keep.begin(), keep.end(), 2999));
        for (int id = 0; id < 3000 - plan.removed("vocabulary") - 51; ++id)
            QVERIFY(std::binary_search(keep.begin(), keep.end(), id));
        const PlanRequest loose{structure, options, nullptr, &config},
            bound{structure, options, nullptr, &config, &measured, &required};
        QVERIFY(largestRatio(bound) < largestRatio(loose));
        options.protect = {"vocabulary"};
        QCOMPARE(errorOf(structure, config, options).subject(), std::string("/plan/units/vocabulary"));
    }

    void sharesSplitTheBudget() {
        const auto shape = Shape{256, 4, 4, 64, 700, 8, 3000, false};
        const auto structure = whole(shape);
        const auto config = configOf(shape);
        auto options = taking(0.3, {"attention", "mlp", "hidden"});
        options.units["hidden"].share = 0.4;
        const auto plan = makePlan({structure, options, nullptr, &config});
        const double removed = plan.removed("hidden") * static_cast<double>(structure.nodeGroups[0].parametersPerGroup);
        QVERIFY(std::abs(removed / static_cast<double>(structure.parameters) - 0.12) < 0.003);
    }

    void theRatioComesBeforeShares_data() {
        QTest::addColumn<double>("ratio");
        QTest::addColumn<double>("share");
        QTest::addColumn<bool>("uniform");
        for (const double ratio : {0.005, 0.02, 0.03, 0.05, 0.1})
            for (const double share : {-1.0, 0.3, 0.5, 0.75})
                for (const bool uniform : {false, true})
                    QTest::addRow("%g of which %g%s", ratio, share, uniform ? ", uniform" : "") << ratio << share << uniform;
    }
    /// A KV group is 48 tokens here, a uniform step 240: what its rounding leaves over or takes too much is made good in tokens.
    void theRatioComesBeforeShares() {
        QFETCH(double, ratio);
        QFETCH(double, share);
        QFETCH(bool, uniform);
        const auto shape = handmade::stories260K();
        const auto structure = wholeWithTokens(shape);
        const auto config = configOf(shape);
        auto options = taking(ratio, {"attention", "vocabulary"});
        options.uniform = uniform;
        if (share > 0) options.units["vocabulary"].share = share;
        const auto plan = makePlan({structure, options, nullptr, &config});
        const auto all = static_cast<double>(structure.parameters);
        QVERIFY2(std::abs(plan.expectedRatio - ratio) * all <= shape.hidden,
                 qPrintable(QString::number((plan.expectedRatio - ratio) * all)));
        const double kept = plan.parameters.at("vocabulary") / (plan.expectedRatio * all);
        QCOMPARE(plan.notes().empty(), share < 0 || std::abs(kept - share) <= 0.05);
        QCOMPARE(plan.parameters.at("vocabulary"), plan.removed("vocabulary") * 64.0);
    }

    /// A share may be missed by a step of the other unit: the largest ratio is not the one below the first that misses it.
    void sharesOfCoarseUnitsBoundNoMoreThanTheyMust() {
        const auto shape = handmade::stories260K();
        const auto structure = wholeWithTokens(shape);
        const auto config = configOf(shape);
        auto options = taking(0.0315, {"query_heads", "vocabulary"});
        options.units["vocabulary"].share = 0.5;
        QVERIFY(largestRatio({structure, options, nullptr, &config}) > 0.1);
        QVERIFY(std::abs(makePlan({structure, options, nullptr, &config}).expectedRatio - 0.0315) < 3e-4);
    }

    /// Sub-layers that stand in each other's way do not take away what the others reach.
    void oneUnitMoreReachesNoLess() {
        const auto shape = handmade::stories260K();
        const auto structure = whole(shape);
        const auto config = configOf(shape);
        auto options = taking(0.8, {"mlp", "query_heads", "attention_layers"});
        const auto without = makePlan({structure, options, nullptr, &config});
        options.units["mlp_layers"].take = true;
        const auto with = makePlan({structure, options, nullptr, &config});
        QVERIFY(std::abs(with.expectedRatio - 0.8) < 2e-3);
        QCOMPARE(with.removed("mlp_layers"), 0);
        QVERIFY(with.largestRatio >= without.largestRatio);
    }

    void whatAModelDoesNotHaveIsRefusedByName() {
        const auto shape = Shape{256, 4, 4, 64, 700, 8, 3000, false};  // one query head in every KV group
        auto structure = whole(shape);
        const auto config = configOf(shape);
        QCOMPARE(errorOf(structure, config, taking(0.2, {"mlp", "query_heads"})).subject(),
                 std::string("/plan/units/query_heads"));
        structure.nodeGroups.front().cuttable = false;
        const auto error = errorOf(structure, config, taking(0.2, {"mlp", "hidden"}));
        QCOMPARE(error.code(), ErrorCode::Unsupported);
        QVERIFY(error.message().find(structure.nodeGroups.front().reason) != std::string::npos);
        auto options = taking(0.2, {"blocks"});
        options.units["blocks"].score = "beauty";
        QCOMPARE(errorOf(structure, config, options).subject(), std::string("/plan/units/blocks/score"));
    }

    void plansOfWhatFadesAloneStayAsTheyWere() {
        const auto shape = handmade::stories260K();
        const auto structure = whole(shape);
        const auto config = configOf(shape);
        const auto options = taking(0.2, {"attention", "mlp"});
        const auto with = makePlan({structure, options, nullptr, &config}), without = makePlan(structure, options);
        QVERIFY(with.remove == without.remove && with.expectedRatio == without.expectedRatio && with.edits.empty());
    }
};

}  // namespace tst_coarse_plan

QTEST_GUILESS_MAIN(tst_coarse_plan::CoarsePlanTest)
#include "tst_coarse_plan.moc"
