// Commands on models, adapters and exports: what they write is held against what must come out, and bad input against its exit code and words.

#include "core/io/atomic_file.h"
#include "core/io/checkpoint.h"
#include "core/io/safetensors.h"
#include "core/run/recipe.h"
#include "ran_program.h"
#include "small_recipe.h"
#include "tests/support/gguf_builder.h"

#include <QtTest>

#include <cmath>
#include <cstring>
#include <set>

namespace tst_cli_models {

using namespace lorashear;
using namespace lorashear::testing;
namespace fs = std::filesystem;
using nlohmann::json;

namespace {

std::vector<float> numbersOf(const Checkpoint& checkpoint, const std::string& name) {
    const auto& data = checkpoint.tensors().at(name);
    std::vector<float> numbers(static_cast<std::size_t>(data.count()));
    std::memcpy(numbers.data(), data.data, data.bytes());
    return numbers;
}

std::vector<float> rowOf(const std::vector<float>& matrix, std::size_t row, std::size_t columns) {
    const auto begin = matrix.begin() + static_cast<std::ptrdiff_t>(row * columns);
    return {begin, begin + static_cast<std::ptrdiff_t>(columns)};
}

double squareOf(const std::vector<float>& numbers) {
    double sum = 0;
    for (const float x : numbers) sum += double(x) * double(x);
    return sum;
}

std::int64_t elements(const Checkpoint& checkpoint) {
    std::int64_t sum = 0;
    for (const auto& [name, data] : checkpoint.tensors()) sum += data.count();
    return sum;
}

std::string verdictOf(const json& loadable, const std::string& runtime) {
    for (const json& entry : loadable.at("runtimes"))
        if (entry.at("id") == runtime) return entry.at("loads");
    return "absent";
}

bool sameTensors(const fs::path& a, const fs::path& b) {
    const auto one = SafetensorsFile::open(a), two = SafetensorsFile::open(b);
    if (one->tensors().size() != two->tensors().size()) return false;
    for (std::size_t i = 0; i < one->tensors().size(); ++i) {
        const auto &x = one->tensors()[i], &y = two->tensors()[i];
        if (x.name != y.name || x.shape != y.shape || std::memcmp(x.data, y.data, x.bytes()) != 0) return false;
    }
    return true;
}

}  // namespace

class TestCliModels : public QObject, private OwnFolder {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        Recipe recipe = smallRecipe();
        recipe.exports.clear();
        writeFile(path("small.json"), recipeText(recipe));
        const Ran run = lorashearRan({"run", place("small.json"), "--out", place("run"), "--json"});
        QVERIFY2(run.code == 0, run.err.c_str());
        const Ran recovery = lorashearRan({"adapter", "recovery", place("run"), "--out", place("recovery")});
        QVERIFY2(recovery.code == 0, recovery.err.c_str());
    }

    /// The smallest neurons go, equally many in every layer, and the others are copied byte for byte.
    void sliceKeepsTheLargestRows() {
        const Ran ran = lorashearRan({"slice", kModel, "--ratio", "0.2", "--out", place("sliced"), "--json"});
        QVERIFY2(ran.code == 0, ran.err.c_str());
        const auto before = Checkpoint::open(kModel.toStdString()), after = Checkpoint::open(path("sliced"));
        QCOMPARE(ran.object().at("parameters_before").get<std::int64_t>(), elements(before));
        QCOMPARE(ran.object().at("parameters_after").get<std::int64_t>(), elements(after));
        QVERIFY(ran.object().at("uniform").get<bool>());
        QVERIFY(std::abs(double(elements(after)) / double(elements(before)) - 0.8) < 0.02);
        std::set<std::size_t> counts;
        int checked = 0;
        const json record = json::parse(readFile(path("sliced") / "pruning.json"));
        for (const json& group : record.at("node_groups")) {
            if (group.at("kind") != "mlp") continue;
            const auto kept = group.at("kept").get<std::vector<std::size_t>>();
            counts.insert(kept.size());
            const auto whole = group.at("groups").get<std::size_t>();
            std::vector<double> size(whole, 0);
            for (const json& slice : group.at("rows")) {
                const auto name = slice.at("tensor").get<std::string>();
                const auto old = numbersOf(before, name), fresh = numbersOf(after, name);
                const std::size_t columns = old.size() / whole;
                for (std::size_t j = 0; j < whole; ++j) size[j] += squareOf(rowOf(old, j, columns));
                for (std::size_t i = 0; i < kept.size(); ++i)
                    QVERIFY(rowOf(fresh, i, columns) == rowOf(old, kept[i], columns));
            }
            double smallestKept = 1e30, largestGone = 0;
            const std::set<std::size_t> stays(kept.begin(), kept.end());
            for (std::size_t j = 0; j < whole; ++j)
                if (stays.count(j))
                    smallestKept = std::min(smallestKept, size[j]);
                else
                    largestGone = std::max(largestGone, size[j]);
            QVERIFY2(smallestKept >= largestGone, group.at("name").get<std::string>().c_str());
            ++checked;
        }
        QCOMPARE(checked, 5);
        QCOMPARE(counts.size(), std::size_t{1});
    }

    /// The default plan leaves what stock transformers opens; a plan that does not says so everywhere.
    void sliceSaysWhatDoesNotOpen() {
        const json config = json::parse(readFile(path("sliced") / "config.json"));
        QCOMPARE(config.at("hidden_size").get<int>() % config.at("num_attention_heads").get<int>(), 0);
        QVERIFY(verdictOf(lorashearRan({"loadable", place("sliced"), "--json"}).object(), "transformers5") == "ok");
        QVERIFY(readFile(path("sliced") / "README.md").find("stock classes open it") != std::string::npos);

        Recipe recipe = smallRecipe();
        recipe.plan = {};
        recipe.plan.ratio = 0.2, recipe.plan.uniform = true;
        recipe.plan.units.at("attention").keep = 3;  // six heads on a hidden size of 64
        writeFile(path("six.json"), recipeText(recipe));
        const Ran six = lorashearRan({"slice", kModel, "--plan", place("six.json"), "--out", place("six")});
        QVERIFY2(six.code == 0, six.err.c_str());
        QVERIFY2(six.out.find("transformers 5 opens it only with trust_remote_code=True") != std::string::npos,
                 six.out.c_str());
        QVERIFY2(six.out.find("vLLM does NOT open it") != std::string::npos, six.out.c_str());
        const std::string card = readFile(path("six") / "README.md");
        QVERIFY(card.find("stock classes open it") == std::string::npos &&
                card.find("**does not open**") != std::string::npos);
        QVERIFY(fs::exists(path("six") / "modeling_lorashear.py"));
    }

    /// However the folder's path is written, its name is not lost.
    void namesOfFoldersSurviveASlash() {
        const Ran ran = lorashearRan({"slice", kModel + "/", "--ratio", "0.1", "--out", place("slash")});
        QVERIFY2(ran.code == 0, ran.err.c_str());
        QCOMPARE(json::parse(readFile(path("slash") / "pruning.json")).at("source").at("name"), json("stories260K"));
    }

    void loadableDoesNotBelieveAConfigThatContradictsItsWeights() {
        const auto folder = copied("bnb");
        json config = json::parse(readFile(folder / "config.json"));
        config["quantization_config"] = {{"quant_method", "bitsandbytes"}, {"load_in_4bit", true}};
        writeFile(folder / "config.json", config.dump());
        const json told = lorashearRan({"loadable", place("bnb"), "--json"}).object();
        for (const char* runtime : {"transformers4", "transformers5", "vllm", "peft"})
            QCOMPARE(verdictOf(told, runtime), std::string("blocked"));
        const Ran seen = lorashearRan({"inspect", place("bnb")});
        QVERIFY(seen.code == 0 && seen.out.find("bitsandbytes") != std::string::npos);
        const Ran ran = lorashearRan({"slice", place("bnb"), "--ratio", "0.1", "--out", place("plain")});
        QVERIFY2(ran.code == 0, ran.err.c_str());
        QVERIFY(!json::parse(readFile(path("plain") / "config.json")).contains("quantization_config"));
        QCOMPARE(verdictOf(lorashearRan({"loadable", place("plain"), "--json"}).object(), "transformers5"),
                 std::string("ok"));
    }

    /// Escape sequences in a model's files do not reach the terminal.
    void controlCharactersStayInTheFile() {
        const auto folder = copied("escape");
        json config = json::parse(readFile(folder / "config.json"));
        config["model_type"] = "llama\x1b]0;owned\x07\x1b[2J";
        writeFile(folder / "config.json", config.dump());
        const Ran ran = lorashearRan({"inspect", place("escape")});
        QVERIFY(ran.refused(4, "llama\\x1b]0;owned"));
        QVERIFY(ran.err.find('\x1b') == std::string::npos && ran.out.find('\x1b') == std::string::npos);
        config = json::parse(readFile(path("bnb") / "config.json"));
        config["quantization_config"]["quant_method"] = "a\x1b[31mred";
        writeFile(path("bnb") / "config.json", config.dump());
        const Ran text = lorashearRan({"inspect", place("bnb")});
        QVERIFY(text.code == 0 && text.out.find("a\\x1b[31mred") != std::string::npos &&
                text.out.find('\x1b') == std::string::npos);
        config["quantization_config"]["quant_method"] =
            "a\xC2\x9b"
            "31mred";  // the same in one character, which JSON lets pass
        writeFile(path("bnb") / "config.json", config.dump());
        const Ran object = lorashearRan({"inspect", place("bnb"), "--json"});
        QVERIFY2(object.code == 0 && object.out.find("a\\u009b31mred") != std::string::npos, object.out.c_str());
        QVERIFY(object.out.find("\xC2\x9b") == std::string::npos);
    }

    /// Names of files are bytes, JSON is UTF-8: the name is shown as well as can be, and the work is done.
    void aNameThatIsNoUtf8IsNoDefect() {
        const std::filesystem::path out = path("slice").string() + "\xff";
        const QString source = QStringLiteral(LORASHEAR_CLI);
        QProcess process;
        prepare(process);
        process.start("sh", {"-c", "exec \"$1\" slice \"$2\" --ratio 0.2 --json --out \"$(printf '%s\\377' \"$3\")\"", "sh",
                             source, kModel, place("slice")});
        QVERIFY(process.waitForFinished(60000));
        QCOMPARE(process.exitCode(), 0);
        QVERIFY(std::filesystem::exists(out / "model.safetensors"));
        QVERIFY(json::parse(process.readAllStandardOutput().toStdString())
                    .at("path")
                    .get<std::string>()
                    .ends_with("\xEF\xBF\xBD"));
        std::filesystem::remove_all(out);  // Qt cannot name it
    }

    /// A damaged record is the folder's fault, not the program's.
    void aDamagedRecordIsRefused() {
        const auto folder = copied("damaged-record");
        for (const std::string& record :
             {std::string("{\"tool\": "), "{\"a\": " + std::string(100000, '['), std::string("{\"a\": 1, \"a\": 2}")}) {
            writeFile(folder / "pruning.json", record);
            for (const QStringList& command :
                 std::vector<QStringList>{{"export", place("damaged-record"), "--out", place("none")},
                                          {"verify", place("damaged-record")},
                                          {"adapter", "slice", place("no"), "--original", kModel, "--pruned",
                                           place("damaged-record"), "--out", place("none")}}) {
                const Ran ran = lorashearRan(command);
                QVERIFY2(ran.refused(3, "pruning.json"), (command.front().toStdString() + ": " + ran.err).c_str());
            }
            QVERIFY(!fs::exists(path("none")));
        }
    }

    /// A record of a newer program means what it means there: it is read by none of them.
    void aNewerRecordIsRefused() {
        const auto folder = copied("newer-record");
        writeFile(folder / "pruning.json", R"({"format": 99, "node_groups": [], "edits": [], "certificate": {}})");
        const QString model = place("newer-record"), record = place("newer-record/pruning.json");
        for (const QStringList& command : std::vector<QStringList>{
                 {"export", model, "--format", "zeroed", "--out", place("none")},
                 {"export", model, "--out", place("none")},
                 {"verify", model},
                 {"slice", kModel, "--plan", record, "--out", place("none")},
                 {"adapter", "slice", place("no"), "--original", kModel, "--pruned", model, "--out", place("none")}}) {
            const Ran ran = lorashearRan(command);
            QVERIFY2(ran.refused(3, "pruning.json /format: is 99, the newest that this program reads is 2"),
                     (command.join(' ').toStdString() + ": " + ran.err).c_str());
        }
        QVERIFY(!fs::exists(path("none")));
    }

    /// Records of the first format tell no edits; what they say of groups puts everything back.
    void theFirstFormatIsStillUndone() {
        const Ran cut = lorashearRan({"slice", kModel, "--plan", LORASHEAR_SOURCE_DIR "/tests/data/records/format1.json",
                                      "--out", place("first"), "--dtype", "source"});
        QVERIFY2(cut.code == 0, cut.err.c_str());
        writeFile(path("first") / "pruning.json", readFile(LORASHEAR_SOURCE_DIR "/tests/data/records/format1.json"));
        const Ran back = lorashearRan({"export", place("first"), "--format", "zeroed", "--out", place("first-zeroed")});
        QVERIFY2(back.code == 0, back.err.c_str());
        const auto whole = Checkpoint::open(path("first-zeroed"));
        QCOMPARE(elements(whole), elements(Checkpoint::open(kModel.toStdString())));
        const json written = json::parse(readFile(path("first-zeroed") / "pruning.json"));
        QVERIFY(written.at("format") == 1 && written.contains("certificate"));
    }

    /// A weights file that another program cuts short while it is computed with: an error, no number, no crash.
    void aModelThatIsCutShortMeanwhileIsRefused() {
        const Ran made = lorashearRan({"slice", kModel, "--ratio", "0.05", "--dtype", "BF16", "--out", place("short")});
        QVERIFY2(made.code == 0, made.err.c_str());
        QProcess process;
        prepare(process);
        process.start(QStringLiteral(LORASHEAR_CLI),
                      {"eval", place("short"), "--text", kText, "--window", "512", "--bos", "--json"});
        QVERIFY(process.waitForStarted());
        process.setReadChannel(QProcess::StandardError);
        QVERIFY(process.waitForReadyRead(60000));  // its first line of progress: the model is open
        fs::resize_file(path("short") / "model.safetensors", 4096);
        QVERIFY(process.waitForFinished(240000));
        const std::string err = process.readAllStandardError().toStdString();
        QCOMPARE(process.exitStatus(), QProcess::NormalExit);
        QVERIFY2(process.exitCode() == 7, err.c_str());
        QVERIFY2(err.find("cut short by another program") != std::string::npos, err.c_str());
        QVERIFY(process.readAllStandardOutput().toStdString().find("nll") == std::string::npos);
    }

    void sliceFollowsARecord() {
        QVERIFY(fs::exists(path("sliced")));
        const Ran ran = lorashearRan(
            {"slice", kModel, "--plan", place("sliced/pruning.json"), "--out", place("again"), "--dtype", "source"});
        QVERIFY2(ran.code == 0, ran.err.c_str());
        QVERIFY(sameTensors(path("sliced") / "model.safetensors", path("again") / "model.safetensors"));
    }

    /// A record's numbers are those of the model that it was made of: on a copy that is smaller already they would name other groups.
    void aRecordOfAnotherModelIsRefused() {
        const Ran once = lorashearRan({"slice", place("sliced"), "--ratio", "0.1", "--out", place("twice")});
        QVERIFY2(once.code == 0, once.err.c_str());
        const Ran ran = lorashearRan({"slice", kModel, "--plan", place("twice/pruning.json"), "--out", place("no")});
        QVERIFY2(ran.refused(3, "twice/pruning.json /original: was made of another model (sliced): "), ran.err.c_str());
        QVERIFY2(ran.refused(3, " there, ") && ran.refused(3, "Take the model that it was made of"), ran.err.c_str());
        json record = json::parse(readFile(path("sliced") / "pruning.json"));
        record["original"]["hidden_size"] = 128;
        record["original"]["head_dim"] = 16;
        writeFile(path("wide.json"), record.dump());
        const Ran wide = lorashearRan({"slice", kModel, "--plan", place("wide.json"), "--out", place("no")});
        QVERIFY2(wide.refused(3, "hidden_size is 128 there, 64 here"), wide.err.c_str());
        const Ran adapter = lorashearRan({"adapter", "expand", place("recovery/adapter"), "--original", place("sliced"),
                                          "--pruned", place("recovery/base"), "--out", place("no")});
        QVERIFY2(adapter.refused(3, "pruning.json /original: was made of another model"), adapter.err.c_str());
        record.erase("original");  // as records were before they told it
        writeFile(path("bare.json"), record.dump());
        const Ran bare = lorashearRan({"slice", kModel, "--plan", place("bare.json"), "--out", place("bare")});
        QVERIFY2(bare.code == 0, bare.err.c_str());
        QVERIFY(!fs::exists(path("no")));
    }

    // What `inspect` lists may stand in a file; the copy's own record says the same list, and applied again gives the same bytes.
    void sliceAppliesEdits() {
        const Ran inspected = lorashearRan({"inspect", kModel, "--json"});
        QVERIFY2(inspected.code == 0, inspected.err.c_str());
        const json shown = inspected.object();
        std::set<std::string> cuttable;
        for (const json& group : shown.at("node_groups"))
            if (group.at("cuttable").get<bool>()) cuttable.insert(group.at("name").get<std::string>());
        QVERIFY(cuttable.contains("layers.0.query_heads") && cuttable.contains("hidden") &&
                !cuttable.contains("vocabulary"));
        QVERIFY(shown.at("edits").size() >= 3);
        QCOMPARE(shown.at("sub_layers").size(), std::size_t{5});
        const json edits = {{{"op", "remove"}, {"node_group", "layers.0.query_heads"}, {"groups", {1}}},
                            {{"op", "remove"}, {"node_group", "hidden"}, {"groups", {0, 1, 2, 3, 4, 5, 6, 63}}}};
        writeFile(path("edits.json"), json{{"version", 1}, {"edits", edits}}.dump());
        const Ran ran = lorashearRan({"slice", kModel, "--edits", place("edits.json"), "--out", place("edited"), "--json"});
        QVERIFY2(ran.code == 0, ran.err.c_str());
        const auto after = Checkpoint::open(path("edited"));
        QCOMPARE(ran.object().at("parameters_after").get<std::int64_t>(), elements(after));
        QCOMPARE(after.tensors().at("model.layers.0.self_attn.q_proj.weight").shape, (std::vector<std::int64_t>{32, 56}));
        QCOMPARE(after.tensors().at("model.layers.1.self_attn.q_proj.weight").shape, (std::vector<std::int64_t>{64, 56}));
        const json record = json::parse(readFile(path("edited") / "pruning.json"));
        QVERIFY(record.at("edits") == edits);
        const Ran again =
            lorashearRan({"slice", kModel, "--plan", place("edited/pruning.json"), "--out", place("edited-again")});
        QVERIFY2(again.code == 0, again.err.c_str());
        QVERIFY(sameTensors(path("edited") / "model.safetensors", path("edited-again") / "model.safetensors"));
    }

    // Two thin linears from file to file, blind and fitted to a text; the record says which, and what is lost.
    void sliceFactorsLinears() {
        const json shown = lorashearRan({"inspect", kModel, "--json"}).object();
        const std::string linear = "model.layers.4.mlp.down_proj";
        int most = 0;
        for (const json& one : shown.at("linears"))
            if (one.at("name") == linear) most = one.at("largest_saving_rank").get<int>();
        QCOMPARE(most, 46);  // 64 * 172 / (64 + 172)
        const json edits = {{{"op", "factor"}, {"linear", linear}, {"rank", 20}}};
        writeFile(path("factors.json"), json{{"version", 1}, {"edits", edits}}.dump());
        const QString text = LORASHEAR_SOURCE_DIR "/resources/data/train_excerpt.txt";
        const Ran blind =
            lorashearRan({"slice", kModel, "--edits", place("factors.json"), "--out", place("blind"), "--json"});
        const Ran fitted = lorashearRan(
            {"slice", kModel, "--edits", place("factors.json"), "--calibration", text, "--out", place("fitted"), "--json"});
        QVERIFY2(blind.code == 0 && fitted.code == 0, (blind.err + fitted.err).c_str());
        const json result = fitted.object();
        QCOMPARE(result.at("linears_factored").get<int>(), 1);
        QCOMPARE(result.at("parameters_before").get<int>() - result.at("parameters_after").get<int>(),
                 64 * 172 - 20 * (64 + 172));
        QCOMPARE(result.at("loadable").at("transformers5").get<std::string>(), std::string("custom-code"));
        QCOMPARE(result.at("parameters_after").get<std::int64_t>(), elements(Checkpoint::open(path("fitted"))));
        for (const bool calibrated : {false, true}) {
            const json record = json::parse(readFile(path(calibrated ? "fitted" : "blind") / "pruning.json"));
            QVERIFY(record.at("edits") == edits);
            QVERIFY(record.at("factors").at(linear).at("calibrated") == calibrated);
        }
        QVERIFY(!sameTensors(path("blind") / "model.safetensors", path("fitted") / "model.safetensors"));
        writeFile(
            path("factors.json"),
            json{{"version", 1}, {"edits", json::array({{{"op", "factor"}, {"linear", linear}, {"rank", 47}}})}}.dump());
        QVERIFY(lorashearRan({"slice", kModel, "--edits", place("factors.json"), "--out", place("no")})
                    .refused(3, "/edits/0/rank"));
        QVERIFY(lorashearRan({"slice", kModel, "--edits", place("edits.json"), "--calibration", text, "--out", place("no")})
                    .refused(2, "no edit factors a linear"));
        QVERIFY(!fs::exists(path("no")));
    }

    void sliceRefusesEdits() {
        const auto refused = [&](const char* text, const char* says) {
            writeFile(path("bad.json"), text);
            return lorashearRan({"slice", kModel, "--edits", place("bad.json"), "--out", place("no")}).refused(3, says);
        };
        QVERIFY(refused(R"({"version": 1, "edits": [{"op": "remove", "node_group": "layers.9.mlp", "groups": [0]}]})",
                        "/edits/0/node_group"));
        QVERIFY(refused(R"({"version": 1, "edits": [{"op": "remove", "node_group": "layers.0.mlp", "groups": [172]}]})",
                        "/edits/0/groups/0"));
        QVERIFY(refused(R"({"version": 1, "edits": []})", "/edits"));
        QVERIFY(
            lorashearRan({"slice", kModel, "--edits", place("edits.json"), "--ratio", "0.2", "--out", place("no")}).code ==
            2);
        QVERIFY(!fs::exists(path("no")));
    }

    void sliceRefuses() {
        QVERIFY(lorashearRan({"slice", kModel, "--ratio", "1.5", "--out", place("no")}).code == 2);
        QVERIFY(lorashearRan({"slice", kModel, "--ratio", "0.99", "--out", place("no")}).code == 6);
        QVERIFY(lorashearRan({"slice", "/no/such/model", "--out", place("no")}).refused(3, "does not exist"));
        json record = json::parse(readFile(path("sliced") / "pruning.json"));
        record["node_groups"][0]["groups"] = 3;
        writeFile(path("other.json"), record.dump());
        QVERIFY(lorashearRan({"slice", kModel, "--plan", place("other.json"), "--out", place("no")})
                    .refused(3, "belongs to another model"));
        QVERIFY(lorashearRan({"slice", kModel, "--ratio", "0.2", "--out", place("sliced")}).code ==
                7);  // nothing is ever overwritten
        QVERIFY(!fs::exists(path("no")));
    }

    void loadableSaysWhoOpensIt() {
        const Ran dense = lorashearRan({"loadable", kModel, "--json"});
        QVERIFY2(dense.code == 0, dense.err.c_str());
        const json verdicts = dense.object().at("runtimes");
        for (const json& entry : verdicts) QVERIFY2(entry.at("loads") == "ok", entry.dump().c_str());
        const json shape = dense.object().at("shape");
        QCOMPARE(shape.at("layers").size(), std::size_t{5});
        QVERIFY(shape.at("layers")[0] == json({{"heads", 8}, {"kv_heads", 4}, {"intermediate", 172}}));
        // The run's result, held against the shapes of its weights.
        const Ran pruned = lorashearRan({"loadable", place("run"), "--json"});
        QVERIFY2(pruned.code == 0, pruned.err.c_str());
        const auto weights = Checkpoint::open(path("run") / "model");
        const json layers = pruned.object().at("shape").at("layers");
        QVERIFY(!pruned.object().at("shape").at("uniform").get<bool>());
        QCOMPARE(layers.size(), std::size_t{5});
        for (std::size_t i = 0; i < layers.size(); ++i) {
            const auto rows = [&](const char* name) {
                return weights.tensors().at("model.layers." + std::to_string(i) + name).shape.front();
            };
            QCOMPARE(layers[i].at("intermediate").get<std::int64_t>(), rows(".mlp.up_proj.weight"));
            QCOMPARE(layers[i].at("heads").get<std::int64_t>() * 8, rows(".self_attn.q_proj.weight"));
            QCOMPARE(layers[i].at("kv_heads").get<std::int64_t>() * 8, rows(".self_attn.k_proj.weight"));
        }
        QCOMPARE(verdictOf(pruned.object(), "transformers5"), std::string("custom-code"));
        QCOMPARE(verdictOf(pruned.object(), "vllm"), std::string("blocked"));
        QCOMPARE(verdictOf(pruned.object(), "llamacpp-deci"), std::string("ok"));
    }

    /// The nearest plan that opens: said to open, nearly as small, and a recipe of its own.
    void loadableSnaps() {
        const Ran snapped = lorashearRan(
            {"loadable", place("small.json"), "--snap", "transformers5", "--out", place("snapped.json"), "--json"});
        QVERIFY2(snapped.code == 0, snapped.err.c_str());
        const Ran again = lorashearRan({"loadable", place("snapped.json"), "--json"});
        QVERIFY2(again.code == 0, again.err.c_str());
        for (const Ran* ran : {&snapped, &again}) {
            QCOMPARE(verdictOf(ran->object(), "transformers5"), std::string("ok"));
            QVERIFY(ran->object().at("shape").at("uniform").get<bool>());
            QVERIFY(std::abs(ran->object().at("ratio").get<double>() - smallRecipe().plan.ratio) < 0.05);
        }
    }

    /// Names of programs never run into what is said of them.
    void loadableKeepsItsColumns() {
        const Ran told = lorashearRan({"loadable", kModel});
        QVERIFY(told.code == 0 && told.out.find("llama.cpp, layers of any size (deci)  ") != std::string::npos);
    }

    void loadableRefuses() {
        QVERIFY(lorashearRan({"loadable", kModel, "--snap", "vllm"}).refused(2, "needs a recipe"));
        QVERIFY(lorashearRan({"loadable", place("small.json"), "--snap", "emacs"}).code == 2);
        QVERIFY(lorashearRan({"loadable", "/no/such/folder"}).code == 2);
        writeFile(path("alien.json"), R"({"model_type": "alien", "hidden_size": 8})");
        QVERIFY(lorashearRan({"loadable", place("alien.json")}).refused(4, "alien"));
    }

    /// Pruned base and recovery adapter together are the run's model.
    void recoveryAdapterOnItsBaseIsTheResult() {
        const Ran merged = lorashearRan({"export", place("recovery/base"), "--adapter", place("recovery/adapter"),
                                         "--format", "lorashear", "--out", place("merged")});
        QVERIFY2(merged.code == 0, merged.err.c_str());
        const Ran same = lorashearRan({"verify", place("merged"), "--against", place("run"), "--json"});
        QVERIFY2(same.code == 0, same.err.c_str());
        const Ran other = lorashearRan({"verify", place("recovery/base"), "--against", place("run")});
        QCOMPARE(other.code, 9);  // the adapter did something
    }

    /// Zeros where groups are gone, and cut again it is what it was.
    void expandedAdaptersAreCutBack() {
        const QStringList both{"--original", kModel, "--pruned", place("recovery/base")};
        const Ran expanded =
            lorashearRan(QStringList{"adapter", "expand", place("recovery/adapter"), "--out", place("expanded")} + both);
        QVERIFY2(expanded.code == 0, expanded.err.c_str());
        const Ran cut = lorashearRan(QStringList{"adapter", "slice", place("expanded"), "--out", place("cut")} + both);
        QVERIFY2(cut.code == 0, cut.err.c_str());
        QVERIFY(sameTensors(path("cut") / "adapter_model.safetensors",
                            path("recovery") / "adapter" / "adapter_model.safetensors"));
        const auto full = SafetensorsFile::open(path("expanded") / "adapter_model.safetensors");
        const auto original = Checkpoint::open(kModel.toStdString());
        for (const TensorData& data : full->tensors()) {
            const auto name = data.name.substr(std::strlen("base_model.model."));
            const auto& weight = original.tensors().at(name.substr(0, name.find(".lora_")) + ".weight");
            const bool a = name.ends_with("lora_A.weight");
            QCOMPARE(data.shape.at(a ? 1 : 0), weight.shape.at(a ? 1 : 0));
        }
    }

    void adaptersOfAnotherBaseAreRefused() {
        const auto onto = [&](const QString& base) {
            return lorashearRan(
                {"export", base, "--adapter", place("recovery/adapter"), "--format", "lorashear", "--out", place("no")});
        };
        QVERIFY(onto(kModel).refused(3, "shape"));
        const Ran twice = onto(place("run"));  // recovered weights of the same shapes contain it already
        QVERIFY2(twice.refused(3, "was made for \"base\" (llama, 5 layers"), twice.err.c_str());
        QVERIFY(twice.refused(3, "weights are not"));
        QVERIFY(!fs::exists(path("no")));
        QVERIFY(lorashearRan({"adapter", "slice", place("recovery/adapter"), "--out", place("no")})
                    .refused(2, "--original and --pruned"));
        QVERIFY(lorashearRan({"adapter", "recovery", kModel, "--out", place("no")}).code == 3);
        QVERIFY(lorashearRan({"adapter", "mend", kModel, "--out", place("no")}).code == 2);
    }

    /// Without --format the result opens in stock programs, whatever its shapes.
    void exportChoosesAFormat() {
        const Ran uneven = lorashearRan({"export", place("run"), "--out", place("uneven"), "--json"});
        QVERIFY2(uneven.code == 0, uneven.err.c_str());
        QCOMPARE(uneven.object().at("format").get<std::string>(), std::string("padded"));
        QVERIFY(uneven.object().at("reason").get<std::string>().find("layer") != std::string::npos);
        QCOMPARE(verdictOf(lorashearRan({"loadable", place("uneven"), "--json"}).object(), "transformers5"),
                 std::string("ok"));
        const Ran same = lorashearRan({"verify", place("uneven"), "--against", place("run")});
        QVERIFY2(same.code == 0, same.err.c_str());
        const Ran even = lorashearRan({"export", kModel, "--out", place("even")});
        QVERIFY2(even.code == 0, even.err.c_str());
        QVERIFY(even.out.find("format huggingface: ") != std::string::npos);
        QVERIFY(lorashearRan({"export", place("run"), "--format", "huggingface", "--out", place("no")})
                    .refused(4, "stock transformers does not open it"));
        const json result = json::parse(readFile(path("run") / "result.json"));
        QCOMPARE(result.at("simplest_export").at("format").get<std::string>(), std::string("padded"));
    }

    void exportRefusesATokenizerThatGgufCannotHold() {
        const auto folder = copied("words");
        for (const char* name : {"tokenizer.model", "tokenizer_config.json", "special_tokens_map.json"})
            fs::remove(folder / name);
        const json split = {{"type", "CharDelimiterSplit"}, {"delimiter", "_"}};
        const json bpe = {{"type", "BPE"},
                          {"unk_token", "<unk>"},
                          {"vocab", {{"<unk>", 0}, {"a", 1}, {"b", 2}, {"ab", 3}}},
                          {"merges", {"a b"}}};
        writeFile(folder / "tokenizer.json", json{{"version", "1.0"},
                                                  {"added_tokens", json::array()},
                                                  {"normalizer", nullptr},
                                                  {"pre_tokenizer", split},
                                                  {"post_processor", nullptr},
                                                  {"decoder", nullptr},
                                                  {"model", bpe}}
                                                 .dump());
        const Ran ran = lorashearRan({"export", place("words"), "--format", "gguf", "--out", place("words.gguf")});
        QVERIFY2(ran.refused(4, "tokenizer that GGUF cannot represent"), ran.err.c_str());
        QVERIFY(!fs::exists(path("words.gguf")));
        const Ran folderOf = lorashearRan({"export", place("words"), "--out", place("words-folder")});
        QVERIFY2(folderOf.code == 0, folderOf.err.c_str());
    }

    void inspectRefusesWhatDoesNotFit() {
        auto folder = copied("config");
        json config = json::parse(readFile(folder / "config.json"));
        config["num_key_value_heads"] = 8;
        writeFile(folder / "config.json", config.dump());
        const Ran shapes = lorashearRan({"inspect", place("config")});
        QVERIFY2(shapes.refused(3, "has shape [32, 64] but config.json asks for [64, 64]"), shapes.err.c_str());
        config["num_key_value_heads"] = 4;
        config["num_hidden_layers"] = 4;
        writeFile(folder / "config.json", config.dump());
        QVERIFY(lorashearRan({"inspect", place("config")}).refused(3, "config.json has 4 blocks"));
        config["num_hidden_layers"] = 6;
        writeFile(folder / "config.json", config.dump());
        QVERIFY(lorashearRan({"inspect", place("config")}).refused(3, "is missing"));
    }

    void inspectNamesAnUnreadType() {
        const auto folder = copied("eight");
        const std::string file = readFile(folder / "model.safetensors");
        std::uint64_t length = 0;
        std::memcpy(&length, file.data(), sizeof length);
        json header = json::parse(file.substr(8, length));
        header["model.layers.0.mlp.up_proj.weight"]["dtype"] = "I32";  // of the same size
        const std::string text = header.dump();
        const std::uint64_t now = text.size();
        writeFile(folder / "model.safetensors",
                  std::string(reinterpret_cast<const char*>(&now), 8) + text + file.substr(8 + length));
        const Ran ran = lorashearRan({"inspect", place("eight")});
        QVERIFY2(ran.refused(4, "up_proj.weight is stored as I32"), ran.err.c_str());
    }

    void ggufOfAnotherArchitecture() {
        test::GgufBuilder builder;
        builder.text("general.architecture", "bert");
        writeFile(path("bert.gguf"), builder.bytes());
        const Ran ran = lorashearRan({"inspect", place("bert.gguf")});
        QVERIFY2(ran.refused(4, "architecture \"bert\""), ran.err.c_str());
    }
};

}  // namespace tst_cli_models

QTEST_GUILESS_MAIN(tst_cli_models::TestCliModels)
#include "tst_cli_models.moc"
