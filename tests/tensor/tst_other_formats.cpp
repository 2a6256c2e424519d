// What a refused export proposes instead is what takes the model.
#include "core/base/error.h"
#include "core/compact/factorise.h"
#include "core/edits/apply.h"
#include "core/export/export.h"
#include "core/export/formats.h"
#include "core/io/checkpoint.h"
#include "core/model/causal_lm.h"
#include "core/model/config_json.h"
#include "core/trace/tracer.h"
#include "tests/support/temp_folder.h"
#include "tests/tensor/family_configs.h"
#include "tests/tensor/pruning_records.h"
#include "tests/tensor/random_models.h"

#include <QtTest>

#include <filesystem>
#include <memory>
#include <numeric>
#include <set>

namespace tst_other_formats {

using namespace lorashear;
using namespace lorashear::testing;
namespace fs = std::filesystem;

namespace {

const fs::path kModel = fs::path(LORASHEAR_SOURCE_DIR) / "resources/models/stories260K";

using Names = std::set<std::string>;

/// Of the formats that we have, those that stand as words in a hint.
Names formatsIn(const std::string& hint) {
    Names names;
    for (const auto& format : exportFormats()) {
        const QRegularExpression word(QString::fromStdString("(?<![\\w-])" + format.id + "(?![\\w-])"));
        if (QString::fromStdString(hint).contains(word)) names.insert(format.id);
    }
    return names;
}

QStringList seen(const Names& names) {
    QStringList list;
    for (const auto& name : names) list << QString::fromStdString(name);
    return list;
}

std::unique_ptr<CausalLM> modelOf(const std::string& family) {
    for (const auto& one : familyConfigs())
        if (parseConfig(one.json, "config.json").family == family)
            return randomModel(parseConfig(one.json, "config.json"), 5);
    return nullptr;
}

std::unique_ptr<CausalLM> without(const CausalLM& model, const std::string& nodeGroup) {
    return applyEdits(model, traceStructure(model.config()), {RemoveGroups{nodeGroup, {0}}});
}

}  // namespace

class TestOtherFormats : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() { m_folder = std::make_unique<test::TempFolder>(); }

    void whatIsProposedTakesTheModel_data() {
        QTest::addColumn<QString>("which");
        QTest::addColumn<QStringList>("formats");
        QTest::newRow("uneven") << "uneven" << QStringList{"gguf", "huggingface-code", "padded"};
        QTest::newRow("factored") << "factored" << QStringList{"huggingface-code", "merged"};
        QTest::newRow("experts") << "experts" << QStringList{"huggingface-code"};
        QTest::newRow("experts, factored") << "experts, factored" << QStringList{"huggingface-code"};
    }
    void whatIsProposedTakesTheModel() {
        QFETCH(QString, which);
        QFETCH(QStringList, formats);
        const auto dense = which.startsWith("experts") ? modelOf("mixtral") : loadModel(Checkpoint::open(kModel));
        QVERIFY(dense);
        auto model =
            which == "factored" ? nullptr : without(*dense, which == "uneven" ? "layers.0.mlp" : "layers.0.experts");
        if (which.endsWith("factored")) {
            const CausalLM& from = model ? *model : *dense;
            model = factorModel(from, {{"model.layers.1.self_attn.q_proj", {2, 1}}});
        }
        const PruningRecord record;
        const ExportJob job{*model, kModel, record};
        const auto ids = randomIds(model->config().vocabulary, 1, 20, 3);
        Sequence sequence;
        for (std::int64_t i = 0; i < ids.size(1); ++i)
            sequence.ids.push_back(static_cast<int>(ids[0][i].item<std::int64_t>()));
        sequence.lossMask.assign(sequence.ids.size() - 1, true);
        Names proposed;
        try {
            writeExport("huggingface", job, m_folder->path() / "stock", {sequence}, {});
            QFAIL("stock classes are said to open it");
        } catch (const Error& error) {
            const auto begin = error.hint().find("export as ");
            QVERIFY2(begin != std::string::npos, error.what());
            proposed = formatsIn(error.hint().substr(begin));
        }
        Names wanted;
        for (const QString& format : formats) wanted.insert(format.toStdString());
        QVERIFY2(proposed == wanted, qPrintable(seen(proposed).join(", ")));
        for (const std::string& format : proposed)
            writeExport(format, job, m_folder->path() / (format == "gguf" ? "model.gguf" : format), {sequence}, {});
    }

    // Nor does a record whose edits zeros do not undo lead nowhere.
    void whatZerosDoNotBringBackGoesElsewhere_data() {
        QTest::addColumn<QString>("which");
        QTest::addColumn<QStringList>("formats");
        QTest::newRow("tokens") << "tokens" << QStringList{"gguf", "huggingface"};
        QTest::newRow("factored") << "factored" << QStringList{"huggingface-code", "merged"};
        QTest::newRow("experts") << "experts" << QStringList{"huggingface-code"};
    }
    void whatZerosDoNotBringBackGoesElsewhere() {
        QFETCH(QString, which);
        QFETCH(QStringList, formats);
        const auto dense = which == "experts" ? modelOf("mixtral") : loadModel(Checkpoint::open(kModel));
        std::vector<int> tokens(100);
        std::iota(tokens.begin(), tokens.end(), 0);
        const Edits edits{which == "tokens"     ? Edit(TrimVocabulary{tokens})
                          : which == "factored" ? Edit(FactorLinear{"model.layers.1.mlp.down_proj", {9, 1}})
                                                : Edit(RemoveGroups{"layers.0.experts", {0}})};
        const auto model = applyEdits(*dense, traceStructure(dense->config()), edits);
        const PruningRecord record = recordOfEdits(edits, dense->config());
        try {
            requireExportable("zeroed", {*model, kModel, record});
            QFAIL("zeros bring it back");
        } catch (const Error& error) {
            Names wanted;
            for (const QString& format : formats) wanted.insert(format.toStdString());
            const Names proposed = formatsIn(error.hint());
            QVERIFY2(proposed == wanted, qPrintable(seen(proposed).join(", ")));
            for (const auto& format : proposed) requireExportable(format, {*model, kModel, record});
        }
    }

    // Merged, a family that is never written as GGUF still is not.
    void nothingLeadsToAGgufFileOfAFamilyWithout() {
        const auto factored = factorModel(*modelOf("granite"), {{"model.layers.1.self_attn.q_proj", {2, 1}}});
        const PruningRecord record;
        try {
            writeExport("gguf", {*factored, kModel, record}, m_folder->path() / "model.gguf", {}, {});
            QFAIL("it is written");
        } catch (const Error& error) {
            QVERIFY2(error.message().find("\"granite\" are not written as GGUF") != std::string::npos, error.what());
            QVERIFY2(!formatsIn(error.hint()).contains("merged"), error.hint().c_str());
        }
    }

private:
    std::unique_ptr<test::TempFolder> m_folder;
};

}  // namespace tst_other_formats

QTEST_GUILESS_MAIN(tst_other_formats::TestOtherFormats)
#include "tst_other_formats.moc"
