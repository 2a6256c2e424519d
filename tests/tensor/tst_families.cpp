// Every family on random weights: what the trace finds, masked = sliced = merged, gradients, generation, descriptions; and what is
// refused. That logits are those of other programs is tests/interop's matter.
#include "core/base/error.h"
#include "core/compact/group_masks.h"
#include "tests/support/verify_check.h"
#include "tests/tensor/bias_checks.h"
#include "tests/tensor/edit_checks.h"
#include "tests/tensor/family_checks.h"
#include "tests/tensor/family_configs.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <QtTest>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

namespace tst_families {

using namespace lorashear;
using namespace lorashear::testing;

namespace {

ModelConfig configNamed(const QString& name) {
    for (const auto& one : familyConfigs())
        if (one.name == name.toStdString()) return parseConfig(one.json, "config.json");
    return {};
}

Error refusal(const std::string& json) {
    try {
        parseConfig(json, "config.json");
    } catch (const Error& error) {
        return error;
    }
    return Error(ErrorCode::Internal, "nothing", "was refused");
}

bool says(const std::string& text, const char* part) {
    return text.find(part) != std::string::npos;
}

// Balanced brackets in every literal: moc counts them.
std::string tiny(const std::string& family, const std::string& more) {
    auto json =
        nlohmann::json::parse(R"({"vocab_size": 61, "hidden_size": 24, "num_hidden_layers": 2, "intermediate_size": 19,
        "num_attention_heads": 4})");
    json["model_type"] = family;
    json.update(nlohmann::json::parse(more));
    return json.dump();
}

}  // namespace

class TestFamilies : public QObject {
    Q_OBJECT

private:
    static void eachConfig() {
        QTest::addColumn<QString>("name");
        for (const auto& one : familyConfigs()) QTest::newRow(one.name.c_str()) << QString::fromStdString(one.name);
    }

private Q_SLOTS:
    void everyFamilyIsHere() {
        std::set<std::string> tested;
        for (const auto& one : familyConfigs()) tested.insert(parseConfig(one.json, one.name).family);
        for (const auto& family : families()) QVERIFY2(tested.count(family.id), family.id.c_str());
    }

    void maskedEqualsSliced_data() { eachConfig(); }
    void maskedEqualsSliced() {
        QFETCH(QString, name);
        const auto config = configNamed(name);
        for (std::uint64_t seed : {1, 2}) {
            const auto model = randomModel(config, seed);
            VERIFY_CHECK(checkPruning(*model, randomIds(config.vocabulary, 2, 13, seed), seed * 100));
        }
    }

    void hiddenChannels_data() { eachConfig(); }
    void hiddenChannels() {
        QFETCH(QString, name);
        auto config = configNamed(name);
        config.normEps = config.attention.headNormEps = 0.01;  // large enough to show which of them a cut must change
        const auto model = randomModel(config, 8);
        VERIFY_CHECK(checkHiddenChannels(*model, randomIds(config.vocabulary, 2, 9, 5)));
    }

    void queryHeads_data() { eachConfig(); }
    void queryHeads() {
        QFETCH(QString, name);
        const auto model = randomModel(configNamed(name), 8);
        VERIFY_CHECK(checkQueryHeads(*model, randomIds(model->config().vocabulary, 2, 9, 5)));
    }

    void vocabulary_data() { eachConfig(); }
    void vocabulary() {
        QFETCH(QString, name);
        VERIFY_CHECK(checkVocabulary(*randomModel(configNamed(name), 9), 5));
    }

    void factorEdits_data() { eachConfig(); }
    void factorEdits() {
        QFETCH(QString, name);
        const auto model = randomModel(configNamed(name), 10);
        for (const int blocks : {1, 2}) VERIFY_CHECK(checkFactorEdits(*model, blocks));
    }

    void subLayers_data() { eachConfig(); }
    void subLayers() {
        QFETCH(QString, name);
        const auto model = randomModel(configNamed(name), 10);
        VERIFY_CHECK(checkSubLayers(*model, randomIds(model->config().vocabulary, 2, 9, 5)));
    }

    void fusedEqualsPlain_data() { eachConfig(); }
    void fusedEqualsPlain() {
        QFETCH(QString, name);
        const auto model = randomModel(configNamed(name), 3);
        VERIFY_CHECK(checkForms(*model, randomIds(model->config().vocabulary, 2, 37, 4)));
    }

    void generates_data() { eachConfig(); }
    void generates() {
        QFETCH(QString, name);
        const auto model = randomModel(configNamed(name), 6);
        VERIFY_CHECK(checkGeneration(*model, {3, 9, 27, 1, 4}, 30));
    }

    void describesItself_data() { eachConfig(); }
    void describesItself() {
        QFETCH(QString, name);
        const auto model = randomModel(configNamed(name), 7);
        VERIFY_CHECK(checkDescription(*model));
        const auto structure = traceStructure(*model);
        VERIFY_CHECK(checkDescription(*sliceModel(*model, structure, randomGroups(structure, 3, 0.4))));
        std::vector<GroupRef> evenly;  // the same number in every block: plain numbers
        for (const auto& group : structure.nodeGroups)
            if (group.prunable) evenly.push_back({group.id, 0});
        VERIFY_CHECK(checkDescription(*sliceModel(*model, structure, evenly)));
    }

    void addedBiases_data() { eachConfig(); }
    void addedBiases() {
        QFETCH(QString, name);
        const auto model = randomModel(configNamed(name), 12);
        VERIFY_CHECK(checkAddedBiases(*model, randomIds(model->config().vocabulary, 2, 9, 5)));
    }

    // Sizes as published with the models, counted on the meta device.
    void publishedModels_data() {
        QTest::addColumn<QString>("family");
        QTest::addColumn<QString>("sizes");
        QTest::addColumn<qint64>("parameters");
        const auto row = [](const char* name, const char* family, const char* sizes, qint64 parameters) {
            QTest::newRow(name) << family << sizes << parameters;
        };
        row("SmolLM2-135M", "llama", "49152 576 1536 30 9 3 64 1", 134515008);
        row("Llama-3.2-1B", "llama", "128256 2048 8192 16 32 8 64 1", 1235814400);
        row("Mistral-7B-v0.1", "mistral", "32000 4096 14336 32 32 8 128 0", 7241732096);
        row("Qwen2.5-0.5B", "qwen2", "151936 896 4864 24 14 2 64 1", 494032768);
        row("Qwen3-0.6B", "qwen3", "151936 1024 3072 28 16 8 128 1", 596049920);
        row("gemma-2-2b", "gemma2", "256000 2304 9216 26 8 4 256 1", 2614341888);
        row("gemma-3-1b", "gemma3_text", "262144 1152 6912 26 4 1 256 1", 999885952);
        row("SmolLM3-3B", "smollm3", "128256 2048 11008 36 16 4 128 1", 3075098624);
        row("granite-3.0-2b", "granite", "49155 2048 8192 40 32 8 64 1", 2533531648);
        row("OLMo-2-1124-7B", "olmo2", "100352 4096 11008 32 32 32 128 0", 7298617344);
        row("GLM-4-9B-0414", "glm4", "151552 4096 13696 40 32 2 128 0", 9400279040);
        row("phi-2", "phi", "51200 2560 10240 32 32 32 80 0", 2779683840);
        row("starcoder2-3b", "starcoder2", "49152 3072 12288 30 24 2 128 1", 3030371328);
        row("falcon-7b", "falcon", "65024 4544 18176 32 71 1 64 1", 6921720704);
        row("Phi-3-mini", "phi3", "32064 3072 8192 32 32 32 96 0", 3821079552);
    }
    void publishedModels() {
        QFETCH(QString, family);
        QFETCH(QString, sizes);
        QFETCH(qint64, parameters);
        const auto numbers = sizes.split(' ');
        nlohmann::json json{{"model_type", family.toStdString()}, {"tie_word_embeddings", numbers[7] == "1"}};
        const char* const keys[] = {"vocab_size",          "hidden_size",         "intermediate_size", "num_hidden_layers",
                                    "num_attention_heads", "num_key_value_heads", "head_dim"};
        for (int i = 0; i < 7; ++i) json[keys[i]] = numbers[i].toInt();
        const auto config = parseConfig(json.dump(), "config.json");
        const auto structure = traceStructure(config);
        QCOMPARE(structure.parameters, parameters);
        VERIFY_CHECK(checkGroups(*metaModel(config), structure));
    }

    void longContextsCostNothingUnused() {
        auto config = configNamed("mistral");
        config.maxPositions = 5000;
        for (auto& window : config.attention.windows) window = 0;
        const auto model = randomModel(config, 1);
        const auto ids = randomIds(config.vocabulary, 1, 3000, 1);  // beyond the tables made at the start
        at::NoGradGuard guard;
        const auto whole = model->logits(ids, {}).narrow(1, 0, 20);
        QVERIFY(relativeDifference(whole, model->logits(ids.narrow(1, 0, 20), {})) < 1e-5);
        QVERIFY_THROWS_EXCEPTION(Error, model->logits(randomIds(config.vocabulary, 1, 5001, 1), {}));
    }

    void unknownFamiliesAreRefused_data() {
        QTest::addColumn<QString>("json");
        QTest::addColumn<QString>("nearest");
        QTest::addColumn<QString>("differs");
        QTest::newRow("relative") << R"({"model_type": "qwen2_moe"})"
                                  << "\"qwen2\""
                                  << "mixtures of experts";
        QTest::newRow("older") << R"({"model_type": "gemma"})"
                               << "\"gemma2\""
                               << "two norms per block";
        QTest::newRow("by name") << R"({"model_type": "lama"})"
                                 << "\"llama\""
                                 << "Known are llama";
        QTest::newRow("by its keys") << R"({"model_type": "mistral9", "kv_lora_rank": 64, "num_experts": 8, "alibi": false})"
                                     << "\"mistral\""
                                     << "(num_experts); its attention is latent (kv_lora_rank)";
        QTest::newRow("recurrent") << R"({"model_type": "recurrent_gemma"})"
                                   << "\"gemma2\""
                                   << "recurrent";
        QTest::newRow("state space") << R"({"model_type": "falcon_h1"})"
                                     << "\"falcon\""
                                     << "state space model";
        QTest::newRow("linear attention") << R"({"model_type": "olmo_hybrid"})"
                                          << "\"olmo3\""
                                          << "linear attention";
        QTest::newRow("by its state") << R"({"model_type": "granit", "mamba_d_state": 128})"
                                      << "\"granite\""
                                      << "(mamba_d_state)";
        QTest::newRow("part") << R"({"model_type": "mistral3", "text_config": {"model_type": "ministral3"}})"
                              << "\"ministral\""
                              << "scales queries";
        QTest::newRow("encoder") << R"({"model_type": "phi9", "is_encoder_decoder": true})"
                                 << "\"phi3\""
                                 << "has an encoder";
        const auto row = [](const char* type, const char* nearest, const char* differs) {
            QTest::newRow(type) << QString(R"({"model_type": "%1"})").arg(type) << QString("\"%1\"").arg(nearest)
                                << QString(differs);
        };
        row("xlstm", "llama", "recurrent (mLSTM)");
        row("bailing_hybrid", "llama", "linear attention (KDA), the others latent attention");
        row("zaya", "qwen3_moe", "convolves queries and keys");
        row("seed_oss", "qwen2", "attention_out_bias");
        row("apertus", "qwen3", "xIELU");
        row("cwm", "llama", "sliding_window");
        row("hunyuan_v1_dense", "qwen3", "behind the rotary positions");
        row("qwen3_5_text", "qwen3", "linear attention");
        row("gpt_oss", "mixtral", "sinks");
    }
    void unknownFamiliesAreRefused() {
        QFETCH(QString, json);
        QFETCH(QString, nearest);
        QFETCH(QString, differs);
        const auto error = refusal(json.toStdString());
        QCOMPARE(error.code(), ErrorCode::Unsupported);
        QVERIFY2(says(error.hint(), qPrintable(nearest)) && says(error.hint(), qPrintable(differs)), error.hint().c_str());
    }

    /// Of two values of a key other programs take the last, some the first.
    void aKeyTwiceIsRefused() {
        auto json = tiny("llama", "{}");
        QCOMPARE(refusal(json).code(), ErrorCode::Internal);  // as it stands it is taken
        json.insert(1, R"("vocab_size": 67, )");
        const auto error = refusal(json);
        QCOMPARE(error.code(), ErrorCode::BadInput);
        QVERIFY(says(error.message(), "\"vocab_size\" twice"));
        json = tiny("llama", R"({"rope_scaling": {"rope_type": "default"}})");
        json.insert(json.find(R"("rope_type")"), R"("rope_type": "linear", )");
        QVERIFY(says(refusal(json).message(), "\"rope_type\" twice"));
        QVERIFY(says(refusal("[1]").message(), "is not a JSON object"));
        QVERIFY(says(refusal(tiny("llama", "{}").substr(0, 40)).message(), "is not valid JSON at byte 41"));
    }

    /// bamba, mamba2, nemotron_h and falcon_h1 were published with "time_step_limit": [0.0, Infinity], which Python writes.
    void whatPythonWritesAndJsonDoesNotKnow() {
        for (const char* type : {"bamba", "mamba2", "nemotron_h", "falcon_h1"}) {
            auto json = nlohmann::json{{"model_type", type}, {"time_step_limit", {0.0, nullptr}}}.dump();
            json.replace(json.find("null"), 4, "Infinity");
            const auto error = refusal(json);
            QCOMPARE(error.code(), ErrorCode::Unsupported);
            QVERIFY(says(error.message(), type) && says(error.hint(), "state space model"));
        }
        for (const char* number : {"Infinity", "-Infinity", "NaN"}) {
            auto json = tiny("llama", nlohmann::json{{"note", "an \"Infinity\" and a NaN"}}.dump());
            QCOMPARE(refusal(json).code(), ErrorCode::Internal);
            json.insert(1, R"("rope_theta": )" + std::string(number) + ", ");
            const auto error = refusal(json);
            QCOMPARE(error.code(), ErrorCode::BadInput);
            QVERIFY2(says(error.message(), *number == '-' ? "has Infinity at byte" : number) &&
                         says(error.message(), "which Python writes and JSON does not know"),
                     error.what());
        }
    }

    void headsThatDoNotDivide_data() { eachConfig(); }
    // Without a head size, more heads than features or a rest would be a division by zero or a model of another size.
    void headsThatDoNotDivide() {
        QFETCH(QString, name);
        const auto& all = familyConfigs();
        const auto given =
            std::find_if(all.begin(), all.end(), [&](const auto& one) { return one.name == name.toStdString(); });
        auto json = nlohmann::json::parse(given->json);
        const std::string family = json.at("model_type");
        const char* size = family == "falcon" ? "lorashear_head_dim" : "head_dim";
        json.erase(size);
        const char* key = json.contains("n_head") ? "n_head" : "num_attention_heads";
        const char* hidden = json.contains("n_embd") ? "n_embd" : "hidden_size";
        for (const int heads : {9, 2 * json.at(hidden).get<int>()}) {
            json[key] = heads;
            for (const char* shared : {"num_key_value_heads", "num_kv_heads"})
                if (json.contains(shared)) json[shared] = heads;
            if (family == "qwen3" || family.starts_with("gemma") ||
                family.starts_with("glm")) {  // their head size does not follow from the others
                traceStructure(parseConfig(json.dump(), "config.json"));
                continue;
            }
            const auto error = refusal(json.dump());
            QCOMPARE(error.code(), ErrorCode::BadInput);
            QVERIFY2(says(error.message(), key) && says(error.message(), hidden) && says(error.hint(), "head_dim"),
                     error.what());
        }
        json[size] = 0;
        QVERIFY(says(refusal(json.dump()).message(), ("\"" + std::string(size) + "\" must be a positive").c_str()));
    }

    void aModelWithHolesPassesNoCheck() {
        const auto model = randomModel(configNamed("qwen2"), 1);
        model->linears().front()->weight[0][0] = std::numeric_limits<float>::quiet_NaN();
        QVERIFY(!checkPruning(*model, randomIds(model->config().vocabulary, 1, 5, 1), 1).empty());
    }

    void whatIsNotComputedIsRefused() {
        for (const char* type : {"ntk", "proportional", "mrope"}) {
            const auto error =
                refusal(tiny("llama", nlohmann::json{{"rope_scaling", {{"factor", 2}, {"type", type}}}}.dump()));
            QCOMPARE(error.code(), ErrorCode::Unsupported);
            QVERIFY(says(error.message(), type) && says(error.message(), "rope_scaling"));
        }
        const auto nested = refusal(tiny("gemma3_text", R"({"layer_types": ["full_attention", "full_attention"],
            "rope_parameters": {"full_attention": {"rope_type": "mrope", "factor": 2}}})"));
        QVERIFY(says(nested.message(), "mrope"));
        for (const auto& [family, key, value] : {std::tuple{"phi", "qk_layernorm", "true"},
                                                 {"stablelm", "qk_layernorm", "true"},
                                                 {"falcon", "alibi", "true"},
                                                 {"falcon", "parallel_attn", "false"},
                                                 {"falcon", "num_ln_in_parallel_attn", "2"},
                                                 {"cohere2", "use_qk_norm", "true"},
                                                 {"cohere2", "use_parallel_block", "false"},
                                                 {"nemotron", "hidden_act", "\"xielu\""},
                                                 {"granite", "residual_multiplier", "0"},
                                                 {"granite", "logits_scaling", "-1"},
                                                 {"cohere2", "logit_scale", "0"},
                                                 {"smollm3", "no_rope_layers", "[1]"},
                                                 {"smollm3", "layer_types", "[\"sliding_attention\", \"full_attention\"]"},
                                                 {"glm4", "partial_rotary_factor", "0.34"},
                                                 {"phi", "partial_rotary_factor", "0.2"}}) {
            nlohmann::json changes;
            changes["partial_rotary_factor"] = 1;
            changes[key] = nlohmann::json::parse(value);
            const auto error = refusal(tiny(family, changes.dump()));
            const bool named = says(error.message(), key) || says(error.hint(), key) || says(error.message(), "slides");
            QVERIFY2(error.code() != ErrorCode::Internal && named,
                     (std::string(family) + " " + key + ": " + error.what()).c_str());
        }
        QVERIFY(says(refusal(tiny("gemma2", R"({"query_pre_attn_scalar": 0})")).message(), "query_pre_attn_scalar"));
        QVERIFY(says(refusal(tiny("llama", R"({"hidden_act": "xielu"})")).message(), "xielu"));
        QVERIFY(says(refusal(tiny("llama", R"({"head_dim": 7})")).message(), "odd number"));
        QVERIFY(says(refusal(tiny("llama", R"({"num_key_value_heads": 3})")).message(), "multiple"));
        QVERIFY(says(refusal(tiny("qwen2", R"({"layer_types": ["chunked_attention", "full_attention"]})")).message(),
                     "chunked"));
        QVERIFY(says(refusal(tiny("qwen2", R"({"layer_types": ["full_attention"]})")).message(), "2 layers"));
        QVERIFY(says(refusal(tiny("gemma2", R"({"sliding_window": null})")).message(), "slides"));
    }

    void spellingsOfRotaryPositions() {
        const auto older =
            parseConfig(tiny("llama", R"({"rope_theta": 7, "rope_scaling": {"type": "linear", "factor": 3}})"), "c");
        const auto newer =
            parseConfig(tiny("llama", R"({"rope_parameters": {"rope_theta": 7, "rope_type": "linear", "factor": 3}})"), "c");
        QVERIFY(older.attention == newer.attention);
        QCOMPARE(older.attention.rope.theta, 7.0);
        QCOMPARE(older.attention.rope.factor, 3.0);
        QVERIFY(older.attention.rope.scaling == RopeScaling::Linear);
    }

    // Which of two blocks counts is transformers' choice: the older one whole, and of newer ones per kind of layer what the older does not say.
    void ofTwoSpellingsOfRotaryPositionsOneCounts() {
        const auto two = parseConfig(tiny("llama", R"({"rope_scaling": {"rope_type": "linear", "factor": 4},
            "rope_parameters": {"rope_type": "default", "rope_theta": 500}})"),
                                     "c")
                             .attention.rope;
        QVERIFY(two.scaling == RopeScaling::Linear && two.theta == 10000);
        const auto twice = parseConfig(tiny("llama", R"({"rope_theta": 500, "rope_scaling": {},
            "rope_parameters": {"rope_type": "default", "rope_theta": 20000}})"),
                                       "c")
                               .attention.rope;
        QCOMPARE(twice.theta, 20000.0);
        const auto nested = parseConfig(tiny("gemma3_text", R"({"layer_types": ["full_attention", "full_attention"],
            "rope_scaling": {"rope_type": "linear", "factor": 8},
            "rope_parameters": {"full_attention": {"rope_type": "default", "rope_theta": 500},
                                "sliding_attention": {"rope_type": "default", "rope_theta": 70}}})"),
                                        "c")
                                .attention;
        QVERIFY(nested.rope.scaling == RopeScaling::Linear && nested.rope.theta == 500);
        QVERIFY(nested.slidingRope.scaling == RopeScaling::None && nested.slidingRope.theta == 70);
    }

    // Amplitudes as transformers 5.23 computes them.
    void scaledPositionsAreReadAsTransformersReadsThem() {
        const auto read = [](const std::string& family, const std::string& keys) {
            return parseConfig(tiny(family, keys), "c");
        };
        const auto yarn = read("llama", R"({"max_position_embeddings": 512, "rope_scaling": {"type": "yarn", "factor": 4,
            "original_max_position_embeddings": 128}})")
                              .attention.rope;
        QVERIFY(yarn.scaling == RopeScaling::Yarn && yarn.originalPositions == 128);
        QVERIFY(std::abs(yarn.amplitude - 1.138629436) < 1e-9);
        const auto weighted = read("llama", R"({"rope_scaling": {"rope_type": "yarn", "factor": 8, "mscale": 1.0,
            "mscale_all_dim": 0.8, "beta_fast": 16, "beta_slow": 2, "truncate": false}})")
                                  .attention.rope;
        QVERIFY(std::abs(weighted.amplitude - 1.035657085) < 1e-9);
        QVERIFY(weighted.fastTurns == 16 && weighted.slowTurns == 2 && !weighted.wholePairs);
        const auto given = read("qwen2", R"({"max_position_embeddings": 64, "rope_scaling": {"type": "yarn", "factor": 4,
            "attention_factor": 1.3, "beta_fast": null}})");
        QVERIFY(given.attention.rope.amplitude == 1.3 && given.attention.rope.fastTurns == 32);
        QCOMPARE(given.maxPositions, 256);
        const auto dynamic =
            read("llama", R"({"max_position_embeddings": 512, "rope_scaling": {"type": "dynamic", "factor": 4}})");
        QCOMPARE(dynamic.maxPositions, 2048);
        QCOMPARE(dynamic.attention.rope.originalPositions, 512);
        QVERIFY(says(refusal(tiny("llama", R"({"rope_scaling": {"type": "dynamic"}})")).message(), "\"factor\""));
        QVERIFY(says(refusal(tiny("llama", R"({"rope_theta": 1, "rope_scaling": {"type": "yarn", "factor": 2}})")).message(),
                     "rope_theta"));
        QVERIFY(says(refusal(tiny("llama", R"({"rope_scaling": {"type": "yarn", "factor": 2, "beta_fast": 1,
            "beta_slow": 2}})"))
                         .message(),
                     "beta_fast"));
    }

    void longRopeNeedsAFactorForEachPair() {
        const auto phi = [](const char* type, const std::string& factors) {
            nlohmann::json keys{{"max_position_embeddings", 512}, {"original_max_position_embeddings", 128}};
            keys["rope_scaling"] = {{"type", type}};
            for (const char* one : {"short_factor", "long_factor"})
                keys["rope_scaling"][one] = nlohmann::json::parse(factors);
            return tiny("phi3", keys.dump());
        };
        const int pairs = parseConfig(tiny("phi3", "{}"), "c").headDim / 2;
        std::string ones = "[1";
        for (int i = 1; i < pairs; ++i) ones += ",1";
        for (const char* type : {"longrope", "su", "yarn"}) {  // the last two are what Phi-3's class makes longrope of
            const auto rope = parseConfig(phi(type, ones + "]"), "c").attention.rope;
            QVERIFY(rope.scaling == RopeScaling::LongRope && rope.originalPositions == 128);
            QVERIFY(std::abs(rope.amplitude - 1.133893419) < 1e-9);
        }
        QVERIFY(says(refusal(phi("longrope", ones + ",1]")).message(), "short_factor"));
        QVERIFY(says(refusal(phi("longrope", "[1, -1]")).message(), "positive"));
        QVERIFY(says(refusal(phi("longrope", "7")).message(), "short_factor"));
        QVERIFY(says(refusal(tiny("llama", R"({"rope_scaling": {"type": "su", "factor": 2}})")).message(), "\"su\""));
    }

    void stretchedPositions_data() {
        QTest::addColumn<QString>("family");
        QTest::addColumn<QString>("keys");
        const auto row = [](const char* name, const char* family, const char* keys) {
            QTest::newRow(name) << family << keys;
        };
        row("yarn", "llama", R"({"max_position_embeddings": 96, "rope_scaling": {"type": "yarn", "factor": 6,
            "original_max_position_embeddings": 16}})");
        row("dynamic", "llama", R"({"max_position_embeddings": 16, "rope_scaling": {"type": "dynamic", "factor": 6}})");
        row("longrope", "phi3", R"({"max_position_embeddings": 96, "original_max_position_embeddings": 16, "rope_scaling":
            {"type": "longrope", "short_factor": [1, 1.5, 2], "long_factor": [1, 4, 9]}})");
        row("gpt neox, dynamic", "gpt_neox", R"({"max_position_embeddings": 16, "rotary_pct": 1, "rope_scaling":
            {"type": "dynamic", "factor": 6}})");
    }
    // Texts that grow beyond the context of the first training go on as whole passes say, and both forms of attention turn alike.
    void stretchedPositions() {
        QFETCH(QString, family);
        QFETCH(QString, keys);
        const auto config = parseConfig(tiny(family.toStdString(), keys.toStdString()), "c");
        QCOMPARE(config.maxPositions, 96);
        for (const int length : {9, 40})
            VERIFY_CHECK(checkForms(*randomModel(config, 5), randomIds(config.vocabulary, 2, length, 4)));
        const auto model = randomModel(config, 6);
        at::NoGradGuard guard;
        const std::vector<int> prompt{3, 9, 27, 1, 4};
        auto expected = prompt;
        for (int i = 0; i < 30; ++i) {
            const auto ids = at::tensor(std::vector<std::int64_t>(expected.begin(), expected.end())).unsqueeze(0);
            expected.push_back(static_cast<int>(model->logits(ids, {})[0][-1].argmax().item<std::int64_t>()));
        }
        expected.erase(expected.begin(), expected.begin() + 5);
        GenerateOptions options;
        options.maxTokens = 30;
        QVERIFY(generate(*model, prompt, options) == expected);
        // A longer text between two short ones leaves no trace in the tables.
        const auto ids = randomIds(config.vocabulary, 1, 12, 7);
        const auto before = logitsOf(*model, ids);
        logitsOf(*model, randomIds(config.vocabulary, 1, 60, 8));
        QVERIFY(at::equal(logitsOf(*model, ids), before));
    }

    void sizesThatWouldOnlyFillMemoryAreRefused() {
        const auto names = [](const char* family, const char* keys, const char* key) {
            return says(refusal(tiny(family, keys)).message(), key);
        };
        QVERIFY(names("llama", R"({"num_hidden_layers": 16000000})", "num_hidden_layers"));
        QVERIFY(names("llama", R"({"head_dim": 16000000})", "head_dim"));
        QVERIFY(names("llama", R"({"num_attention_heads": 16000000, "num_key_value_heads": 1})", "num_attention_heads"));
        QVERIFY(names("llama", R"({"vocab_size": 2000000000})", "vocab_size"));
        QVERIFY(names("mixtral", R"({"num_local_experts": 16000000})", "num_local_experts"));
        QVERIFY(names("olmoe", R"({"num_experts": 200000})", "num_experts"));
        QVERIFY(names("llama", R"({"hidden_size": 131088, "head_dim": 8})", "a hidden size of 131088"));
        QVERIFY(names("llama", R"({"vocab_size": 4194305})", "a vocabulary of 4194305"));
        QVERIFY(names("llama", R"({"intermediate_size": 2097153})", "the MLP width of layer 0 of 2097153"));
        QVERIFY(names("olmoe", R"({"num_experts": 64, "intermediate_size": 65536})", "the MLP width of layer 0 of 4194304"));
        QVERIFY(names("llama", R"({"num_hidden_layers": 33, "intermediate_size": 1048576})", "all layers"));
    }

    // Models that read images too: their language model, as a model of its own.
    void textParts() {
        const auto whole =
            nlohmann::json::parse(R"({"model_type": "gemma3", "tie_word_embeddings": false, "eos_token_id": [1, 106],
            "dtype": "bfloat16", "text_config": {"hidden_size": 24, "intermediate_size": 19, "num_hidden_layers": 7,
            "sliding_window": 5, "eos_token_id": null, "rope_scaling": {"rope_type": "linear", "factor": 8}}})");
        const auto c = parseConfig(whole.dump(), "config.json");
        QCOMPARE(c.family, std::string("gemma3_text"));
        QVERIFY(c.vocabulary == 262208 && c.headDim == 256 && c.layers.front() == (LayerShape{8, 4, 19}));
        QVERIFY(!c.tiedHead && c.eosIds == (std::vector<int>{1, 106}) && c.attention.rope.factor == 8);
        const auto source = nlohmann::json::parse(c.source);
        QVERIFY(source.at("model_type") == "gemma3_text" && source.at("architectures")[0] == "Gemma3ForCausalLM");
        QVERIFY(parseConfig(c.source, "config.json").attention == c.attention);
        auto mistral = whole;
        mistral["model_type"] = "mistral3";
        mistral["text_config"]["head_dim"] = 8;
        QCOMPARE(parseConfig(mistral.dump(), "config.json").family, std::string("mistral"));
        mistral.erase("text_config");
        QVERIFY(says(refusal(mistral.dump()).hint(), "images"));
    }

    // Blocks without positions do not tell tokens' order apart, the others do.
    void blocksWithoutPositions() {
        auto config = configNamed("smollm3");
        config.attention.rotary = {0, 0, 0};
        const auto blind = randomModel(config, 4);
        const auto ids = randomIds(config.vocabulary, 1, 9, 2);
        auto swapped = ids.clone();
        swapped[0][2] = ids[0][5], swapped[0][5] = ids[0][2];
        const auto last = [&](const CausalLM& model, const at::Tensor& text) { return logitsOf(model, text)[0][8]; };
        // One block sees a set of tokens; the blocks behind it see what the earlier tokens saw, which depends on their order.
        config.layers.resize(1), config.attention.rotary = {0};
        const auto one = randomModel(config, 4);
        QVERIFY(relativeDifference(last(*one, swapped), last(*one, ids)) < 1e-5);
        config.attention.rotary = {1};
        const auto turning = buildModel(config, one->tensors());
        QVERIFY(relativeDifference(last(*turning, swapped), last(*turning, ids)) > 1e-3);
        QVERIFY(relativeDifference(last(*blind, swapped), last(*blind, ids)) > 1e-5);
    }

    // The window a position sees ends where it should: logits depend on tokens inside of it only.
    void windowsEnd() {
        auto config = configNamed("mistral");  // 3 blocks that see 5 positions each: 12 tokens back and no further
        const auto model = randomModel(config, 9);
        auto ids = randomIds(config.vocabulary, 1, 20, 2);
        const auto before = logitsOf(*model, ids)[0][19];
        ids[0][6] = (ids[0][6] + 1) % config.vocabulary;
        QVERIFY(at::equal(logitsOf(*model, ids)[0][19], before));
        ids[0][7] = (ids[0][7] + 1) % config.vocabulary;
        QVERIFY(!at::equal(logitsOf(*model, ids)[0][19], before));
    }
};

}  // namespace tst_families

QTEST_APPLESS_MAIN(tst_families::TestFamilies)
#include "tst_families.moc"
