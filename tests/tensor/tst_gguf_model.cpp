// Models from GGUF files and into them: the same logits, the same tokens, and what llama.cpp needs to compute the same.

#include "core/export/certificate.h"
#include "core/export/export.h"
#include "core/export/gguf_file.h"
#include "core/export/gguf_layout.h"
#include "core/io/atomic_file.h"
#include "core/io/checkpoint.h"
#include "core/io/gguf.h"
#include "core/text/json_tokenizer.h"
#include "core/text/tokenizer.h"
#include "tests/support/caught.h"
#include "tests/support/gguf_builder.h"
#include "tests/support/temp_folder.h"
#include "tests/tensor/random_models.h"
#include "tests/tensor/real_models.h"

#include <QtTest>
#include <nlohmann/json.hpp>

using namespace lorashear;
using namespace lorashear::test;
using lorashear::testing::configOf;
using lorashear::testing::fileText;
using lorashear::testing::logitsOf;
using lorashear::testing::randomIds;
using lorashear::testing::relativeDifference;
using lorashear::testing::shapes;

namespace {

namespace fs = std::filesystem;

const fs::path kBundled = LORASHEAR_SOURCE_DIR "/resources/models/stories260K";
const fs::path kStoriesGguf = LORASHEAR_SHARED_DIR "/models/stories260K/stories260K.gguf";

/// A GGUF file with a small tokenizer, for models that need one only to be complete.
fs::path smallTokenizer(const TempFolder& folder) {
    return folder.write("source.gguf", tinyLlama().bytes());
}

/// Text without repeated spaces: SentencePiece collapses those by itself, llama.cpp and tokenizer.json keep them.
std::string withSingleSpaces(std::string text) {
    text.erase(std::unique(text.begin(), text.end(), [](char a, char b) { return a == ' ' && b == ' '; }), text.end());
    return text;
}

}  // namespace

class TestGgufModel : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void publishedFileIsTheFolder() {
        if (!fs::exists(kStoriesGguf)) return;
        const auto fromFile = loadModel(Checkpoint::open(kStoriesGguf)), fromFolder = loadModel(Checkpoint::open(kBundled));
        const auto ids = randomIds(512, 2, 100, 7);
        QVERIFY(relativeDifference(logitsOf(*fromFile, ids), logitsOf(*fromFolder, ids)) < 1e-5);
        const auto ours = Tokenizer::open(kStoriesGguf), theirs = Tokenizer::open(kBundled),
                   json = openJsonTokenizer(kBundled);
        QCOMPARE(ours->bosId(), 1);
        QCOMPARE(ours->eosIds(), std::vector<int>{2});
        std::vector<fs::path> texts{LORASHEAR_SOURCE_DIR "/resources/data/valid.txt"};
        for (const char* name : {"multilingual", "books", "tinystories", "wikitext2"})
            for (const auto& entry : fs::directory_iterator(fs::path(LORASHEAR_SHARED_DIR) / "data" / name))
                texts.push_back(entry.path());
        for (const auto& path : texts) {
            const std::string text = fileText(path);
            const auto ids2 = ours->encode(text);
            QVERIFY2(ids2 == json->encode(text), path.c_str());
            QVERIFY2(ours->encode(withSingleSpaces(text.substr(0, 100000))) ==
                         json->encode(withSingleSpaces(text.substr(0, 100000))),
                     path.c_str());
            QCOMPARE(ours->decode(ids2), json->decode(ids2));
        }
        const std::string sentence = "One day, a clever fox found a shiny key under the old oak tree.";
        QCOMPARE(ours->encode(sentence), theirs->encode(sentence));
    }

    void writtenFilesGiveTheSameLogits() {
        TempFolder folder;
        int number = 0;
        for (const auto& shape : shapes()) {
            const auto model = randomModel(configOf(shape), 5);
            const auto path = folder.path() / (std::to_string(number++) + ".gguf");
            exportGguf(*model, path, {smallTokenizer(folder), "F32"});
            const auto file = GgufFile::open(path);
            const std::string architecture = shape.uneven ? "deci" : "llama";
            QCOMPARE(file->text("general.architecture"), std::optional(architecture));
            for (const char* key : {".attention.key_length", ".attention.value_length", ".rope.dimension_count"})
                QCOMPARE(file->integer(architecture + key), std::optional(std::int64_t{6}));
            if (shape.uneven)
                QCOMPARE(file->integers("deci.feed_forward_length"), std::optional(std::vector<std::int64_t>{19, 23, 27}));
            else
                QCOMPARE(file->integer("llama.feed_forward_length"), std::optional(std::int64_t{19}));
            const auto again = loadModel(Checkpoint::open(path));
            QCOMPARE(again->config().layers == model->config().layers, true);
            QCOMPARE(again->config().tiedHead, shape.tied);
            const auto ids = randomIds(61, 2, 20, 3);
            const double difference = relativeDifference(logitsOf(*again, ids), logitsOf(*model, ids));
            QVERIFY2(difference < 1e-6, (shape.name + ": " + std::to_string(difference)).c_str());
        }
    }

    void everyTypeIsCertified() {
        TempFolder folder;
        const auto model = loadModel(Checkpoint::open(kBundled));
        const nlohmann::json record;
        std::vector<Sequence> sequences(1);
        for (int id = 3; id < 120; ++id) sequences[0].ids.push_back(id);
        std::map<std::string, std::uintmax_t> sizes;
        for (const std::string type : {"source", "F32", "F16", "BF16", "Q8_0"}) {
            const auto path = folder.path() / (type + ".gguf");
            const auto seen = writeExport("gguf", {*model, kBundled, record, type}, path, sequences, {});
            QVERIFY(seen.maxDifference <= 1e-6 * seen.maxLogit);
            sizes[type] = fs::file_size(path);
            const auto file = GgufFile::open(path);
            for (const auto& tensor : file->tensors())
                if (tensor.shape.size() == 1) QCOMPARE(tensor.type->name, std::string_view("F32"));
        }
        QCOMPARE(sizes.at("source"), sizes.at("F32"));
        QVERIFY(sizes.at("F16") < sizes.at("F32") * 6 / 10);
        QVERIFY(sizes.at("Q8_0") < sizes.at("F16"));
        QVERIFY(says(caught([&] {
                         exportGguf(*model, folder.path() / "F32.gguf", {kBundled, "F32"});
                     }),
                     ErrorCode::Io, "exists already"));
        QVERIFY(says(caught([&] {
                         exportGguf(*model, folder.path() / "x", {kBundled, "F32"});
                     }),
                     ErrorCode::Usage, "End it in .gguf"));
    }

    void tokenizerBlockMeansTheSame() {
        TempFolder folder;
        const auto model = loadModel(Checkpoint::open(kBundled));
        const auto path = folder.path() / "one.gguf", copy = folder.path() / "two.gguf";
        exportGguf(*model, path, {kBundled, "F16"});
        exportGguf(*model, copy, {path, "F16"});
        const auto ours = Tokenizer::open(path), theirs = openJsonTokenizer(kBundled);
        const std::string text = fileText(kBundled.parent_path().parent_path() / "data/valid.txt").substr(0, 200000);
        QVERIFY(ours->encode(text) == theirs->encode(text));
        QCOMPARE(ours->bosId(), theirs->bosId());
        QVERIFY(ours->addsBos());
        const auto first = GgufFile::open(path), second = GgufFile::open(copy);
        int compared = 0;
        for (const auto& [key, value] : first->values()) {
            if (!key.starts_with("tokenizer.")) continue;
            const auto* other = second->find(key);
            QVERIFY(other && other->type == value.type && std::ranges::equal(other->bytes, value.bytes));
            ++compared;
        }
        QVERIFY(compared >= 8);
    }

    void layoutAvoidsTheTraps() {
        const GgufLayout uniform = ggufLayout({{4, 2, 96}, {4, 2, 96}});
        QCOMPARE(uniform.architecture, std::string("llama"));
        // Layer 0 must have heads, or llama.cpp takes the head size for 0; the last layer likewise keeps both parts.
        const GgufLayout gone = ggufLayout({{0, 0, 96}, {0, 0, 96}, {4, 0, 0}, {4, 2, 0}});
        QCOMPARE(gone.architecture, std::string("deci"));
        QVERIFY(gone.layers[0].zeroAttention);
        QCOMPARE(gone.layers[0].shape.heads, 1);
        QCOMPARE(gone.layers[0].shape.kvHeads, 1);
        QVERIFY(!gone.layers[1].zeroAttention);
        QCOMPARE(gone.layers[1].shape.heads, 0);
        // Heads without key/value heads would mean linear attention.
        QCOMPARE(gone.layers[2].shape.heads, 0);
        QCOMPARE(gone.layers[2].shape.kvHeads, 0);
        // Width 0 would drop the layer's attention.
        QVERIFY(gone.layers[3].zeroMlp);
        QCOMPARE(gone.layers[3].shape.intermediate, 32);
        QCOMPARE(gone.layers[3].shape.heads, 4);
    }
};

QTEST_APPLESS_MAIN(TestGgufModel)
#include "tst_gguf_model.moc"
