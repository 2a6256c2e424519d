// Every family on random weights: what the trace finds, masked = sliced = merged, gradients, generation, descriptions; and what is
// refused. That logits are those of other programs is tests/interop's matter.
#include "core/base/error.h"
#include "core/compact/group_masks.h"
#include "tests/tensor/family_checks.h"
#include "tests/tensor/family_configs.h"

#include <torch/torch.h>

#include <QtTest>

#include <set>

using namespace lorashear;
using namespace lorashear::testing;

namespace {

#define VERIFY_CHECK(check)                               \
    do {                                                  \
        const auto wrong = (check);                       \
        QVERIFY2(wrong.empty(), wrong.c_str());           \
    } while (false)

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
    auto json = nlohmann::json::parse(R"({"vocab_size": 61, "hidden_size": 24, "num_hidden_layers": 2, "intermediate_size": 19,
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

    void longContextsCostNothingUnused() {
        auto config = configNamed("mistral");
        config.maxPositions = 5000;
        for (auto& window : config.attention.windows) window = 0;
        const auto model = randomModel(config, 1);
        const auto ids = randomIds(config.vocabulary, 1, 3000, 1);  // beyond the tables made at the start
        torch::NoGradGuard guard;
        const auto whole = model->logits(ids, {}).narrow(1, 0, 20);
        QVERIFY(relativeDifference(whole, model->logits(ids.narrow(1, 0, 20), {})) < 1e-5);
        QVERIFY_THROWS_EXCEPTION(Error, model->logits(randomIds(config.vocabulary, 1, 5001, 1), {}));
    }

    void unknownFamiliesAreRefused_data() {
        QTest::addColumn<QString>("json");
        QTest::addColumn<QString>("nearest");
        QTest::addColumn<QString>("differs");
        QTest::newRow("relative") << R"({"model_type": "qwen2_moe"})" << "\"qwen2\"" << "mixtures of experts";
        QTest::newRow("older") << R"({"model_type": "gemma"})" << "\"gemma2\"" << "two norms per block";
        QTest::newRow("by name") << R"({"model_type": "lama"})" << "\"llama\"" << "Known are llama";
        QTest::newRow("by its keys") << R"({"model_type": "mistral9", "kv_lora_rank": 64, "num_experts": 8, "alibi": false})"
                                     << "\"mistral\"" << "(num_experts); its attention is latent (kv_lora_rank)";
        QTest::newRow("encoder") << R"({"model_type": "phi9", "is_encoder_decoder": true})" << "\"phi3\"" << "has an encoder";
    }
    void unknownFamiliesAreRefused() {
        QFETCH(QString, json);
        QFETCH(QString, nearest);
        QFETCH(QString, differs);
        const auto error = refusal(json.toStdString());
        QCOMPARE(error.code(), ErrorCode::Unsupported);
        QVERIFY2(says(error.hint(), qPrintable(nearest)) && says(error.hint(), qPrintable(differs)), error.hint().c_str());
    }

    void whatIsNotComputedIsRefused() {
        for (const char* type : {"yarn", "dynamic", "longrope"}) {
            const auto error = refusal(tiny("llama", nlohmann::json{{"rope_scaling", {{"factor", 2}, {"type", type}}}}.dump()));
            QCOMPARE(error.code(), ErrorCode::Unsupported);
            QVERIFY(says(error.message(), type) && says(error.message(), "rope_scaling"));
        }
        const auto nested = refusal(tiny("gemma3_text", R"({"layer_types": ["full_attention", "full_attention"],
            "rope_parameters": {"full_attention": {"rope_type": "yarn", "factor": 2}}})"));
        QVERIFY(says(nested.message(), "yarn"));
        QVERIFY(says(refusal(tiny("llama", R"({"hidden_act": "xielu"})")).message(), "xielu"));
        QVERIFY(says(refusal(tiny("llama", R"({"head_dim": 7})")).message(), "odd number"));
        QVERIFY(says(refusal(tiny("llama", R"({"num_key_value_heads": 3})")).message(), "multiple"));
        QVERIFY(says(refusal(tiny("qwen2", R"({"layer_types": ["chunked_attention", "full_attention"]})")).message(), "chunked"));
        QVERIFY(says(refusal(tiny("qwen2", R"({"layer_types": ["full_attention"]})")).message(), "2 layers"));
        QVERIFY(says(refusal(tiny("gemma2", R"({"sliding_window": null})")).message(), "slides"));
    }

    void spellingsOfRotaryPositions() {
        const auto older = parseConfig(tiny("llama", R"({"rope_theta": 7, "rope_scaling": {"type": "linear", "factor": 3}})"), "c");
        const auto newer = parseConfig(tiny("llama", R"({"rope_parameters": {"rope_theta": 7, "rope_type": "linear", "factor": 3}})"), "c");
        QVERIFY(older.attention == newer.attention);
        QCOMPARE(older.attention.rope.theta, 7.0);
        QCOMPARE(older.attention.rope.factor, 3.0);
        QVERIFY(older.attention.rope.scaling == RopeScaling::Linear);
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

QTEST_APPLESS_MAIN(TestFamilies)
#include "tst_families.moc"
