// What holds for every row of the table of kinds of edits, tried with the row's own example: a new row is tried here without a new test.
#include "core/base/error.h"
#include "core/compact/group_masks.h"
#include "core/edits/apply.h"
#include "core/edits/edit_json.h"
#include "core/edits/edit_kind.h"
#include "core/trace/tracer.h"
#include "tests/tensor/family_checks.h"
#include "tests/tensor/random_models.h"

#include <QtTest>

#include <ATen/ATen.h>
#include <nlohmann/json.hpp>

namespace tst_every_edit {

using namespace lorashear;
using namespace lorashear::testing;

namespace {

/// Large enough for what the examples name: five blocks, linears that rank 32 makes smaller, a handful of tokens.
const char kConfig[] = R"({"model_type": "llama", "vocab_size": 61, "hidden_size": 96, "num_hidden_layers": 5,
    "intermediate_size": 128, "num_attention_heads": 6, "num_key_value_heads": 3, "head_dim": 16,
    "max_position_embeddings": 64, "bos_token_id": 1, "eos_token_id": [2]})";

std::string fileOf(const std::string& edit) {
    return "{\"version\": 1, \"edits\": [" + edit + "]}";
}

const EditKind& kindOf(const QString& op) {
    for (const EditKind& kind : editKinds())
        if (kind.op == op.toStdString()) return kind;
    throw Error(ErrorCode::Internal, op.toStdString(), "is no kind");
}

}  // namespace

class EveryEdit : public QObject {
    Q_OBJECT

private:
    void eachKind() {
        QTest::addColumn<QString>("op");
        for (const EditKind& kind : editKinds()) QTest::addRow("%s", kind.op.c_str()) << QString::fromStdString(kind.op);
    }
    Edits exampleOf(const EditKind& kind) const { return parseEdits(fileOf(kind.schema), "example"); }
    std::unique_ptr<CausalLM> model() const { return randomModel(parseConfig(kConfig, "config.json"), 5); }

private Q_SLOTS:
    void comesBackFromItsFile_data() { eachKind(); }
    void comesBackFromItsFile() {
        QFETCH(QString, op);
        const EditKind& kind = kindOf(op);
        const Edits edits = exampleOf(kind);
        QCOMPARE(edits.size(), std::size_t{1});
        QCOMPARE(&editKindOf(edits.front()), &kind);
        QVERIFY(parseEdits(editsText(edits), "again") == edits);
        QVERIFY(editsFromJson(editsToJson(edits), "again") == edits);
        const auto written = editsToJson(edits).front();
        QCOMPARE(QString::fromStdString(written.at("op").get<std::string>()), op);
        for (const std::string& key : kind.keys) {
            QVERIFY2(written.contains(key), key.c_str());
            auto without = nlohmann::json::parse(kind.schema);
            QVERIFY2(without.erase(key) == 1, (key + " is missing in the example").c_str());
            QVERIFY_EXCEPTION_THROWN(parseEdits(fileOf(without.dump()), "without"), Error);
        }
    }

    /// The blueprint counts what the smaller model has, and that model is one: it computes, and is traced to the same shapes.
    void isCountedAndApplied_data() { eachKind(); }
    void isCountedAndApplied() {
        QFETCH(QString, op);
        const EditKind& kind = kindOf(op);
        const auto before = model();
        const auto structure = traceStructure(*before);
        Blueprint blueprint;
        try {
            blueprint = blueprintOf(before->config(), structure, exampleOf(kind));
        } catch (const Error& error) {
            QFAIL(qPrintable(QStringLiteral("the example of \"%1\" is not for the model of this test; enlarge kConfig: %2")
                                 .arg(op, QString::fromUtf8(error.what()))));
        }
        const auto after = applyEdits(*before, blueprint);
        QCOMPARE(after->parameterCount(), blueprint.parameters());
        QVERIFY(after->parameterCount() < before->parameterCount());
        QVERIFY(after->config().layers == blueprint.config.layers &&
                after->config().vocabulary == blueprint.config.vocabulary);
        const auto traced = traceStructure(*after);
        QCOMPARE(traced.parameters, blueprint.parameters());
        for (const auto& [name, making] : blueprint.tensors) {
            QVERIFY2(traced.tensors.count(name), name.c_str());
            QVERIFY2(traced.tensors.at(name) == making.shape, name.c_str());
        }
        const auto logits = logitsOf(*after, randomIds(after->config().vocabulary, 2, 9, 4));
        QVERIFY(at::isfinite(logits).all().item<bool>());
    }

    /// A mask shows it and goes again, or it is said why none can.
    void isShownAndTakenBack_data() { eachKind(); }
    void isShownAndTakenBack() {
        QFETCH(QString, op);
        const EditKind& kind = kindOf(op);
        const auto shown = model();
        const auto structure = traceStructure(*shown);
        const Edits edits = exampleOf(kind);
        const auto ids = randomIds(shown->config().vocabulary, 2, 9, 4);
        const auto before = logitsOf(*shown, ids);
        if (!kind.noPreview.empty()) {
            QVERIFY_EXCEPTION_THROWN(previewEdits(*shown, structure, edits), Error);
            QVERIFY(at::equal(logitsOf(*shown, ids), before));
            return;
        }
        previewEdits(*shown, structure, edits);
        const auto masked = logitsOf(*shown, ids);
        QVERIFY2(relativeDifference(masked, before) >= 1e-3, "the mask changes nothing");
        const auto cut = applyEdits(*shown, structure, edits);
        QVERIFY2(relativeDifference(logitsOf(*cut, ids), masked) <= kLogitTolerance, "the mask shows another model");
        previewEdits(*shown, structure, {});
        QVERIFY(at::equal(logitsOf(*shown, ids), before));
    }

    /// Where zeros are said to bring back what it takes: every tensor before comes from one after, and where that is put back into zeros the original
    /// computes what the smaller model does.
    void isUndoneByZeros_data() { eachKind(); }
    void isUndoneByZeros() {
        QFETCH(QString, op);
        const EditKind& kind = kindOf(op);
        if (!kind.noUndo.empty()) {
            QVERIFY2(kind.noUndo.size() > 10, "the reason is no sentence");
            return;
        }
        const auto whole = model();
        const auto structure = traceStructure(*whole);
        const auto blueprint = blueprintOf(whole->config(), structure, exampleOf(kind));
        const auto cut = applyEdits(*whole, blueprint);
        auto tensors = whole->tensors();
        const auto smaller = cut->tensors();
        for (auto& [name, tensor] : tensors) tensor = at::zeros_like(tensor);
        for (const auto& [name, making] : blueprint.tensors) {
            QVERIFY2(!making.part, (name + " is made of a product; say in noUndo why zeros do not bring it back").c_str());
            auto value = smaller.at(name);
            for (const auto& [dim, kept] : making.kept) {
                auto shape = value.sizes().vec();
                shape[static_cast<std::size_t>(dim)] = tensors.at(making.source).size(dim);
                value = at::zeros(shape, value.options()).index_copy(dim, at::tensor(kept, at::kLong), value);
            }
            tensors.at(making.source) = value;
        }
        const auto again = buildModel(whole->config(), tensors);
        const auto fresh = randomIds(cut->config().vocabulary, 2, 9, 4);
        at::Tensor ids = fresh, expected = logitsOf(*cut, fresh);
        if (!blueprint.tokens.empty()) {
            const auto map =
                at::tensor(std::vector<std::int64_t>(blueprint.tokens.begin(), blueprint.tokens.end()), at::kLong);
            ids = map.index_select(0, fresh.flatten()).view(fresh.sizes());
            const auto all = logitsOf(*again, ids).index_select(-1, map);
            QVERIFY(relativeDifference(all, expected) <= kLogitTolerance);
            return;
        }
        QVERIFY2(relativeDifference(logitsOf(*again, ids), expected) <= kLogitTolerance,
                 "what zeros bring back computes something else; say in noUndo why");
    }
};

}  // namespace tst_every_edit

QTEST_GUILESS_MAIN(tst_every_edit::EveryEdit)
#include "tst_every_edit.moc"
