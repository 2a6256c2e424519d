// Weights from files: types, alignment, and what is no number.
#include "core/base/error.h"
#include "core/io/checkpoint.h"
#include "core/io/tensor_stream.h"
#include "core/model/causal_lm.h"
#include "tests/support/caught.h"
#include "tests/support/temp_folder.h"
#include "tests/tensor/random_models.h"
#include "tests/tensor/real_models.h"

#include <ATen/ATen.h>
#include <QtTest>

#include <bit>
#include <cmath>
#include <cstring>
#include <functional>
#include <limits>

namespace tst_loading {

using namespace lorashear;
using namespace lorashear::testing;
using lorashear::test::caught;
using lorashear::test::says;
using lorashear::test::TempFolder;
namespace fs = std::filesystem;

namespace {

const fs::path kModel = realModels().front().folder;

/// Nearest bf16, ties to even, by integers alone.
std::uint16_t halfOf(float value, DType type) {
    if (type == DType::BF16) {
        const auto bits = std::bit_cast<std::uint32_t>(value);
        return static_cast<std::uint16_t>((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
    }
    return at::Half(value).x;
}

float widened(std::uint16_t bits, DType type) {
    if (type == DType::BF16) return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16);
    const int exponent = bits >> 10 & 31, fraction = bits & 1023;
    const double size = exponent == 0 ? std::ldexp(fraction, -24) : std::ldexp(1024 + fraction, exponent - 25);
    return static_cast<float>(bits >> 15 ? -size : size);
}

/// The bundled model's numbers; change may look at and alter each tensor before it is written.
void writeModel(const fs::path& folder, DType type,
                const std::function<void(const std::string&, std::vector<float>&)>& change) {
    fs::create_directories(folder);
    fs::copy_file(kModel / "config.json", folder / "config.json");
    const auto source = Checkpoint::open(kModel);
    std::vector<LazyTensor> all;
    for (const auto& [name, data] : source.tensors()) {
        auto numbers = std::make_shared<std::vector<float>>(static_cast<std::size_t>(data.count()));
        std::memcpy(numbers->data(), data.data, data.bytes());
        if (change) change(name, *numbers);
        auto halves = std::make_shared<std::vector<std::uint16_t>>();
        for (const float number : *numbers) halves->push_back(halfOf(number, type));
        const bool whole = type == DType::F32;
        const auto* bytes =
            whole ? reinterpret_cast<const std::byte*>(numbers->data()) : reinterpret_cast<const std::byte*>(halves->data());
        const std::shared_ptr<const void> owner = whole ? std::shared_ptr<const void>(numbers) : halves;
        all.push_back({name, type, data.shape, [=, name = name, shape = data.shape] {
                           return TensorData{name, type, shape, bytes, owner};
                       }});
    }
    writeSafetensors(folder / "model.safetensors", all, {});
}

}  // namespace

class TestLoading : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void whatIsNoNumberIsRefused_data() {
        QTest::addColumn<int>("type");
        QTest::addColumn<float>("number");
        for (const auto type : {DType::F32, DType::BF16, DType::F16})
            for (const float number : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity(),
                                       -std::numeric_limits<float>::infinity()})
                QTest::addRow("%s %g", dtypeName(type), double(number)) << static_cast<int>(type) << number;
    }
    void whatIsNoNumberIsRefused() {
        QFETCH(int, type);
        QFETCH(float, number);
        const TempFolder folder;
        const std::string spoiled = "model.layers.4.mlp.down_proj.weight";
        writeModel(folder.path() / "model", static_cast<DType>(type),
                   [&](const std::string& name, std::vector<float>& numbers) {
                       if (name == spoiled) numbers.back() = number;
                   });
        const auto error = caught([&] { loadModel(Checkpoint::open(folder.path() / "model")); });
        QVERIFY2(says(error, ErrorCode::Numeric, spoiled) && !error->hint().empty(), error ? error->what() : "was opened");
        QVERIFY(error->subject().find("model") != std::string::npos);
    }

    void halvesAreTheirRoundedNumbers_data() {
        QTest::addColumn<int>("type");
        QTest::newRow("BF16") << static_cast<int>(DType::BF16);
        QTest::newRow("F16") << static_cast<int>(DType::F16);
    }
    // The logits of a folder in half precision are those of a folder in F32 whose numbers were rounded beforehand.
    void halvesAreTheirRoundedNumbers() {
        QFETCH(int, type);
        const auto half = static_cast<DType>(type);
        const TempFolder folder;
        writeModel(folder.path() / "half", half, {});
        writeModel(folder.path() / "rounded", DType::F32, [&](const std::string&, std::vector<float>& numbers) {
            for (float& number : numbers) number = widened(halfOf(number, half), half);
        });
        const auto stored = loadModel(Checkpoint::open(folder.path() / "half")),
                   rounded = loadModel(Checkpoint::open(folder.path() / "rounded"));
        QCOMPARE(stored->config().dtype, std::string(dtypeName(half)));
        const auto ids = randomIds(512, 2, 60, 5);
        QVERIFY(relativeDifference(logitsOf(*stored, ids), logitsOf(*rounded, ids)) <= 1e-6);
        QVERIFY(relativeDifference(logitsOf(*stored, ids), logitsOf(*loadModel(Checkpoint::open(kModel)), ids)) >
                1e-5);  // rounding shows
    }

    // F32 numbers are used where they lie in the file when that is a multiple of 64 bytes, and copied when not; halves always are.
    void weightsStayInTheirFileWhereTheyCan_data() {
        QTest::addColumn<int>("type");
        QTest::newRow("F32") << static_cast<int>(DType::F32);
        QTest::newRow("BF16") << static_cast<int>(DType::BF16);
    }
    void weightsStayInTheirFileWhereTheyCan() {
        QFETCH(int, type);
        const TempFolder folder;
        writeModel(folder.path() / "model", static_cast<DType>(type), {});
        const auto checkpoint = Checkpoint::open(folder.path() / "model");
        const auto model = loadModel(checkpoint);
        for (const auto& [name, tensor] : model->tensors()) {
            const auto& data = checkpoint.tensors().at(name);
            const bool mapped = tensor.const_data_ptr() == static_cast<const void*>(data.data);
            const bool aligned = reinterpret_cast<std::uintptr_t>(data.data) % 64 == 0;
            QVERIFY2(mapped == (aligned || static_cast<DType>(type) != DType::F32), name.c_str());
            QCOMPARE(reinterpret_cast<std::uintptr_t>(tensor.const_data_ptr()) %
                         (static_cast<DType>(type) == DType::F32 ? 64 : 2),
                     std::uintptr_t{0});
        }
    }
};

}  // namespace tst_loading

QTEST_GUILESS_MAIN(tst_loading::TestLoading)
#include "tst_loading.moc"
