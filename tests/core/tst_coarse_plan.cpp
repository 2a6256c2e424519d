#include "core/base/error.h"
#include "core/base/random.h"
#include "core/edits/blueprint.h"
#include "core/plan/plan.h"
#include "tests/core/hand_structure.h"

#include <QTest>

#include <algorithm>
#include <cmath>

using namespace lorashear;
using handmade::Shape;

namespace {

ModelConfig configOf(const Shape& s) {
    ModelConfig config;
    config.family = "llama";
    config.hidden = s.hidden, config.headDim = s.headDim, config.vocabulary = s.vocabulary;
    config.tiedHead = s.tied;
    config.layers.assign(static_cast<std::size_t>(s.layers), {s.heads, s.kvHeads, s.intermediate});
    return config;
}

NodeGroup queryHeads(const Shape& s, int layer) {
    const auto at = handmade::prefix(layer) + "self_attn.";
    NodeGroup group;
    group.name = "layers." + std::to_string(layer) + ".query_heads";
    group.unit = UnitKind::QueryHeads;
    group.layer = layer;
    group.cuttable = true;
    group.reason = "cut at once";
    group.count = s.heads / s.kvHeads;
    for (int j = 0; j < s.kvHeads; ++j) {
        const std::int64_t begin = j * group.count * s.headDim;
        group.primary.push_back({at + "q_proj.weight", 0, begin, s.headDim, s.headDim});
        group.secondary.push_back({at + "o_proj.weight", 1, begin, s.headDim, s.headDim});
    }
    group.parametersPerGroup = 2LL * s.kvHeads * s.headDim * s.hidden;
    return group;
}

/// What tracing finds, with all that edits speak of.
Structure whole(const Shape& s) {
    std::vector<NodeGroup> groups = {handmade::hidden(s)};
    groups.front().cuttable = true;
    for (const auto& slice : groups.front().primary)
        if (slice.tensor.find("norm") != std::string::npos) groups.front().normGains.push_back(slice.tensor);
    for (int l = 0; l < s.layers; ++l) {
        groups.push_back(handmade::attention(s, l)), groups.back().cuttable = true;
        groups.push_back(handmade::mlp(s, l)), groups.back().cuttable = true;
        if (s.heads > s.kvHeads) groups.push_back(queryHeads(s, l));
    }
    Structure structure = handmade::assemble(s, std::move(groups));
    structure.blockPrefix = "model.layers.";
    structure.parts.resize(static_cast<std::size_t>(s.layers));
    for (const auto& [name, size] : handmade::tensorSizes(s)) {
        auto& shape = structure.tensors[name];
        shape = {size.first};
        if (size.second > 0) shape.push_back(size.second);
        if (!name.starts_with(structure.blockPrefix)) continue;
        auto& parts = structure.parts.at(static_cast<std::size_t>(std::stoi(name.substr(structure.blockPrefix.size()))));
        const bool attention =
            name.find("self_attn") != std::string::npos || name.find("input_layernorm") != std::string::npos;
        SubLayer& part = attention ? parts.attention : parts.mlp;
        part.tensors.push_back(name);
        part.parameters += size.first * std::max<std::int64_t>(1, size.second);
    }
    return structure;
}

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

/// Parameters left when the plan's edits and the groups that a method would pick go, counted by shapes.
std::int64_t leftBy(const PruningPlan& plan, const Structure& structure, const ModelConfig& config) {
    Edits edits = plan.edits;
    const auto fine = editsOf(structure, selectGroups(plan, structure, randomSaliency(structure, 5), {}, 1.0));
    edits.insert(edits.end(), fine.begin(), fine.end());
    return blueprintOf(config, structure, edits).parameters();
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
        std::vector<std::string> taken;
        for (const auto& unit : units) taken.push_back(unit.toStdString());
        const auto options = taking(ratio, taken);
        const auto plan = makePlan({structure, options, nullptr, &config});
        const auto all = static_cast<double>(structure.parameters);
        QVERIFY2(std::abs(plan.expectedRatio - ratio) * all <= 3.0 * shape.hidden,
                 qPrintable(QString::number((plan.expectedRatio - ratio) * all)));
        QCOMPARE(1 - static_cast<double>(leftBy(plan, structure, config)) / all, plan.expectedRatio);
        for (const auto& unit : taken) QVERIFY2(plan.remove.count(unit), unit.c_str());
        QVERIFY(plan.largestRatio > ratio);
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

QTEST_GUILESS_MAIN(CoarsePlanTest)
#include "tst_coarse_plan.moc"
