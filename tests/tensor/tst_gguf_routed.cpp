// Mixtures of experts into GGUF files and back: the same logits, whole and pruned, and what llama.cpp's architectures do not compute. That llama.cpp itself
// agrees is tests/interop's matter.

#include "core/compact/group_masks.h"
#include "core/edits/apply.h"
#include "core/export/export.h"
#include "core/export/gguf_file.h"
#include "core/export/gguf_mixture.h"
#include "core/io/checkpoint.h"
#include "core/io/gguf.h"
#include "core/trace/tracer.h"
#include "tests/support/caught.h"
#include "tests/support/gguf_builder.h"
#include "tests/support/temp_folder.h"
#include "tests/tensor/random_models.h"

#include <QtTest>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace tst_gguf_routed {

using namespace lorashear;
using namespace lorashear::test;
using lorashear::testing::logitsOf;
using lorashear::testing::randomGroups;
using lorashear::testing::randomIds;
using lorashear::testing::relativeDifference;

namespace {

namespace fs = std::filesystem;
using nlohmann::json;

/// Rows of whole blocks of 32 but no whole number of 256, more than ten experts for the order of their names.
json configOf(const std::string& family) {
    json config{{"model_type", family},
                {"vocab_size", 61},
                {"hidden_size", 64},
                {"num_hidden_layers", 3},
                {"num_attention_heads", 4},
                {"num_key_value_heads", family == "olmoe" ? 4 : 2},
                {"head_dim", family == "qwen3_moe" ? 24 : 16},
                {"intermediate_size", 32},
                {"max_position_embeddings", 96},
                {"num_experts_per_tok", 3}};
    config[family == "mixtral" ? "num_local_experts" : "num_experts"] = 12;
    if (family == "qwen3_moe") config["moe_intermediate_size"] = 32, config["norm_topk_prob"] = true;
    return config;
}

const std::vector<std::pair<std::string, std::string>> kFamilies{
    {"mixtral", "llama"}, {"qwen3_moe", "qwen3moe"}, {"olmoe", "olmoe"}};

std::unique_ptr<CausalLM> modelOf(const json& config) {
    auto parsed = parseConfig(config.dump(), "config.json");
    if (parsed.family != "mixtral") parsed.attention.headNormEps = parsed.normEps = 1e-5;
    return randomModel(parsed, 5);
}

void eachFamily() {
    QTest::addColumn<QString>("family");
    QTest::addColumn<QString>("architecture");
    for (const auto& [family, architecture] : kFamilies)
        QTest::newRow(family.c_str()) << QString::fromStdString(family) << QString::fromStdString(architecture);
}

class Written {
public:
    explicit Written(const CausalLM& model, const std::string& dtype = "F32") {
        const auto path = m_folder.path() / "m.gguf";
        notes = exportGguf(model, path, {m_folder.write("source.gguf", tinyLlama().bytes()), dtype});
        file = GgufFile::open(path);
        again = loadModel(Checkpoint::open(path));
    }
    std::vector<std::string> notes;
    std::shared_ptr<const GgufFile> file;
    std::unique_ptr<CausalLM> again;

private:
    TempFolder m_folder;
};

double differenceOf(const CausalLM& a, const CausalLM& b) {
    const auto ids = randomIds(61, 2, 20, 3);
    return relativeDifference(logitsOf(a, ids), logitsOf(b, ids));
}

std::optional<Error> refusal(const CausalLM& model) {
    return caught([&] { Written written(model); });
}

/// As many experts from every block, and of everything else what chance wants.
std::unique_ptr<CausalLM> pruned(const CausalLM& model, int experts) {
    const auto structure = traceStructure(model);
    std::vector<GroupRef> removed;
    for (const GroupRef& one : randomGroups(structure, 4, 0.4))
        if (structure.nodeGroups[static_cast<std::size_t>(one.nodeGroup)].unit != UnitKind::Experts) removed.push_back(one);
    for (const auto& group : structure.nodeGroups)
        for (int i = 0; group.unit == UnitKind::Experts && i < experts; ++i)
            removed.push_back({group.id, (group.layer + 5 * i) % group.count});
    return sliceModel(model, structure, removed);
}

}  // namespace

class TestGgufRouted : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void filesGiveTheSameLogits_data() { eachFamily(); }
    void filesGiveTheSameLogits() {
        QFETCH(QString, family);
        QFETCH(QString, architecture);
        const auto model = modelOf(configOf(family.toStdString()));
        double before = 0;
        for (const std::string dtype : {"F32", "BF16", "F16", "Q8_0", "Q4_0", "Q4_K_M"}) {
            const Written written(*model, dtype);
            const std::string id = architecture.toStdString();
            QCOMPARE(written.file->text("general.architecture"), std::optional(id));
            QCOMPARE(written.file->integer(id + ".expert_count"), std::optional(std::int64_t{12}));
            QCOMPARE(written.file->integer(id + ".expert_used_count"), std::optional(std::int64_t{3}));
            QCOMPARE(written.file->integer(id + ".feed_forward_length"),
                     std::optional(std::int64_t{id == "qwen3moe" ? 96 : 32}));
            QCOMPARE(written.again->config().family, model->config().family);
            QVERIFY(written.again->config().layers == model->config().layers);
            QVERIFY(written.again->config().routing == model->config().routing);
            const double rounded = differenceOf(*written.again, *ggufRounded(*model, dtype)),
                         whole = differenceOf(*written.again, *model);
            const std::string text = dtype + ": " + std::to_string(rounded) + ", " + std::to_string(whole);
            QVERIFY2(rounded <= 1e-6, text.c_str());
            if (dtype == "F32") QVERIFY2(whole <= 1e-6, text.c_str());
            if (dtype == "F16" || dtype == "Q8_0") QVERIFY2(whole > before && whole < 0.2, text.c_str());
            if (dtype == "F16" || dtype == "Q8_0") before = whole;
            const auto* stack = written.file->findTensor("blk.1.ffn_down_exps.weight");
            QCOMPARE(stack->shape, (std::vector<std::int64_t>{12, 64, 32}));
            // Rows of 32 do not fill blocks of 256.
            const std::map<std::string, std::string> types{{"Q4_K_M", "Q5_0"}};
            QCOMPARE(stack->type->name, std::string_view(types.contains(dtype) ? types.at(dtype) : dtype));
            QCOMPARE(written.file->findTensor("blk.1.ffn_gate_inp.weight")->type->name, std::string_view("F32"));
        }
    }

    void prunedModelsGiveTheSameLogits_data() { eachFamily(); }
    void prunedModelsGiveTheSameLogits() {
        QFETCH(QString, family);
        const auto model = modelOf(configOf(family.toStdString()));
        const auto structure = traceStructure(*model);
        for (const int experts : {0, 2}) {
            const auto small = pruned(*model, experts);
            QVERIFY(!small->config().uniform());
            const Written written(*small);
            QCOMPARE(written.again->config().layers[0].experts.size(), static_cast<std::size_t>(12 - experts));
            QVERIFY(written.notes.size() == 1 && written.notes[0].find("neurons of each expert") != std::string::npos);
            QVERIFY2(differenceOf(*written.again, *small) <= 2e-6,
                     std::to_string(differenceOf(*written.again, *small)).c_str());
            QVERIFY(differenceOf(*small, *model) > 1e-3);
        }
        for (const Edits& edits :
             {Edits{DropPart{1, BlockPart::Block}}, Edits{DropPart{0, BlockPart::Attention}, DropPart{1, BlockPart::Mlp}},
              Edits{DropPart{0, BlockPart::Mlp}, DropPart{1, BlockPart::Mlp}, DropPart{2, BlockPart::Mlp}}}) {
            const auto small = applyEdits(*model, structure, edits);
            const Written written(*small);
            QVERIFY2(differenceOf(*written.again, *small) <= 2e-6,
                     std::to_string(differenceOf(*written.again, *small)).c_str());
            QVERIFY(differenceOf(*small, *model) > 1e-3);
        }
    }

    /// One block with fewer experts than another: of a router's row of zeros comes a score like any other.
    void unequalCountsOfExpertsAreRefused() {
        for (const auto& [family, architecture] : kFamilies) {
            const auto model = modelOf(configOf(family));
            const auto structure = traceStructure(*model);
            const auto* group = structure.find("layers.1.experts");
            QVERIFY(group != nullptr);
            const auto small = sliceModel(*model, structure, {{group->id, 3}});
            QVERIFY(says(refusal(*small), ErrorCode::Unsupported,
                         "layer 1 has 11 experts, another has 12: an expert of zeros would still be chosen"));
        }
    }

    // A hidden size cut by half changes the epsilon of norms, not that of norms over queries and keys; the file has one key for both.
    void epsilonsOfInnerNormsGoIntoQueriesAndKeys() {
        for (const char* family : {"qwen3_moe", "olmoe"}) {
            auto config = parseConfig(configOf(family).dump(), "config.json");
            config.normEps = 0.02, config.attention.headNormEps = 0.3;
            const auto model = randomModel(config, 6);
            const Written written(*model);
            QCOMPARE(written.again->config().attention.headNormEps, 0.02);
            QVERIFY(differenceOf(*written.again, *model) <= 2e-5);
        }
    }

    void whatLlamaCppDoesNotComputeIsRefused() {
        struct Case {
            const char *family, *key;
            json value;
            const char* reason;
        };
        const std::vector<Case> cases{
            {"mixtral", "sliding_window", 5, "sliding window"},
            {"qwen3_moe", "norm_topk_prob", false,
             "are not divided by their sum, llama.cpp's architecture qwen3moe divides"},
            {"qwen3_moe",
             "mlp_only_layers",
             {1},
             "layer 1 has a plain MLP, llama.cpp's architecture qwen3moe wants experts"},
            {"qwen3_moe", "decoder_sparse_step", 2, "layer 0 has a plain MLP"},
            {"qwen3_moe", "attention_bias", true, "biases in attention"},
            {"olmoe", "norm_topk_prob", true, "are divided by their sum, llama.cpp's architecture olmoe does not divide"},
            {"olmoe", "clip_qkv", 0.7, "clips queries, keys and values"},
            {"olmoe", "attention_bias", true, "biases in attention"},
            {"olmoe", "num_key_value_heads", 2, "as many features of queries and of keys as the hidden size has"},
            {"olmoe", "head_dim", 8, "as many features of queries and of keys as the hidden size has"},
        };
        for (const Case& one : cases) {
            auto config = configOf(one.family);
            QVERIFY(!refusal(*modelOf(config)));
            config[one.key] = one.value;
            const auto refused = refusal(*modelOf(config));
            QVERIFY2(says(refused, ErrorCode::Unsupported, one.reason), refused ? refused->what() : one.reason);
        }
    }

    // As llama-quantize gives them to a Mixtral: few bits of a model of eight experts are attention.
    void besideEightExpertsAttentionGetsMoreBits() {
        const auto typesOf = [](const std::string& dtype, std::int64_t experts) {
            std::vector<GgufShape> shapes{{"output.weight", {64, 256}}};
            const std::string block = "blk.0.";
            for (const char* name : {"attn_q", "attn_k", "attn_v", "attn_output"})
                shapes.push_back({block + name + ".weight", {256, 256}});
            shapes.push_back({"blk.0.ffn_gate_inp.weight", {experts, 256}});
            for (const char* name : {"ffn_gate_exps", "ffn_up_exps", "ffn_down_exps"})
                shapes.push_back({block + name + ".weight", {experts, 256, 256}});
            const auto mixture = ggufMixture(dtype, shapes);
            std::string all;
            for (const auto* type : mixture.types) all.append(all.empty() ? "" : " ").append(type->name);
            return mixture.fallbacks.empty() ? all : mixture.fallbacks.front();
        };
        QCOMPARE(typesOf("Q4_K_M", 8), std::string("Q6_K Q4_K Q8_0 Q8_0 Q5_K F32 Q4_K Q4_K Q6_K"));
        QCOMPARE(typesOf("Q4_K_M", 7), std::string("Q6_K Q4_K Q4_K Q6_K Q4_K F32 Q4_K Q4_K Q6_K"));
        QCOMPARE(typesOf("Q4_0", 8), std::string("Q6_K Q4_0 Q8_0 Q8_0 Q4_0 F32 Q4_0 Q4_0 Q4_0"));
        QCOMPARE(typesOf("Q8_0", 8), std::string("Q8_0 Q8_0 Q8_0 Q8_0 Q8_0 F32 Q8_0 Q8_0 Q8_0"));
        QCOMPARE(typesOf("F16", 8), std::string("F16 F16 F16 F16 F16 F32 F16 F16 F16"));
    }
};

}  // namespace tst_gguf_routed

QTEST_APPLESS_MAIN(tst_gguf_routed::TestGgufRouted)
#include "tst_gguf_routed.moc"
