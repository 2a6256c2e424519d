#include "core/edits/edit_record.h"

#include "core/base/error.h"
#include "core/io/atomic_file.h"
#include "tests/core/whole_structure.h"
#include "tests/support/caught.h"
#include "tests/support/temp_folder.h"

#include <nlohmann/json.hpp>

#include <QtTest>

namespace tst_pruning_record {

using namespace lorashear;
using lorashear::test::caught;
using nlohmann::json;

const std::filesystem::path kFiles = LORASHEAR_SOURCE_DIR "/tests/data/records";

/// The one form of pruning.json: of every format that there was, of newer ones, and damaged.
class TestPruningRecord : public QObject {
    Q_OBJECT

    static PruningRecord stored(const char* name) {
        return parseRecord(readFile(kFiles / (std::string(name) + ".json")), name);
    }
    /// A structure with the node groups that a record names.
    static Structure structureOf(const PruningRecord& record) {
        Structure structure;
        for (const KeptGroups& kept : *record.nodeGroups) {
            NodeGroup group;
            group.id = static_cast<int>(structure.nodeGroups.size());
            group.name = kept.name, group.unit = kept.unit, group.count = kept.count;
            structure.nodeGroups.push_back(group);
        }
        return structure;
    }

private Q_SLOTS:
    void everyFormatIsReadAndWrittenAsItWas_data() {
        QTest::addColumn<int>("version");
        QTest::newRow("format1") << 1;
        QTest::newRow("format2_without_original") << 2;
        QTest::newRow("format2") << 2;
    }
    void everyFormatIsReadAndWrittenAsItWas() {
        QFETCH(int, version);
        const PruningRecord record = stored(QTest::currentDataTag());
        QCOMPARE(record.version, version);
        QCOMPARE(record.tool, std::string("LoRAShear Studio"));
        QCOMPARE(record.source->name, std::string("stories260K"));
        QVERIFY(record.others.empty());
        const std::string text = readFile(kFiles / (std::string(QTest::currentDataTag()) + ".json"));
        QCOMPARE(recordText(record), text);  // byte for byte
        QVERIFY(parseRecord(recordText(record), "again") == record);
        QVERIFY(looksLikeRecord(text));
    }

    void theFirstFormatTellsGroups() {
        const PruningRecord record = stored("format1");
        QVERIFY(!record.edits && record.original.empty() && !record.certificate);
        QCOMPARE(record.dataSha256->at("train.txt"), std::string(64, '1'));
        QCOMPARE(*record.source->weightsSha256, std::string(64, '2'));
        const KeptGroups& first = record.nodeGroups->front();
        QVERIFY(first.unit == UnitKind::Attention && first.count == 4 && first.kept == (std::vector<int>{0, 2, 3}));
        QVERIFY(first.rows.front() == (GroupSlice{"model.layers.1.self_attn.q_proj.weight", 0, 0, 16, 16}));
        QVERIFY(first.columns.front() == (GroupSlice{"model.layers.1.self_attn.o_proj.weight", 1, 0, 16, 16}));
        const Edits expected{RemoveGroups{"layers.1.attention", {1}}, RemoveGroups{"layers.3.attention", {0, 2}}};
        QVERIFY(editsOfRecord(record, structureOf(record)) == expected);
        QVERIFY(stored("format2_without_original").edits == expected);
    }

    void todaysFormatTellsEdits() {
        const PruningRecord record = stored("format2");
        const std::string linear = "model.layers.4.mlp.down_proj";
        const Edits expected{RemoveGroups{"layers.1.attention", {1}}, DropPart{2, BlockPart::Block},
                             DropPart{3, BlockPart::Attention}, FactorLinear{linear, {20, 1}}};
        QVERIFY(editsOfRecord(record, structureOf(record)) == expected);
        QVERIFY(json::parse(record.original).at("num_hidden_layers") == 5);
        QCOMPARE(record.certificate->tokens.size(), record.certificate->logit.size());
        QVERIFY(record.factors->at(linear).rank == 20 && !record.factors->at(linear).calibrated);
        QCOMPARE(record.merged->linears, std::int64_t{1});
    }

    void everyMemberComesBack() {
        PruningRecord record = newRecord();
        record.source = {"m", "sha"};
        record.recipe = R"({"seed":7})", record.recipeSha256 = "r", record.dataSha256.emplace()["t"] = "h";
        record.original = R"({"hidden_size":64})";
        record.edits = {TrimVocabulary{{0, 2}}, FactorLinear{"l", {3, 2}}};
        record.nodeGroups = {{"g", UnitKind::Experts, 4, {0, 3}, {{"a", 0, 1, 2, 3}}, {}}};
        record.vocabulary = {3, 2};
        record.measured = R"({"x":1.5})";
        record.certificate = {{1, 2}, {3, 4}, {0.1, -2}, {5, 1e-9}};
        record.factors = {{"l", {3, 2, 0.25, true}}};
        record.merged = {1, 2, 3}, record.rounding = {"BF16", 0.5, 7};
        record.others["from elsewhere"] = R"([1,{"a":null}])";
        QCOMPARE(record.version, kRecordVersion);
        QVERIFY(parseRecord(recordText(record), "x") == record);
        QCOMPARE(recordText({}), std::string("{}\n"));
    }

    void theFormatsNumberIsRead() {
        json newer = json::parse(readFile(kFiles / "format2.json"));
        newer["format"] = 99;
        newer["edits"] = "something else by then";
        const auto error = caught([&] { parseRecord(newer.dump(), "/m/pruning.json"); });
        QVERIFY(error && error->code() == ErrorCode::BadInput);
        QCOMPARE(error->subject(), std::string("/m/pruning.json /format"));
        QCOMPARE(error->message(), "is 99, the newest that this program reads is " + std::to_string(kRecordVersion));
        QVERIFY(error->hint().find("update") != std::string::npos);
        const test::TempFolder folder;
        QVERIFY(recordIfThere(folder.path()) == PruningRecord());
        writeFile(folder.path() / kRecordFile, newer.dump());
        QVERIFY(caught([&] { recordIfThere(folder.path()); }) && caught([&] { recordIn(folder.path()); }));
    }

    void whatIsDamagedIsNamed_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("place");
        QTest::newRow("no object") << "[]"
                                   << "p";
        QTest::newRow("twice") << R"({"format": 2, "format": 2})"
                               << "p";
        QTest::newRow("format") << R"({"format": "2"})"
                                << "p /format";
        QTest::newRow("no format is 0") << R"({"format": 0})"
                                        << "p /format";
        QTest::newRow("source") << R"({"source": 7})"
                                << "p /source";
        QTest::newRow("groups") << R"({"node_groups": 7})"
                                << "p /node_groups";
        QTest::newRow("kind") << R"({"node_groups": [{"name": "a", "kind": "b", "groups": 1, "kept": []}]})"
                              << "p /node_groups";
        QTest::newRow("kept")
            << R"({"node_groups": [{"name": "a", "kind": "mlp", "groups": 1, "kept": [-1], "rows": [], "columns": []}]})"
            << "p /node_groups";
        QTest::newRow("op") << R"({"edits": [{"op": "paint"}]})"
                            << "p /edits/0/op";
        QTest::newRow("edit") << R"({"edits": [{"op": "drop", "layer": 1}]})"
                              << "p /edits/0";
        QTest::newRow("certificate") << R"({"certificate": {"tokens": "x"}})"
                                     << "p /certificate";
        QTest::newRow("factors") << R"({"factors": {"l": 1}})"
                                 << "p /factors";
        QTest::newRow("vocabulary") << R"({"vocabulary": {"before": 3}})"
                                    << "p /vocabulary";
    }
    void whatIsDamagedIsNamed() {
        QFETCH(QString, text);
        QFETCH(QString, place);
        const auto error = caught([&] { parseRecord(text.toStdString(), "p"); });
        QVERIFY(error && error->code() == ErrorCode::BadInput);
        QCOMPARE(error->subject(), place.toStdString());
        QVERIFY(!error->hint().empty());
    }

    void otherJsonIsNoRecord() {
        for (const char* text : {"", "[]", "7", R"({"version": 1, "plan": {}})"}) QVERIFY2(!looksLikeRecord(text), text);
        QVERIFY(looksLikeRecord(R"({"node_groups": []})") && looksLikeRecord(R"({"format": 99})"));
    }
};

}  // namespace tst_pruning_record

QTEST_GUILESS_MAIN(tst_pruning_record::TestPruningRecord)
#include "tst_pruning_record.moc"
