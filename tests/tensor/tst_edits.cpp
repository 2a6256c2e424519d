// Edits as files and as wishes of a model: what is refused, with the pointer, and what a list of all kinds makes of a model.
#include "core/base/error.h"
#include "core/compact/group_masks.h"
#include "core/edits/apply.h"
#include "core/edits/edit_json.h"
#include "core/edits/edit_kind.h"
#include "core/io/atomic_file.h"
#include "core/plan/unit_table.h"
#include "core/trace/tracer.h"
#include "tests/tensor/family_configs.h"
#include "tests/tensor/random_models.h"

#include <QtTest>

#include <ATen/ATen.h>
#include <nlohmann/json.hpp>

#include <set>

namespace tst_edits {

using namespace lorashear;
using namespace lorashear::testing;

namespace {

const char kConfig[] = R"({"model_type": "llama", "vocab_size": 61, "hidden_size": 24, "num_hidden_layers": 3,
    "intermediate_size": 20, "num_attention_heads": 6, "num_key_value_heads": 3, "head_dim": 8,
    "max_position_embeddings": 64, "bos_token_id": 1, "eos_token_id": [2]})";

std::string fileOf(const std::string& edits) {
    return "{\"version\": 1, \"edits\": [" + edits + "]}";
}

const std::string kAll =
    R"({"op": "remove", "node_group": "layers.2.mlp", "groups": [0, 1]},
       {"op": "remove", "node_group": "hidden", "groups": [0, 9]},
       {"op": "remove", "node_group": "layers.0.query_heads", "groups": [1]},
       {"op": "remove", "node_group": "layers.0.attention", "groups": [2]},
       {"op": "drop", "layer": 1, "part": "attention"},
       {"op": "vocabulary", "keep": [0, 1, 2, 5, 9, 60]})";

/// The model with the weight of a linear replaced by what its factors, fitted by hand, multiply out to.
std::unique_ptr<CausalLM> multipliedOut(const CausalLM& model, const Edits& edits, const InputMoments& moments = {}) {
    auto tensors = model.tensors();
    for (const Edit& edit : edits)
        if (const auto* one = std::get_if<FactorLinear>(&edit)) {
            const auto& linear = *model.linear(one->linear);
            const auto moment = moments.find(one->linear);
            const auto fit = factorise(linear.weight, one->factor, moment == moments.end() ? at::Tensor() : moment->second);
            tensors.at(one->linear + ".weight") = linear.toStored(product(one->factor, fit.first, fit.second));
        }
    return buildModel(model.config(), tensors);
}

/// What parsing a file and applying it to the model says; empty: nothing.
std::string refusal(const std::string& text) {
    const auto config = parseConfig(kConfig, "config.json");
    try {
        const auto edits = parseEdits(text, "edits.json");
        blueprintOf(config, traceStructure(config), edits, "edits.json");
    } catch (const Error& error) {
        if (error.code() != ErrorCode::BadInput && error.code() != ErrorCode::Unsupported) return "another kind of error";
        return error.subject() + ": " + error.message();
    }
    return {};
}

}  // namespace

class TestEdits : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void readsWhatItWrites() {
        const auto edits = parseEdits(fileOf(kAll), "edits.json");
        QCOMPARE(edits.size(), std::size_t{6});
        QVERIFY(parseEdits(editsText(edits), "again") == edits);
        QVERIFY(editsFromJson(editsToJson(edits), "again") == edits);
    }

    void everyKindHasAnExampleThatReads() {
        for (const EditKind& kind : editKinds()) {
            const auto edits = parseEdits(fileOf(kind.schema), "example");
            QCOMPARE(edits.size(), std::size_t{1});
            QCOMPARE(QString::fromStdString(editKindOf(edits.front()).op), QString::fromStdString(kind.op));
            QVERIFY(!kind.help.empty());
        }
    }

    void thePageNamesWhatThereIs() {
        const std::string page = readFile(LORASHEAR_SOURCE_DIR "/resources/help/edits.md");
        for (const EditKind& kind : editKinds()) {
            const auto line = page.find("| `" + kind.op + "` |");
            QVERIFY2(line != std::string::npos, kind.op.c_str());
            const std::string row = page.substr(line, page.find('\n', line) - line);
            for (const auto& keys : {kind.keys, kind.optionalKeys})
                for (const std::string& key : keys) QVERIFY2(row.find("`" + key + "`") != std::string::npos, key.c_str());
            // names of node groups stand in brackets in the one sentence of the program's own help
            for (auto at = kind.help.find('('); at != std::string::npos; at = kind.help.find('(', at + 1)) {
                const std::string name = kind.help.substr(at + 1, kind.help.find(')', at) - at - 1);
                if (name.starts_with("layers.") || name == "hidden")
                    QVERIFY2(row.find("`" + name + "`") != std::string::npos, name.c_str());
            }
        }
    }

    /// A unit's row is believed by those who offer a preview.
    void unitsSayWhetherAMaskShowsThem() {
        std::set<std::string> seen;
        for (const FamilyConfig& one : familyConfigs()) {
            const auto config = parseConfig(one.json, one.name);
            if (config.family != "llama" && config.family != "olmoe") continue;
            const auto model = randomModel(config, 1);
            const auto structure = traceStructure(*model);
            const auto check = [&](const Unit& unit, const Edit& edit) {
                seen.insert(unit.id);
                QVERIFY2(whyNoMask(*model, structure, edit).empty() == unit.maskEqualsCut, unit.id.c_str());
            };
            for (const NodeGroup& group : structure.nodeGroups)
                if (const Unit* unit = unitOf(group); unit && (group.prunable || group.cuttable))
                    check(*unit, RemoveGroups{group.name, {0}});
            for (const Unit& unit : unitTable()) {
                if (unit.sort == Unit::Sort::Parts) check(unit, DropPart{0, *unit.part});
                if (unit.sort == Unit::Sort::Tokens) check(unit, TrimVocabulary{{0, 1, 2}});
            }
        }
        for (const Unit& unit : unitTable()) QVERIFY2(seen.count(unit.id), (unit.id + " was not tried").c_str());
    }

    void refusalsSayWhatIsAllowed() {
        const auto told = [](const std::string& text) {
            try {
                parseEdits(text, "edits.json");
            } catch (const Error& error) {
                return std::string(error.what());
            }
            return std::string();
        };
        for (const EditKind& kind : editKinds()) {
            auto edit = nlohmann::json::parse(kind.schema);
            edit["frob"] = 1;
            const std::string words = told(fileOf(edit.dump()));
            for (const auto& keys : {kind.keys, kind.optionalKeys})
                for (const std::string& key : keys)
                    QVERIFY2(words.find("\"" + key + "\"") != std::string::npos, words.c_str());
            QVERIFY2(words.find("/edits/0/frob: is not a key") != std::string::npos, words.c_str());
        }
        QVERIFY(told(R"({"version": 1, "edit": []})").find("\"version\" and \"edits\"") != std::string::npos);
        const std::string cut = told("{\"version\": 1,\n \"edits\": [");  // a person's file: nothing to fetch again
        QVERIFY2(cut.find("(line 2)") != std::string::npos && cut.find("bracket") != std::string::npos, cut.c_str());
        QVERIFY2(cut.find("fetch") == std::string::npos, cut.c_str());
    }

    // Everything at once, against the model in which the same things are zero or unread.
    void allKindsTogether() {
        const auto model = randomModel(parseConfig(kConfig, "config.json"), 3);
        const auto structure = traceStructure(*model);
        const auto edits = parseEdits(fileOf(kAll), "edits.json");
        auto tensors = model->tensors();
        const auto* hidden = structure.find("hidden");
        for (const auto& slice : hidden->primary) {
            if (std::count(hidden->normGains.begin(), hidden->normGains.end(), slice.tensor)) continue;
            auto& tensor = tensors.at(slice.tensor);
            tensor = tensor.clone();
            for (const int channel : {0, 9}) tensor.narrow(slice.dim, slice.begin(channel), slice.length).zero_();
        }
        const auto zeroed = buildModel(model->config(), tensors);
        previewEdits(*zeroed, structure,
                     {RemoveGroups{"layers.2.mlp", {0, 1}}, RemoveGroups{"layers.0.query_heads", {1}},
                      RemoveGroups{"layers.0.attention", {2}}, DropPart{1, BlockPart::Attention}});
        const auto blueprint = blueprintOf(model->config(), structure, edits);
        const auto cut = applyEdits(*model, blueprint);
        const auto map = at::tensor(std::vector<std::int64_t>{0, 1, 2, 5, 9, 60}, at::kLong);
        const auto ids = randomIds(6, 2, 9, 4);
        const auto expected = logitsOf(*zeroed, map.index_select(0, ids.flatten()).view(ids.sizes())).index_select(-1, map);
        const double d = relativeDifference(logitsOf(*cut, ids), expected);
        QVERIFY2(d <= 1e-4, qPrintable(QString::number(d)));
        QCOMPARE(cut->parameterCount(), blueprint.parameters());
        QCOMPARE(cut->config().hidden, 22);
        QCOMPARE(cut->config().vocabulary, 6);
        QVERIFY((cut->config().layers == std::vector<LayerShape>{{2, 2, 20}, {0, 0, 20}, {6, 3, 18}}));
        const auto source = nlohmann::json::parse(cut->config().source);
        QCOMPARE(source.at("eos_token_id").dump(), std::string("[2]"));
    }

    // A cut model is a model: it is traced, cut again and comes out as if cut at once.
    void cutTwiceIsCutOnce() {
        const auto model = randomModel(parseConfig(kConfig, "config.json"), 4);
        const auto first = applyEdits(*model, traceStructure(*model), {DropPart{0, BlockPart::Block}});
        const auto second = applyEdits(*first, traceStructure(*first), {RemoveGroups{"layers.1.mlp", {3}}});
        const auto once =
            applyEdits(*model, traceStructure(*model), {DropPart{0, BlockPart::Block}, RemoveGroups{"layers.2.mlp", {3}}});
        const auto ids = randomIds(61, 1, 7, 2);
        QVERIFY(at::equal(logitsOf(*second, ids), logitsOf(*once, ids)));
    }

    // Both forms beside edits of other kinds, the blocks renumbered: as if multiplied out, and counted right.
    void factorsBesideOtherKinds() {
        const auto model = randomModel(parseConfig(kConfig, "config.json"), 6);
        const auto structure = traceStructure(*model);
        const Edits others{DropPart{0, BlockPart::Block}, RemoveGroups{"layers.2.mlp", {0, 5}},
                           TrimVocabulary{{0, 1, 2, 7}}};
        Edits edits{FactorLinear{"model.layers.2.self_attn.o_proj", {3, 1}},
                    FactorLinear{"model.layers.1.mlp.down_proj", {2, 2}}};
        const auto dense = applyEdits(*multipliedOut(*model, edits), structure, others);
        edits.insert(edits.end(), others.begin(), others.end());
        const auto blueprint = blueprintOf(model->config(), structure, edits);
        const auto cut = applyEdits(*model, blueprint);
        QVERIFY((cut->config().factors ==
                 Factors{{"model.layers.1.self_attn.o_proj", {3, 1}}, {"model.layers.0.mlp.down_proj", {2, 2}}}));
        QVERIFY(cut->config().factors == blueprint.config.factors);
        const auto ids = randomIds(4, 2, 9, 4);
        QVERIFY(relativeDifference(logitsOf(*cut, ids), logitsOf(*dense, ids)) <= 2e-5);
        QVERIFY(relativeDifference(logitsOf(*cut, ids), logitsOf(*applyEdits(*model, structure, others), ids)) >= 1e-2);
        QCOMPARE(cut->parameterCount(), blueprint.parameters());
        QCOMPARE(cut->parameterCount(), dense->parameterCount() - (24 * 48 - 3 * 72) - (24 * 20 - 2 * 2 * 44));
        // A factored model is a model: a block goes, and the factors behind it are renumbered with theirs.
        const auto again = applyEdits(*cut, traceStructure(*cut), {DropPart{0, BlockPart::Block}});
        QVERIFY((again->config().factors == Factors{{"model.layers.0.self_attn.o_proj", {3, 1}}}));
        const auto once = applyEdits(*dense, traceStructure(*dense), {DropPart{0, BlockPart::Block}});
        QVERIFY(relativeDifference(logitsOf(*again, ids), logitsOf(*once, ids)) <= 2e-5);
    }

    // A linear of rank 4 with an adapter of rank 3 and row scales: at rank 7 its factors are what it was, adapter and scales included.
    void factorsAreExactWhereTheRankSuffices() {
        auto model = randomModel(parseConfig(kConfig, "config.json"), 7);
        const std::string path = "model.layers.1.mlp.down_proj";
        auto tensors = model->tensors();
        const auto& weight = tensors.at(path + ".weight");
        tensors.at(path + ".weight") = at::mm(weight.narrow(1, 0, 4), weight.narrow(0, 0, 4));
        model = buildModel(model->config(), tensors);
        disturb(*model, 8);
        const auto ids = randomIds(61, 2, 9, 4);
        const auto structure = traceStructure(*model);
        const auto cut = applyEdits(*model, structure, {FactorLinear{path, {7, 1}}});
        QVERIFY(cut->linear(path + ".first") && !cut->linear(path + ".first")->hasAdapter());
        QVERIFY(cut->linear("model.layers.0.mlp.down_proj")->hasAdapter());
        QVERIFY(relativeDifference(logitsOf(*cut, ids), logitsOf(*model, ids)) <= 5e-5);
        const auto lower = applyEdits(*model, structure, {FactorLinear{path, {5, 1}}});
        QVERIFY(relativeDifference(logitsOf(*lower, ids), logitsOf(*model, ids)) >= 1e-4);
    }

    void factorsFollowTheMoments() {
        const auto model = randomModel(parseConfig(kConfig, "config.json"), 9);
        const Edits edits{FactorLinear{"model.layers.0.mlp.up_proj", {4, 1}}};
        const auto x = at::mm(model->tensors().at("model.layers.1.mlp.up_proj.weight").t(),
                              model->tensors().at("model.layers.2.mlp.up_proj.weight"));
        const InputMoments moments{{"model.layers.0.mlp.up_proj", x.t().mm(x).to(at::kDouble)}};
        const auto structure = traceStructure(*model);
        const auto ids = randomIds(61, 2, 9, 4);
        const auto followed = logitsOf(*applyEdits(*model, structure, edits, moments), ids);
        QVERIFY(relativeDifference(followed, logitsOf(*multipliedOut(*model, edits, moments), ids)) <= 2e-5);
        QVERIFY(relativeDifference(followed, logitsOf(*applyEdits(*model, structure, edits), ids)) >= 1e-3);
    }

    void kindsWithoutAMaskAreNotPreviewed() {
        const auto model = randomModel(parseConfig(kConfig, "config.json"), 1);
        const auto structure = traceStructure(*model);
        for (const EditKind& kind : editKinds()) {
            if (kind.noPreview.empty()) continue;
            try {
                previewEdits(*model, structure, parseEdits(fileOf(kind.schema), "example"));
                QFAIL(kind.op.c_str());
            } catch (const Error& error) {
                QVERIFY(error.code() == ErrorCode::Unsupported && error.message().find(kind.noPreview) != std::string::npos);
            }
        }
    }

    void refusesWithThePointer_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("says");
        const auto row = [](const char* name, const std::string& text, const std::string& says) {
            QTest::newRow(name) << QString::fromStdString(text) << QString::fromStdString(says);
        };
        row("no json", "edits", "edits.json");
        row("newer", R"({"version": 2, "edits": []})", "edits.json /version: is 2, the newest that this program reads is 1");
        row("empty", fileOf(""), "edits.json /edits: is empty");
        row("other key", R"({"version": 1, "edits": [], "notes": 1})", "edits.json /notes");
        row("no op", fileOf(R"({"layer": 1})"), "edits.json /edits/0: has no \"op\"");
        row("unknown op", fileOf(R"({"op": "shrink"})"), "edits.json /edits/0/op: is \"shrink\"");
        row("key of another", fileOf(R"({"op": "drop", "layer": 1, "part": "mlp", "rank": 3})"), "edits.json /edits/0/rank");
        row("key missing", fileOf(R"({"op": "drop", "layer": 1})"), "edits.json /edits/0: has no \"part\"");
        row("part", fileOf(R"({"op": "drop", "layer": 1, "part": "norm"})"), "edits.json /edits/0/part");
        row("no number", fileOf(R"({"op": "drop", "layer": 1.5, "part": "mlp"})"), "edits.json /edits/0/layer");
        row("no list", fileOf(R"({"op": "remove", "node_group": "hidden", "groups": 1})"), "edits.json /edits/0/groups");
        row("negative", fileOf(R"({"op": "remove", "node_group": "hidden", "groups": [-1]})"),
            "edits.json /edits/0/groups/0");
        row("twice in a list", fileOf(R"({"op": "remove", "node_group": "hidden", "groups": [4, 4]})"), "names 4 twice");
        row("huge", fileOf(R"({"op": "remove", "node_group": "hidden", "groups": [99999999999]})"),
            "/edits/0/groups/0: is 99999999999, more than any model has");
        row("op of another type", fileOf(R"({"op": 1})"), "edits.json /edits/0/op: must be a name, not 1");
        row("unknown group", fileOf(R"({"op": "remove", "node_group": "layers.7.mlp", "groups": [0]})"),
            "edits.json /edits/0/node_group: is \"layers.7.mlp\"");
        row("not cuttable", fileOf(R"({"op": "remove", "node_group": "vocabulary", "groups": [0]})"), "cannot be cut");
        row("out of range", fileOf(R"({"op": "remove", "node_group": "layers.0.attention", "groups": [0, 3]})"),
            "edits.json /edits/0/groups/1: is 3, layers.0.attention has groups 0 to 2");
        row("all of them", fileOf(R"({"op": "remove", "node_group": "layers.0.query_heads", "groups": [0, 1]})"),
            "edits.json /edits/0: would remove all 2 groups");
        row("overlap", fileOf(R"({"op": "remove", "node_group": "layers.0.mlp", "groups": [1, 2]},
                      {"op": "remove", "node_group": "layers.0.mlp", "groups": [2]})"),
            "edits.json /edits/1/groups/0: group 2 of layers.0.mlp goes already, by /edits/0");
        row("in a dropped part",
            fileOf(
                R"({"op": "drop", "layer": 0, "part": "block"}, {"op": "remove", "node_group": "layers.0.mlp", "groups": [2]})"),
            "edits.json /edits/1: removes groups of layers.0.mlp, which /edits/0 leaves out");
        row("dropped over",
            fileOf(
                R"({"op": "remove", "node_group": "layers.0.mlp", "groups": [2]}, {"op": "drop", "layer": 0, "part": "mlp"})"),
            "edits.json /edits/1: leaves out block 0's mlp, of which /edits/0 removes groups");
        row("dropped twice",
            fileOf(R"({"op": "drop", "layer": 0, "part": "mlp"}, {"op": "drop", "layer": 0, "part": "block"})"),
            "edits.json /edits/1: block 0's mlp goes already, by /edits/0");
        row("no such block", fileOf(R"({"op": "drop", "layer": 3, "part": "mlp"})"),
            "edits.json /edits/0/layer: is 3, the model has blocks 0 to 2");
        row("nothing left",
            fileOf(R"({"op": "drop", "layer": 0, "part": "block"}, {"op": "drop", "layer": 1, "part": "block"},
                      {"op": "drop", "layer": 2, "part": "block"})"),
            "would leave no block at all");
        row("unsorted", fileOf(R"({"op": "vocabulary", "keep": [2, 1]})"),
            "edits.json /edits/0/keep: must be in increasing order");
        row("beyond", fileOf(R"({"op": "vocabulary", "keep": [1, 2, 61]})"), "edits.json /edits/0/keep/2: is 61");
        row("without bos", fileOf(R"({"op": "vocabulary", "keep": [0, 2, 5]})"), "leaves out 1, the model's bos token");
        row("trimmed twice", fileOf(R"({"op": "vocabulary", "keep": [1, 2]}, {"op": "vocabulary", "keep": [1, 2]})"),
            "edits.json /edits/1: trims the vocabulary a second time");
        const auto factor = [](const std::string& linear, const char* rest) {
            return "{\"op\": \"factor\", \"linear\": \"" + linear + "\", " + rest + "}";
        };
        const std::string down = "model.layers.0.mlp.down_proj", good = factor(down, R"("rank": 2)");
        row("no such linear", fileOf(factor("model.layers.3.mlp.down_proj", R"("rank": 2)")),
            "edits.json /edits/0/linear: is \"model.layers.3.mlp.down_proj\", which is no linear");
        row("the head", fileOf(factor("lm_head", R"("rank": 2)")), "edits.json /edits/0/linear: is \"lm_head\"");
        row("rank 0", fileOf(factor(down, R"("rank": 0)")), "edits.json /edits/0/rank: must be at least 1");
        row("rank of no model", fileOf(factor(down, R"("rank": 6000000000)")),
            "edits.json /edits/0/rank: is 6000000000, more than any model has");
        row("nothing saved", fileOf(factor(down, R"("rank": 11)")),
            "edits.json /edits/0/rank: is 11: two thin linears of that rank hold 484 weights, " + down +
                " (24 x 20) holds 480");
        row("nothing saved in blocks", fileOf(factor(down, R"("rank": 6, "blocks": 2)")), "edits.json /edits/0/rank: is 6");
        row("blocks that do not divide", fileOf(factor(down, R"("rank": 1, "blocks": 3)")),
            "edits.json /edits/0/blocks: is 3");
        row("key of another kind", fileOf(factor(down, R"("rank": 1, "part": "mlp")")), "edits.json /edits/0/part");
        row("factored twice", fileOf(good + "," + factor(down, R"("rank": 1)")),
            "edits.json /edits/1: factors " + down + ", which /edits/0 factors already");
        row("of a dropped part", fileOf(good + R"(, {"op": "drop", "layer": 0, "part": "mlp"})"),
            "edits.json /edits/0: factors " + down + ", which /edits/1 leaves out as a whole");
        row("cut across", fileOf(R"({"op": "remove", "node_group": "layers.0.mlp", "groups": [2]}, )" + good),
            "edits.json /edits/1: factors " + down + ", of which /edits/0 removes groups of layers.0.mlp");
        row("channels across", fileOf(good + R"(, {"op": "remove", "node_group": "hidden", "groups": [2]})"),
            "edits.json /edits/0: factors " + down + ", of which /edits/1 removes groups of hidden");
    }
    void refusesWithThePointer() {
        QFETCH(QString, text);
        QFETCH(QString, says);
        const auto said = QString::fromStdString(refusal(text.toStdString()));
        QVERIFY2(said.contains(says), qPrintable("said: " + said));
    }
};

}  // namespace tst_edits

QTEST_APPLESS_MAIN(tst_edits::TestEdits)
#include "tst_edits.moc"
