// Reads what make_gguf.py wrote with the official gguf package: every quantised type bit for bit, Llama 3's factors of positions, a chat template.
#include "core/export/gguf_file.h"
#include "core/io/atomic_file.h"
#include "core/io/checkpoint.h"
#include "core/io/gguf.h"
#include "core/model/causal_lm.h"
#include "core/text/chat_template.h"
#include "core/text/tokenizer.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <QtTest>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <cstring>
#include <set>

namespace tst_interop_gguf_in {

using namespace lorashear;
namespace fs = std::filesystem;
using nlohmann::json;

namespace {

fs::path folder() {
    const char* root = std::getenv("LORASHEAR_INTEROP");
    return root ? fs::path(root) / "gguf-in" : fs::path();
}

std::vector<float> factorsIn(const fs::path& file) {
    const auto gguf = GgufFile::open(file);
    const GgufTensor* tensor = gguf->findTensor("rope_freqs.weight");
    if (!tensor || tensor->type->name != "F32") return {};
    std::vector<float> factors(static_cast<std::size_t>(tensor->count()));
    std::memcpy(factors.data(), tensor->bytes.data(), tensor->bytes.size());
    return factors;
}

}  // namespace

class TestInteropGgufIn : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyTypeIsDequantisedBitForBit() {
        const auto file = GgufFile::open(folder() / "quants.gguf");
        QVERIFY(file->tensors().size() >= 19);
        std::set<std::string_view> types;
        for (const auto& tensor : file->tensors()) {
            QVERIFY2(tensor.type->dequantise != nullptr, tensor.name.c_str());
            types.insert(tensor.type->name);
            const std::string stored = readFile(folder() / (tensor.name + ".f32"));
            std::vector<float> theirs(stored.size() / sizeof(float)), ours(static_cast<std::size_t>(tensor.count()));
            QCOMPARE(theirs.size(), ours.size());
            std::memcpy(theirs.data(), stored.data(), stored.size());
            tensor.type->dequantise(tensor.bytes.data(), ours.data(), ours.size());
            std::size_t apart = 0;
            for (std::size_t i = 0; i < ours.size(); ++i)
                apart += std::bit_cast<std::uint32_t>(ours[i]) != std::bit_cast<std::uint32_t>(theirs[i]) &&
                         !(ours[i] == 0 && theirs[i] == 0);
            QVERIFY2(apart == 0,
                     (tensor.name + ": " + std::to_string(apart) + " of " + std::to_string(ours.size()) + " numbers differ")
                         .c_str());
        }
        QCOMPARE(types.size(), std::size_t{13});
    }

    void llama3FactorsAreReadAndWritten() {
        const json reference = json::parse(readFile(folder() / "llama3.json"));
        const auto model = loadModel(Checkpoint::open(folder() / "llama3.gguf"));
        const RopeSettings& rope = model->config().attention.rope;
        QVERIFY(rope.scaling == RopeScaling::Llama3);
        QCOMPARE(rope.factor, 32.0);
        QCOMPARE(rope.originalPositions, 8192);
        at::NoGradGuard guard;
        const auto ids = at::tensor(reference.at("ids").get<std::vector<std::int64_t>>(), at::kLong).unsqueeze(0);
        const auto logits = model->logits(ids, {}).squeeze(0).narrow(0, ids.size(1) - 8, 8).to(at::kDouble);
        const auto theirs =
            at::tensor(reference.at("logits").get<std::vector<double>>(), at::kDouble).reshape(logits.sizes());
        const double apart = (logits - theirs).abs().max().item<double>();
        QVERIFY2(apart <= 1e-4, std::to_string(apart).c_str());

        const fs::path written = folder() / "llama3-again.gguf";
        fs::remove(written);
        exportGguf(*model, written, {folder() / "llama3.gguf", "F32"});
        const auto expected = reference.at("factors").get<std::vector<float>>(), factors = factorsIn(written);
        QCOMPARE(factors.size(), expected.size());
        for (std::size_t i = 0; i < factors.size(); ++i) QVERIFY(std::abs(factors[i] - expected[i]) <= 1e-5f * expected[i]);
        QVERIFY(*std::max_element(factors.begin(), factors.end()) > 31 &&
                *std::min_element(factors.begin(), factors.end()) < 1.001f);
        QVERIFY(loadModel(Checkpoint::open(written))->config().attention.rope == rope);
    }

    void theChatTemplateIsThere() {
        for (const char* name : {"llama3.gguf", "llama3-again.gguf"}) {
            const auto chat = ChatTemplate::open(folder() / name);
            QVERIFY(chat != nullptr);
            QCOMPARE(chat->render({{"user", "th"}}, true), std::string("[user] th</s>[assistant]"));
            const auto tokenizer = Tokenizer::open(folder() / name);
            const auto ids = chat->encode(*tokenizer, {{"user", "th"}}, true);
            QVERIFY(std::count(ids.begin(), ids.end(), tokenizer->eosIds().front()) == 1);
            QVERIFY(ChatTemplate::refusal(folder() / name).empty());
        }
        QCOMPARE(ChatTemplate::refusal(fs::path(LORASHEAR_SOURCE_DIR) / "resources/models/stories260K"),
                 std::string("the model has no chat template"));
    }
};

}  // namespace tst_interop_gguf_in

QTEST_GUILESS_MAIN(tst_interop_gguf_in::TestInteropGgufIn)
#include "tst_interop_gguf_in.moc"
