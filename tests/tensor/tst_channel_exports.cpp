// Models without some channels of the residual stream on their way to the disk: corrected gains, epsilons and config keys come back as they were meant.
#include "core/edits/apply.h"
#include "core/export/certificate.h"
#include "core/export/export.h"
#include "core/export/hf_folder.h"
#include "core/export/sliced_copy.h"
#include "core/io/atomic_file.h"
#include "core/io/checkpoint.h"
#include "core/model/causal_lm.h"
#include "core/model/checkpoint_config.h"
#include "core/model/config_json.h"
#include "core/trace/tracer.h"
#include "tests/support/temp_folder.h"
#include "tests/tensor/family_configs.h"
#include "tests/tensor/random_models.h"

#include <ATen/ATen.h>
#include <QtTest>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>
#include <memory>

namespace tst_channel_exports {

using namespace lorashear;
using namespace lorashear::testing;
using lorashear::test::TempFolder;
namespace fs = std::filesystem;

namespace {

const fs::path kModel = fs::path(LORASHEAR_SOURCE_DIR) / "resources/models/stories260K";

}  // namespace

class TestChannelExports : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() {
        m_folder = std::make_unique<TempFolder>();
        m_model = loadModel(Checkpoint::open(kModel));
    }

    // Gains that make good for channels are not rounded to the file's 16 bits: the copy gives what the original without those channels gives.
    void correctedGainsStayExact() {
        const auto half = m_folder->path() / "half";
        exportHuggingFace(*m_model, half, {kModel, "BF16"}, {});
        const auto original = loadModel(Checkpoint::open(half));
        const auto structure = traceStructure(original->config());
        const Edits edits{RemoveGroups{"hidden", {0, 1, 2, 17}}};
        const auto checkpoint = Checkpoint::open(half);
        writeEditedCopy(checkpoint, blueprintOf(configOf(checkpoint), structure, edits), out(),
                        {half, "source", 5'000'000'000, false}, {}, {});
        const auto written = Checkpoint::open(out());
        QVERIFY(written.tensors().at("model.norm.weight").dtype == DType::F32);
        QVERIFY(written.tensors().at("model.layers.0.mlp.down_proj.weight").dtype == DType::BF16);
        const auto back = loadModel(written), expected = applyEdits(*original, structure, edits);
        for (const auto& [name, tensor] : expected->tensors())
            QVERIFY2(at::equal(tensor.to(at::kFloat), back->tensors().at(name).to(at::kFloat)), name.c_str());
    }

    // An export of such a folder in its own type keeps them too, and the certificate tells it from one that rounded them.
    void correctedGainsStayExactInTheNextExport() {
        const auto half = m_folder->path() / "half", rounded = m_folder->path() / "rounded";
        exportHuggingFace(*m_model, half, {kModel, "BF16"}, {});
        const auto original = loadModel(Checkpoint::open(half));
        const auto small =
            applyEdits(*original, traceStructure(original->config()), {RemoveGroups{"hidden", {0, 1, 2, 17}}});
        exportHuggingFace(*small, out(), {half, "source"}, {});
        const auto written = Checkpoint::open(out());
        QVERIFY(written.tensors().at("model.norm.weight").dtype == DType::F32);
        QVERIFY(written.tensors().at("model.layers.0.mlp.down_proj.weight").dtype == DType::BF16);
        QCOMPARE(QString::fromStdString(configOf(written).dtype), QStringLiteral("BF16"));
        for (const auto& [name, tensor] : loadModel(written)->tensors())
            QVERIFY2(at::equal(tensor.to(at::kFloat), small->tensors().at(name).to(at::kFloat)), name.c_str());
        const std::vector<Sequence> sequences{{{1, 2, 3, 5, 8, 13, 21, 34}, {}}};
        QCOMPARE(certifyExport(out(), *small, "source", sequences, {}).maxDifference, 0.0);
        exportHuggingFace(*small, rounded, {half, "BF16"}, {});
        QCOMPARE(certifyExport(rounded, *small, "BF16", sequences, {}).maxDifference, 0.0);
        QVERIFY(!certifyExport(rounded, *small, "source", sequences, {}).within());
    }

    // OLMo 2 normalises queries made of the stream itself, with the epsilon of all norms: small ones feel what channels do to it.
    void smallQueriesKeepTheirNorm() {
        const auto& all = familyConfigs();
        const auto given = std::find_if(all.begin(), all.end(),
                                        [](const auto& one) { return parseConfig(one.json, "c").family == "olmo2"; });
        auto tensors = randomModel(parseConfig(given->json, "config.json"), 5)->tensors();
        for (auto& [name, tensor] : tensors)
            if (name.find(".q_proj.") != std::string::npos || name.find(".k_proj.") != std::string::npos)
                tensor = tensor.detach() * 1e-3;
        const auto model = buildModel(parseConfig(given->json, "config.json"), tensors);
        const auto small = applyEdits(*model, traceStructure(model->config()), {RemoveGroups{"hidden", {0, 3, 7, 9}}});
        exportHuggingFace(*small, out(), {kModel, "F32"}, {});
        const auto back = loadModel(Checkpoint::open(out()));
        const auto ids = at::tensor(std::vector<std::int64_t>{3, 9, 27, 1, 4, 11, 30, 2}).unsqueeze(0);
        at::NoGradGuard guard;
        const auto written = back->logits(ids, {}), meant = small->logits(ids, {});
        QVERIFY((written - meant).abs().max().item<double>() <= 1e-5 * meant.abs().max().item<double>());
        // A file has one for both.
        QCOMPARE(small->config().attention.headNormEps, small->config().normEps);
    }

    // Where 61 channels are no multiple of 8 heads, transformers 5 reads one head before it sees the lists.
    void oneHeadDividesEveryWidth() {
        auto small = applyEdits(*m_model, traceStructure(m_model->config()), {RemoveGroups{"hidden", {0, 9, 63}}});
        ExportOptions options{kModel, "F32"};
        options.modellingFile = true;
        exportHuggingFace(*small, out(), options, {});
        const auto json = nlohmann::json::parse(readFile(out() / "config.json"));
        QCOMPARE(json.at("num_attention_heads").get<int>(), 1);
        QCOMPARE(json.at("lorashear_layers").at("num_attention_heads").at(0).get<int>(), 8);
        QVERIFY(loadModel(Checkpoint::open(out()))->config().layers == small->config().layers);
    }

    // 62 heads divide 62 channels: an ordinary checkpoint, two and a half times as large, is what nobody asked for.
    void zerosThatMakeItLargerAreNotTheSimplestWay() {
        const auto small = applyEdits(*m_model, traceStructure(m_model->config()), {RemoveGroups{"hidden", {0, 7}}});
        QCOMPARE(QString::fromStdString(simplestFormat(*small).format), QStringLiteral("huggingface-code"));
        const auto padded = m_folder->path() / "padded";
        const std::vector<Sequence> sequences{{{1, 2, 3, 5, 8, 13, 21, 34}, {}}};
        const auto seen = writeExport("padded", {*small, kModel, {}}, padded, sequences, {});
        const auto count = std::to_string(loadModel(Checkpoint::open(padded))->parameterCount());
        QVERIFY(std::any_of(seen.notes.begin(), seen.notes.end(),
                            [&](const std::string& note) { return note.find(count) != std::string::npos; }));
    }

private:
    fs::path out() const { return m_folder->path() / "out"; }

    std::unique_ptr<TempFolder> m_folder;
    std::unique_ptr<CausalLM> m_model;
};

}  // namespace tst_channel_exports

QTEST_GUILESS_MAIN(tst_channel_exports::TestChannelExports)
#include "tst_channel_exports.moc"
