// Model folders: one file or shards, and every way in which they can be wrong.

#include "core/io/atomic_file.h"
#include "core/io/checkpoint.h"
#include "core/io/safetensors.h"
#include "tests/support/caught.h"
#include "tests/support/temp_folder.h"

#include <QtTest>

namespace tst_checkpoint {

using namespace lorashear;
using namespace lorashear::test;

namespace {

const float kNumbers[] = {1, 2, 3, 4};

TensorData tensor(const std::string& name) {
    return {name, DType::F32, {4}, reinterpret_cast<const std::byte*>(kNumbers), {}};
}

void writeShard(const TempFolder& folder, const std::string& file, std::vector<std::string> names) {
    std::vector<TensorData> tensors;
    for (const auto& name : names) tensors.push_back(tensor(name));
    writeSafetensors(folder.path() / file, tensors);
}

constexpr const char* kIndex = "model.safetensors.index.json";

/// config.json, two shards with tensors a and b, and the index given.
void makeSharded(const TempFolder& folder, const std::string& index) {
    folder.write("config.json", "{}");
    writeShard(folder, "s1.safetensors", {"a"});
    writeShard(folder, "s2.safetensors", {"b"});
    folder.write(kIndex, index);
}

const std::string kGoodIndex = R"({"metadata":{"total_size":32},"weight_map":{"a":"s1.safetensors","b":"s2.safetensors"}})";

}  // namespace

class TestCheckpoint : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void opensTheBundledModel() {
        const std::filesystem::path folder = LORASHEAR_SOURCE_DIR "/resources/models/stories260K";
        const Checkpoint checkpoint = Checkpoint::open(folder);
        QCOMPARE(checkpoint.weightBytes(), std::uint64_t{260032 * 4});
        QVERIFY(checkpoint.tensors().contains("model.embed_tokens.weight"));
        QVERIFY(checkpoint.configText().find("LlamaForCausalLM") != std::string::npos);
        std::vector<std::string> names;
        for (const auto& file : checkpoint.companionFiles()) names.push_back(file.filename().string());
        const std::vector<std::string> expected{"LICENSE",        "generation_config.json", "special_tokens_map.json",
                                                "tokenizer.json", "tokenizer.model",        "tokenizer_config.json"};
        QCOMPARE(names, expected);
        QCOMPARE(Checkpoint::open(folder / "config.json").weightsHash(), checkpoint.weightsHash());
        QCOMPARE(Checkpoint::open(folder / "model.safetensors").folder(), folder);
    }

    void shardsEqualOneFile() {
        const TempFolder whole, parts;
        whole.write("config.json", "{}");
        writeShard(whole, "model.safetensors", {"a", "b"});
        makeSharded(parts, kGoodIndex);
        const Checkpoint one = Checkpoint::open(whole.path()), two = Checkpoint::open(parts.path());
        QCOMPARE(two.tensors().size(), std::size_t{2});
        QCOMPARE(two.weightBytes(), std::uint64_t{32});
        QCOMPARE(one.weightsHash(), two.weightsHash());
    }

    void hashSeesNameTypeShapeAndBytes() {
        const auto hashOf = [](TensorData changed) {
            const TempFolder folder;
            folder.write("config.json", "{}");
            writeSafetensors(folder.path() / "model.safetensors", std::span(&changed, 1));
            return Checkpoint::open(folder.path()).weightsHash();
        };
        const std::string base = hashOf(tensor("a"));
        TensorData shape = tensor("a"), bytes = tensor("a");
        shape.shape = {2, 2};
        const float other[] = {1, 2, 3, 5};
        bytes.data = reinterpret_cast<const std::byte*>(other);
        QCOMPARE(hashOf(tensor("a")), base);
        QVERIFY(hashOf(tensor("b")) != base);
        QVERIFY(hashOf(shape) != base);
        QVERIFY(hashOf(bytes) != base);
    }

    void refusesIncompleteFolders() {
        const TempFolder folder;
        const auto open = [&] { Checkpoint::open(folder.path()); };
        QVERIFY(says(caught([&] { Checkpoint::open(folder.path() / "none"); }), ErrorCode::BadInput, "does not exist"));
        QVERIFY(says(caught(open), ErrorCode::BadInput, "config.json"));
        folder.write("config.json", "{}");
        QVERIFY(says(caught(open), ErrorCode::BadInput, "model.safetensors"));
        folder.write("notes.txt", "");
        QVERIFY(
            says(caught([&] { Checkpoint::open(folder.path() / "notes.txt"); }), ErrorCode::BadInput, "not a model folder"));
        folder.write("model.safetensors", "short");
        QVERIFY(says(caught(open), ErrorCode::BadInput, "8 bytes"));
    }

    void refusesPickle_data() {
        QTest::addColumn<QString>("name");
        for (const char* name : {"pytorch_model.bin", "pytorch_model-00001-of-00002.bin", "consolidated.00.pth"})
            QTest::newRow(name) << name;
    }
    void refusesPickle() {
        QFETCH(QString, name);
        const TempFolder folder;
        folder.write("config.json", "{}");
        folder.write(name.toStdString(), "PK");
        const auto error = caught([&] { Checkpoint::open(folder.path()); });
        QVERIFY(says(error, ErrorCode::Unsupported, "pickle"));
        QVERIFY(error->subject().ends_with(name.toStdString()));
        QVERIFY(error->hint().find("safe_serialization") != std::string::npos);
    }

    void refusesBadIndex_data() {
        QTest::addColumn<QByteArray>("index");
        QTest::addColumn<QByteArray>("words");
        const auto map = [](const char* entries) { return QByteArray("{\"weight_map\":{") + entries + "}}"; };
        QTest::newRow("not JSON") << QByteArray("{") << QByteArray("not valid JSON");
        QTest::newRow("list") << QByteArray("[]") << QByteArray("weight_map");
        QTest::newRow("no map") << QByteArray("{\"metadata\":{}}") << QByteArray("weight_map");
        QTest::newRow("empty map") << map("") << QByteArray("weight_map");
        QTest::newRow("map of numbers") << map("\"a\":1") << QByteArray("not a file name");
        QTest::newRow("tensor twice") << map("\"a\":\"s1.safetensors\",\"a\":\"s2.safetensors\"") << QByteArray("twice");
        for (const char* path :
             {"../s1.safetensors", "/etc/passwd", "..", ".", "", "sub/s1.safetensors", "c:\\\\s1.safetensors"})
            QTest::newRow(qPrintable(QString("path ") + path))
                << map("\"a\":\"").replace("}}", QByteArray(path) + "\"}}") << QByteArray("plain file name");
        QTest::newRow("pickle shard") << map("\"a\":\"pytorch_model-1.bin\"") << QByteArray("pickle");
        QTest::newRow("missing shard") << map("\"a\":\"s1.safetensors\",\"b\":\"s3.safetensors\"")
                                       << QByteArray("s3.safetensors");
        QTest::newRow("tensor not in its shard")
            << map("\"a\":\"s1.safetensors\",\"b\":\"s2.safetensors\",\"c\":\"s1.safetensors\"") << QByteArray("\"c\"");
        QTest::newRow("tensor not in the index")
            << map("\"b\":\"s2.safetensors\",\"x\":\"s1.safetensors\"") << QByteArray("\"a\" is not in");
        QTest::newRow("shards swapped") << map("\"a\":\"s2.safetensors\",\"b\":\"s1.safetensors\"")
                                        << QByteArray("should be in");
    }
    void refusesBadIndex() {
        QFETCH(QByteArray, index);
        QFETCH(QByteArray, words);
        const TempFolder folder;
        makeSharded(folder, index.toStdString());
        const auto error = caught([&] { Checkpoint::open(folder.path()); });
        QVERIFY2(error && (error->code() == ErrorCode::BadInput || error->code() == ErrorCode::Unsupported),
                 error ? error->what() : "opened");
        QVERIFY2(std::string(error->what()).find(words.toStdString()) != std::string::npos, error->what());
    }

    /// Heads of tied models and buffers of old releases: writers and indexes are at odds about them, and nobody needs them.
    void toleratesWhatNobodyNeeds() {
        const TempFolder folder;
        makeSharded(folder,
                    R"({"weight_map":{"a":"s1.safetensors","b":"s2.safetensors","lm_head.weight":"s2.safetensors"}})");
        QCOMPARE(Checkpoint::open(folder.path()).tensors().size(), std::size_t{2});
        writeShard(folder, "s2.safetensors", {"b", "lm_head.weight", "model.layers.0.self_attn.rotary_emb.inv_freq"});
        folder.write(kIndex, kGoodIndex);
        QCOMPARE(Checkpoint::open(folder.path()).tensors().size(), std::size_t{4});
    }

    void saysWhatLiesInTheFilesPlace() {
        const std::string pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:abab\nsize 1044992\n";
        const TempFolder folder;
        folder.write("config.json", "{}");
        folder.write("model.safetensors", pointer);
        const auto open = [&] { Checkpoint::open(folder.path()); };
        const auto weights = caught(open);
        QVERIFY(says(weights, ErrorCode::BadInput, "Git LFS pointer to a file of 1044992 bytes"));
        QVERIFY(weights->subject().ends_with("model.safetensors"));
        QVERIFY(weights->hint().find("git lfs pull") != std::string::npos);
        folder.write("model.safetensors", "\n <!DOCTYPE html><html><body>Access is restricted</body></html>");
        QVERIFY(says(caught(open), ErrorCode::BadInput, "web page"));
        makeSharded(folder, pointer);
        std::filesystem::remove(folder.path() / "model.safetensors");
        QVERIFY(says(caught(open), ErrorCode::BadInput, "Git LFS"));
        folder.write("config.json", pointer);
        QVERIFY(says(caught(open), ErrorCode::BadInput, "Git LFS"));
    }

    void refusesTensorInTwoShards() {
        const TempFolder folder;
        makeSharded(folder, kGoodIndex);
        writeShard(folder, "s2.safetensors", {"a", "b"});
        QVERIFY(
            says(caught([&] { Checkpoint::open(folder.path()); }), ErrorCode::BadInput, "\"a\" is also in s1.safetensors"));
    }

    void refusesTruncatedShard() {
        const TempFolder folder;
        makeSharded(folder, kGoodIndex);
        const std::string shard = readFile(folder.path() / "s2.safetensors");
        folder.write("s2.safetensors", shard.substr(0, shard.size() - 3));
        const auto error = caught([&] { Checkpoint::open(folder.path()); });
        QVERIFY(says(error, ErrorCode::BadInput, "cut short"));
        QVERIFY(error->subject().ends_with("s2.safetensors"));
    }

    void ignoresStrayShards() {
        const TempFolder folder;
        makeSharded(folder, kGoodIndex);
        writeShard(folder, "old.safetensors", {"a"});
        QCOMPARE(Checkpoint::open(folder.path()).tensors().size(), std::size_t{2});
    }
};

}  // namespace tst_checkpoint

QTEST_APPLESS_MAIN(tst_checkpoint::TestCheckpoint)
#include "tst_checkpoint.moc"
