// Blocks without attention, without MLP, without both, in every family: they compute what the whole model computes with that branch's output
// zeroed, and can be traced, cut, trained, described and generated with like any other.
#include "tests/support/verify_check.h"
#include "tests/tensor/family_checks.h"
#include "tests/tensor/family_configs.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <QtTest>

#include <set>

namespace tst_absent_branches {

using namespace lorashear;
using namespace lorashear::testing;

namespace {

// What is absent of each block: a attention, m MLP, b both, - nothing.
ModelConfig without(ModelConfig config, const std::string& what) {
    for (std::size_t i = 0; i < what.size(); ++i) {
        auto& layer = config.layers.at(i);
        if (what[i] == 'a' || what[i] == 'b') layer.heads = layer.kvHeads = 0;
        if (what[i] == 'm' || what[i] == 'b') layer.intermediate = 0, layer.experts.clear();
    }
    return config;
}

std::unique_ptr<CausalLM> cutOut(const CausalLM& whole, const ModelConfig& reduced) {
    NamedTensors tensors;
    for (const auto& [name, shape] : familyOf(reduced.family, "test").shapes(reduced))
        tensors[name] = whole.tensors().at(name);
    return buildModel(whole.config(), tensors);
}

// Zeros what the last linear of each absent branch gives: of the linears that are gone, those that lead back to the hidden width.
void zeroBranches(CausalLM& whole, const CausalLM& reduced) {
    for (auto* linear : whole.linears())
        if (!reduced.linear(linear->name) && !makesFeatures(linear->name)) linear->mask = at::zeros({linear->out()});
}

Error refusalOf(const std::function<void()>& action) {
    try {
        action();
    } catch (const Error& error) {
        return error;
    }
    return Error(ErrorCode::Internal, "nothing", "was refused");
}

}  // namespace

class TestAbsentBranches : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void computeAsZeroedOnes_data() { eachCase(); }
    void computeAsZeroedOnes() {
        QFETCH(QString, json);
        QFETCH(QString, absent);
        const auto config = parseConfig(json.toStdString(), "config.json");
        const auto whole = randomModel(config, 3);
        const auto reduced = without(config, absent.toStdString());
        const auto model = cutOut(*whole, reduced);
        QVERIFY(model->config().layers == reduced.layers);
        QVERIFY(model->parameterCount() < whole->parameterCount());
        const auto ids = randomIds(config.vocabulary, 2, 11, 4);
        const auto before = logitsOf(*whole, ids);
        zeroBranches(*whole, *model);
        const auto expected = logitsOf(*whole, ids);
        QVERIFY(relativeDifference(before, expected) > 1e-3);
        QVERIFY(relativeDifference(logitsOf(*model, ids), expected) < 1e-6);
    }

    void behaveAsOthers_data() { eachCase(); }
    void behaveAsOthers() {
        QFETCH(QString, json);
        QFETCH(QString, absent);
        const auto config = without(parseConfig(json.toStdString(), "config.json"), absent.toStdString());
        const auto model = randomModel(config, 5);
        VERIFY_CHECK(checkGroups(*model, traceStructure(*model)));
        VERIFY_CHECK(checkDescription(*model));
        VERIFY_CHECK(checkGeneration(*model, {3, 9, 27, 1, 4}, 12));
        if (absent == "bbb") return;  // nothing to train or to cut
        VERIFY_CHECK(checkForms(*model, randomIds(config.vocabulary, 2, 9, 4)));
        VERIFY_CHECK(checkPruning(*model, randomIds(config.vocabulary, 2, 9, 6), 70));
    }

    void keepNoKeysAndValues() {
        const auto config = without(parseConfig(familyConfigs().front().json, "config.json"), "a-a");
        const auto model = randomModel(config, 5);
        KvCache cache;
        ForwardContext context;
        context.cache = &cache;
        at::NoGradGuard guard;
        model->logits(randomIds(config.vocabulary, 1, 7, 1), context);
        QVERIFY(!cache.keys[0].defined() && cache.keys[1].defined() && !cache.keys[2].defined());
        QCOMPARE(cache.length, 7);
    }

    void aPartOfABranchIsMissedByName() {
        for (const auto& one : familyConfigs()) {
            const auto whole = randomModel(parseConfig(one.json, one.name), 1);
            for (const auto* linear : whole->linears()) {
                auto tensors = whole->tensors();
                tensors.erase(linear->name + ".weight");
                const auto error = refusalOf([&] { buildModel(whole->config(), tensors); });
                QCOMPARE(error.code(), ErrorCode::BadInput);
                QVERIFY2(error.message().find(linear->name) != std::string::npos, error.message().c_str());
            }
        }
    }

    void zerosStandInLists() {
        auto json = nlohmann::json::parse(familyConfigs()[1].json);
        json["lorashear_layers"] = {
            {"num_attention_heads", {0, 6, 0}}, {"num_key_value_heads", {0, 3, 0}}, {"intermediate_size", {19, 0, 0}}};
        const auto config = parseConfig(json.dump(), "config.json");
        QVERIFY((config.layers == std::vector<LayerShape>{{0, 0, 19}, {6, 3, 0}, {0, 0, 0}}));
        QVERIFY(!config.uniform());
        json["lorashear_layers"] = {{"intermediate_size", {0, 0, 0}}};
        QVERIFY(!parseConfig(json.dump(), "config.json").uniform());  // no ordinary config.json says so
    }

    void wrongZerosAreRefused_data() {
        QTest::addColumn<QString>("lists");
        QTest::addColumn<QString>("says");
        QTest::newRow("heads without keys") << R"({"num_key_value_heads": [3, 0, 3]})"
                                            << "layer 1; a layer without attention has 0 of both";
        QTest::newRow("keys without heads") << R"({"num_attention_heads": [6, 6, 0]})"
                                            << "layer 2; a layer without attention has 0 of both";
        QTest::newRow("negative") << R"({"intermediate_size": [-1, 3, 3]})"
                                  << "holds -1 for layer 0";
        QTest::newRow("no head size") << R"({"num_attention_heads": [0, 0, 0], "num_key_value_heads": [0, 0, 0]})"
                                      << "\"head_dim\" is missing";
    }
    void wrongZerosAreRefused() {
        QFETCH(QString, lists);
        QFETCH(QString, says);
        auto json = nlohmann::json::parse(familyConfigs()[1].json);
        json.erase("head_dim");
        json["hidden_size"] = 24;
        json["lorashear_layers"] = nlohmann::json::parse(lists.toStdString());
        const auto error = refusalOf([&] { parseConfig(json.dump(), "config.json"); });
        QCOMPARE(error.code(), ErrorCode::BadInput);
        QVERIFY2(error.message().find(says.toStdString()) != std::string::npos, error.message().c_str());
        json.erase("lorashear_layers");
        json["intermediate_size"] = 0;  // a plain number counts for all layers of a stock model, which has its MLPs
        QCOMPARE(refusalOf([&] { parseConfig(json.dump(), "config.json"); }).code(), ErrorCode::BadInput);
    }

private:
    static void eachCase() {
        QTest::addColumn<QString>("json");
        QTest::addColumn<QString>("absent");
        for (const auto& one : familyConfigs())
            for (const char* absent : {"a--", "--m", "-b-", "ma-", "b-b", "bbb"})
                QTest::newRow((one.name + " " + absent).c_str()) << QString::fromStdString(one.json) << absent;
    }
};

}  // namespace tst_absent_branches

QTEST_GUILESS_MAIN(tst_absent_branches::TestAbsentBranches)
#include "tst_absent_branches.moc"
