#include "core/base/error.h"
#include "core/export/certificate.h"
#include "core/export/hf_folder.h"
#include "core/io/atomic_file.h"
#include "core/io/checkpoint.h"
#include "core/model/causal_lm.h"
#include "core/model/lora.h"

#include <QtTest>
#include <nlohmann/json.hpp>
#include <torch/torch.h>

#include <filesystem>

using namespace lorashear;
namespace fs = std::filesystem;

namespace {

const fs::path kModel = fs::path(LORASHEAR_SOURCE_DIR) / "resources/models/stories260K";

std::vector<Sequence> someSequences(const CausalLM& model) {
    return comparisonSequences(model, kModel, readWholeText(fs::path(LORASHEAR_SOURCE_DIR) / "resources/data/valid.txt"), 64, 3);
}

// One MLP neuron and one KV group less in the first block.
std::unique_ptr<CausalLM> narrowed(const CausalLM& model) {
    auto tensors = model.tensors();
    const auto cut = [&](const std::string& name, int dim, std::int64_t keep) {
        auto& t = tensors.at("model.layers.0." + name + ".weight");
        t = t.narrow(dim, 0, keep).contiguous();
    };
    cut("mlp.gate_proj", 0, 171), cut("mlp.up_proj", 0, 171), cut("mlp.down_proj", 1, 171);
    cut("self_attn.q_proj", 0, 48), cut("self_attn.k_proj", 0, 24), cut("self_attn.v_proj", 0, 24), cut("self_attn.o_proj", 1, 48);
    return buildModel(model.config(), tensors);
}

}  // namespace

class ExportTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() {
        m_folder = std::make_unique<QTemporaryDir>();
        m_model = loadModel(Checkpoint::open(kModel));
    }

    void theOriginalComesBackByteForByte() {
        exportHuggingFace(*m_model, out(), {kModel, "source"}, {{"note", "x"}});
        QVERIFY(readFile(out() / "model.safetensors") == readFile(kModel / "model.safetensors"));
        for (const char* file : {"tokenizer.json", "tokenizer.model", "tokenizer_config.json", "special_tokens_map.json", "LICENSE"})
            QVERIFY2(readFile(out() / file) == readFile(kModel / file), file);
        QVERIFY(nlohmann::json::parse(readFile(out() / "pruning.json")).at("note") == "x");
        const auto seen = certifyExport(out(), *m_model, someSequences(*m_model), {});
        QCOMPARE(seen.maxDifference, 0.0);
        QCOMPARE(seen.greedyAgreement, 1.0);
        QVERIFY(seen.maxLogit > 1);
    }

    void layersOfDifferentSizeComeBackFromLists() {
        const auto small = narrowed(*m_model);
        exportHuggingFace(*small, out(), {kModel, "source"}, {});
        const auto config = nlohmann::json::parse(readFile(out() / "config.json"));
        QVERIFY(config.at("intermediate_size") == nlohmann::json({171, 172, 172, 172, 172}));
        QVERIFY(config.at("num_key_value_heads") == nlohmann::json({3, 4, 4, 4, 4}));
        QVERIFY(config.at("head_dim") == 8);
        const auto reloaded = loadModel(Checkpoint::open(out()));
        QVERIFY(reloaded->config().layers == small->config().layers);
        QCOMPARE(certifyExport(out(), *small, someSequences(*small), {}).maxDifference, 0.0);
    }

    void halfPrecisionIsCertifiedAgainstTheRoundedModel_data() {
        QTest::addColumn<QString>("dtype");
        QTest::newRow("BF16") << "BF16";
        QTest::newRow("F16") << "F16";
    }
    void halfPrecisionIsCertifiedAgainstTheRoundedModel() {
        QFETCH(QString, dtype);
        exportHuggingFace(*m_model, out(), {kModel, dtype.toStdString()}, {});
        QVERIFY(fs::file_size(out() / "model.safetensors") < 530000);
        const auto sequences = someSequences(*m_model);
        QVERIFY(certifyExport(out(), *m_model, sequences, {}).within(1e-6));
        // The rounding itself is visible against the original.
        const auto reloaded = loadModel(Checkpoint::open(out()));
        QVERIFY(compareLogits(*reloaded, *m_model, sequences, {}).maxDifference > 1e-4);
    }

    void aDamagedExportIsNotCertified() {
        exportHuggingFace(*m_model, out(), {kModel, "source"}, {});
        auto bytes = readFile(out() / "model.safetensors");
        bytes[bytes.size() - 1] = static_cast<char>(bytes.back() ^ 0x02);  // a high bit of the last weight's exponent
        writeFile(out() / "model.safetensors", bytes);
        QVERIFY(!certifyExport(out(), *m_model, someSequences(*m_model), {}).within());
    }

    void nothingIsOverwritten() {
        fs::create_directory(out());
        writeFile(out() / "precious.txt", "keep me");
        QVERIFY_EXCEPTION_THROWN(exportHuggingFace(*m_model, out(), {kModel, "source"}, {}), Error);
        QVERIFY(readFile(out() / "precious.txt") == "keep me");
        QCOMPARE(std::distance(fs::directory_iterator(out()), fs::directory_iterator()), 1);
    }

    void anAttachedAdapterIsRefusedAndNothingIsLeft() {
        attachLora(*m_model, {}, 1);
        QVERIFY_EXCEPTION_THROWN(exportHuggingFace(*m_model, out(), {kModel, "source"}, {}), Error);
        QVERIFY(!fs::exists(out()));
        QCOMPARE(std::distance(fs::directory_iterator(m_folder->path().toStdString()), fs::directory_iterator()), 0);
    }

private:
    fs::path out() const { return fs::path(m_folder->path().toStdString()) / "export"; }

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<CausalLM> m_model;
};

QTEST_GUILESS_MAIN(ExportTest)
#include "tst_export.moc"
