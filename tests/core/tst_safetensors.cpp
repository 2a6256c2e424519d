// safetensors: every rule of the reference reader, and files byte for byte like the reference writer's.

#include "core/base/random.h"
#include "core/io/atomic_file.h"
#include "core/io/safetensors.h"
#include "tests/support/caught.h"
#include "tests/support/file_size_limit.h"
#include "tests/support/temp_folder.h"

#include <QtTest>

#include <cstring>

namespace tst_safetensors {

using namespace lorashear;
using namespace lorashear::test;

namespace {

std::string fileOf(const std::string& header, std::size_t dataBytes) {
    std::string file(8, '\0');
    for (int i = 0; i < 8; ++i) file[static_cast<std::size_t>(i)] = static_cast<char>(header.size() >> (8 * i) & 0xff);
    return file + header + std::string(dataBytes, '\1');
}

std::optional<Error> refusal(const std::string& content) {
    const TempFolder folder;
    const auto path = folder.write("x.safetensors", content);
    return caught([&] { SafetensorsFile::open(path); });
}

}  // namespace

class TestSafetensors : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void readsWhatIsThere() {
        const TempFolder folder;
        const auto path = folder.write(
            "x.safetensors",
            fileOf(
                R"({"__metadata__":{"format":"pt"},"b":{"dtype":"F32","shape":[2,1],)"
                R"("data_offsets":[4,12]},"a":{"dtype":"BF16","shape":[2],"data_offsets":[0,4]},"empty":{"dtype":"F16","shape":[0,7],)"
                R"("data_offsets":[4,4]},"scalar":{"dtype":"F16","shape":[],"data_offsets":[12,14]},)"
                R"("mask":{"dtype":"BOOL","shape":[3],"data_offsets":[14,17]}}   )",
                17));
        std::vector<TensorData> tensors;
        {
            const auto file = SafetensorsFile::open(path);
            tensors = file->tensors();
            QCOMPARE(file->metadata().at("format"), std::string("pt"));
            QCOMPARE(file->otherTensors().at("mask"), std::string("BOOL"));
        }
        QCOMPARE(tensors.size(), std::size_t{4});  // in order of offset, and the data outlives the file object
        QCOMPARE(tensors[0].name, std::string("a"));
        QCOMPARE(tensors[1].name, std::string("empty"));
        QCOMPARE(tensors[1].count(), std::int64_t{0});
        QCOMPARE(tensors[2].shape, (std::vector<std::int64_t>{2, 1}));
        QCOMPARE(tensors[3].count(), std::int64_t{1});
        QCOMPARE(tensors[3].bytes(), std::size_t{2});
        QCOMPARE(static_cast<int>(tensors[2].data[7]), 1);
    }

    void refuses_data() {
        QTest::addColumn<QByteArray>("content");
        QTest::addColumn<QByteArray>("rule");
        const auto row = [](const char* name, const std::string& content, const char* rule) {
            QTest::newRow(name) << QByteArray::fromStdString(content) << QByteArray(rule);
        };
        const auto one = [](const std::string& inside, std::size_t bytes) {
            return fileOf("{\"t\":{" + inside + "}}", bytes);
        };
        row("empty file", "", "8 bytes");
        row("seven bytes", "1234567", "8 bytes");
        row("huge header", std::string("\xff\xff\xff\xff\xff\xff\xff\x7f", 8) + "{}", "limit");
        row("header just over the limit", std::string("\x01\xe1\xf5\x05\0\0\0\0", 8) + "{}", "limit");
        row("header past the end", std::string("\x10\0\0\0\0\0\0\0", 8) + "{}", "past the end");
        row("no header", fileOf("", 0), "'{'");
        row("not an object", fileOf("[]", 0), "'{'");
        row("broken JSON", fileOf(R"({"t":)", 0), "not valid JSON");
        row("not UTF-8", fileOf("{\"t\xff\":{}}", 0), "not valid JSON");
        row("duplicate tensor",
            fileOf(
                R"({"t":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"t":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})",
                4),
            "twice");
        row("duplicate key", one(R"("dtype":"F32","dtype":"F16","shape":[1],"data_offsets":[0,4])", 4), "twice");
        row("deep nesting", fileOf("{\"t\":" + std::string(100000, '['), 0), "deeper");
        row("hole at the start", one(R"("dtype":"F32","shape":[1],"data_offsets":[4,8])", 8), "hole");
        row("hole between",
            fileOf(
                R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"t":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}})",
                12),
            "hole");
        row("overlap",
            fileOf(
                R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"t":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}})",
                8),
            "overlaps");
        row("same bytes twice",
            fileOf(
                R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"t":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})",
                4),
            "overlaps");
        row("ends before it begins", one(R"("dtype":"F32","shape":[1],"data_offsets":[0,0])", 0), "need 4 bytes");
        row("backwards",
            fileOf(
                R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"t":{"dtype":"F32","shape":[0],"data_offsets":[4,0]}})",
                4),
            "ends before");
        row("wrong size", one(R"("dtype":"F32","shape":[2],"data_offsets":[0,4])", 4), "need 8 bytes");
        row("shape overflows", one(R"("dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,4])", 4), "overflow");
        row("bits overflow", one(R"("dtype":"F32","shape":[2305843009213693952],"data_offsets":[0,4])", 4), "overflow");
        row("size over 63 bits", one(R"("dtype":"F32","shape":[18446744073709551615],"data_offsets":[0,4])", 4), "overflow");
        row("number over 64 bits", one(R"("dtype":"F32","shape":[1],"data_offsets":[0,99999999999999999999999])", 4),
            "whole numbers");
        row("negative shape", one(R"("dtype":"F32","shape":[-1],"data_offsets":[0,4])", 4), "whole numbers");
        row("fractional shape", one(R"("dtype":"F32","shape":[1.5],"data_offsets":[0,4])", 4), "whole numbers");
        row("half a byte", one(R"("dtype":"F4","shape":[3],"data_offsets":[0,2])", 2), "whole bytes");
        row("unknown type", one(R"("dtype":"F33","shape":[1],"data_offsets":[0,4])", 4), "F33");
        row("no type", one(R"("shape":[1],"data_offsets":[0,4])", 4), "no dtype");
        row("no shape", one(R"("dtype":"F32","data_offsets":[0,4])", 4), "no shape");
        row("three offsets", one(R"("dtype":"F32","shape":[1],"data_offsets":[0,4,4])", 4), "two numbers");
        row("tensor is no object", fileOf(R"({"t":3})", 0), "not an object");
        row("metadata of numbers", fileOf(R"({"__metadata__":{"a":1}})", 0), "not a string");
        row("truncated", one(R"("dtype":"F32","shape":[4],"data_offsets":[0,16])", 10), "cut short");
        row("something after", one(R"("dtype":"F32","shape":[1],"data_offsets":[0,4])", 9), "after its last");
        row("data without tensors", fileOf("{}", 1), "after its last");
        row("pickle", std::string("PK\3\4\0\0\10\10\0\0", 10) + std::string(200, 'x'), "limit");
    }
    void refuses() {
        QFETCH(QByteArray, content);
        QFETCH(QByteArray, rule);
        const auto error = refusal(content.toStdString());
        QVERIFY2(says(error, ErrorCode::BadInput, rule.toStdString()), error ? error->what() : "accepted");
        QVERIFY(error->subject().ends_with("x.safetensors"));
    }

    void namesTheTensor() {
        QVERIFY(says(refusal(fileOf(R"({"model.x":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}})", 4)),
                     ErrorCode::BadInput, "\"model.x\""));
    }

    void refusesMissing() {
        const TempFolder folder;
        QVERIFY(says(caught([&] { SafetensorsFile::open(folder.path() / "no.safetensors"); }), ErrorCode::BadInput,
                     "does not exist"));
        QVERIFY(says(caught([&] { SafetensorsFile::open(folder.path()); }), ErrorCode::BadInput, "not a file"));
    }

    void writesLikeTheReference() {
        // what safetensors 0.4 and later writes for these tensors: F32, then BF16, then F16, by name within a type
        const std::string zeros(16, '\0');
        const auto tensor = [&](const char* name, DType dtype, std::vector<std::int64_t> shape) {
            return TensorData{name, dtype, std::move(shape), reinterpret_cast<const std::byte*>(zeros.data()), {}};
        };
        const std::vector<TensorData> tensors{tensor("h", DType::F16, {1}), tensor("z", DType::F32, {2, 1}),
                                              tensor("b", DType::BF16, {}), tensor("a\n", DType::F32, {0})};
        const TempFolder folder;
        writeSafetensors(folder.path() / "o.safetensors", tensors);
        std::string header =
            R"({"__metadata__":{"format":"pt"},"a\n":{"dtype":"F32","shape":[0],"data_offsets":[0,0]},)"
            R"("z":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]},"b":{"dtype":"BF16","shape":[],"data_offsets":[8,10]},)"
            R"("h":{"dtype":"F16","shape":[1],"data_offsets":[10,12]}})";
        header.append((8 - header.size() % 8) % 8, ' ');
        std::string expected = fileOf(header, 0) + std::string(12, '\0');
        QCOMPARE(QByteArray::fromStdString(readFile(folder.path() / "o.safetensors")), QByteArray::fromStdString(expected));
    }

    void roundTripsRealFilesByteForByte() {
        int seen = 0;
        for (const char* root : {LORASHEAR_SOURCE_DIR "/resources/models", LORASHEAR_SHARED_DIR "/models"}) {
            if (!std::filesystem::exists(root)) continue;
            for (const auto& entry : std::filesystem::directory_iterator(root)) {
                const auto path = entry.path() / "model.safetensors";
                if (!std::filesystem::exists(path)) continue;
                const TempFolder folder;
                const auto file = SafetensorsFile::open(path);
                writeSafetensors(folder.path() / "copy", file->tensors(), file->metadata());
                QVERIFY2(readFile(path) == readFile(folder.path() / "copy"), path.c_str());
                ++seen;
            }
        }
        QVERIFY(seen >= 1);
    }

    void fullDiskKeepsTheOldFile() {
        const TempFolder folder;
        const auto path = folder.write("model.safetensors", "old");
        const std::vector<float> zeros(1 << 20);
        const TensorData tensor{"t", DType::F32, {1 << 20}, reinterpret_cast<const std::byte*>(zeros.data()), {}};
        std::optional<Error> error;
        {
            const FileSizeLimit full(1 << 20);
            error = caught([&] { writeSafetensors(path, std::span(&tensor, 1)); });
        }
        QVERIFY(says(error, ErrorCode::Io, "model.safetensors"));
        QCOMPARE(readFile(path), std::string("old"));
    }

    /// Random damage to a real file: opens or refuses in words, never anything else, and what opens stays inside the file.
    void survivesDamage() {
        const std::string good =
            readFile(LORASHEAR_SOURCE_DIR "/resources/models/stories260K/model.safetensors").substr(0, 6000);
        std::size_t headerBytes = 0;
        std::memcpy(&headerBytes, good.data(), 8);
        QVERIFY(headerBytes < 6000);
        Random random(7, "damage");
        const TempFolder folder;
        int refused = 0;
        for (int round = 0; round < 1000; ++round) {
            std::string bad = good;
            const auto changes = 1 + random.below(4);
            for (std::uint64_t i = 0; i < changes; ++i)
                bad[random.below(8 + headerBytes)] = static_cast<char>(random.below(256));
            if (random.below(3) == 0) bad.resize(random.below(bad.size()));
            const auto path = folder.write("bad.safetensors", bad);
            const auto error = caught([&] {
                for (const TensorData& tensor : SafetensorsFile::open(path)->tensors())
                    QVERIFY(tensor.bytes() <= bad.size());
            });
            if (!error) continue;
            QCOMPARE(error->code(), ErrorCode::BadInput);
            ++refused;
        }
        QCOMPARE(refused, 1000);  // the cut file lacks most of its data
    }
};

}  // namespace tst_safetensors

QTEST_APPLESS_MAIN(tst_safetensors::TestSafetensors)
#include "tst_safetensors.moc"
