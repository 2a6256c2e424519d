#include "core/base/error.h"
#include "core/io/atomic_file.h"
#include "core/loadability/predicates.h"
#include "core/loadability/rules.h"
#include "core/loadability/snap.h"
#include "core/loadability/window_period.h"
#include "tests/core/hand_structure.h"
#include "tests/core/whole_structure.h"
#include "tests/support/caught.h"

#include <QtTest>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <set>

namespace tst_loadability {

using namespace lorashear;
using lorashear::test::caught;
using lorashear::test::says;

namespace {

ModelShape llama(std::vector<LayerShape> layers, int hidden = 64, int headDim = 8) {
    return {"llama", hidden, headDim, 512, std::move(layers)};
}

Loads loads(const ModelShape& shape, const char* runtime) {
    return LoadabilityRules::builtin().verdict(shape, runtime).loads;
}

std::string ruleFile(const std::string& rule) {
    return R"({"version":1,"revision":1,"runtimes":[{"id":"x","title":"X","rules":[)" + rule + "]}]}";
}

}  // namespace

class LoadabilityTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theOriginalOpensEverywhere() {
        for (const auto& verdict : LoadabilityRules::builtin().verdicts(llama({{8, 4, 172}, {8, 4, 172}})))
            QVERIFY2(verdict.loads == Loads::Yes && verdict.rule.empty(), verdict.id.c_str());
    }

    void factoredLinears() {
        auto shape = llama({{8, 4, 172}, {8, 4, 172}});
        shape.factored = 3;
        for (const char* runtime : {"transformers4", "transformers5", "peft"})
            QVERIFY(loads(shape, runtime) == Loads::WithCustomCode);
        for (const char* runtime : {"vllm", "llamacpp-llama", "llamacpp-deci"}) QVERIFY(loads(shape, runtime) == Loads::No);
        const auto verdict = LoadabilityRules::builtin().verdict(shape, "vllm");
        QVERIFY2(verdict.detail.find("3 linears are factored") != std::string::npos, verdict.detail.c_str());
        shape.family = "gpt2";
        shape.layers = {{8, 8, 172}, {8, 8, 172}};
        QVERIFY(loads(shape, "transformers5") == Loads::No);
    }

    void layersOfDifferentSize() {
        const auto shape = llama({{8, 4, 172}, {8, 4, 160}});
        QVERIFY(loads(shape, "transformers4") == Loads::WithCustomCode);
        QVERIFY(loads(shape, "transformers5") == Loads::WithCustomCode);
        QVERIFY(loads(shape, "peft") == Loads::WithCustomCode);
        QVERIFY(loads(shape, "vllm") == Loads::No);
        QVERIFY(loads(shape, "llamacpp-llama") == Loads::No);
        QVERIFY(loads(shape, "llamacpp-deci") == Loads::Yes);
        const auto verdict = LoadabilityRules::builtin().verdict(shape, "vllm");
        QVERIFY(verdict.detail == "layer 1 has 160 MLP neurons, layer 0 has 172");
        QVERIFY(!verdict.rule.empty() && !verdict.source.empty());
    }

    // The sub-layer is not there: a class of ours leaves it out, llama.cpp's deci too, whose traps our writer avoids.
    void absentSubLayers() {
        for (const LayerShape& layer : {LayerShape{0, 0, 172}, LayerShape{8, 4, 0}, LayerShape{0, 0, 0}}) {
            auto shape = llama({{8, 4, 172}, layer});
            for (const char* runtime : {"transformers4", "transformers5", "peft"})
                QVERIFY2(loads(shape, runtime) == Loads::WithCustomCode, runtime);
            for (const char* runtime : {"vllm", "llamacpp-llama"}) QVERIFY2(loads(shape, runtime) == Loads::No, runtime);
            QVERIFY(loads(shape, "llamacpp-deci") == Loads::Yes);
            shape.family = "qwen3";
            QVERIFY(loads(shape, "transformers5") == Loads::WithCustomCode);
            QVERIFY(loads(shape, "llamacpp-deci") == Loads::No);
            shape.family = "gpt2";
            for (const auto& verdict : LoadabilityRules::builtin().verdicts(shape))
                QVERIFY2(verdict.loads == Loads::No, verdict.id.c_str());
        }
        QVERIFY(loads(llama({{8, 4, 172}, {6, 0, 172}}), "llamacpp-deci") == Loads::No);  // heads without keys
    }

    // 6 heads do not divide 64: version 5 of transformers checks, version 4 does not; Mistral's config never does.
    void headCountsThatDoNotDivideTheHiddenSize() {
        auto shape = llama({{6, 3, 172}, {6, 3, 172}});
        QVERIFY(loads(shape, "transformers4") == Loads::Yes);
        QVERIFY(loads(shape, "transformers5") == Loads::WithCustomCode);
        QVERIFY(loads(shape, "llamacpp-llama") == Loads::Yes);
        shape.family = "mistral";
        QVERIFY(loads(shape, "transformers5") == Loads::Yes);
        shape.family = "gpt2";
        QVERIFY(loads(shape, "transformers4") == Loads::No);
        shape.family = "no such";
        for (const auto& verdict : LoadabilityRules::builtin().verdicts(shape))
            QVERIFY2(verdict.loads == Loads::No, verdict.id.c_str());
    }

    // The shapes alone open in version 4, a folder that version 5 needs our modelling file for does not without it; and not every carrier has that file.
    void whatAModelLiesInCounts() {
        const auto& rules = LoadabilityRules::builtin();
        const auto in = [&](const ModelShape& shape, Carrier carrier, const std::string& runtime) {
            for (const auto& verdict : rules.verdicts(shape, carrier))
                if (verdict.id == runtime) return verdict;
            return LoadVerdict{};
        };
        const auto odd = llama({{6, 3, 172}, {6, 3, 172}}), even = llama({{8, 4, 172}, {8, 4, 172}});
        for (const char* runtime : {"transformers4", "transformers5", "peft"}) {
            for (const Carrier carrier : {Carrier::Export, Carrier::CodeFolder})
                QVERIFY2(in(odd, carrier, runtime).loads == Loads::WithCustomCode, runtime);
            QVERIFY2(in(even, Carrier::CodeFolder, runtime).loads == Loads::WithCustomCode, runtime);
            QVERIFY2(!in(even, Carrier::CodeFolder, runtime).rule.empty(), runtime);
            for (const Carrier carrier : {Carrier::Export, Carrier::PlainFolder, Carrier::GgufFile})
                QVERIFY2(in(even, carrier, runtime).loads == Loads::Yes, runtime);
        }
        QVERIFY(in(even, Carrier::CodeFolder, "vllm").loads == Loads::No);
        QVERIFY(in(odd, Carrier::PlainFolder, "transformers4").loads == Loads::Yes);
        for (const Carrier carrier : {Carrier::PlainFolder, Carrier::GgufFile}) {
            QVERIFY(in(odd, carrier, "transformers5").loads == Loads::No);
            QVERIFY(in(odd, carrier, "transformers5").detail.find("no modelling file") != std::string::npos);
        }
        for (const Carrier carrier : {Carrier::Export, Carrier::CodeFolder, Carrier::PlainFolder, Carrier::GgufFile})
            QVERIFY(in(odd, carrier, "llamacpp-llama").loads == Loads::Yes);
    }

    void notesDoNotBlock() {
        const auto verdict = LoadabilityRules::builtin().verdict(llama({{8, 4, 170}}), "llamacpp-llama");
        QVERIFY(verdict.loads == Loads::Yes);
        QCOMPARE(verdict.notes.size(), std::size_t{1});
        QVERIFY(verdict.notes[0].find("layer 0 has 170 MLP neurons") != std::string::npos);
    }

    void everyPredicate_data() {
        QTest::addColumn<QString>("id");
        QTest::addColumn<QString>("parameter");
        QTest::addColumn<bool>("holds");  // of layers {6 heads, 3 kv, 40 neurons} and {8, 4, 0}, hidden 64, head size 7
        QTest::newRow("family_in") << "family_in"
                                   << "[\"llama\"]" << true;
        QTest::newRow("family_in other") << "family_in"
                                         << "[\"opt\"]" << false;
        QTest::newRow("uniform") << "uniform"
                                 << "true" << false;
        QTest::newRow("uniform_heads") << "uniform_heads"
                                       << "true" << false;
        QTest::newRow("uniform_kv_heads") << "uniform_kv_heads"
                                          << "true" << false;
        QTest::newRow("uniform_mlp") << "uniform_mlp"
                                     << "true" << false;
        QTest::newRow("heads_multiple_of_kv_heads") << "heads_multiple_of_kv_heads"
                                                    << "true" << true;
        QTest::newRow("hidden_multiple_of_heads") << "hidden_multiple_of_heads"
                                                  << "true" << false;
        QTest::newRow("heads_fill_hidden") << "heads_fill_hidden"
                                           << "true" << false;
        QTest::newRow("attention_not_empty") << "attention_not_empty"
                                             << "true" << true;
        QTest::newRow("mlp_not_empty") << "mlp_not_empty"
                                       << "true" << false;
        QTest::newRow("dense_linears") << "dense_linears"
                                       << "true" << true;
        QTest::newRow("no_sliding_window") << "no_sliding_window"
                                           << "true" << true;
        QTest::newRow("positions_in") << "positions_in"
                                      << "[\"linear\", \"default\"]" << true;
        QTest::newRow("positions_in other") << "positions_in"
                                            << "[\"longrope\"]" << false;
        QTest::newRow("one_base_of_positions") << "one_base_of_positions"
                                               << "true" << true;
        QTest::newRow("head_dim_from_hidden") << "head_dim_from_hidden"
                                              << "true" << false;
        QTest::newRow("head_dim_even") << "head_dim_even"
                                       << "true" << false;
        QTest::newRow("layers_at_most") << "layers_at_most"
                                        << "2" << true;
        QTest::newRow("layers_at_most 1") << "layers_at_most"
                                          << "1" << false;
        QTest::newRow("rows_multiple_of 2") << "rows_multiple_of"
                                            << "2" << true;
        QTest::newRow("rows_multiple_of 32") << "rows_multiple_of"
                                             << "32" << false;
        QTest::newRow("uniform_experts") << "uniform_experts"
                                         << "true" << true;
        QTest::newRow("expert_rows_multiple_of") << "expert_rows_multiple_of"
                                                 << "64" << true;
    }
    void everyPredicate() {
        QFETCH(QString, id);
        QFETCH(QString, parameter);
        QFETCH(bool, holds);
        const auto* predicate = shapePredicate(id.toStdString());
        QVERIFY(predicate);
        const auto value = nlohmann::json::parse(parameter.toStdString());
        QVERIFY(predicate->accepts(value));
        QVERIFY(!predicate->accepts(nlohmann::json("yes")) && !predicate->accepts(nlohmann::json(false)));
        const auto found = predicate->violation(llama({{6, 3, 40}, {8, 4, 0}}, 64, 7), value);
        QCOMPARE(!found.has_value(), holds);
        if (found) QVERIFY(!found->empty());
    }

    // Phi-3's config class counts the factors of longrope by hidden size over heads, whatever head_dim says; no GGUF file holds them.
    void factorsOfLongRopeFollowFromHeads() {
        auto shape = llama({{8, 4, 172}, {8, 4, 172}});
        shape.family = "phi3", shape.positions = "longrope";
        for (const char* runtime : {"transformers4", "transformers5", "vllm", "peft"})
            QVERIFY(loads(shape, runtime) == Loads::Yes);
        for (const char* runtime : {"llamacpp-llama", "llamacpp-deci"}) QVERIFY(loads(shape, runtime) == Loads::No);
        for (auto& layer : shape.layers) layer.heads = 4, layer.kvHeads = 2;
        for (const char* runtime : {"transformers4", "transformers5", "vllm", "peft"})
            QVERIFY(loads(shape, runtime) == Loads::No);
        shape.positions = "default";
        QVERIFY(loads(shape, "transformers5") == Loads::Yes && loads(shape, "llamacpp-llama") == Loads::Yes);
        QCOMPARE(shapePredicate("head_dim_from_hidden")->violation(llama({{8, 4, 40}, {9, 3, 40}}, 66, 8), true).has_value(),
                 true);
        QVERIFY(!shapePredicate("head_dim_from_hidden")->violation(llama({{8, 4, 40}}, 66, 8), true));
    }

    // Transformers 4 has one rope_theta for OLMo 3 and turns layers with a window by it; what stretches the others it knows.
    void basesOfOlmo3() {
        const auto shape = [](bool slides, double slidingTheta, RopeScaling scaling = RopeScaling::None) {
            ModelConfig config = handmade::configOf({});
            config.family = "olmo3";
            config.attention.windows.assign(config.layers.size(), slides ? 6 : 0);
            config.attention.rope.scaling = RopeScaling::Yarn;
            config.attention.slidingRopeApart = true;
            config.attention.slidingRope = config.attention.rope;
            config.attention.slidingRope.theta = slidingTheta;
            config.attention.slidingRope.scaling = scaling;
            return shapeOf(config);
        };
        const double theta = RopeSettings().theta;
        QVERIFY(loads(shape(true, theta), "transformers4") == Loads::Yes);
        QVERIFY(loads(shape(false, 7), "transformers4") == Loads::Yes);  // nobody turns by it
        for (const auto& apart : {shape(true, 7), shape(true, theta, RopeScaling::Linear)}) {
            QVERIFY(loads(apart, "transformers4") == Loads::No);
            QVERIFY(loads(apart, "transformers5") == Loads::Yes);
        }
    }

    // What the GGUF writer refuses of Gemma's windows is no verdict of "opens".
    void windowsThatLlamaCppCounts() {
        const auto verdict = [](const char* family, std::vector<int> windows) {
            ModelConfig config = handmade::configOf({});
            config.family = family;
            config.layers.resize(windows.size(), config.layers.front());
            config.attention.windows = std::move(windows);
            return LoadabilityRules::builtin().verdict(shapeOf(config), "llamacpp-llama");
        };
        for (const char* family : {"gemma2", "gemma3_text"}) {
            for (const std::vector<int>& windows :
                 {std::vector<int>{8, 0, 8, 0}, {8, 8, 0, 8}, {8, 8, 8}, {0, 0}, {0}, {8, 8, 8, 8, 8, 0, 8}})
                QVERIFY(verdict(family, windows).loads == Loads::Yes);
            QVERIFY(verdict(family, {8, 0, 8, 8}).loads == Loads::No);
            QVERIFY(verdict(family, {0, 8, 0, 8}).loads == Loads::No);
            QVERIFY(verdict(family, {8, 0, 6, 0}).loads == Loads::No);
            QCOMPARE(verdict(family, {8, 0, 8, 8}).detail,
                     std::string("its layers have windows of 8, 0, 8, 8 tokens, 0 for none"));
        }
        QCOMPARE(windowPeriod({8, 8, 8, 8, 8, 0, 8}, 6).blocks, 6);
        QCOMPARE(windowPeriod({8, 8, 0}, 6).blocks, 3);
        QCOMPARE(windowPeriod({8, 8, 8}, 6).blocks, 6);
        QCOMPARE(windowPeriod({8, 8, 8}).blocks, 4);
        QVERIFY(windowPeriod({}).problem.empty() && windowPeriod({}).blocks == 1);
    }

    // Transformers 5 saves num_local_experts alone, where version 4 looks for num_experts; exports write both.
    void expertsOfQwen3Moe() {
        ModelConfig config = handmade::configOf({});
        config.family = "qwen3_moe";
        for (auto& layer : config.layers) layer.intermediate = 0, layer.experts = {24, 24};
        const auto says = [&](const char* source) {
            config.source = source;
            return loads(shapeAsStored(config), "transformers4");
        };
        QVERIFY(says(R"({"num_local_experts":2})") == Loads::No);
        QVERIFY(loads(shapeAsStored(config), "transformers5") == Loads::Yes);
        QVERIFY(loads(shapeOf(config), "transformers4") == Loads::Yes);
        QVERIFY(says(R"({"num_local_experts":2,"num_experts":2})") == Loads::Yes);
        QVERIFY(says(R"({"num_experts":2})") == Loads::Yes);
        config.family = "mixtral";  // whose only name it is
        QVERIFY(says(R"({"num_local_experts":2})") == Loads::Yes);
    }

    // The width of the norms of queries and keys is the hidden size to the stock classes of OLMoE.
    void channelsOfOlmoe() {
        ModelShape shape = llama({{8, 4, 0, {24, 24}}});
        shape.family = "olmoe";
        QVERIFY(loads(shape, "transformers5") == Loads::Yes && loads(shape, "transformers4") == Loads::Yes);
        shape.hidden = 56;
        QVERIFY(loads(shape, "transformers5") == Loads::WithCustomCode && loads(shape, "transformers4") == Loads::No);
    }

    // Layers {experts of 24, 24, 24} and {24, 24, 20}, {24, 24}, or a plain one between.
    void experts() {
        const LayerShape three{8, 4, 0, {24, 24, 24}};
        const auto violation = [](const char* id, const LayerShape& a, const LayerShape& b,
                                  const nlohmann::json& parameter) {
            return shapePredicate(id)->violation(llama({a, b, {8, 4, 64}, {8, 4, 64}}), parameter).value_or("");
        };
        const auto holds = [](const std::string& text, const char* part) { return text.find(part) != std::string::npos; };
        QCOMPARE(violation("uniform", three, three, true), std::string());
        QVERIFY(holds(violation("uniform", three, {8, 4, 0, {24, 24}}, true), "layer 1 has 2 experts, layer 0 has 3"));
        QVERIFY(holds(violation("uniform_experts", three, {8, 4, 0, {24, 24, 20}}, true), "layer 1 has an expert of 20"));
        QVERIFY(holds(violation("uniform", three, {8, 4, 32}, true), "layer 2 has 64 MLP neurons, layer 1 has 32"));
        QVERIFY(holds(violation("expert_rows_multiple_of", three, {8, 4, 0, {20}}, 8), "an expert of 20"));
        QCOMPARE(violation("expert_rows_multiple_of", three, three, 8), std::string());
        auto shape = llama({three, {8, 4, 0, {24, 24}}});
        shape.family = "mixtral";
        QVERIFY(loads(shape, "transformers5") == Loads::WithCustomCode && loads(shape, "vllm") == Loads::No);
        shape.layers[1] = three;
        QVERIFY(loads(shape, "transformers5") == Loads::Yes && loads(shape, "transformers4") == Loads::Yes);
        for (auto& layer : shape.layers)
            for (auto& width : layer.experts) width = 20;
        QVERIFY(loads(shape, "transformers5") == Loads::WithCustomCode && loads(shape, "transformers4") == Loads::Yes);
    }

    // llama.cpp's architectures with experts: equal sizes, equally many experts, and what each of them always does.
    void expertsInLlamaCpp() {
        const auto routed = [](const char* family, int heads, const std::vector<int>& first,
                               const std::vector<int>& second) {
            ModelShape shape = llama({{heads, heads, 0, first}, {heads, heads, 0, second}});
            shape.family = family;
            shape.normalised = shape.family != "olmoe";
            return shape;
        };
        const std::vector<int> three{64, 64, 64};
        for (const char* family : {"mixtral", "qwen3_moe", "olmoe"}) {
            const auto whole = routed(family, 8, three, three);
            QVERIFY(loads(whole, "llamacpp-llama") == Loads::Yes && loads(whole, "llamacpp-deci") == Loads::No);
            QVERIFY(loads(routed(family, 8, three, {64, 64}), "llamacpp-llama") == Loads::No);
            QVERIFY(loads(routed(family, 8, three, {64, 32, 64}), "llamacpp-llama") == Loads::No);
            QVERIFY(loads(routed(family, 8, {32, 32}, {32, 32}), "llamacpp-llama") == Loads::Yes);
            const bool fewer = loads(routed(family, 4, three, three), "llamacpp-llama") == Loads::Yes;
            QCOMPARE(fewer, std::string(family) != "olmoe");
            auto other = whole;
            other.normalised = !other.normalised;
            QCOMPARE(loads(other, "llamacpp-llama") == Loads::Yes, std::string(family) == "mixtral");
        }
        auto grouped = routed("olmoe", 8, three, three);
        for (auto& layer : grouped.layers) layer.kvHeads = 4;
        QVERIFY(loads(grouped, "llamacpp-llama") == Loads::No);
        auto clipped = routed("olmoe", 8, three, three);
        clipped.clips = true;
        QVERIFY(loads(clipped, "llamacpp-llama") == Loads::No);
        auto plain = routed("qwen3_moe", 8, three, three);
        plain.layers[1] = {8, 8, 64};
        const auto verdict = LoadabilityRules::builtin().verdict(plain, "llamacpp-llama");
        QVERIFY(verdict.loads == Loads::No);
        QCOMPARE(verdict.detail, std::string("layer 1 has a plain MLP of 64 neurons"));
        const auto narrow = LoadabilityRules::builtin().verdict(routed("mixtral", 8, {40, 40}, {40, 40}), "llamacpp-llama");
        QVERIFY(narrow.loads == Loads::Yes && !narrow.notes.empty());
    }

    void thisTableIsWhole() { QCOMPARE(shapePredicates().size(), std::size_t{26}); }

    void ruleFilesAreChecked_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("word");
        const auto row = [](const char* name, const std::string& rule, const char* word) {
            QTest::newRow(name) << QString::fromStdString(ruleFile(rule)) << word;
        };
        row("word", R"({"require":{"round":true},"otherwise":"blocked","sentence":"s","source":"s"})", "round");
        row("parameter", R"({"require":{"uniform":3},"otherwise":"blocked","sentence":"s","source":"s"})", "uniform");
        row("outcome", R"({"require":{"uniform":true},"otherwise":"perhaps","sentence":"s","source":"s"})", "perhaps");
        row("source", R"({"require":{"uniform":true},"otherwise":"blocked","sentence":"s"})", "source");
        row("key", R"({"require":{"uniform":true},"otherwise":"blocked","sentence":"s","source":"s","if":1})", "if");
        row("empty", R"({"otherwise":"blocked","sentence":"s","source":"s"})", "require");
        QTest::newRow("version") << R"({"version":2,"runtimes":[]})"
                                 << "version";
    }
    void ruleFilesAreChecked() {
        QFETCH(QString, text);
        QFETCH(QString, word);
        QVERIFY(says(caught([&] { LoadabilityRules::parse(text.toStdString(), "rules.json"); }), ErrorCode::BadInput,
                     word.toStdString()));
    }

    void theShippedFileIsTheCompiledOne() {
        const auto text = readFile(std::filesystem::path(LORASHEAR_SOURCE_DIR) / "resources/loadability.json");
        QVERIFY(LoadabilityRules::parse(text, "loadability.json").runtimes() == LoadabilityRules::builtin().runtimes());
        QCOMPARE(LoadabilityRules::builtin().runtimes().size(), std::size_t{6});
        QVERIFY(says(caught([] {
                         LoadabilityRules::builtin().verdict(llama({{8, 4, 1}}), "netscape");
                     }),
                     ErrorCode::Usage, "netscape"));
    }

    void whatAPlanLeaves() {
        const auto structure = handmade::make(handmade::stories260K());
        std::vector<int> removed(structure.nodeGroups.size(), 0);
        removed[static_cast<std::size_t>(structure.find("layers.1.attention")->id)] = 1;
        removed[static_cast<std::size_t>(structure.find("layers.2.mlp")->id)] = 12;
        const auto shape = shapeAfter(configOf(handmade::stories260K()), structure, removed);
        QVERIFY((shape.layers[0] == LayerShape{8, 4, 172}));
        QVERIFY((shape.layers[1] == LayerShape{6, 3, 172}));
        QVERIFY((shape.layers[2] == LayerShape{8, 4, 160}));
    }

    /// Windows belong to blocks and go with them: a pattern that was one may be none any more.
    void windowsGoWithTheirBlocks() {
        auto config = handmade::configOf(handmade::stories260K());
        const auto structure = handmade::whole(handmade::stories260K());
        config.attention.windows = {64, 0, 64, 0, 64};
        PruningPlan plan;
        plan.budgets.resize(structure.nodeGroups.size());
        plan.edits = {DropPart{1, BlockPart::Block}};
        const auto shape = shapeAfter(config, structure, plan, std::vector<int>(structure.nodeGroups.size(), 0));
        QCOMPARE(shape.layers.size(), std::size_t{4});
        QVERIFY((shape.windows == std::vector<int>{64, 64, 0, 64}));
    }

    void snapping_data() {
        QTest::addColumn<QString>("runtime");
        QTest::addColumn<double>("ratio");
        for (const auto& id : LoadabilityRules::builtin().runtimes())
            for (const double ratio : {0.1, 0.2, 0.35, 0.5})
                QTest::addRow("%s %g", id.c_str(), ratio) << QString::fromStdString(id) << ratio;
    }
    void snapping() {
        QFETCH(QString, runtime);
        QFETCH(double, ratio);
        for (const auto& s : {handmade::stories260K(), handmade::llama7B(), handmade::llama3of8B()}) {
            const auto structure = handmade::make(s);
            const auto config = configOf(s);
            PlanOptions options;
            options.ratio = ratio;
            const auto snapped = snapPlan(LoadabilityRules::builtin(), runtime.toStdString(), config, structure, options);
            const auto shape = shapeAfter(config, structure, expectedRemovals(structure, snapped.plan));
            QVERIFY(loads(shape, runtime.toStdString().c_str()) == Loads::Yes);
            QVERIFY2(std::abs(snapped.plan.expectedRatio - ratio) < 0.02,
                     std::to_string(snapped.plan.expectedRatio).c_str());
            // The options alone make the same plan again: a recipe keeps it.
            QCOMPARE(makePlan(structure, snapped.options).removed("attention"), snapped.plan.removed("attention"));
            if (runtime == "llamacpp-deci") QVERIFY(!snapped.changed);
        }
    }

    /// Experts whose neurons a stock program takes in whole 16 bytes: the ratio is met within the steps that this leaves.
    void snappingMeetsTheRatioOfRoutedModels() {
        handmade::Shape shape;
        shape.layers = 3, shape.hidden = 48, shape.heads = 4, shape.kvHeads = 2, shape.headDim = 12, shape.intermediate = 64;
        const auto config = handmade::configOf(shape, 4);
        const auto structure = handmade::whole(shape, 4);
        for (const double ratio : {0.1, 0.2, 0.3}) {
            PlanOptions options;
            options.ratio = ratio;
            options.uniform = true;
            const auto snapped = snapPlan(LoadabilityRules::builtin(), "transformers5", config, structure, options);
            const double step = 8.0 * 12 * 3 * shape.hidden / static_cast<double>(structure.parameters);
            QVERIFY2(std::abs(snapped.plan.expectedRatio - ratio) <= step / 2,
                     qPrintable(QString::number(snapped.plan.expectedRatio)));
            const auto left = shapeAfter(config, structure, snapped.plan, expectedRemovals(structure, snapped.plan));
            QCOMPARE(LoadabilityRules::builtin().verdict(left, "transformers5").loads, Loads::Yes);
        }
    }

    void snappingKeepsProtections() {
        const auto structure = handmade::make(handmade::stories260K());
        PlanOptions options;
        options.ratio = 0.15;
        options.protect = {"layers.0.attention"};
        const auto snapped =
            snapPlan(LoadabilityRules::builtin(), "transformers5", configOf(handmade::stories260K()), structure, options);
        QVERIFY(snapped.options.uniform && snapped.options.protect == options.protect);
        QCOMPARE(snapped.plan.removed("attention"), 0);  // uniform: one protected layer keeps all of its kind
        QVERIFY(snapped.plan.removed("mlp") > 0);
    }

    void aLoadablePlanStays() {
        const auto structure = handmade::make(handmade::stories260K());
        PlanOptions options;
        options.ratio = 0.2;
        options.uniform = true;
        options.units["attention"].keep = 4;
        const auto snapped =
            snapPlan(LoadabilityRules::builtin(), "transformers5", configOf(handmade::stories260K()), structure, options);
        QVERIFY(!snapped.changed);
        QCOMPARE(snapped.plan.removed("attention"), 0);
    }

    void nothingNearIsAnError() {
        const auto structure = handmade::make(handmade::stories260K());
        auto config = configOf(handmade::stories260K());
        config.family = "opt";
        PlanOptions options;
        options.ratio = 0.05;
        options.units["attention"].share = 1.0;
        const auto error =
            caught([&] { snapPlan(LoadabilityRules::builtin(), "transformers4", config, structure, options); });
        QVERIFY(says(error, ErrorCode::Impossible, "head"));
    }
};

}  // namespace tst_loadability

QTEST_GUILESS_MAIN(tst_loadability::LoadabilityTest)
#include "tst_loadability.moc"
