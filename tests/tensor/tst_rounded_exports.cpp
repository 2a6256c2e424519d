// What exports in types of fewer bits cost, and how they are known again as what they were made from.

#include "core/compact/factorise.h"
#include "core/edits/pruning_record.h"
#include "core/eval/perplexity.h"
#include "core/export/export.h"
#include "core/export/rounding.h"
#include "core/export/stored_type.h"
#include "core/io/checkpoint.h"
#include "core/model/causal_lm.h"
#include "tests/tensor/bundled_sequences.h"

#include <QTemporaryDir>
#include <QtTest>

#include <cmath>
#include <filesystem>

namespace tst_rounded_exports {

using namespace lorashear;
using lorashear::testing::someSequences;
namespace fs = std::filesystem;

namespace {

const fs::path kModel = fs::path(LORASHEAR_SOURCE_DIR) / "resources/models/stories260K";

}  // namespace

class RoundedExportsTest : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<CausalLM> m_model;

    fs::path place(const std::string& name) const { return fs::path(m_folder->path().toStdString()) / name; }

    /// The model in one of the formats, read back.
    Checkpoint exported(const std::string& format, const CausalLM& model, const std::string& dtype) const {
        const auto to = place(dtype + "-" + format + (format == "gguf" ? ".gguf" : ""));
        writeExport(format, {model, kModel, {}, dtype}, to, someSequences(model), {});
        return Checkpoint::open(to);
    }

private Q_SLOTS:
    void init() {
        m_folder = std::make_unique<QTemporaryDir>();
        m_model = loadModel(Checkpoint::open(kModel));
    }

    /// What a type of fewer digits costs is measured, of folders too, and only then.
    void roundingIsMeasured() {
        const auto sequences = someSequences(*m_model);
        const auto seen = [&](const CausalLM& model, const char* dtype) {
            const auto to = place(model.config().dtype + "-" + dtype);
            return writeExport("huggingface", {model, kModel, {}, dtype}, to, sequences, {});
        };
        const double own = scoreSequences(*m_model, sequences, 1, Compute::Fp32, {}).perplexity;
        for (const char* dtype : {"source", "F32"}) QCOMPARE(seen(*m_model, dtype).perplexityAfter, 0.0);
        for (const char* dtype : {"BF16", "F16"}) {
            const auto rounded = seen(*m_model, dtype);
            QCOMPARE(rounded.perplexityBefore, own);
            QVERIFY(rounded.perplexityAfter != own && std::abs(rounded.perplexityAfter / own - 1) < 0.01);
            QCOMPARE(rounded.maxDifference, 0.0);  // the writing, not the rounding
        }
        for (const auto& [from, to, rounds] :
             {std::tuple{"F16", "BF16", true}, {"BF16", "F16", false}, {"F16", "F16", false}}) {
            auto config = m_model->config();
            config.dtype = from;
            const auto half = buildModel(config, roundedTensors(*m_model, from));
            QCOMPARE(seen(*half, to).perplexityAfter > 0, rounds);
        }
        QCOMPARE(describeSequences(sequences, 1),
                 std::string("BOS + 63 tokens, ") + std::to_string(sequences.size()) + " windows");
        QCOMPARE(describeSequences({{{4, 5}, {true}}, {{6, 7, 8}, {true, true}}}, 1),
                 std::string("up to 3 tokens, 2 windows"));
    }

    void aStoredTypeIsKnownAgain_data() {
        QTest::addColumn<QString>("format");
        QTest::addColumn<QString>("dtype");
        for (const auto& format : exportFormats())
            for (const auto& dtype : format.dtypes)
                if (format.id != "zeroed")  // which needs a record
                    QTest::addRow("%s %s", format.id.c_str(), dtype.c_str())
                        << QString::fromStdString(format.id) << QString::fromStdString(dtype);
    }
    void aStoredTypeIsKnownAgain() {
        QFETCH(QString, format);
        QFETCH(QString, dtype);
        const auto file = exported(format.toStdString(), *m_model, dtype.toStdString());
        const StoredType type = storedTypeOf(file);
        QCOMPARE(type.dtype, dtype == "source" ? std::string("F32") : dtype.toStdString());
        const auto like = roundedAs(type, *m_model, false);
        QVERIFY(like);
        const auto seen = compareLogits(*loadModel(file), *like, someSequences(*m_model), {});
        QVERIFY2(seen.within(1e-6), qPrintable(QString::number(seen.maxDifference)));
    }

    /// Products of factors have more digits than halves: F32 exports hold them, others say what rounding them costs.
    void productsOfFactorsAreRoundedOnce() {
        auto config = m_model->config();
        config.dtype = "BF16";
        const auto half = buildModel(config, roundedTensors(*m_model, "BF16"));
        const auto thin = factorModel(*half, {{"model.layers.3.mlp.down_proj", {20, 1}}});
        const auto sequences = someSequences(*thin);
        const PruningRecord record;
        const auto seen = [&](const char* dtype) {
            return writeExport("merged", {*thin, kModel, record, dtype}, place(std::string("merged-") + dtype), sequences,
                               {});
        };
        const auto whole = seen("F32");
        QVERIFY(whole.roundedTo.empty() && whole.perplexityAfter == 0 && whole.notes.empty());
        QVERIFY(!recordIn(place("merged-F32")).rounding);
        const auto exact = compareLogits(*loadModel(Checkpoint::open(place("merged-F32"))), *thin, sequences, {});
        QVERIFY2(exact.within(2e-6), qPrintable(QString::number(exact.maxDifference)));
        for (const char* dtype : {"source", "BF16", "F16"}) {
            const auto rounded = seen(dtype);
            const auto to = place(std::string("merged-") + dtype);
            QCOMPARE(rounded.roundedTo, std::string(dtype == std::string("F16") ? "F16" : "BF16"));
            QVERIFY(rounded.perplexityBefore > 0 && rounded.perplexityAfter > 0);
            const auto cost = recordIn(to).rounding;
            QVERIFY(cost && cost->to == rounded.roundedTo && cost->maxDifference > 0);
            QVERIFY(rounded.notes.size() == 1 && rounded.notes[0].find("rounded to " + cost->to) == 0);
            const auto again = loadModel(Checkpoint::open(to));
            const auto like = roundedAs(storedTypeOf(Checkpoint::open(to)), *thin, false);
            QVERIFY(compareLogits(*again, *like, sequences, {}).within(1e-6));
            QVERIFY(!compareLogits(*again, *thin, sequences, {}).within(1e-6));
        }
    }

    /// Vectors that "source" leaves in F32 beside halves, and factored linears that were multiplied out before they were rounded.
    void roundedAsTheFileIs() {
        auto config = m_model->config();
        config.dtype = "BF16";
        auto tensors = roundedTensors(*m_model, "BF16");
        for (auto& [name, tensor] : tensors)
            if (tensor.dim() == 1) tensor = m_model->tensors().at(name) * 1.001;
        const auto half = buildModel(config, tensors);
        const auto kept = exported("huggingface", *half, "source");
        QVERIFY(storedTypeOf(kept).wholeVectors && storedTypeOf(kept).dtype == "BF16");
        const auto sequences = someSequences(*m_model);
        QCOMPARE(compareLogits(*loadModel(kept), *roundedAs(storedTypeOf(kept), *half, false), sequences, {}).maxDifference,
                 0.0);
        const auto thin = factorModel(*m_model, {{"model.layers.3.mlp.down_proj", {20, 1}}});
        const auto merged = exported("merged", *thin, "F16");
        QVERIFY(
            compareLogits(*loadModel(merged), *roundedAs(storedTypeOf(merged), *thin, false), sequences, {}).within(1e-6));
        QVERIFY(!roundedAs({"", "Q5_K", false, true}, *m_model, false));  // what no export writes
        const auto four = roundedAs({"Q4_0", "Q4_0", false, true}, *thin, true);
        QVERIFY(four && four->config().factors.empty());  // llama.cpp computes no factored linears
    }
};

}  // namespace tst_rounded_exports

QTEST_GUILESS_MAIN(tst_rounded_exports::RoundedExportsTest)
#include "tst_rounded_exports.moc"
