// Checkpoints as other programs leave them: heads of their own beside a tied embedding, other names, adapters never merged, keys of config.json that no
// longer hold, numbers that no longer fit. The right results are those of transformers 5.23.

#include "core/export/gguf_file.h"
#include "core/export/hf_folder.h"
#include "core/export/rounding.h"
#include "core/export/sliced_copy.h"
#include "core/io/atomic_file.h"
#include "core/io/checkpoint.h"
#include "core/io/tensor_stream.h"
#include "core/model/causal_lm.h"
#include "core/model/checkpoint_config.h"
#include "core/model/leftover_keys.h"
#include "core/trace/tracer.h"
#include "tests/support/caught.h"
#include "tests/support/temp_folder.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <nlohmann/json.hpp>

#include <QtTest>

#include <cstring>
#include <limits>
#include <map>
#include <optional>

namespace tst_other_checkpoints {

using namespace lorashear;
using lorashear::test::caught;
using lorashear::test::says;
using lorashear::test::TempFolder;
using nlohmann::json;
namespace fs = std::filesystem;

namespace {

const fs::path kModel = LORASHEAR_SOURCE_DIR "/resources/models/stories260K";
const std::string kEmbedding = "model.embed_tokens.weight", kHead = "lm_head.weight";

using Tensors = std::map<std::string, at::Tensor>;

Tensors bundled() {
    Tensors all;
    const auto checkpoint = Checkpoint::open(kModel);
    for (const auto& [name, data] : checkpoint.tensors()) {
        all[name] = at::empty(data.shape);
        std::memcpy(all[name].data_ptr(), data.data, data.bytes());
    }
    return all;
}

json bundledConfig() {
    return json::parse(readFile(kModel / "config.json"));
}

void write(const fs::path& folder, const Tensors& tensors, const json& config = bundledConfig()) {
    fs::create_directories(folder);
    writeFile(folder / "config.json", config.dump());
    std::vector<LazyTensor> all;
    for (const auto& [name, tensor] : tensors) {
        const auto dense = std::make_shared<at::Tensor>(tensor.contiguous());
        all.push_back({name, dtypeOf(tensor.scalar_type()), tensor.sizes().vec(), [name = name, dense] {
                           return TensorData{name, dtypeOf(dense->scalar_type()), dense->sizes().vec(),
                                             static_cast<const std::byte*>(dense->const_data_ptr()), dense};
                       }});
    }
    writeSafetensors(folder / "model.safetensors", all, {});
}

at::Tensor logitsOf(const CausalLM& model) {
    at::NoGradGuard guard;
    return model.logits(at::arange(1, 40, at::kLong).unsqueeze(0), {});
}

at::Tensor logitsOf(const fs::path& folder) {
    return logitsOf(*loadModel(Checkpoint::open(folder)));
}

std::optional<Error> refusal(const Tensors& tensors, const json& config = bundledConfig()) {
    const TempFolder folder;
    write(folder.path() / "m", tensors, config);
    return caught([&] { configOf(Checkpoint::open(folder.path() / "m")); });
}

bool noted(const fs::path& folder, const std::string& words) {
    const auto checkpoint = Checkpoint::open(folder);
    for (const auto& note : checkpointNotes(checkpoint, configOf(checkpoint)))
        if (note.find(words) != std::string::npos) return true;
    return false;
}

/// The copy that `slice` makes, with nothing removed.
void copyWhole(const fs::path& from, const fs::path& to, const std::string& dtype = "source") {
    const auto checkpoint = Checkpoint::open(from);
    const auto config = configOf(checkpoint);
    writeEditedCopy(checkpoint, blueprintOf(config, traceStructure(config), {}, ""), to, {from, dtype}, {}, {});
}

}  // namespace

class TestOtherCheckpoints : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void anOwnHeadBesideATiedEmbeddingIsUsed() {
        const TempFolder folder;
        auto tensors = bundled();
        const auto tied = logitsOf(kModel);
        tensors[kHead] = tensors[kEmbedding].clone();
        write(folder.path() / "equal", tensors);
        QVERIFY(configOf(Checkpoint::open(folder.path() / "equal")).tiedHead);
        QVERIFY(at::equal(logitsOf(folder.path() / "equal"), tied));
        QVERIFY(!noted(folder.path() / "equal", "head"));

        tensors[kHead] += 0.05 * at::randn_like(tensors[kHead]);
        write(folder.path() / "own", tensors);
        auto config = bundledConfig();
        config["tie_word_embeddings"] = false;
        write(folder.path() / "untied", tensors, config);
        QVERIFY(!configOf(Checkpoint::open(folder.path() / "own")).tiedHead);
        QVERIFY(at::equal(logitsOf(folder.path() / "own"), logitsOf(folder.path() / "untied")));
        QVERIFY(!at::allclose(logitsOf(folder.path() / "own"), tied));
        QVERIFY(noted(folder.path() / "own", "another head"));

        copyWhole(folder.path() / "own", folder.path() / "copy");
        QVERIFY(!json::parse(readFile(folder.path() / "copy" / "config.json")).at("tie_word_embeddings").get<bool>());
        QVERIFY(at::equal(logitsOf(folder.path() / "copy"), logitsOf(folder.path() / "untied")));
    }

    void roundedCopiesOfTheEmbeddingAreOtherHeads() {
        const TempFolder folder;
        auto tensors = bundled();
        tensors[kHead] = tensors[kEmbedding].to(at::kHalf);
        write(folder.path() / "m", tensors);
        QVERIFY(!configOf(Checkpoint::open(folder.path() / "m")).tiedHead);
        tensors[kEmbedding] = tensors[kHead].to(at::kFloat);  // exactly the same numbers
        write(folder.path() / "n", tensors);
        QVERIFY(configOf(Checkpoint::open(folder.path() / "n")).tiedHead);
    }

    void aTiedModelMayStoreOnlyItsHead() {
        const TempFolder folder;
        auto tensors = bundled();
        tensors[kHead] = tensors[kEmbedding];
        tensors.erase(kEmbedding);
        write(folder.path() / "m", tensors);
        QVERIFY(at::equal(logitsOf(folder.path() / "m"), logitsOf(kModel)));
        copyWhole(folder.path() / "m", folder.path() / "copy");
        QVERIFY(at::equal(logitsOf(folder.path() / "copy"), logitsOf(kModel)));
        auto config = bundledConfig();
        config["tie_word_embeddings"] = false;
        QVERIFY(says(refusal(tensors, config), ErrorCode::BadInput, kEmbedding + " is missing"));
    }

    void namesWithoutTheModelsFirstPartOpen() {
        const TempFolder folder;
        Tensors bare;
        for (const auto& [name, tensor] : bundled()) bare[name.substr(std::string("model.").size())] = tensor;
        write(folder.path() / "bare", bare);
        QVERIFY(at::equal(logitsOf(folder.path() / "bare"), logitsOf(kModel)));
        copyWhole(folder.path() / "bare", folder.path() / "copy");
        QVERIFY(Checkpoint::open(folder.path() / "copy").tensors().contains(kEmbedding));
        QVERIFY(at::equal(logitsOf(folder.path() / "copy"), logitsOf(kModel)));
    }

    void otherNamesAreShown_data() {
        QTest::addColumn<QByteArray>("prefix");
        for (const char* prefix : {"_orig_mod.", "module.", "base_model.model.", "language_model."})
            QTest::newRow(prefix) << QByteArray(prefix);
    }
    void otherNamesAreShown() {
        QFETCH(QByteArray, prefix);
        Tensors renamed;
        for (const auto& [name, tensor] : bundled()) renamed[prefix.toStdString() + name] = tensor;
        const auto error = refusal(renamed);
        QVERIFY(says(error, ErrorCode::BadInput, "it is there as " + prefix.toStdString() + kEmbedding));
        QVERIFY(error->hint().find("\"" + prefix.toStdString() + "\"") != std::string::npos);
    }

    void adaptersThatWereNeverMergedAreNotForgotten() {
        auto tensors = bundled();
        const std::string linear = "model.layers.0.self_attn.q_proj";
        tensors[linear + ".lora_A.weight"] = at::randn({4, 64}), tensors[linear + ".lora_B.weight"] = at::randn({64, 4});
        QVERIFY(says(refusal(tensors), ErrorCode::BadInput, "never merged"));
        tensors[linear + ".base_layer.weight"] = tensors[linear + ".weight"];
        tensors.erase(linear + ".weight");
        QVERIFY(says(refusal(tensors), ErrorCode::BadInput, "never merged"));
    }

    void whatIsNotUsedIsSaid() {
        const TempFolder folder;
        auto tensors = bundled();
        tensors["model.layers.0.self_attn.rotary_emb.inv_freq"] = at::ones({4});
        write(folder.path() / "buffers", tensors);
        QVERIFY(!noted(folder.path() / "buffers", "not used"));
        tensors["score.weight"] = at::zeros({1, 64});
        write(folder.path() / "score", tensors);
        QVERIFY(noted(folder.path() / "score", "1 tensor is not used"));
        QVERIFY(noted(folder.path() / "score", "score.weight"));
        tensors["model.layers.0.self_attn.q_proj.bias"] = at::ones({64});
        write(folder.path() / "bias", tensors);
        QVERIFY(noted(folder.path() / "bias", "2 tensors are not used"));
    }

    void biasesOnQueriesKeysAndValuesAloneOpen() {
        const TempFolder folder;
        auto tensors = bundled();
        auto config = bundledConfig();
        config["attention_bias"] = true;
        for (int layer = 0; layer < config.at("num_hidden_layers").get<int>(); ++layer)
            for (const auto& [part, size] : {std::pair{"q", 64}, {"k", 32}, {"v", 32}})
                tensors["model.layers." + std::to_string(layer) + ".self_attn." + part + "_proj.bias"] =
                    at::full({size}, 0.25);
        write(folder.path() / "three", tensors, config);
        auto whole = tensors;
        for (int layer = 0; layer < config.at("num_hidden_layers").get<int>(); ++layer)
            whole["model.layers." + std::to_string(layer) + ".self_attn.o_proj.bias"] = at::zeros({64});
        write(folder.path() / "four", whole, config);
        QVERIFY(at::equal(logitsOf(folder.path() / "three"), logitsOf(folder.path() / "four")));
        copyWhole(folder.path() / "three", folder.path() / "copy");
        QVERIFY(at::equal(logitsOf(folder.path() / "copy"), logitsOf(folder.path() / "four")));
    }

    void keysThatNoLongerHoldAreLeftOut() {
        const TempFolder folder;
        auto config = bundledConfig();
        config["quantization_config"] = {{"quant_method", "bitsandbytes"}, {"load_in_4bit", true}};
        config["auto_map"] = {{"AutoModelForCausalLM", "modeling_mine.MyForCausalLM"}};
        config["architectures"] = {"LlamaForSequenceClassification"};
        write(folder.path() / "m", bundled(), config);
        QVERIFY(at::equal(logitsOf(folder.path() / "m"), logitsOf(kModel)));
        QVERIFY(noted(folder.path() / "m", "bitsandbytes"));
        QVERIFY(noted(folder.path() / "m", "modeling_mine.py"));
        const auto parsed = configOf(Checkpoint::open(folder.path() / "m"));
        QVERIFY(leftoverInTheWay(parsed).find("bitsandbytes") != std::string::npos);
        copyWhole(folder.path() / "m", folder.path() / "copy");
        const auto written = json::parse(readFile(folder.path() / "copy" / "config.json"));
        for (const char* key : {"quantization_config", "auto_map"}) QVERIFY2(!written.contains(key), key);
        QCOMPARE(written.at("architectures"), json({"LlamaForCausalLM"}));
        const auto copy = configOf(Checkpoint::open(folder.path() / "copy"));
        QVERIFY(leftoverInTheWay(copy).empty());
        QVERIFY(checkpointNotes(Checkpoint::open(folder.path() / "copy"), copy).empty());
        copyWhole(kModel, folder.path() / "plain");
        QCOMPARE(json::parse(readFile(folder.path() / "plain" / "config.json")).at("architectures"),
                 bundledConfig().at("architectures"));
        // Code that is not there keeps nobody from the stock class; null is no quantiser.
        config["quantization_config"] = nullptr;
        write(folder.path() / "code", bundled(), config);
        QVERIFY(leftoverInTheWay(configOf(Checkpoint::open(folder.path() / "code"))).empty());
    }

    void packedWeightsAreRefusedByTheirMethod() {
        auto tensors = bundled();
        auto config = bundledConfig();
        config["quantization_config"] = {{"quant_method", "gptq"}, {"bits", 4}};
        const std::string linear = "model.layers.0.mlp.up_proj";
        tensors[linear + ".scales"] = at::ones({2, 8});
        tensors.erase(linear + ".weight");
        QVERIFY(says(refusal(tensors, config), ErrorCode::Unsupported, "gptq"));
        config.erase("quantization_config");
        QVERIFY(says(refusal(tensors, config), ErrorCode::BadInput, linear + ".weight is missing"));
        tensors[linear + ".weight"] = at::zeros({32, 1}, at::kHalf);  // the same name, another shape
        QVERIFY(says(refusal(tensors, config), ErrorCode::BadInput, "has shape"));
    }

    void aPrunedModelWithoutHeadDimIsToldWhatIsMissing() {
        auto tensors = bundled();
        auto config = bundledConfig();
        config.erase("head_dim");
        config["num_attention_heads"] = 4, config["num_key_value_heads"] = 2;  // hidden size over heads would be 16
        for (auto& [name, tensor] : tensors) {
            if (name.find("q_proj") != std::string::npos) tensor = tensor.narrow(0, 0, 32);
            if (name.find("k_proj") != std::string::npos || name.find("v_proj") != std::string::npos)
                tensor = tensor.narrow(0, 0, 16);
            if (name.find("o_proj") != std::string::npos) tensor = tensor.narrow(1, 0, 32);
        }
        const auto error = refusal(tensors, config);
        QVERIFY(says(error, ErrorCode::BadInput, "has shape"));
        QVERIFY(error->hint().find("head_dim") != std::string::npos);
        config["head_dim"] = 8;
        QVERIFY(!refusal(tensors, config));
    }

    void whatDoesNotFitATypeIsNotWritten() {
        const TempFolder folder;
        auto tensors = bundled();
        const std::string name = "model.layers.2.mlp.down_proj.weight";
        tensors[name][3][5] = 1e5;
        write(folder.path() / "large", tensors);
        for (const char* dtype : {"F32", "BF16"}) copyWhole(folder.path() / "large", folder.path() / dtype, dtype);
        const auto error = caught([&] { copyWhole(folder.path() / "large", folder.path() / "F16", "F16"); });
        QVERIFY(says(error, ErrorCode::Numeric, "100000, which does not fit F16"));
        QCOMPARE(error->subject(), name);
        QVERIFY(error->hint().find("BF16") != std::string::npos);
        QVERIFY(!fs::exists(folder.path() / "F16"));
        const auto model = loadModel(Checkpoint::open(folder.path() / "large"));
        QVERIFY(says(caught([&] { roundedTensors(*model, "F16"); }), ErrorCode::Numeric, "does not fit F16"));
        QVERIFY(says(caught([&] {
                         exportHuggingFace(*model, folder.path() / "export", {folder.path() / "large", "F16"}, {});
                     }),
                     ErrorCode::Numeric, "does not fit F16"));
        QVERIFY(!fs::exists(folder.path() / "export"));
        const auto gguf = folder.path() / "m.gguf";
        const auto half = caught([&] { exportGguf(*model, gguf, {kModel, "F16"}); });
        QVERIFY2(says(half, ErrorCode::Numeric, "does not fit F16"), half ? half->what() : "accepted");
        QVERIFY(says(caught([&] { ggufRounded(*model, "F16"); }), ErrorCode::Numeric, "does not fit F16"));
        QVERIFY(!fs::exists(gguf));
        tensors[name][3][5] = std::numeric_limits<float>::quiet_NaN();
        write(folder.path() / "nan", tensors);
        QVERIFY(says(caught([&] { copyWhole(folder.path() / "nan", folder.path() / "n"); }), ErrorCode::Numeric, "NaN"));
        tensors[name][3][5] = 65519;  // rounds to 65504
        write(folder.path() / "edge", tensors);
        copyWhole(folder.path() / "edge", folder.path() / "fits", "F16");
    }

    /// Blocks of eight bits have a scale of sixteen: 127 times its largest number is the end.
    void whatDoesNotFitABlockIsNotWritten() {
        const TempFolder folder;
        const std::string name = "model.layers.1.self_attn.q_proj.weight";
        for (const auto& [value, fits] : {std::pair{1e5, true}, {8e6, true}, {1e8, false}}) {
            auto tensors = bundled();
            tensors[name][3][5] = value;
            const auto source = folder.path() / std::to_string(static_cast<int>(value)), file = source / "m.gguf";
            write(source, tensors);
            const auto model = loadModel(Checkpoint::open(source));
            const auto error = caught([&] { exportGguf(*model, file, {kModel, "Q8_0"}); });
            QCOMPARE(!error, fits);
            QCOMPARE(fs::exists(file), fits);
            if (fits) continue;
            QVERIFY(says(error, ErrorCode::Numeric, "do not fit Q8_0"));
            QCOMPARE(error->subject(), name);
        }
    }
};

}  // namespace tst_other_checkpoints

QTEST_APPLESS_MAIN(tst_other_checkpoints::TestOtherCheckpoints)
#include "tst_other_checkpoints.moc"
