// Masked = sliced, for every kind of group, with and without adapters, on random and on trained models.
#include "core/base/error.h"
#include "core/compact/group_masks.h"
#include "core/io/checkpoint.h"
#include "core/trace/tracer.h"
#include "tests/tensor/random_models.h"
#include "tests/tensor/real_models.h"

#include <ATen/ATen.h>

#include <QtTest>

#include <cmath>

namespace tst_compact {

using namespace lorashear;
using namespace lorashear::testing;

namespace {

constexpr double kTolerance = 1e-4;

// Masked against sliced, and sliced against merged; returns the larger relative difference.
double worstDifference(CausalLM& model, const std::vector<GroupRef>& removed, const Structure& structure,
                       const at::Tensor& ids) {
    applyMasks(model, structure, removed);
    const auto masked = logitsOf(model, ids);
    const auto compact = sliceModel(model, structure, removed);
    const auto sliced = logitsOf(*compact, ids);
    const auto merged = logitsOf(*mergeAdapters(*compact), ids);
    applyMasks(model, structure, {});
    return worse(relativeDifference(sliced, masked), relativeDifference(merged, masked));
}

bool allClearedOrNoMask(const CausalLM& model) {
    for (const auto* linear : model.linears())
        if (linear->mask.defined()) return false;
    return true;
}

// The model with the rows of hidden channels set to zero where they are made.
std::unique_ptr<CausalLM> withZeroChannels(const CausalLM& model, const NodeGroup& hidden,
                                           const std::vector<GroupRef>& removed) {
    auto tensors = model.tensors();
    for (const auto& slice : hidden.primary) {
        auto& tensor = tensors.at(slice.tensor);
        const bool gain = std::count(hidden.normGains.begin(), hidden.normGains.end(), slice.tensor) > 0;
        if (gain) continue;
        tensor = tensor.clone();
        for (const auto& ref : removed) tensor.narrow(slice.dim, slice.begin(ref.index), slice.length).zero_();
    }
    return buildModel(model.config(), tensors);
}

}  // namespace

class TestCompact : public QObject {
    Q_OBJECT

private:
    static void eachShape() {
        QTest::addColumn<int>("index");
        for (std::size_t i = 0; i < shapes().size(); ++i) QTest::newRow(shapes()[i].name.c_str()) << static_cast<int>(i);
    }

private Q_SLOTS:
    void maskedEqualsSliced_data() { eachShape(); }
    void maskedEqualsSliced() {
        QFETCH(int, index);
        const auto config = configOf(shapes()[static_cast<std::size_t>(index)]);
        for (std::uint64_t seed : {1, 2, 3}) {
            auto model = randomModel(config, seed);
            const auto ids = randomIds(config.vocabulary, 2, 11, seed);
            const auto before = logitsOf(*model, ids);
            for (bool adapters : {false, true}) {
                if (adapters) disturb(*model, seed);
                const auto structure = traceStructure(*model);
                const auto removed = randomGroups(structure, seed, 0.4);
                QVERIFY(!removed.empty());
                QVERIFY(worstDifference(*model, removed, structure, ids) <= kTolerance);
                QVERIFY(allClearedOrNoMask(*model));
                applyMasks(*model, structure, removed);
                QVERIFY(relativeDifference(logitsOf(*model, ids), before) > 10 * kTolerance);  // something did change
                applyMasks(*model, structure, {});
            }
        }
    }

    void trainedModels_data() {
        QTest::addColumn<QString>("folder");
        for (const auto& model : realModels())
            QTest::newRow(model.name.c_str()) << QString::fromStdString(model.folder.string());
    }
    void trainedModels() {
        QFETCH(QString, folder);
        auto model = loadModel(Checkpoint::open(folder.toStdString()));
        const auto ids = randomIds(model->config().vocabulary, 2, 64, 7);
        for (double share : {0.2, 0.5, 0.8}) {
            for (bool adapters : {false, true}) {
                if (adapters)
                    disturb(*model, 5);
                else
                    detachLora(*model);
                for (auto* linear : model->linears())
                    if (!adapters) linear->rowScale = at::Tensor();
                const auto structure = traceStructure(*model);
                const double worst = worstDifference(*model, randomGroups(structure, 11, share), structure, ids);
                QVERIFY2(worst <= kTolerance, qPrintable(QString::number(worst)));
            }
        }
    }

    void aHoleIsNoAgreement() {
        const double hole = std::numeric_limits<double>::quiet_NaN();
        QVERIFY(!(worse(1e-9, hole) <= kTolerance) && !(worse(hole, 1e-9) <= kTolerance));
        QCOMPARE(worse(1, 2), 2.0);
        auto model = randomModel(configOf(shapes()[0]), 1);
        const auto structure = traceStructure(*model);
        model->linear("model.layers.0.mlp.up_proj")->weight[0][0] = hole;
        QVERIFY(!(worstDifference(*model, {}, structure, randomIds(61, 1, 5, 1)) <= kTolerance));
    }

    void parametersAgreeWithTheStructure() {
        const auto config = configOf(shapes()[3]);
        const auto model = randomModel(config, 4);
        const auto structure = traceStructure(*model);
        const auto removed = randomGroups(structure, 9, 0.5);
        std::int64_t saved = 0;
        for (const auto& ref : removed)
            saved += structure.nodeGroups[static_cast<std::size_t>(ref.nodeGroup)].parametersPerGroup;
        QCOMPARE(sliceModel(*model, structure, removed)->parameterCount(), model->parameterCount() - saved);
    }

    void hiddenChannelsAreRepaired_data() { eachShape(); }
    void hiddenChannelsAreRepaired() {
        QFETCH(int, index);
        const auto config = configOf(shapes()[static_cast<std::size_t>(index)]);
        const auto model = randomModel(config, 6);
        const auto structure = traceStructure(*model);
        const auto* hidden = structure.find("hidden");
        QVERIFY(hidden && hidden->count == config.hidden && !hidden->prunable);
        const std::vector<GroupRef> removed{
            {hidden->id, 0}, {hidden->id, 5}, {hidden->id, 6}, {hidden->id, config.hidden - 1}};
        const auto ids = randomIds(config.vocabulary, 2, 9, 3);
        const auto expected = logitsOf(*withZeroChannels(*model, *hidden, removed), ids);
        const auto compact = sliceModel(*model, structure, removed);
        QCOMPARE(compact->config().hidden, config.hidden - 4);
        QVERIFY(relativeDifference(logitsOf(*compact, ids), expected) <= kTolerance);
        QVERIFY_THROWS_EXCEPTION(Error, applyMasks(*model, structure, removed));
    }

    void slicedModelsAreTracedAndSlicedAgain() {
        const auto model = randomModel(configOf(shapes()[4]), 8);
        const auto structure = traceStructure(*model);
        const auto once = sliceModel(*model, structure, randomGroups(structure, 1, 0.3));
        auto traced = traceStructure(*once);
        const auto removed = randomGroups(traced, 2, 0.3);
        const auto ids = randomIds(61, 1, 12, 1);
        QVERIFY(worstDifference(*once, removed, traced, ids) <= kTolerance);
    }

    void adaptersAreCutWithTheirLinear() {
        auto model = randomModel(configOf(shapes()[2]), 3);
        disturb(*model, 2);
        const auto structure = traceStructure(*model);
        const auto* mlp = structure.find("layers.1.mlp");
        const auto compact = sliceModel(*model, structure, {{mlp->id, 0}, {mlp->id, 4}});
        const auto* up = compact->linear("model.layers.1.mlp.up_proj");
        const auto* down = compact->linear("model.layers.1.mlp.down_proj");
        QCOMPARE(up->b.size(0), 17);
        QCOMPARE(up->rowScale.size(0), 17);
        QCOMPARE(up->a.size(1), 22);
        QCOMPARE(down->a.size(1), 17);
        QVERIFY(up->a.requires_grad() && up->b.requires_grad());
        QVERIFY(at::equal(up->b.select(0, 0), model->linear("model.layers.1.mlp.up_proj")->b.select(0, 1)));
        QVERIFY(compact->linear("model.layers.0.mlp.up_proj")->b.data_ptr() !=
                model->linear("model.layers.0.mlp.up_proj")->b.data_ptr());
    }

    void rowsAndKeptIndices() {
        const auto model = randomModel(configOf(shapes()[2]), 3);  // 3 KV heads of 2 query heads, head size 6
        const auto structure = traceStructure(*model);
        const auto* attention = structure.find("layers.0.attention");
        std::map<std::string, std::pair<std::int64_t, std::int64_t>> rows;
        for (const auto& one : rowsOf(*model, *attention, 1)) rows[one.linear->name] = {one.begin, one.length};
        QCOMPARE(rows.size(), std::size_t{3});
        QCOMPARE(rows.at("model.layers.0.self_attn.q_proj"), std::pair(std::int64_t{12}, std::int64_t{12}));
        QCOMPARE(rows.at("model.layers.0.self_attn.v_proj"), std::pair(std::int64_t{6}, std::int64_t{6}));
        const auto kept = keptIndices(structure, "model.layers.0.self_attn.o_proj.weight", 1, 36, {{attention->id, 1}});
        QCOMPARE(kept.size(), std::size_t{24});
        QCOMPARE(kept[11], 11);
        QCOMPARE(kept[12], 24);
    }

    void emptyingANodeGroupIsRefused() {
        const auto model = randomModel(configOf(shapes()[2]), 3);
        const auto structure = traceStructure(*model);
        const int id = structure.find("layers.2.attention")->id;
        try {
            sliceModel(*model, structure, {{id, 0}, {id, 1}, {id, 2}});
            QFAIL("removed every head");
        } catch (const Error& error) {
            QCOMPARE(error.code(), ErrorCode::Impossible);
            QCOMPARE(QString::fromStdString(error.subject()), QStringLiteral("layers.2.attention"));
        }
    }

    void mergingRoundsOnceToTheStoredType() {
        auto model = randomModel(configOf(shapes()[1]), 3);
        disturb(*model, 1);
        auto& linear = *model->linears().front();
        linear.weight = linear.weight.to(at::kBFloat16);
        const auto exact = linear.effectiveWeight();
        const auto stored = mergeAdapters(*model, false)->linears().front()->weight;
        QCOMPARE(stored.scalar_type(), at::kBFloat16);
        QVERIFY(at::equal(stored, exact.to(at::kBFloat16)));
        const auto wide = mergeAdapters(*model, true);
        QVERIFY(at::equal(wide->linears().front()->weight, exact));
        QVERIFY(!wide->linears().front()->hasAdapter() && !wide->linears().front()->rowScale.defined());
    }
};

}  // namespace tst_compact

QTEST_APPLESS_MAIN(tst_compact::TestCompact)
#include "tst_compact.moc"
