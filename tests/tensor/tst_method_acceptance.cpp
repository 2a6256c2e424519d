#include "core/base/error.h"
#include "core/export/export.h"
#include "core/io/checkpoint.h"
#include "core/model/config_json.h"
#include "core/prune/method_table.h"
#include "tests/tensor/family_configs.h"
#include "tests/tensor/method_runs.h"
#include "tests/tensor/random_models.h"

#include <QTemporaryDir>
#include <QtTest>
#include <nlohmann/json.hpp>

#include <filesystem>

using namespace lorashear;
using namespace lorashear::testing;
namespace fs = std::filesystem;

namespace {

/// Shared keys and values, blocks that differ, sizes that divide into little: another model for every seed.
ModelConfig randomShared(std::uint64_t seed) {
    Random random(seed, "shared");
    const auto among = [&](int least, int count) {
        return least + static_cast<int>(random.below(static_cast<std::uint64_t>(count)));
    };
    Shape shape{"random", among(2, 3), among(2, 3), random.below(2) == 0, random.below(2) == 0, false};
    ModelConfig config = configOf(shape);
    config.headDim = 2 * among(2, 3), config.hidden = among(20, 9);
    for (LayerShape& layer : config.layers)
        layer.kvHeads = among(2, 3), layer.heads = layer.kvHeads * shape.repeat, layer.intermediate = among(12, 12);
    return config;
}

ModelConfig routed(std::size_t method) {
    const char* names[] = {"mixtral", "qwen3 moe", "olmoe"};
    for (const FamilyConfig& family : familyConfigs())
        if (family.name == names[method % 3]) return parseConfig(family.json, "config.json");
    return {};
}

struct Case {
    std::string method, options;
    ModelConfig config;

    MethodRun run() const {
        auto dense = randomModel(config, 5);
        auto structure = traceStructure(*dense);
        return {method, options, std::move(dense), std::move(structure), 6};
    }
};

}  // namespace

/// What every method promises, from the request to a file that opens again, on models whose heads share keys and on models whose tokens choose experts.
class TestMethodAcceptance : public QObject {
    Q_OBJECT

    static Case caseOf(int method, bool experts) {
        const auto at = static_cast<std::size_t>(method);
        const MethodInfo& info = methodTable()[at];
        return {info.id, oddOptions(info), experts ? routed(at) : randomShared(at + 1)};
    }
    static void everyMethod() {
        QTest::addColumn<int>("method");
        QTest::addColumn<bool>("experts");
        for (std::size_t m = 0; m < methodTable().size(); ++m)
            for (const bool experts : {false, true})
                QTest::newRow((methodTable()[m].id + (experts ? ", experts" : ", shared keys")).c_str())
                    << static_cast<int>(m) << experts;
    }

private Q_SLOTS:
    void fromRequestToFile_data() { everyMethod(); }
    void fromRequestToFile() {
        QFETCH(int, method);
        QFETCH(bool, experts);
        const Case tried = caseOf(method, experts);
        MethodRun straight = tried.run();
        straight.finish();

        // The request is met, and masked is cut.
        QCOMPARE(static_cast<int>(straight.session->chosen().size()), straight.plan.removed());
        const auto wrong = checkCut(straight);
        QVERIFY2(wrong.empty(), wrong.c_str());

        // Stopped within one step, gone on elsewhere: the same bytes as without.
        if (const auto steps = straight.session->totalSteps(); steps > 1) {
            Archive archive;
            {
                MethodRun begun = tried.run();
                std::stop_source stop;
                begun.control.stop = stop.get_token();
                for (std::int64_t i = 0; i < steps / 2; ++i) begun.session->step();
                const auto before = stateOf(*begun.model);
                stop.request_stop();
                QVERIFY_EXCEPTION_THROWN(begun.session->step(), Error);
                QCOMPARE(begun.trainer->steps(), steps / 2);
                QVERIFY(sameBits(stateOf(*begun.model), before));
                begun.trainer->save(archive);
                begun.session->save(archive);
                archive.values = nlohmann::json::parse(archive.values.dump());
                for (auto& [name, tensor] : archive.tensors) tensor = tensor.clone();
            }
            MethodRun resumed = tried.run();
            resumed.trainer->load(archive);
            resumed.session->load(archive);
            resumed.finish();
            QCOMPARE(resumed.session->chosen(), straight.session->chosen());
            QVERIFY(sameBits(stateOf(*resumed.model), stateOf(*straight.model)));
        }

        // What is written is read back (writeExport holds it against the model in memory), and opens as a model of those shapes.
        const auto cut = mergeAdapters(*sliceModel(*straight.model, straight.structure, straight.session->chosen()));
        const QTemporaryDir folder;
        const fs::path place = fs::path(folder.path().toStdString()) / "written";
        const nlohmann::json record = nlohmann::json::object();
        const fs::path companions = LORASHEAR_SOURCE_DIR "/resources/models/stories260K";
        const auto found =
            writeExport(plainestFormat(cut->config()), {*cut, companions, record, "F32"}, place, straight.text, {});
        QVERIFY2(found.maxDifference < 1e-4, qPrintable(QString::number(found.maxDifference)));
        const auto opened = loadModel(Checkpoint::open(place));
        QCOMPARE(opened->parameterCount(), cut->parameterCount());
        QVERIFY(relativeDifference(tinyLogits(*opened), tinyLogits(*cut)) < 1e-6);
    }
};

QTEST_GUILESS_MAIN(TestMethodAcceptance)
#include "tst_method_acceptance.moc"
