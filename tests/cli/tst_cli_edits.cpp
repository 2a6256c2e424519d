// Lists of edits: the manual's own, and what is said of wrong ones.

#include "core/io/atomic_file.h"
#include "manual_pages.h"
#include "ran_program.h"

#include <QtTest>

namespace tst_cli_edits {

using namespace lorashear;
using namespace lorashear::testing;
namespace fs = std::filesystem;
using nlohmann::json;

namespace {

std::string listOf(const char* edits) {
    return std::string("{\"version\": 1, \"edits\": [") + edits + "]}";
}

/// What stands below the error: "  hint".
std::string hintOf(const Ran& ran) {
    const auto at = ran.err.find("\n  ");
    return at == std::string::npos ? std::string() : ran.err.substr(at + 3);
}

}  // namespace

class TestCliEdits : public QObject, private OwnFolder {
    Q_OBJECT

    Ran sliced(const QString& model, const std::string& file, const char* out) const {
        writeFile(path("edits.json"), file);
        return lorashearRan({"slice", model, "--edits", place("edits.json"), "--out", place(out)});
    }

private Q_SLOTS:
    /// What the page of edits shows as a file is one that the program takes.
    void thePagesListsAreTaken() {
        int lists = 0;
        for (const QString& page : manualPages())
            for (const FencedBlock& block : blocksOf(manualPage(page))) {
                const std::string text = block.lines.join(QLatin1Char('\n')).toStdString();
                if (block.language() != "json" || text.find("\"edits\"") == std::string::npos) continue;
                const std::string name = "list-" + std::to_string(++lists);
                const Ran ran = sliced(kModel, text, name.c_str());
                QVERIFY2(ran.code == 0, qPrintable(page + QString::fromStdString(": " + ran.err)));
            }
        QVERIFY(lists > 0);
    }

    /// The page names every operation where it shows how a file looks, and README's line can be typed too.
    void everyOperationIsShown() {
        const QString page = manualPage(QStringLiteral("edits.md"));
        for (const json& edit : lorashearRan({"inspect", kModel, "--json"}).object().at("edits"))
            QVERIFY(page.contains(
                QStringLiteral("{\"op\": \"%1\"").arg(QString::fromStdString(edit.at("op").get<std::string>()))));
        const std::string readme = readFile(fs::path(LORASHEAR_SOURCE_DIR) / "README.md");
        const auto from = readme.find("echo '{\"version\"") + 6;
        const Ran ran = sliced(kModel, readme.substr(from, readme.find('\'', from) - from), "readme");
        QVERIFY2(ran.code == 0, ran.err.c_str());
    }

    void everyRefusalSaysWhatToDo_data() {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QString>("error");
        QTest::addColumn<QString>("hint");
        const auto row = [](const char* name, const std::string& file, const char* error, const char* hint) {
            QTest::newRow(name) << QString::fromStdString(file) << QString::fromUtf8(error) << QString::fromUtf8(hint);
        };
        row("no such group", listOf(R"({"op": "remove", "node_group": "layers.0.mlp", "groups": [172]})"),
            "/edits/0/groups/0: is 172, layers.0.mlp has groups 0 to 171", "Groups are counted from 0.");
        row("no such block", listOf(R"({"op": "drop", "layer": 5, "part": "mlp"})"),
            "/edits/0/layer: is 5, the model has blocks 0 to 4", "Blocks are counted from 0.");
        row("no such part", listOf(R"({"op": "drop", "layer": 1, "part": "norm"})"), "/edits/0/part: is \"norm\"",
            "\"block\" leaves out both.");
        row("a group twice", listOf(R"({"op": "remove", "node_group": "layers.0.mlp", "groups": [3, 3]})"),
            "/edits/0/groups: names 3 twice", "Name each once.");
        row("a group in two edits", listOf(R"({"op": "remove", "node_group": "layers.0.mlp", "groups": [3]},
                      {"op": "remove", "node_group": "layers.0.mlp", "groups": [3]})"),
            "goes already, by /edits/0", "Name each once.");
        row("a part twice",
            listOf(R"({"op": "drop", "layer": 1, "part": "mlp"}, {"op": "drop", "layer": 1, "part": "block"})"),
            "block 1's mlp goes already, by /edits/0", "Leave one of both edits out.");
        row("a linear twice", listOf(R"({"op": "factor", "linear": "model.layers.1.mlp.up_proj", "rank": 8},
                      {"op": "factor", "linear": "model.layers.1.mlp.up_proj", "rank": 9})"),
            "/edits/1: factors model.layers.1.mlp.up_proj, which /edits/0 factors already", "Leave one of both edits out.");
        row("a part after its groups", listOf(R"({"op": "remove", "node_group": "layers.1.query_heads", "groups": [1]},
                      {"op": "drop", "layer": 1, "part": "attention"})"),
            "of which /edits/0 removes groups", "Leave /edits/0 out: they go with the whole.");
        row("groups after their part",
            listOf(
                R"({"op": "drop", "layer": 1, "part": "mlp"}, {"op": "remove", "node_group": "layers.1.mlp", "groups": [1]})"),
            "which /edits/0 leaves out as a whole", "Leave one of both edits out.");
        row("a linear and its part",
            listOf(
                R"({"op": "factor", "linear": "model.layers.1.mlp.up_proj", "rank": 8}, {"op": "drop", "layer": 1, "part": "mlp"})"),
            "which /edits/1 leaves out as a whole", "Leave one of both edits out.");
        row("a linear and its groups",
            listOf(
                R"({"op": "factor", "linear": "model.layers.1.mlp.up_proj", "rank": 8}, {"op": "remove", "node_group": "hidden", "groups": [1]})"),
            "removes groups of hidden", "One after the other");
        row("blocks that do not divide",
            listOf(R"({"op": "factor", "linear": "model.layers.1.mlp.up_proj", "rank": 8, "blocks": 3})"),
            "/edits/0/blocks: is 3, which does not divide", "Both are divided by 1, 2, 4.");
        row("an empty list", listOf(""), "/edits: is empty", R"({"version": 1, "edits": [{"op": )");
        row("no list", R"({"version": 1})", "/edits: is missing", R"({"version": 1, "edits": [{"op": )");
        row("no groups", listOf(R"({"op": "remove", "node_group": "layers.0.mlp", "groups": []})"),
            "/edits/0/groups: must be a list", "\"groups\": [0, 1]");
        row("a rank of words", listOf(R"({"op": "factor", "linear": "x", "rank": "low"})"), "/edits/0/rank: must be a whole",
            "\"rank\": 1.");
        row("a newer version", R"({"version": 9, "edits": []})", "/version: is 9", "is of version 1");
        row("an older version", R"({"version": 0, "edits": []})", "/version: must be at least 1", "\"version\": 1.");
        row("tokens as groups", listOf(R"({"op": "remove", "node_group": "vocabulary", "groups": [9]})"),
            "/edits/0/node_group: vocabulary cannot be cut", "{\"op\": \"vocabulary\", \"keep\": ");
        row("no such node group", listOf(R"({"op": "remove", "node_group": "layers.9.mlp", "groups": [9]})"),
            "/edits/0/node_group: is \"layers.9.mlp\", which this model does not have",
            "It has hidden, layers.N.attention, layers.N.mlp, layers.N.query_heads (N: blocks 0 to 4);");
        row("no end token", listOf(R"({"op": "vocabulary", "keep": [0, 1, 5]})"), "leaves out 2, the model's eos",
            "lorashear vocabulary MODEL");
    }
    void everyRefusalSaysWhatToDo() {
        QFETCH(QString, file);
        QFETCH(QString, error);
        QFETCH(QString, hint);
        const Ran ran = sliced(kModel, file.toStdString(), "never");
        QVERIFY2((ran.code == 3 || ran.code == 4) && ran.err.find(error.toStdString()) != std::string::npos,
                 ran.err.c_str());
        QVERIFY2(hintOf(ran).find(hint.toStdString()) != std::string::npos, ran.err.c_str());
        QVERIFY(!fs::exists(path("never")));
    }

    /// What is named for the wrong option is sent to the right one.
    void recordsAndListsAreToldApart() {
        const Ran made = sliced(kModel, listOf(R"({"op": "drop", "layer": 1, "part": "mlp"})"), "dropped");
        QVERIFY2(made.code == 0, made.err.c_str());
        const QString record = place("dropped/pruning.json");
        const Ran edits = lorashearRan({"slice", kModel, "--edits", record, "--out", place("no")});
        QVERIFY2(edits.refused(3, "is the record of a pruned model"), edits.err.c_str());
        QVERIFY2(hintOf(edits).find("--plan " + record.toStdString()) != std::string::npos, edits.err.c_str());
        const Ran plan = lorashearRan({"slice", kModel, "--plan", place("edits.json"), "--out", place("no")});
        QVERIFY2(plan.refused(3, "is a list of edits"), plan.err.c_str());
        QVERIFY2(hintOf(plan).find("--edits " + place("edits.json").toStdString()) != std::string::npos, plan.err.c_str());
        QVERIFY2(lorashearRan({"slice", kModel, "--plan", record, "--out", place("again")}).code == 0, "a record is a plan");
    }

    /// slice writes folders, and says which ratio it took where nothing was asked for.
    void sliceSaysWhatItWrites() {
        const Ran ran = lorashearRan({"slice", kModel, "--edits", place("edits.json"), "--out", place("t.gguf")});
        QVERIFY2(ran.refused(2, "is the name of a GGUF file, and slice writes folders"), ran.err.c_str());
        QVERIFY2(hintOf(ran).find("--format gguf") != std::string::npos && !fs::exists(path("t.gguf")), ran.err.c_str());
        const Ran help = lorashearRan({"slice", "--help"});
        QVERIFY2(help.out.find("--ratio FLOAT=0.2") != std::string::npos, help.out.c_str());
        const Ran fifth = lorashearRan({"slice", kModel, "--out", place("fifth")});
        QVERIFY2(fifth.code == 0 && fifth.out.find("ratio asked for: 20 %") != std::string::npos, fifth.out.c_str());
        const Ran told = lorashearRan({"slice", kModel, "--ratio", "0.3", "--out", place("third"), "--json"});
        QVERIFY2(told.code == 0 && told.object().at("ratio_asked") == 0.3, told.err.c_str());
    }

    /// What blocks of a factored linear keep whole is said with its reason, as a plan says it.
    void blocksKeepWhatTheyMustBeEqualIn() {
        const Ran made =
            sliced(kModel, listOf(R"({"op": "factor", "linear": "model.layers.3.mlp.gate_proj", "rank": 8, "blocks": 4})"),
                   "blocks");
        QVERIFY2(made.code == 0, made.err.c_str());
        for (const char* group : {"hidden", "layers.3.mlp"}) {
            const std::string edit = json{{"op", "remove"}, {"node_group", group}, {"groups", {0}}}.dump();
            const std::string list = listOf(edit.c_str());
            const Ran ran = sliced(place("blocks"), list, "never");
            QVERIFY2(
                ran.refused(4, group + std::string(" cannot be cut: model.layers.3.mlp.gate_proj is factored into blocks, "
                                                   "which must stay of one size")),
                ran.err.c_str());
        }
    }

    /// A form is proposed only where it works.
    void refusedExportsProposeWhatWorks() {
        const char* factor = R"({"op": "factor", "linear": "model.layers.4.mlp.down_proj", "rank": 20})";
        const auto exported = [&](const QString& model, const char* format, const char* out) {
            return lorashearRan({"export", model, "--format", format, "--out", place(out)});
        };
        QVERIFY(sliced(kModel, listOf(factor), "thin").code == 0);
        const Ran even = exported(place("thin"), "gguf", "no.gguf");
        QVERIFY2(even.refused(4, "factored linears") && hintOf(even).starts_with("Export as merged"), even.err.c_str());
        QVERIFY(exported(place("thin"), "merged", "merged").code == 0);
        const std::string uneven =
            std::string(factor) + R"(, {"op": "remove", "node_group": "layers.0.query_heads", "groups": [1]})";
        QVERIFY(sliced(kModel, listOf(uneven.c_str()), "uneven").code == 0);
        const Ran never = exported(place("uneven"), "gguf", "no.gguf");
        QVERIFY2(never.refused(4, "factored linears") && hintOf(never).starts_with("Export as huggingface-code") &&
                     hintOf(never).find("has no GGUF file") != std::string::npos,
                 never.err.c_str());
        QVERIFY(exported(place("uneven"), "merged", "no").code == 4);
        QVERIFY(exported(place("uneven"), "huggingface-code", "code").code == 0);
    }

    /// Numbers of options that no recipe knows are bounded in the same words.
    void numbersAreBoundedInWords() {
        const auto says = [&](QStringList arguments, const char* words) {
            const Ran ran = lorashearRan(arguments);
            return ran.refused(2, words) && ran.err.size() < 300;
        };
        const char* whole = "is not allowed: a whole number, 1 <= x";
        QVERIFY(says({"vocabulary", kModel, "--text", kText, "--keep", "0", "--out", place("v.json")}, whole));
        QVERIFY(says({"vocabulary", kModel, "--text", kText, "--min-count", "-1", "--out", place("v.json")}, whole));
        QVERIFY(says({"slice", kModel, "--max-shard-size", "0", "--out", place("no")}, whole));
        QVERIFY(says({"export", kModel, "--max-shard-size", "0", "--out", place("no")}, whole));
        QVERIFY(says({"verify", kModel, "--against", kModel, "--windows", "0"}, whole));
        QVERIFY(says({"bench", "--settings", "--workers", "0"}, whole));
        QVERIFY(says({"bench", "--settings", "--lease", "0"}, "is not allowed: a number, 0 < x"));
        QVERIFY(lorashearRan({"slice", kModel, "--max-shard-size", "200KB", "--out", place("shards")}).code == 0);
    }

    void aModelThatIsNotThereDoesNotExist() {
        const Ran ran = lorashearRan({"recipe", "new", place("nowhere")});
        QVERIFY2(ran.refused(3, "nowhere: does not exist") && !hintOf(ran).empty(), ran.err.c_str());
        QVERIFY(fs::create_directory(path("empty")));
        const Ran empty = lorashearRan({"recipe", "new", place("empty")});
        QVERIFY2(empty.refused(3, "is not a model folder: it has no config.json") && !hintOf(empty).empty(),
                 empty.err.c_str());
    }
};

}  // namespace tst_cli_edits

QTEST_GUILESS_MAIN(tst_cli_edits::TestCliEdits)
#include "tst_cli_edits.moc"
