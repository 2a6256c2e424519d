#include "tests/ui/ui_support/sample_session.h"
#include "ui/graph/folded_graph.h"

#include <QTest>

#include <algorithm>

namespace tst_ui_folded_graph {

using namespace lorashear;
using namespace lorashear::ui;
using namespace lorashear::testing;

namespace {

QString titles(const FoldedGraph& graph) {
    QStringList all;
    for (const FoldBox& box : graph.boxes) all << QString::fromStdString(box.title);
    return all.join(QStringLiteral(", "));
}

const NodeGroup& groupNamed(const Structure& structure, const char* name) {
    return *structure.find(name);
}

}  // namespace

class TestUiFoldedGraph : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void closedGraphIsBlocksInOrder() {
        const auto structure = sampleStructure(3);
        const FoldedGraph graph = foldGraph(structure->graph, {"model.layers.0-2"});
        QCOMPARE(titles(graph), QStringLiteral("input, embed_tokens, Block 0, Block 1, Block 2, norm, lm_head, output"));
        QVERIFY(graph.boxes[2].folded);
        QVERIFY(!graph.boxes[1].folded);
        QCOMPARE(graph.edges.size(), std::size_t(7));
    }

    void blockOpensToModules() {
        const auto structure = sampleStructure(2);
        const FoldedGraph graph = foldGraph(structure->graph, {"model.layers.0-1", "model.layers.0"});
        QCOMPARE(titles(graph),
                 QStringLiteral(
                     "input, embed_tokens, input_layernorm, self_attn, add, post_attention_layernorm, mlp, add, Block 1, "
                     "norm, lm_head, output"));
        QCOMPARE(graph.frames.size(), std::size_t(1));
        QCOMPARE(graph.frames[0].boxes.size(), std::size_t(6));
        QCOMPARE(graph.frames[0].title, std::string("Block 0"));
    }

    void moduleOpensToOperators() {
        const auto structure = sampleStructure(1);
        const FoldedGraph graph = foldGraph(structure->graph, {"model.layers.0", "model.layers.0.self_attn"});
        QVERIFY(titles(graph).contains(
            QStringLiteral("q_proj, k_proj, v_proj, mul, mul, scaled_dot_product_attention, o_proj, add")));
        QCOMPARE(graph.frames.size(), std::size_t(2));
    }

    void everyOperatorIsInOneBox() {
        const auto structure = sampleStructure(4);
        for (const std::set<std::string>& open : {std::set<std::string>{},
                                                  {"model.layers.0-3"},
                                                  {"model.layers.0-3", "model.layers.2"},
                                                  {"model.layers.0-3", "model.layers.2", "model.layers.2.mlp"}}) {
            const FoldedGraph graph = foldGraph(structure->graph, open);
            std::size_t total = 0;
            for (const FoldBox& box : graph.boxes) total += box.nodes.size();
            QCOMPARE(total, structure->graph.nodes.size());
            for (const TraceNode& node : structure->graph.nodes) QVERIFY(graph.boxOfNode(node.id) >= 0);
        }
    }

    void edgesNeverRunBackward() {
        auto structure = *sampleStructure(2);
        structure.graph.nodes[3].inputs.push_back(20);  // as if a module were entered twice
        for (auto [from, to] : foldGraph(structure.graph, {}).edges) QVERIFY(from < to);
    }

    void closingFindsTheScopeAround() {
        const auto structure = sampleStructure(2);
        const std::set<std::string> open = {"model.layers.0-1", "model.layers.0", "model.layers.0.mlp"};
        const FoldedGraph graph = foldGraph(structure->graph, open);
        const auto gate =
            std::find_if(graph.boxes.begin(), graph.boxes.end(), [](const FoldBox& b) { return b.title == "gate_proj"; });
        QVERIFY(gate != graph.boxes.end());
        QCOMPARE(enclosingScope(*gate, open), std::string("model.layers.0.mlp"));
        QCOMPARE(enclosingScope(graph.boxes[0], open), std::string());
        const auto other =
            std::find_if(graph.boxes.begin(), graph.boxes.end(), [](const FoldBox& b) { return b.title == "Block 1"; });
        QCOMPARE(enclosingScope(*other, open), std::string("model.layers.0-1"));
    }

    void equalBlocksAreOneStack() {
        auto structure = *sampleStructure(30);
        QCOMPARE(titles(foldGraph(structure.graph, {})),
                 QStringLiteral("input, embed_tokens, 30 × block, norm, lm_head, output"));
        QCOMPARE(scopesAround(structure.graph, structure.graph.nodes[40].id).count("model.layers.0-29"), std::size_t(1));
        // one that differs stands by itself between the equal ones
        for (TraceNode& node : structure.graph.nodes)
            if (node.scope == "model.layers.7.mlp.gate_proj") node.shape.back() = 100;
        QCOMPARE(titles(foldGraph(structure.graph, {})),
                 QStringLiteral("input, embed_tokens, 7 × block, Block 7, 22 × block, norm, lm_head, output"));
        QVERIFY(liesInStack("model.layers.12.mlp", "model.layers.8-29"));
        QVERIFY(!liesInStack("model.layers.7", "model.layers.8-29") && !liesInStack("model.layers.7", "model.layers.7"));
    }

    void oneBlockIsNoStack() { QVERIFY(stacksOf(sampleStructure(1)->graph).empty()); }

    void tensorLightsUpWhatIsCutWithIt() {
        const auto structure = sampleStructure(2);
        const CutTogether cut = cutWithTensors(*structure, {"model.layers.1.mlp.up_proj.weight"});
        QCOMPARE(cut.nodeGroups, std::vector<int>{groupNamed(*structure, "layers.1.mlp").id});
        QCOMPARE(cut.tensors,
                 (std::set<std::string>{"model.layers.1.mlp.gate_proj.weight", "model.layers.1.mlp.up_proj.weight",
                                        "model.layers.1.mlp.down_proj.weight"}));
        QCOMPARE(cut.nodes.size(), std::size_t(5));
    }

    void adapterLightsUpItsLinearsGroups() {
        const auto structure = sampleStructure(1);
        QCOMPARE(baseTensor("model.layers.0.self_attn.q_proj.lora_B.weight"),
                 std::string("model.layers.0.self_attn.q_proj.weight"));
        const CutTogether cut = cutWithTensors(*structure, {"model.layers.0.self_attn.q_proj.lora_A.weight"});
        QCOMPARE(cut.nodeGroups, std::vector<int>{groupNamed(*structure, "layers.0.attention").id});
    }

    void unprunableGroupsShowWhenNothingElseCuts() {
        const auto structure = sampleStructure(1);
        const CutTogether cut = cutWithTensors(*structure, {"model.norm.weight"});
        QCOMPARE(cut.nodeGroups, std::vector<int>{groupNamed(*structure, "hidden").id});
        QCOMPARE(nodeGroupsCutting(*structure, {"model.layers.0.mlp.up_proj.weight"}).size(), std::size_t(2));
    }
};

}  // namespace tst_ui_folded_graph

QTEST_APPLESS_MAIN(tst_ui_folded_graph::TestUiFoldedGraph)
#include "tst_ui_folded_graph.moc"
