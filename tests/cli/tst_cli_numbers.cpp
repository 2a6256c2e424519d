// What commands print with --json: every key that scripts rely on, and numbers held against each other.

#include "core/io/atomic_file.h"
#include "core/run/engine.h"
#include "ran_program.h"
#include "small_recipe.h"

#include <QtTest>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <thread>

namespace tst_cli_numbers {

using namespace lorashear;
using namespace lorashear::testing;
namespace fs = std::filesystem;
using nlohmann::json;

namespace {

bool has(const json& object, std::initializer_list<const char*> keys) {
    return std::all_of(keys.begin(), keys.end(), [&](const char* key) {
        if (!object.contains(key)) qWarning("%s is missing in %s", key, object.dump().substr(0, 300).c_str());
        return object.contains(key);
    });
}

bool near(double a, double b) {
    return std::abs(a - b) <= 1e-12 * std::abs(b);
}

bool anyHas(const json& texts, const char* part) {
    return std::any_of(texts.begin(), texts.end(),
                       [&](const json& text) { return text.get<std::string>().find(part) != std::string::npos; });
}

}  // namespace

class TestCliNumbers : public QObject, private OwnFolder {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        const Ran sliced = lorashearRan({"slice", kModel, "--ratio", "0.2", "--out", place("sliced"), "--json"});
        QVERIFY2(sliced.code == 0, sliced.err.c_str());
        // Every question once with either answer: half of them are right, whatever a model thinks.
        fs::create_directories(path("tasks"));
        std::string questions;
        for (const char* goal : {"Play with a ball", "Go to the park"})
            for (const int answer : {0, 1})
                questions +=
                    json{{"goal", goal}, {"sol1", "She was happy."}, {"sol2", "Blue of the."}, {"label", answer}}.dump() +
                    "\n";
        writeFile(path("tasks") / "piqa.jsonl", questions);
        // The same weights, said to see 128 tokens at most.
        const fs::path file = copied("short") / "config.json";
        json config = json::parse(readFile(file));
        config["max_position_embeddings"] = 128;
        writeFile(file, config.dump());
    }

    void inspectSaysWhatCanGo() {
        const Ran ran = lorashearRan({"inspect", kModel, "--json"});
        QVERIFY2(ran.code == 0, ran.err.c_str());
        const json result = ran.object();
        QVERIFY(has(result, {"family", "parameters", "layers", "node_groups", "groups"}));
        QVERIFY(result.at("family") == "llama" && result.at("parameters") == 260032);
        QCOMPARE(result.at("layers").size(), std::size_t{5});
        for (const json& layer : result.at("layers"))
            QVERIFY(layer == json({{"heads", 8}, {"kv_heads", 4}, {"head_dim", 8}, {"intermediate", 172}}));
        QVERIFY(result.at("groups") == json({{"attention", 20},
                                             {"query_heads", 10},
                                             {"mlp", 860},
                                             {"experts", 0},
                                             {"hidden", 64},
                                             {"vocabulary", 512},
                                             {"other", 0}}));
        int prunable = 0;
        for (const json& group : result.at("node_groups")) {
            QVERIFY(has(group, {"id", "name", "kind", "layer", "prunable", "reason", "groups"}));
            prunable += group.at("prunable").get<bool>();
            QVERIFY(group.at("prunable").get<bool>() == group.at("reason").get<std::string>().empty());
        }
        QCOMPARE(prunable, 10);
        QVERIFY(!result.contains("structure"));
    }

    void inspectWithAdaptersGraphAndDot() {
        const Ran ran = lorashearRan(
            {"inspect", kModel, "--lora", "q_proj", "v_proj", "--graph", "--dot", place("graph.dot"), "--json"});
        QVERIFY2(ran.code == 0, ran.err.c_str());
        const json result = ran.object();
        for (const json& group : result.at("node_groups")) {
            const bool attention = group.at("name").get<std::string>().ends_with(".attention");
            QCOMPARE(group.at("prunable").get<bool>(), attention);
            if (group.at("name").get<std::string>().ends_with(".mlp"))
                QVERIFY(group.at("reason").get<std::string>().find("no LoRA adapter") != std::string::npos);
        }
        std::set<std::string> parameters;
        std::map<std::string, int> operators;
        for (const json& node : result.at("structure").at("graph").at("nodes")) {
            ++operators[node.at("op")];
            for (const json& name : node.at("parameters")) parameters.insert(name.get<std::string>());
        }
        QVERIFY(parameters.count("model.layers.3.self_attn.v_proj.lora_A.weight") &&
                !parameters.count("model.layers.3.self_attn.k_proj.lora_A.weight"));
        QCOMPARE(operators["aten::linear"], 5 * (7 + 2 * 2) + 1);
        const std::string dot = readFile(path("graph.dot"));
        QVERIFY(dot.starts_with("digraph"));
        for (const char* part : {"model.layers.4", "lm_head", "->"}) QVERIFY2(dot.find(part) != std::string::npos, part);
        QCOMPARE(lorashearRan({"inspect", kModel, "--lora", "x_proj"}).code, 5);
    }

    void evalMeasuresTextAndTasks() {
        const Ran ran = lorashearRan({"eval", kModel, "--text", kText, "--window", "64", "--max-windows", "4", "--bos",
                                      "--tasks", place("tasks"), "--json"});
        QVERIFY2(ran.code == 0, ran.err.c_str());
        const json result = ran.object();
        QVERIFY(has(result, {"nll", "perplexity", "tokens", "spread", "protocol", "tasks"}));
        QCOMPARE(result.at("tokens").get<int>(), 4 * 63);
        QVERIFY(near(std::exp(result.at("nll").get<double>()), result.at("perplexity").get<double>()));
        QVERIFY(has(result.at("tasks").at("piqa"), {"acc", "acc_norm", "stderr", "n"}));
        QVERIFY(result.at("tasks").at("piqa").at("acc") == 0.5 && result.at("tasks").at("piqa").at("n") == 4);
    }

    void presetsCutTexts() {
        const QStringList asked{"eval", kModel, "--text", kText, "--preset", "P1", "--max-windows", "4", "--json"};
        const Ran ran = lorashearRan(asked);
        QVERIFY2(ran.code == 0, ran.err.c_str());
        QVERIFY(ran.object().at("preset") == "P1" && ran.object().at("protocol") == "128 tokens, first 4 windows");
        QVERIFY(lorashearRan(asked + QStringList{"--window", "64"}).code != 0);
        QVERIFY(lorashearRan({"eval", kModel, "--text", kText, "--preset", "P4"}).code != 0);
        // What it fixes is no longer asked for otherwise; saying the same is no contradiction.
        const auto beside = [&](const QStringList& more) { return lorashearRan(asked + more); };
        QVERIFY(beside({"--bos"}).refused(2, "--bos: is given, but --preset P1 fixes windows without BOS"));
        QVERIFY(beside({"--window", "64"}).refused(2, "--window: is 64, but --preset P1 fixes windows of 128 tokens"));
        QVERIFY(beside({"--stride", "64"}).refused(2, "--stride: is 64"));
        QVERIFY(lorashearRan({"compare", kModel, kModel, "--text", kText, "--preset", "P3", "--no-bos"})
                    .refused(2, "--no-bos: is given, but --preset P3 fixes BOS"));
        QCOMPARE(beside({"--no-bos", "--window", "128"}).object().at("nll"), lorashearRan(asked).object().at("nll"));
    }

    /// Longer windows than the model reads are cut, and the figures are not those of such windows: eval, compare and vocabulary say it alike.
    void windowsThatAreCutAreSaid() {
        const QStringList windows{"--window", "5000", "--max-windows", "2", "--json"};
        const std::string words =
            "the windows of 5000 tokens are cut to the 512 of the model's context: perplexities do not compare with others of "
            "such windows";
        for (const QStringList& command :
             {QStringList{"eval", kModel, "--text", kText},
              QStringList{"compare", kModel, kModel, "--no-speed", "--text", kText},
              QStringList{"vocabulary", kModel, "--keep", "400", "--text", kText, "--out", place("fewer.json")}}) {
            const Ran ran = lorashearRan(command + windows);
            QVERIFY2(ran.code == 0, ran.err.c_str());
            QVERIFY2(ran.object().at("warnings") == json({words}), ran.out.c_str());
            QVERIFY2(ran.err.find("warning: " + words) != std::string::npos, ran.err.c_str());
        }
        const Ran fits = lorashearRan({"eval", kModel, "--text", kText, "--window", "512", "--max-windows", "2", "--json"});
        QVERIFY2(fits.object().at("warnings") == json::array(), fits.out.c_str());
    }

    /// In the table at the end, in the result, and in what the dry run says.
    void exportsThatCannotBeAreTold() {
        Recipe recipe = smallRecipe();
        recipe.exports = {{"huggingface", "source"}};
        recipe.recovery.enabled = recipe.analysis.enabled = false;
        writeFile(path("uneven.json"), recipeText(recipe));
        const Ran dry = lorashearRan({"run", place("uneven.json"), "--dry-run"});
        QVERIFY2(dry.out.find("cannot be written as huggingface: stock transformers does not open it") != std::string::npos,
                 dry.out.c_str());
        const Ran ran = lorashearRan({"run", place("uneven.json"), "--out", place("uneven")});
        QVERIFY2(ran.code == 0, ran.err.c_str());
        const std::string words = "not exported as huggingface: stock transformers does not open it";
        QVERIFY2(ran.out.find("  " + words) != std::string::npos && ran.out.find("export as padded") != std::string::npos,
                 ran.out.c_str());
        QVERIFY(anyHas(json::parse(readFile(path("uneven") / "result.json")).at("warnings"), words.c_str()));
    }

    /// Window by window against the first model.
    void compareTellsIntervals() {
        const Ran ran = lorashearRan({"compare", kModel, place("sliced"), "--text", kText, "--window", "64", "--max-windows",
                                      "6", "--bos", "--no-speed", "--json"});
        QVERIFY2(ran.code == 0, ran.err.c_str());
        const json models = ran.object().at("models"), above = models.at(1).at("above_first");
        QVERIFY(models.at(0).at("above_first").at("nll") == 0.0 && models.at(0).at("above_first").at("high") == 0.0);
        const double difference = models.at(1).at("nll").get<double>() - models.at(0).at("nll").get<double>();
        QVERIFY(std::abs(above.at("nll").get<double>() - difference) < 1e-9);
        QVERIFY(above.at("windows") == 6 && above.at("low") < above.at("nll") && above.at("nll") < above.at("high"));
    }

    void generateTellsTextAndTokens() {
        const Ran ran = lorashearRan({"generate", kModel, "--prompt", "Once upon a time", "--max-tokens", "12", "--json"});
        QVERIFY2(ran.code == 0, ran.err.c_str());
        const json result = ran.object();
        QVERIFY(has(result, {"text", "tokens", "prompt_tokens"}));
        QVERIFY(result.at("text").get<std::string>().starts_with("Once upon a time"));
        QCOMPARE(result.at("tokens").size(), std::size_t{12});
        QVERIFY(result.at("prompt_tokens") == json({1, 403, 407, 261, 378}));
    }

    void verifyTellsHowFar() {
        const Ran same = lorashearRan({"verify", kModel, "--against", place("short"), "--json"});
        QVERIFY2(same.code == 0, same.err.c_str());
        QVERIFY(has(same.object(), {"max_abs_logit_difference", "kl", "greedy_agreement", "positions", "agree"}));
        QVERIFY(same.object().at("max_abs_logit_difference") == 0.0 && same.object().at("greedy_agreement") == 1.0);
        const Ran other = lorashearRan({"verify", place("sliced"), "--against", kModel, "--json"});
        QCOMPARE(other.code, 9);
        QVERIFY(other.out.find("\"agree\":false") != std::string::npos);
    }

    /// The window that fits the shortest context measures every model, whichever comes first.
    void compareUsesOneProtocol_data() {
        QTest::addColumn<QStringList>("models");
        QTest::newRow("the shorter one last") << QStringList{kModel, place("short")};
        QTest::newRow("the shorter one first") << QStringList{place("short"), kModel};
    }
    void compareUsesOneProtocol() {
        QFETCH(QStringList, models);
        const Ran ran = lorashearRan(QStringList{"compare"} + models +
                                     QStringList{"--text", kText, "--max-windows", "4", "--bos", "--no-speed", "--json"});
        QVERIFY2(ran.code == 0, ran.err.c_str());
        const json result = ran.object();
        QCOMPARE(result.at("protocol").get<std::string>(), std::string("BOS + 127 tokens, first 4 windows"));
        for (const json& row : result.at("models")) {
            QCOMPARE(row.at("tokens").get<int>(), 4 * 127);
            QVERIFY(row.at("retention").at("perplexity") == 1.0);  // the weights are the same
        }
    }

    void compareTellsWhatIsLeftOfEverything() {
        const Ran ran = lorashearRan({"compare", kModel, place("sliced"), "--text", kText, "--window", "64", "--max-windows",
                                      "4", "--bos", "--tasks", place("tasks"), "--prompt", "Once upon a time",
                                      "--max-tokens", "8", "--json"});
        QVERIFY2(ran.code == 0, ran.err.c_str());
        const json rows = ran.object().at("models"), &dense = rows.at(0), &pruned = rows.at(1),
                   &kept = pruned.at("retention");
        for (const json& row : rows)
            QVERIFY(has(row, {"parameters", "weight_bytes", "flops_per_token", "kv_bytes_per_token", "nll", "perplexity",
                              "tokens", "prefill", "decode", "tasks", "sample"}));
        for (const char* size : {"parameters", "weight_bytes", "flops_per_token", "kv_bytes_per_token"}) {
            QVERIFY2(near(kept.at(size).get<double>(), pruned.at(size).get<double>() / dense.at(size).get<double>()), size);
            QVERIFY2(kept.at(size) <= 1.0, size);
        }
        QVERIFY(kept.at("parameters").get<double>() < 0.83);
        const double before = dense.at("perplexity"), after = pruned.at("perplexity");
        QVERIFY(after > before);
        QVERIFY(near(kept.at("perplexity").get<double>(), before / after));
        for (const char* speed : {"prefill", "decode"}) {
            QVERIFY(has(pruned.at(speed), {"tokens_per_second", "spread", "protocol"}));
            for (const json& row : rows)
                QVERIFY(row.at(speed).at("protocol").get<std::string>().find(" in turn with the other model,") !=
                        std::string::npos);
            QVERIFY2(near(kept.at(speed).get<double>(), pruned.at(speed).at("tokens_per_second").get<double>() /
                                                            dense.at(speed).at("tokens_per_second").get<double>()),
                     speed);
        }
        QVERIFY(kept.at("tasks").at("piqa").at("acc") == 1.0 && kept.at("task_mean").at("acc") == 1.0);
        QVERIFY(dense.at("sample").get<std::string>().starts_with("Once upon a time"));
        const Ran table = lorashearRan({"compare", kModel, place("sliced"), "--no-speed"});
        QVERIFY2(table.out.find("260,032 (100.0 %)") != std::string::npos, table.out.c_str());
    }

    /// Story models begin the next story with BOS instead of ending one: command line and window stop there alike.
    void windowAndCommandLineEndATextAlike() {
        const Ran ran = lorashearRan({"generate", kModel, "--prompt", "Once upon a time", "--max-tokens", "400", "--json"});
        QVERIFY2(ran.code == 0, ran.err.c_str());
        QVERIFY(ran.object().at("tokens").size() < 400);
        std::vector<RunEvent> events;
        command::Generate command{kModel.toStdString(), "Once upon a time", 400};
        loadEngine(0)->execute(
            command, [&](RunEvent event) { events.push_back(std::move(event)); }, {}, nullptr);
        const auto sample = std::find_if(events.begin(), events.end(),
                                         [](const RunEvent& e) { return std::holds_alternative<event::Sample>(e); });
        QVERIFY(sample != events.end());
        QCOMPARE(std::get<event::Sample>(*sample).text, ran.object().at("text").get<std::string>());
    }

    void doctorComplains() {
        const Ran ran = lorashearRan({"doctor", "--threads", "1", "--json"});
        QVERIFY2(ran.code == 0, ran.err.c_str());
        const json result = ran.object();
        QVERIFY(has(result, {"version", "libtorch", "gflops", "mixed_pays", "cores", "threads", "wait_policy", "openmp",
                             "memory_bytes", "available_bytes", "processor", "device", "complaints"}));
        QVERIFY(result.at("threads") == 1 && result.at("memory_bytes") >= result.at("available_bytes"));
        QVERIFY(!anyHas(result.at("complaints"), "OMP_WAIT_POLICY") &&
                !anyHas(result.at("complaints"), "wait for each other"));
        const int many = 4 * static_cast<int>(std::thread::hardware_concurrency());
        const json bad =
            lorashearRan({"doctor", "--threads", QString::number(many), "--json"}, {"OMP_WAIT_POLICY=active"}).object();
        QVERIFY(bad.at("wait_policy") == "active" && bad.at("threads") == many);
        QVERIFY2(anyHas(bad.at("complaints"), "OMP_WAIT_POLICY is \"active\""), bad.dump().c_str());
        QVERIFY2(anyHas(bad.at("complaints"), "wait for each other"), bad.dump().c_str());
        // More threads in the environment than there are cores do no harm: the engine says how many it wants.
        const json asked = lorashearRan({"doctor", "--json"}, {QStringLiteral("OMP_NUM_THREADS=%1").arg(many)}).object();
        QVERIFY(asked.at("threads") == asked.at("cores") && !anyHas(asked.at("complaints"), "wait for each other"));
    }
};

}  // namespace tst_cli_numbers

QTEST_GUILESS_MAIN(tst_cli_numbers::TestCliNumbers)
#include "tst_cli_numbers.moc"
